"""What the members of a circle see of a week: the questions, the one nudge, what they answered, all answers together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _
from bot.text import Content, Day, Moment, Text
from bot.ui import Button, Card, Fact, Item, Style, Tone, shorten
from commands.circles.feature import CIRCLE, COMMITMENT, HAND, circles
from commands.circles.wording import called, named

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from storage.circle import Circle, Told, Week

ROOM: Final = 3200
"""Characters of answers on one card."""
FRAME: Final = 160
"""Characters around somebody's answer: their name, and what comes before each of its parts."""
PER_CARD: Final = 8
PAST: Final = 6
"""Commitments shown of a member."""


def question_card(circle: Circle, week: Week, answer: Told) -> Card:
    """Return the three questions, asked privately, with the commitment word for word."""
    return Card(
        title=_("How is it going?"),
        body=(
            _(
                "“{name}”: what happened with your commitment, what is the next one, where do you need a hand? "
                "Two lines are plenty.",
                name=called(circle),
            )
            if answer.before
            else _(
                "“{name}”: what are you at, what will you do until next time, where do you need a hand? Two lines are plenty.",
                name=called(circle),
            ),
        ),
        facts=((Fact(_("Your commitment"), shorten(answer.before, COMMITMENT)),) if answer.before else ()),
        controls=_to_answer(week),
        note=_("Your answers appear together in your circle: when all are in, or on {date}.", date=Moment(week.deadline)),
    )


def _to_answer(week: Week) -> tuple[Button, ...]:
    return (
        Button(_("Answer"), circles.id("answer", week.id), Style.PRIMARY),
        Button(_("Skip this one"), circles.id("skip", week.id)),
        Button(_("Rest until…"), circles.id("snooze", week.circle_id)),
    )


def nudge_card(circle: Circle, week: Week, answered: int) -> Card:
    """Return the one nudge; `answered` have."""
    return Card(
        body=(
            _(
                "“{name}” reads each other on {date}. There is still time for a line, and none is needed.",
                name=called(circle),
                date=Moment(week.deadline),
            ),
            _("Others have answered already.") if answered else "",
        ),
        controls=_to_answer(week),
        note=_("I do not ask again."),
    )


def answered_card(circle: Circle, week: Week, answer: Told, *, shown: bool, late: bool = False) -> Card:
    """Return the answer to whoever answered; `shown`: all were in; `late`: the others' answers were there already."""
    if late:
        said = _("Noted: your circle reads it now.")
    elif shown:
        said = _("Noted. All answers are in: they are in your conversation.")
    else:
        said = _("Noted. Your circle reads it when all are in, or on {date}.", date=Moment(week.deadline))
    return Card(
        title=called(circle),
        body=said,
        facts=(
            *((Fact(_("Your commitment"), shorten(answer.ahead, COMMITMENT)),) if answer.ahead else ()),
            *((Fact(_("A hand needed"), shorten(answer.hand, HAND)),) if answer.hand else ()),
        ),
        controls=(
            *((Button(_("Make it a request"), circles.id("hand", week.id), Style.PRIMARY),) if answer.hand else ()),
            *(
                (Button(_("I kept my commitment"), circles.id("held", week.id)),)
                if answer.before and answer.before != answer.ahead and not answer.kept
                else ()
            ),
            Button(_("Change my answer"), circles.id("answer", week.id)),
        ),
        note=_("Kept, for you alone: “{words}”", words=shorten(answer.before, COMMITMENT)) if answer.kept else "",
        tone=Tone.GOOD,
    )


def told_card(circle: Circle, week: Week) -> Card:
    """Return what the questions become once they are answered."""
    return Card(
        body=_("“{name}”: you answered.", name=called(circle)),
        controls=(Button(_("Change my answer"), circles.id("answer", week.id)),),
    )


