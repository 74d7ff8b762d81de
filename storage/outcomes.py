"""Outcomes: what somebody gained here, with its kind of value, whom they owe it to, and that they say so themselves.

One table for requests, opportunities, meetings, circles and what members note by hand. An outcome counts once whoever gained it has
confirmed it; until then only the two of them know of it. An amount is a band and belongs in totals over many alone.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, UniqueConstraint, and_, delete, false, select, text, update

from bot.model import Member
from storage.base import Base, InCommunity, Key, Mapped, OfMember, Repository, aliased, mapped_column
from storage.people import MemberRow
from storage.statements import insert_or_ignore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement


class Subject(StrEnum):
    """What an outcome came of."""

    REQUEST = "request"
    OPPORTUNITY = "opportunity"
    MEETING = "meeting"
    CIRCLE = "circle"
    """By the id of one of its weeks: what a circle gives is asked about more than once."""
    BY_HAND = "by_hand"
    """Of nothing the bot knows of: a member noted it. Its number says nothing, it only tells one from another."""


class Value(StrEnum):
    """The four kinds of value."""

    ECONOMIC = "economic"
    SKILL = "skill"
    REPUTATION = "reputation"
    SUPPORT = "support"


BOUNDS: Final[Mapping[str, tuple[int, int | None]]] = {
    "500": (0, 500),
    "2000": (500, 2_000),
    "5000": (2_000, 5_000),
    "20000": (5_000, 20_000),
    "more": (20_000, None),
}
"""What an amount lies between, by the word of its band; None where a band has no end."""


class OutcomeRow(Base):
    """Something gained. `giver_id` is empty where the giver was erased, `value` where nobody said which kind.

    `recommended_by` is who brought the two together. `amount_band` is a word of `BOUNDS`. `proposed`: whoever gave says it, by
    hand; `refused_at` is when whoever is said to have gained it said no.
    """

    __tablename__ = "outcome"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "gainer_id", "giver_id"),
        Index(None, "gainer_id", "confirmed_at"),
        Index(None, "giver_id", "confirmed_at"),
        Index("ix_outcome_unconfirmed", "recorded_at", sqlite_where=text("confirmed_at IS NULL")),
        Index("ix_outcome_spread", "community_id", "confirmed_at", "value", "giver_id", "gainer_id"),
        Index(
            "ix_outcome_amounts",
            *("community_id", "confirmed_at", "amount_band", "gainer_id"),
            sqlite_where=text("amount_band IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    subject_kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    gainer_id: Mapped[OfMember]
    giver_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    recommended_by: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    value: Mapped[str] = mapped_column(server_default="")
    note: Mapped[str] = mapped_column(server_default="")
    amount_band: Mapped[str | None]
    recorded_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]
    proposed: Mapped[bool] = mapped_column(server_default=false())
    refused_at: Mapped[dt.datetime | None]


WITHDRAWN: Final = and_(OutcomeRow.proposed, OutcomeRow.confirmed_at.is_(None), OutcomeRow.note == "")
"""What whoever gained it took back: a row without words, which nothing that is proposed is. Whoever gave it is not told."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something gained, or said to be. `value` is None where nobody said which kind, `giver` where they are gone."""

    id: int
    subject: Subject
    subject_id: int
    gainer: Member
    giver: Member | None
    recommended_by: Member | None
    value: Value | None
    note: str
    amount_band: str | None
    recorded_at: dt.datetime
    confirmed_at: dt.datetime | None

    @property
    def withdrawn(self) -> bool:
        """Whether whoever gained it took it back, as `WITHDRAWN` says."""
        return self.subject is Subject.BY_HAND and self.confirmed_at is None and not self.note


_gainer, _giver, _recommender = aliased(MemberRow), aliased(MemberRow), aliased(MemberRow)
_OWN: Final = (
    OutcomeRow.id,
    OutcomeRow.subject_kind,
    OutcomeRow.subject_id,
    OutcomeRow.value,
    OutcomeRow.note,
    OutcomeRow.amount_band,
    OutcomeRow.recorded_at,
    OutcomeRow.confirmed_at,
)
_WIDTH: Final = 6
"""How many columns make a member."""


def _columns(member: type[MemberRow]) -> tuple[Any, ...]:
    return (member.id, member.name, member.locale, member.zone, member.joined_at, member.left_at)


_OUTCOMES: Final = (
    select(*_OWN, *_columns(_gainer), *_columns(_giver), *_columns(_recommender))
    .join(_gainer, _gainer.id == OutcomeRow.gainer_id)
    .outerjoin(_giver, _giver.id == OutcomeRow.giver_id)
    .outerjoin(_recommender, _recommender.id == OutcomeRow.recommended_by)
)


