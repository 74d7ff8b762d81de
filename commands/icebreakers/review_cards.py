"""What animators see of proposals, and what whoever proposed one hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import mention
from bot.i18n import _, plural
from bot.text import Text
from bot.ui import Button, Card, Fact, Form, LongText, Style, Tone
from commands.icebreakers.feature import PANEL, PROMPT, REASON, THEMES, icebreakers

if TYPE_CHECKING:
    from storage.icebreakers import ProposedPrompt


def notice(count: int) -> Card:
    """Return the notice to the animators: how many wait."""
    return Card(
        body=plural("{count} proposed prompt is waiting for you.", "{count} proposed prompts are waiting for you.", count),
        controls=(Button(_("Look at them"), icebreakers.id("review"), Style.PRIMARY),),
        note=_("I say it once for all of them, at most once a day."),
    )


def review(proposal: ProposedPrompt, waiting: int, news: Text | None = None) -> Card:
    """Return a proposal with what can be done about it; `waiting` counts it too."""
    more = waiting - 1
    return Card(
        title=proposal.words,
        body=(
            news or "",
            plural("{count} more is waiting.", "{count} more are waiting.", more) if more > 0 else "",
        ),
        facts=(
            Fact(_("Theme"), THEMES[proposal.theme]),
            *((Fact(_("From"), Text("{name}", {"name": mention(proposal.proposer)})),) if proposal.proposer else ()),
        ),
        controls=(
            Button(_("Approve"), icebreakers.id("approve", proposal.id), Style.PRIMARY),
            Button(_("Change and approve"), icebreakers.id("change", proposal.id)),
            Button(_("Decline"), icebreakers.id("decline", proposal.id)),
            Button(_("Icebreakers"), PANEL),
        ),
    )


def nothing(news: Text | None = None) -> Card:
    """Return the answer where no proposal waits."""
    return Card(
        body=(news or "", _("No proposal is waiting.")),
        tone=Tone.GOOD,
        controls=(Button(_("Icebreakers"), PANEL),),
    )


def change_form(proposal: ProposedPrompt) -> Form:
    """Return the form of *Change and approve*."""
    return Form(
        icebreakers.id("changed", proposal.id),
        _("Change and approve"),
        (
            LongText(
                name="words",
                label=_("The prompt, as it is asked"),
                hint=_("Whoever proposed it reads it as you leave it."),
                initial=proposal.words,
                minimum=1,
                maximum=PROMPT,
            ),
        ),
        _("Approve"),
    )


def decline_form(proposal: ProposedPrompt) -> Form:
    """Return the form of *Decline*."""
    return Form(
        icebreakers.id("declined", proposal.id),
        _("Decline"),
        (
            LongText(
                name="reason",
                label=_("A word to whoever proposed it"),
                hint=_("I thank them in any case. Left empty, I add nothing."),
                maximum=REASON,
                required=False,
            ),
        ),
        _("Send"),
    )


def accepted(proposal: ProposedPrompt) -> Card:
    """Return what whoever proposed a prompt hears where it was approved."""
    return Card(
        title=_("Your prompt is in"),
        body=(proposal.words, _("It will be asked one of these days, with your name under it. Thank you.")),
        tone=Tone.GOOD,
    )


def refused(proposal: ProposedPrompt, kindly: str = "") -> Card:
    """Return what whoever proposed a prompt hears where it was declined."""
    return Card(
        title=_("Thank you for your prompt"),
        body=(
            proposal.words,
            _("The animators will not ask it this time. Another one of yours is welcome."),
        ),
        facts=(Fact(_("A word from them"), kindly),) if kindly else (),
    )
