"""The dialogs of this package and what is accepted in them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bot.errors import Invalid
from bot.i18n import _
from bot.skills.words import terms
from bot.ui import Choice, DateField, Form, LongText, OneChoice, SearchField, SeveralChoices, ShortText, is_web_address
from commands.members.feature import introductions, profiles
from storage.profiles import Availability, Introduction

if TYPE_CHECKING:
    from bot.text import Content

VALUES: Final = {
    "economic": _("Finding business"),
    "skill": _("Getting better at my work"),
    "reputation": _("Becoming known"),
    "support": _("Having support"),
}
"""The four kinds of value, as a member says them."""

FEWEST_EXPECTED, MOST_EXPECTED = 1, 2
DOES, LISTED, LINK, NOTE, SEARCH = 200, 600, 200, 120, 50
"""Lengths in characters."""
LONGEST_AVAILABILITY: Final = dt.timedelta(days=366)
AVAILABILITIES: Final = {
    "yes": _("I have time for something new"),
    "no": _("I have no time at the moment"),
    "unsaid": _("I would rather not say"),
}


def introduction_form(told: Introduction, *, again: bool) -> Form:
    """Return the introduction form with what was told so far."""
    return Form(
        introductions.id("form"),
        _("Your introduction"),
        (
            ShortText(
                name="does",
                label=_("What do you do?"),
                hint=_("Your trade in a few words, and for whom."),
                initial=told.does,
                maximum=DOES,
            ),
            LongText(
                name="offers",
                label=_("What do you offer other members?"),
                hint=_("Separate with commas, for example: bookkeeping, a second look at a quote"),
                initial=told.offers,
                maximum=LISTED,
            ),
            LongText(
                name="seeks",
                label=_("What are you looking for?"),
                hint=_("Separate with commas, for example: a lawyer, peers abroad, clients in retail"),
                initial=told.seeks,
                maximum=LISTED,
                required=False,
            ),
            SeveralChoices(
                name="expects",
                label=_("What do you expect first? One or two"),
                hint=_("Only you and the animators see this."),
                choices=tuple(Choice(kind, label) for kind, label in VALUES.items()),
                initial=told.expects,
                maximum=MOST_EXPECTED,
                required=False,
            ),
            ShortText(
                name="link",
                label=_("A link to your work"),
                hint=_("Your site, your portfolio: https://…"),
                initial=told.link,
                maximum=LINK,
                required=False,
            ),
        ),
        send=_("Update") if again else _("Introduce myself"),
    )


def introduction(  # noqa: PLR0913 - the fields of the form, and the language they were written in
    *, does: str, offers: str, seeks: str, expects: list[str], link: str, locale: str
) -> Introduction:
    """Return what was told in the form.

    Raises:
        Invalid: with a sentence at each field that cannot be accepted.
    """
    wrong: dict[str, Content] = {}
    if not terms(does):
        wrong["does"] = _("In a few words, for example: translator for publishers.")
    if not terms(offers):
        wrong["offers"] = _("One thing is enough, for example: proofreading, a contact in Berlin, a desk for a day.")
    if len(expects) > MOST_EXPECTED:
        wrong["expects"] = _("One or two, what counts first.")
    address = web_address(link)
    if link.strip() and not address:
        wrong["link"] = _("A web address, for example https://example.org")
    elif len(address) > LINK:
        wrong["link"] = _("This address is too long. Your home page is enough.")
    if wrong:
        raise Invalid(wrong)
    return Introduction(
        does=" ".join(does.split()),
        offers=offers.strip(),
        seeks=seeks.strip(),
        expects=tuple(kind for kind in VALUES if kind in expects),
        link=address,
        locale=locale,
    )


def web_address(typed: str) -> str:
    """Return a web address for what was typed ("example.org" is one), or nothing where it cannot be one."""
    words = typed.strip()
    if not words:
        return ""
    address = words if "://" in words else f"https://{words}"
    if not is_web_address(address):
        return ""
    parts = urlsplit(address)
    host = parts.hostname or ""
    whole_host = all(host.split(".")) and "." in host
    return address if whole_host and "@" not in parts.netloc else ""


def availability_form(said: Availability) -> Form:
    """Return the availability form with what was said before."""
    return Form(
        profiles.id("availability"),
        _("Your availability"),
        (
            OneChoice(
                name="state",
                label=_("Do you have time?"),
                choices=tuple(Choice(state, label) for state, label in AVAILABILITIES.items()),
                initial=said.state or "unsaid",
            ),
            DateField(
                name="until",
                label=_("Until when?"),
                hint=_("After that day, nothing is shown any more."),
                initial=said.until,
                required=False,
            ),
            ShortText(
                name="note",
                label=_("For what?"),
                hint=_("For example: two days a week, short missions"),
                initial=said.note,
                maximum=NOTE,
                required=False,
            ),
        ),
        send=_("Save"),
    )


def availability(state: str, until: dt.date | None, note: str, today: dt.date) -> Availability:
    """Return what was said in the form; `today` is the member's own date.

    Raises:
        Invalid: for a date that is past or too far.
    """
    if state == "unsaid":
        return Availability()
    if until is not None and until < today:
        raise Invalid({"until": _("This day is past. Today or later, or leave it empty.")})
    if until is not None and until - today > LONGEST_AVAILABILITY:
        raise Invalid({"until": _("A day within a year, or leave it empty.")})
    return Availability(state, until, " ".join(note.split()))


def search_form(words: str = "") -> Form:
    """Return the dialog that asks what to look for among the members."""
    return Form(
        profiles.id("search"),
        _("Find members"),
        (
            SearchField(
                name="words",
                label=_("A name, a trade, a skill"),
                suggest=profiles.id("words"),
                initial=words,
                maximum=SEARCH,
                required=False,
            ),
        ),
        send=_("Search"),
    )
