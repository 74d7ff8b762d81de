"""What the home page of a member looks like, and the first message to animators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.feature import RUN
from bot.i18n import _, plural
from bot.text import Listing, Moment
from bot.ui import BUTTONS, ITEMS, Button, Card, Fact, Item, Style, Tone, shorten
from commands.menu.cards import NAME, PREFERENCES, SETUP, label, preferences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.feature import Command
    from bot.model import Member
    from storage.checkin import Sending
    from storage.circle import Week
    from storage.meeting import Meeting
    from storage.outcomes import Outcome
    from storage.profiles import Profile
    from storage.proposals import Proposal
    from storage.requests import HelpRequest

SHOWN: Final = 4
"""Open things of each kind on the home page."""
CHECKINS: Final = 2
"""Check-ins that wait for an answer on the home page."""
MEETINGS: Final = 2
"""Meetings under way on the home page."""
GAINS: Final = 2
"""Things on the home page of which somebody says that the member gained them."""
ATTENTION: Final = "animator attention"


def home_card(  # noqa: PLR0913 - everything of one member at a glance
    me: Member,
    profile: Profile | None,
    asked: Sequence[Proposal],
    needs: Sequence[HelpRequest],
    commands: Sequence[Command],
    *,
    meetings: Sequence[Meeting] = (),
    checkins: Sequence[Sending] = (),
    weeks: Sequence[Week] = (),
    gains: Sequence[Outcome] = (),
    rounds: Item | None = None,
    needing: int = 0,
    animators: Sequence[Command] = (),
) -> Card:
    """Return the home page of a member: their profile, whom they are meeting, what waits for them, and the menu.

    `needing` is how many need them as an animator.
    """
    told = profile is not None and profile.introduced_at is not None
    waiting = (
        *(
            (
                Item(
                    plural("As an animator: {count} waits for you.", "As an animator: {count} wait for you.", needing),
                    Button(_("Look at it"), f"{RUN}{ATTENTION}", Style.PRIMARY),
                ),
            )
            if needing
            else ()
        ),
        *(
            Item(
                _("Your circle asks how it is going, until {date}.", date=Moment(week.deadline)),
                Button(_("Answer"), f"circle:answer:{week.id}", Style.PRIMARY),
            )
            for week in weeks[:MEETINGS]
        ),
        *(
            Item(
                _(
                    "You are meeting {names}.",
                    names=Listing(tuple(shorten(one.name, 30) for one in meeting.others(me.id)) or (me.name,)),
                ),
                Button(_("How did it go?"), f"round:how:{meeting.id}"),
            )
            for meeting in meetings[:MEETINGS]
        ),
        *(
            Item(
                _("Those who run the community ask how you are. You choose who reads the answer."),
                Button(_("Answer"), f"checkin:answer:{sending.id}"),
            )
            for sending in checkins[:CHECKINS]
        ),
        *(
            Item(
                _("{name} would like to meet you.", name=proposal.proposer.name),
                Button(_("Answer"), f"proposal:show:{proposal.id}", Style.PRIMARY),
            )
            for proposal in asked[:SHOWN]
        ),
        *(
            Item(
                _("{name} says that it was of use to you.", name=shorten(gain.giver.name if gain.giver else "", 60)),
                Button(_("Answer"), f"value:look:{gain.id}", Style.PRIMARY),
            )
            for gain in gains[:GAINS]
        ),
        *(
            Item(
                _("You asked: “{need}”", need=shorten(request.need, 120)),
                Button(_("Look at it"), f"request:show:{request.id}"),
            )
            for request in needs[:SHOWN]
        ),
        *((rounds,) if rounds is not None else ()),
    )
    first = (Button(_("Introduce myself"), f"{RUN}intro", Style.PRIMARY),) if not told else ()
    after = (
        *preferences(commands),
        Button(_("Menu"), f"{RUN}{NAME}"),
        *((Button(_("For animators"), "menu:animator"),) if animators else ()),
    )
    passed_over = {PREFERENCES} if told else {PREFERENCES, "intro"}
    shown = [command for command in commands if command.name not in passed_over][: BUTTONS - len(first) - len(after)]
    return Card(
        title=_("Hello {name}", name=shorten(me.name, 80)),
        body=(
            _("What do you do, what do you offer? Two minutes, and I show you three members worth knowing.")
            if not told
            else plural("{count} thing is waiting for you.", "{count} things are waiting for you.", len(asked))
            if asked
            else _("Nothing is waiting for you."),
        ),
        facts=(
            (
                Fact(_("What I do"), profile.introduction.does),
                Fact(_("I offer"), profile.introduction.offers),
                *((Fact(_("I seek"), profile.introduction.seeks),) if profile.introduction.seeks else ()),
            )
            if profile is not None and told
            else ()
        ),
        items=waiting[:ITEMS],
        controls=(*first, *(Button(label(command, told=told), command.action) for command in shown), *after),
    )


def stranger_card(community: str) -> Card:
    """Return the home page of somebody who left: looking at it is not coming back."""
    return Card(
        title=_("You have left {community}", community=community),
        body=_(
            "I keep nothing about you but what it takes to leave you in peace, and I write you nothing. Looking at this page "
            "changes nothing."
        ),
        controls=(Button(_("Start again"), f"{RUN}{NAME}", Style.PRIMARY),),
    )


def arrival_card(workspace: str) -> Card:
    """Return the first message to the animators of a workspace where nothing is set up."""
    return Card(
        title=_("I have arrived in {workspace}", workspace=shorten(workspace, 80)) if workspace else _("I have arrived"),
        body=_("Choose where introductions and requests appear, the language and the time zone: two minutes, and I am ready."),
        tone=Tone.GOOD,
        controls=(Button(_("Set up"), f"{RUN}{SETUP}", Style.PRIMARY), Button(_("Menu"), f"{RUN}{NAME}")),
    )
