"""On which dates something recurs, and what these become in UTC, whatever the clocks do."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.recurrence import DAY, LAST, Daily, Dates, Monthly, Occurrence, Recurrence, Weekly, exists, instant
from tests.faults.zones import audit

NOON = dt.time(12)
NINE = dt.time(9)


def utc(*when: int) -> dt.datetime:
    return dt.datetime(*when, tzinfo=dt.UTC)  # pyright: ignore[reportArgumentType] - year, month, day and time


def dates(rule: Dates, start: dt.date, count: int, *, holidays: str = "") -> list[str]:
    after = dt.datetime.combine(start, dt.time.min, dt.UTC)
    found = Recurrence(rule, NOON, "UTC", holidays).upcoming("Europe/Paris", after)
    return [str(occurrence.date) for occurrence in itertools.islice(found, count)]


def test_every_monday_and_thursday() -> None:
    assert dates(Weekly((0, 3)), dt.date(2026, 11, 24), 3) == ["2026-11-26", "2026-11-30", "2026-12-03"]


def test_every_day() -> None:
    assert dates(Daily(), dt.date(2026, 12, 31), 2) == ["2026-12-31", "2027-01-01"]


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        (2, ["2026-12-01", "2026-12-15", "2026-12-29", "2027-01-12"]),
        (3, ["2026-12-01", "2026-12-22", "2027-01-12", "2027-02-02"]),
        (4, ["2026-12-01", "2026-12-29", "2027-01-26", "2027-02-23"]),
    ],
)
def test_every_few_weeks_counted_from_the_week_it_began(weeks: int, expected: list[str]) -> None:
    """Counted from a Friday's week: the Tuesday of that week is the first, although it is before."""
    rule = Weekly((1,), weeks, since=dt.date(2026, 12, 4))
    assert dates(rule, dt.date(2026, 11, 30), 4) == expected


@pytest.mark.parametrize(
    ("nth", "weekday", "expected"),
    [
        (1, 0, ["2026-12-07", "2027-01-04", "2027-02-01", "2027-03-01"]),
        (2, 1, ["2026-12-08", "2027-01-12", "2027-02-09", "2027-03-09"]),
        (5, 3, ["2026-12-31", "2027-04-29", "2027-07-29", "2027-09-30"]),
        (LAST, 4, ["2026-11-27", "2026-12-25", "2027-01-29", "2027-02-26"]),
        (LAST, 6, ["2026-11-29", "2026-12-27", "2027-01-31", "2027-02-28"]),
    ],
)
def test_a_weekday_of_each_month(nth: int, weekday: int, expected: list[str]) -> None:
    assert dates(Monthly(nth, weekday), dt.date(2026, 11, 24), 4) == expected


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 6))
def test_the_last_of_a_weekday_is_the_fourth_or_the_fifth(date: dt.date, weekday: int) -> None:
    among = {nth for nth in (1, 2, 3, 4, 5, LAST) if Monthly(nth, weekday).falls_on(date)}
    week_later = date + dt.timedelta(days=7)
    assert bool(among) == (date.weekday() == weekday)
    assert (LAST in among) == (date.weekday() == weekday and week_later.month != date.month)
    assert not among or len(among - {LAST}) == 1


