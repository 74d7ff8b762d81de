"""Who to look at, of however many: the index names some, and only what is known of those is read, for the ranking to judge."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, and_, bindparam, func, select

from bot.clock import SystemClock
from bot.hours import common_hours
from bot.i18n import today
from bot.skills.ranking import Candidate, rank_helpers
from bot.skills.understanding import widen
from storage.asked import AskedRow
from storage.base import Instant, Repository, aliased
from storage.past_help import PastHelp, Solved
from storage.people import AccountRow, MemberRow, working_hours
from storage.profiles import Profile, Profiles
from storage.requests import RequestRow, Status
from storage.skill_index import Kind, SkillIndex, SkillSubjectRow, impacts
from storage.statements import listed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from bot.config import CommunityConfig
    from bot.hours import WorkingHours
    from bot.skills.ranking import Match
    from bot.skills.weights import Rarity
    from storage.statements import AnySelect

NEAR: Final = 60
"""Members nearest to a need that the ranking judges."""
ENOUGH: Final = 15
"""Members who may be asked, below which the next nearest are looked at too."""
ROUNDS: Final = 4
"""How often that is done at most: in a community where nearly everybody was asked enough lately, some will be."""
MONTH: Final = dt.timedelta(days=30)
"""What "lately" is counted over."""
NEWCOMER: Final = dt.timedelta(days=45)
"""How long after they joined somebody is new."""

_account = aliased(AccountRow)
_told_zone = (
    select(_account.zone)
    .where(_account.member_id == MemberRow.id)
    .order_by(_account.last_seen.desc())
    .limit(1)
    .correlate(MemberRow)
    .scalar_subquery()
)
_asked_lately = (
    select(func.count())
    .where(AskedRow.member_id == MemberRow.id, AskedRow.asked_at >= bindparam("since", type_=Instant()))
    .correlate(MemberRow)
    .scalar_subquery()
)
_helped = (
    select(func.count())
    .where(RequestRow.helper_id == MemberRow.id, RequestRow.status == Status.SOLVED.value)
    .correlate(MemberRow)
    .scalar_subquery()
)
_FACTS: Final[AnySelect] = (
    select(
        MemberRow.id,
        MemberRow.zone,
        MemberRow.workdays,
        MemberRow.workhours,
        _told_zone,
        _asked_lately,
        _helped,
        SkillSubjectRow.terms,
    )
    .outerjoin(
        SkillSubjectRow,
        and_(
            SkillSubjectRow.community_id == MemberRow.community_id,
            SkillSubjectRow.kind == Kind.OFFERS.value,
            SkillSubjectRow.subject_id == MemberRow.id,
        ),
    )
    .where(MemberRow.community_id == bindparam("community"), MemberRow.id.in_(listed("members", BigInteger)))
)


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody needs. `asker`: who asks, not among those found; `locale`: their language; `request`: the one that says it.

    Both numbers are 0 where there is none.
    """

    text: str
    locale: str = ""
    asker: int = 0
    request: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Who may be able to help, for the ranking; how rare terms are in the whole community; solved requests that are close."""

    candidates: Sequence[Candidate]
    rarity: Rarity
    solved: Sequence[Solved] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """A member, and who may gain from knowing them."""

    me: Candidate
    found: Found


@dataclass(frozen=True, slots=True)
class _Fact:
    """What is known of a member beside their profile."""

    hours: WorkingHours
    zone: str
    asked: int
    helped: int
    known: Mapping[str, float] | None


async def explained(url: str, community: CommunityConfig, need: str, locale: str = "") -> Sequence[Match]:
    """Return who would be found for a need in a configured community, for the command line; nothing is written to its tables.

    Raises:
        ConfigError: the database cannot be opened or is not up to date; the sentence names `database.url`.
    """
    from storage.db import open_store  # noqa: PLC0415 - that opens all of storage
    from storage.desk import existing  # noqa: PLC0415

    async with existing(url):
        pass  # an older database is left to `confrere db upgrade`: a question changes nothing
    store = await open_store(url, community=community)
    try:
        (found, *_others) = await store.communities()
        async with store.unit(write=False) as unit:
            near = await unit.use(Finding, found).helpers(Need(need, locale), SystemClock().now())
        return rank_helpers(need, near.candidates, locale=locale, rarity=near.rarity)
    finally:
        await store.close()


class Finding(Repository):
    """The candidates of a community."""

    async def helpers(
        self,
        need: Need,
        now: dt.datetime,
        *,
        resting: Callable[[Collection[int]], Awaitable[AbstractSet[int]]] | None = None,
        told: Callable[[Solved], str] | None = None,
        including: Collection[int] = (),
    ) -> Found:
        """Return who may be able to help.

        `resting` returns, of some members, those who are left in peace: they are `capped`, and others are looked at in their place.
        `told` returns what may be said of a past request, empty for nothing; by itself, only those posted to everybody are told.
        `including` are members to judge in any case, such as those who were asked already; they are never `capped`.
        """
        terms = widen(need.text, need.locale)
        index = SkillIndex(self.connection, self.community)
        known = await index.frequencies(Kind.OFFERS, [term.key for term in terms])
        solved = await PastHelp(self.connection, self.community).close_to(terms, excluding=need.request)
        helped = _helped_with(solved, told or _public)
        mine = await self._fact_of(need.asker, now)
        wanted: set[int] = {*including, *helped} - {need.asker}
        seen = {need.asker, *wanted}
        found: list[Candidate] = []
        for _round in range(ROUNDS):
            near = await index.nearest(Kind.OFFERS, terms, NEAR, seen, turn=need.request, frequencies=known)
            wanted.update(member for member, _score in near)
            seen |= wanted
            found += await self._candidates(wanted, now, mine, helped=helped, resting=resting, including=including)
            wanted.clear()
            usable = sum(not one.capped and one.available is not False for one in found)
            if usable >= ENOUGH or len(near) < NEAR:
                break
        return Found(found, known.rarity, solved)

    async def allies(self, member: int, now: dt.datetime, *, locale: str = "") -> Near | None:
        """Return a member and who may gain from knowing them, or the other way round; None where they told nothing yet.

        Where few have anything in common with them, there are others too: somebody to begin with.
        """
        me = (await self._candidates((member,), now, None)) if member else []
        if not me or not (me[0].offers or me[0].does or me[0].seeks):
            return None
        mine = replace(me[0], locale=locale or me[0].locale)
        index = SkillIndex(self.connection, self.community)
        sought, given = widen(mine.seeks, mine.locale), widen(f"{mine.offers}\n{mine.does}", mine.locale)
        known = await index.frequencies(Kind.OFFERS, {term.key for term in (*sought, *given)})
        near: dict[int, float] = {}
        for kind, terms, most in (
            (Kind.OFFERS, sought, NEAR // 2),
            (Kind.SEEKS, given, NEAR // 2),
            (Kind.OFFERS, given, NEAR // 4),
        ):
            frequencies = known if kind is Kind.OFFERS else None
            near.update(await index.nearest(kind, terms, most, {member, *near}, turn=member, frequencies=frequencies))
        if len(near) < ENOUGH:
            near |= dict.fromkeys(await index.some(Kind.OFFERS, ENOUGH, {member, *near}, turn=member), 0.0)
        return Near(mine, Found(await self._candidates(near, now, None), known.rarity))

    async def _candidates(  # noqa: PLR0913 - what is known of them from elsewhere
        self,
        members: Collection[int],
        now: dt.datetime,
        asker: _Fact | None,
        *,
        helped: Mapping[int, tuple[str, ...]] | None = None,
        resting: Callable[[Collection[int]], Awaitable[AbstractSet[int]]] | None = None,
        including: Collection[int] = (),
    ) -> list[Candidate]:
        if not members:
            return []
        profiles = await Profiles(self.connection, self.community).several(members)
        facts = await self._facts(members, now)
        capped = await resting(members) if resting is not None else set[int]()
        return [
            _candidate(
                profile,
                facts[profile.member.id],
                now,
                self.community.zone,
                asker=asker,
                helped_with=(helped or {}).get(profile.member.id, ()),
                capped=profile.member.id in capped and profile.member.id not in including,
            )
            for profile in profiles
        ]

    async def _facts(self, members: Collection[int], now: dt.datetime) -> Mapping[int, _Fact]:
        values = {"community": self.community.id, "members": list(members), "since": now - MONTH}
        return {
            member: _Fact(
                working_hours(workdays, workhours),
                zone or told_zone or "",
                asked,
                helped,
                None if terms is None else impacts(terms),
            )
            for member, zone, workdays, workhours, told_zone, asked, helped, terms in await self.connection.execute(_FACTS, values)
        }

    async def _fact_of(self, member: int, now: dt.datetime) -> _Fact | None:
        return (await self._facts((member,), now)).get(member) if member else None


def _candidate(  # noqa: PLR0913 - what is known of somebody
    profile: Profile,
    fact: _Fact,
    now: dt.datetime,
    zone: str,
    *,
    asker: _Fact | None,
    helped_with: tuple[str, ...],
    capped: bool,
) -> Candidate:
    told, member = profile.introduction, profile.member
    common = None
    if asker is not None:
        common = common_hours((asker.hours, asker.zone or zone), (fact.hours, fact.zone or zone), now)
    return Candidate(
        member,
        told.does,
        told.offers,
        told.seeks,
        profile.locale,
        {"yes": True, "no": False}.get(profile.availability.on(today(now, zone)).state),
        fact.helped,
        helped_with,
        common,
        fact.asked,
        capped,
        now - member.joined_at < NEWCOMER,
        fact.known,
    )


def _helped_with(solved: Sequence[Solved], told: Callable[[Solved], str]) -> dict[int, tuple[str, ...]]:
    """Return what each of those who helped with something close helped with, as far as it may be told."""
    helped: dict[int, tuple[str, ...]] = {}
    for one in solved:
        if one.helper is not None and (words := told(one)):
            helped[one.helper] = (*helped.get(one.helper, ()), words)
    return helped


def _public(one: Solved) -> str:
    return one.need if one.posted else ""
