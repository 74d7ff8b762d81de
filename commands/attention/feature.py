"""The feature that the parts of this package declare their handlers on, its limits, and the ids of its lists."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.feature import RUN, Feature

attention: Final = Feature("attention")

LIST: Final = f"{RUN}animator attention"
MEMBERS: Final = f"{RUN}animator members"
LETTER, WHY, SEARCH = 1000, 150, 40
"""Characters of what is passed on, of why two should meet, of what members are looked for by."""
NAME: Final = 60
"""Characters of a name that are shown."""
DAY: Final = dt.timedelta(days=1)
WAITS: Final = {"day": DAY, "week": 7 * DAY, "month": 30 * DAY}
"""How long somebody can wait, by the word in the button."""
REST: Final = WAITS["week"]
"""How long somebody is not shown once they were written to or introduced, unless there is a new reason."""
AGAIN: Final = dt.timedelta(days=60)
"""After so long without a meeting, the same two may be proposed to each other once more."""


def reminder_name(answer: int, animator: int) -> str:
    """Return what the check-ins remember the reminder of an animator as: who is done with an answer needs none any more."""
    return f"checkin_answer:{answer}:remind:{animator}"
