"""Which circles have a place: for somebody who would like to be in one, for a whole circle that fell under three."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, bindparam, exists, func, or_, select

from storage.base import Instant, Repository, aliased
from storage.circle import LARGEST, Part, State, Step
from storage.circle_merges import CircleMergeRow
from storage.circles import CirclePeerRow, CircleRow, Circles
from storage.participation import ExclusionRow

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from storage.circle import Circle

_ALIVE: Final = (State.FORMING.value, State.RUNNING.value)
_inside = aliased(CirclePeerRow)
_own = aliased(CirclePeerRow)
_size: Final = (
    select(func.count())
    .where(_inside.circle_id == CircleRow.id, _inside.part == Part.IN.value)
    .correlate(CircleRow)
    .scalar_subquery()
)
_concerned: Final = exists().where(
    _own.circle_id == CircleRow.id,
    _own.member_id == bindparam("member"),
    or_(
        _own.part.in_([Part.IN.value, Part.INVITED.value]),
        and_(_own.part == Part.REFUSED.value, _own.since > bindparam("since", type_=Instant())),
    ),
)


def _apart(one: Any, other: Any) -> Any:  # noqa: ANN401 - the columns of a wish, and a condition
    """Return that somebody of a circle and the member are not to be put together."""
    return exists().where(
        _inside.circle_id == CircleRow.id, _inside.part == Part.IN.value, one == bindparam("member"), other == _inside.member_id
    )


_WITH_ROOM: Final = (
    select(CircleRow.id)
    .where(
        CircleRow.community_id == bindparam("community"),
        CircleRow.state.in_(_ALIVE),
        _size.between(1, LARGEST - 1),
        ~_concerned,
        ~_apart(ExclusionRow.by_id, ExclusionRow.of_id),
        ~_apart(ExclusionRow.of_id, ExclusionRow.by_id),
    )
    .order_by(_size, CircleRow.id)
    .limit(bindparam("limit"))
)
_OPEN: Final = (
    select(CircleRow.id)
    .where(
        CircleRow.community_id == bindparam("community"),
        CircleRow.state.in_(_ALIVE),
        CircleRow.open.is_(True),
        _size.between(1, LARGEST - 1),
    )
    .order_by(_size, CircleRow.id)
    .limit(bindparam("limit"))
)
_undecided = exists().where(
    or_(CircleMergeRow.small_id == CircleRow.id, CircleMergeRow.large_id == CircleRow.id),
    CircleMergeRow.step.in_([Step.OFFERED.value, Step.ASKED.value]),
)
_offered = exists().where(
    or_(
        and_(CircleMergeRow.small_id == bindparam("circle"), CircleMergeRow.large_id == CircleRow.id),
        and_(CircleMergeRow.large_id == bindparam("circle"), CircleMergeRow.small_id == CircleRow.id),
    ),
    CircleMergeRow.ends_at > bindparam("since", type_=Instant()),
)
_TO_JOIN: Final = (
    select(CircleRow.id)
    .where(
        CircleRow.community_id == bindparam("community"),
        CircleRow.state == State.RUNNING.value,
        CircleRow.id != bindparam("circle"),
        _size.between(1, bindparam("most")),
        ~_undecided,
        ~_offered,
    )
    .order_by(_size, CircleRow.id)
    .limit(bindparam("limit"))
)


class CirclePlaces(Repository):
    """The places in the circles of a community."""

    async def for_member(self, member: int, since: dt.datetime, limit: int) -> Sequence[Circle]:
        """Return circles that somebody could ask to be in, those that look for a third first.

        Not those that invited them, or refused them since; nor those with somebody they are not to be put together with.
        """
        values = {"community": self.community.id, "member": member, "since": since, "limit": limit}
        return await self._circles(list((await self.connection.execute(_WITH_ROOM, values)).scalars()))

    async def open_doors(self, limit: int) -> Sequence[Circle]:
        """Return circles with a place that whoever likes may take, those that look for a third first."""
        values = {"community": self.community.id, "limit": limit}
        return await self._circles(list((await self.connection.execute(_OPEN, values)).scalars()))

    async def for_circle(self, circle: Circle, since: dt.datetime, limit: int) -> Sequence[Circle]:
        """Return circles that have room for all of one, the smallest first; none that the two were offered since, or another is."""
        most = LARGEST - len(circle.members)
        values = {"community": self.community.id, "circle": circle.id, "most": most, "since": since, "limit": limit}
        return await self._circles(list((await self.connection.execute(_TO_JOIN, values)).scalars()))

    async def _circles(self, numbers: Sequence[int]) -> Sequence[Circle]:
        found = {each.id: each for each in await Circles(self.connection, self.community).several(numbers)}
        return [found[number] for number in numbers if number in found]
