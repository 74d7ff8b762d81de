"""The app manifest holds Slack's limits and asks for no more than the bot uses."""

from __future__ import annotations

import pytest

from adapters.slack.manifest import manifest
from bot.errors import ConfigError, LimitError
from bot.feature import Feature, Registry
from bot.i18n import _, word
from tests.emulators.slack.api import HISTORY_SCOPES
from tests.slack.community import registry


@pytest.mark.parametrize("mode", ["socket", "http"])
@pytest.mark.parametrize("locale", ["en", "fr"])
def test_the_manifest_is_within_the_limits(mode: str, locale: str) -> None:
    made = manifest(registry(), mode="http" if mode == "http" else "socket", url="https://bot.example.org/", locale=locale)
    display, features, rest = made["display_information"], made["features"], made["settings"]
    assert len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert 174 <= len(display["long_description"]) <= 4000
    [command] = features["slash_commands"]
    assert command["command"] == "/confrere"
    assert command["should_escape"] is True
    assert command["usage_hint"].startswith("ask" if locale == "en" else "demander")
    assert "setup" not in command["usage_hint"]
    assert [(shortcut["type"], shortcut["callback_id"]) for shortcut in features["shortcuts"]] == [
        ("global", "ask"),
        ("message", "ask"),
    ]
    assert all(len(shortcut["name"]) <= 24 and len(shortcut["description"]) <= 150 for shortcut in features["shortcuts"])
    assert features["app_home"]["messages_tab_read_only_enabled"] is False
    assert rest["socket_mode_enabled"] is (mode == "socket")
    address = "https://bot.example.org/slack/events"
    found = [command.get("url"), rest["event_subscriptions"].get("request_url"), rest["interactivity"].get("request_url")]
    assert found == ([address] * 3 if mode == "http" else [None] * 3)


def test_it_may_look_for_its_own_messages_and_is_told_of_no_others() -> None:
    made = manifest(registry())
    scopes = made["oauth_config"]["scopes"]["bot"]
    assert {scope for scope in scopes if scope.endswith(":history")} == set(HISTORY_SCOPES.values())
    assert not {"users:read.email", "admin", "search:read", "channels:read", "groups:read"} & set(scopes)
    events = made["settings"]["event_subscriptions"]["bot_events"]
    assert [event for event in events if event.startswith("message.")] == ["message.im"]


@pytest.mark.parametrize("command", ["confrere", "/", "/" + "x" * 32, "/two words"])
def test_a_command_that_slack_refuses_is_named(command: str) -> None:
    with pytest.raises(ConfigError, match=r"^slack\.command"):
        manifest(registry(), command=command)


def test_http_needs_an_address() -> None:
    with pytest.raises(ConfigError, match="https://"):
        manifest(registry(), mode="http", url="http://bot.example.org")


def test_more_shortcuts_than_slack_shows_are_refused() -> None:
    feature = Feature("many")
    for name in "abcdefghijk":

        @feature.command(word(name), _("Menu"), shortcut=_("Menu"))
        async def run(context: object) -> None: ...

    with pytest.raises(LimitError, match="11 shortcuts"):
        manifest(Registry([feature]))
