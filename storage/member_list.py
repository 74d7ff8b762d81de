"""The members of a community as a list that leaves it: what anybody here may see of them, and what they did before everybody."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - kept in a record
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, bindparam, func, select

from storage.base import Repository
from storage.meetings import MeetingMemberRow, MeetingRow
from storage.opportunities import OpportunityRow
from storage.people import MemberRow
from storage.profiles import ProfileRow
from storage.requests import RequestRow, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Listed:
    """A member: their profile as everybody sees it, and how often they met, asked everybody, and posted opportunities."""

    name: str
    joined_at: dt.datetime
    introduced_at: dt.datetime | None
    does: str
    offers: str
    seeks: str
    link: str
    meetings: int
    requests: int
    solved: int
    opportunities: int


_COMMUNITY: Final = bindparam("community", type_=BigInteger())
_MEMBERS: Final = (
    select(
        *(MemberRow.id, MemberRow.name, MemberRow.joined_at, ProfileRow.introduced_at),
        *(ProfileRow.does, ProfileRow.offers, ProfileRow.seeks, ProfileRow.link),
    )
    .outerjoin(ProfileRow, ProfileRow.member_id == MemberRow.id)
    .where(MemberRow.community_id == _COMMUNITY, MemberRow.left_at.is_(None), MemberRow.bot.is_(False))
    .order_by(MemberRow.folded, MemberRow.id)
)
_MEETINGS: Final = (
    select(MeetingMemberRow.member_id, func.count())
    .join(MeetingRow, MeetingRow.id == MeetingMemberRow.meeting_id)
    .where(MeetingRow.community_id == _COMMUNITY, MeetingRow.met_at.is_not(None), MeetingMemberRow.gone.is_(False))
    .group_by(MeetingMemberRow.member_id)
)
_asked: Final = select(RequestRow.member_id, func.count()).where(
    RequestRow.community_id == _COMMUNITY, RequestRow.posted_at.is_not(None)
)
_REQUESTS: Final = _asked.group_by(RequestRow.member_id)
_SOLVED: Final = _asked.where(RequestRow.status == Status.SOLVED.value).group_by(RequestRow.member_id)
_OPPORTUNITIES: Final = (
    select(OpportunityRow.member_id, func.count())
    .where(OpportunityRow.community_id == _COMMUNITY, OpportunityRow.published_at.is_not(None))
    .group_by(OpportunityRow.member_id)
)


class MemberList(Repository):
    """The members of a community who are here."""

    async def everybody(self) -> Sequence[Listed]:
        """Return them by name."""
        meetings, requests, solved, opportunities = [
            await self._numbers(statement) for statement in (_MEETINGS, _REQUESTS, _SOLVED, _OPPORTUNITIES)
        ]
        rows = await self.connection.execute(_MEMBERS, {"community": self.community.id})
        return [
            Listed(
                *(name, joined, introduced),
                *((does, offers, seeks, link) if introduced else ("", "", "", "")),
                *(numbers.get(member, 0) for numbers in (meetings, requests, solved, opportunities)),
            )
            for member, name, joined, introduced, does, offers, seeks, link in rows
        ]

    async def _numbers(self, statement: Any) -> Mapping[int, int]:  # noqa: ANN401 - a statement
        rows: Any = await self.connection.execute(statement, {"community": self.community.id})
        return {member: number for member, number in rows}  # noqa: C416 - rows are no pairs to the type checker
