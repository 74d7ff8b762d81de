"""Lists of live opportunities: a page of them, those that fit a member, those that say nearly the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, bindparam, func, select

from bot.i18n import fold
from bot.skills.fitness import fit_known, wanted
from bot.skills.understanding import understand
from storage.base import Repository
from storage.opportunities import OPPORTUNITIES, OpportunityRow, opportunity_of
from storage.opportunity import LIVE
from storage.people import MemberRow
from storage.skill_index import Kind as Indexed
from storage.skill_index import SkillIndex, SkillSubjectRow, impacts
from storage.statements import escaped, listed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute

    from bot.model import Member
    from storage.opportunity import Contents, Kind, Opportunity, Place

NEAR: Final = 500
"""Opportunities nearest to a member by the index, among which are those that the filters leave."""
JUDGED: Final = 60
"""How many of those are looked at for whether they fit."""
ALIKE: Final = 15
"""Opportunities nearest to a new one, which may be the same."""
OWN: Final = 50

_ids = listed("ids", BigInteger)
_LIVE: Final = (OpportunityRow.status.in_([status.value for status in LIVE]), MemberRow.left_at.is_(None))
_SEVERAL: Final = OPPORTUNITIES.where(
    OpportunityRow.community_id == bindparam("community"), OpportunityRow.id.in_(_ids), *_LIVE
).order_by(OpportunityRow.published_at.desc(), OpportunityRow.id.desc())
_TERMS: Final = select(SkillSubjectRow.subject_id, SkillSubjectRow.terms).where(
    SkillSubjectRow.community_id == bindparam("community"),
    SkillSubjectRow.kind == Indexed.OPPORTUNITY.value,
    SkillSubjectRow.subject_id.in_(_ids),
)


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list is narrowed by: each word has to be in what is said of an opportunity."""

    words: str = ""
    kind: Kind | None = None
    place: Place | None = None


class OpportunityLists(Repository):
    """The live opportunities of a community, of members who are here."""

    async def page(self, sought: Sought, limit: int, offset: int = 0, without: Collection[int] = ()) -> Sequence[Opportunity]:
        """Return some, newest first."""
        rows = await self.connection.execute(
            OPPORTUNITIES.where(*self._conditions(sought), OpportunityRow.id.not_in(_ids))
            .order_by(OpportunityRow.published_at.desc(), OpportunityRow.id.desc())
            .limit(limit)
            .offset(offset),
            {"ids": list(without)},
        )
        return [opportunity_of(row) for row in rows.mappings()]

    async def number(self, sought: Sought) -> int:
        """Return how many there are."""
        return (await self.connection.execute(self._of(func.count()).where(*self._conditions(sought)))).scalar_one()

    async def several(self, identifiers: Collection[int]) -> Mapping[int, Opportunity]:
        """Return those of some that are live, by id."""
        rows = await self.connection.execute(_SEVERAL, {"community": self.community.id, "ids": list(identifiers)})
        return {one.id: one for one in map(opportunity_of, rows.mappings())}

    async def fitting(self, words: str, locale: str, sought: Sought) -> Sequence[int]:
        """Return those that fit what a member says of themselves, best first; the others are not among them."""
        wish = wanted(words, locale)
        index = SkillIndex(self.connection, self.community)
        known = await index.frequencies(Indexed.OPPORTUNITY, [term.key for term in wish.terms])
        near = [one for one, _score in await index.nearest(Indexed.OPPORTUNITY, wish.terms, NEAR, frequencies=known)]
        left = await self.connection.execute(
            self._of(OpportunityRow.id).where(*self._conditions(sought), OpportunityRow.id.in_(_ids)), {"ids": near}
        )
        kept = set(left.scalars())
        judged = [one for one in near if one in kept][:JUDGED]
        rows = await self.connection.execute(_TERMS, {"community": self.community.id, "ids": judged})
        scores = {one: fit_known(wish, impacts(terms), known.rarity) for one, terms in rows}
        return sorted((one for one in judged if scores.get(one)), key=lambda one: (-scores[one], -one))

    async def near(self, poster: Member, contents: Contents) -> Sequence[Opportunity]:
        """Return those that may say the same as another one, newest first: a member's own, and the nearest by the index."""
        terms = understand(f"{contents.title}\n{contents.skills}\n{contents.what}", contents.locale)
        index = SkillIndex(self.connection, self.community)
        nearest = [one for one, _score in await index.nearest(Indexed.OPPORTUNITY, terms, ALIKE)]
        own = await self.connection.execute(
            self._of(OpportunityRow.id).where(*self._conditions(Sought()), OpportunityRow.member_id == poster.id).limit(OWN)
        )
        return list((await self.several({*nearest, *own.scalars()})).values())

    def _of(self, column: ColumnElement[int] | InstrumentedAttribute[int]) -> Select[int]:
        return select(column).select_from(OpportunityRow).join(MemberRow, MemberRow.id == OpportunityRow.member_id)

    def _conditions(self, sought: Sought) -> Sequence[ColumnElement[bool]]:
        chosen = ((OpportunityRow.kind, sought.kind), (OpportunityRow.place, sought.place))
        return [
            OpportunityRow.community_id == self.community.id,
            *_LIVE,
            *(OpportunityRow.searched.like(escaped(word), escape="\\") for word in fold(sought.words).split()),
            *(column == value.value for column, value in chosen if value is not None),
        ]
