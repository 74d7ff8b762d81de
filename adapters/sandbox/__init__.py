"""A local web workspace that feels like a chat: to try the bot, to demonstrate it, and the tests' platform."""
