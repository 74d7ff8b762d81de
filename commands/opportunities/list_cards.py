"""What lists of opportunities look like: those that are open, and one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.context import mention
from bot.i18n import _, plural
from bot.text import Content, Listing, Text
from bot.ui import ITEMS, Button, Card, Choice, Form, Item, OneChoice, ShortText, Style
from commands.opportunities.feature import LIST, MINE, POST, opportunities
from commands.opportunities.wording import KINDS, PLACES, budget_line, heading, place_line, standing
from storage.opportunity import Kind, Opportunity, Place, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.paging import Page

WORDS: Final = 24
"""Characters of the words looked for: they are in the ids of the buttons that turn pages."""
NEWEST, BEST = "newest", "best"


@dataclass(frozen=True, slots=True)
class Search:
    """What a list looks for."""

    sought: str = ""
    kind: Kind | None = None
    place: Place | None = None
    best: bool = False

    def key(self, page: int) -> tuple[object, ...]:
        """Return the key of a button that shows a page of it."""
        order = BEST if self.best else NEWEST
        return (page, (self.kind or "")[:4], (self.place or "")[:4], order[0], self.sought)


def parse(key: str) -> tuple[Search, int]:
    """Return what a button's key says, as far as it can be understood."""
    page, kind, place, order, words = (*key.split(":", 4), "", "", "", "", "")[:5]
    return (
        Search(
            words,
            next((one for one in Kind if kind and one.startswith(kind)), None),
            next((one for one in Place if place and one.startswith(place)), None),
            order == BEST[0],
        ),
        int(page) if page.isdecimal() else 0,
    )


def open_card(found: Sequence[Opportunity], search: Search, page: Page, total: int) -> Card:
    """Return a page of the open opportunities."""
    post, mine = Button(_("Post an opportunity"), POST), Button(_("My own opportunities"), MINE)
    other = Search(search.sought, search.kind, search.place, not search.best)
    filtering = search != Search(best=search.best)
    if not found:
        said = _("Nothing that is open fits this.") if filtering else _("Nothing is open right now. Yours could be the first.")
        every = (Button(_("See all"), opportunities.id("page", *Search().key(0))),) if filtering else ()
        return Card(title=_("Open opportunities"), body=(_filters(search), said), controls=(*every, post, mine))
    return Card(
        title=_("Open opportunities"),
        body=(
            _filters(search),
            plural("{count} is open.", "{count} are open.", total),
            _("What fits your profile best comes first.") if search.best else _("The newest come first."),
        ),
        items=tuple(Item(_line(one), Button(_("Look at it"), opportunities.id("show", one.id))) for one in found),
        controls=(
            *page.buttons(lambda to: opportunities.id("page", *search.key(to))),
            Button(_("Newest first") if search.best else _("Best for me first"), opportunities.id("page", *other.key(0))),
            Button(_("Filter"), opportunities.id("filter", *search.key(0))),
            post,
            mine,
        ),
        note=page.note,
    )


def _line(opportunity: Opportunity) -> Text:
    contents = opportunity.contents
    line = _(
        "{title} · {budget} · {place} · {name}",
        title=heading(contents),
        budget=budget_line(contents),
        place=place_line(contents),
        name=mention(opportunity.poster),
    )
    return _("{line} (in talks)", line=line) if opportunity.status is Status.TALKS else line


def _filters(search: Search) -> Content:
    chosen: list[str | Text] = []
    if search.sought:
        chosen.append(_("“{words}”", words=search.sought))
    if search.kind is not None:
        chosen.append(KINDS[search.kind])
    if search.place is not None:
        chosen.append(PLACES[search.place])
    return _("Only: {filters}.", filters=Listing(tuple(chosen))) if chosen else ""


def filter_form(search: Search) -> Form:
    """Return the form of *Filter*."""
    return Form(
        opportunities.id("filtered"),
        _("Filter"),
        (
            ShortText(name="words", label=_("Words"), initial=search.sought, maximum=WORDS, required=False),
            OneChoice(
                name="kind",
                label=_("Kind"),
                choices=tuple(Choice(kind.value, text) for kind, text in KINDS.items()),
                initial=search.kind or "",
                required=False,
            ),
            OneChoice(
                name="place",
                label=_("Where the work is done"),
                choices=tuple(Choice(place.value, text) for place, text in PLACES.items()),
                initial=search.place or "",
                required=False,
            ),
            OneChoice(
                name="order",
                label=_("What comes first"),
                choices=(Choice(NEWEST, _("Newest first")), Choice(BEST, _("Best for me first"))),
                initial=BEST if search.best else NEWEST,
                required=False,
            ),
        ),
        _("See"),
    )


def mine_card(found: Sequence[Opportunity], interested: Mapping[int, int], page: Page, half_written: str | None = None) -> Card:
    """Return a page of one's own; `half_written` is the title in a form that was never accepted, None where there is none."""
    others, post = Button(_("Open opportunities"), LIST), Button(_("Post an opportunity"), POST, Style.PRIMARY)
    begun = (
        (
            Item(
                _("Half-written: “{title}”", title=half_written) if half_written else _("Half-written"),
                Button(_("Go on"), f"form:correct:{opportunities.id('form')}", Style.PRIMARY),
            ),
        )
        if half_written is not None
        else ()
    )
    if not found and not begun:
        return Card(title=_("My own opportunities"), body=_("You have posted nothing yet."), controls=(post, others))
    return Card(
        title=_("My own opportunities"),
        items=(
            *begun,
            *(
                Item(_mine(one, interested.get(one.id, 0)), Button(_("Look at it"), opportunities.id("show", one.id)))
                for one in found[: ITEMS - 1]
            ),
        ),
        controls=(*page.buttons(lambda to: opportunities.id("mine", to)), post, others),
        note=page.note,
    )


def _mine(opportunity: Opportunity, interested: int) -> Text:
    line = _("“{title}”: {state}", title=opportunity.newest.title, state=standing(opportunity))
    return plural("{line}, {count} interested", "{line}, {count} interested", interested, line=line) if interested else line
