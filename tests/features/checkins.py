"""A community that asks how its members are: an animator, some members, and campaigns made of the templates."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from storage.people import Members

if TYPE_CHECKING:
    from tests.features.village import Village, Villager

PANEL = "animator checkins"


async def goes(village: Village, to: str) -> None:
    """Go to an instant of UTC, and let the bot look at what is due, twice: what waits for the next minute too."""
    village.clock.set(dt.datetime.fromisoformat(f"{to}:00+00:00"))
    for _minute in range(3):
        await village.passes(minutes=1)


async def appointed(village: Village, name: str = "Zoé") -> Villager:
    """Return somebody who runs the community."""
    zoe = await village.person(name)
    async with village.app.store.unit() as unit:
        await unit.use(Members, await village.community()).appoint(zoe.member.id, animator=True)
    return zoe


async def joined(village: Village, *names: str, locale: str = "en", zone: str = "") -> list[Villager]:
    """Let people be there."""
    return [await village.person(name, f"{name}’s craft", locale=locale, zone=zone) for name in names]


async def drafted(zoe: Villager, template: str, **when: object) -> str:
    """Make a draft of a template; `when` are fields of its form."""
    await zoe.command(PANEL)
    await zoe.press("New check-in")
    told = await zoe.choose(template)
    if when:
        await zoe.press("When")
        told = await zoe.fill(**when)  # pyright: ignore[reportArgumentType]
    return told


async def started(zoe: Villager, template: str = "The pulse of the quarter", **when: object) -> str:
    """Start a campaign of a template: once, tomorrow at nine, unless something else is said."""
    usual = {"rhythm": "once", "date": dt.date(2026, 11, 24), "at": "09:00"}
    await drafted(zoe, template, **{**usual, **when})
    told = await zoe.press("Start it")
    await zoe.village.passes(minutes=1)
    return told


def newest(one: Villager, words: str) -> str:
    """Return the newest private message that holds these words."""
    return [message for message in one.reads("dm") if words in message][-1]


def said(one: Villager, words: str, place: str = "dm") -> int:
    """Count the messages that hold these words."""
    return sum(words in message for message in one.reads(place))
