"""What whoever posted an opportunity sees of it once it is published: where it stands, the one reminder, how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import mention
from bot.gains import BANDS, choices
from bot.i18n import _, plural
from bot.text import Content, Listing
from bot.ui import CHOICE, Button, Card, Choice, Fact, Form, MemberField, OneChoice, ShortText, Style, Tone, shorten
from commands.opportunities import deadlines
from commands.opportunities.feature import HERE, POST, opportunities
from commands.opportunities.wording import facts, heading, last_day, standing
from storage.opportunity import Opportunity, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from bot.text import Text

OTHER, OUTSIDE = "other", "outside"


def manage(opportunity: Opportunity, interested: Sequence[Member] = (), news: Text | None = None) -> Card:
    """Return a published opportunity as whoever posted it sees it, at any moment of its life."""
    body: list[Content] = [news or "", _("Where it stands: **{state}**.", state=standing(opportunity))]
    if interested:
        body.append(_("Interested: {names}.", names=Listing(tuple(mention(member) for member in interested))))
    if opportunity.live and opportunity.expires_at is not None:
        body.append(_("It stays until {date}.", date=last_day(opportunity.contents, opportunity.expires_at)))
    return Card(
        title=heading(opportunity.contents),
        body=tuple(body),
        facts=facts(opportunity.contents),
        tone=Tone.GOOD if opportunity.status is Status.FILLED else Tone.NEUTRAL,
        controls=_controls(opportunity),
    )


def _controls(opportunity: Opportunity) -> tuple[Button, ...]:
    identifier = opportunity.id
    filled = Button(_("It is filled"), opportunities.id("filled", identifier, HERE), Style.PRIMARY)
    if opportunity.status is Status.EXPIRED:
        return (Button(_("Open it again"), opportunities.id("extend", identifier)), filled)
    if not opportunity.live:
        return (Button(_("Post an opportunity"), POST),)
    turn = _("Open to everyone again") if opportunity.status is Status.TALKS else _("In talks")
    return (
        filled,
        Button(turn, opportunities.id("open" if opportunity.status is Status.TALKS else "talks", identifier)),
        Button(_("Edit"), opportunities.id("edit", identifier)),
        Button(_("Kind, place and fee"), opportunities.id("details", identifier)),
        Button(_("Extend"), opportunities.id("extend", identifier)),
        Button(_("Withdraw"), opportunities.id("withdraw", identifier), Style.DANGER, _("Withdraw this opportunity?")),
    )


def published(opportunity: Opportunity, told: int, *, changed: bool = False) -> Card:
    """Return the answer once it is published, with how many it reaches on their own."""
    if changed:
        said = _("Your change is published, everywhere at once.")
    elif told:
        said = plural(
            "It is published. {count} member whose profile fits hears of it from me.",
            "It is published. {count} members whose profiles fit hear of it from me.",
            told,
        )
    else:
        said = _("It is published. You hear from me as soon as somebody is interested.")
    return manage(opportunity, news=said)


def reviewed(opportunity: Opportunity) -> Card:
    """Return the answer where an animator looks first."""
    return Card(
        title=heading(opportunity.newest),
        body=_("An animator looks at it first. You hear from me."),
        controls=(Button(_("Look at it"), opportunities.id("show", opportunity.id)),),
    )


def accepted(opportunity: Opportunity, *, changed: bool) -> Card:
    """Return what whoever posted it reads once an animator has approved."""
    said = _("An animator approved your change: it is published.") if changed else _("An animator approved it: it is published.")
    return manage(opportunity, news=said)


def refused(opportunity: Opportunity, reason: str) -> Card:
    """Return what whoever posted it reads where an animator would rather not publish it."""
    return Card(
        title=heading(opportunity.newest),
        body=(
            _("An animator would rather not publish it like this:"),
            reason,
            _("Nothing is lost: you can change it and try again."),
        ),
        tone=Tone.ATTENTION,
        controls=(Button(_("Look at it"), opportunities.id("show", opportunity.id), Style.PRIMARY),),
    )


def removed(opportunity: Opportunity, reason: str) -> Card:
    """Return what whoever posted it reads once an animator has removed it."""
    return Card(
        title=heading(opportunity.contents),
        body=(_("An animator removed it:"), reason, _("If you see it otherwise, a word to them is welcome.")),
        tone=Tone.ATTENTION,
    )


def reminder(opportunity: Opportunity, interested: int) -> Card:
    """Return the one reminder before it expires."""
    return Card(
        title=heading(opportunity.contents),
        body=(
            _("{date} is its last day.", date=last_day(opportunity.contents, opportunity.expires_at))
            if opportunity.expires_at
            else "",
            plural("{count} member is interested.", "{count} members are interested.", interested) if interested else "",
        ),
        controls=(
            Button(_("Extend"), opportunities.id("extend", opportunity.id), Style.PRIMARY),
            Button(_("It is filled"), opportunities.id("filled", opportunity.id, HERE)),
            Button(_("Withdraw"), opportunities.id("withdraw", opportunity.id), Style.DANGER, _("Withdraw this opportunity?")),
        ),
        note=_("I remind you this once. Without an answer it goes by itself."),
    )


def expired(opportunity: Opportunity) -> Card:
    """Return what whoever posted it reads once its time is over."""
    return manage(opportunity, news=_("Its time is over, so nobody is kept waiting."))


def not_filled(opportunity: Opportunity, member: Member) -> Card:
    """Return what whoever posted it reads where the member who is said to have got it did not."""
    said = _(
        "{name} tells me it was not them, so nothing is noted. You can say who it was, or open it again.", name=mention(member)
    )
    return manage(opportunity, news=said)


def extend_form(opportunity: Opportunity, days: int) -> Form:
    """Return the form of *Extend*."""
    return Form(
        opportunities.id("extended", opportunity.id),
        _("Extend"),
        (
            ShortText(
                name="deadline",
                label=_("Until when?"),
                hint=plural(
                    "For example in two weeks. Empty: {count} day.", "For example in two weeks. Empty: {count} days.", days
                ),
                maximum=deadlines.LONGEST,
                required=False,
            ),
        ),
        _("Extend"),
    )


def filled_form(opportunity: Opportunity, interested: Sequence[Member], *, here: bool = False) -> Form:
    """Return the form that closes an opportunity: with whom, and roughly how much; `here`: the answer takes its card's place."""
    known = tuple(Choice(str(member.id), shorten(member.name, CHOICE)) for member in interested[:20])
    return Form(
        opportunities.id("close", opportunity.id, HERE) if here else opportunities.id("close", opportunity.id),
        _("It is filled"),
        (
            OneChoice(
                name="who",
                label=_("Who got it?"),
                choices=(
                    *known,
                    Choice(OTHER, _("Another member, named below")),
                    Choice(OUTSIDE, _("Nobody here: I found somebody elsewhere")),
                ),
                initial=known[0].value if len(known) == 1 else "",
            ),
            MemberField(name="person", label=_("Another member"), required=False),
            OneChoice(
                name="band",
                label=_("Roughly how much is it worth?"),
                hint=_("Whoever got it confirms it; everybody else only sees totals."),
                choices=choices(BANDS),
                required=False,
            ),
        ),
        _("Close the opportunity"),
    )


def gained(opportunity: Opportunity, outcome: int, band: str) -> Card:
    """Return the question to whoever is said to have got it."""
    return Card(
        title=heading(opportunity.contents),
        body=(
            _("{name} says that you got it. Is that right?", name=mention(opportunity.poster)),
            _("If so, I note it for you two: what this community brought you, and thanks to whom."),
        ),
        facts=(Fact(_("Roughly"), BANDS[band]),) if band in BANDS else (),
        tone=Tone.GOOD,
        controls=(
            Button(_("Yes, that is right"), opportunities.id("gained", outcome), Style.PRIMARY),
            Button(_("No"), opportunities.id("not_gained", outcome)),
        ),
        note=_("You two know the amount; everybody else only sees totals.") if band in BANDS else "",
    )


def confirmed(*, right: bool) -> Card:
    """Return the answer to whoever confirmed that they got it, or did not."""
    said = _("Noted, and congratulations.") if right else _("Noted: it does not count.")
    return Card(body=said, tone=Tone.GOOD if right else Tone.NEUTRAL)
