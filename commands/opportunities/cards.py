"""What everyone sees of an opportunity: the post, a look at it, the message to those it fits, what is left when it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import mention
from bot.i18n import _, plural
from bot.skills.reasons import in_words
from bot.text import Content, Text
from bot.ui import Button, Card, Fact, Form, LongText, MemberField, Style, Tone, shorten
from commands.opportunities.feature import APART, LIST, PITCH, REASON, opportunities
from commands.opportunities.wording import decision, facts, heading
from storage.opportunity import Opportunity, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from storage.profiles import Profile


def post(opportunity: Opportunity, interested: int) -> Card:
    """Return the post for everyone, as it stands."""
    if not opportunity.live:
        return ended(opportunity)
    return Card(
        title=heading(opportunity.contents),
        body=opportunity.contents.what,
        facts=(Fact(_("From"), _bare(opportunity.poster)), *facts(opportunity.contents)),
        controls=_answers(opportunity),
        note=_interest(opportunity, interested),
    )


def _answers(opportunity: Opportunity) -> tuple[Button, ...]:
    return (
        Button(_("I’m interested"), opportunities.id("interested", opportunity.id), Style.PRIMARY),
        Button(_("Recommend someone"), opportunities.id("recommend", opportunity.id)),
        Button(_("Report"), opportunities.id("report", opportunity.id)),
    )


def _interest(opportunity: Opportunity, interested: int) -> Content:
    said: Content = plural("{count} member is interested.", "{count} members are interested.", interested) if interested else ""
    if opportunity.status is Status.TALKS:
        return (
            _("In talks already; a word does no harm. {interest}", interest=said)
            if said
            else _("In talks already; a word does no harm.")
        )
    return said


def ended(opportunity: Opportunity) -> Card:
    """Return what is left of an opportunity that nobody has to answer any more."""
    name = mention(opportunity.poster)
    match opportunity.status:
        case Status.FILLED:
            said: Content = _("Filled by a member of the community. Thank you to whoever answered.")
        case Status.ELSEWHERE:
            said = _("{name} found somebody elsewhere. Thank you to whoever answered.", name=name)
        case Status.WITHDRAWN:
            said = _("{name} no longer needs it. Thank you to whoever answered.", name=name)
        case Status.EXPIRED:
            said = _("Its time is over.")
        case Status.REMOVED:
            said = _("It is no longer here.")
        case _:
            said = _("This opportunity is closed.")
    hidden = opportunity.status in (Status.REMOVED, Status.CLOSED)
    return Card(
        title=_("Opportunity") if hidden else heading(opportunity.contents),
        body=said,
        tone=Tone.GOOD if opportunity.status is Status.FILLED else Tone.NEUTRAL,
        controls=(Button(_("See what is open"), LIST),),
    )


def told(opportunity: Opportunity, reasons: Sequence[Text], recommender: Member | None = None, words: str = "") -> Card:
    """Return what a member whom it fits is told: why it reached them comes first.

    Without a reason it is for everybody who was told, whatever the reason was: what it says has changed since.
    """
    if recommender is not None:
        why: Content = _("{name} thought of you for this.", name=mention(recommender))
    elif reasons:
        why = _("It reached you because of your profile: {reasons}.", reasons=in_words(reasons))
    else:
        why = _("This may be for you. Here is how it stands now.")
    return Card(
        title=heading(opportunity.contents),
        body=(why, words, shorten(opportunity.contents.what, 600)),
        facts=(Fact(_("From"), _bare(opportunity.poster)), *facts(opportunity.contents)),
        controls=_answers(opportunity),
        note=_("If it is not for you, nobody is told."),
    )


def _bare(member: Member) -> Text:
    return Text("{name}", {"name": mention(member)})


# ---------------------------------------------------------------- answering


def pitch_form(opportunity: Opportunity) -> Form:
    """Return the form of *I'm interested*."""
    return Form(
        opportunities.id("pitch", opportunity.id),
        _("I’m interested"),
        (
            LongText(
                name="pitch",
                label=_("In a few lines: why you?"),
                hint=_("They get it with your profile, and I open a conversation between you two."),
                minimum=10,
                maximum=PITCH,
            ),
        ),
        _("Send"),
    )


