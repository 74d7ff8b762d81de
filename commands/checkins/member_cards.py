"""What a member sees: the question, the forms, what follows, and all of their check-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _, plural
from bot.private import SHUT
from bot.text import Content, Listing, Moment, Param, Text
from bot.ui import (
    FIELD_LABEL,
    FIELDS,
    HINT,
    Button,
    Card,
    Choice,
    Fact,
    Form,
    Item,
    LongText,
    MemberField,
    OneChoice,
    SeveralChoices,
    Style,
    Tone,
    shorten,
)
from commands.checkins.feature import MINE, WORDS, checkins
from commands.checkins.wording import (
    choices_of,
    exchange,
    names,
    opening_of,
    reads_in_words,
    threshold,
    title_of,
    words_of,
)
from storage.checkin import Campaign, Kind, Question, Reads
from storage.checkin_answers import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from bot.ui import Field
    from storage.checkin import Sending

CALL: Final = "call"
"""What the form calls the animators who read it, where a call is wished for."""
TOGETHER: Final = 3
"""Questions that fit a form besides those of who reads."""
IN_A_CHOICE: Final = 2
"""Animators whose names fit a choice; more are told by their number, and by name in the question."""


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


# ---------------------------------------------------------------- forms


def reads_fields(animators: Sequence[Member], usual: Reads) -> tuple[Field, ...]:
    """Return the fields in which a member says who reads."""
    who = (
        Listing(tuple(shorten(one.name, 20) for one in animators) or (_("The animators"),))
        if len(animators) <= IN_A_CHOICE
        else Listing((plural("The {count} animator", "The {count} animators", len(animators)),))
    )
    return (
        OneChoice(
            name="reads",
            label=_("Who reads your answer?"),
            choices=(
                Choice(Reads.ANIMATORS.value, _("{names}", names=who)),
                Choice(CALL, _("{names}, and I would like a call", names=who)),
                Choice(Reads.PEER.value, _("One member, whom I pick below")),
                Choice(Reads.TOTALS.value, _("Nobody: count it in totals, keep no words")),
            ),
            initial=usual.value,
        ),
        MemberField(
            name="peer",
            label=_("Which member, if one reads it?"),
            required=False,
        ),
    )


def reads_form(sending: int, animators: Sequence[Member], usual: Reads) -> Form:
    """Return the form that asks who reads, where the questions fill one of their own."""
    return Form(checkins.id("reads", sending), _("Who reads it?"), reads_fields(animators, usual), _("Go on"))


def questions_form(
    key: str, questions: Sequence[Question], animators: Sequence[Member] = (), usual: Reads | None = None, *, test: bool = False
) -> Form:
    """Return the form with the questions; where `usual` is given, who reads is asked before them."""
    before = () if usual is None else reads_fields(animators, usual)
    fields = tuple(_field(f"q{number}", question) for number, question in enumerate(questions, 1))
    submit = checkins.id("tried" if test else "given", key)
    return Form(submit, _("How are you?"), (*before, *fields)[:FIELDS], _("Send"), private=True)


def _field(name: str, question: Question) -> Field:
    words = words_of(question)
    label: Content = shorten(words, FIELD_LABEL) if isinstance(words, str) else words
    hint: Content = shorten(words, HINT) if isinstance(words, str) and len(words) > FIELD_LABEL else ""
    match question.kind:
        case Kind.TEXT:
            return LongText(name=name, label=label, hint=hint, maximum=WORDS, required=False)
        case Kind.SEVERAL:
            return SeveralChoices(name=name, label=label, hint=hint, choices=choices_of(question), required=False)
        case Kind.SCALE | Kind.ONE:
            return OneChoice(name=name, label=label, hint=hint, choices=choices_of(question), required=False)


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


def usual_form(reads: Reads) -> Form:
    """Return the form of who usually reads."""
    return Form(
        checkins.id("chosen"),
        _("Who reads, usually?"),
        (
            OneChoice(
                name="reads",
                label=_("Proposed to you first, each time"),
                choices=(
                    Choice(Reads.ANIMATORS.value, _("Those who run the community")),
                    Choice(Reads.PEER.value, _("One member, picked each time")),
                    Choice(Reads.TOTALS.value, _("Nobody: only in totals")),
                ),
                initial=reads.value,
            ),
        ),
        _("Save"),
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
