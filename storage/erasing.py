"""Erasing a member: everything of theirs is deleted or belongs to nobody any more, in one transaction.

In two parts, so that features can end in between what is running, with the member gone but not forgotten: `depart`, then `finish`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, bindparam, delete, exists, func, insert, or_, select, update

from storage.base import Repository, aliased
from storage.checkins import Checkins, PreferenceRow
from storage.circles import CirclePeerRow, CircleRow
from storage.departures import Leavers
from storage.gaps import GapRow
from storage.gaps import State as Gap
from storage.holding import Fate
from storage.holdings import HOLDINGS
from storage.meeting import Progress
from storage.meetings import MeetingMemberRow, MeetingRow
from storage.outbox import MessageRow
from storage.outcomes import OutcomeRow
from storage.outreach import MessagePreferenceRow
from storage.participation import ExclusionRow
from storage.people import AccountRow, MemberRow, Members, entitled
from storage.profiles import REMINDERS, ProfileRow
from storage.requests import RequestRow
from storage.skill_index import Kind, SkillIndex
from storage.unwritten import Unwritten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from storage.holding import Holding

_ABOUT: Final = re.compile(r"(?P<kind>[a-z_]+):(?P<number>\d+)(?::.*)?")
_WITH: Final = re.compile(r"(?:request|opportunity):\d+:with:(?P<member>\d+)")
AT_ONCE: Final = 1000
"""Names of messages that are held at once while all of them are looked through."""
_CONVERSATIONS: Final = "encounter"
"""What the conversations of meetings are remembered by: they show both profiles."""
NEW: Final = dt.timedelta(days=100)
"""So long somebody may be a newcomer to something: to the check-ins of the first 90 days, to attention, to a figure."""
SETTLED: Final = dt.timedelta(days=365)
"""Whoever erases everything before that counts as having been here for so long: no month and no quarter has them for a newcomer."""
_THREE: Final = 3
_other = aliased(MeetingMemberRow)
_PAST: Final = (
    select(MeetingMemberRow.meeting_id)
    .join(MeetingRow, MeetingRow.id == MeetingMemberRow.meeting_id)
    .where(
        MeetingMemberRow.member_id == bindparam("member"),
        or_(
            MeetingRow.state.not_in((Progress.PROPOSED.value, Progress.SENT.value)),
            select(func.count()).where(_other.meeting_id == MeetingRow.id, _other.gone.is_(False)).scalar_subquery() < _THREE,
        ),
    )
)
"""The conversation of others who are still to meet goes on, without the one who is erased."""
_HERE_ALREADY: Final = aliased(OutcomeRow)


@dataclass(frozen=True, slots=True)
class Departing:
    """A member who is being erased: their accounts that are here, and the names of remembered messages that are to be removed."""

    member: int
    accounts: tuple[int, ...]
    posts: tuple[str, ...]


class Erasing(Repository):
    """Erases members of a community."""

    async def depart(self, member: int, now: dt.datetime) -> Departing:
        """Let a member be gone, and nothing that waits be sent to them or about them. What is kept of them is still there."""
        here = select(AccountRow.id).where(AccountRow.member_id == member, AccountRow.left_at.is_(None))
        accounts = tuple((await self.connection.execute(here)).scalars())
        await Unwritten(self.connection, self.community).take_back(member, now)
        await Members(self.connection, self.community).leave(member, now)
        return Departing(member, accounts, tuple(await self._posts(member)))

    async def finish(self, departing: Departing, now: dt.datetime, *, stays: bool) -> None:
        """Erase everything. A member who `stays` begins anew with their accounts, and with what they said no to."""
        member, leavers = departing.member, Leavers(self.connection, self.community)
        await self._take_out_of_lanes(member)
        await self._forget_words(member)
        if stays:
            await self._begin_anew(departing, now)
        else:
            await leavers.leave_in_peace(member, now)
        former = await leavers.former()
        for holding in HOLDINGS:
            await self._erase(holding, member, former)
        await self.connection.execute(delete(MemberRow).where(MemberRow.id == member, MemberRow.community_id == self.community.id))

    # ------------------------------------------------------------ row by row

    async def _erase(self, holding: Holding, member: int, former: int) -> None:
        theirs, column = holding.whose == member, holding.column
        if holding.unless is not None:
            await self.connection.execute(delete(holding.table).where(theirs, holding.unless))
        match holding.fate:
            case Fate.GONE:
                await self.connection.execute(delete(holding.table).where(theirs))
            case Fate.NOBODY:
                await self.connection.execute(update(holding.table).where(theirs).values({**holding.blank, column: None}))
            case Fate.FORMER:
                if holding.table is OutcomeRow:
                    await self._one_former_gainer(member, former)
                await self.connection.execute(update(holding.table).where(theirs).values({**holding.blank, column: former}))

    async def _one_former_gainer(self, member: int, former: int) -> None:
        """Delete what a former member gained already from the same person by the same thing: it counts once."""
        other = _HERE_ALREADY
        same = and_(
            other.gainer_id == former,
            other.subject_kind == OutcomeRow.subject_kind,
            other.subject_id == OutcomeRow.subject_id,
            other.giver_id == OutcomeRow.giver_id,
        )
        await self.connection.execute(delete(OutcomeRow).where(OutcomeRow.gainer_id == member, exists().where(same)))

    # ------------------------------------------------------------ what names them otherwise

    async def _posts(self, member: int) -> Sequence[str]:
        """Return what is remembered of the messages that stand in their name, in channels and with others."""
        wanted: dict[str, set[int]] = {}
        for holding in HOLDINGS:
            if holding.posts:
                numbers = set(
                    (await self.connection.execute(select(holding.table.__table__.c.id).where(holding.whose == member))).scalars()
                )
                for kind in holding.posts:
                    wanted.setdefault(kind, set()).update(numbers)
        wanted[_CONVERSATIONS] = set((await self.connection.execute(_PAST, {"member": member})).scalars())
        kinds = sorted(kind for kind, numbers in wanted.items() if numbers)
        names = (
            select(MessageRow.name)
            .where(MessageRow.community_id == self.community.id, MessageRow.removed_at.is_(None))
            .where(or_(MessageRow.member_id.is_(None), MessageRow.member_id != member))
            .where(or_(*(MessageRow.name.startswith(f"{kind}:", autoescape=True) for kind in kinds), _with(member)))
            .execution_options(yield_per=AT_ONCE)
        )
        # There may be as many as the community ever wrote: they pass by, and only those that are theirs are held.
        passing = await self.connection.stream_scalars(names)
        return sorted({name async for name in passing if _is_of(name, wanted, member)})

    async def _forget_words(self, member: int) -> None:
        """Forget what tells of them without a column of its own: why they were matched, what their requests are found by."""
        meetings = select(MeetingMemberRow.meeting_id).where(MeetingMemberRow.member_id == member)
        await self.connection.execute(update(MeetingRow).where(MeetingRow.id.in_(meetings)).values(reasons=""))
        circles = select(CirclePeerRow.circle_id).where(CirclePeerRow.member_id == member)
        await self.connection.execute(update(CircleRow).where(CircleRow.id.in_(circles)).values(reasons=""))
        index = SkillIndex(self.connection, self.community)
        asked = select(RequestRow.id).where(RequestRow.member_id == member)
        for request in (await self.connection.execute(asked)).scalars().all():
            await index.forget(Kind.HELPED, request)
        await index.forget_member(member)

    async def _take_out_of_lanes(self, member: int) -> None:
        """Let conversations of several be told apart without the ids of their members' accounts."""
        accounts = select(AccountRow.workspace_id, AccountRow.external_id).where(AccountRow.member_id == member)
        for account in (await self.connection.execute(accounts)).all():
            await Unwritten(self.connection, self.community).rename_lanes(account.workspace_id, account.external_id)

    # ------------------------------------------------------------ who stays

    async def _begin_anew(self, departing: Departing, now: dt.datetime) -> None:
        """Let somebody who stays be a member like on the first day, whom nobody writes to unasked, nor takes for a newcomer."""
        kept = select(
            *(MemberRow.community_id, MemberRow.name, MemberRow.folded, MemberRow.appointed, MemberRow.bot),
            *(MemberRow.quiet, MemberRow.monthly_asks, MemberRow.joined_at),
        ).where(MemberRow.id == departing.member)
        row = (await self.connection.execute(kept)).mappings().one()
        joined = row["joined_at"] if row["joined_at"] <= now - NEW else now - SETTLED
        blank = {"locale": "", "zone": "", "animator": False, "missed": 0, "joined_at": joined, "left_at": None}
        fresh = (await self.connection.execute(insert(MemberRow).values({**row, **blank}).returning(MemberRow.id))).scalar_one()
        moved = update(AccountRow).where(AccountRow.member_id == departing.member)
        await self.connection.execute(moved.values(member_id=fresh))
        await self.connection.execute(update(AccountRow).where(AccountRow.id.in_(departing.accounts)).values(left_at=None))
        await self.connection.execute(update(MemberRow).where(MemberRow.id == fresh).values(animator=entitled()))
        welcomed = {"member_id": fresh, "community_id": self.community.id, "welcomed_at": now, "reminders": len(REMINDERS)}
        await self.connection.execute(insert(ProfileRow).values({**_blank_profile(), **welcomed}))
        await self._keep_refusals(departing.member, fresh, now)

    async def _keep_refusals(self, member: int, fresh: int, now: dt.datetime) -> None:
        """Keep what they, and others, said no to: forgotten, it would begin again."""
        noes: tuple[Any, ...] = (
            (MessagePreferenceRow, MessagePreferenceRow.member_id, None),
            (PreferenceRow, PreferenceRow.member_id, PreferenceRow.stopped),
            (GapRow, GapRow.member_id, GapRow.state == Gap.STOP.value),
            (ExclusionRow, ExclusionRow.by_id, None),
            (ExclusionRow, ExclusionRow.of_id, None),
        )
        for table, column, which in noes:
            kept = update(table).where(column == member)
            await self.connection.execute((kept if which is None else kept.where(which)).values({column.key: fresh}))
        said = update(GapRow).where(GapRow.member_id == fresh)
        await self.connection.execute(said.values(asked_at=now, answered_at=now, kind="", seen_by=""))
        checkins = Checkins(self.connection, self.community)
        _stopped, reads = await checkins.preference(fresh)
        await checkins.prefer(fresh, stopped=True, reads=reads)


def _blank_profile() -> dict[str, Any]:
    words = ("does", "offers", "seeks", "expects", "link", "written_in", "searched", "availability", "available_note")
    return dict.fromkeys(words, "")


def _with(member: int) -> ColumnElement[bool]:
    """Return what finds the conversations that were opened with a member, among others."""
    return MessageRow.name.endswith(f":with:{member}", autoescape=True)


def _is_of(name: str, wanted: dict[str, set[int]], member: int) -> bool:
    """Tell whether a remembered message is about something of a member, or about them with somebody."""
    shared = _WITH.fullmatch(name)
    if shared is not None and int(shared["member"]) == member:
        return True
    about = _ABOUT.fullmatch(name)
    return about is not None and int(about["number"]) in wanted.get(about["kind"], ())
