"""An emulator of Slack's protocol: Web API, signed deliveries, Socket Mode. It refuses what Slack refuses."""

from tests.emulators.slack.server import APP_TOKEN, BOT_TOKEN, SECRET, SlackEmulator

__all__ = ["APP_TOKEN", "BOT_TOKEN", "SECRET", "SlackEmulator"]
