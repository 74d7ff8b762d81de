"""Members are written to in their own working days and hours."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.effects import OwnTime
from bot.hours import WorkingHours, after_working, due, read_hours, sending_time

FRIDAY = dt.date(2026, 11, 27)
FRIDAY_MORNING = OwnTime(FRIDAY, dt.time(9))
MONDAY = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)


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
    zones = ("Pacific/Chatham", "Pacific/Auckland", "Asia/Kolkata", "Europe/Paris", "America/St_Johns", "America/Montreal")
    instants = [due(FRIDAY_MORNING, MONDAY, zone) for zone in zones]
    assert [str(instant) for instant in instants] == [
        "2026-11-26 19:15:00+00:00",
        "2026-11-26 20:00:00+00:00",
        "2026-11-27 03:30:00+00:00",
        "2026-11-27 08:00:00+00:00",
        "2026-11-27 12:30:00+00:00",
        "2026-11-27 14:00:00+00:00",
    ]


def test_somebody_who_works_from_tuesday_to_thursday_afternoon() -> None:
    hours = WorkingHours((1, 2, 3), dt.time(14), dt.time(17))
    assert sending_time(paris(27, 10), "Europe/Paris", hours) == dt.datetime(2026, 12, 1, 13, tzinfo=dt.UTC)
    assert due(FRIDAY_MORNING, MONDAY, "Europe/Paris", hours) == dt.datetime(2026, 12, 1, 13, tzinfo=dt.UTC)


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


def test_a_morning_that_is_over_where_they_are_means_now_or_their_next_hours() -> None:
    """Noon in Paris on Friday: it is half past nine in the evening in Adelaide, seven in the morning in Montreal."""
    noon = paris(27, 12)
    assert due(FRIDAY_MORNING, noon, "Europe/Paris") == noon
    assert due(FRIDAY_MORNING, noon, "Australia/Adelaide") == dt.datetime(2026, 11, 29, 22, 30, tzinfo=dt.UTC)
    assert due(FRIDAY_MORNING, noon, "America/Montreal") == dt.datetime(2026, 11, 27, 14, tzinfo=dt.UTC)


def test_whoever_works_at_night_is_written_to_at_night() -> None:
    nights = WorkingHours((4,), dt.time(22), dt.time(6))
    assert due(FRIDAY_MORNING, MONDAY, "Europe/Paris", nights) == paris(27, 22)
    assert due(OwnTime(), paris(28, 5), "Europe/Paris", nights) == paris(28, 5)


def test_hours_that_the_clocks_skip_begin_when_they_go_on() -> None:
    """On Sunday, 29 March, two o'clock in Paris is three o'clock; on 4 October, two o'clock on Lord Howe is half past two."""
    early = WorkingHours((6,), dt.time(2), dt.time(4))
    assert due(OwnTime(), dt.datetime(2026, 3, 28, tzinfo=dt.UTC), "Europe/Paris", early) == dt.datetime(
        2026, 3, 29, 1, tzinfo=dt.UTC
    )
    assert due(OwnTime(), dt.datetime(2026, 10, 3, tzinfo=dt.UTC), "Australia/Lord_Howe", early) == dt.datetime(
        2026, 10, 3, 15, 30, tzinfo=dt.UTC
    )


@pytest.mark.parametrize(
    ("start", "hours", "worked"),
    [
        (paris(23, 11), WorkingHours(), paris(25, 17)),  # 7 h on Monday, 9 h on Tuesday, 8 h on Wednesday
        (paris(27, 20), WorkingHours(), dt.datetime(2026, 12, 2, 14, tzinfo=dt.UTC)),
        (paris(23, 9), WorkingHours((0,), dt.time(0), dt.time(0)), paris(30, 9)),
        (paris(23, 9), WorkingHours((0, 4), dt.time(22), dt.time(6)), dt.datetime(2026, 12, 1, 5, tzinfo=dt.UTC)),
    ],
)
def test_a_time_of_work_is_counted_within_working_hours_alone(start: dt.datetime, hours: WorkingHours, worked: dt.datetime) -> None:
    assert after_working(start, dt.timedelta(hours=24), "Europe/Paris", hours) == worked


def test_who_hardly_works_has_no_such_time() -> None:
    with pytest.raises(ValueError, match="of work in"):
        after_working(paris(23, 9), dt.timedelta(hours=24), "Europe/Paris", WorkingHours((0,), dt.time(9), dt.time(10)))
    with pytest.raises(ValueError, match="no working day"):
        after_working(paris(23, 9), dt.timedelta(hours=24), "Europe/Paris", WorkingHours(()))


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("09:00-18:00", "09:00", "18:00"),
        ("9-18", "09:00", "18:00"),
        ("9h30 à 17h", "09:30", "17:00"),
        ("de 9 h à 18 h", "09:00", "18:00"),
        ("Entre 8 heures et 16 heures", "08:00", "16:00"),
        ("de 9h jusqu’à midi", "09:00", "12:00"),
        ("9 am to 5:30 pm", "09:00", "17:30"),
        ("9:00\u202fAM – 6:00\u202fPM", "09:00", "18:00"),
        ("from 9 to 5", "09:00", "17:00"),
        ("9-5", "09:00", "17:00"),
        ("8.30-1", "08:30", "13:00"),
        ("18-6", "18:00", "06:00"),
        ("22h–6h", "22:00", "06:00"),
        ("10 p.m. to 6 a.m.", "22:00", "06:00"),
        ("10 pm to 9 am", "22:00", "09:00"),
        ("noon until midnight", "12:00", "00:00"),
        ("12 am - 12 pm", "00:00", "12:00"),
        ("0-24", "00:00", "00:00"),
    ],
)
def test_hours_as_people_write_them(words: str, start: str, end: str) -> None:
    assert read_hours(words) == (dt.time.fromisoformat(start), dt.time.fromisoformat(end))


@pytest.mark.parametrize(
    "words", ["", "9", "mornings", "nine to five", "25-3", "9:75-10", "13 pm - 2 pm", "9-12, 14-18", "9 18", "24:30-3", "9-18 " * 9]
)
def test_what_is_not_hours_is_not_guessed_at(words: str) -> None:
    assert read_hours(words) is None
