"""What members see of circles as such: theirs, those that have room, invitations, and wishes to come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.feature import RUN
from bot.i18n import _
from bot.text import Day, Listing, Moment, Text
from bot.ui import Button, Card, Fact, Item, Style, Tone, shorten
from commands.circles.feature import CIRCLE, COMMITMENT, circles
from commands.circles.wording import called, named, names, rhythm
from storage.circle import SMALLEST, Part, Stage, State

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from bot.model import Member
    from bot.text import Content
    from storage.circle import Circle, Said, Week

SHOWN: Final = 3
FOUND: Final = 5
REASONS: Final = 3


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
    others: Sequence[Circle] = (),
    invitations: Sequence[Circle] = (),
    news: Content = "",
) -> Card:
    """Return one's own circle; `others` are further ones one is in."""
    peer = circle.peer(me.id)
    answer = week.answer(me.id) if week is not None and week.stage is Stage.ASKED else None
    resting = peer.snoozed_until if peer is not None else None
    waiting = [one.member for one in circle.peers if one.part is Part.INVITED]
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
            *map(_invitation_line, invitations[:SHOWN]),
            *(
                Item(Text("{name}", {"name": called(other)}), Button(_("Look at it"), circles.id("show", other.id)))
                for other in others[:SHOWN]
            ),
        ),
        controls=_controls(circle, me, week, resting=resting is not None),
    )


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


# ---------------------------------------------------------------- coming in


def invitation_card(circle: Circle, by: Member | None) -> Card:
    """Return an invitation; `by` is None where the animators had the idea."""
    title = _("{name} invites you to a circle", name=named(by)) if by is not None else _("A circle for you?")
    return Card(
        title=title,
        body=(
            _("“{name}”, {rhythm}.", name=called(circle), rhythm=rhythm(circle.rule)),
            _(
                "Three to eight peers tell each other, in a few lines, what they did, what comes next and where they need a hand. "
                "Only the circle reads it."
            ),
            _("Why you: {reasons}.", reasons=Listing(circle.reasons[:REASONS])) if circle.reasons else "",
        ),
        facts=(
            *((Fact(_("Members"), Text("{names}", {"names": names(circle.members)})),) if circle.members else ()),
            *((Fact(_("Invited"), Text("{names}", {"names": names(circle.invited)})),) if circle.invited else ()),
        ),
        controls=(
            Button(_("Come in"), circles.id("come", circle.id), Style.PRIMARY),
            Button(_("Rather not"), circles.id("decline", circle.id)),
        ),
        note=_("Saying no is silent. You can leave at any time with one click."),
    )


def in_card(circle: Circle, coming: dt.datetime | None) -> Card:
    """Return the answer to whoever came in."""
    running = circle.state is State.RUNNING
    return Card(
        title=_("You are in “{name}”", name=called(circle)),
        body=(
            _("With you: {names}.", names=names(circle.members)) if running else "",
            _("Your first questions: {date}.", date=Moment(coming)) if running and coming else "",
            _("It begins with three of you. I write to you as soon as you are.") if not running else "",
        ),
        tone=Tone.GOOD,
        controls=(Button(_("My circle"), circles.id("show", circle.id)),),
    )


def declined_card() -> Card:
    """Return the answer to whoever would rather not."""
    return Card(body=_("All right. Nobody is told."), controls=(Button(_("Circles"), CIRCLE),))


def invited_card(member: Member, *, later: bool) -> Card:
    """Return the answer to whoever invited somebody; `later`: they were written to often enough this week."""
    if later:
        return Card(
            body=_("{name} finds your invitation under “circle”: they had enough messages this week.", name=named(member)),
            tone=Tone.GOOD,
        )
    return Card(body=_("{name} is asked, in their own hours.", name=named(member)), tone=Tone.GOOD)


def asking_card(circle: Circle, member: Member, does: str = "") -> Card:
    """Ask the members of a circle whether somebody may come in."""
    return Card(
        title=_("{name} would like to be in your circle", name=named(member)),
        body=(
            shorten(does, 200),
            _("“{name}”: they would read what you write from then on.", name=called(circle)),
        ),
        controls=(
            Button(_("Welcome"), circles.id("welcome", circle.id, member.id), Style.PRIMARY),
            Button(_("Not now"), circles.id("not_now", circle.id, member.id)),
        ),
        note=_("The first answer of one of you counts. “Not now” is told kindly, without a name."),
    )


def asked_card(circle: Circle) -> Card:
    """Return the answer to whoever asked to come in."""
    return Card(body=_("I asked the members of “{name}”. You hear from me.", name=called(circle)), tone=Tone.GOOD)


