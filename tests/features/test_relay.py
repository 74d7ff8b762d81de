"""Two members who share no workspace, brought together: they write to each other through the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from adapters.sandbox.parse import account
from bot.model import Invocation, Kind, WorkspaceRef
from storage.forms import FormRow
from storage.outbox import OutboxRow
from storage.people import Members
from tests.features.need import accepted

if TYPE_CHECKING:
    from tests.features.village import Village, Villager

WORDS = "<@U1> **hello** @everyone {name} 🧮"


async def moves_away(village: Village, villager: Villager) -> None:
    """Let somebody be in another workspace of the community, and no longer in this one."""
    person = village.adapter.workspace.people[villager.id]
    elsewhere = Invocation(Kind.EVENT, "member_joined", "", WorkspaceRef("sandbox", "elsewhere", "Elsewhere"), account(person))
    async with village.app.store.unit() as unit:
        here = (await unit.people.identify(elsewhere, village.clock.now())).community
        place = (
            await unit.people.identify(Invocation(Kind.EVENT, "", "", WorkspaceRef("sandbox", "sandbox")), village.clock.now())
        ).workspace
        await unit.use(Members, here).leave(villager.member.id, village.clock.now(), workspace=place.id)


@pytest.fixture
async def ada(village: Village) -> Villager:
    return await village.person("Ada", "Translation")


@pytest.fixture
async def apart(village: Village, ada: Villager, basile: Villager) -> tuple[Villager, Villager]:
    """Ada asked, Basile can help; they share no workspace."""
    await ada.command("ask", need="bookkeeping for a small online shop")
    await ada.choose("Basile")
    await moves_away(village, ada)
    await basile.press("I can help")
    return ada, basile


async def test_the_card_of_each_has_a_button_to_the_other(apart: tuple[Villager, Villager]) -> None:
    ada, basile = apart
    assert ada.reads("group") == []
    ada.find("Write to Basile", "dm")
    basile.find("Write to Ada", "dm")
    (card,) = [words for words in basile.reads("dm") if "You two can talk here" in words]
    assert "You share no workspace" in card


async def test_words_go_back_and_forth(apart: tuple[Villager, Villager]) -> None:
    ada, basile = apart
    await basile.press("Write to Ada", place="dm")
    told = await basile.fill(words=f"  {WORDS}\n")
    assert told == "On its way to Ada. An answer arrives here."
    assert ada.reads("dm")[-1].startswith(
        f"Basile writes to you\nYou are on different platforms or workspaces, so I pass this on.\n{WORDS}\n"
    )
    assert ada.buttons("dm") == ["Reply", "Stop"]

    await ada.press("Reply", place="dm")
    await ada.fill(words="Good morning")
    assert "Ada writes to you" in basile.reads("dm")[-1]
    assert "Good morning" in basile.reads("dm")[-1]


async def test_words_are_kept_nowhere_once_they_arrived(village: Village, apart: tuple[Villager, Villager]) -> None:
    _ada, basile = apart
    await basile.press("Write to Ada", place="dm")
    await basile.fill(words=WORDS)

    async with village.app.store.unit(write=False) as unit:
        for table in (OutboxRow, FormRow):
            for row in await unit.connection.execute(select(*table.__table__.columns)):
                assert "🧮" not in repr(tuple(row))


async def test_no_words_are_no_message(apart: tuple[Villager, Villager]) -> None:
    ada, basile = apart
    await basile.press("Write to Ada", place="dm")
    before = len(ada.reads("dm"))
    await basile.fill(words="   ")
    assert basile.errors == {"words": "Please fill this in."}
    assert len(ada.reads("dm")) == before


async def test_stopping_ends_it_for_both_and_is_said_to_both(apart: tuple[Villager, Villager]) -> None:
    ada, basile = apart
    await basile.press("Write to Ada", place="dm")
    await basile.fill(words=WORDS)
    await basile.press("Write to Ada", place="dm")
    message, action = ada.find("Stop", "dm")
    told = await ada.press_again(message, action)
    assert told.startswith("Done: I pass nothing on between Basile and you any more.")
    assert "The conversation with Ada is over" in basile.reads("dm")[-1]

    assert (await basile.fill(words="too late")).startswith("Not sent\nI no longer pass words on between Ada and you")
    assert "too late" in basile.told
    assert not [words for words in ada.reads() if "too late" in words]
    for somebody, label in ((basile, "Write to Ada"), (ada, "Write to Basile"), (ada, "Reply")):
        assert "One of you stopped it." in await somebody.press(label, place="dm")
        assert somebody.form is None
    heard = len(basile.reads("dm"))
    assert "One of you stopped it." in await ada.press_again(message, action)
    assert sum("is over" in words for words in basile.reads("dm")) == 1
    assert len(basile.reads("dm")) == heard


async def test_it_is_nobody_elses(village: Village, apart: tuple[Villager, Villager], chloe: Villager) -> None:
    ada, basile = apart
    await chloe.command("confrere")
    for action in ("write", "stop"):
        for whom in (ada, basile, chloe):
            told = await chloe.press_again(chloe.sees("dm")[-1], f"relay:{action}:{whom.member.id}")
            assert told.startswith("This is between two other people.")
            assert chloe.form is None
    await basile.press("Write to Ada", place="dm")
    assert basile.form is not None


async def test_after_the_other_one_left(village: Village, apart: tuple[Villager, Villager]) -> None:
    ada, basile = apart
    await basile.press("Write to Ada", place="dm")
    async with village.app.store.unit() as unit:
        await unit.use(Members, await village.community()).leave(ada.member.id, village.clock.now())

    told = await basile.fill(words=WORDS)
    assert told.startswith("Not sent\nAda is no longer here")
    assert WORDS in told
    assert await basile.press("Write to Ada", place="dm") == "Ada is no longer here."


async def test_those_who_share_a_workspace_talk_without_it(ada: Villager, basile: Villager) -> None:
    await accepted(ada, basile)
    assert "Write to Basile" not in ada.buttons("group")
