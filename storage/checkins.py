"""Check-ins: the tables; campaigns, each time they go out, what somebody may still answer; and who wants none."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint, and_, case, delete, func, insert, or_, select, update

from bot.recurrence import Recurrence
from storage.base import Base, InCommunity, Key, Mapped, Repository, mapped_column
from storage.checkin import OPEN, Audience, Campaign, Group, Question, Reads, Receipt, Sending, Stage, State
from storage.locks import hold
from storage.schedules import Schedules
from storage.statements import insert_or_ignore, upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.recurrence import Occurrence

SCHEDULE = "checkin:begin"
"""The family of schedules that begin sendings, one for each campaign that repeats."""


class CampaignRow(Base):
    """A campaign. `questions` and `rule` are JSON, `local_time` as `09:00`; a member of a campaign by days has no `rule`."""

    __tablename__ = "checkin_campaign"

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    template: Mapped[str]
    title: Mapped[str]
    opening: Mapped[str]
    questions: Mapped[str]
    audience: Mapped[str]
    days: Mapped[int]
    audience_value: Mapped[str]
    local_date: Mapped[dt.date | None] = mapped_column(Date)
    local_time: Mapped[str]
    rule: Mapped[str]
    day: Mapped[int]
    state: Mapped[str]
    created_at: Mapped[dt.datetime]


class SendingRow(Base):
    """One time a campaign goes out. `next_at` is when its next step is due; `over_at` when it took no more answers."""

    __tablename__ = "checkin_sending"
    __table_args__ = (UniqueConstraint("campaign_id", "local_date"), Index(None, "community_id", "next_at"))

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("checkin_campaign.id", ondelete="CASCADE"))
    local_date: Mapped[dt.date] = mapped_column(Date)
    state: Mapped[str]
    next_at: Mapped[dt.datetime | None]
    over_at: Mapped[dt.datetime | None] = mapped_column(index=True)


class ReceiptRow(Base):
    """Where somebody stands with a sending. `reason`: why they were left out. No instant is kept: it would tell who answered."""

    __tablename__ = "checkin_receipt"
    __table_args__ = (Index(None, "member_id", "state"),)

    sending_id: Mapped[int] = mapped_column(ForeignKey("checkin_sending.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")


class PreferenceRow(Base):
    """What a member chose: no check-ins at all, and who reads their answers unless they choose otherwise."""

    __tablename__ = "checkin_preference"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    community_id: Mapped[InCommunity]
    stopped: Mapped[bool]
    reads: Mapped[str]


class Checkins(Repository):
    """The campaigns of a community."""

    async def hold(self) -> None:
        """Let nobody else of the community write until this transaction ends."""
        await hold(self.connection, self.community.id)

    # ------------------------------------------------------------ campaigns

    async def draft(self, author: int, template: str, questions: Sequence[Question], day: int, now: dt.datetime) -> int:
        """Begin a campaign; it is a draft until it is started."""
        values = {**_columns(Campaign(0, template, questions=tuple(questions), day=day)), "author_id": author, "created_at": now}
        made = insert(CampaignRow).values(community_id=self.community.id, **values).returning(CampaignRow.id)
        return (await self.connection.execute(made)).scalar_one()

    async def campaign(self, number: int) -> Campaign | None:
        """Return a campaign, or None."""
        return next(iter(await self._campaigns(CampaignRow.id == number)), None)

    async def campaigns(self, today: dt.date, limit: int, offset: int = 0, *, begun: bool = False) -> Sequence[Campaign]:
        """Return campaigns: those that will still go out first, then the newest; `begun`: no drafts."""
        coming = and_(
            CampaignRow.state == State.RUNNING.value,
            or_(CampaignRow.rule != "", CampaignRow.day > 0, CampaignRow.local_date >= today),
        )
        first = case((coming, 0), else_=1)
        return await self._campaigns(*_begun(begun), first=first, limit=limit, offset=offset)

    async def number(self, *, begun: bool = False) -> int:
        """Return how many campaigns there are."""
        counted = select(func.count()).select_from(CampaignRow).where(CampaignRow.community_id == self.community.id, *_begun(begun))
        return (await self.connection.execute(counted)).scalar_one()

    async def every(self) -> Sequence[Campaign]:
        """Return every campaign of all time, of which an animator begins a few in a year, newest first."""
        return await self._campaigns()

    async def several(self, numbers: Collection[int]) -> Sequence[Campaign]:
        """Return those of some campaigns that are there."""
        return await self._campaigns(CampaignRow.id.in_(sorted(numbers)))

    async def change(self, campaign: Campaign) -> None:
        """Keep a campaign as it is now."""
        await self.connection.execute(self._one(campaign.id).values(**_columns(campaign)))

    async def discard(self, campaign: Campaign) -> None:
        """Forget a draft."""
        await self.connection.execute(
            delete(CampaignRow).where(
                CampaignRow.id == campaign.id,
                CampaignRow.community_id == self.community.id,
                CampaignRow.state == State.DRAFT.value,
            )
        )

    async def run(self, campaign: Campaign, title: str, now: dt.datetime) -> Sequence[Occurrence]:
        """Let a campaign that repeats go out by itself; return when.

        Raises:
            ValueError: its rule never happens.
        """
        rule = campaign.recurrence
        if rule is None:
            return []
        return await Schedules(self.connection, self.community).change(f"{SCHEDULE}:{campaign.id}", rule, now, label=title)

    async def end(self, campaign: Campaign) -> None:
        """Let a campaign go out by itself no more."""
        await Schedules(self.connection, self.community).end(f"{SCHEDULE}:{campaign.id}")

    async def next_dates(self, campaign: Campaign, now: dt.datetime) -> Sequence[dt.date]:
        """Return the next dates of a campaign that repeats."""
        coming = await Schedules(self.connection, self.community).next_dates(f"{SCHEDULE}:{campaign.id}", now, 60)
        return [one.date for one in coming if one.date is not None and (campaign.date is None or one.date >= campaign.date)][:2]

    # ------------------------------------------------------------ sendings

    async def send(self, campaign: int, date: dt.date, at: dt.datetime) -> int | None:
        """Let a campaign go out for a date from an instant on; None where it does already."""
        values = {
            "community_id": self.community.id,
            "campaign_id": campaign,
            "local_date": date,
            "state": Stage.SENDING.value,
            "next_at": at,
            "over_at": None,
        }
        begun = insert_or_ignore(self.connection, SendingRow, values).returning(SendingRow.id)
        return (await self.connection.execute(begun)).scalar_one_or_none()

    async def sending(self, number: int) -> Sending | None:
        """Return a sending, or None."""
        return next(iter(await self._sendings(SendingRow.id == number)), None)

    async def sendings(self, campaign: int, limit: int = 3) -> Sequence[Sending]:
        """Return the newest sendings of a campaign, newest first."""
        return await self._sendings(SendingRow.campaign_id == campaign, limit=limit)

    async def under_way(self, campaign: int) -> Sequence[Sending]:
        """Return the sendings of a campaign of which something may still wait for somebody's morning."""
        stages = (Stage.SENDING.value, Stage.SENT.value)
        return await self._sendings(SendingRow.campaign_id == campaign, SendingRow.state.in_(stages))

    async def due(self, now: dt.datetime) -> Sequence[Sending]:
        """Return the sendings whose next step is due."""
        return await self._sendings(SendingRow.next_at <= now)

    async def move(self, sending: int, stage: Stage, next_at: dt.datetime | None, *, over_at: dt.datetime | None = None) -> None:
        """Record how far a sending is, and when its next step is due."""
        moved = update(SendingRow).where(SendingRow.id == sending, SendingRow.community_id == self.community.id)
        await self.connection.execute(moved.values(state=stage.value, next_at=next_at, over_at=over_at))

    # ------------------------------------------------------------ what members are asked, and chose

    async def waiting_for(self, member: int, limit: int = 5) -> Sequence[tuple[Sending, Campaign]]:
        """Return what somebody was asked and may still answer, newest first."""
        numbers = select(ReceiptRow.sending_id).where(ReceiptRow.member_id == member, ReceiptRow.state == Receipt.ASKED.value)
        stages = [stage.value for stage in OPEN]
        found = await self._sendings(SendingRow.id.in_(numbers), SendingRow.state.in_(stages), limit=limit)
        known = {one.id: one for one in await self.several({each.campaign for each in found})}
        return [(each, known[each.campaign]) for each in found if each.campaign in known]

    async def preference(self, member: int) -> tuple[bool, Reads]:
        """Return whether a member wants no check-ins, and who usually reads their answers."""
        found = select(PreferenceRow.stopped, PreferenceRow.reads).where(PreferenceRow.member_id == member)
        row = (await self.connection.execute(found)).one_or_none()
        return (False, Reads.ANIMATORS) if row is None else (row.stopped, Reads(row.reads))

    async def prefer(self, member: int, *, stopped: bool, reads: Reads) -> None:
        """Keep what a member chose."""
        values = {"member_id": member, "community_id": self.community.id, "stopped": stopped, "reads": reads.value}
        await self.connection.execute(upsert(self.connection, PreferenceRow, values, keys=("member_id",)))

    async def stopped(self) -> set[int]:
        """Return who wants no check-ins."""
        rows = await self.connection.execute(
            select(PreferenceRow.member_id).where(PreferenceRow.community_id == self.community.id, PreferenceRow.stopped)
        )
        return set(rows.scalars())

    async def _campaigns(self, *which: Any, first: Any = None, limit: int | None = None, offset: int = 0) -> list[Campaign]:  # noqa: ANN401 - SQLAlchemy's conditions
        rows = await self.connection.execute(
            select(*CampaignRow.__table__.c)
            .where(CampaignRow.community_id == self.community.id, *which)
            .order_by(*(() if first is None else (first,)), CampaignRow.id.desc())
            .limit(limit)
            .offset(offset or None)
        )
        return [_campaign(row) for row in rows]

    async def _sendings(self, *which: Any, limit: int | None = None) -> list[Sending]:  # noqa: ANN401 - SQLAlchemy's conditions
        rows = await self.connection.execute(
            select(*SendingRow.__table__.c)
            .where(SendingRow.community_id == self.community.id, *which)
            .order_by(SendingRow.local_date.desc(), SendingRow.id.desc())
            .limit(limit)
        )
        return [Sending(row.id, row.campaign_id, row.local_date, Stage(row.state), row.next_at) for row in rows]

    def _one(self, campaign: int) -> Any:  # noqa: ANN401 - SQLAlchemy's Update, whose parameters it does not export
        return update(CampaignRow).where(CampaignRow.id == campaign, CampaignRow.community_id == self.community.id)


