"""Members who share no workspace: each hears of the other, with a button that writes to them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.effects import Connect, Post, Update
from bot.model import AccountRef
from bot.parcels import Parcel
from bot.ports import Identity
from bot.ui import BUTTONS, CARD_TOTAL, Button, Card
from storage.db import Database
from storage.outbox import OutboxRow
from storage.people import Members
from storage.relay import Partner, Relays
from tests.storage.community import DISCORD, MINUTE, NOW, Village, card

ADA = AccountRef("UADA", "Ada", "fr")
BEA = AccountRef("UBEA", "Bea")
DAN = AccountRef("77", "Dan")


@pytest.fixture
def village(store: Database) -> Village:
    return Village(store)


def _id(identity: Identity) -> int:
    assert identity.member is not None
    return identity.member.id


def _ways(parcel: Parcel) -> list[str]:
    """Return the buttons of a message but *Less of this*."""
    actions = [control.action for control in parcel.card.controls if isinstance(control, Button)]
    return [action for action in actions if not action.startswith("notice:")]


async def _partner(village: Village, me: Identity, other: Identity) -> Partner | None:
    async with village.store.unit(write=False) as unit:
        return await unit.use(Relays, me.community).partner(_id(me), _id(other))


async def test_one_on_slack_and_one_on_discord_can_write_to_each_other(village: Village) -> None:
    ada, dan = await village.meet(ADA), await village.meet(DAN, DISCORD)

    await village.say(ada, Connect((_id(ada), _id(dan)), "Ada and Dan", card("meet"), remember="two"))

    parcels = {parcel.platform: parcel for parcel in await village.deliver()}
    assert {parcel.action for parcel in parcels.values()} == {"direct"}
    assert _ways(parcels["slack"]) == [f"relay:write:{_id(dan)}"]
    assert _ways(parcels["discord"]) == [f"relay:write:{_id(ada)}"]
    for me, other in ((ada, dan), (dan, ada)):
        partner = await _partner(village, me, other)
        assert partner is not None
        assert (partner.member.id, partner.ended) == (_id(other), False)


async def test_what_changes_the_message_leaves_the_way(village: Village) -> None:
    ada, dan = await village.meet(ADA), await village.meet(DAN, DISCORD)
    await village.say(ada, Connect((_id(ada), _id(dan)), "Ada and Dan", card("meet"), remember="two"))
    await village.deliver()

    await village.say(ada, Update("two", card("settled")))

    first, second = await village.deliver()
    assert {first.card.paragraphs[0], second.card.paragraphs[0]} == {"settled"}
    assert {*_ways(first), *_ways(second)} == {f"relay:write:{_id(dan)}", f"relay:write:{_id(ada)}"}


async def test_those_who_share_a_workspace_need_none(village: Village) -> None:
    ada, bea = await village.meet(ADA), await village.meet(BEA)

    await village.say(ada, Connect((_id(ada), _id(bea)), "Ada and Bea", card("meet")))

    (parcel,) = await village.deliver()
    assert _ways(parcel) == []
    assert await _partner(village, ada, bea) is None


async def test_whoever_is_alone_gets_no_button_to_nobody(village: Village) -> None:
    ada, dan = await village.meet(ADA), await village.meet(DAN, DISCORD)
    async with village.store.unit() as unit:
        await unit.use(Members, ada.community).leave(_id(dan), NOW)

    await village.say(ada, Connect((_id(ada), _id(dan)), "Ada and Dan", card("meet")))

    (parcel,) = await village.deliver()
    assert (parcel.card.body, _ways(parcel)) == ("meet", [])


async def test_each_of_three_can_write_to_both_others(village: Village) -> None:
    ada, bea, dan = await village.meet(ADA), await village.meet(BEA), await village.meet(DAN, DISCORD)

    await village.say(ada, Connect((_id(ada), _id(bea), _id(dan)), "Three", card("meet")))

    parcels = {parcel.accounts[0]: _ways(parcel) for parcel in await village.deliver()}
    assert parcels["77"] == [f"relay:write:{_id(ada)}", f"relay:write:{_id(bea)}"]
    assert parcels["UADA"] == [f"relay:write:{_id(bea)}", f"relay:write:{_id(dan)}"]


async def test_what_follows_in_a_conversation_through_me_reaches_each_with_their_ways(village: Village) -> None:
    ada, bea, dan = await village.meet(ADA), await village.meet(BEA), await village.meet(DAN, DISCORD)
    await village.say(ada, Connect((_id(ada), _id(bea), _id(dan)), "Three", card("meet"), "circle:1:room:1"))
    await village.deliver()

    await village.say(ada, Post("circle", card("all answers"), "week:1:page:1", thread="circle:1:room:1"))

    parcels = await village.deliver()
    assert {parcel.accounts[0]: parcel.card.paragraphs[0] for parcel in parcels} == dict.fromkeys(
        ("77", "UADA", "UBEA"), "all answers"
    )
    assert {*_ways(parcels[0])} < {f"relay:write:{_id(one)}" for one in (ada, bea, dan)}


async def test_a_full_card_keeps_its_own(village: Village) -> None:
    ada, dan = await village.meet(ADA), await village.meet(DAN, DISCORD)
    own = tuple(Button("Press", f"thing:press:{number}") for number in range(BUTTONS))
    full = Card(body=("a" * 3000, "b" * (CARD_TOTAL - 3000)))

    await village.say(
        ada,
        Connect((_id(ada), _id(dan)), "Buttons", Card(body="meet", controls=own)),
        Connect((_id(ada), _id(dan)), "Words", full),
    )

    parcels = await village.deliver()
    assert [len(_ways(parcel)) for parcel in parcels if parcel.card.paragraphs[0] == "meet"] == [BUTTONS, BUTTONS]
    worded = [parcel for parcel in parcels if parcel.card.paragraphs[0] != "meet"]
    assert [(parcel.card.paragraphs, len(_ways(parcel))) for parcel in worded] == [(full.paragraphs, 1)] * 2


async def test_stopped_both_ways_until_they_are_brought_together_again(village: Village) -> None:
    ada, dan = await village.meet(ADA), await village.meet(DAN, DISCORD)
    meet = Connect((_id(ada), _id(dan)), "Ada and Dan", card("meet"))
    await village.say(ada, meet)
    async with village.store.unit() as unit:
        await unit.use(Relays, ada.community).end(_id(dan), _id(ada), NOW + MINUTE)
    stopped = [await _partner(village, ada, dan), await _partner(village, dan, ada)]
    assert [partner is not None and partner.ended for partner in stopped] == [True, True]

    await village.say(ada, meet)

    again = await _partner(village, ada, dan)
    assert again is not None
    assert not again.ended


async def test_cards_leave_the_outbox_once_they_are_sent(village: Village) -> None:
    ada, dan = await village.meet(ADA), await village.meet(DAN, DISCORD)
    await village.say(ada, Connect((_id(ada), _id(dan)), "Ada and Dan", card("meet")))
    await village.deliver()

    async with village.store.unit(write=False) as unit:
        kept = await unit.connection.execute(select(OutboxRow.card))
    assert kept.scalars().all() == ["", ""]
