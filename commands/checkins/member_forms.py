"""The forms that a member fills: who reads, the questions, who usually reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _, plural
from bot.text import Content, Listing
from bot.ui import FIELD_LABEL, FIELDS, HINT, Choice, Form, LongText, MemberField, OneChoice, SeveralChoices, shorten
from commands.checkins.feature import WORDS, checkins
from commands.checkins.wording import choices_of, words_of
from storage.checkin import Kind, Question, Reads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from bot.ui import Field

CALL: Final = "call"
"""What the form calls the animators who read it, where a call is wished for."""
TOGETHER: Final = 3
"""Questions that fit a form besides those of who reads."""
IN_A_CHOICE: Final = 2
"""Animators whose names fit a choice; more are told by their number, and by name in the question."""


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
