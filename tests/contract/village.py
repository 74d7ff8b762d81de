"""A community in which the stories happen, whatever its platform."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

from tests.contract.driver import Driver, Person, Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.app import Application
    from bot.clock import MovableClock


class StoryDriver(Driver, Protocol):
    """A driver that can be started and stopped, and whose time is moved."""

    clock: MovableClock
    application: Application

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Village:
    """People on one platform."""

    def __init__(self, driver: StoryDriver) -> None:
        self.driver = driver
        self.platform = driver.platform

    async def set_up(self) -> None:
        """Let the animator choose the channels."""
        self.animator = await self.driver.person("Ada Animator", administrator=True)
        await self.animator.command("animator setup")
        errors = await self.animator.fill(
            introductions="#introductions", help="#help", thanks="#thanks", language="en", zone="Europe/Paris"
        )
        assert errors == {}

    async def goes(self, to: str) -> None:
        """Go to an instant of UTC, and let the bot look at what is due: twice, what waits for the next minute too."""
        self.driver.clock.set(dt.datetime.fromisoformat(f"{to}:00+00:00"))
        for _minute in range(2):
            self.driver.clock.move(dt.timedelta(minutes=1))
            await self.driver.application.scheduler.tick()
            await self.driver.settle()

    async def member(self, name: str, offers: str = "", *, locale: str = "en", seeks: str = "") -> Person:
        """Return a member; one who offers something has introduced themselves."""
        person = await self.driver.person(name, locale=locale)
        if offers:
            await person.command("intro")
            assert await person.fill(does=f"{name}, independent", offers=offers, seeks=seeks) == {}
        return person


def reads(person: Person, place: str = "") -> str:
    """Return everything somebody sees in a place, as one text."""
    return "\n".join(seen.text for seen in person.sees(place))


def newest(person: Person, place: str = "", *, saying: str = "") -> Seen:
    """Return the newest message that somebody sees in a place, among those that say something."""
    return next(seen for seen in reversed(person.sees(place)) if saying in seen.text)


def having(person: Person, button: str, place: str = "") -> Seen:
    """Return the newest message with a button."""
    return next(seen for seen in reversed(person.sees(place)) if button in seen.buttons)


def count(seen: Sequence[Seen], saying: str) -> int:
    """Return how many messages say something."""
    return sum(saying in one.text for one in seen)


def only(seen: Sequence[Seen], where: Callable[[Seen], bool]) -> Seen:
    """Return the one message for which something holds."""
    (found,) = [one for one in seen if where(one)]
    return found
