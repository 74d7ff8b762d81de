"""Two who write to the same member at the same moment: one of them takes the last place of the week."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from bot.config import CommunityConfig
from bot.effects import Direct
from bot.model import AccountRef, Community, Member
from bot.notices import MessagePreference, Notice, Way
from bot.ui import Card
from storage import budget as budgets
from storage.budget import Budget
from storage.db import Database, open_store
from storage.outbox import OutboxRow, State
from storage.outreach import OutreachRow
from tests.storage.community import NOW, Village

ADA = AccountRef("UADA", "Ada")
COMMUNITY = CommunityConfig(name="Les Indés", locale="en", timezone="Europe/Paris", animators=("slack:UBOSS",))


async def one_place_left(store: Database) -> tuple[Community, Member]:
    """Return a member whose week has room for one message more."""
    ada = await Village(store).meet(ADA)
    assert ada.member is not None
    async with store.unit() as unit:
        budget = unit.use(Budget, ada.community)
        await budget.choose(ada.member.id, MessagePreference(weekly=2))
        await unit.outbox.stage(ada.community, [Direct(ada.member.id, Card(title="First"), notice=Notice.ALLY)], NOW)
    return ada.community, ada.member


async def states(store: Database) -> dict[State, int]:
    """Return how many messages are on their way, and how many wait for the digest."""
    async with store.unit(write=False) as unit:
        counted = select(OutboxRow.state, func.count()).where(OutboxRow.action == "direct").group_by(OutboxRow.state)
        return {State(state): number for state, number in (await unit.connection.execute(counted)).all()}


@pytest.mark.parametrize("writers", [2, 6])
async def test_of_several_processes_that_stage_at_once_one_has_the_last_place(
    database_url: str, monkeypatch: pytest.MonkeyPatch, writers: int
) -> None:
    """Each has connections of its own, as a process has; each has looked before any of them writes, if it is let."""
    stores = [await open_store(database_url, community=COMMUNITY) for _ in range(writers)]
    try:
        community, ada = await one_place_left(stores[0])
        looked = budgets.standings

        async def slowly(*given: object) -> object:
            found = await looked(*given)  # type: ignore[arg-type]
            await asyncio.sleep(0.05)
            return found

        monkeypatch.setattr(budgets, "standings", slowly)

        async def says(store: Database, number: int) -> None:
            async with store.unit() as unit:
                card = Card(title=f"Message {number}")
                await unit.outbox.stage(community, [Direct(ada.id, card, notice=Notice.OPPORTUNITY)], NOW)

        await asyncio.gather(*(says(store, number) for number, store in enumerate(stores)))
        assert await states(stores[0]) == {State.PENDING: 2, State.HELD: writers - 1}
        async with stores[0].unit(write=False) as unit:
            assert (await unit.connection.execute(select(func.count()).select_from(OutreachRow))).scalar_one() == 2
    finally:
        for store in stores:
            await store.close()


async def test_what_a_feature_was_told_stays_true_until_it_has_written(database_url: str) -> None:
    """One asks beforehand and writes later in its transaction; another comes in between."""
    first, second = [await open_store(database_url, community=COMMUNITY) for _ in range(2)]
    try:
        community, ada = await one_place_left(first)
        asked = asyncio.Event()

        async def asks_first() -> Way:
            async with first.unit() as unit:
                decided = (await unit.use(Budget, community).allows(Notice.CHECKIN, [ada.id], NOW))[ada.id]
                asked.set()
                await asyncio.sleep(0.2)
                await unit.outbox.stage(community, [Direct(ada.id, Card(title="Asked"), notice=Notice.CHECKIN)], NOW)
                return decided.way

        async def comes_in_between() -> None:
            await asked.wait()
            async with second.unit() as unit:
                await unit.outbox.stage(community, [Direct(ada.id, Card(title="Between"), notice=Notice.ALLY)], NOW)

        way, _none = await asyncio.gather(asks_first(), comes_in_between())
        assert way is Way.NOW
        async with first.unit(write=False) as unit:
            rows = (await unit.connection.execute(select(OutboxRow.notice, OutboxRow.state).order_by(OutboxRow.id))).all()
        assert [tuple(row) for row in rows] == [("ally", "pending"), ("checkin", "pending"), ("ally", "held")]
    finally:
        await first.close()
        await second.close()
