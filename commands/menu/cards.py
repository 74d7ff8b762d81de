"""What the menu looks like: pages of commands as buttons, for everybody and for animators."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from bot.feature import RUN, Command
from bot.i18n import _, fold, names, translated
from bot.text import Content, Listing
from bot.ui import BUTTONS, LABEL, Button, Card, Style, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME: Final = "confrere"
PAGE: Final = 7
"""Commands on a page; a card holds ten buttons, three are for preferences, for turning pages and for the animators."""
FOR_ANIMATORS: Final = 8
"""Commands on a page of the animators': beside them, a button that turns it, and the one that leads back."""
SETUP: Final = "animator setup"
PREFERENCES: Final = "preferences"
"""On every page and on the home: whoever wants to hear less of the bot must not have to look for it."""


def label(command: Command, *, told: bool = False) -> Content:
    """Return what a button that runs a command says; `told`: to somebody who has introduced themselves."""
    if told and command.action == f"{RUN}intro":
        return _("My introduction")
    said = command.shortcut or command.dialog or command.description
    return said if max(len(translated(said, locale)) for locale in ("en", "fr")) <= LABEL else command.localized


def closest(words: str, commands: Sequence[Command]) -> Command | None:
    """Return the command that mistyped words resemble, or None."""
    spelled = {name: command for command in commands for name in names(command.localized)}
    first = fold(words).partition(" ")[0]
    found = difflib.get_close_matches(first, spelled, n=1, cutoff=0.7) if first else []
    return spelled[found[0]] if found else None


def menu_card(  # noqa: PLR0913 - what the menu says depends on all of it
    commands: Sequence[Command],
    page: int = 0,
    *,
    animators: Sequence[Command] = (),
    not_understood: str = "",
    meant: Command | None = None,
    unset: bool = False,
    told: bool = False,
) -> Card:
    """Return a page of the menu; pages count from 0."""
    paged = [command for command in commands if command.name != PREFERENCES]
    last = max(0, (len(paged) - 1) // PAGE)
    page = min(max(page, 0), last)
    here = [command for command in paged[page * PAGE : (page + 1) * PAGE] if command is not meant]
    first = (Button(label(meant, told=told), meant.action, Style.PRIMARY),) if meant is not None else ()
    after = (
        *(preferences(commands) if meant is None or meant.name != PREFERENCES else ()),
        *((Button(_("More"), f"menu:page:{page + 1 if page < last else 0}"),) if last else ()),
        *((Button(_("For animators"), "menu:animator", Style.PRIMARY if unset else Style.SECONDARY),) if animators else ()),
    )
    return Card(
        title=_("What can I do for you?"),
        body=(
            _("I did not understand “{words}”.", words=shorten(not_understood, 100)) if not_understood else "",
            _(
                "Every button is also a command: {commands}.",
                commands=Listing(tuple(command.localized for command in commands[:PAGE])),
            ),
            _("What you do here is between you and me, unless I say otherwise first."),
            _("Nothing is set up yet: no channel has been chosen.") if unset else "",
        ),
        controls=(
            *first,
            *(Button(label(command, told=told), command.action) for command in here[: BUTTONS - len(first) - len(after)]),
            *after,
        ),
    )


def preferences(commands: Sequence[Command]) -> tuple[Button, ...]:
    """Return the button that leads to the preferences, where there are any."""
    return tuple(Button(label(command), command.action) for command in commands if command.name == PREFERENCES)[:1]


def animator_card(commands: Sequence[Command], page: int = 0, *, unset: bool = False) -> Card:
    """Return a page of what animators can do; pages count from 0."""
    last = max(0, (len(commands) - 1) // FOR_ANIMATORS)
    page = min(max(page, 0), last)
    if unset:
        commands = sorted(commands, key=lambda command: command.name != SETUP)
    return Card(
        title=_("For animators"),
        body=_("Nothing is set up yet: no channel has been chosen.") if unset else _("What helps you take care of the community."),
        controls=(
            *(
                Button(label(command), command.action, Style.PRIMARY if unset and command.name == SETUP else Style.SECONDARY)
                for command in commands[page * FOR_ANIMATORS : (page + 1) * FOR_ANIMATORS]
            ),
            *((Button(_("More"), f"menu:animator:{page + 1 if page < last else 0}"),) if last else ()),
            Button(_("Menu"), "menu:page:0"),
        ),
    )
