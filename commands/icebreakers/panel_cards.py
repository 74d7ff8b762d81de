"""What animators see of icebreakers: the panel, and the notice where there is nowhere or nothing to ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.i18n import _, plural
from bot.recurrence import Recurrence
from bot.text import ChannelMention, Content, Listing, Moment, Text
from bot.ui import Button, Card, Fact, Style, Tone
from commands.icebreakers.feature import PANEL, THEMES, icebreakers
from commands.icebreakers.rhythm import in_words
from storage.icebreakers import Prompt

if TYPE_CHECKING:
    from bot.ui import Control


@dataclass(frozen=True, slots=True)
class Standing:
    """How icebreakers stand: what comes next and when, from what; `channel` is this workspace's, `without` names those without.

    `turn` is what a button on the first that comes is for.
    """

    ahead: Sequence[Prompt]
    turn: str
    dates: Sequence[dt.datetime]
    rule: Recurrence
    themes: tuple[str, ...]
    available: int
    fresh: int
    waiting: int
    channel: str
    without: Sequence[str]


def panel(standing: Standing, locale: str, news: Text | None = None) -> Card:
    """Return the panel; `locale` is the language of whoever reads it."""
    going = bool(standing.dates)
    return Card(
        title=_("Icebreakers"),
        body=(
            news or "",
            "" if going else _("**Paused**: I post none by myself until you resume."),
            _("No channel yet in: {workspaces}. Choose one there, with the same command.", workspaces=_names(standing.without))
            if standing.without
            else "",
            "" if standing.ahead else _("No prompt is left in these themes. Choose more themes, or add a prompt."),
        ),
        facts=(
            *(
                Fact(label, _coming(prompt, standing.dates[number] if number < len(standing.dates) else None))
                for number, (label, prompt) in enumerate(zip((_("Comes next"), _("After that")), standing.ahead, strict=False))
            ),
            *((Fact(_("When"), in_words(standing.rule, locale)),) if going else ()),
            *((Fact(_("Channel"), Text("{channel}", {"channel": ChannelMention(standing.channel)})),) if standing.channel else ()),
            Fact(_("Themes"), _themes(standing.themes)),
            Fact(_("Prompts"), _left(standing)),
        ),
        tone=Tone.NEUTRAL if going and not standing.without and standing.ahead else Tone.ATTENTION,
        controls=_controls(standing, going=going),
    )


def _controls(standing: Standing, *, going: bool) -> tuple[Control, ...]:
    return (
        *(
            (
                Button(
                    _("Post now"),
                    icebreakers.id("now", standing.turn),
                    confirm=_("Post it now, in every workspace that has a channel for it?"),
                ),
                Button(_("Skip it"), icebreakers.id("skip", standing.turn)),
            )
            if standing.turn
            else ()
        ),
        *(
            (Button(plural("{count} proposal", "{count} proposals", standing.waiting), icebreakers.id("review"), Style.PRIMARY),)
            if standing.waiting
            else ()
        ),
        Button(_("Add a prompt"), icebreakers.id("add")),
        Button(_("All prompts"), icebreakers.id("list", standing.themes[0] if standing.themes else "", 0)),
        Button(_("Participation"), icebreakers.id("figures")),
        Button(_("Days, themes, channel"), icebreakers.id("settings")),
        Button(_("Pause"), icebreakers.id("pause")) if going else Button(_("Resume"), icebreakers.id("resume")),
    )


def _coming(prompt: Prompt, date: dt.datetime | None) -> Content:
    return prompt.words if date is None else _("{date}: {prompt}", date=Moment(date), prompt=prompt.words)


def _names(names: Sequence[str]) -> Listing:
    return Listing(tuple(names))


def _themes(themes: tuple[str, ...]) -> Text:
    if set(themes) >= set(THEMES):
        return _("All themes")
    return Text("{themes}", {"themes": Listing(tuple(THEMES[theme] for theme in themes))})


def _left(standing: Standing) -> Text:
    count = standing.available
    if not standing.fresh:
        return _("{count}; all were asked, the one asked longest ago comes next", count=count)
    if standing.fresh == count:
        return _("{count}, none of them asked yet", count=count)
    return _("{fresh} of {count} not asked yet; they come first", count=count, fresh=standing.fresh)


def nowhere(*, any_prompt: bool) -> Card:
    """Return the notice to the animators where an icebreaker could not be posted."""
    return Card(
        title=_("The icebreaker was not posted"),
        body=_("No workspace has a channel for icebreakers. The prompt stays the next one.")
        if any_prompt
        else _("No prompt is left in the themes that were chosen."),
        tone=Tone.ATTENTION,
        controls=(Button(_("Icebreakers"), PANEL, Style.PRIMARY),),
        note=_("I say it once."),
    )