WRONG: list[Callable[[], object]] = [
    lambda: Weekly(()),
    lambda: Weekly((7,)),
    lambda: Weekly((0,), 5),
    lambda: Weekly((0,), 0),
    lambda: Monthly(0, 0),
    lambda: Monthly(6, 0),
    lambda: Monthly(1, 7),
    lambda: Monthly(1, 1, every=5),
    lambda: Recurrence(Daily(), dt.time(9, tzinfo=dt.UTC)),
    lambda: Recurrence(Daily(), dt.time(2, fold=1)),
    lambda: Recurrence(Daily(), NINE, grace=-dt.timedelta(1)),
    lambda: Recurrence(Daily(), NINE, "Europe/Atlantis").checked(),
    lambda: Recurrence(Daily(), NINE, "../etc").checked(),
    lambda: Recurrence(Daily(), NINE, holidays="XX").checked(),
    lambda: Recurrence(Daily(), NINE, holidays="FR-ZZ").checked(),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_a_rule_that_means_nothing_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        WRONG[number]()


# ---------------------------------------------------------------- public holidays


def test_public_holidays_are_skipped_on_request() -> None:
    """Easter Monday and Whit Monday 2026 are holidays in France, the fourth of July is one in the United States."""
    assert dates(Weekly((0,)), dt.date(2026, 3, 30), 3) == ["2026-03-30", "2026-04-06", "2026-04-13"]
    assert dates(Weekly((0,)), dt.date(2026, 3, 30), 3, holidays="FR") == ["2026-03-30", "2026-04-13", "2026-04-20"]
    assert dates(Daily(), dt.date(2026, 7, 13), 2, holidays="FR") == ["2026-07-13", "2026-07-15"]
    assert dates(Daily(), dt.date(2027, 7, 3), 2, holidays="US") == ["2027-07-03", "2027-07-06"]


def test_a_part_of_a_country_has_more_of_them() -> None:
    good_friday = dt.date(2026, 4, 3)
    assert dates(Daily(), good_friday, 1, holidays="FR") == ["2026-04-03"]
    assert dates(Daily(), good_friday, 1, holidays="FR-57") == ["2026-04-04"]


def test_only_the_country_asked_for_is_loaded() -> None:
    """The library imports its 250 countries otherwise; and none of it is there before a rule asks."""
    code = """
import datetime, json, sys
import bot.recurrence, bot.hours
before = [name for name in sys.modules if name.split(".")[0] == "holidays"]
from bot.holidays import holidays
assert datetime.date(2026, 7, 14) in holidays("FR", 2026)
print(json.dumps([before, [name for name in sys.modules if name.startswith("holidays.countries.")]]))
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(said.stdout) == [[], ["holidays.countries.france"]]


# ---------------------------------------------------------------- clocks


def test_a_time_that_is_skipped_moves_forward() -> None:
    assert instant(dt.date(2026, 3, 28), dt.time(2, 30), "Europe/Paris") == utc(2026, 3, 28, 1, 30)
    assert instant(dt.date(2026, 3, 29), dt.time(2, 30), "Europe/Paris") == utc(2026, 3, 29, 1, 30)  # it is 03:30 then
    assert instant(dt.date(2026, 3, 30), dt.time(2, 30), "Europe/Paris") == utc(2026, 3, 30, 0, 30)


def test_a_time_that_comes_twice_counts_the_first_time() -> None:
    assert instant(dt.date(2026, 10, 25), dt.time(2, 30), "Europe/Paris") == utc(2026, 10, 25, 0, 30)


def test_a_gap_at_midnight() -> None:
    """In Beirut the clocks go from midnight to one o'clock: half past midnight is then half past one of the same date."""
    assert instant(dt.date(2026, 3, 29), dt.time(0, 30), "Asia/Beirut") == utc(2026, 3, 28, 22, 30)
    assert utc(2026, 3, 28, 22, 30).astimezone(ZoneInfo("Asia/Beirut")).isoformat() == "2026-03-29T01:30:00+03:00"


def test_a_gap_that_ends_at_midnight() -> None:
    """In Nuuk they go from eleven on Saturday to midnight: half past eleven is then half past midnight, and Sunday has its own."""
    found = Recurrence(Daily(), dt.time(23, 30)).upcoming("America/Nuuk", utc(2026, 3, 28, 12))
    assert [(str(one.date), one.due) for one in itertools.islice(found, 2)] == [
        ("2026-03-28", utc(2026, 3, 29, 1, 30)),
        ("2026-03-29", utc(2026, 3, 30, 0, 30)),
    ]


def test_half_hours_and_quarters() -> None:
    """Lord Howe changes by half an hour; Kathmandu is a quarter off."""
    assert instant(dt.date(2026, 10, 4), dt.time(2, 15), "Australia/Lord_Howe") == utc(2026, 10, 3, 15, 45)
    assert instant(dt.date(2026, 4, 5), dt.time(1, 45), "Australia/Lord_Howe") == utc(2026, 4, 4, 14, 45)
    assert instant(dt.date(2026, 4, 5), NINE, "Asia/Kathmandu") == utc(2026, 4, 5, 3, 15)


def test_a_date_that_a_zone_skips_has_no_occurrence() -> None:
    found = Recurrence(Daily(), NINE).upcoming("Pacific/Apia", utc(2011, 12, 29, 12))
    assert [str(one.date) for one in itertools.islice(found, 3)] == ["2011-12-29", "2011-12-31", "2012-01-01"]
    assert not exists(dt.date(2011, 12, 30), "Pacific/Apia")


def test_a_cut_of_the_audit_of_all_zones() -> None:
    """All zones through the changes of one spring, awkward ones through years; `make faults` does all of it."""
    some = audit(times=(dt.time(0, 30), dt.time(2, 30)), first=dt.date(2027, 3, 1), last=dt.date(2027, 5, 15))
    awkward = audit(
        ["Africa/Casablanca", "America/Nuuk", "Asia/Beirut", "Australia/Lord_Howe", "Antarctica/Troll", "Europe/Dublin"],
        times=(dt.time.min, dt.time(1, 30), dt.time(23, 30)),
        last=dt.date(2028, 12, 31),
    )
    assert (some.zones > 400, some.occurrences, awkward.occurrences) == (True, some.distinct * 76 * 2, 6 * 1461 * 3)
    assert [(one.doubled, one.skipped, one.displaced) for one in (some, awkward)] == [(0, 0, 0)] * 2


def test_the_audit_sees_a_date_left_out_and_a_wrong_time(monkeypatch: pytest.MonkeyPatch) -> None:
    october = (["Europe/Paris"], (dt.time(2, 30),), dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    monkeypatch.setattr(Daily, "falls_on", lambda _self, date: date.weekday() != 6)
    assert audit(*october).skipped == 4
    monkeypatch.undo()
    right = Recurrence.upcoming

    def careless(self: Recurrence, zone: str, after: dt.datetime) -> Iterator[Occurrence]:
        """Days of 24 hours, as whoever adds to an instant has them."""
        first = next(right(self, zone, after))
        assert first.date is not None
        for number in range(60):
            yield Occurrence(first.due + number * DAY, first.date + number * DAY)

    monkeypatch.setattr(Recurrence, "upcoming", careless)
    assert audit(*october).displaced == 6


zones = st.sampled_from(
    ("Europe/Paris", "America/Nuuk", "Asia/Beirut", "Pacific/Apia", "Australia/Lord_Howe", "UTC", "Africa/Cairo")
)
rules = st.one_of(
    st.just(Daily()),
    st.builds(
        Weekly,
        st.lists(st.integers(0, 6), min_size=1, unique=True).map(tuple),
        st.integers(1, 4),
        st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)),
    ),
    st.builds(Monthly, st.sampled_from((1, 2, 3, 4, 5, LAST)), st.integers(0, 6)),
)


