"""Messages in a member's own time: due in their hours, by what they chose last, not at all where the reason is gone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.effects import Direct, OwnTime, Remove, Update
from bot.hours import WorkingHours
from bot.model import AccountRef
from bot.notices import Notice
from storage.outbox import OutboxRow, State
from storage.people import Members
from tests.storage.community import DISCORD, Village, card

if TYPE_CHECKING:
    from bot.ports import Identity
    from storage.db import Database

SATURDAY = dt.datetime(2026, 11, 28, 11, tzinfo=dt.UTC)
MONDAY = dt.date(2026, 11, 30)
HOUR = dt.timedelta(hours=1)
ADA = AccountRef("UADA", "Ada")
KEI = AccountRef("UKEI", "Kei", zone="Asia/Kolkata")
NIGHTS = WorkingHours((5, 6), dt.time(22), dt.time(2))


@pytest.fixture
def village(store: Database) -> Village:
    """It is Saturday, noon in Paris."""
    return Village(store, SATURDAY)


def _id(identity: Identity) -> int:
    assert identity.member is not None
    return identity.member.id


async def _prefers(village: Village, who: Identity, *, zone: str | None = None, hours: WorkingHours | None = None) -> None:
    async with village.store.unit() as unit:
        await unit.use(Members, who.community).prefer(_id(who), village.now, zone=zone, hours=hours)


async def _due(village: Village) -> list[str]:
    """Return when what waits is due, in UTC, in the order in which it was said."""
    async with village.store.unit(write=False) as unit:
        rows = await unit.connection.execute(select(OutboxRow.due_at).where(OutboxRow.done_at.is_(None)).order_by(OutboxRow.id))
    return [f"{due:%a %H:%M}" for due in rows.scalars()]


async def _read(village: Village) -> list[str]:
    return [str(parcel.card.body) for parcel in await village.deliver()]


async def test_each_gets_it_in_their_own_hours(village: Village) -> None:
    ada, kei = await village.meet(ADA), await village.meet(KEI)
    kim = await village.meet(AccountRef("UKIM", "Kim"))
    await _prefers(village, kim, zone="America/St_Johns", hours=NIGHTS)

    await village.say(
        ada, *(Direct(_id(each), card("how are you?"), when=OwnTime(), notice=Notice.REQUEST) for each in (ada, kei, kim))
    )

    assert await _due(village) == ["Mon 08:00", "Mon 03:30", "Sun 01:30"]
    assert await _read(village) == []
    for at, readers in (("2026-11-29T01:30Z", 1), ("2026-11-30T03:30Z", 1), ("2026-11-30T08:00Z", 1)):
        village.now = dt.datetime.fromisoformat(at)
        assert len(await _read(village)) == readers


async def test_what_was_not_sent_at_its_time_waits_for_the_next(village: Village) -> None:
    """Nothing was running on Monday."""
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("how are you?"), when=OwnTime(), notice=Notice.REQUEST))
    village.now = dt.datetime(2026, 11, 30, 19, tzinfo=dt.UTC)
    assert await _read(village) == []
    assert await _due(village) == ["Tue 08:00"]
    village.now = dt.datetime(2026, 12, 1, 8, 20, tzinfo=dt.UTC)
    assert await _read(village) == ["how are you?"]


async def test_what_is_a_little_late_is_sent(village: Village) -> None:
    ada = await village.meet(ADA)
    await _prefers(village, ada, hours=WorkingHours((0,), dt.time(9), dt.time(9, 15)))
    await village.say(ada, Direct(_id(ada), card("how are you?"), when=OwnTime(), notice=Notice.REQUEST))
    village.now = dt.datetime(2026, 11, 30, 8, 20, tzinfo=dt.UTC)
    assert await _read(village) == ["how are you?"]


async def test_on_a_date_each_gets_it_in_their_own_morning(village: Village) -> None:
    ada, kei = await village.meet(ADA), await village.meet(KEI)
    await _prefers(village, ada, hours=WorkingHours((0, 1), dt.time(14), dt.time(18)))

    at_ten = OwnTime(MONDAY, dt.time(10))
    await village.say(ada, *(Direct(_id(each), card("how are you?"), when=at_ten, notice=Notice.REQUEST) for each in (ada, kei)))

    assert await _due(village) == ["Mon 13:00", "Mon 04:30"]


async def test_whoever_is_at_work_gets_it_at_once(village: Village) -> None:
    ada = await village.meet(ADA)
    village.now = dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC)
    await village.say(ada, Direct(_id(ada), card("how are you?"), when=OwnTime(), notice=Notice.REQUEST))
    assert await _read(village) == ["how are you?"]


async def test_it_holds_up_nothing_that_is_said_after_it(village: Village) -> None:
    ada = await village.meet(ADA)
    on_tuesday = OwnTime(MONDAY + dt.timedelta(1), dt.time(9))
    await village.say(
        ada,
        Direct(_id(ada), card("Tuesday"), when=on_tuesday, notice=Notice.REQUEST),
        Direct(_id(ada), card("Monday"), when=OwnTime(), notice=Notice.REQUEST),
    )
    await village.say(ada, Direct(_id(ada), card("now"), notice=Notice.REQUEST))
    assert await _read(village) == ["now"]
    village.now = dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC)
    assert await _read(village) == ["Monday"]


async def test_other_hours_and_another_zone_count_for_what_waits(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(
        ada,
        Direct(_id(ada), card("soon"), when=OwnTime(), notice=Notice.REQUEST),
        Direct(_id(ada), card("on Monday"), when=OwnTime(MONDAY, dt.time(10)), notice=Notice.REQUEST),
    )
    assert await _due(village) == ["Mon 08:00", "Mon 09:00"]

    await _prefers(village, ada, zone="Asia/Kathmandu")
    assert await _due(village) == ["Mon 03:15", "Mon 04:15"]

    await _prefers(village, ada, hours=NIGHTS)
    assert await _due(village) == ["Sat 16:15", "Sat 16:15"]
    async with village.store.unit(write=False) as unit:
        assert set((await unit.connection.execute(select(OutboxRow.zone))).scalars()) == {"Asia/Kathmandu"}


async def test_what_does_not_wait_is_not_moved(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("now"), notice=Notice.REQUEST))
    await _prefers(village, ada, hours=NIGHTS)
    assert await _read(village) == ["now"]


async def test_a_change_before_it_is_sent_is_in_it(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("first"), remember="news", when=OwnTime(), notice=Notice.REQUEST))
    await village.say(ada, Update("news", card("last")))
    assert await _due(village) == ["Mon 08:00"]
    village.now += 48 * HOUR
    assert await _read(village) == ["last"]


async def test_what_has_no_reason_any_more_is_not_sent_and_what_was_sent_stays(village: Village) -> None:
    ada, kei = await village.meet(ADA), await village.meet(KEI)
    await _prefers(village, kei, hours=WorkingHours((5,)))
    await village.say(
        ada,
        *(
            Direct(_id(each), card(each.member.name if each.member else ""), remember="news", when=OwnTime(), notice=Notice.REQUEST)
            for each in (ada, kei)
        ),
    )
    assert await _read(village) == ["Kei"]

    await village.say(ada, Remove("news", waiting=True))

    village.now += 72 * HOUR
    assert await _read(village) == []
    await village.say(ada, Update("news", card("changed")))
    assert [(parcel.action, parcel.card.body) for parcel in await village.deliver()] == [("update", "changed")]


async def test_whoever_leaves_does_not_get_it_and_coming_back_changes_nothing(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("how are you?"), remember="news", when=OwnTime(), notice=Notice.REQUEST))
    async with village.store.unit() as unit:
        members = unit.use(Members, ada.community)
        assert await members.leave(_id(ada), village.now)
        await members.came_back(_id(ada))

    village.now += 72 * HOUR
    assert await _read(village) == []
    async with village.store.unit(write=False) as unit:
        (row,) = (await unit.connection.execute(select(OutboxRow.state, OutboxRow.card))).all()
    assert tuple(row) == (State.CANCELLED, "")


async def test_whoever_leaves_one_of_two_workspaces_is_still_a_member(village: Village) -> None:
    ada = await village.meet(ADA)
    dan = await village.meet(AccountRef("77", "Dan"), DISCORD)
    await village.say(ada, Direct(_id(ada), card("how are you?"), when=OwnTime(), notice=Notice.REQUEST))
    async with village.store.unit() as unit:
        assert await unit.use(Members, ada.community).leave(_id(dan), village.now)
    village.now += 48 * HOUR
    assert await _read(village) == ["how are you?"]
