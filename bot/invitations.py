"""Calendar files: one proposed or agreed time to meet, as every calendar opens it (RFC 5545, iCalendar). Pure.

Each file holds one event and says `METHOD:PUBLISH`, or `METHOD:CANCEL` once it is off, without organiser or guests. That is what
opens as a plain event, which the reader adds and may change, in Google's, Microsoft's and Apple's calendars alike. `REQUEST` asks
for an answer by mail to an organiser, whom a community has not; more than one event a file becomes a calendar of its own in
Outlook. docs/why/invitations.md
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol, cast
from zoneinfo import ZoneInfo

from bot.files import File, file_name, slug
from bot.i18n import _, plain
from bot.ui import is_web_address

if TYPE_CHECKING:
    from bot.text import Content

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
ENDING: Final = "ics"
PRODUCER: Final = "-//Confrere//Confrere//EN"
TITLE: Final = 34
"""Characters of the title in the name of a file."""
REMINDER: Final = dt.timedelta(minutes=15)
"""How long before it begins the calendar reminds."""
_BREAKS: Final = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")


class Status(StrEnum):
    """How far a meeting is agreed upon."""

    PROPOSED = "TENTATIVE"
    AGREED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A time to meet. `key` names it for ever, everywhere: the same key with a higher `revision` moves what a calendar holds.

    `link` is a web address to meet at by video; `place` anything else. Neither is asked for.
    """

    key: str
    starts: dt.datetime
    title: Content
    words: Content = ""
    place: Content = ""
    link: str = ""
    length: dt.timedelta = dt.timedelta(minutes=30)
    revision: int = 0
    status: Status = Status.PROPOSED

    def __post_init__(self) -> None:
        if self.link and not is_web_address(self.link):
            message = f"not a web address: {self.link!r}"
            raise ValueError(message)

    @property
    def method(self) -> str:
        """What a calendar is to do with the file: show the event, or take it out."""
        return "CANCEL" if self.status is Status.CANCELLED else "PUBLISH"


def invitation_file(invitation: Invitation, now: dt.datetime, locale: str, zone: str = "UTC", *, label: Content = "") -> File:
    """Return an invitation for a card, named after its title, its time in a zone and its revision: `ada-2026-11-26-15h30.ics`.

    So no two proposals of a meeting have the same name, and none has that of what it replaces, which stays where it was shared.
    """
    title = slug(plain(invitation.title, locale, zone), TITLE) or "file"
    time = invitation.starts.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %Hh%M")
    again = f" {invitation.revision + 1}" if invitation.revision else ""
    media_type = f"{MEDIA_TYPE}; method={invitation.method}"
    return File(file_name(f"{title} {time}{again}", ENDING), calendar(invitation, now, locale, zone), media_type, label)


def calendar(invitation: Invitation, now: dt.datetime, locale: str, zone: str = "UTC") -> bytes:
    """Return the file of an invitation, in a language; a zone is only for instants that its words mention."""
    from icalendar import Alarm, Calendar, Event  # noqa: PLC0415 - 5 MiB that a bot without meetings does not need

    title, place = (" ".join(_lines(plain(each, locale, zone)).split()) for each in (invitation.title, invitation.place))
    joining = plain(_("To join: {link}", link=invitation.link), locale) if invitation.link else ""
    properties: dict[str, object] = {
        "uid": f"{invitation.key}@confrere",
        "dtstamp": now.astimezone(dt.UTC),
        "dtstart": invitation.starts.astimezone(dt.UTC),
        "dtend": (invitation.starts + invitation.length).astimezone(dt.UTC),
        "sequence": invitation.revision,
        "status": invitation.status.value,
        "summary": title,
        "description": "\n\n".join(filter(None, (_lines(plain(invitation.words, locale, zone)), joining))),
        "location": place or invitation.link,
        "url": invitation.link,
    }
    event = _filled(Event(), properties)
    if invitation.status is not Status.CANCELLED:
        event.add_component(_filled(Alarm(), {"action": "DISPLAY", "description": title, "trigger": -REMINDER}))
    whole = _filled(Calendar(), {"prodid": PRODUCER, "version": "2.0", "calscale": "GREGORIAN", "method": invitation.method})
    whole.add_component(event)
    return whole.to_ical()


class _Component(Protocol):
    """What we use of the library's components, whose own types leave it open."""

    def add(self, name: str, value: object) -> None: ...
    def add_component(self, component: _Component) -> None: ...
    def to_ical(self) -> bytes: ...


def _filled(made: object, properties: dict[str, object]) -> _Component:
    """Return a component with those properties that say something; the library escapes, encodes and folds them."""
    component = cast("_Component", made)
    for name, value in properties.items():
        if value != "":
            component.add(name, value)
    return component


def _lines(words: str) -> str:
    """Return words with line breaks that every reader counts alike, and no other control character."""
    return "".join(
        character if character == "\n" or unicodedata.category(character) not in {"Cc", "Cs"} else " "
        for character in _BREAKS.sub("\n", words)
    )
