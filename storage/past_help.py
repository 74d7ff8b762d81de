"""Help that was given before: solved requests, found by their words; for whoever needs the same, and for who gave it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, and_, bindparam, select

from storage.base import Repository, aliased
from storage.people import MemberRow
from storage.requests import RequestRow, Status
from storage.skill_index import Kind, SkillIndex, SkillSubjectRow, impacts
from storage.statements import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.skills.understanding import Term

NEAR: Final = 20
"""Solved requests that are looked at."""

_NEEDS: Final = (
    select(RequestRow.id, RequestRow.need, RequestRow.status)
    .where(RequestRow.community_id == bindparam("community"))
    .with_for_update()
)
_NEED: Final = _NEEDS.where(RequestRow.id == bindparam("request"))
_AFTER: Final = (
    _NEEDS.where(RequestRow.id > bindparam("after"), RequestRow.status == Status.SOLVED.value)
    .order_by(RequestRow.id)
    .limit(bindparam("most"))
)
_asker = aliased(MemberRow)
_helper = aliased(MemberRow)
_SOLVED: Final = (
    select(RequestRow.id, RequestRow.need, RequestRow.posted_at, RequestRow.member_id, _helper.id, SkillSubjectRow.terms)
    .join(_asker, and_(_asker.id == RequestRow.member_id, _asker.left_at.is_(None)))
    .outerjoin(_helper, and_(_helper.id == RequestRow.helper_id, _helper.left_at.is_(None)))
    .join(
        SkillSubjectRow,
        and_(
            SkillSubjectRow.community_id == RequestRow.community_id,
            SkillSubjectRow.kind == Kind.HELPED.value,
            SkillSubjectRow.subject_id == RequestRow.id,
        ),
    )
    .where(RequestRow.community_id == bindparam("community"), RequestRow.id.in_(listed("requests", BigInteger)))
)


@dataclass(frozen=True, slots=True)
class Solved:
    """A solved request close to a need. `posted`: everybody was asked; `helper`: who solved it, where they are still here.

    `closeness` is the part of what is needed, that it was about too: from 0 to 1.
    """

    request: int
    need: str
    posted: bool
    asker: int
    helper: int | None
    closeness: float


class PastHelp(Repository):
    """The solved requests of a community."""

    async def index(self, request: int) -> None:
        """Let a request be found by its words where it is solved, and by nothing where it is not."""
        rows = await self.connection.execute(_NEED, {"community": self.community.id, "request": request})
        for _identifier, need, status in rows.all():
            index = SkillIndex(self.connection, self.community)
            if status == Status.SOLVED.value:
                await index.index(Kind.HELPED, request, ((need, 1.0),))
            else:
                await index.forget(Kind.HELPED, request)

    async def index_some(self, after: int, limit: int) -> int | None:
        """Do the same for the solved requests that follow an id; return the last of them, None where there are no more."""
        values = {"community": self.community.id, "after": after, "most": limit}
        rows = (await self.connection.execute(_AFTER, values)).all()
        index = SkillIndex(self.connection, self.community)
        for identifier, need, _status in rows:
            await index.index(Kind.HELPED, identifier, ((need, 1.0),))
        return rows[-1][0] if rows else None

    async def close_to(self, terms: Sequence[Term], *, excluding: int = 0) -> Sequence[Solved]:
        """Return the solved requests close to what is needed, closest first, without one of them."""
        index = SkillIndex(self.connection, self.community)
        known = await index.frequencies(Kind.HELPED, [term.key for term in terms])
        if not known.counts:
            return ()
        near = await index.nearest(Kind.HELPED, terms, NEAR, (excluding,), frequencies=known)
        values = {"community": self.community.id, "requests": [request for request, _score in near]}
        rows = {row[0]: row for row in await self.connection.execute(_SOLVED, values)}
        found: list[Solved] = []
        for request, _score in near:
            if request in rows:
                _identifier, need, posted_at, asker, helper, kept = rows[request]
                closeness = _closeness(terms, impacts(kept))
                found.append(Solved(request, need, posted_at is not None, asker, helper, closeness))
        return found


def _closeness(terms: Sequence[Term], kept: Mapping[str, float]) -> float:
    """Return the part of what is wanted that a document has, of the terms that count: what is only close to it does not."""
    least = max((term.weight for term in terms), default=0.0) / 2
    counting = [term for term in terms if term.weight >= least]
    whole = sum(term.weight for term in counting)
    return sum(term.weight for term in counting if term.key in kept) / whole if whole else 0.0
