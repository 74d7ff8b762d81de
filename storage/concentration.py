"""How help and business are spread over members: the share that the most active tenth holds. Never who."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, bindparam, case, cast, func, select

from storage.base import Instant, Repository
from storage.departures import FormerRow
from storage.outcomes import OutcomeRow, Value

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from storage.pulse import Window

FEWEST: Final = 10
"""Members among whom a tenth is worth naming."""
TENTH: Final = 10


@dataclass(frozen=True, slots=True)
class Concentration:
    """Members who gave or got something, how much there was in all, and how much of it the most active tenth had."""

    members: int
    total: int
    most_active: int

    @property
    def share(self) -> float | None:
        """The share of the most active tenth, from 0 to 1; None among too few to say. Spread evenly, it is a tenth."""
        return self.most_active / self.total if self.members >= FEWEST else None


def _spread(whose: Any, *conditions: ColumnElement[bool]) -> Any:  # noqa: ANN401 - a column of members, a statement
    held = (
        select(func.count().label("number"))
        .where(
            OutcomeRow.community_id == bindparam("community"),
            OutcomeRow.confirmed_at >= bindparam("start", type_=Instant()),
            OutcomeRow.confirmed_at < bindparam("end", type_=Instant()),
            *conditions,
        )
        .group_by(whose)
        .subquery()
    )
    # Members who hold the same number are alike: a few groups are ranked, rather than everybody.
    alike = select(held.c.number, func.count().label("members")).group_by(held.c.number).subquery()
    before = func.coalesce(func.sum(alike.c.members).over(order_by=alike.c.number.desc(), rows=(None, -1)), 0)
    everybody = cast(func.sum(alike.c.members).over(), BigInteger)
    ranked = select(
        alike.c.number,
        alike.c.members,
        cast(before, BigInteger).label("before"),
        ((everybody + (TENTH - 1)) // TENTH).label("tenth"),
    ).subquery()
    places = ranked.c.tenth - ranked.c.before
    taken = case((places <= 0, 0), (places < ranked.c.members, places), else_=ranked.c.members)
    return select(
        func.coalesce(func.sum(ranked.c.members), 0),
        func.coalesce(func.sum(ranked.c.members * ranked.c.number), 0),
        func.coalesce(func.sum(taken * ranked.c.number), 0),
    )


_HELP: Final = _spread(OutcomeRow.giver_id, OutcomeRow.giver_id.is_not(None), OutcomeRow.value != Value.ECONOMIC.value)
_BUSINESS: Final = _spread(
    OutcomeRow.gainer_id,
    OutcomeRow.value == Value.ECONOMIC.value,
    OutcomeRow.gainer_id.not_in(select(FormerRow.member_id)),  # all who were erased are not one who got much
)


class Concentrations(Repository):
    """How a community's help and business are spread."""

    async def help(self, window: Window) -> Concentration:
        """Return how help is spread over those who gave it: gains other than business that others confirmed."""
        return await self._found(_HELP, window)

    async def business(self, window: Window) -> Concentration:
        """Return how business is spread over those who got it: economic gains that they confirmed."""
        return await self._found(_BUSINESS, window)

    async def _found(self, statement: Any, window: Window) -> Concentration:  # noqa: ANN401 - a statement
        given = {"community": self.community.id, "start": window.start, "end": window.end}
        return Concentration(*map(int, (await self.connection.execute(statement, given)).one()))
