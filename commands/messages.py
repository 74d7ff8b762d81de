"""Messages: how often a member is written to without having asked, over all features, and about what."""

from __future__ import annotations

from typing import Final

from bot.context import Context
from bot.effects import Effects, OpenForm, Reply
from bot.feature import Feature
from bot.i18n import _, plural
from bot.ui import Button, Card, Choice, Fact, Form, NumberField, OneChoice, Tone
from storage.outreach import USUAL, MessagePreference, Outreach

messages: Final = Feature("messages")

MOST: Final = 20
YES, NO = "yes", "no"


def messages_form(chosen: MessagePreference = USUAL) -> Form:
    """Return the form with what the member chose."""
    return Form(
        messages.id("form"),
        _("Messages"),
        (
            NumberField(
                name="weekly",
                label=_("Unasked messages a week, at most"),
                hint=_("Over everything I do. What answers you always comes."),
                initial=chosen.weekly,
                minimum=0,
                maximum=MOST,
            ),
            OneChoice(
                name="digest",
                label=_("How"),
                choices=(Choice(NO, _("Each when it is there")), Choice(YES, _("All in a weekly digest instead"))),
                initial=YES if chosen.digest else NO,
            ),
            OneChoice(
                name="opportunities",
                label=_("Opportunities that fit my profile"),
                choices=(Choice(YES, _("Tell me")), Choice(NO, _("No message, I look at the list"))),
                initial=YES if chosen.opportunities else NO,
            ),
        ),
        _("Save"),
    )


def chosen_card(chosen: MessagePreference) -> Card:
    """Return the answer."""
    return Card(
        title=_("Noted"),
        facts=(
            Fact(
                _("Unasked messages a week, at most"),
                plural("{count} message", "{count} messages", chosen.weekly) if chosen.weekly else _("no message"),
            ),
            Fact(_("How"), _("All in a weekly digest instead") if chosen.digest else _("Each when it is there")),
            Fact(
                _("Opportunities that fit my profile"),
                _("Tell me") if chosen.opportunities else _("No message, I look at the list"),
            ),
        ),
        tone=Tone.GOOD,
        controls=(Button(_("Change"), messages.id("open")),),
    )


@messages.action("open", opens=True)
async def change(ctx: Context) -> Effects:
    """Open the form."""
    return OpenForm(messages_form((await ctx.use(Outreach).chosen([ctx.me.id]))[ctx.me.id]))


@messages.submit("form")
async def choose(ctx: Context, weekly: int, digest: str = NO, opportunities: str = YES) -> Effects:
    """Keep what was chosen."""
    chosen = MessagePreference(min(max(weekly, 0), MOST), digest == YES, opportunities == YES)
    await ctx.use(Outreach).choose(ctx.me.id, chosen)
    return Reply(chosen_card(chosen))
