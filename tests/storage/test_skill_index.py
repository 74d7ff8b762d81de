"""The index follows what members tell, in the same transaction, and names those nearest to a question, community by community."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, insert, select, update
from structlog.testing import capture_logs

from bot.model import AccountRef, Community, Member
from bot.reindexing import Reindexing
from bot.skills.ranking import own_words, rank_helpers
from bot.skills.understanding import Term, widen
from storage import finding
from storage.communities import CommunityRow
from storage.finding import Finding, Need
from storage.opportunities import Opportunities
from storage.opportunity import Contents
from storage.opportunity import Status as Ended
from storage.opportunity_lists import OpportunityLists, Sought
from storage.people import MemberRow, Members
from storage.profiles import Introduction, Profiles
from storage.reindexing import SkillReindexingRow, StoredReindexing
from storage.requests import Requests, Status
from storage.skill_index import BUDGET, SLOTS, Frequencies, Kind, SkillIndex, SkillPostingRow, SkillSubjectRow, within_budget
from tests.storage.community import NOW, Village

if TYPE_CHECKING:
    from storage.db import Database


class Club(Village):
    """People who introduced themselves."""

    async def joins(self, name: str, offers: str, seeks: str = "", does: str = "freelance") -> Member:
        identity = await self.meet(AccountRef(f"U{name}", name))
        assert identity.member is not None
        self.community = identity.community
        await self.tells(identity.member, offers, seeks, does)
        return identity.member

    async def tells(self, member: Member, offers: str, seeks: str = "", does: str = "freelance") -> None:
        async with self.store.unit() as unit:
            told = Introduction(does, offers, seeks, locale="en")
            await unit.use(Profiles, self.community).introduce(member.id, told, NOW)

    async def tells_and_fails(self, member: Member, offers: str) -> None:
        async with self.store.unit() as unit:
            await unit.use(Profiles, self.community).introduce(member.id, Introduction("freelance", offers), NOW)
            raise NotImplementedError

    async def nearest(self, words: str, kind: Kind = Kind.OFFERS, community: Community | None = None) -> list[int]:
        async with self.store.unit(write=False) as unit:
            index = unit.use(SkillIndex, community or self.community)
            return [subject for subject, _score in await index.nearest(kind, widen(words, "en"), 10)]

    async def helpers(self, need: str, **told: int) -> list[str]:
        async with self.store.unit(write=False) as unit:
            found = await unit.use(Finding, self.community).helpers(Need(need, "en", **told), NOW)
            return [match.member.name for match in rank_helpers(need, found.candidates, locale="en", rarity=found.rarity)]

    async def rows(self) -> tuple[int, int]:
        async with self.store.unit(write=False) as unit:
            tables = (SkillPostingRow, SkillSubjectRow)
            first, second = [
                (await unit.connection.execute(select(func.count()).select_from(each))).scalar_one() for each in tables
            ]
            return first, second

    async def solves(self, asker: Member, helper: Member, need: str) -> int:
        async with self.store.unit() as unit:
            requests = unit.use(Requests, self.community)
            request = await requests.create(asker, need, NOW)
            await requests.posted(request.id, NOW)
            await requests.end(request.id, Status.SOLVED, NOW, helper)
            return request.id

    async def publishes(self, poster: Member, title: str) -> int:
        async with self.store.unit() as unit:
            opportunities = unit.use(Opportunities, self.community)
            made = await opportunities.create(poster, Contents(title, locale="en"), NOW)
            assert await self.nearest(title, Kind.OPPORTUNITY) == []
            await opportunities.publish(made.id, NOW, NOW + dt.timedelta(days=30), NOW + dt.timedelta(days=27))
            return made.id


@pytest.fixture
def club(store: Database) -> Club:
    return Club(store)


async def test_the_index_follows_what_a_member_tells(club: Club) -> None:
    ada = await club.joins("Ada", "bookkeeping, VAT returns", "a photographer")
    bea = await club.joins("Bea", "photography, bookkeeping")

    assert await club.nearest("bookkeeping and VAT") == [ada.id, bea.id]
    assert await club.nearest("photographer", Kind.SEEKS) == [ada.id]

    await club.tells(ada, "wedding photography")
    assert await club.nearest("bookkeeping") == [bea.id]
    assert await club.nearest("photographer", Kind.SEEKS) == []
    before = await club.rows()
    await club.tells(ada, "wedding photography")
    assert await club.rows() == before, "the same again writes nothing"

    with pytest.raises(NotImplementedError):
        await club.tells_and_fails(bea, "translation")
    assert await club.nearest("translation") == []
    assert await club.nearest("bookkeeping") == [bea.id]


async def test_whoever_leaves_is_found_by_nothing_until_they_return(club: Club) -> None:
    ada = await club.joins("Ada", "bookkeeping", "logos")
    async with club.store.unit() as unit:
        assert await unit.use(Members, club.community).leave(ada.id, NOW)
    assert await club.rows() == (0, 0)

    async with club.store.unit() as unit:
        await unit.use(Members, club.community).came_back(ada.id)
    assert await club.nearest("bookkeeping") == [ada.id]


async def test_whoever_leaves_while_they_edit_is_found_by_nothing_and_can_return(club: Club) -> None:
    ada = await club.joins("Ada", "bookkeeping")

    async def leaves() -> None:
        async with club.store.unit() as unit:
            await unit.use(Members, club.community).leave(ada.id, NOW)

    async with club.store.unit() as unit:
        await unit.use(Profiles, club.community).introduce(ada.id, Introduction("freelance", "translation", locale="en"), NOW)
        leaving = asyncio.create_task(leaves())
        await asyncio.wait({leaving}, timeout=0.3)
    await leaving
    assert await club.rows() == (0, 0)

    await club.tells(ada, "bookkeeping")
    async with club.store.unit() as unit:
        await unit.use(Members, club.community).came_back(ada.id)
        await unit.connection.execute(delete(SkillSubjectRow))  # postings that nothing knows of any more are no obstacle
        await unit.use(Profiles, club.community).index(ada.id)
    assert await club.nearest("bookkeeping") == [ada.id]


async def test_communities_do_not_see_each_other(club: Club) -> None:
    await club.joins("Ada", "bookkeeping")
    async with club.store.unit() as unit:
        row = {"configured_as": "Others", "name": "Others", "locale": "en", "zone": "UTC", "created_at": NOW}
        other = (await unit.connection.execute(insert(CommunityRow).values(row).returning(CommunityRow.id))).scalar_one()
    others = Community(other, "Others", "en", "UTC")
    assert await club.nearest("bookkeeping", community=others) == []
    async with club.store.unit() as unit:
        await unit.use(SkillIndex, others).index(Kind.OFFERS, 1, own_words("", "bookkeeping"), "en")
    assert await club.nearest("bookkeeping", community=others) == [1]
    assert (await club.rows())[1] == 3
    async with club.store.unit() as unit:
        await unit.connection.execute(delete(CommunityRow).where(CommunityRow.id == other))
    assert (await club.rows())[1] == 2, "a community's index goes with it"


async def test_helpers_are_found_by_words_and_by_whom_they_helped(club: Club) -> None:
    ada = await club.joins("Ada", "bookkeeping")
    bea = await club.joins("Bea", "juggling")
    await club.joins("Cleo", "photography")
    request = await club.solves(ada, bea, "somebody to check my VAT return")

    assert (await club.helpers("a VAT return"))[0] == "Bea"
    assert "Ada" not in await club.helpers("bookkeeper", asker=ada.id)
    assert {"Ada", "Cleo"} <= set(await club.helpers("bookkeeper or photographer"))

    async with club.store.unit(write=False) as unit:
        found = await unit.use(Finding, club.community).helpers(Need("VAT return", "en"), NOW)
        near = await unit.use(Finding, club.community).allies(ada.id, NOW)
    assert [(one.request, one.helper, one.posted) for one in found.solved] == [(request, bea.id, True)]
    assert found.solved[0].closeness > 0.5
    (helper,) = [one for one in found.candidates if one.member.id == bea.id]
    assert (helper.helped, helper.helped_with) == (1, ("somebody to check my VAT return",))
    assert near is not None
    assert {one.member.name for one in near.found.candidates} == {"Bea", "Cleo"}


async def test_others_are_looked_at_where_the_nearest_are_left_in_peace(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "NEAR", 2)
    monkeypatch.setattr(finding, "ENOUGH", 3)
    members = [await club.joins(name, "bookkeeping") for name in ("Ada", "Bea", "Cleo", "Dan")]
    tired = {member.id for member in members[:2]}

    async def resting(asked: object) -> set[int]:
        return tired

    async with club.store.unit(write=False) as unit:
        found = await unit.use(Finding, club.community).helpers(
            Need("bookkeeping"), NOW, resting=resting, including=[members[0].id]
        )
    assert {one.member.name: one.capped for one in found.candidates} == {"Ada": False, "Bea": True, "Cleo": False, "Dan": False}


async def test_everything_is_indexed_again_in_pieces(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.reindexing.BATCH", 2)
    members = [await club.joins(f"M{number}", "bookkeeping") for number in range(5)]
    request = await club.solves(members[0], members[1], "a VAT return")
    post = await club.publishes(members[0], "React development")
    async with club.store.unit() as unit:  # as after an upgrade from a version that had no index
        for table in (SkillPostingRow, SkillSubjectRow, SkillReindexingRow):
            await unit.connection.execute(delete(table))
        await unit.connection.execute(update(MemberRow).where(MemberRow.id == members[4].id).values(left_at=NOW))
    engines = club.store._engines  # noqa: SLF001 - another process has its own
    old = StoredReindexing(engines, lambda: "one")
    assert await old.step(club.community)
    assert await club.nearest("bookkeeping") == [member.id for member in members[:2]]
    restarted = StoredReindexing(engines, lambda: "one")
    steps = 1
    while await restarted.step(club.community):
        steps += 1
    assert steps == 4
    assert await club.nearest("bookkeeping") == [member.id for member in members[:4]]
    assert await club.nearest("VAT return", Kind.HELPED) == [request]
    assert await club.nearest("React", Kind.OPPORTUNITY) == [post]
    assert not await restarted.step(club.community)

    async with club.store.unit() as unit:  # what was understood otherwise
        await unit.connection.execute(update(SkillSubjectRow).values(terms="{}"))
        await unit.connection.execute(delete(SkillPostingRow))
    newer = StoredReindexing(engines, lambda: "two")
    while await newer.step(club.community):
        pass
    assert await club.nearest("bookkeeping") == [member.id for member in members[:4]]


async def test_processes_of_two_versions_do_not_undo_each_other_for_ever(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.reindexing.BATCH", 1)
    for number in range(3):
        await club.joins(f"M{number}", "bookkeeping")
    engines = club.store._engines  # noqa: SLF001 - each process has its own
    old, new = StoredReindexing(engines, lambda: "old"), StoredReindexing(engines, lambda: "new")

    assert await old.step(club.community)
    assert await new.step(club.community)
    with capture_logs() as logs:
        assert not await old.step(club.community)
    assert [(log["event"], log["ours"], log["theirs"]) for log in logs] == [("indexed_by_another_version", "old", "new")]
    steps = 1
    while await new.step(club.community):
        steps += 1
    assert steps == 3, "one a profile"
    assert not await new.step(club.community)
    assert await old.step(club.community), "in an hour it looks again"


class Failing:
    """Indexes the second community only."""

    def __init__(self, reindexing: Reindexing) -> None:
        self.indexed: list[int] = []
        self._reindexing = reindexing

    async def step(self, community: Community) -> bool:
        if community.id == 1:
            raise NotImplementedError
        self.indexed.append(community.id)
        self._reindexing.stop()
        return False


async def test_a_community_that_cannot_be_indexed_holds_up_no_other() -> None:
    reindexing = Reindexing()
    indexing = Failing(reindexing)

    async def communities() -> list[Community]:
        return [Community(number, str(number), "en", "UTC") for number in (1, 2)]

    await asyncio.wait_for(reindexing.run(indexing, communities), 5)
    assert indexing.indexed == [2]


async def test_an_opportunity_is_found_while_it_is_live(club: Club) -> None:
    ada = await club.joins("Ada", "bookkeeping")
    before = await club.rows()
    post = await club.publishes(ada, "React development")
    assert await club.nearest("React", Kind.OPPORTUNITY) == [post]
    async with club.store.unit() as unit:
        await unit.use(Opportunities, club.community).write(post, Contents("Translation into Italian", locale="en"))
    assert await club.nearest("React", Kind.OPPORTUNITY) == []
    async with club.store.unit() as unit:
        lists = unit.use(OpportunityLists, club.community)
        assert await lists.fitting("translator", "en", Sought()) == [post]
        assert await lists.fitting("translator", "en", Sought("logo")) == []
        await unit.use(Opportunities, club.community).end(post, Ended.WITHDRAWN, NOW)
    assert await club.rows() == before


@pytest.mark.parametrize("turn", [0, 1, 5])
def test_what_many_share_is_read_for_a_part_of_them(turn: int) -> None:
    rare, common, other = Term("c/rare", 1, ""), Term("c/common", 1, ""), Term("c/other", 1, "")
    known = Frequencies(4_000, 2, {"c/rare": 3, "c/common": 1_500, "c/other": 900})

    (first, *shared) = within_budget((common, rare, other), known, turn)

    assert first == (rare, 0, SLOTS)
    assert {term for term, _begin, _end in shared} == {common, other}
    ((begin, end),) = {(begin, end) for _term, begin, end in shared}
    assert 0 <= begin < end <= SLOTS
    read = (end - begin) / SLOTS * (known.postings("c/common") + known.postings("c/other"))
    assert read <= BUDGET or end - begin == 1
    assert begin == turn % (SLOTS // (end - begin)) * (end - begin)
