"""Lists of requests: one's own, those of others, those that were solved, those for which something is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, case, exists, func, or_, select

from bot.i18n import fold
from storage.asked import AskedRow, State, answered_by
from storage.base import Repository
from storage.requests import REQUESTS, RequestRow, Status, Step, as_request, asker
from storage.statements import escaped

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from bot.model import Member
    from storage.requests import HelpRequest

REMEMBERED: Final = 1000
"""Solved requests that past help is looked for in, newest first."""

LISTED: Final = 200
"""Open requests that a list is made from, newest first."""

# Written once: building a statement takes longer than SQLite takes to run it.
_NEWEST: Final = (
    REQUESTS.where(RequestRow.community_id == bindparam("community"))
    .order_by(RequestRow.created_at.desc(), RequestRow.id.desc())
    .limit(bindparam("most"))
)
_OPEN_OF: Final = _NEWEST.where(RequestRow.member_id == bindparam("asker"), RequestRow.status == Status.OPEN.value)
_SOLVED: Final = _NEWEST.where(RequestRow.status == Status.SOLVED.value, asker.left_at.is_(None))

_DUE: Final = (
    REQUESTS.where(
        RequestRow.community_id == bindparam("community"),
        RequestRow.next_step_at <= bindparam("now"),
        RequestRow.status == Status.OPEN.value,
        asker.left_at.is_(None),
    )
    .order_by(RequestRow.next_step_at, RequestRow.id)
    .limit(bindparam("most"))
    .with_for_update(of=RequestRow)
)

_NEVER_ACCENTED: Final = frozenset("bdfghjklmpqrtvwx0123456789")


def _may_mention(word: str) -> ColumnElement[bool]:
    """Return whether the need or the name of whoever asks may have a folded word: accents are compared later."""
    pattern = "".join(character if character in _NEVER_ACCENTED else "%" for character in word)
    return or_(func.lower(RequestRow.need).like(f"%{pattern}%"), asker.folded.like(escaped(word), escape="\\"))


def _mentions(request: HelpRequest, word: str) -> bool:
    return word in fold(request.need) or word in fold(request.asker.name)


class RequestLists(Repository):
    """The requests of a community, several at a time. Members who left are never among those returned."""

    async def open_of(self, member: Member) -> Sequence[HelpRequest]:
        """Return a member's open requests, newest first; also those of a member who just left."""
        rows = await self.connection.execute(_OPEN_OF, {"community": self.community.id, "asker": member.id, "most": LISTED})
        return [as_request(row) for row in rows]

    async def mine(self, member: Member, limit: int = LISTED) -> Sequence[HelpRequest]:
        """Return all requests of a member, open ones first, then newest first."""
        return await self._requests(RequestRow.member_id == member.id, limit=limit, first=RequestRow.status == Status.OPEN.value)

    async def open_to(self, member: Member, words: str = "", limit: int = LISTED) -> Sequence[HelpRequest]:
        """Return the open requests of others that a member may know of and did not answer, newest first.

        Those posted to everyone, and those that they were asked about; with `words`, those that mention every one of them.
        """
        wanted = fold(words).split()
        found = await self._requests(
            RequestRow.status == Status.OPEN.value,
            RequestRow.member_id != member.id,
            or_(RequestRow.posted_at.is_not(None), RequestRow.id.in_(answered_by(member, yes=False))),
            RequestRow.id.not_in(answered_by(member, yes=True)),
            asker.left_at.is_(None),
            *map(_may_mention, wanted),
            limit=None if wanted else limit,
        )
        return [request for request in found if all(_mentions(request, word) for word in wanted)][:limit]

    async def solved(self, limit: int = REMEMBERED) -> Sequence[HelpRequest]:
        """Return requests that were solved, newest first."""
        rows = await self.connection.execute(_SOLVED, {"community": self.community.id, "most": limit})
        return [as_request(row) for row in rows]

    async def accepted_before(self, instant: dt.datetime) -> Sequence[HelpRequest]:
        """Return the open requests first accepted before then whose asker was not yet asked whether they are solved."""
        accepted = (
            select(AskedRow.request_id)
            .where(AskedRow.community_id == self.community.id, AskedRow.state == State.ACCEPTED.value)
            .where(AskedRow.answered_at <= instant, AskedRow.answered_at >= RequestRow.created_at)
        )
        return await self._requests(
            RequestRow.status == Status.OPEN.value,
            getattr(RequestRow, Step.SOLVED_ASKED.value).is_(None),
            exists(accepted.where(AskedRow.request_id == RequestRow.id).correlate(RequestRow)),
            asker.left_at.is_(None),
        )

    async def due(self, now: dt.datetime, limit: int = LISTED) -> Sequence[HelpRequest]:
        """Return the open requests for which something is to happen by now, the longest due first; nobody ends them meanwhile."""
        rows = await self.connection.execute(_DUE, {"community": self.community.id, "now": now, "most": limit})
        return [as_request(row) for row in rows]

    async def _requests(
        self, *conditions: ColumnElement[bool], limit: int | None = LISTED, first: ColumnElement[bool] | None = None
    ) -> Sequence[HelpRequest]:
        statement = REQUESTS.where(RequestRow.community_id == self.community.id, *conditions).limit(limit)
        if first is not None:
            statement = statement.order_by(case((first, 0), else_=1))
        rows = await self.connection.execute(statement.order_by(RequestRow.created_at.desc(), RequestRow.id.desc()))
        return [as_request(row) for row in rows]
