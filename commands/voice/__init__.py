"""Voice: an idea, a concern or an objection, signed or anonymous; each gets an answer, and an outcome with its reason."""

from __future__ import annotations

from commands.voice import answering, listing, panel, raising, showing, telling
from commands.voice.feature import voice

__all__ = ["answering", "listing", "panel", "raising", "showing", "telling", "voice"]