def settled_card(circle: Circle, member: Member, *, welcome: bool) -> Card:
    """Return what the wish of somebody becomes once it is answered."""
    if welcome:
        return Card(body=_("{name} is in “{circle}”.", name=named(member), circle=called(circle)), tone=Tone.GOOD)
    return Card(body=_("“{name}” stays as it is for now.", name=called(circle)))


def not_now_card(circle: Circle) -> Card:
    """Return what somebody reads whose wish was not met."""
    return Card(
        body=_("“{name}” stays as it is for now. Another circle may be just right.", name=called(circle)),
        controls=(Button(_("Find me a circle"), circles.id("seek"), Style.PRIMARY), Button(_("Circles"), CIRCLE)),
    )


def seeking_card() -> Card:
    """Return the answer to whoever looks for a circle."""
    return Card(
        title=_("I keep an eye out"),
        body=_(
            "You are invited as soon as there is a circle for you: one that has room, an open door and your language, "
            "or one that is put together with other trades and hours like yours."
        ),
        tone=Tone.GOOD,
        controls=(Button(_("No longer look for one"), circles.id("seek_no_more")), Button(_("Circles"), CIRCLE)),
    )


def opening_card(circle: Circle, members: Sequence[Member], coming: dt.datetime | None, gone: Sequence[Member] = ()) -> Card:
    """Return the first message of a circle's conversation."""
    return Card(
        title=called(circle),
        body=(
            _("{names}: this is your circle’s conversation.", names=names(members)),
            _("{names}: no longer in it.", names=names(gone)) if gone else "",
            _(
                "I ask each of you privately, {rhythm}; your answers appear here together: when all are in, or three working days "
                "later. Nobody else reads them.",
                rhythm=rhythm(circle.rule),
            ),
            _("The next questions: {date}.", date=Moment(coming)) if coming else "",
        ),
        controls=(Button(_("My circle"), circles.id("show", circle.id)),),
        note=_("Missing a week is nobody’s fault."),
    )


def joins_card(member: Member) -> Card:
    """Return what the others read in their conversation when somebody comes in."""
    return Card(body=_("{name} is with you from the next questions on.", name=named(member)), tone=Tone.GOOD)


def changed_card(circle: Circle, by: Member) -> Card:
    """Return what the others read in their conversation when the name or the rhythm changed."""
    return Card(
        body=_("{name} changed it: “{circle}”, {rhythm}.", name=named(by), circle=called(circle), rhythm=rhythm(circle.rule))
    )


# ---------------------------------------------------------------- going


def left_card(circle: Circle, *, words: bool) -> Card:
    """Return the answer to whoever left a circle; `words`: some of theirs are in its conversation."""
    return Card(
        body=(
            _("You are no longer in “{name}”.", name=called(circle)),
            _("What you wrote stays where it is, unless you take it back.") if words else "",
        ),
        controls=(
            *(
                (
                    Button(
                        _("Take my words back"),
                        circles.id("forget", circle.id),
                        confirm=_("What you answered disappears from the conversation and from what I keep."),
                    ),
                )
                if words
                else ()
            ),
            Button(_("Circles"), CIRCLE),
        ),
    )


def forgotten_card() -> Card:
    """Return the answer to whoever took their words back."""
    return Card(body=_("Your words are taken back."), tone=Tone.GOOD, controls=(Button(_("Circles"), CIRCLE),))


def snoozed_card(circle: Circle, until: dt.date) -> Card:
    """Return the answer to whoever rests."""
    return Card(
        body=_("“{name}” asks you nothing before {day}. You still read the others.", name=called(circle), day=Day(until)),
        tone=Tone.GOOD,
        controls=(Button(_("I’m back"), circles.id("back", circle.id)),),
    )


def closed_card(circle: Circle) -> Card:
    """Return what its members read when a circle ends."""
    return Card(
        title=_("“{name}” has ended", name=called(circle)),
        body=_("Your conversation stays yours. Another circle is one click away."),
        controls=(Button(_("Find me a circle"), circles.id("seek"), Style.PRIMARY), Button(_("Circles"), CIRCLE)),
    )


def lone_card(circle: Circle) -> Card:
    """Return what those read whose circle did not find three in time."""
    return Card(
        title=_("“{name}” did not find three", name=called(circle)),
        body=_("I keep an eye out: as soon as there is a circle for you, you are invited."),
        controls=(Button(_("No longer look for one"), circles.id("seek_no_more")), Button(_("Circles"), CIRCLE)),
    )