def recommend_form(opportunity: Opportunity) -> Form:
    """Return the form of *Recommend someone*."""
    return Form(
        opportunities.id("recommended", opportunity.id),
        _("Recommend someone"),
        (
            MemberField(name="person", label=_("Who would be good at it?"), hint=_("They read that you thought of them.")),
            LongText(name="words", label=_("A word to them"), required=False, maximum=300),
        ),
        _("Send"),
    )


def report_form(opportunity: Opportunity) -> Form:
    """Return the form of *Report*."""
    return Form(
        opportunities.id("reported", opportunity.id),
        _("Report"),
        (
            LongText(
                name="reason",
                label=_("What is wrong with it?"),
                hint=_("The animators read it, without your name."),
                minimum=5,
                maximum=REASON,
            ),
        ),
        _("Send"),
    )


def sent(opportunity: Opportunity, *, again: bool = False) -> Card:
    """Return the answer to whoever is interested."""
    name = mention(opportunity.poster)
    said = (
        _("{name} has your pitch already. Your conversation is where you can go on.", name=name)
        if again
        else _("{name} has your pitch and your profile. I am opening a conversation between you two.", name=name)
    )
    return Card(title=heading(opportunity.contents), body=said, tone=Tone.GOOD)


def recommended(person: Member) -> Card:
    """Return the thanks for a recommendation."""
    said = _(
        "Thank you. I have noted that you thought of {name}. They hear of it the way they chose, if at all.", name=mention(person)
    )
    return Card(body=(said, _("A word from you never hurts.")), tone=Tone.GOOD)


def known_already(person: Member, *, credited: bool = False) -> Card:
    """Return the answer where somebody knows of it already."""
    said = (
        _("Thank you. {name} knows about it already; I have noted that you thought of them.", name=mention(person))
        if credited
        else _("Thank you. {name} knows about it already.", name=mention(person))
    )
    return Card(body=said, tone=Tone.GOOD)


def thought_of(person: Member) -> Card:
    """Return the answer where another member thought of somebody before."""
    return Card(body=_("Thank you. Somebody had thought of {name} already.", name=mention(person)), tone=Tone.GOOD)


def right_person(opportunity: Opportunity, member: Member) -> Card:
    """Return what whoever thought of a member reads once they got it."""
    return Card(
        title=_("You thought of the right person"),
        body=(
            _("“{title}”", title=opportunity.contents.title),
            _("It is filled, with {name}.", name=mention(member)),
            _("Thank you for passing it on."),
        ),
        tone=Tone.GOOD,
    )


def reported() -> Card:
    """Return the answer to a report."""
    return Card(body=_("Thank you. The animators look at it; nobody learns that it was you."), tone=Tone.GOOD)


def looked_at(opportunity: Opportunity) -> Card:
    """Return what whoever reported it reads once an animator has decided."""
    return Card(
        title=heading(opportunity.contents),
        body=_("An animator looked at what you reported: {state}. Thank you for taking care.", state=decision(opportunity)),
    )


# ---------------------------------------------------------------- what whoever posted it gets


def pitched(opportunity: Opportunity, member: Member, profile: Profile | None, pitch: str, recommender: Member | None) -> Card:
    """Return what whoever posted it gets: who is interested, in their words, and their profile."""
    said = profile.introduction if profile is not None and profile.introduced_at is not None else None
    told_of = (Fact(_("What they do"), said.does), Fact(_("They offer"), said.offers)) if said is not None else ()
    return Card(
        title=_("{name} is interested", name=mention(member)),
        body=(_("“{title}”", title=opportunity.contents.title), pitch),
        facts=(*told_of, *((Fact(_("Recommended by"), _bare(recommender)),) if recommender is not None else ())),
        tone=Tone.GOOD,
        controls=(
            Button(_("In talks"), opportunities.id("talks", opportunity.id, APART)),
            Button(_("It is filled"), opportunities.id("filled", opportunity.id)),
            Button(_("Look at it"), opportunities.id("show", opportunity.id)),
        ),
        note=_("I have opened a conversation between you two."),
    )


def connection(opportunity: Opportunity, member: Member, pitch: str) -> Card:
    """Return the card that opens the conversation of the two."""
    return Card(
        title=heading(opportunity.contents),
        body=(
            _("{poster}, {name} is interested. You two can talk here.", poster=mention(opportunity.poster), name=mention(member)),
            pitch,
        ),
        facts=facts(opportunity.contents),
    )
