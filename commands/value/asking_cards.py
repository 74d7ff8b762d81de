"""What members are asked of the worth of it all: after three months, and when nothing came for two; what animators see then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import mention
from bot.i18n import _
from bot.text import Listing
from bot.ui import Button, Card, Style, Tone
from commands.value.feature import VALUE, worth
from commands.value.wording import MISSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from storage.gaps import Gap
    from storage.outcomes import Value


def three_months_card(expects: Sequence[Value]) -> Card:
    """Return the question after three months, asked once."""
    return Card(
        title=_("Three months here: was it what you expected?"),
        body=(
            _("When you introduced yourself, you expected first: {kinds}.", kinds=Listing(tuple(MISSED[kind] for kind in expects)))
            if expects
            else _("You have been here for three months. What did you expect, and did it come true?"),
            _("Four lists, a minute. The animators see how often each expectation comes true, never who said what."),
        ),
        controls=(
            Button(_("Answer"), worth.id("expected"), Style.PRIMARY),
            Button(_("What this community gave me"), VALUE),
        ),
        note=_("I ask this once."),
    )


def expected_card() -> Card:
    """Return the answer to whoever said whether it was what they expected."""
    return Card(
        body=_("Noted, thank you. You can change it whenever it changes."),
        tone=Tone.GOOD,
        controls=(Button(_("What this community gave me"), VALUE),),
    )


def missing_card(gap: int) -> Card:
    """Return the question to somebody to whom nothing came for two months."""
    return Card(
        title=_("What is missing?"),
        body=(
            _("For two months you have noted nothing that came to you from here. Perhaps there was something; perhaps not yet."),
            _("Your answer counts in totals. Nobody reads that it is yours, unless you say so afterwards."),
        ),
        controls=(
            *(Button(words, worth.id("missing", gap, kind.value)) for kind, words in MISSED.items()),
            Button(_("I did gain something"), worth.id("gain"), Style.PRIMARY),
            Button(_("I have what I need"), worth.id("fine", gap)),
            Button(_("Talk to the animator"), worth.id("talk", gap)),
            Button(_("Not interested"), worth.id("stop", gap)),
        ),
        note=_("Without an answer, the animators see in a week that nothing was noted for you. “Not interested”: they do not."),
    )


def tell_card(gap: int, kind: Value) -> Card:
    """Ask whoever misses something whether the animators may know it."""
    return Card(
        title=_("Noted: {kind}", kind=MISSED[kind]),
        body=_("May the animators know that it is you? They could introduce you to somebody, or think of you."),
        controls=(
            Button(_("Yes, they may know"), worth.id("tell", gap), Style.PRIMARY),
            Button(_("No, in totals only"), worth.id("keep", gap)),
            Button(_("Talk to the animator"), worth.id("talk", gap)),
        ),
    )


def thanked_card(*, told: bool = False) -> Card:
    """Return the answer to whoever answered."""
    said = _("The animators can see it. Thank you for saying so.") if told else _("Noted, in totals only. Thank you for saying so.")
    return Card(body=said, tone=Tone.GOOD, controls=(Button(_("What this community gave me"), VALUE),))


def fine_card() -> Card:
    """Return the answer to whoever has what they need."""
    return Card(body=_("Good to know. Nobody is told."), tone=Tone.GOOD)


def stopped_card() -> Card:
    """Return the answer to whoever does not want to be asked."""
    return Card(body=_("All right: I do not ask this again, and nobody is told."))


def over_card() -> Card:
    """Return the answer to a button whose question is gone."""
    return Card(
        body=_("This question is no longer open. What you gained can be noted at any time."),
        controls=(Button(_("What this community gave me"), VALUE),),
    )


def talk_card(*, anybody: bool) -> Card:
    """Return the answer to whoever would like a word with an animator."""
    said = (
        _("I have told the animators. One of them opens a conversation with you.")
        if anybody
        else _("There is nobody to tell at the moment: this community has no animator yet. It is noted for whoever becomes one.")
    )
    return Card(body=said, tone=Tone.GOOD if anybody else Tone.ATTENTION)


# ---------------------------------------------------------------- to the animators


def wish_card(gap: Gap) -> Card:
    """Tell an animator that somebody would like a word."""
    return Card(
        title=_("{name} would like a word with you", name=mention(gap.member)),
        body=_("Nothing came to them from here for two months; I asked what is missing, and they would rather talk about it."),
        tone=Tone.ATTENTION,
        controls=(Button(_("Open a conversation"), worth.id("open", gap.id), Style.PRIMARY),),
    )


def taken_card(gap: Gap, animator: Member) -> Card:
    """Return the same once one of the animators opened the conversation."""
    return Card(
        title=_("{name} wished for a word", name=mention(gap.member)),
        body=_("{animator} has opened a conversation with them.", animator=mention(animator)),
        tone=Tone.GOOD,
    )


def opened_card() -> Card:
    """Return the answer to the animator who opened the conversation."""
    return Card(body=_("The conversation is open: it is yours."), tone=Tone.GOOD)


def no_longer_card() -> Card:
    """Return the answer to an animator who comes too late, or whose member is gone."""
    return Card(body=_("Somebody has opened it already, or they are no longer here."))


def conversation_card(member: Member, animator: Member) -> Card:
    """Return what a conversation of a member with an animator begins with."""
    return Card(
        title=_("A word between you two"),
        body=_(
            "{member}, you wished to talk about what is missing here. {animator} is listening.",
            member=mention(member),
            animator=mention(animator),
        ),
    )
