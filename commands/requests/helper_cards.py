"""What those who can help see: the question put to them, the post for everyone, the conversation of two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import mention
from bot.i18n import _, plural, word
from bot.skills.reasons import in_words
from bot.text import Content
from bot.ui import Button, Card, Fact, Form, MemberField, Style, Tone
from commands.requests.cards import bare, quoted
from commands.requests.feature import requests
from storage.asked import State
from storage.requests import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from bot.text import Text
    from storage.asked import Asked
    from storage.requests import HelpRequest


def question(request: HelpRequest, reasons: Sequence[Text], recommender: Member | None = None) -> Card:
    """Return what a helper is asked: the need, who asks, why them, and four ways to answer; `recommender` thought of them."""
    facts: list[Fact] = []
    if recommender is not None:
        facts.append(Fact(_("Why you"), _("{name} thought of you", name=mention(recommender))))
    elif reasons:
        facts.append(Fact(_("Why you"), in_words(reasons)))
    return Card(
        title=_("{name} could use your help", name=mention(request.asker)),
        body=quoted(request.need),
        facts=tuple(facts),
        controls=(
            Button(_("I can help"), requests.id("accept", request.id), Style.PRIMARY),
            Button(_("Not now"), requests.id("later", request.id)),
            Button(_("Not me"), requests.id("decline", request.id)),
            Button(_("Someone else knows"), requests.id("elsewhere", request.id)),
        ),
        note=_(
            "If it does not suit you, nobody is told. How often you are asked is yours to say, under “{command}”.",
            command=word("preferences"),
        ),
    )


def answered(request: HelpRequest, state: State) -> Card:
    """Return what replaces the question once a helper has answered."""
    asker = mention(request.asker)
    again = Button(_("I can help after all"), requests.id("accept", request.id))
    match state:
        case State.ACCEPTED:
            said = _("Thank you. I told {name}, and I am opening a conversation between you two.", name=asker)
            return Card(title=_("You can help {name}", name=asker), body=(quoted(request.need), said), tone=Tone.GOOD)
        case State.ELSEWHERE:
            said = _("Thank you for passing it on.")
        case State.NOT_NOW:
            said = _("All right, not this time, and I ask you nothing else for a week. {name} is not told.", name=asker)
        case _:
            said = _("All right, this one is not for you. {name} is not told.", name=asker)
    return Card(body=(quoted(request.need), said), controls=(again,))


def over(request: HelpRequest) -> Card:
    """Return what a helper sees of a request that needs nobody any more."""
    asker = mention(request.asker)
    match request.status:
        case Status.SOLVED:
            said: Content = _("It is already solved. Thank you for being there.")
        case Status.WITHDRAWN:
            said = _("{name} no longer needs it. Thank you for being there.", name=asker)
        case _:
            said = _("This request is closed. Thank you for being there.")
    return Card(body=(quoted(request.need), said))


def recommend_form(request: HelpRequest) -> Form:
    """Return the form of *Someone else knows*."""
    return Form(
        requests.id("recommend", request.id),
        _("Someone else knows"),
        (
            MemberField(
                name="person",
                label=_("Who could help?"),
                hint=_("I will ask them the same way, and say that you thought of them."),
            ),
        ),
        _("Ask them"),
    )


def only_chosen(request: HelpRequest) -> Card:
    """Return the answer to *Someone else knows* where nobody else is asked unless whoever asks says so."""
    said = _("Only those {name} chooses are asked. You can tell them yourself whom you think of.", name=mention(request.asker))
    return Card(body=(quoted(request.need), said))


def passed_on(request: HelpRequest, person: Member, *, now: bool) -> Card:
    """Return the thanks for naming somebody who knows; not `now`: they are asked in their working hours."""
    name = mention(person)
    said = (
        _("Thank you. I am asking {name}, and saying that you thought of them.", name=name)
        if now
        else _("Thank you. I am asking {name}, in their working hours, and saying that you thought of them.", name=name)
    )
    return Card(body=(quoted(request.need), said), tone=Tone.GOOD)


def post(request: HelpRequest, helping: int) -> Card:
    """Return the post for everyone, as it stands: open with how many can help, or ended."""
    asker = mention(request.asker)
    if request.status is not Status.OPEN:
        return _ended_post(request)
    count = plural("{count} person can help.", "{count} people can help.", helping) if helping else _("Nobody yet: perhaps you?")
    return Card(
        title=_("{name} is looking for help", name=asker),
        body=quoted(request.need),
        controls=(
            Button(_("I can help"), requests.id("help", request.id), Style.PRIMARY),
            Button(_("Someone else knows"), requests.id("elsewhere", request.id)),
        ),
        note=count,
    )


def _ended_post(request: HelpRequest) -> Card:
    asker = mention(request.asker)
    match request.status:
        case Status.SOLVED:
            title, said = _("Solved"), _("{name} found what they needed. Thank you to whoever answered.", name=asker)
        case Status.WITHDRAWN:
            title, said = _("Withdrawn"), _("{name} no longer needs it. Thank you to whoever answered.", name=asker)
        case _:
            title, said = _("Closed"), _("This request is closed. Thank you to whoever answered.")
    return Card(title=title, body=(quoted(request.need), said), tone=Tone.GOOD if request.status is Status.SOLVED else Tone.NEUTRAL)


def connection(request: HelpRequest, asked: Asked) -> Card:
    """Return the card that opens the conversation of whoever asked and whoever helps."""
    asker, helper = mention(request.asker), mention(asked.helper)
    body: list[Content] = [quoted(request.need)]
    facts = [Fact(_("Asks"), bare(asker)), Fact(_("Can help"), bare(helper))]
    recommender = asked.brought_by(request.asker)
    if recommender is not None:
        facts.append(Fact(_("Recommended by"), bare(mention(recommender))))
    if request.status is not Status.OPEN:
        body.append(_("This request is settled. The conversation stays yours."))
        return Card(title=_("Settled"), body=tuple(body), facts=tuple(facts), tone=Tone.GOOD)
    body.append(
        _(
            "{asker}, say hello and where you are stuck; {helper}, your first thought is enough to begin.",
            asker=asker,
            helper=helper,
        )
    )
    return Card(
        title=_("You two can talk here"),
        body=tuple(body),
        facts=tuple(facts),
        controls=(Button(_("It is solved"), requests.id("solved", request.id)),),
    )


def helped(request: HelpRequest, thanks: str) -> Card:
    """Return what a helper receives once their help solved something."""
    asker = mention(request.asker)
    body: list[Content] = [quoted(request.need), _("{name} says that it is solved, with your help.", name=asker)]
    facts = (Fact(_("In their words"), thanks),) if thanks else ()
    return Card(title=_("Your help counted"), body=tuple(body), facts=facts, tone=Tone.GOOD)


def recommended(request: HelpRequest, helper: Member) -> Card:
    """Return what whoever thought of the helper receives once their help solved something."""
    said = _("{asker} says that it is solved, with {helper}.", asker=mention(request.asker), helper=mention(helper))
    return Card(
        title=_("You thought of the right person"),
        body=(quoted(request.need), said, _("Thank you for passing it on.")),
        tone=Tone.GOOD,
    )


def public_thanks(request: HelpRequest, helper: Member, thanks: str) -> Card:
    """Return the thank-you that whoever asked chose to share."""
    return Card(
        title=_("Thank you, {name}", name=mention(helper)),
        body=thanks,
        tone=Tone.GOOD,
        note=_("From {name}.", name=mention(request.asker)),
    )
