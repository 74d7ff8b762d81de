"""What members of a circle tell each other, as it lies in the database: sealed, and read from before it was."""

from __future__ import annotations

from sqlalchemy import text

from bot.clock import SystemClock
from bot.model import AccountRef
from storage.circle import USUAL, Part, Said, State
from storage.circle_weeks import CircleWeeks
from storage.circles import Circles
from storage.db import open_store
from storage.keyring import Keyring, new_key
from storage.rotation import rotate
from tests.databases import COMMUNITY
from tests.storage.community import NOW, Village

ADA = AccountRef("UADA", "Ada")
WORDS = {"happened": "Wrote to the fourth: no answer", "ahead": "Call them", "hand": "A second look at my quote"}


async def test_words_of_a_circle_are_sealed_and_those_from_before_are_read_and_sealed_by_the_next_rotation(
    database_url: str,
) -> None:
    old, new = new_key(), new_key()
    store = await open_store(database_url, community=COMMUNITY, keyring=Keyring((old,)))
    ada = await Village(store).meet(ADA)
    assert ada.member is not None
    async with store.unit() as unit:
        circles, weeks = unit.use(Circles, ada.community), unit.use(CircleWeeks, ada.community)
        number = await circles.create("Makers", USUAL, NOW, state=State.RUNNING)
        await circles.put(number, ada.member.id, Part.IN, NOW, commitment="Call them on *Monday*")
        circle = await circles.get(number)
        assert circle is not None
        week = await weeks.begin(circle, NOW.date(), NOW, NOW, resting=())
        assert week is not None
        await weeks.say(week, ada.member.id, said=Said.ANSWERED, **WORDS)
    async with store.unit(write=False) as unit:
        asked = (
            "SELECT commitment, happened, ahead, hand FROM circle_answer UNION ALL SELECT commitment, '', '', '' FROM circle_peer"
        )
        kept = [str(row) for row in (await unit.connection.execute(text(asked))).all()]
    assert len(kept) == 2
    assert not [row for row in kept for words in (*WORDS.values(), "Monday") if words in row]

    async with store.unit() as unit:  # as a version left it that did not seal them
        await unit.connection.execute(text("UPDATE circle_peer SET commitment = 'Before: as it was'"))
        await unit.connection.execute(text("UPDATE circle_answer SET hand = ''"))
    for sealed in (0, 4):
        async with store.unit(write=False) as unit:
            circle = await unit.use(Circles, ada.community).get(number)
            kept_week = await unit.use(CircleWeeks, ada.community).get(week)
        assert circle is not None
        assert kept_week is not None
        (told,) = kept_week.answers
        assert [peer.commitment for peer in circle.peers] == ["Before: as it was"]
        assert (told.before, told.happened, told.ahead, told.hand) == (
            *("Call them on *Monday*", WORDS["happened"]),
            *(WORDS["ahead"], ""),
        )
        done = await rotate(database_url, Keyring((new, old)), SystemClock())
        assert (done.sealed, done.shut) == (4 - sealed, 0)
        await store.close()
        store = await open_store(database_url, community=COMMUNITY, keyring=Keyring((new, old)))
    await store.close()
