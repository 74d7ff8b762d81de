"""What members note by hand of what they gained or gave, and what they change or take back of anything they gained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, delete, func, or_, select, update

from storage.base import Repository
from storage.outcomes import OutcomeRow, Outcomes, Subject
from storage.statements import insert_or_ignore

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from bot.model import Member
    from storage.outcomes import Outcome, Value

BY_HAND: Final = Subject.BY_HAND.value


class Ledger(Repository):
    """What members say of what they gained; it is theirs as long as they like."""

    async def note(  # noqa: PLR0913 - an outcome has these parts
        self,
        now: dt.datetime,
        *,
        gainer: Member,
        giver: Member | None,
        value: Value,
        note: str,
        amount_band: str | None = None,
        proposed: bool = False,
    ) -> int | None:
        """Keep what somebody gained, in their own words; `proposed`: whoever gave says it, and whoever gained it is asked.

        Return its id; None where the two of them noted something at the very same moment.
        """
        values: dict[str, Any] = {
            "community_id": self.community.id,
            "subject_kind": BY_HAND,
            "subject_id": select(func.coalesce(func.max(OutcomeRow.id), 0) + 1).scalar_subquery(),
            "gainer_id": gainer.id,
            "giver_id": giver.id if giver else None,
            "value": value.value,
            "note": note,
            "amount_band": amount_band,
            "recorded_at": now,
            "confirmed_at": None if proposed else now,
            "proposed": proposed,
        }
        statement = insert_or_ignore(self.connection, OutcomeRow, values).returning(OutcomeRow.id)
        return (await self.connection.execute(statement)).scalar_one_or_none()

    async def same(self, gainer: Member, giver: Member | None, note: str, since: dt.datetime) -> bool:
        """Tell whether the same was noted since then in the same words: a form sent twice."""
        found = await self.connection.execute(
            select(OutcomeRow.id)
            .where(OutcomeRow.gainer_id == gainer.id, OutcomeRow.subject_kind == BY_HAND, OutcomeRow.recorded_at >= since)
            .where(OutcomeRow.note == note, OutcomeRow.giver_id == (giver.id if giver else None))
            .limit(1)
        )
        return found.first() is not None

    async def resting(self, giver: Member, gainer: Member, since: dt.datetime) -> bool:
        """Tell whether somebody proposed since then what another gained thanks to them, or the other withdrew such a thing."""
        found = await self.connection.execute(
            select(OutcomeRow.id).where(*self._proposed(giver, since), OutcomeRow.gainer_id == gainer.id).limit(1)
        )
        return found.first() is not None

    async def proposed(self, giver: Member, since: dt.datetime) -> int:
        """Return how often somebody proposed since then what others gained thanks to them, whatever came of it."""
        said = or_(OutcomeRow.refused_at.is_(None), OutcomeRow.refused_at != OutcomeRow.recorded_at)
        found = select(func.count()).select_from(OutcomeRow).where(*self._proposed(giver, since), said)
        return (await self.connection.execute(found)).scalar_one()

    async def pending(self, member: Member, limit: int) -> Sequence[Outcome]:
        """Return what others say that a member gained thanks to them, and that they did not answer yet, oldest first."""
        rows = await self.connection.execute(
            select(OutcomeRow.id)
            .where(OutcomeRow.community_id == self.community.id, OutcomeRow.gainer_id == member.id)
            .where(OutcomeRow.confirmed_at.is_(None), OutcomeRow.proposed, OutcomeRow.refused_at.is_(None))
            .order_by(OutcomeRow.id)
            .limit(limit)
        )
        outcomes = Outcomes(self.connection, self.community)
        found = [await outcomes.get(number) for number in rows.scalars().all()]
        return [one for one in found if one is not None]

    async def decline(self, outcome: int, gainer: Member, now: dt.datetime) -> bool:
        """Record that whoever is said to have gained something did not; nobody is told. False if it is not theirs, or is said."""
        declined = await self.connection.execute(
            self._one(outcome, gainer)
            .where(OutcomeRow.confirmed_at.is_(None), OutcomeRow.proposed, OutcomeRow.refused_at.is_(None))
            .values(refused_at=now)
        )
        return declined.rowcount == 1

    async def change(  # noqa: PLR0913 - what can be changed
        self, outcome: int, gainer: Member, now: dt.datetime, *, value: Value, note: str, amount_band: str | None
    ) -> bool:
        """Keep something else of what somebody gained; what they were only told of is confirmed by that."""
        changed = await self.connection.execute(
            self._one(outcome, gainer).values(
                value=value.value,
                note=note,
                amount_band=amount_band,
                confirmed_at=func.coalesce(OutcomeRow.confirmed_at, now),
                refused_at=None,
            )
        )
        return changed.rowcount == 1

    async def withdraw(self, outcome: int, gainer: Member, now: dt.datetime) -> bool:
        """Forget what somebody gained, and with it the credit of whoever gave it; False if it is not theirs, or not confirmed.

        What is left says nothing but when, as of something proposed and refused: whoever gave it may not propose it again at once.
        """
        theirs = and_(
            OutcomeRow.id == outcome,
            OutcomeRow.community_id == self.community.id,
            OutcomeRow.gainer_id == gainer.id,
            OutcomeRow.confirmed_at.is_not(None),
        )
        blank = {"value": "", "note": "", "amount_band": None, "recommended_by": None, "confirmed_at": None}
        refused = {"proposed": True, "recorded_at": now, "refused_at": now}
        subject = {"subject_kind": BY_HAND, "subject_id": -OutcomeRow.id}
        left = update(OutcomeRow).where(theirs, OutcomeRow.giver_id.is_not(None)).values({**blank, **refused, **subject})
        if (await self.connection.execute(left)).rowcount:
            return True
        return (await self.connection.execute(delete(OutcomeRow).where(theirs))).rowcount == 1

    def _proposed(self, giver: Member, since: dt.datetime) -> tuple[Any, ...]:
        mine = (OutcomeRow.community_id == self.community.id, OutcomeRow.giver_id == giver.id)
        return (*mine, OutcomeRow.proposed, OutcomeRow.recorded_at > since)

    def _one(self, outcome: int, gainer: Member) -> Any:  # noqa: ANN401 - SQLAlchemy's Update, whose parameters it does not export
        return update(OutcomeRow).where(
            OutcomeRow.id == outcome, OutcomeRow.community_id == self.community.id, OutcomeRow.gainer_id == gainer.id
        )
