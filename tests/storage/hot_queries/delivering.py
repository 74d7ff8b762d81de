"""Interactions, staging and delivery: what is asked for every message."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update

from bot.effects import Connect, Direct, OwnTime, Post, Remove, Update
from bot.hours import WorkingHours
from bot.model import AccountRef
from bot.notices import Notice
from bot.parcels import Dead, Retry, Return, Sent, Stop
from bot.ports import Draft, Reference
from bot.ui import Form, ShortText
from storage.letters import Letters
from storage.outbox import OutboxRow
from storage.people import Members
from storage.stopped import Stopped
from tests.storage.community import LEASE, NOW, Village, acts, card, claim
from tests.storage.hot_queries.crowd import ADA
from tests.storage.specimens import START


async def interacts(village: Village) -> None:
    form = Form("request:ask", "Ask", (ShortText(name="need", label="Need"),))
    async with village.store.unit() as unit:
        assert await unit.first_time("new", NOW)
        ada = await unit.people.identify(acts(ADA), NOW + dt.timedelta(days=1))
        assert ada.member is not None
        await unit.people.resolve(ada.workspace, [ADA, AccountRef("U40", "M40")], NOW)
        await unit.people.accounts(ada.workspace, [ada.member.id, 40])
        await unit.forms.load(ada.member.id, form.submit)
        await unit.forms.keep(ada.member.id, Draft(form, {}), NOW)
        await unit.forms.discard(ada.member.id, form.submit)
        await unit.outbox.missed(ada.member.id)


async def stages(village: Village) -> None:
    ada = await village.meet(ADA)
    assert ada.member is not None
    await village.choose_channel(ada, "help", "C1")
    await village.say(
        ada,
        Post("help", card("who?"), remember="request:900000"),
        Direct(ada.member.id, card("hello"), remember="hello", notice=Notice.REQUEST),
        Connect((ada.member.id, 40), "Both", card("meet")),
        Direct(60, card("hello"), notice=Notice.REQUEST),
        Update("request:900000", card("changed")),
        Update("request:100", card("changed")),
        Remove("hello"),
    )


async def delivers(village: Village) -> None:
    await stages(village)
    ada = await village.meet(ADA)
    await village.say(
        ada,
        *(
            Direct(number, card("hello"), remember=f"hello:{number}", keep=True, notice=Notice.REQUEST)
            for number in range(80, 180, 20)
        ),
    )
    deliveries = village.store.deliveries
    await deliveries.next_due(NOW)
    parcels = await claim(village.store, NOW + LEASE, 32)
    assert len(parcels) > 4
    sent, again, closed, gone, refused, *rest = parcels
    await deliveries.settle(
        [
            Sent(sent, Reference("C1", "m1")),
            Retry(again, NOW + LEASE, "unavailable"),
            Dead(closed, "dm_closed"),
            Dead(gone, "account_gone", gone=True),
            Stop(refused, "token_revoked"),
            *(Return(parcel) for parcel in rest),
        ],
        NOW,
    )


async def ends(village: Village) -> None:
    """A conversation is opened, two people's doors are closed, one is gone, one card cannot be read."""
    ada = await village.meet(ADA)
    people = (200, 220, 240, 260, 280)
    await village.say(
        ada, *(Direct(number, card("hello"), remember=f"hello:{number}", keep=True, notice=Notice.REQUEST) for number in people)
    )
    await village.say(ada, Direct(260, card("and more"), notice=Notice.REQUEST))
    async with village.store.unit() as unit:
        await unit.connection.execute(update(OutboxRow).where(OutboxRow.member_id == 280).values(card="not JSON"))
    deliveries = village.store.deliveries
    claimed = await claim(village.store, NOW + LEASE)
    parcels = {parcel.member: parcel for parcel in claimed}
    others = [Return(parcel) for parcel in claimed if parcel.member not in people]
    opened = Sent(parcels[200], Reference("D200", "m1"))
    closed = [Dead(parcels[number], "dm_closed") for number in (220, 240)]
    await deliveries.settle([opened, *closed, Dead(parcels[260], "account_gone", gone=True), *others], NOW)
    await deliveries.settle([opened], NOW)
    await village.say(ada, Remove("hello:220"))
    async with village.store.unit() as unit:
        assert len(await unit.outbox.missed(240)) == 1


async def waits(village: Village) -> None:
    """A message waits for a member's own time, who chooses another one and leaves."""
    ada, bea = await village.meet(ADA), await village.meet(AccountRef("U60", "M60"))
    assert ada.member is not None
    assert bea.member is not None
    later = OwnTime(NOW.date() + dt.timedelta(days=1))
    await village.say(
        ada,
        *(Direct(each.id, card("hello"), remember="later", when=later, notice=Notice.REQUEST) for each in (ada.member, bea.member)),
    )
    async with village.store.unit() as unit:
        members = unit.use(Members, ada.community)
        await members.prefer(bea.member.id, NOW, zone="Asia/Kolkata", hours=WorkingHours((5,)))
        assert await members.leave(bea.member.id, NOW)
    await village.say(ada, Remove("later", waiting=True))


async def looks_after_letters(village: Village) -> None:
    ada = await village.meet(ADA)
    async with village.store.unit() as unit:
        letters, stopped = unit.use(Letters, ada.community), unit.use(Stopped, ada.community)
        await letters.page()
        await letters.count()
        await letters.reasons(START, NOW)
        await letters.decide([1, 2, 3], NOW, again=True)
        await stopped.untold()
        await stopped.resume(1, NOW)
        await stopped.move(ada.workspace.id, "C1", "C2", NOW)
