"""The feature, and where what somebody joined or started is switched off, where its message does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.feature import RUN, Feature
from bot.notices import FEATURE, Notice

if TYPE_CHECKING:
    from collections.abc import Mapping

notices: Final = Feature(FEATURE)

MESSAGES: Final = "preference:messages"
"""The form of everything that reaches a member unasked."""

SWITCHES: Final[Mapping[Notice, str]] = {
    Notice.ROUND: "round:less:0",
    Notice.MEETING: "round:less:0",
    Notice.REQUEST: f"{RUN}requests",
    Notice.POSTED: f"{RUN}opportunity mine",
}
"""By kind: the action that shows what is one's own of it, with what pauses or ends it."""
