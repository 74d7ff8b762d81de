"""What whoever asks sees: who can help, how it goes, whether it is solved."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.context import mention
from bot.feature import RUN
from bot.i18n import _, longest, plural
from bot.skills.reasons import in_words
from bot.text import Content, Listing, Param, Text
from bot.ui import CHOICE, Button, Card, Choice, Item, Select, Style, Tone, shorten
from commands.requests.feature import requests
from storage.asked import State
from storage.requests import Further, Status, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from bot.skills.ranking import Match
    from storage.asked import Asked
    from storage.requests import HelpRequest

Controls: TypeAlias = "list[Button | Select]"

AT_ONCE: Final = 3
"""Helpers that wait for an answer at the same time: asking everybody is what the help channel is for."""

LONGEST: Final = dt.timedelta(days=7)
"""Nobody waits longer for somebody who works an hour a day."""

PAGE: Final = 5
"""Helpers shown at a time."""

HERE: Final = "here"
"""Ends the keys of buttons on this card that open a form or are elsewhere too: what follows takes the card's place."""

_QUOTE: Final = 10
"""Characters that remain at least of what a choice of a list quotes."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the card of a request shows to whoever asked. `offset` is how many helpers came before `matches`.

    `free` is how many more may be asked now.
    """

    request: HelpRequest
    asked: Sequence[Asked] = ()
    matches: Sequence[Match] = ()
    solved: Sequence[HelpRequest] = ()
    offset: int = 0
    more: bool = False
    news: Content = ""
    free: int = AT_ONCE

    @property
    def concerned(self) -> Sequence[Asked]:
        """Those who were asked or can help since it was asked, or last asked again."""
        return [one for one in self.asked if one.concerned(self.request.created_at)]

    @property
    def accepted(self) -> Sequence[Member]:
        """Those of them who can help."""
        return [one.helper for one in self.asked if one.accepted(self.request.created_at)]


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
        body=(view.news, quoted(request.need), *_progress(view), *map(_solved_line, view.solved), _lead(view)),
        items=tuple(Item(helper_line(match)) for match in view.matches),
        tone=Tone.GOOD if view.accepted else Tone.NEUTRAL,
        controls=tuple(_controls(view)),
        note=_plan(view),
    )


def free(request: HelpRequest, asked: Sequence[Asked], now: dt.datetime) -> int:
    """Return how many more may be asked now.

    A place is free again by time alone, or where somebody accepted, which is told anyway: one that a declined question left would
    tell of it. Questions from before it was asked again are no longer there.
    """
    since = max(request.created_at, now - LONGEST)
    return AT_ONCE - sum(1 for one in asked if one.state is not State.ACCEPTED and one.at is not None and one.at >= since)


def _plan(view: Overview) -> Text | str:
    """Return what happens by itself from here on."""
    request = view.request
    if not _begun(view):
        return _("Nobody is asked before you say so.")
    if view.accepted or Step.ANIMATOR in request.steps:
        return ""
    if request.further is Further.NOBODY:
        return _("Nobody else is asked unless you say so.")
    if request.posted:
        return _("Without an answer in 24 working hours, I ask two more people, then the animators hear of it.")
    if request.further is Further.EVERYONE:
        return _("Without an answer in 24 working hours, I ask the next two, then post it to everyone, then tell the animators.")
    return _("Without an answer in 24 working hours, I ask the next two, then the animators. It is posted only if you say so.")


def _begun(view: Overview) -> bool:
    return bool(view.concerned) or view.request.posted


def _progress(view: Overview) -> list[Text]:
    """Return what has happened so far. Who declined is not told: they stay among those asked."""
    others = [asked.helper for asked in view.concerned if asked.helper not in view.accepted]
    told: list[Text] = []
    if view.accepted:
        told.append(_("Can help: {names}.", names=names(view.accepted)))
    if others:
        told.append(_("Asked: {names}.", names=names(others)))
    if view.request.posted:
        told.append(_("Posted to everyone in the help channel."))
    if Step.ANIMATOR in view.request.steps:
        told.append(_("The animators know of it."))
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
    most = min(view.free, len(view.matches))
    if most > 0:
        controls.append(
            Select(
                requests.id("choose", request.id, view.offset),
                _("Ask this person") if len(view.matches) == 1 else plural("Ask one of them", "Ask them: up to {count}", most),
                tuple(_choice(match) for match in view.matches),
                maximum=most,
            )
        )
    if not request.posted:
        style = Style.SECONDARY if view.matches else Style.PRIMARY
        controls.append(Button(_("Post to everyone"), requests.id("post", request.id), style))
    if view.offset:
        controls.append(Button(_("Previous"), requests.id("more", request.id, max(0, view.offset - PAGE))))
    if view.more:
        controls.append(Button(_("Keep looking"), requests.id("more", request.id, view.offset + PAGE)))
    if _begun(view):
        controls.append(_further(request))
        controls.append(Button(_("It is solved"), requests.id("solved", request.id, HERE)))
    if Step.ANIMATOR not in request.steps and not view.matches:
        controls.append(Button(_("Ask the animators"), requests.id("animator", request.id)))
    controls.append(Button(_("Edit"), requests.id("edit", request.id)))
    controls.append(Button(_("Withdraw"), requests.id("withdraw", request.id), Style.DANGER, _("Withdraw this request?")))
    return controls


def _further(request: HelpRequest) -> Select:
    everyone = Choice(Further.EVERYONE, _("Ask the next two, then post it to everyone"))
    return Select(
        requests.id("further", request.id),
        _("If nobody answers…"),
        (
            Choice(Further.NEXT, _("Ask the next two, then the animators")),
            *(() if request.posted else (everyone,)),
            Choice(Further.NOBODY, _("Ask nobody else")),
        ),
    )


def _choice(match: Match) -> Choice:
    return Choice(str(match.member.id), shorten(match.member.name, CHOICE), _hint(match.reasons[0]) if match.reasons else "")


def _hint(reason: Text) -> Text:
    """Return a reason as short as a choice of a list has to be: what it quotes is cut, in every language alike."""
    cut = dict(reason.params)
    quotes = [(name, value) for name, value in cut.items() if isinstance(value, str)]
    for name, value in sorted(quotes, key=lambda quote: -len(quote[1])):
        over = longest(Text(reason.template, cut, reason.plural)) - CHOICE
        if over > 0:
            cut[name] = shorten(value, max(len(value) - over, _QUOTE))
    return Text(reason.template, cut, reason.plural)


def _ended(view: Overview) -> Card:
    request = view.request
    match request.status:
        case Status.SOLVED if request.helper is not None:
            state = _("Solved, with {helper}.", helper=mention(request.helper))
        case Status.SOLVED:
            state = _("Solved.")
        case Status.WITHDRAWN:
            state = _("Withdrawn. One click asks again whenever you like.")
        case _:
            state = _("Closed. One click asks again whenever you like.")
    return Card(
        title=_("Your request"),
        body=(view.news, quoted(request.need), state),
        tone=Tone.GOOD if request.status is Status.SOLVED else Tone.NEUTRAL,
        controls=()
        if request.status is Status.SOLVED
        else (
            Button(_("Ask again"), requests.id("again", request.id, HERE), Style.PRIMARY),
            Button(_("Ask something else"), f"{RUN}ask"),
        ),
    )
