"""Platforms the bot lives on, one package each; they import the core and are imported only where it is put together."""
