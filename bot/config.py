"""Configuration: a TOML file, every key overridable by the environment, unknown keys and wrong types refused by name."""

from __future__ import annotations

import base64
import os
import tomllib
import zoneinfo
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from bot.errors import ConfigError
from bot.i18n import LOCALES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PREFIX = "CONFRERE_"
LONGEST = 36_500
"""Days, where days are configured: a century."""
MOST_A_SECOND = 1000
MOST_COLD = 10_000
LISTS = frozenset({"animators", "keys"})
"""Keys whose values are lists: in the environment, with commas between them."""


class CommunityConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[community]`. `animators` are accounts written `slack:U123` or `discord:456`."""

    name: str = "Confrère"
    locale: str = "en"
    timezone: str = "Europe/Paris"
    animators: tuple[str, ...] = ()


class DatabaseConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[database]`. `url` is `sqlite:///path` or `postgresql://user:password@host/name`."""

    url: str = "sqlite:///var/confrere.db"


class SlackConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[slack]`. `mode = "socket"` needs `app_token`; `mode = "http"` needs `signing_secret` and listens on `host`:`port`.

    `messages_per_second` is how many messages Slack takes for a whole workspace; each channel takes one a second whatever this is.
    """

    bot_token: str = ""
    app_token: str = ""
    signing_secret: str = ""
    mode: Literal["socket", "http"] = "socket"
    command: str = "/confrere"
    host: str = "127.0.0.1"
    port: int = 3000
    api_url: str = "https://slack.com/api/"
    messages_per_second: float = 5.0


class DiscordConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[discord]`. Empty addresses are Discord's own."""

    token: str = ""
    api_url: str = ""
    gateway_url: str = ""


class SandboxConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[sandbox]`: the local web workspace of `confrere demo`."""

    enabled: bool = False
    host: str = "127.0.0.1"
    port: int = 8765
    file: str = "var/sandbox.json"


class RetentionConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[retention]`: days after which what is no longer needed is forgotten."""

    deliveries: int = 7
    outbox: int = 30
    drafts: int = 30
    messages: int = 365
    occurrences: int = 90
    voices: int = 730


class DeliveryConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[delivery]`. `cold_per_hour`: first messages, an hour and workspace, to people who never wrote to the bot."""

    cold_per_hour: int = 30


class SecurityConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[security]`: the keys with which private answers are sealed, newest first, or the file that holds them."""

    keys: tuple[str, ...] = ()
    key_file: str = ""


class LogConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[log]`. `format = "json"` for machines."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set."""

    community: CommunityConfig = CommunityConfig()
    database: DatabaseConfig = DatabaseConfig()
    slack: SlackConfig | None = None
    discord: DiscordConfig | None = None
    sandbox: SandboxConfig = SandboxConfig()
    delivery: DeliveryConfig = DeliveryConfig()
    retention: RetentionConfig = RetentionConfig()
    security: SecurityConfig = SecurityConfig()
    log: LogConfig = LogConfig()


