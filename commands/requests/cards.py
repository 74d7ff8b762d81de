"""What whoever asks sees: who can help, how it goes, whether it is solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.context import mention
from bot.feature import RUN
from bot.i18n import _, longest, plural
from bot.skills.reasons import in_words
from bot.text import Content, Listing, Param, Text
from bot.ui import CHOICE, Button, Card, Choice, Form, Item, LongText, MemberField, OneChoice, Select, Style, Tone, shorten
from commands.requests.feature import requests
from storage.requests import State, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from bot.skills.ranking import Match
    from storage.requests import Asked, HelpRequest

Controls: TypeAlias = "list[Button | Select]"

AT_ONCE: Final = 3
"""Helpers that wait for an answer at the same time: asking everybody is what the help channel is for."""

PAGE: Final = 5
"""Helpers shown at a time."""

OUTSIDE, OTHER = "outside", "other"


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the card of a request shows to whoever asked. `offset` is how many helpers came before `matches`."""

    request: HelpRequest
    asked: Sequence[Asked] = ()
    matches: Sequence[Match] = ()
    solved: Sequence[HelpRequest] = ()
    offset: int = 0
    more: bool = False
    news: Text | None = None


def bare(value: Param) -> Text:
    """Return a name or a list alone, where a content is wanted: nothing to translate."""
    return Text("{value}", {"value": value})


def quoted(need: str) -> Text:
    """Return somebody's need in the quotes of the language."""
    return _("“{need}”", need=need)


def names(members: Sequence[Member]) -> Listing:
    """Return members as a list in words."""
    return Listing(tuple(mention(member) for member in members))


def overview(view: Overview) -> Card:
    """Return the card of a request as whoever asked sees it, at any moment of its life."""
    request = view.request
    if request.status is not Status.OPEN:
        return _ended(view)
    return Card(
        title=_("Who can help"),
        body=(view.news or "", quoted(request.need), *_progress(view), _lead(view)),
        items=(
            *(Item(helper_line(match)) for match in view.matches),
            *(Item(_solved_line(solved)) for solved in view.solved),
        ),
        tone=Tone.GOOD if any(asked.state is State.ACCEPTED for asked in view.asked) else Tone.NEUTRAL,
        controls=tuple(_controls(view)),
        note=_("Only you see this. Nobody is asked before you say so.") if not (view.asked or request.posted) else "",
    )


def _progress(view: Overview) -> list[Text]:
    """Return what has happened so far. Who declined is not told: they stay among those asked."""
    accepted = [asked.helper for asked in view.asked if asked.state is State.ACCEPTED]
    others = [asked.helper for asked in view.asked if asked.state is not State.ACCEPTED]
    told: list[Text] = []
    if accepted:
        told.append(_("Can help: {names}.", names=names(accepted)))
    if others:
        told.append(_("Asked: {names}.", names=names(others)))
    if view.request.posted:
        told.append(_("Posted to everyone in the help channel."))
    return told


def helper_line(match: Match) -> Text:
    """Return a helper with the reasons, as one line."""
    if not match.reasons:
        return bare(mention(match.member))
    return _("{name}: {reasons}", name=mention(match.member), reasons=in_words(match.reasons))


def _solved_line(solved: HelpRequest) -> Text:
    asker, need = mention(solved.asker), shorten(solved.need, 80)
    if solved.helper is None:
        return _("{asker} had a similar need and solved it: “{need}”", asker=asker, need=need)
    return _("{asker} solved a similar need with {helper}: “{need}”", asker=asker, helper=mention(solved.helper), need=need)


def _lead(view: Overview) -> Content:
    if view.matches and not view.offset:
        return plural("This person can probably help:", "These {count} people can probably help:", len(view.matches))
    if view.matches:
        return plural("This person too:", "These {count} people too:", len(view.matches))
    if view.offset or view.asked:
        return _("That is everybody whose profile mentions it.")
    if view.request.posted:
        return _("Nobody’s profile mentions it yet; whoever reads the help channel may know.")
    return _(
        "Nobody’s profile mentions it yet. That says little: people know more than they write down. "
        "Post it to everyone, or ask again with other words."
    )


def _controls(view: Overview) -> Controls:
    request = view.request
    controls: Controls = []
    waiting = sum(1 for asked in view.asked if asked.state is State.ASKED)
    free = min(AT_ONCE - waiting, len(view.matches))
    if free > 0:
        controls.append(
            Select(
                requests.id("choose", request.id, view.offset),
                _("Ask this person") if len(view.matches) == 1 else plural("Ask one of them", "Ask them: up to {count}", free),
                tuple(_choice(match) for match in view.matches),
                maximum=free,
            )
        )
    if not request.posted:
        style = Style.SECONDARY if view.matches else Style.PRIMARY
        controls.append(Button(_("Post to everyone"), requests.id("post", request.id), style))
    if view.offset:
        controls.append(Button(_("Previous"), requests.id("more", request.id, max(0, view.offset - PAGE))))
    if view.more:
        controls.append(Button(_("Keep looking"), requests.id("more", request.id, view.offset + len(view.matches))))
    if view.asked or request.posted:
        controls.append(Button(_("It is solved"), requests.id("solved", request.id)))
    controls.append(Button(_("Withdraw"), requests.id("withdraw", request.id), Style.DANGER, _("Withdraw this request?")))
    return controls


