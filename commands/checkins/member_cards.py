"""What a member sees: the question, what follows, and all of their check-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.i18n import _, plural
from bot.private import SHUT
from bot.text import Content, Moment, Param, Text
from bot.ui import (
    Button,
    Card,
    Fact,
    Item,
    Style,
    Tone,
)
from commands.checkins.feature import MINE, checkins
from commands.checkins.wording import (
    exchange,
    names,
    opening_of,
    reads_in_words,
    threshold,
    title_of,
    words_of,
)
from storage.checkin import Campaign, Question, Reads
from storage.checkin_answers import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from storage.checkin import Sending


def asked(campaign: Campaign, animators: Sequence[Member], key: str, why: Text | None = None, *, test: bool = False) -> Card:
    """Return the question to a member; `key` is a sending's, or of the campaign where it is a `test`."""
    questions = campaign.questions
    return Card(
        title=title_of(campaign),
        body=(
            _(
                "You choose who reads your answer: {names}; one member you pick; or nobody, and it only counts in totals.",
                names=names(animators, "or"),
            ),
            opening_of(campaign),
            Text("\n".join(f"**{number}.** {{q{number}}}" for number in range(1, len(questions) + 1)), _numbered(questions))
            if questions
            else "",
            _("This is a test: only you see it, and nothing of it is kept.") if test else "",
        ),
        controls=(
            Button(_("Answer"), checkins.id("try" if test else "answer", key), Style.PRIMARY),
            *(
                ()
                if test
                else (
                    Button(_("Not this time"), checkins.id("decline", key)),
                    Button(
                        _("No more check-ins"), checkins.id("stop"), confirm=_("No more questions of this kind? You can undo it.")
                    ),
                )
            ),
        ),
        note=Text("{why} {low}", {"why": why or "", "low": threshold(questions) or ""}) if why or threshold(questions) else "",
    )


def _numbered(questions: Sequence[Question]) -> dict[str, Param]:
    return {f"q{number}": words_of(question) for number, question in enumerate(questions, 1)}


def go_on(key: str, reads: Reads, readers: Sequence[Member], questions: int) -> Card:
    """Return the step between who reads and the questions."""
    return Card(
        body=(
            _("Who reads it: {names}", names=reads_in_words(reads, readers)),
            plural("{count} question, and you are done.", "{count} questions, and you are done.", questions),
        ),
        controls=(Button(_("To the questions"), checkins.id("go", key), Style.PRIMARY),),
    )


# ---------------------------------------------------------------- what follows


def thanks(reads: Reads, readers: Sequence[Member], *, call: bool, answer: int | None) -> Card:
    """Return the answer to whoever answered."""
    if reads is Reads.TOTALS:
        said: tuple[Content, ...] = (
            _("Counted in totals. I kept neither who you are with it nor any words, so it cannot be shown again or taken back."),
        )
    else:
        said = (
            _("It can be read by {names}, and nobody else. An answer to you comes here.", names=names(readers)),
            _("They know now that you would like a call.") if call else "",
        )
    return Card(
        title=_("Thank you"),
        body=said,
        tone=Tone.GOOD,
        controls=(Button(_("What I said"), checkins.id("said", answer)),) if answer is not None else (),
    )


def closed(campaign: Campaign) -> Card:
    """Return what the question becomes once a member is done with it, one way or the other."""
    return Card(
        title=title_of(campaign),
        body=_("Done, thank you."),
        controls=(Button(_("My check-ins"), MINE),),
    )


def declined() -> Card:
    """Return the answer to whoever would rather not this time."""
    return Card(body=_("Fine. Nobody is told, and nothing follows."))


def over() -> Card:
    """Return the answer where a check-in takes no answers any more."""
    return Card(body=_("This check-in is over. If something matters now, write to whoever you like: it is never too late."))


def tried() -> Card:
    """Return the answer to an animator who filled the form of a test."""
    return Card(
        title=_("That is what they see"),
        body=_("The form works. It was a test, so nothing of it is kept or counted."),
        tone=Tone.GOOD,
    )


def stopped() -> Card:
    """Return the answer to whoever wants no check-ins any more."""
    return Card(
        title=_("No more check-ins"),
        body=_("Understood. Those who run the community see that you prefer none, not why."),
        controls=(Button(_("Ask me again"), checkins.id("resume")),),
    )


def resumed() -> Card:
    """Return the answer to whoever wants check-ins again."""
    return Card(
        title=_("Good to have you back"), body=_("You are asked again, within the number of messages you chose."), tone=Tone.GOOD
    )


# ---------------------------------------------------------------- all of mine


def mine(
    waiting: Sequence[tuple[Sending, Campaign]], given: Sequence[tuple[Answer, Campaign]], reads: Reads, *, stopped: bool
) -> Card:
    """Return what a member was asked and said."""
    usual = {
        Reads.ANIMATORS: _("Those who run the community"),
        Reads.PEER: _("One member, picked each time"),
        Reads.TOTALS: _("Nobody: only in totals"),
    }
    return Card(
        title=_("Check-ins"),
        body=(
            _("Now and then, those who run the community ask how you are. You say each time who reads the answer."),
            _("You are not asked at the moment, as you wished.") if stopped else "",
            "" if waiting or given else _("Nothing waits for you."),
        ),
        facts=(Fact(_("Unless I say otherwise, it is read by"), usual[reads]),),
        items=(
            *(
                Item(
                    _("**{title}** waits for an answer, if you like", title=title_of(campaign)),
                    Button(_("Answer"), checkins.id("answer", sending.id), Style.PRIMARY),
                )
                for sending, campaign in waiting[:3]
            ),
            *(
                Item(
                    _(
                        "**{title}**, {date}: read by {names}",
                        title=title_of(campaign),
                        date=Moment(answer.given_at, "date"),
                        names=reads_in_words(answer.reads, answer.readers),
                    ),
                    Button(_("What I said"), checkins.id("said", answer.id)),
                )
                for answer, campaign in given[:5]
            ),
        ),
        controls=(
            Button(_("Who reads, usually"), checkins.id("usual")),
            Button(_("Ask me again"), checkins.id("resume"), Style.PRIMARY)
            if stopped
            else Button(_("No more check-ins"), checkins.id("stop")),
        ),
        note=_("Answers that only count in totals are not listed: I do not know which are yours."),
    )


def said(answer: Answer, campaign: Campaign) -> Card:
    """Return what a member said, to themselves."""
    return Card(
        title=title_of(campaign),
        body=(
            *(exchange(campaign.questions, answer.said) if answer.said is not None else (SHUT,)),
            _("You would like a call.") if answer.said is not None and answer.said.call else "",
        ),
        controls=(
            Button(
                _("Take it back"),
                checkins.id("back", answer.id),
                confirm=_("Whoever reads it then sees nothing of it any more. Take it back?"),
            ),
            Button(_("My check-ins"), MINE),
        ),
        note=_("Read by {names}.", names=reads_in_words(answer.reads, answer.readers)),
    )


def taken_back() -> Card:
    """Return the answer to whoever took an answer back."""
    return Card(body=_("Taken back: nobody can read it any more. What was read before cannot be unread."))
