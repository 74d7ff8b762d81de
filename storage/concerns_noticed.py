"""What animators may notice: requests and opportunities that nobody answered, no introduction, silence.

All of it is what everybody may read, or what did not happen. What an animator is done with is left out by the database.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import or_, select

from storage.attention import Concern, Reason, settled
from storage.base import Repository, aliased
from storage.communities import Communities
from storage.opportunities import OpportunityRow
from storage.opportunity import Contents, Status
from storage.opportunity_responses import ResponseRow
from storage.opportunity_responses import State as Response
from storage.people import COLUMNS, AccountRow, MemberRow, as_member
from storage.profiles import ProfileRow
from storage.requests import RequestRow
from storage.requests import Status as Asked

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY: Final = dt.timedelta(days=1)
MOST: Final = 200
"""Members looked at for each reason, those who have waited longest first: nobody cares for more in a day."""
LOOKED_BACK: Final = 60 * DAY
"""Requests and opportunities older than this are no longer shown here."""
POSTED: Final = 3 * DAY
"""So long after everyone could read it, a request that nobody answered is shown although nobody was told of it."""
OFFERED: Final = 7 * DAY
"""So long after it was published, an opportunity without a response is shown."""
NEW: Final = (3 * DAY, 30 * DAY)
"""From and until when a newcomer who is not introduced is shown; at once where a message found their doors closed."""
SILENCE: Final = (30 * DAY, 90 * DAY)
"""From and until when somebody who used the bot, and no longer does, is shown."""

_contents = msgspec.json.Decoder(Contents)


class Noticed(Repository):
    """What the animators of a community may notice."""

    async def requests(self, now: dt.datetime) -> Sequence[Concern]:
        """Return the requests to which nobody said yes: those the animators were told of, and those that everybody can read."""
        rows = await self.connection.execute(
            select(RequestRow.id.label("request"), RequestRow.need, RequestRow.created_at, *COLUMNS)
            .join(MemberRow, MemberRow.id == RequestRow.member_id)
            .where(
                RequestRow.community_id == self.community.id,
                RequestRow.status == Asked.OPEN.value,
                RequestRow.created_at > now - LOOKED_BACK,
                RequestRow.answered_after.is_(None),
                or_(RequestRow.animator_at.is_not(None), RequestRow.posted_at <= now - POSTED),
                MemberRow.left_at.is_(None),
                ~settled(self.community.id, (Reason.REQUEST,), RequestRow.id, RequestRow.created_at, now),
            )
            .order_by(RequestRow.created_at, RequestRow.id)
            .limit(MOST)
        )
        return [Concern(Reason.REQUEST, row["request"], row["created_at"], as_member(row), row["need"]) for row in rows.mappings()]

    async def opportunities(self, now: dt.datetime) -> Sequence[Concern]:
        """Return the open opportunities that nobody answered."""
        answered = select(ResponseRow.id).where(
            ResponseRow.opportunity_id == OpportunityRow.id, ResponseRow.state == Response.INTERESTED.value
        )
        columns = (OpportunityRow.id.label("opportunity"), OpportunityRow.contents, OpportunityRow.published_at)
        rows = await self.connection.execute(
            select(*columns, *COLUMNS)
            .join(MemberRow, MemberRow.id == OpportunityRow.member_id)
            .where(
                OpportunityRow.community_id == self.community.id,
                OpportunityRow.status == Status.OPEN.value,
                OpportunityRow.published_at > now - LOOKED_BACK,
                OpportunityRow.published_at <= now - OFFERED,
                MemberRow.left_at.is_(None),
                ~answered.exists(),
                ~settled(self.community.id, (Reason.OPPORTUNITY,), OpportunityRow.id, OpportunityRow.published_at, now),
            )
            .order_by(OpportunityRow.published_at, OpportunityRow.id)
            .limit(MOST)
        )
        return [
            Concern(
                Reason.OPPORTUNITY,
                row["opportunity"],
                row["published_at"],
                as_member(row),
                _contents.decode(row["contents"]).title,
            )
            for row in rows.mappings()
        ]

    async def newcomers(self, now: dt.datetime) -> Sequence[Concern]:
        """Return newcomers who have not introduced themselves."""
        first, last = NEW
        told = select(ProfileRow.member_id).where(ProfileRow.member_id == MemberRow.id, ProfileRow.introduced_at.is_not(None))
        rows = await self.connection.execute(
            select(*COLUMNS, MemberRow.missed)
            .where(
                MemberRow.community_id == self.community.id,
                MemberRow.joined_at > now - last,
                or_(MemberRow.joined_at <= now - first, MemberRow.missed > 0),
                MemberRow.left_at.is_(None),
                MemberRow.bot.is_(False),
                MemberRow.animator.is_(False),
                ~told.exists(),
                ~settled(self.community.id, (Reason.NEWCOMER,), MemberRow.id, MemberRow.joined_at, now),
            )
            .order_by(MemberRow.joined_at, MemberRow.id)
            .limit(MOST)
        )
        return [
            Concern(Reason.NEWCOMER, row["id"], row["joined_at"], as_member(row), closed=row["missed"] > 0)
            for row in rows.mappings()
        ]

    async def silent(self, now: dt.datetime) -> Sequence[Concern]:
        """Return who used the bot and has not for a while, anywhere."""
        first, last = SILENCE
        elsewhere = aliased(AccountRow)
        later = select(elsewhere.id).where(elsewhere.member_id == MemberRow.id, elsewhere.last_seen > AccountRow.last_seen)
        found: dict[int, Concern] = {}
        for workspace in await Communities(self.connection, self.community).workspaces():
            rows = await self.connection.execute(
                select(AccountRow.last_seen, *COLUMNS)
                .join(MemberRow, MemberRow.id == AccountRow.member_id)
                .where(
                    AccountRow.workspace_id == workspace.id,
                    AccountRow.last_seen > now - last,
                    AccountRow.last_seen <= now - first,
                    AccountRow.acted,
                    AccountRow.left_at.is_(None),
                    MemberRow.left_at.is_(None),
                    MemberRow.bot.is_(False),
                    MemberRow.animator.is_(False),
                    ~later.exists(),
                    ~settled(self.community.id, (Reason.SILENT,), MemberRow.id, AccountRow.last_seen, now),
                )
                .order_by(AccountRow.last_seen)
                .limit(MOST)
            )
            found |= {row["id"]: Concern(Reason.SILENT, row["id"], row["last_seen"], as_member(row)) for row in rows.mappings()}
        return list(found.values())
