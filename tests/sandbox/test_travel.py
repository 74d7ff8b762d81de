"""Time is moved forward in the sandbox: what is due happens as if the time had been lived."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from adapters.sandbox.travel import remembered
from adapters.sandbox.workspace import SandboxError
from bot.context import Context, DueContext, JobContext
from bot.demo.passing import Passing
from bot.effects import Direct, Effects, OwnTime, Reply
from bot.feature import Feature
from bot.i18n import _, word
from bot.notices import Notice
from bot.recurrence import Recurrence, Weekly
from bot.ui import Card
from tests.contract.sandbox import SandboxDriver

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 30.0
BEAT = dt.timedelta(hours=6)


@dataclass
class Journey:
    """A community with a question every Tuesday at ten, a greeting in each one's own time, and a look every ten minutes."""

    driver: SandboxDriver
    ran: list[str] = field(default_factory=list[str])
    looked: list[dt.datetime] = field(default_factory=list[dt.datetime])

    @property
    def travel(self):  # noqa: ANN201 - the adapter's own
        return self.driver.sandbox.travel

    @property
    def now(self) -> str:
        return tell(self.driver.clock.now())

    def received(self, conversation: str) -> list[str]:
        return [tell(message.at) for message in self.driver.sandbox.workspace.messages(conversation)]

    async def goes(self, to: str, words: str = "") -> None:
        """Move, and wait until it is done."""
        self.travel.begin(to, words, "Europe/Paris")
        async with asyncio.timeout(LONGEST):
            await self.travel.arrived()
            await asyncio.sleep(0)


def weekly(ran: list[str], looked: list[dt.datetime]) -> Feature:
    """Return the feature; whoever says hello is asked, and greeted in their own hours."""
    feature = Feature("weekly")
    members: list[int] = []

    @feature.command(word("hello"), _("Say hello"))
    async def hello(ctx: Context) -> Effects:
        members.append(ctx.me.id)
        return Reply(Card(body=_("Hello"))), Direct(
            ctx.me.id, Card(body=_("Good morning to you")), when=OwnTime(), notice=Notice.REQUEST
        )

    @feature.schedule("ask", rule=Recurrence(Weekly((1,)), dt.time(10)), title=_("The question"))
    async def ask(ctx: DueContext) -> Effects:
        ran.append(tell(ctx.now))
        return [Direct(member, Card(body=_("What did you learn?")), notice=Notice.REQUEST) for member in members]

    @feature.schedule("look", every=dt.timedelta(minutes=10))
    async def look(ctx: JobContext) -> Effects:
        looked.append(ctx.now)
        return ()

    return feature


def tell(moment: dt.datetime) -> str:
    """Return an instant in UTC: `Tue 24 Nov 09:00`."""
    return f"{moment.astimezone(dt.UTC):%a %d %b %H:%M}"


@pytest.fixture
async def journey(tmp_path: Path) -> AsyncIterator[Journey]:
    ran: list[str] = []
    looked: list[dt.datetime] = []
    driver = SandboxDriver(tmp_path, features=[weekly(ran, looked)])
    journey = Journey(driver, ran, looked)
    driver.sandbox.travel.lend(Passing(driver.application, driver.clock, beat=BEAT))
    await driver.start()
    await driver.person("Ada", administrator=True)
    yield journey
    await driver.stop()


async def test_a_month_goes_by_as_if_it_were_lived(journey: Journey, tmp_path: Path) -> None:
    """It is Monday, ten in Paris; in the evening Ada says hello."""
    journey.driver.clock.move(dt.timedelta(hours=11))
    await journey.driver.sandbox.acts.command("ada", "hello")
    await journey.goes("date", "2026-12-23T12:30")

    assert journey.now == "Wed 23 Dec 11:30"
    assert journey.ran == ["Tue 24 Nov 09:00", "Tue 01 Dec 09:00", "Tue 08 Dec 09:00", "Tue 15 Dec 09:00", "Tue 22 Dec 09:00"]
    hello, greeted, *asked = journey.received("direct.ada")
    assert hello == "Mon 23 Nov 20:00"
    assert greeted == "Tue 24 Nov 08:00"
    assert asked == journey.ran
    gaps = {later - earlier for earlier, later in itertools.pairwise(journey.looked)}
    assert max(gaps) <= BEAT
    assert remembered(str(tmp_path / "sandbox.jsonl")) == pytest.approx(
        journey.driver.clock.now() - dt.datetime.now(dt.UTC), abs=dt.timedelta(minutes=2)
    )


async def test_where_time_can_go(journey: Journey) -> None:
    await journey.goes("day")
    assert journey.now == "Tue 24 Nov 08:00"
    await journey.goes("monday")
    assert journey.now == "Mon 30 Nov 08:00"
    await journey.goes("monday")
    assert journey.now == "Mon 07 Dec 08:00"
    assert journey.ran == ["Tue 24 Nov 09:00", "Tue 01 Dec 09:00"]
    for words, refused in (
        ("2026-12-07T08:59", "forward"),
        ("2027-03-24T09:00", "three months at once"),
        ("9999-12-31T23:59", "three months at once"),
        ("", "Choose a date"),
        ("soon", "Choose a date"),
    ):
        with pytest.raises(SandboxError, match=refused):
            journey.travel.begin("date", words, "Europe/Paris")
    assert not journey.travel.moving


async def test_one_move_at_a_time_which_ends_with_the_sandbox(journey: Journey) -> None:
    journey.travel.begin("monday", "", "Europe/Paris")
    with pytest.raises(SandboxError, match="already"):
        journey.travel.begin("day", "", "Europe/Paris")
    await journey.travel.close()
    assert not journey.travel.moving
    assert journey.driver.clock.now() < dt.datetime(2026, 11, 30, tzinfo=dt.UTC)


async def test_the_machines_own_time_cannot_be_moved(tmp_path: Path) -> None:
    driver = SandboxDriver(tmp_path)
    with pytest.raises(SandboxError, match="machine’s time"):
        driver.sandbox.travel.begin("day", "", "Europe/Paris")
