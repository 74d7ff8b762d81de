"""What may have arrived, or was overtaken: no change is lost, and nobody is left waiting behind it. The machine found each."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.effects import Direct, OwnTime, Remove, Update
from bot.model import AccountRef
from bot.notices import Notice
from bot.parcels import Dead, Parcel, Retry
from bot.ports import Identity
from storage.letters import Letters
from storage.outbox import OutboxRow
from tests.storage.community import MINUTE, Village, card

if TYPE_CHECKING:
    from storage.db import Database

DAY = dt.timedelta(days=1)
ADA, BEA = AccountRef("UADA", "Ada"), AccountRef("UBEA", "Bea")


@pytest.fixture
def village(store: Database) -> Village:
    return Village(store)


def _id(identity: Identity) -> int:
    assert identity.member is not None
    return identity.member.id


async def _one(village: Village) -> Parcel:
    (parcel,) = await village.claim()
    return parcel


async def _given_up(village: Village, parcel: Parcel) -> None:
    await village.store.deliveries.settle([Dead(parcel, "timeout", uncertain=True)], village.now)


async def _send_letters_again(village: Village, who: Identity) -> None:
    async with village.store.unit() as unit:
        await unit.use(Letters, who.community).resend_all(village.now)


async def test_what_was_given_up_after_a_lost_answer_is_looked_for_when_it_is_sent_again(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("hello"), notice=Notice.REQUEST))
    first = await _one(village)
    await _given_up(village, first)
    await _send_letters_again(village, ada)

    assert (await _one(village)).since == village.now


async def test_a_change_of_a_letter_that_may_have_arrived_follows_it(village: Village) -> None:
    """Its platform would not take the message a second time, whatever it says by now."""
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("open"), remember="request:1", notice=Notice.REQUEST))
    await _given_up(village, await _one(village))
    await village.say(ada, Update("request:1", card("solved")))
    await _send_letters_again(village, ada)

    delivered = await village.deliver()

    assert [(parcel.action, parcel.card.body) for parcel in delivered] == [("direct", "solved"), ("update", "solved")]


@pytest.mark.parametrize("uncertain", [False, True])
async def test_a_change_made_while_its_message_was_tried_outlives_it(village: Village, *, uncertain: bool) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("open"), remember="request:1", notice=Notice.REQUEST))
    parcel = await _one(village)
    await village.say(ada, Update("request:1", card("solved")))
    await village.store.deliveries.settle([Dead(parcel, "timeout", uncertain=uncertain)], village.now)
    assert await village.deliver() == []
    await _send_letters_again(village, ada)

    assert {parcel.card.body for parcel in await village.deliver()} == {"solved"}


@pytest.mark.parametrize("change", [Update("request:1", card("solved")), Remove("request:1")])
async def test_what_may_have_arrived_counts_as_tried_though_the_platform_also_asked_for_patience(
    village: Village, change: Update | Remove
) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("open"), remember="request:1", notice=Notice.REQUEST))
    lost = Retry(await _one(village), village.now, "ratelimited", uncertain=True, counted=False)
    await village.store.deliveries.settle([lost], village.now)
    await village.say(ada, change)

    actions = ["direct", "update" if isinstance(change, Update) else "remove"]
    assert [parcel.action for parcel in await village.deliver()] == actions


async def test_the_last_change_is_the_last_to_arrive_though_it_answers_somebody(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("open"), remember="request:1", notice=Notice.REQUEST))
    await village.deliver()
    bea = await village.meet(BEA)
    await village.say(
        ada, Update("request:1", card("older")), *(Direct(_id(bea), card("news"), notice=Notice.REQUEST) for _each in range(11))
    )
    older = next(parcel for parcel in await village.claim() if parcel.action == "update")
    await village.say(ada, Update("request:1", card("newer")))
    await village.retry(older)
    village.now += MINUTE

    changes = [parcel.card.body for parcel in await village.deliver() if parcel.action == "update"]
    assert changes[-1:] == ["newer"]


async def test_no_change_is_forgotten_behind_what_an_account_that_is_gone_does_not_get(village: Village) -> None:
    ada = await village.meet(ADA)
    tomorrow = OwnTime((village.now + DAY).date())
    await village.say(ada, Direct(_id(ada), card("open"), remember="request:1", when=tomorrow, notice=Notice.REQUEST))
    village.now += DAY
    await village.retry(await _one(village), uncertain=True)
    await village.say(ada, Update("request:1", card("solved")), Direct(_id(ada), card("hello"), notice=Notice.REQUEST))
    await village.dead(await _one(village), "account_gone", gone=True)
    await village.deliver()

    async with village.store.unit(write=False) as unit:
        assert (await unit.connection.execute(select(OutboxRow.action).where(OutboxRow.done_at.is_(None)))).all() == []
