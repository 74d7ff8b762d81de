"""Members are written to in their own working days and hours."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.hours import WorkingHours, own_time, sending_time

FRIDAY = dt.date(2026, 11, 27)


def paris(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour - 1, minute, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (paris(27, 10, 30), paris(27, 10, 30)),
        (paris(27, 7), paris(27, 9)),
        (paris(27, 18), paris(30, 9)),
        (paris(28, 12), paris(30, 9)),
        (paris(29, 23), paris(30, 9)),
    ],
    ids=["at work", "early", "the day is over", "Saturday", "Sunday night"],
)
def test_the_next_working_hour(after: dt.datetime, expected: dt.datetime) -> None:
    assert sending_time(after, "Europe/Paris") == expected


def test_each_in_their_own_zone() -> None:
    """Nine in the morning on one date is a different instant for each; nobody gets it at night."""
    instants = [own_time(FRIDAY, dt.time(9), zone) for zone in ("Pacific/Auckland", "Europe/Paris", "America/Montreal")]
    assert [str(instant) for instant in instants] == [
        "2026-11-26 20:00:00+00:00",
        "2026-11-27 08:00:00+00:00",
        "2026-11-27 14:00:00+00:00",
    ]


def test_somebody_who_works_from_tuesday_to_thursday_afternoon() -> None:
    hours = WorkingHours((1, 2, 3), dt.time(14), dt.time(17))
    assert sending_time(paris(27, 10), "Europe/Paris", hours) == dt.datetime(2026, 12, 1, 13, tzinfo=dt.UTC)
    assert own_time(FRIDAY, dt.time(9), "Europe/Paris", hours) == dt.datetime(2026, 12, 1, 13, tzinfo=dt.UTC)


def test_somebody_who_works_at_night() -> None:
    """From ten to two: Friday's hours end on Saturday."""
    hours = WorkingHours(start=dt.time(22), end=dt.time(2))
    assert sending_time(paris(28, 1), "Europe/Paris", hours) == paris(28, 1)
    assert sending_time(paris(28, 2), "Europe/Paris", hours) == paris(30, 22)


def test_public_holidays_are_no_working_days() -> None:
    bastille_eve = dt.datetime(2026, 7, 13, 20, tzinfo=dt.UTC)
    assert sending_time(bastille_eve, "Europe/Paris", skip="FR") == dt.datetime(2026, 7, 15, 7, tzinfo=dt.UTC)


def test_the_morning_after_the_clocks_change() -> None:
    sunday = dt.datetime(2026, 3, 29, 12, tzinfo=dt.UTC)
    assert sending_time(sunday, "Europe/Paris") == dt.datetime(2026, 3, 30, 7, tzinfo=dt.UTC)


def test_whoever_never_works_is_not_written_to() -> None:
    with pytest.raises(ValueError, match="no working day"):
        sending_time(paris(27, 10), "Europe/Paris", WorkingHours(()))
