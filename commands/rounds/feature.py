"""The feature, and what its parts refer to each other by."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.feature import RUN, Feature
from bot.i18n import _

rounds: Final = Feature("round")

MEET: Final = f"{RUN}meet"
PROGRAMMES: Final = f"{RUN}animator rounds"
ADVANCE: Final = "round:advance"
"""The job that takes the steps that are due."""

NUDGE: Final = dt.timedelta(hours=48)
"""How long after their conversation began members are asked whether they met."""
AGAIN: Final = dt.timedelta(days=3)
"""How much later those who said *Not yet* are asked once more."""
AFTER: Final = dt.timedelta(hours=2)
"""How long after the time that was agreed nobody is asked yet."""
UNDER_WAY: Final = dt.timedelta(days=13)
UNDER_WAY_WEEKLY: Final = dt.timedelta(days=6)
"""How long a round is under way after it was sent: until then freed partners are matched again; then silence is counted."""
LATE: Final = dt.timedelta(hours=3)
"""A step that is later than this waits for the daytime."""
TAKEN_OUT: Final = _("The animators took your meeting out of this round.")
"""Why somebody is left out whose meeting was cancelled in the preview."""

SWAPPED_OUT: Final = _("The animators changed who meets whom, and the number did not come out even.")
"""Why somebody is left out whom another took the place of in the preview."""


def notice_name(number: int, member: int) -> str:
    """Return what the notice of a round to a member is remembered as."""
    return f"round:{number}:notice:{member}"


def preview_name(number: int) -> str:
    """Return what the preview of a round is remembered as."""
    return f"round:{number}:preview"


def meeting_name(meeting: int) -> str:
    """Return what the first message of a meeting's conversation is remembered as."""
    return f"encounter:{meeting}"


def question_name(meeting: int, member: int) -> str:
    """Return what the question whether they met is remembered as."""
    return f"encounter:{meeting}:asked:{member}"


def thanks_name(thanks: int) -> str:
    """Return what the private message of a thank-you for a meeting is remembered as."""
    return f"thanks:{thanks}:told"


def public_thanks_name(thanks: int) -> str:
    """Return what everyone's copy of a thank-you is remembered as."""
    return f"thanks:{thanks}"


def invitation_name(programme: int, workspace: int) -> str:
    """Return what the invitation to a programme in a channel of a workspace is remembered as."""
    return f"programme:{programme}:{workspace}"


def invitation_role(programme: int, workspace: int) -> str:
    """Return the role of the channel in which a workspace is invited to a programme: of this one workspace."""
    return f"programme{programme}:{workspace}"
