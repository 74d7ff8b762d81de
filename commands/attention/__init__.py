"""Attention: who needs an animator today, why, and what can be done with one click; and the list of all members."""

from commands.attention import introducing, letters, listing, roll, settling
from commands.attention.feature import attention

__all__ = ["attention", "introducing", "letters", "listing", "roll", "settling"]
