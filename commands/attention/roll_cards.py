"""The members as animators look them up."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from bot.i18n import _, plural
from bot.paging import page_of
from bot.text import Day, Text
from bot.ui import Button, Card, Form, Item, ShortText
from commands.attention.feature import LIST, SEARCH, attention
from commands.attention.wording import named
from storage.roll import Entry, Which

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PAGE: Final = 8
MONTH, QUARTER = dt.timedelta(days=30), dt.timedelta(days=90)
FILTERS: Final[Mapping[Which, Text]] = {
    Which.ALL: _("All members"),
    Which.NEW: _("Not introduced"),
    Which.NOTHING: _("Nothing received"),
    Which.LEFT: _("Left"),
}


def roll_card(  # noqa: PLR0913 - what a page says
    found: Sequence[Entry], which: Which, search: str, total: int, number: int, *, now: dt.datetime
) -> Card:
    """Return a page of members; pages count from 0."""
    page = page_of(total, number, PAGE)
    words = search[:SEARCH]
    return Card(
        title=_("{filter}: “{search}”", filter=FILTERS[which], search=words) if words else FILTERS[which],
        body=(
            plural("{count} member.", "{count} members.", total) if total else _("Nobody here."),
            _("I asked them what is missing, as nothing came to them for two months: they told you, or did not answer.")
            if which is Which.NOTHING
            else "",
        ),
        items=tuple(_line(entry, now) for entry in found[:PAGE]),
        controls=(
            *page.buttons(lambda to: attention.id("members", which.value, to, words)),
            *(Button(label, attention.id("members", one.value, 0, words)) for one, label in FILTERS.items() if one is not which),
            Button(_("Search"), attention.id("find", which.value)),
            Button(_("For your attention"), LIST),
        ),
        note=page.note,
    )


def search_form(which: Which) -> Form:
    """Return the form that asks for a part of a name."""
    return Form(
        attention.id("found", which.value),
        _("Search"),
        (ShortText(name="words", label=_("A part of a name"), required=False, maximum=SEARCH),),
        _("Search"),
    )


def _line(entry: Entry, now: dt.datetime) -> Item:
    name, joined = named(entry.member), Day(entry.member.joined_at.astimezone(now.tzinfo).date())
    if entry.left_at is not None:
        left = Day(entry.left_at.astimezone(now.tzinfo).date())
        return Item(_("**{name}** · here from {joined} to {left}", name=name, joined=joined, left=left))
    line = _("**{name}** · here since {joined} · {seen}", name=name, joined=joined, seen=last_use(entry.seen, now))
    if entry.introduced_at is None:
        line = Text("{line} · {more}", {"line": line, "more": _("not introduced")})
    return Item(line, Button(_("Look at it"), attention.id("person", entry.member.id)))


def last_use(seen: dt.datetime | None, now: dt.datetime) -> Text:
    """Return when somebody last used the bot, roughly: the day would tell whose an anonymous voice is."""
    if seen is None:
        return _("has never used me")
    if now - seen < MONTH:
        return _("active this month")
    if now - seen < QUARTER:
        return _("active in the last three months")
    return _("not active for three months or more")
