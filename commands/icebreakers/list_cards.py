"""What lists of prompts look like, and one prompt with what can be done about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.context import mention
from bot.i18n import _, plural
from bot.text import Moment, Text
from bot.ui import Button, Card, Choice, Fact, Item, Select, Style
from commands.icebreakers.feature import THEMES, icebreakers
from storage.icebreakers import Prompt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.paging import Page

PAGE: Final = 7
MINE, RETIRED = "own", "retired"
SHELVES: Final[Mapping[str, Text]] = {**THEMES, MINE: _("The community’s own"), RETIRED: _("Retired")}
"""What can be listed: a theme, or what is particular about a prompt."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A prompt: when it was asked last, whether it is the next one, and whether its theme is among those chosen."""

    prompt: Prompt
    last: dt.datetime | None
    retired: bool
    coming: bool
    chosen: bool


def listing(shelf: str, found: Sequence[Prompt], page: Page, total: int) -> Card:
    """Return a page of prompts."""
    return Card(
        title=SHELVES[shelf],
        body=plural("{count} prompt", "{count} prompts", total),
        items=tuple(Item(prompt.words, Button(_("Look at it"), icebreakers.id("show", prompt.key))) for prompt in found),
        controls=(
            Select(
                icebreakers.id("shelf"),
                _("Other prompts"),
                tuple(Choice(each, name) for each, name in SHELVES.items() if each != shelf),
            ),
            *page.buttons(lambda to: icebreakers.id("list", shelf, to)),
            Button(_("Add a prompt"), icebreakers.id("add")),
            Button(_("Back"), icebreakers.id("panel")),
        ),
        note=page.note,
    )


def one(standing: Standing, news: Text | None = None) -> Card:
    """Return a prompt as an animator sees it."""
    prompt = standing.prompt
    may_come = not standing.retired and standing.chosen
    return Card(
        title=prompt.words,
        body=(
            news or "",
            _("Retired: it is not asked.") if standing.retired and news is None else "",
            _("Its theme is not among those you chose, so it is not asked.") if not standing.chosen else "",
        ),
        facts=(
            Fact(_("Theme"), THEMES[prompt.theme]),
            Fact(_("Last asked"), Text("{date}", {"date": Moment(standing.last, "date")}) if standing.last else _("never")),
            *((Fact(_("From"), Text("{name}", {"name": mention(prompt.proposer)})),) if prompt.proposer is not None else ()),
        ),
        controls=(
            *(
                (Button(_("Make it the next"), icebreakers.id("first", prompt.key), Style.PRIMARY),)
                if may_come and not standing.coming
                else ()
            ),
            Button(_("Bring it back"), icebreakers.id("revive", prompt.key))
            if standing.retired
            else Button(_("Retire"), icebreakers.id("retire", prompt.key)),
            Button(SHELVES[prompt.theme], icebreakers.id("list", prompt.theme, 0)),
            Button(_("Back"), icebreakers.id("panel")),
        ),
    )
