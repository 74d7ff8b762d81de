"""What many answered to check-ins: sums, in which nobody is.

Whoever answers for totals alone leaves nothing but a count added to these. Such counts become visible by fives, so that no
difference between two looks tells what the last one said.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Date, ForeignKey, select, update

from storage.base import Base, Mapped, Repository, mapped_column
from storage.checkin import Kind
from storage.statements import insert_or_ignore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from storage.checkin import Campaign, Said

BATCH: Final = 5
"""Answers without a reader that become visible together; and the fewest that are shown at all."""
ALL: Final = ""
"""The option under which everybody who answered a question is counted."""


class TallyRow(Base):
    """How many chose an option. `named` gave answers that animators read; of the others, `shown` are visible, `waiting` not yet."""

    __tablename__ = "checkin_tally"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("checkin_campaign.id", ondelete="CASCADE"), primary_key=True)
    period: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    question: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    option: Mapped[str] = mapped_column(primary_key=True)
    named: Mapped[int]
    shown: Mapped[int]
    waiting: Mapped[int]


@dataclass(frozen=True, slots=True)
class Point:
    """What many answered to one question in one period: how many in all, and how many chose each option."""

    period: dt.date
    answers: int
    options: Mapping[str, int]


class CheckinTotals(Repository):
    """What many of a community answered."""

    async def add(self, campaign: Campaign, date: dt.date, said: Said, *, named: bool, by: int = 1) -> None:
        """Add what somebody chose to the totals; words are in none. `by` -1 takes a named answer out again.

        The caller holds the community's lock.
        """
        period = campaign.period(date)
        for number, (question, chosen) in enumerate(zip(campaign.questions, said.answers, strict=False)):
            if question.kind is Kind.TEXT or not chosen:
                continue
            for option in (ALL, *chosen):
                await self._add(campaign.id, period, number, option, by, named=named)
            if not named:
                await self._show(campaign.id, period, number)

    async def points(self, campaign: Campaign, question: int, limit: int = 6) -> Sequence[Point]:
        """Return what was answered to a question, oldest first, of the newest periods in which at least five answered."""
        rows = await self.connection.execute(
            select(TallyRow.period, TallyRow.option, (TallyRow.named + TallyRow.shown).label("members"))
            .where(TallyRow.campaign_id == campaign.id, TallyRow.question == question)
            .order_by(TallyRow.period.desc())
        )
        periods: dict[dt.date, dict[str, int]] = {}
        for row in rows:
            periods.setdefault(row.period, {})[row.option] = row.members
        points = [
            Point(period, options[ALL], {option: members for option, members in options.items() if option != ALL})
            for period, options in periods.items()
            if options.get(ALL, 0) >= BATCH
        ]
        return points[:limit][::-1]

    async def _add(self, campaign: int, period: dt.date, question: int, option: str, by: int, *, named: bool) -> None:  # noqa: PLR0913 - the key of a sum
        key = {"campaign_id": campaign, "period": period, "question": question, "option": option}
        await self.connection.execute(insert_or_ignore(self.connection, TallyRow, {**key, "named": 0, "shown": 0, "waiting": 0}))
        changed = {"named": TallyRow.named + by} if named else {"waiting": TallyRow.waiting + by}
        await self.connection.execute(update(TallyRow).where(*_sum(campaign, period, question, option)).values(changed))

    async def _show(self, campaign: int, period: dt.date, question: int) -> None:
        """Let the answers of five people without a reader be seen, together."""
        waiting = select(TallyRow.waiting).where(*_sum(campaign, period, question, ALL))
        if (await self.connection.execute(waiting)).scalar_one() >= BATCH:
            shown = update(TallyRow).where(*_sum(campaign, period, question))
            await self.connection.execute(shown.values(shown=TallyRow.shown + TallyRow.waiting, waiting=0))


def _sum(campaign: int, period: dt.date, question: int, option: str | None = None) -> tuple[Any, ...]:
    """Return what is true of the rows of a question in a period, or of the one of an option."""
    common = (TallyRow.campaign_id == campaign, TallyRow.period == period, TallyRow.question == question)
    return common if option is None else (*common, TallyRow.option == option)
