"""Calendar files open as one event with what was said, whatever anybody is called."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Alarm, Calendar, Event

from bot.files import file_name
from bot.i18n import _
from bot.invitations import Invitation, Status, calendar, invitation_file
from bot.ui import Card
from storage.mentions import decode, encode

NOW = dt.datetime(2026, 11, 23, 10, 0, 30, 99, tzinfo=dt.UTC)
STARTS = dt.datetime(2026, 11, 26, 15, 30, tzinfo=ZoneInfo("Europe/Paris"))
PLANTED = "Zoé\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Free money\nATTENDEE:mailto:a@b.c\u2028END:VCALENDAR\x85\x0bX:1\x00"


def opened(content: bytes) -> Event:
    """Return the only event of a file, read as a calendar reads it."""
    whole = Calendar.from_ical(content)
    assert isinstance(whole, Calendar)
    (event,) = whole.walk("VEVENT")
    assert isinstance(event, Event)
    assert len(whole.subcomponents) == 1
    return event


def test_a_proposed_time_in_the_language_of_whoever_meets() -> None:
    invitation = Invitation(
        "m12-1", STARTS, _("Ada & Zoé; a coffee, or tea"), ("You both work in Lyon.\n" * 5), link="https://meet.example/a?b=1;c=2,d"
    )
    content = calendar(invitation, NOW, "fr")
    event = opened(content)
    assert event["uid"] == "m12-1@confrere"
    assert (event.start, event.end) == (
        dt.datetime(2026, 11, 26, 14, 30, tzinfo=dt.UTC),
        dt.datetime(2026, 11, 26, 15, tzinfo=dt.UTC),
    )
    assert NOW.replace(microsecond=0) == event.DTSTAMP
    assert (event["summary"], event["url"], event["location"]) == ("Ada & Zoé; a coffee, or tea", invitation.link, invitation.link)
    assert event["description"] == f"{invitation.words}\n\nPour vous retrouver\N{NO-BREAK SPACE}: {invitation.link}"
    assert (event["status"], event["sequence"]) == ("TENTATIVE", 0)
    (alarm,) = event.walk("VALARM")
    assert isinstance(alarm, Alarm)
    assert (alarm["action"], alarm.TRIGGER, alarm["description"]) == ("DISPLAY", dt.timedelta(minutes=-15), event["summary"])
    lines = content.split(b"\r\n")
    assert lines[:5] == [
        b"BEGIN:VCALENDAR",
        b"VERSION:2.0",
        b"PRODID:-//Confrere//Confrere//EN",
        b"CALSCALE:GREGORIAN",
        b"METHOD:PUBLISH",
    ]
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert not re.search(rb"^(ATTENDEE|ORGANIZER)", content, re.MULTILINE)


def test_what_changed_is_the_same_event_and_what_was_called_off_does_not_ring() -> None:
    moved = Invitation("m12", STARTS, "Ada", place="Café\r\nLYON", revision=2, status=Status.AGREED, length=dt.timedelta(hours=1))
    event = opened(calendar(moved, NOW, "en"))
    assert (event["uid"], event["sequence"], event["status"], event["location"]) == ("m12@confrere", 2, "CONFIRMED", "Café LYON")
    assert "url" not in event
    assert "description" not in event
    off = opened(calendar(Invitation("m12", STARTS, "Ada", status=Status.CANCELLED, revision=3), NOW, "en"))
    assert (off["status"], off.walk("VALARM")) == ("CANCELLED", [])
    called_off = invitation_file(Invitation("m12", STARTS, "Ada", status=Status.CANCELLED, revision=3), NOW, "en")
    assert (b"\r\nMETHOD:CANCEL\r\n" in called_off.content, called_off.media_type) == (
        True,
        "text/calendar; charset=utf-8; method=CANCEL",
    )
    with pytest.raises(ValueError, match="not a web address"):
        Invitation("m12", STARTS, "Ada", link="https://meet.example/\r\nBEGIN:VEVENT")


def test_it_comes_as_a_file_of_a_card_and_stays_the_same_in_the_outbox() -> None:
    invitation = Invitation("m12-1", STARTS, _("Zoé & {name}", name="Ada " * 30))
    file = invitation_file(invitation, NOW, "fr", "Pacific/Auckland", label="Friday")
    assert file.name == "zoe-ada-ada-ada-ada-ada-ada-ada-2026-11-27-03h30.ics"
    ligatures = invitation_file(replace(invitation, title="ﬃ" * 200), NOW, "fr", "Pacific/Auckland")
    assert ligatures.name.endswith("-2026-11-27-03h30.ics")
    moved = invitation_file(replace(invitation, revision=11), NOW, "fr", "Pacific/Auckland")
    assert moved.name == "zoe-ada-ada-ada-ada-ada-ada-ada-2026-11-27-03h30-12.ics"
    assert file.content == calendar(invitation, NOW, "fr", "Pacific/Auckland")
    card = Card(body="Hello", files=(file,))
    assert decode(encode(card)) == card


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Rencontre : Anne-Sophie Castellane et Maximilien", "rencontre-anne-sophie-castellane"),
        ("Rencontre : Zoé Lévêque-Saint-Étienne et Noël", "rencontre-zoe-leveque-saint"),
        ("Zoe\u0301 & 👩🏽‍💻 Ada" + " e\u0301" * 40, "zoe-ada-e-e-e-e-e-e-e-e-e-e-e-e-e"),
        ("佐藤さくら & 👩🏽‍💻", "file"),
        ("Llanfair" * 9, "llanfairllanfairllanfairllanfairll"),
    ],
)
def test_the_name_of_a_file_ends_with_a_whole_word(title: str, named: str) -> None:
    for status in Status:
        name = invitation_file(Invitation("m12", STARTS, title, revision=99, status=status), NOW, "fr", "Europe/Paris").name
        assert name == f"{named}-2026-11-26-15h30-100.ics"
    assert file_name(title + " fin" * 60, "json").endswith(".json")


@settings(max_examples=150, deadline=None)
@given(st.text(), st.text())
@example(PLANTED, PLANTED)
@example("a" * 80 + PLANTED, "\udcff")
def test_whatever_anybody_is_called(name: str, words: str) -> None:
    """No name makes a second event or another property, and each that a calendar can show is shown as it is."""
    content = calendar(Invitation("m", STARTS, _("Meeting {name}", name=name), words, place=name), NOW, "en")
    event = opened(content)
    assert set(event) <= {
        *("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY", "DESCRIPTION", "LOCATION"),
    }
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    if name.isprintable() and "\\" not in name:
        assert event["summary"] == " ".join(f"Meeting {name}".split())
