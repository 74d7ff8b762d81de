"""Discord: the core's vocabulary over discord.py, its gateway and its HTTP interface."""

import warnings

with warnings.catch_warnings():
    # discord.py's sound player, which Confrère never uses, imports a module that Python 3.13 takes away.
    warnings.filterwarnings("ignore", message="'audioop' is deprecated", category=DeprecationWarning)
    import discord.player  # noqa: F401 - imported here once, so that it warns nowhere else
