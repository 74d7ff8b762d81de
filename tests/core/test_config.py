"""A wrong or missing setting is one sentence that names the key, and status 2."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot import config as configuration
from bot.errors import ConfigError

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[slack]\nfoo = 1", "slack.foo: unknown key"),
        ("foo = 1", "foo: unknown key"),
        ("[slack]\nport = 'many'", "slack.port: expected"),
        ("[slack]\nmode = 'carrier pigeon'", "slack.mode: invalid"),
        ("[community]\nlocale = 'de'", "community.locale: 'de' is not one of en, fr"),
        ("[community]\ntimezone = 'Paris'", "community.timezone: 'Paris' is not an IANA time zone"),
        ("[community]\nanimators = ['U1']", "community.animators: 'U1' is not written like"),
        ("[database]\nurl = 'mysql://x'", "database.url: begins with"),
        ("[retention]\noutbox = 0", "retention.outbox: a number of days, from 1 to 36500"),
        ("[retention]\nmessages = 'ever'", "retention.messages: expected"),
        ("[slack", "not valid TOML"),
        ("[[slack]]\nport = 1", "slack: expected"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, toml: str, said: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        configuration.load(path, {})
    assert said in str(raised.value)


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        configuration.load(tmp_path / "nowhere.toml", {})
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        configuration.load(binary, {})


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[slack]\nport = 1\nmode = 'http'\n", encoding="utf-8")
    environment = {
        "CONFRERE_SLACK_PORT": "4000",
        "CONFRERE_SLACK_BOT_TOKEN": "xoxb-1",
        "CONFRERE_COMMUNITY_ANIMATORS": "slack:U1, discord:2",
    }
    config = configuration.load(path, environment)
    assert config.slack == configuration.SlackConfig(port=4000, mode="http", bot_token="xoxb-1")
    assert config.community.animators == ("slack:U1", "discord:2")


def test_an_unknown_environment_variable_of_ours_is_named() -> None:
    with pytest.raises(ConfigError, match="CONFRERE_SLAK_TOKEN"):
        configuration.load(None, {"CONFRERE_SLAK_TOKEN": "x"})


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({}, "slack.bot_token, discord.token"),
        ({"CONFRERE_DISCORD_TOKEN": ""}, "discord.token"),
        ({"CONFRERE_SLACK_PORT": "1"}, "slack.bot_token"),
        ({"CONFRERE_SLACK_BOT_TOKEN": "x"}, "slack.app_token"),
        ({"CONFRERE_SLACK_BOT_TOKEN": "x", "CONFRERE_SLACK_MODE": "http"}, "slack.signing_secret"),
        ({"CONFRERE_SLACK_BOT_TOKEN": "x", "CONFRERE_SLACK_APP_TOKEN": "x", "CONFRERE_SLACK_COMMAND": "confrere"}, "slack.command"),
    ],
)
def test_what_run_cannot_do_without_is_named(settings: dict[str, str], key: str) -> None:
    with pytest.raises(ConfigError) as raised:
        configuration.need_platform(configuration.load(None, settings))
    assert str(raised.value).startswith(key)


def test_the_command_line_ends_with_status_2_and_one_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[discord]\ntokn = 'x'\n", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "config", "check", "--config", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "confrere: discord.tokn: unknown key. See config.example.toml.\n"


def test_the_example_is_valid() -> None:
    config = configuration.load(ROOT / "config.example.toml", {})
    assert config.database.url.startswith("sqlite:///")
