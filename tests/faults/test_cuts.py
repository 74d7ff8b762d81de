"""A short cut of what `make faults` does at length: seconds of it, so that neither a bot nor its faults break unnoticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faults.kills import rampage
from tests.faults.limits import storm
from tests.faults.meetings import rampage as rounds_of_meetings
from tests.faults.outages import filled, restarted
from tests.faults.resets import resets

if TYPE_CHECKING:
    from tests.databases import Databases


async def test_killed_in_the_middle_of_rounds(databases: Databases) -> None:
    seen = await rampage(databases.make("sqlite"), members=30, kills=4)
    assert (seen.lost, seen.doubled) == (0, 0)
    assert sum(tally.messages for tally in seen.tallies.values()) >= 30, "a round at least was delivered meanwhile"


async def test_several_on_one_database_killed_and_frozen(databases: Databases) -> None:
    seen = await rampage(databases.make("postgresql"), processes=2, members=30, kills=2, freezes=1)
    assert seen.lost == 0
    assert seen.doubled <= 2
    assert sum(tally.messages for tally in seen.tallies.values()) >= 30, "a round at least was delivered meanwhile"


async def test_connections_that_end_after_the_message_was_taken(databases: Databases) -> None:
    seen = await resets(databases.make("sqlite"), sends=60, lagging=20)
    assert (seen.lost, seen.doubled) == ({"slack": 0, "discord": 0}, {"slack": 0, "discord": 0})
    assert seen.resets > 0
    assert seen.lagging > 0


async def test_killed_in_the_middle_of_a_round_of_meetings(databases: Databases) -> None:
    seen = await rounds_of_meetings(databases.make("sqlite"), members=61, weeks=1, longest=0.3, kills_each=4)
    assert (seen.doubled, seen.missing, seen.meetings) == (0, 0, 30)
    assert seen.kills >= 2


async def test_a_storm_of_refusals(databases: Databases) -> None:
    seen = await storm(databases.make("sqlite"), members=60, seconds=2, retry_after=2)
    assert (seen.early, seen.left) == (0, 0)
    assert seen.refused > 0
    assert seen.invalid <= 100


async def test_a_server_that_is_restarted_under_load() -> None:
    seen = await restarted(times=1, between=1)
    assert (seen.lost, seen.acknowledged > 0, seen.refused > 0) == (0, True, True)
    assert seen.resumed < 10


async def test_a_disk_that_is_full_under_load() -> None:
    seen = await filled(seconds=2)
    assert (seen.lost, seen.acknowledged > 0, seen.refused > 0) == (0, True, True)
    assert seen.resumed < 10
