"""Slack, through slack-bolt and slack-sdk: Socket Mode or HTTP, Block Kit, one dispatch of our own."""
