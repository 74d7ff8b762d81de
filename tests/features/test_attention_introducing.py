"""Whom an animator brings together: never two of whom one would rather not, and nobody learns that it is so."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from storage.circle import USUAL, Part, State
from storage.circles import Circles
from storage.participation import Participations
from tests.features.attending import DAY
from tests.features.checkins import appointed

if TYPE_CHECKING:
    from tests.features.village import Village, Villager


@pytest.fixture
async def zoe(village: Village) -> Villager:
    """Somebody who runs the community."""
    return await appointed(village)


async def circle_of(village: Village, name: str, *members: Villager, part: Part = Part.IN) -> int:
    """Make a circle with some members in it."""
    async with village.app.store.unit() as unit:
        circles = unit.use(Circles, await village.community())
        number = await circles.create(name, USUAL, village.clock.now(), state=State.FORMING)
        for one in members:
            await circles.put(number, one.member.id, part, village.clock.now())
    return number


async def would_rather_not(village: Village, by: Villager, of: Villager) -> None:
    """Let somebody wish not to meet somebody."""
    async with village.app.store.unit() as unit:
        await unit.use(Participations, await village.community()).exclude(by.member.id, of.member.id, village.clock.now())


async def offers(zoe: Villager, somebody: Villager) -> str:
    """Return the circles that an animator can invite somebody to."""
    await zoe.command("animator members")
    return await zoe.press_again(zoe.sees()[-1], f"circle:offer:{somebody.member.id}:0")


# ---------------------------------------------------------------- into a circle


@pytest.mark.parametrize("part", [Part.IN, Part.INVITED])
async def test_a_circle_with_somebody_one_would_rather_not_meet_is_not_offered(
    village: Village, zoe: Villager, ada: Villager, basile: Villager, chloe: Villager, *, part: Part
) -> None:
    makers = await circle_of(village, "Makers", basile, part=part)
    await circle_of(village, "Writers", chloe)
    told = await offers(zoe, ada)
    assert "Makers" in told
    await would_rather_not(village, basile, ada)
    told = await offers(zoe, ada)
    assert "Writers" in told
    assert "Makers" not in told

    before = ada.reads("dm")
    told = await zoe.press_again(zoe.sees()[-1], f"circle:offered:{makers}:{ada.member.id}")
    assert "Ada cannot be invited to this circle for now. There can be many reasons, and I tell none." in told
    assert "Basile" not in told
    assert ada.reads("dm") == before


async def test_a_circle_that_somebody_declined_is_offered_again_after_a_month(
    village: Village, zoe: Villager, ada: Villager, chloe: Villager
) -> None:
    makers = await circle_of(village, "Makers", chloe)
    assert "Makers" in await offers(zoe, ada)
    await zoe.press("Invite")
    await ada.press_again(ada.sees("dm")[-1], f"circle:decline:{makers}")

    assert "Makers" not in await offers(zoe, ada)
    told = await zoe.press_again(zoe.sees()[-1], f"circle:offered:{makers}:{ada.member.id}")
    assert "Ada cannot be invited to this circle for now" in told
    village.clock.move(30 * DAY - dt.timedelta(minutes=1))
    assert "Makers" not in await offers(zoe, ada)
    village.clock.move(dt.timedelta(minutes=1))
    assert "Makers" in await offers(zoe, ada)
    assert "Ada is invited to “Makers”" in await zoe.press("Invite")


# ---------------------------------------------------------------- to somebody


@pytest.mark.parametrize("wish", [("ada", "basile"), ("basile", "ada")])
async def test_two_are_not_introduced_of_whom_one_would_rather_not(
    village: Village, zoe: Villager, ada: Villager, basile: Villager, *, wish: tuple[str, str]
) -> None:
    people = {"ada": ada, "basile": basile}
    await would_rather_not(village, *(people[name] for name in wish))
    before = ada.reads("dm"), basile.reads("dm")
    await zoe.command("animator members")
    message = zoe.sees()[-1]
    by_button = await zoe.press_again(message, f"attention:propose:{ada.member.id}:{basile.member.id}")
    await zoe.press_again(message, f"attention:whom:{ada.member.id}")
    by_form = await zoe.fill(ally=basile, why="You both bake")
    for told in (by_button, by_form):
        assert "Nothing was sent: Ada and Basile are in touch, one of them was asked lately, or it is not the moment" in told
    assert (ada.reads("dm"), basile.reads("dm")) == before
    assert "Zoé proposed" not in await zoe.press_again(message, f"attention:person:{ada.member.id}")


async def test_the_same_is_said_of_two_who_were_asked(village: Village, zoe: Villager, ada: Villager, basile: Villager) -> None:
    await zoe.command("animator members")
    message = zoe.sees()[-1]
    button = f"attention:propose:{ada.member.id}:{basile.member.id}"
    assert "Ada is asked whether they would like to meet Basile" in await zoe.press_again(message, button)
    assert "Nothing was sent: Ada and Basile are in touch" in await zoe.press_again(message, button)