class Outcomes(Repository):
    """The outcomes of a community."""

    async def record(  # noqa: PLR0913 - an outcome has these parts
        self,
        subject: Subject,
        subject_id: int,
        now: dt.datetime,
        *,
        gainer: Member,
        giver: Member | None,
        value: Value | None = None,
        note: str = "",
        amount_band: str | None = None,
        recommended_by: Member | None = None,
        confirmed: bool = False,
    ) -> int | None:
        """Keep what somebody gained; return its id, None where it was recorded before.

        `confirmed`: whoever gained it says so themselves. Where somebody else does, they are asked, and `confirm` follows.
        """
        values = {
            "community_id": self.community.id,
            "subject_kind": subject.value,
            "subject_id": subject_id,
            "gainer_id": gainer.id,
            "giver_id": giver.id if giver else None,
            "recommended_by": recommended_by.id if recommended_by else None,
            "value": value.value if value else "",
            "note": note,
            "amount_band": amount_band,
            "recorded_at": now,
            "confirmed_at": now if confirmed else None,
        }
        statement = insert_or_ignore(self.connection, OutcomeRow, values).returning(OutcomeRow.id)
        return (await self.connection.execute(statement)).scalar_one_or_none()

    async def get(self, outcome: int) -> Outcome | None:
        """Return an outcome of this community, or None."""
        found = await self._where(OutcomeRow.id == outcome)
        return found[0] if found else None

    async def of(self, subject: Subject, subject_id: int) -> Sequence[Outcome]:
        """Return what came of something, confirmed or not, oldest first."""
        return await self._where(OutcomeRow.subject_kind == subject.value, OutcomeRow.subject_id == subject_id)

    async def confirm(
        self, outcome: int, gainer: Member, now: dt.datetime, *, value: Value | None = None, amount_band: str | None = None
    ) -> bool:
        """Record that whoever gained it says so; False if they did before, or if it is not theirs. What is None stays."""
        changes: dict[str, Any] = {"confirmed_at": now, "refused_at": None}
        if value is not None:
            changes["value"] = value.value
        if amount_band is not None:
            changes["amount_band"] = amount_band
        confirmed = await self.connection.execute(
            update(OutcomeRow)
            .where(
                OutcomeRow.id == outcome,
                OutcomeRow.community_id == self.community.id,
                OutcomeRow.gainer_id == gainer.id,
                OutcomeRow.confirmed_at.is_(None),
            )
            .values(**changes)
        )
        return confirmed.rowcount == 1

    async def refuse(self, outcome: int, gainer: Member) -> bool:
        """Forget an outcome that whoever is said to have gained it did not; False if they confirmed it, or it is not theirs."""
        refused = await self.connection.execute(
            delete(OutcomeRow).where(
                OutcomeRow.id == outcome,
                OutcomeRow.community_id == self.community.id,
                OutcomeRow.gainer_id == gainer.id,
                OutcomeRow.confirmed_at.is_(None),
            )
        )
        return refused.rowcount == 1

    async def gained(self, member: Member) -> Sequence[Outcome]:
        """Return what a member gained and confirmed, oldest first."""
        return await self._where(OutcomeRow.gainer_id == member.id, OutcomeRow.confirmed_at.is_not(None))

    async def given(self, member: Member) -> Sequence[Outcome]:
        """Return what others gained and confirmed thanks to a member, oldest first."""
        return await self._where(OutcomeRow.giver_id == member.id, OutcomeRow.confirmed_at.is_not(None))

    async def _where(self, *conditions: ColumnElement[bool]) -> Sequence[Outcome]:
        rows = await self.connection.execute(
            _OUTCOMES.where(OutcomeRow.community_id == self.community.id, *conditions).order_by(OutcomeRow.id)
        )
        return [_outcome(row) for row in rows]


def _member(values: Sequence[Any]) -> Member | None:
    """Return the member of the values of `_columns`, None where there is none; those who left are told as such."""
    if values[0] is None:
        return None
    identifier, name, locale, zone, joined_at, left_at = values
    return Member(identifier, name, locale, zone, joined_at=joined_at, left=left_at is not None)


def _outcome(values: Sequence[Any]) -> Outcome:
    identifier, subject, subject_id, value, note, amount_band, recorded_at, confirmed_at = values[: len(_OWN)]
    members = values[len(_OWN) :]
    gainer, giver, recommender = (_member(members[start : start + _WIDTH]) for start in (0, _WIDTH, 2 * _WIDTH))
    if gainer is None:  # the join leaves none out
        message = f"outcome {identifier}: nobody gained it"
        raise LookupError(message)
    return Outcome(
        identifier,
        Subject(subject),
        subject_id,
        gainer,
        giver,
        recommender,
        Value(value) if value else None,
        note,
        amount_band,
        recorded_at,
        confirmed_at,
    )
