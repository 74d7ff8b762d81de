"""The app manifest: everything Slack must know to install the bot, with the least rights it works with.

Reference and limits: https://docs.slack.dev/reference/app-manifest.
A manifest has one language; members read the rest in their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from bot.errors import ConfigError, LimitError
from bot.i18n import _, plain
from bot.ui import shorten

if TYPE_CHECKING:
    from bot.feature import Command, Registry
    from bot.text import Text

BOT_SCOPES: Final = (
    "channels:history",  # whether a message of the bot's own, whose answer was lost, is there: see `reconciliation`
    "channels:join",  # to post where an animator chose a public channel without inviting the bot
    "chat:write",
    "commands",
    "files:write",  # pictures and files in cards
    "groups:history",  # as channels:history, in private channels the bot is in
    "im:history",  # messages to the bot itself; and as channels:history
    "im:write",
    "mpim:history",  # as channels:history, in conversations it has opened
    "mpim:write",  # conversations between members who meet
    "users:read",  # names, languages, time zones, who joins and leaves
)
BOT_EVENTS: Final = (
    "app_home_opened",
    "app_uninstalled",
    "message.im",
    "team_join",
    "tokens_revoked",
    "user_change",
)

NAME, COMMAND, DESCRIPTION, LONG_DESCRIPTION = 35, 32, 140, (174, 4000)
SHORTCUT, SHORTCUTS, SHORTCUT_DESCRIPTION, USAGE, CALLBACK = 24, 10, 150, 1000, 255

_PATH: Final = "/slack/events"
_DESCRIPTION: Final = _("People who work for themselves find each other, help each other and see what it gives them.")
_LONG: Final = _(
    "A community bot for independents. Members introduce themselves, ask who can help and answer each other; "
    "the animator sees who to care for today. It reads no message that is not addressed to it, "
    "writes seldom, and asks before it puts anybody in touch."
)
_COMMAND: Final = _("Ask, answer, introduce yourself: everything the community offers")


def manifest(
    registry: Registry, *, command: str = "/confrere", mode: Literal["socket", "http"] = "socket", url: str = "", locale: str = "en"
) -> dict[str, Any]:
    """Return the manifest of the app; `url` is the public address of the bot in HTTP mode, without a path.

    Raises:
        ConfigError: HTTP mode without an https address, or a command that Slack refuses.
        LimitError: more shortcuts than Slack shows.
    """
    if not command.startswith("/") or not 2 <= len(command) <= COMMAND or " " in command:  # noqa: PLR2004 - a slash and a letter
        message = f"slack.command: begins with / and has at most {COMMAND} characters, for example /confrere"
        raise ConfigError(message)
    if mode == "http" and not url.startswith("https://"):
        message = 'slack.mode = "http" needs the public address of the bot: give it as https://bot.example.org'
        raise ConfigError(message)
    address = url.rstrip("/") if url.rstrip("/").endswith(_PATH) else url.rstrip("/") + _PATH
    at = {"request_url": address} if mode == "http" else {}
    slash: dict[str, Any] = {
        "command": command,
        "description": _written(_COMMAND, DESCRIPTION, locale),
        "usage_hint": shorten(" | ".join(_usage(registry, locale)), USAGE),
        "should_escape": True,
    }
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Confrère",
            "description": _written(_DESCRIPTION, DESCRIPTION, locale),
            "long_description": _written(_LONG, LONG_DESCRIPTION[1], locale),
            "background_color": "#1f4e46",
        },
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": "Confrère", "always_online": True},
            "shortcuts": _shortcuts(registry, locale),
            "slash_commands": [{**slash, "url": address} if at else slash],
        },
        "oauth_config": {"scopes": {"bot": list(BOT_SCOPES)}},
        "settings": {
            "event_subscriptions": {**at, "bot_events": list(BOT_EVENTS)},
            "interactivity": {"is_enabled": True, **at, **({"message_menu_options_url": address} if at else {})},
            "org_deploy_enabled": False,
            "socket_mode_enabled": mode == "socket",
            "token_rotation_enabled": False,
        },
    }


def _usage(registry: Registry, locale: str) -> list[str]:
    return [plain(command.localized, locale) for command in registry.commands.values() if not command.animator]


def _shortcuts(registry: Registry, locale: str) -> list[dict[str, Any]]:
    found = [_shortcut(command, command.shortcut, "global", locale) for command in registry.commands.values() if command.shortcut]
    found += [
        _shortcut(command, command.message_menu, "message", locale)
        for command in registry.commands.values()
        if command.message_menu
    ]
    if len(found) > SHORTCUTS:
        message = f"{len(found)} shortcuts: Slack shows at most {SHORTCUTS}"
        raise LimitError(message)
    return found


def _shortcut(command: Command, name: Text | None, kind: str, locale: str) -> dict[str, Any]:
    return {
        "name": _written(name or command.localized, SHORTCUT, locale),
        "type": kind,
        "callback_id": command.name,
        "description": _written(command.description, SHORTCUT_DESCRIPTION, locale),
    }


def _written(text: Text, limit: int, locale: str) -> str:
    return shorten(plain(text, locale), limit)
