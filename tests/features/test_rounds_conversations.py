"""The conversation of a meeting: in a language all of it speak, and one entry in their calendars, whatever becomes of its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar, Event

from tests.features.test_rounds import animator, goes, joined, said
from tests.features.village import Village, Villager

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from adapters.sandbox.records import Message


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    place = Village(tmp_path, database_url)
    await place.open()
    yield place
    await place.close()


async def a_round_goes_out(village: Village) -> None:
    for at in ("2026-11-30T08:00", "2026-12-01T08:00", "2026-12-01T10:00"):
        await goes(village, at)


@dataclass(frozen=True)
class Entry:
    """What a calendar does with a file."""

    method: str
    key: str
    status: str
    revision: int
    start: object
    title: str
    rings: bool


def entries(message: Message) -> Sequence[Entry]:
    """Return the entries of the calendar files of a message, as a calendar reads them."""
    assert message.card is not None
    found: list[Entry] = []
    for file in message.card.files:
        whole = Calendar.from_ical(file.content)
        assert isinstance(whole, Calendar)
        (event,) = whole.walk("VEVENT")
        assert isinstance(event, Event)
        assert file.media_type.endswith(f"method={whole['method']}")
        key, status, revision, title = (str(event[name]) for name in ("uid", "status", "sequence", "summary"))
        found.append(Entry(str(whole["method"]), key, status, int(revision), event.start, title, bool(event.walk("VALARM"))))
    return found


def conversation(one: Villager) -> Message:
    """Return the message that a conversation was opened with."""
    return one.sees("group")[0]


async def test_a_conversation_and_its_files_are_in_a_language_all_of_it_speak(village: Village) -> None:
    """The community's language is English, which Léa does not speak; Bo reads English and speaks both."""
    await animator(village)
    (lea,), (bo,) = await joined(village, "Léa", locale="fr"), await joined(village, "Bo")
    await bo.command("meet")
    await bo.press("How often, which languages")
    await bo.fill(every="0", languages=("en", "fr"))
    await a_round_goes_out(village)
    assert "Une rencontre pour vous" in lea.reads("group")[0]
    assert bo.reads("group")[:1] == lea.reads("group")[:1]
    assert [entry.title for entry in entries(conversation(bo))] == ["Rencontre : Léa et Bo"] * 3

    await bo.press("Retenir cet horaire", place="group")
    await lea.press("D’autres horaires", place="group")
    assert "Une rencontre pour vous" in bo.reads("group")[0]
    assert "prefer another time" in bo.reads("dm")[-1], "what is said to one alone is in their own language"
    assert {entry.title for entry in entries(conversation(bo))} == {"Rencontre : Léa et Bo"}


async def test_a_meeting_is_one_entry_in_a_calendar_that_moves_and_disappears(village: Village) -> None:
    await animator(village)
    ada, bo = await joined(village, "Ada", "Bo")
    await a_round_goes_out(village)
    proposed = entries(conversation(ada))
    assert [(entry.method, entry.status, entry.revision) for entry in proposed] == [("PUBLISH", "TENTATIVE", 0)] * 3
    (key,) = {entry.key for entry in proposed}
    first, second, third = (entry.start for entry in proposed)
    assert len({first, second, third}) == 3

    for number, at, revision in ((1, second, 1), (0, first, 2), (0, second, 3)):  # the one chosen is no longer among the others
        await bo.press("It’s this time", place="group", number=number)
        (chosen,) = entries(conversation(ada))
        assert (chosen.method, chosen.key, chosen.status) == ("PUBLISH", key, "CONFIRMED")
        assert (chosen.start, chosen.revision) == (at, revision)

    await ada.press("Other times", place="group")
    again = entries(conversation(bo))
    assert [(entry.method, entry.key, entry.status, entry.revision) for entry in again] == [("PUBLISH", key, "TENTATIVE", 4)] * 3
    await ada.press("It’s this time", place="group")
    (agreed,) = entries(conversation(bo))

    await ada.press("I can’t make it", place="group")
    await ada.press("Leave it this time")
    for one in (ada, bo):
        (off,) = entries(next(message for message in reversed(one.sees()) if message.card is not None and message.card.files))
        assert (off.method, off.key, off.status, off.start, off.rings) == ("CANCEL", key, "CANCELLED", agreed.start, False)
        assert off.revision > agreed.revision


async def test_thanks_belong_to_a_meeting_and_change_with_it(village: Village) -> None:
    await animator(village)
    await village.channel("thanks")
    ada, bo = await joined(village, "Ada", "Bo")
    for week, at in enumerate((("2026-11-30", "2026-12-01", "2026-12-03"), ("2026-12-07", "2026-12-08", "2026-12-10")), 1):
        for day, hour in zip((at[0], at[1], at[1], at[2]), ("08", "08", "10", "11"), strict=True):
            await goes(village, f"{day}T{hour}:00")
        await ada.press("We met", place="dm")
        for _twice in range(2):
            await ada.press("What was useful", place="dm")
            await ada.fill(gain="skill", thanks="Thank you.")
        assert said(bo, "Thank you.") == week, "each meeting has its own, in the same words too"

    await ada.press("What was useful", place="dm")
    assert ada.form is not None
    await ada.fill(gain="skill", thanks="Thank you, truly.", visibility="public")
    assert (said(bo, "Thank you."), said(bo, "Thank you, truly."), said(ada, "Thank you, truly.", "#thanks")) == (1, 1, 1)
    await ada.press("What was useful", place="dm")
    await ada.fill(gain="skill", thanks="Thank you both.", visibility="public")
    assert (said(bo, "Thank you both."), said(ada, "Thank you both.", "#thanks"), len(ada.sees("#thanks"))) == (1, 1, 1)
    await ada.press("What was useful", place="dm")
    await ada.fill(gain="skill", thanks="Thank you both.", visibility="private")
    assert (said(bo, "Thank you both."), said(ada, "Thank you", "#thanks")) == (1, 0)
