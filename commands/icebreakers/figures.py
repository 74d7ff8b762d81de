"""Participation, as the animator sees it: answers to each prompt and over time, never who."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from bot.context import Context
from bot.effects import Effects, Reply
from bot.i18n import _, plural
from bot.text import Listing, Moment, Text
from bot.ui import ITEMS, Button, Card, Fact, Item, shorten
from commands.icebreakers.feature import icebreakers
from storage.icebreaker_answers import Answers, Participation
from storage.icebreakers import Icebreaker, Icebreakers

WEEKS: Final = (4, 12, 52)


@icebreakers.action("figures", animator=True)
async def show(ctx: Context) -> Effects:
    """*Participation*."""
    answers = ctx.use(Answers)
    latest = await ctx.use(Icebreakers).latest(ITEMS)
    counts = await answers.counts([one.id for one in latest])
    over = {weeks: await answers.participation(ctx.now - dt.timedelta(weeks=weeks)) for weeks in WEEKS}
    return Reply(figures_card(latest, counts, over), edit=True)


def figures_card(latest: Sequence[Icebreaker], counts: Mapping[int, int], over: Mapping[int, Participation]) -> Card:
    """Return the figures: answers by icebreaker, newest first, and participation by weeks back."""
    return Card(
        title=_("Participation"),
        body="" if latest else _("Nothing has been asked yet."),
        facts=tuple(Fact(plural("Last week", "Last {count} weeks", weeks), _participation(one)) for weeks, one in over.items())
        if latest
        else (),
        items=tuple(Item(_line(one, counts.get(one.id, 0))) for one in latest[:ITEMS]),
        controls=(Button(_("Back"), icebreakers.id("panel")),),
        note=_("I count the answers given with the button. I read no messages, and count nobody’s answers apart."),
    )


def _participation(one: Participation) -> Text:
    parts = (
        plural("{count} prompt", "{count} prompts", one.prompts),
        plural("{count} answer", "{count} answers", one.answers),
        plural("{count} member took part", "{count} members took part", one.members),
    )
    return Text("{parts}", {"parts": Listing(parts)})


def _line(one: Icebreaker, answers: int) -> Text:
    return plural(
        "{date}, {count} answer: {prompt}",
        "{date}, {count} answers: {prompt}",
        answers,
        date=Moment(one.at, "date"),
        prompt=shorten(one.words, 150),
    )
