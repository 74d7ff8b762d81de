"""Times that suit several people are proposed: within everyone's hours, spread, and honestly flagged where there are none."""

from __future__ import annotations

import datetime as dt
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.holidays import holidays
from bot.hours import USUAL, WorkingHours, spells
from bot.times import LUNCH, propose_times

MONDAY = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
HALF_HOUR = dt.timedelta(minutes=30)
PARIS, MONTREAL, LOS_ANGELES, KATHMANDU = "Europe/Paris", "America/Montreal", "America/Los_Angeles", "Asia/Kathmandu"
WEEKEND = WorkingHours((5, 6))

zones = st.sampled_from(
    (PARIS, MONTREAL, LOS_ANGELES, KATHMANDU, "Pacific/Chatham", "Pacific/Apia", "Australia/Lord_Howe", "America/St_Johns", "UTC")
)
days = st.lists(st.integers(0, 6), unique=True, max_size=7).map(lambda some: tuple(sorted(some)))
times = st.builds(dt.time, st.integers(0, 23), st.sampled_from((0, 10, 30, 45)))
everybody = st.lists(st.tuples(zones, st.builds(WorkingHours, days, times, times)), min_size=1, max_size=8)
instants = st.integers(0, 1_051_200).map(lambda minutes: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes))


def local(instant: dt.datetime, zone: str = PARIS) -> str:
    return instant.astimezone(ZoneInfo(zone)).strftime("%a %d %H:%M")


def test_two_who_keep_usual_hours_meet_on_three_days_at_three_times_of_day() -> None:
    proposed = propose_times([(PARIS, USUAL)] * 2, MONDAY, 3)
    assert [(local(each.instant), each.comfortable) for each in proposed] == [
        ("Tue 24 11:30", True),
        ("Fri 27 16:30", True),
        ("Mon 30 14:00", True),
    ]
    assert proposed == propose_times([(PARIS, USUAL)] * 2, MONDAY, 3)
    others = {propose_times([(PARIS, USUAL)] * 2, MONDAY, seed) for seed in range(20)}
    assert len(others) > 10
    at_lunch = [each for some in others for each in some if LUNCH[0] <= each.instant.astimezone(ZoneInfo(PARIS)).time() < LUNCH[1]]
    assert at_lunch == []


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([(PARIS, USUAL), (LOS_ANGELES, USUAL)], {"17:30", "18:00"}),
        ([(PARIS, USUAL), ("Pacific/Auckland", USUAL)], {"07:00", "07:30", "19:00", "19:30"}),
    ],
    ids=["half an hour too little", "the other side of the world"],
)
def test_where_nothing_suits_everyone_both_go_half_the_way(people: list[tuple[str, WorkingHours]], expected: set[str]) -> None:
    proposed = propose_times(people, MONDAY, 1)
    assert [each.comfortable for each in proposed] == [False] * 3
    assert {local(each.instant)[-5:] for each in proposed} <= expected
    assert len({each.instant.date() for each in proposed}) == 3


def test_whoever_works_on_other_days_or_on_none_is_met_by_day() -> None:
    for other in (WEEKEND, WorkingHours(())):
        proposed = propose_times([(PARIS, USUAL), (PARIS, other)], MONDAY, 1)
        assert [each.comfortable for each in proposed] == [False] * 3
        assert all("09:00" <= local(each.instant)[-5:] <= "17:30" for each in proposed)


def test_one_common_half_hour_a_week_is_enough() -> None:
    people = [(PARIS, WorkingHours((0, 2))), (PARIS, WorkingHours((2, 3), dt.time(12), dt.time(12, 30)))]
    for seed in range(5):
        proposed = propose_times(people, MONDAY, seed)
        assert [each.comfortable for each in proposed] == [True] * 3
        assert {each.instant.strftime("%a %H:%M") for each in proposed} == {"Wed 11:00"}
        assert len({each.instant.date() for each in proposed}) == 3


def test_public_holidays_are_left_out_and_half_hours_are_those_of_whoever_meets() -> None:
    before = dt.datetime(2026, 12, 23, 12, tzinfo=dt.UTC)
    christmas = propose_times([(KATHMANDU, USUAL)] * 3, before, 5, skip="FR")
    assert all(local(each.instant, KATHMANDU)[-2:] in {"00", "30"} for each in christmas)
    assert "Fri 25" not in {local(each.instant)[:6] for each in christmas}
    with pytest.raises(ValueError, match="nobody"):
        propose_times([], MONDAY, 1)


@settings(max_examples=60, deadline=None)
@given(everybody, instants, st.integers(), st.sampled_from((HALF_HOUR, 2 * HALF_HOUR)), st.sampled_from(("", "FR")))
def test_whoever_meets(
    people: list[tuple[str, WorkingHours]], after: dt.datetime, seed: int, length: dt.timedelta, skip: str
) -> None:
    """Three times for anybody; those called comfortable are within everyone's hours, off holidays; none is too soon."""
    proposed = propose_times(people, after, seed, length=length, skip=skip)
    assert len(proposed) == 3
    assert list(proposed) == sorted(proposed, key=lambda each: each.instant)
    assert all(one.instant + length <= other.instant for one, other in combinations(proposed, 2))
    for each in proposed:
        assert each.instant.astimezone(ZoneInfo(people[0][0])).minute % 15 == 0
        for zone, hours in people:
            here = ZoneInfo(zone)
            assert each.instant.astimezone(here).date() > after.astimezone(here).date()
            if not each.comfortable:
                continue
            opens, closes = next(spells(each.instant, zone, hours, skip))
            assert opens == each.instant
            assert each.instant + length <= closes
            if skip and not hours.overnight:
                assert each.instant.astimezone(here).date() not in holidays(skip, each.instant.year)
