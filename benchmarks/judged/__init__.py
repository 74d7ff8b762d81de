"""Who can help, judged by hand: 150 people, 200 questions as freelancers write them, and how well each person answers.

How it was written and judged, and what it cannot tell, is in README.md beside this file.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - read from the dataclass when a line is decoded
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

DIRECTORY: Final = Path(__file__).parent

Grade = Literal[1, 2, 3]
Half = Literal["tune", "report"]
Line = TypeVar("Line")
Locale = Literal["en", "fr"]


class UnknownId(ValueError):
    """A judgement names a question or a profile that the set does not have, an id is used twice, or a question is not judged."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A fictional independent, in their own words."""

    id: str
    locale: Locale
    does: str
    offers: str
    seeks: str


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wrote in a chat, and who could help with it."""

    id: str
    locale: Locale
    text: str
    across: bool
    """Most of the people graded 2 or 3 wrote in the other language."""
    half: Half
    """`tune` may be looked at while tuning; `report` gives the figures that are told."""
    relevant: Mapping[str, Grade] = field(default_factory=dict[str, Grade])
    """Profile id to grade: 3 exactly who can help, 2 can certainly help, 1 might know; whoever is absent has 0."""


@dataclass(frozen=True, slots=True)
class _Judgement:
    """A line of judgements.jsonl."""

    question: str
    relevant: dict[str, Grade]


@dataclass(frozen=True, slots=True)
class Judged:
    """The whole set."""

    profiles: Sequence[Profile]
    questions: Sequence[Question]

    def half(self, half: Half) -> list[Question]:
        """Return the questions of one half."""
        return [question for question in self.questions if question.half == half]


def _lines(path: Path, kind: type[Line]) -> list[Line]:
    """Read a file of one JSON object a line."""
    return msgspec.json.Decoder(kind).decode_lines(path.read_bytes())


def load(directory: Path = DIRECTORY) -> Judged:
    """Read the set from its three files.

    Raises:
        UnknownId: the files do not fit each other; the message names the ids.
        msgspec.ValidationError: a line has another shape, or a grade is not 1, 2 or 3.
    """
    profiles = _lines(directory / "profiles.jsonl", Profile)
    asked = _lines(directory / "questions.jsonl", Question)
    judgements = _lines(directory / "judgements.jsonl", _Judgement)
    people = {profile.id for profile in profiles}
    relevant = {judgement.question: judgement.relevant for judgement in judgements}
    if len(people) < len(profiles) or len(relevant) < len(judgements) or len({question.id for question in asked}) < len(asked):
        message = "an id is used twice"
        raise UnknownId(message)
    strangers = {person for grades in relevant.values() for person in grades} - people
    strangers |= relevant.keys() ^ {question.id for question in asked}
    if strangers:
        message = f"not in all of the files: {', '.join(sorted(strangers))}"
        raise UnknownId(message)
    questions = [
        Question(question.id, question.locale, question.text, question.across, question.half, relevant[question.id])
        for question in asked
    ]
    return Judged(profiles, questions)
