"""What members see of circles as such: theirs, and those that have room or invited them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.feature import RUN
from bot.i18n import _
from bot.text import Day, Listing, Moment, Text
from bot.ui import Button, Card, Fact, Item, Style, shorten
from commands.circles.feature import COMMITMENT, circles
from commands.circles.wording import called, named, names, rhythm
from storage.circle import SMALLEST, Part, Stage, State

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from bot.model import Member
    from bot.text import Content
    from storage.circle import Circle, Said, Week

SHOWN: Final = 3
WISHES: Final = 2
FOUND: Final = 5


def none_card(invitations: Sequence[Circle], open_circles: Sequence[Circle], *, seeking: bool, introduced: bool = True) -> Card:
    """Return what whoever is in no circle sees: what a circle is, where there is room, how to have one."""
    return Card(
        title=_("Circles"),
        body=(
            _(
                "A circle is three to eight peers. Once a week I ask each of you, privately: what happened with your commitment, "
                "what is the next one, where do you need a hand. Your answers appear together, for your circle only."
            ),
            _("Missing a week is nobody’s fault. Nothing is counted, and one click lets you rest or leave."),
            _("You look for a circle: I tell you as soon as there is one for you.") if seeking else "",
        ),
        items=(*map(_invitation_line, invitations[:SHOWN]), *map(_open_line, open_circles[:FOUND])),
        controls=(
            Button(_("No longer look for one"), circles.id("seek_no_more"))
            if seeking
            else Button(_("Find me a circle"), circles.id("seek"), Style.PRIMARY),
            Button(_("Start a circle"), circles.id("new")),
            *((Button(_("Introduce myself"), f"{RUN}intro"),) if not introduced else ()),
        ),
        note=_("The animators see who is in a circle and how many answered, never what was said."),
    )


def _invitation_line(circle: Circle) -> Item:
    said = _("You are invited to “{name}”: {names}.", name=called(circle), names=_who(circle))
    return Item(said, Button(_("Look at it"), circles.id("invitation", circle.id), Style.PRIMARY))


def _who(circle: Circle) -> Listing | Text:
    members = circle.members or circle.invited
    return Listing(tuple(shorten(one.name, 30) for one in members[:8])) if members else _("nobody yet")


def _open_line(circle: Circle) -> Item:
    said = _("“{name}”, {rhythm}: {names}.", name=called(circle), rhythm=rhythm(circle.rule), names=_who(circle))
    if circle.open:
        return Item(said, Button(_("Come in"), circles.id("come", circle.id)))
    return Item(said, Button(_("Ask to come in"), circles.id("ask", circle.id)))


def circle_card(  # noqa: PLR0913 - everything of one circle at a glance
    circle: Circle,
    me: Member,
    week: Week | None,
    coming: dt.datetime | None,
    *,
    today: dt.date,
    others: Sequence[Circle] = (),
    invitations: Sequence[Circle] = (),
    news: Content = "",
) -> Card:
    """Return one's own circle; `others` are further ones one is in."""
    peer = circle.peer(me.id)
    answer = week.answer(me.id) if week is not None and week.stage is Stage.ASKED else None
    until = peer.snoozed_until if peer is not None else None
    resting = until if until is not None and until > today else None
    waiting = [one.member for one in circle.peers if one.part is Part.INVITED]
    asking = [one.member for one in circle.peers if one.part is Part.ASKING and not one.member.left]
    commitment = shorten(peer.commitment, COMMITMENT) if peer is not None else ""
    return Card(
        title=called(circle),
        body=(
            news,
            _(
                "It begins with three of you. {count} so far: invite somebody, or wait until somebody comes.",
                count=len(circle.members),
            )
            if circle.state is State.FORMING
            else "",
            _("You rest until {day}; then you are asked again by yourself.", day=Day(resting)) if resting else "",
            _standing(answer.said if answer is not None else None, week),
        ),
        facts=(
            Fact(_("Members"), Text("{names}", {"names": _who(circle)})),
            *((Fact(_("Invited"), Text("{names}", {"names": names(waiting)})),) if waiting else ()),
            Fact(_("Rhythm"), rhythm(circle.rule)),
            *((Fact(_("Next questions"), Text("{date}", {"date": Moment(coming)})),) if coming else ()),
            *((Fact(_("Your commitment"), commitment),) if commitment else ()),
        ),
        items=(
            *(_wish_line(circle, one) for one in asking[:WISHES]),
            *map(_invitation_line, invitations[:SHOWN]),
            *(
                Item(Text("{name}", {"name": called(other)}), Button(_("Look at it"), circles.id("show", other.id)))
                for other in others[:SHOWN]
            ),
        ),
        controls=_controls(circle, me, week, resting=resting is not None),
    )


def _wish_line(circle: Circle, member: Member) -> Item:
    said = _("{name} would like to be in your circle", name=named(member))
    return Item(said, Button(_("Look at it"), circles.id("wish", circle.id, member.id), Style.PRIMARY))


def _standing(said: Said | None, week: Week | None) -> Content:
    if said is None or week is None:
        return ""
    match said.value:
        case "asked":
            return _("Three questions wait for you, until {date}.", date=Moment(week.deadline))
        case "answered":
            return _("You answered. The answers appear together: when all are in, or on {date}.", date=Moment(week.deadline))
        case "skipped":
            return _("You skip this one.")
        case _:
            return ""


def _controls(circle: Circle, me: Member, week: Week | None, *, resting: bool) -> tuple[Button, ...]:
    answer = week.answer(me.id) if week is not None and week.stage is Stage.ASKED else None
    said = answer.said.value if answer is not None else ""
    asked: tuple[Button, ...] = ()
    if week is not None and said in ("asked", "skipped", "resting"):
        asked = (Button(_("Answer"), circles.id("answer", week.id), Style.PRIMARY),)
        if said == "asked":
            asked = (*asked, Button(_("Skip this one"), circles.id("skip", week.id)))
    elif week is not None and said == "answered":
        asked = (Button(_("Change my answer"), circles.id("answer", week.id)),)
    alone = len(circle.members) < SMALLEST
    return (
        *asked,
        *((Button(_("Invite somebody"), circles.id("invite", circle.id)),) if circle.room_left > 0 else ()),
        *((Button(_("My commitments"), circles.id("commitments", circle.id)),) if circle.weeks else ()),
        Button(_("I’m back"), circles.id("back", circle.id))
        if resting
        else Button(_("Rest until…"), circles.id("snooze", circle.id)),
        Button(_("Name and rhythm"), circles.id("settings", circle.id)),
        *((Button(_("Reopen our conversation"), circles.id("room", circle.id)),) if circle.room and not asked else ()),
        Button(_("Other circles"), circles.id("all")),
        Button(
            _("Leave the circle"),
            circles.id("leave", circle.id),
            confirm=_("You are asked no more, and what you have not shown yet stays with you. Nobody is told why."),
        ),
        *(
            (
                Button(
                    _("Close the circle"),
                    circles.id("close", circle.id),
                    Style.DANGER,
                    confirm=_("It ends for all of you. What was said stays in your conversation."),
                ),
            )
            if circle.first == me.id or (alone and circle.state is State.RUNNING)
            else ()
        ),
    )