def _begun(begun: bool) -> tuple[Any, ...]:  # noqa: FBT001 - a condition, or none
    return (CampaignRow.state != State.DRAFT.value,) if begun else ()


def _columns(campaign: Campaign) -> dict[str, object]:
    return {
        "template": campaign.template,
        "title": campaign.title,
        "opening": campaign.opening,
        "questions": msgspec.json.encode(campaign.questions).decode(),
        "audience": campaign.audience.group.value,
        "days": campaign.audience.days,
        "audience_value": campaign.audience.value,
        "local_date": campaign.date,
        "local_time": f"{campaign.at:%H:%M}",
        "rule": "" if campaign.rule is None else msgspec.json.encode(campaign.rule).decode(),
        "day": campaign.day,
        "state": campaign.state.value,
    }


def _campaign(row: Any) -> Campaign:  # noqa: ANN401 - a row of `CampaignRow`'s columns
    return Campaign(
        row.id,
        row.template,
        row.title,
        row.opening,
        msgspec.json.decode(row.questions, type=tuple[Question, ...]),
        Audience(Group(row.audience), row.days, row.audience_value),
        row.local_date,
        dt.time.fromisoformat(row.local_time),
        msgspec.json.decode(row.rule, type=Recurrence) if row.rule else None,
        row.day,
        State(row.state),
        row.author_id,
    )
