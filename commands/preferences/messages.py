"""What reaches a member without their asking: how often, how, and about what; over all features."""

from __future__ import annotations

from typing import Final

from bot.context import Context
from bot.effects import Effects, OpenForm, Reply
from bot.errors import Invalid
from bot.i18n import _, plural
from bot.text import Content
from bot.ui import Button, Card, Choice, Fact, Form, NumberField, OneChoice, Tone
from commands.preferences.feature import OPEN_MESSAGES, preferences
from storage.asked import UNLIMITED, USUAL_ASKS, Helpers
from storage.outreach import USUAL, MessagePreference, Outreach

MOST: Final = 20
"""Unasked messages a week that somebody can choose at most."""
YES, NO = "yes", "no"

ASKS: Final = (
    Choice("0", _("Never")),
    Choice("1", _("Once a month")),
    Choice("2", _("Twice a month")),
    Choice("4", _("4 times a month")),
    Choice("8", _("8 times a month")),
    Choice(str(UNLIMITED), _("Whenever I fit")),
)
"""How often a member may be asked for help at most."""


def messages_form(chosen: MessagePreference = USUAL, asks: int | None = None) -> Form:
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
            OneChoice(
                name="opportunities",
                label=_("Opportunities that fit my profile"),
                choices=(Choice(YES, _("Tell me")), Choice(NO, _("No message, I look at the list"))),
                initial=YES if chosen.opportunities else NO,
            ),
            OneChoice(
                name="asks",
                label=_("Asked for help at most"),
                hint=_("Within the weekly number above. Whoever names you counts too, but is not held back by it."),
                choices=ASKS,
                initial=str(USUAL_ASKS if asks is None else asks),
            ),
        ),
        send=_("Save"),
    )


def messages_card(chosen: MessagePreference, asks: Content) -> Card:
    """Return the answer to what was chosen; `asks` in words."""
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
            Fact(
                _("Opportunities that fit my profile"),
                _("Tell me") if chosen.opportunities else _("No message, I look at the list"),
            ),
            Fact(_("Asked for help at most"), asks),
        ),
        tone=Tone.GOOD,
        controls=(Button(_("Change"), preferences.id(OPEN_MESSAGES)),),
    )


@preferences.action(OPEN_MESSAGES, opens=True)
async def open_messages(ctx: Context) -> Effects:
    """Open the form of what reaches them unasked."""
    chosen = (await ctx.use(Outreach).chosen([ctx.me.id]))[ctx.me.id]
    return OpenForm(messages_form(chosen, await ctx.use(Helpers).at_most(ctx.me)))


@preferences.submit(OPEN_MESSAGES)
async def choose_messages(ctx: Context, weekly: int, asks: str, digest: str = NO, opportunities: str = YES) -> Effects:
    """Keep what was chosen."""
    often = next((choice for choice in ASKS if choice.value == asks), None)
    if often is None:
        raise Invalid({"asks": _("Choose one of the list.")})
    chosen = MessagePreference(min(max(weekly, 0), MOST), digest == YES, opportunities == YES)
    await ctx.use(Outreach).choose(ctx.me.id, chosen)
    await ctx.use(Helpers).let_ask(ctx.me, int(asks))
    return Reply(messages_card(chosen, often.label))
