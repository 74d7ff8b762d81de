"""Discord: the core's vocabulary over discord.py, its gateway and its HTTP interface."""