def load(path: Path | None, environment: Mapping[str, str] = os.environ) -> Config:
    """Read the file, if any, and the environment over it.

    Raises:
        ConfigError: naming the key.
    """
    settings: dict[str, Any] = {}
    if path is not None:
        settings = _read(path)
    for name, value in environment.items():
        _override(settings, name, value)
    try:
        config = msgspec.convert(settings, Config, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(_explained(str(error))) from None
    _check(config)
    return config


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"{path}: there is no such file. Copy config.example.toml and fill it in, or give --config."
        raise ConfigError(message) from None
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read: {error}"
        raise ConfigError(message) from None
    except tomllib.TOMLDecodeError as error:
        message = f"{path}: not valid TOML: {error}"
        raise ConfigError(message) from None


def _override(settings: dict[str, Any], name: str, value: str) -> None:
    """Apply `CONFRERE_SLACK_BOT_TOKEN`; a list is written with commas."""
    if not name.startswith(PREFIX) or name.startswith(f"{PREFIX}TEST_"):
        return
    section, _, key = name.removeprefix(PREFIX).lower().partition("_")
    if section not in Config.__struct_fields__:
        message = f"{name}: unknown; sections are {', '.join(Config.__struct_fields__)}"
        raise ConfigError(message)
    table = settings.setdefault(section, {})
    table[key] = [part.strip() for part in value.split(",") if part.strip()] if key in LISTS else value


def _explained(problem: str) -> str:
    """Turn a validation message into one that names the key first."""
    reason, _, where = problem.partition(" - at `$")
    section = where.rstrip("`").lstrip(".")
    if "unknown field" in reason:
        key = reason.rpartition("`")[0].rpartition("`")[2]
        return f"{'.'.join(part for part in (section, key) if part)}: unknown key. See config.example.toml."
    return f"{section or 'configuration'}: {reason[0].lower()}{reason[1:]}"


def _check(config: Config) -> None:
    if config.community.locale not in LOCALES:
        message = f"community.locale: {config.community.locale!r} is not one of {', '.join(LOCALES)}"
        raise ConfigError(message)
    if not is_zone(config.community.timezone):
        message = f"community.timezone: {config.community.timezone!r} is not an IANA time zone, for example Europe/Paris"
        raise ConfigError(message)
    if not is_database(config.database.url):
        message = "database.url: begins with sqlite:/// or postgresql://"
        raise ConfigError(message)
    for key in RetentionConfig.__struct_fields__:
        if not 1 <= getattr(config.retention, key) <= LONGEST:
            message = f"retention.{key}: a number of days, from 1 to {LONGEST}"
            raise ConfigError(message)
    if config.slack is not None and not 0 < config.slack.messages_per_second <= MOST_A_SECOND:
        message = f"slack.messages_per_second: a number above 0, up to {MOST_A_SECOND}"
        raise ConfigError(message)
    if not 1 <= config.delivery.cold_per_hour <= MOST_COLD:
        message = f"delivery.cold_per_hour: a whole number from 1 to {MOST_COLD}"
        raise ConfigError(message)
    _check_lists(config)


def _check_lists(config: Config) -> None:
    if not all(map(is_key, config.security.keys)):
        message = "security.keys: one of them is no key; `confrere secrets key` prints a new one"
        raise ConfigError(message)
    for account in config.community.animators:
        if account.partition(":")[0] not in {"slack", "discord", "sandbox"} or not account.partition(":")[2]:
            message = f"community.animators: {account!r} is not written like slack:U123 or discord:456"
            raise ConfigError(message)


def need_platform(config: Config) -> None:
    """Check what `confrere run` cannot do without.

    Raises:
        ConfigError: naming the key.
    """
    if config.slack is None and config.discord is None and not config.sandbox.enabled:
        message = "slack.bot_token, discord.token: set one of them, or try `confrere demo`"
        raise ConfigError(message)
    if config.discord is not None and not config.discord.token:
        message = "discord.token: missing. The bot's token from the developer portal, or CONFRERE_DISCORD_TOKEN."
        raise ConfigError(message)
    if config.slack is not None:
        _need_slack(config.slack)


def _need_slack(slack: SlackConfig) -> None:
    if not slack.bot_token:
        message = "slack.bot_token: missing. It begins with xoxb-; or set CONFRERE_SLACK_BOT_TOKEN."
        raise ConfigError(message)
    if slack.mode == "socket" and not slack.app_token:
        message = 'slack.app_token: missing for mode = "socket". It begins with xapp-; or set CONFRERE_SLACK_APP_TOKEN.'
        raise ConfigError(message)
    if slack.mode == "http" and not slack.signing_secret:
        message = 'slack.signing_secret: missing for mode = "http". Or set CONFRERE_SLACK_SIGNING_SECRET.'
        raise ConfigError(message)
    if not slack.command.startswith("/") or not 2 <= len(slack.command) <= 32:  # noqa: PLR2004 - Slack's limit
        message = "slack.command: begins with / and has at most 32 characters, for example /confrere"
        raise ConfigError(message)


def is_database(url: str) -> bool:
    """Tell whether this is an address of a database that we know."""
    return url.startswith(("sqlite:///", "postgresql://"))


def is_key(words: str) -> bool:
    """Tell whether this can be a key: 32 bytes as `confrere secrets key` writes them."""
    try:
        return len(base64.b64decode(words, altchars=b"-_", validate=True)) == 32  # noqa: PLR2004 - what Fernet takes
    except ValueError:
        return False


def is_zone(name: str) -> bool:
    """Tell whether this is an IANA time zone that the machine knows."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