@settings(max_examples=60, deadline=None)
@given(
    rules,
    st.times().map(lambda at: at.replace(microsecond=0, fold=0)),
    zones,
    st.integers(0, 300_000),
)
def test_what_follows_each_occurrence_is_the_same_list(rule: Dates, at: dt.time, zone: str, hours: int) -> None:
    """Claiming one after the other, as the scheduler does, gives what listing gives; dates and instants only go forward."""
    recurrence = Recurrence(rule, at)
    start = utc(2000, 1, 1) + dt.timedelta(hours=hours)
    listed = list(itertools.islice(recurrence.upcoming(zone, start), 6))
    followed = [listed[0]]
    while len(followed) < len(listed):
        followed.append(next(recurrence.upcoming(zone, followed[-1].due, followed[-1].date)))
    assert followed == listed
    assert sorted({one.due for one in listed}) == [one.due for one in listed]
    assert sorted({one.date for one in listed if one.date}) == [one.date for one in listed]


def test_something_of_the_month_may_come_once_in_a_quarter() -> None:
    quarterly = Monthly(1, 1, every=3, since=dt.date(2026, 11, 3))
    assert dates(quarterly, dt.date(2026, 11, 24), 3) == ["2027-02-02", "2027-05-04", "2027-08-03"]
    assert not quarterly.falls_on(dt.date(2026, 12, 1))
