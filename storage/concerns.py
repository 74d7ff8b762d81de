"""Who needs an animator, and why: each once, with all their reasons, the most urgent first.

Only what an animator may see: what members told them, what everybody may read, and what did not happen. Answers that their
members gave to a peer, or to totals alone, are not looked at. Each reason has a last day too: nobody is on the list for ever.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.base import Repository
from storage.concerns_noticed import Noticed
from storage.concerns_told import Told

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from bot.model import Member
    from storage.attention import Concern


@dataclass(frozen=True, slots=True)
class Matter:
    """Somebody, or an anonymous voice, and why: the most urgent reason first."""

    concerns: tuple[Concern, ...]

    @property
    def first(self) -> Concern:
        """The most urgent reason."""
        return self.concerns[0]

    @property
    def member(self) -> Member | None:
        """Who it is about; None for an anonymous voice."""
        return self.first.member

    @property
    def key(self) -> str:
        """What stands for it in a button: `m` and the member's id, or `v` and the voice's."""
        return f"m{self.member.id}" if self.member is not None else f"v{self.first.subject}"

    @property
    def letters(self) -> str:
        """What stands for its reasons in a button."""
        return "".join(dict.fromkeys(concern.reason.letter for concern in self.concerns))


def together(concerns: Sequence[Concern]) -> list[Matter]:
    """Return each person once, with all their reasons: the most urgent first, then who has waited longest."""
    found: defaultdict[str, list[Concern]] = defaultdict(list)
    for concern in concerns:
        found[Matter((concern,)).key].append(concern)
    matters = [Matter(tuple(sorted(each, key=_urgency))) for each in found.values()]
    return sorted(matters, key=lambda matter: (_urgency(matter.first), matter.key))


def without(matters: Sequence[Matter], done: Sequence[Concern]) -> list[Matter]:
    """Return what is left when some reasons are settled: the list need not be read again."""
    gone = {(concern.reason, concern.subject) for concern in done}
    kept = [concern for matter in matters for concern in matter.concerns if (concern.reason, concern.subject) not in gone]
    return together(kept)


def _urgency(concern: Concern) -> tuple[int, dt.datetime, int]:
    return concern.reason.urgency, concern.since, concern.subject


class Concerns(Repository):
    """Who needs the animators of a community."""

    async def matters(self, me: Member, now: dt.datetime) -> Sequence[Matter]:
        """Return who needs an animator, the most urgent first; `me`, who reads it, is not among them."""
        told, noticed = Told(self.connection, self.community), Noticed(self.connection, self.community)
        found = [
            *await told.answers(me, now),
            *await told.gaps(now),
            *await told.voices(now),
            *await noticed.requests(now),
            *await noticed.opportunities(now),
            *await noticed.newcomers(now),
            *await noticed.silent(now),
        ]
        return together([concern for concern in found if concern.member is None or concern.member.id != me.id])