def skipped_card(circle: Circle, week: Week) -> Card:
    """Return what the questions become for whoever skips."""
    return Card(
        body=_("“{name}”: not this time. You still read the others.", name=called(circle)),
        controls=(Button(_("I’ll answer after all"), circles.id("answer", week.id)),),
    )


def over_card(circle: Circle, coming: dt.datetime | None) -> Card:
    """Return the answer to whoever acts on a week that is over."""
    return Card(
        body=(
            _("“{name}”: these questions are over.", name=called(circle)),
            _("The next ones: {date}.", date=Moment(coming)) if coming else "",
        ),
        controls=(Button(_("My circle"), circles.id("show", circle.id)),),
    )


# ---------------------------------------------------------------- together


def page_card(circle: Circle, week: Week, answers: Sequence[Told], *, late: bool = False) -> Card:
    """Return answers of a week, as its circle reads them; `late`: they came after the others."""
    some = answers[:PER_CARD]
    title = (
        _("{name}: {day}, a little later", name=called(circle), day=Day(week.date))
        if late
        else _("{name}: {day}", name=called(circle), day=Day(week.date))
    )
    room = (ROOM - FRAME * len(some)) // max(len(some), 1)
    return Card(
        title=title,
        items=tuple(Item(_answer(each, max(room, 60))) for each in some),
        body="" if some else _("What was here was taken back."),
    )


def _answer(answer: Told, room: int) -> Content:
    """Return what somebody said, in at most so many characters beside its frame."""
    parts = {"happened": answer.happened, "ahead": answer.ahead, "hand": answer.hand}
    total = sum(map(len, parts.values()))
    if total > room:
        parts = {name: shorten(words, max(20, room * len(words) // total)) for name, words in parts.items()}
    name, happened, ahead, hand = named(answer.member), parts["happened"], parts["ahead"], parts["hand"]
    if ahead and hand:
        return _(
            "**{name}** {happened}\nNext: {ahead}\nA hand needed: {hand}", name=name, happened=happened, ahead=ahead, hand=hand
        )
    if ahead:
        return _("**{name}** {happened}\nNext: {ahead}", name=name, happened=happened, ahead=ahead)
    if hand:
        return _("**{name}** {happened}\nA hand needed: {hand}", name=name, happened=happened, hand=hand)
    return _("**{name}** {happened}", name=name, happened=happened)


def pages(answers: Sequence[Told]) -> list[list[Told]]:
    """Deal answers to cards, so that nothing of them is cut."""
    dealt: list[list[Told]] = []
    left = 0
    for answer in answers:
        size = len(answer.happened) + len(answer.ahead) + len(answer.hand) + FRAME
        if not dealt or size > left or len(dealt[-1]) == PER_CARD:
            dealt.append([])
            left = ROOM
        dealt[-1].append(answer)
        left -= size
    return dealt


# ---------------------------------------------------------------- one's own


def commitments_card(circle: Circle, past: Sequence[tuple[dt.date, str, str, bool]], now: str) -> Card:
    """Return what somebody committed themselves to in a circle, for them alone; `now` is what is open."""
    return Card(
        title=_("My commitments in “{name}”", name=called(circle)),
        body=_("For you alone.") if past or now else _("None so far."),
        facts=((Fact(_("Now"), shorten(now, COMMITMENT)),) if now else ()),
        items=tuple(
            Item(_("{day}: “{words}” Kept.", day=Day(date), words=shorten(words, COMMITMENT)))
            if kept
            else Item(
                Text(
                    "{day}: “{words}” {happened}",
                    {"day": Day(date), "words": shorten(words, COMMITMENT), "happened": shorten(happened, 120)},
                )
            )
            for date, words, happened, kept in past[:PAST]
        ),
        controls=(Button(_("My circle"), circles.id("show", circle.id)),),
    )


def no_commitment_card() -> Card:
    """Return the answer to whoever kept a commitment that is no longer there."""
    return Card(body=_("This commitment is no longer here."), controls=(Button(_("Circles"), CIRCLE),))
