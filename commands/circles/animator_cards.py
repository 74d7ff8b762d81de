"""What animators see of circles: who is in each and how many answered, never what was said; what the engine proposes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _, plural
from bot.text import Listing, Text
from bot.ui import CHOICE, Button, Card, Choice, Fact, Form, Item, MemberField, OneChoice, Select, ShortText, Style, Tone, shorten
from commands.circles.feature import NAME, PANEL, circles
from commands.circles.forms import RHYTHMS
from commands.circles.wording import called, names, rhythm
from storage.circle import LARGEST, SMALLEST, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.paging import Page
    from bot.text import Content
    from storage.circle import Circle, CircleProposal, Week

PAGE: Final = 6
REASONS: Final = 3
SEEKERS, EVERYONE = "seekers", "everyone"


def panel_card(  # noqa: PLR0913 - everything there is of circles
    found: Sequence[Circle],
    weeks: Mapping[int, Week],
    seekers: int,
    page: Page,
    *,
    proposal: CircleProposal | None = None,
    news: Content = "",
) -> Card:
    """Return a page of the circles, with what can be done."""
    waiting = proposal is not None and proposal.ready
    return Card(
        title=_("Circles"),
        body=(
            news,
            plural("{count} member looks for a circle.", "{count} members look for a circle.", seekers),
            "" if found else _("There is no circle yet. The engine proposes some to those who look for one; you can form one too."),
        ),
        items=tuple(
            Item(_line(circle, weeks.get(circle.id)), Button(_("Look at it"), circles.id("one", circle.id)))
            for circle in found[:PAGE]
        ),
        controls=(
            *(
                (Button(_("Look at the proposal"), circles.id("preview", proposal.id), Style.PRIMARY),)
                if waiting and proposal is not None
                else (Button(_("Propose circles"), circles.id("propose"), Style.PRIMARY),)
            ),
            Button(_("Form one by hand"), circles.id("by_hand")),
            *page.buttons(lambda to: circles.id("panel", to)),
        ),
        note=_("You see who is in a circle and how many answered. What members tell each other is theirs."),
    )


def _line(circle: Circle, week: Week | None) -> Text:
    name, count = called(circle), len(circle.members)
    if circle.state is State.FORMING:
        return plural("“{name}”: {count} member, not begun yet", "“{name}”: {count} members, not begun yet", count, name=name)
    if count < SMALLEST:
        return plural("“{name}”: {count} member, small now", "“{name}”: {count} members, small now", count, name=name)
    if week is None:
        return plural("“{name}”: {count} member", "“{name}”: {count} members", count, name=name)
    return plural(
        "“{name}”: {count} member; {answered} of {asked} answered last time",
        "“{name}”: {count} members; {answered} of {asked} answered last time",
        count,
        name=name,
        answered=week.answered,
        asked=week.asked,
    )


def one_card(circle: Circle, week: Week | None, others: Sequence[Circle] = (), *, news: Content = "") -> Card:
    """Return one circle for the animators; `others` are those it could be one with."""
    return Card(
        title=called(circle),
        body=(news, _("This circle has ended.") if circle.state is State.CLOSED else ""),
        facts=(
            Fact(_("Members"), Text("{names}", {"names": names(circle.members)}) if circle.members else _("nobody yet")),
            *((Fact(_("Invited"), Text("{names}", {"names": names(circle.invited)})),) if circle.invited else ()),
            Fact(_("Rhythm"), rhythm(circle.rule)),
            *(
                (Fact(_("Answered last time"), _("{answered} of {asked}", answered=week.answered, asked=week.asked)),)
                if week is not None
                else ()
            ),
        ),
        controls=(
            *(
                (
                    *((Button(_("Invite somebody"), circles.id("add", circle.id)),) if circle.room_left > 0 else ()),
                    *(
                        (
                            Select(
                                circles.id("merge", circle.id),
                                _("Offer them to be one with…"),
                                tuple(Choice(str(other.id), shorten(other.name, CHOICE)) for other in others[:25]),
                            ),
                        )
                        if others
                        else ()
                    ),
                    Button(
                        _("Close the circle"),
                        circles.id("end", circle.id),
                        Style.DANGER,
                        confirm=_("It ends for its members, who are told. Their conversation stays theirs."),
                    ),
                )
                if circle.alive
                else ()
            ),
            Button(_("Circles"), PANEL),
        ),
    )


def by_hand_form() -> Form:
    """Return the form of a circle that animators form: its name, its rhythm, the first three who are invited."""
    return Form(
        circles.id("formed"),
        _("Form a circle"),
        (
            ShortText(name="name", label=_("What is it called?"), hint=_("For example: Monday makers"), maximum=NAME),
            OneChoice(
                name="rhythm",
                label=_("How often?"),
                choices=tuple(Choice(key, label) for key, label in RHYTHMS.items()),
                initial="1",
            ),
            MemberField(name="first", label=_("Whom to invite?")),
            MemberField(name="second", label=_("And whom?"), required=False),
            MemberField(name="third", label=_("And whom else?"), hint=_("Further ones with “Invite somebody”."), required=False),
        ),
        _("Invite them"),
    )


def add_form(circle: Circle) -> Form:
    """Return the form that asks whom animators invite to a circle."""
    return Form(
        circles.id("added", circle.id),
        _("Invite somebody"),
        (MemberField(name="member", label=_("Whom?"), hint=_("They are asked, and may say no without a word.")),),
        _("Invite"),
    )


def propose_form() -> Form:
    """Return the form that asks the engine for circles."""
    return Form(
        circles.id("proposed"),
        _("Propose circles"),
        (
            OneChoice(
                name="whom",
                label=_("Whom?"),
                choices=(
                    Choice(SEEKERS, _("Those who look for a circle")),
                    Choice(EVERYONE, _("Also those who have introduced themselves")),
                ),
                initial=SEEKERS,
            ),
            OneChoice(
                name="size",
                label=_("How many in each?"),
                choices=tuple(Choice(str(size), str(size)) for size in range(SMALLEST, LARGEST + 1)),
                initial="5",
            ),
        ),
        _("Propose"),
    )


def working_card() -> Card:
    """Return the answer to whoever asked the engine for circles."""
    return Card(body=_("I am at it: mixed trades, common hours, one language. You have my proposal in a minute."))


def preview_card(proposal: CircleProposal, found: Sequence[Circle], page: int = 0) -> Card:
    """Return the circles that the engine proposes, a page of them; nobody else has seen them."""
    if proposal.over or not found:
        return _nothing_card(proposal)
    last = max(0, (len(found) - 1) // PAGE)
    page = min(max(page, 0), last)
    return Card(
        title=plural("{count} circle to look at", "{count} circles to look at", len(found)),
        body=_("Nobody has seen them. Whoever is in one is invited, and may say no without a word; it begins with three."),
        items=tuple(
            Item(
                Text("{names}", {"names": Listing(tuple(shorten(one.name, 25) for one in circle.members[:LARGEST]))}),
                Button(_("Change"), circles.id("group", circle.id)),
            )
            for circle in found[page * PAGE : (page + 1) * PAGE]
        ),
        controls=(
            Button(_("Invite them all"), circles.id("send", proposal.id), Style.PRIMARY),
            Button(_("Mix again"), circles.id("mix", proposal.id)),
            *((Button(_("More"), circles.id("preview", proposal.id, page + 1 if page < last else 0)),) if last else ()),
            Button(_("Leave it"), circles.id("drop", proposal.id)),
        ),
    )


def _nothing_card(proposal: CircleProposal) -> Card:
    if proposal.over:
        return Card(body=_("This proposal is settled."), controls=(Button(_("Circles"), PANEL),))
    if not proposal.ready:
        return working_card()
    return Card(
        title=_("No circle for now"),
        body=_("There are too few who have a language and hours in common. It takes three."),
        controls=(Button(_("Leave it"), circles.id("drop", proposal.id)), Button(_("Circles"), PANEL)),
    )


def group_card(circle: Circle) -> Card:
    """Return one circle of a proposal, with what can be changed in it."""
    members = circle.members
    return Card(
        title=_("A circle of the proposal"),
        body=(
            Text("{names}", {"names": names(members)}),
            _("Why they: {reasons}.", reasons=Listing(circle.reasons[:REASONS])) if circle.reasons else "",
        ),
        controls=(
            *(
                (
                    Select(
                        circles.id("out", circle.id),
                        _("Take somebody out…"),
                        tuple(Choice(str(one.id), shorten(one.name, CHOICE)) for one in members),
                    ),
                )
                if len(members) > SMALLEST
                else ()
            ),
            Button(_("Without this circle"), circles.id("without", circle.id)),
            Button(_("All of them"), circles.id("preview", circle.proposal or 0, 0)),
        ),
    )


def sent_card(invited: int) -> Card:
    """Return what a proposal becomes once they are invited."""
    return Card(
        body=plural("{count} member is invited.", "{count} members are invited.", invited),
        tone=Tone.GOOD,
        controls=(Button(_("Circles"), PANEL),),
    )