def _choice(match: Match) -> Choice:
    return Choice(str(match.member.id), shorten(match.member.name, CHOICE), _hint(match.reasons[0]) if match.reasons else "")


def _hint(reason: Text) -> Text:
    """Return a reason as short as a choice of a list has to be: what it quotes is cut, in every language alike."""
    over = longest(reason) - CHOICE
    if over <= 0:
        return reason
    cut = {name: shorten(value, len(value) - over) if isinstance(value, str) else value for name, value in reason.params.items()}
    return Text(reason.template, cut, reason.plural)


def _ended(view: Overview) -> Card:
    request = view.request
    match request.status:
        case Status.SOLVED if request.helper is not None:
            state = _("Solved, with {helper}.", helper=mention(request.helper))
        case Status.SOLVED:
            state = _("Solved.")
        case Status.WITHDRAWN:
            state = _("Withdrawn. You can ask again whenever you like.")
        case _:
            state = _("Closed. You can ask again whenever you like.")
    return Card(
        title=_("Your request"),
        body=(view.news or "", quoted(request.need), state),
        tone=Tone.GOOD if request.status is Status.SOLVED else Tone.NEUTRAL,
        controls=() if request.status is Status.SOLVED else (Button(_("Ask for help"), f"{RUN}ask"),),
    )


def accepted(request: HelpRequest, asked: Asked) -> Card:
    """Return the news that somebody can help, for whoever asked."""
    body: list[Content] = [
        quoted(request.need),
        _("I am opening a conversation between you two. A hello and your first question is all it takes."),
    ]
    if asked.recommended_by is not None:
        body.append(_("{recommender} thought of them.", recommender=mention(asked.recommended_by)))
    return Card(
        title=_("{helper} can help you", helper=mention(asked.helper)),
        body=tuple(body),
        tone=Tone.GOOD,
        controls=(Button(_("It is solved"), requests.id("solved", request.id)),),
    )


def ask_solved(request: HelpRequest, helpers: Sequence[Member]) -> Card:
    """Return the question that is asked once, some days after somebody accepted."""
    return Card(
        title=_("Is it solved?"),
        body=(
            quoted(request.need),
            _("{names} offered to help a few days ago.", names=names(helpers)) if helpers else "",
        ),
        controls=(
            Button(_("Solved"), requests.id("solved", request.id), Style.PRIMARY),
            Button(_("Not yet"), requests.id("unsolved", request.id)),
        ),
        note=_("I ask this once."),
    )


def not_yet(request: HelpRequest) -> Card:
    """Return the answer to *Not yet*."""
    return Card(
        body=(
            quoted(request.need),
            _("All right, it stays open. You can keep looking, or tell me later that it is solved."),
        ),
        controls=(
            Button(_("Keep looking"), requests.id("show", request.id)),
            Button(_("It is solved"), requests.id("solved", request.id)),
        ),
    )


def suggest_posting(request: HelpRequest) -> Card:
    """Return the one suggestion to whoever got no answer for some days."""
    return Card(
        title=_("No answer yet"),
        body=(
            quoted(request.need),
            _("Nobody could take this on so far; it happens. Posted to everyone, it reaches people I did not think of."),
        ),
        controls=(
            Button(_("Post to everyone"), requests.id("post", request.id), Style.PRIMARY),
            Button(_("Keep looking"), requests.id("show", request.id)),
            Button(_("It is solved"), requests.id("solved", request.id)),
            Button(_("Withdraw"), requests.id("withdraw", request.id), Style.DANGER, _("Withdraw this request?")),
        ),
    )


def solved_form(request: HelpRequest, helpers: Sequence[Member]) -> Form:
    """Return the form that closes a request: who helped, and a thank-you if they feel like it."""
    known = tuple(Choice(str(helper.id), shorten(helper.name, CHOICE)) for helper in helpers[:20])
    return Form(
        requests.id("close", request.id),
        _("It is solved"),
        (
            OneChoice(
                name="helper",
                label=_("Who helped you?"),
                choices=(
                    *known,
                    Choice(OTHER, _("Another member, named below")),
                    Choice(OUTSIDE, _("Nobody here: I found it elsewhere")),
                ),
                initial=known[0].value if len(known) == 1 else "",
            ),
            MemberField(name="person", label=_("Another member"), required=False),
            LongText(name="thanks", label=_("A word of thanks to them"), required=False, maximum=500),
            OneChoice(
                name="visibility",
                label=_("Who sees your thanks?"),
                required=False,
                choices=(Choice("private", _("Only the two of you")), Choice("public", _("Everyone, in the thanks channel"))),
                initial="private",
            ),
        ),
        _("Close it"),
    )


def solved(request: HelpRequest, *, thanked: bool, kept_private: bool) -> Card:
    """Return what whoever asked sees once their request is closed."""
    body: list[Content] = [quoted(request.need)]
    if request.helper is None:
        body.append(_("Good to know. The request is closed."))
    elif thanked:
        body.append(_("The request is closed, and {helper} has your thanks.", helper=mention(request.helper)))
    else:
        body.append(_("The request is closed, and {helper} knows that it helped.", helper=mention(request.helper)))
    if kept_private:
        body.append(_("There is no thanks channel here yet, so your thanks went to them alone."))
    return Card(title=_("Solved"), body=tuple(body), tone=Tone.GOOD)
