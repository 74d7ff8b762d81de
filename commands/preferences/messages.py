"""What reaches a member without their asking: how often, how, and about what; over all features."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from bot.context import Context
from bot.effects import Effects, OpenForm, Reply
from bot.errors import Invalid
from bot.hours import read_hours
from bot.i18n import _, plural, time_in_words
from bot.notices import NATURES, USUAL, MessagePreference, Notice
from bot.text import Content, Listing, Text
from bot.ui import Button, Card, Choice, Fact, Form, NumberField, OneChoice, SeveralChoices, ShortText, Tone
from commands.preferences.feature import MY_DATA, OPEN_MESSAGES, preferences
from storage.asked import UNLIMITED, USUAL_ASKS, Helpers
from storage.budget import Budget
from storage.people import Members

MOST: Final = 20
"""Unasked messages a week that somebody can choose at most."""
YES, NO = "yes", "no"

KINDS: Final = (
    Notice.OPPORTUNITY,
    Notice.ALLY,
    Notice.CHECKIN,
    Notice.VALUE,
    Notice.INVITATION,
    Notice.INTRODUCTION,
)
"""What can be switched off; how often somebody is asked for help has a field of its own."""
Quiet = tuple[dt.time, dt.time] | None

ASKS: Final = (
    Choice("0", _("Never")),
    Choice("1", _("Once a month")),
    Choice("2", _("Twice a month")),
    Choice("4", _("4 times a month")),
    Choice("8", _("8 times a month")),
    Choice(str(UNLIMITED), _("Whenever I fit")),
)
"""How often a member may be asked for help at most."""


def messages_form(chosen: MessagePreference = USUAL, asks: int | None = None, quiet: Quiet = None) -> Form:
    """Return the form with what the member chose; `asks` None: they did not choose how often they are asked."""
    return Form(
        preferences.id(OPEN_MESSAGES),
        _("What reaches you"),
        (
            NumberField(
                name="weekly",
                label=_("Unasked messages a week, at most"),
                hint=_("Whatever it is about. Answers to what you do always come."),
                initial=chosen.weekly,
                minimum=0,
                maximum=MOST,
            ),
            OneChoice(
                name="digest",
                label=_("How"),
                choices=(Choice(NO, _("One at a time, as they come")), Choice(YES, _("All in a weekly digest instead"))),
                initial=YES if chosen.digest else NO,
            ),
            SeveralChoices(
                name="kinds",
                label=_("What may reach me"),
                choices=tuple(Choice(kind.value, NATURES[kind].label) for kind in KINDS),
                initial=tuple(kind.value for kind in KINDS if kind not in chosen.muted),
                required=False,
            ),
            OneChoice(
                name="asks",
                label=_("Asked for help at most"),
                hint=_("Within the weekly number above. Whoever names you counts too, but is not held back by it."),
                choices=ASKS,
                initial=str(USUAL_ASKS if asks is None else asks),
            ),
            ShortText(
                name="quiet",
                label=_("Quiet hours"),
                hint=_("No message at all reaches you then, not even an answer: 20:00-8:00. Empty: none."),
                initial="" if quiet is None else f"{quiet[0]:%H:%M}-{quiet[1]:%H:%M}",
                maximum=40,
                required=False,
            ),
        ),
        send=_("Save"),
    )


def messages_card(chosen: MessagePreference, asks: Content, quiet: Quiet, locale: str) -> Card:
    """Return the answer to what was chosen; `asks` in words."""
    wanted = [NATURES[kind].label for kind in KINDS if kind not in chosen.muted]
    gathered = [NATURES[kind].label for kind in Notice if kind in chosen.gathered]
    return Card(
        title=_("Noted"),
        body=_(
            "Nothing more than this reaches you unasked, unless somebody asks for you by name. "
            "Declining stays silent, however often you do."
        ),
        facts=(
            Fact(
                _("Unasked messages a week, at most"),
                plural("{count} message", "{count} messages", chosen.weekly) if chosen.weekly else _("no message"),
            ),
            Fact(_("How"), _("All in a weekly digest instead") if chosen.digest else _("One at a time, as they come")),
            Fact(_("What may reach me"), _list(wanted) if wanted else _("none of it")),
            *((Fact(_("Only in the weekly digest"), _list(gathered)),) if gathered else ()),
            Fact(_("Asked for help at most"), asks),
            Fact(_("Quiet hours"), _hours(quiet, locale) if quiet else _("none")),
        ),
        tone=Tone.GOOD,
        controls=(Button(_("Change"), preferences.id(OPEN_MESSAGES)), Button(_("My data"), MY_DATA)),
    )


def _list(labels: list[Text]) -> Text:
    return Text("{kinds}", {"kinds": Listing(tuple(labels))})


def _hours(quiet: tuple[dt.time, dt.time], locale: str) -> Text:
    return _("from {start} to {end}", start=time_in_words(quiet[0], locale), end=time_in_words(quiet[1], locale))


@preferences.action(OPEN_MESSAGES, opens=True)
async def open_messages(ctx: Context) -> Effects:
    """Open the form of what reaches them unasked."""
    chosen = (await ctx.use(Budget).chosen([ctx.me.id]))[ctx.me.id]
    quiet = (await ctx.use(Members).hours(ctx.me.id)).quiet
    return OpenForm(messages_form(chosen, await ctx.use(Helpers).at_most(ctx.me), quiet))


@preferences.submit(OPEN_MESSAGES)
async def choose_messages(  # noqa: PLR0913, PLR0917 - the five fields of the form
    ctx: Context,
    weekly: int,
    asks: str,
    digest: str = NO,
    kinds: list[str] = [],  # noqa: B006 - a specification, never changed
    quiet: str = "",
) -> Effects:
    """Keep what was chosen."""
    often = next((choice for choice in ASKS if choice.value == asks), None)
    if often is None:
        raise Invalid({"asks": _("Choose one of the list.")})
    if not set(kinds) <= {kind.value for kind in KINDS}:
        raise Invalid({"kinds": _("Choose one of the list.")})
    times = _quiet(quiet)
    budget, members = ctx.use(Budget), ctx.use(Members)
    before = (await budget.chosen([ctx.me.id]))[ctx.me.id]
    muted = before.muted.difference(KINDS) | {kind for kind in KINDS if kind.value not in kinds}
    chosen = MessagePreference(min(max(weekly, 0), MOST), digest == YES, muted, before.gathered - muted)
    await budget.choose(ctx.me.id, chosen)
    await ctx.use(Helpers).let_ask(ctx.me, int(asks))
    hours = await members.hours(ctx.me.id)
    if times != hours.quiet:
        await members.prefer(ctx.me.id, ctx.now, hours=replace(hours, quiet=times))
    return Reply(messages_card(chosen, often.label, times, ctx.locale))


def _quiet(words: str) -> Quiet:
    """Return the quiet hours that somebody typed.

    Raises:
        Invalid: at the field, saying why.
    """
    if not words.strip():
        return None
    times = read_hours(words, long=True)
    if times is None:
        example = _("I do not understand these hours. Write from when to when, for example 20:00-8:00.")
        raise Invalid({"quiet": example})
    if times[0] == times[1]:
        raise Invalid({"quiet": _("That is all day long: nothing would ever reach you. Leave an hour or two.")})
    return times
