"""The judged set is what its README says, and the measure is right."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import msgspec
import pytest

from benchmarks.judged import DIRECTORY, UnknownId, load
from benchmarks.judged.measures import ndcg

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.judged import Judged


@pytest.fixture(scope="module")
def judged() -> Judged:
    return load()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for file in DIRECTORY.glob("*.jsonl"):
        shutil.copy(file, tmp_path)
    return tmp_path


def append(file: Path, **line: object) -> None:
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")


def test_the_set_has_the_people_and_the_questions_its_page_says(judged: Judged) -> None:
    page = (DIRECTORY / "README.md").read_text(encoding="utf-8")
    told = {what: int(number) for what, number in re.findall(r"^\| ([^|]+?) \| (\d+) \|$", page, re.MULTILINE)}
    people = Counter(profile.locale for profile in judged.profiles)
    asked = Counter(question.locale for question in judged.questions)
    grades = Counter(grade for question in judged.questions for grade in question.relevant.values())
    assert told == {
        "profiles in French": people["fr"],
        "profiles in English": people["en"],
        "questions in French": asked["fr"],
        "questions in English": asked["en"],
        "questions across languages, in French": sum(q.across for q in judged.questions if q.locale == "fr"),
        "questions across languages, in English": sum(q.across for q in judged.questions if q.locale == "en"),
        "questions with one person graded 2 or 3": sum(
            sum(grade >= 2 for grade in question.relevant.values()) == 1 for question in judged.questions
        ),
        "people nobody's question has at 2 or 3": len(
            {profile.id for profile in judged.profiles}
            - {person for question in judged.questions for person, grade in question.relevant.items() if grade >= 2}
        ),
        "judgements of grade 3": grades[3],
        "judgements of grade 2": grades[2],
        "judgements of grade 1": grades[1],
    }
    assert (len(judged.profiles), len(judged.questions), asked["fr"]) == (150, 200, 100)


def test_everybody_says_something_of_their_own_and_no_question_comes_twice(judged: Judged) -> None:
    assert all(profile.does.strip() and profile.offers.strip() for profile in judged.profiles)
    assert len({profile.offers for profile in judged.profiles}) == len(judged.profiles)
    assert len({question.text.casefold() for question in judged.questions}) == len(judged.questions)


def test_a_quarter_is_across_languages_at_least_and_is_what_the_judgements_make_it(judged: Judged) -> None:
    wrote = {profile.id: profile.locale for profile in judged.profiles}
    for question in judged.questions:
        able = [person for person, grade in question.relevant.items() if grade >= 2]
        other = sum(wrote[person] != question.locale for person in able)
        assert able, question.id
        assert question.across == (2 * other > len(able)), question.id
    assert sum(question.across for question in judged.questions) >= len(judged.questions) / 4


def test_the_halves_are_as_large_in_each_language_within_and_across(judged: Judged) -> None:
    halves = {half: Counter((question.locale, question.across) for question in judged.half(half)) for half in ("tune", "report")}
    assert halves["tune"] == halves["report"]


def test_nobody_is_exactly_right_for_a_question_of_either_half(judged: Judged) -> None:
    """What is tuned for somebody's words says nothing about the half that is reported."""
    right: dict[str, set[str]] = defaultdict(set)
    for question in judged.questions:
        for person, grade in question.relevant.items():
            if grade == 3:
                right[person].add(question.half)
    assert {person for person, halves in right.items() if len(halves) > 1} == set()


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("judgements.jsonl", {"question": "fr-999", "relevant": {"web-1": 3}}),
        ("judgements.jsonl", {"question": "fr-001", "relevant": {"web-1": 3}}),
        ("questions.jsonl", {"id": "fr-999", "locale": "fr", "text": "?", "across": False, "half": "tune"}),
        ("questions.jsonl", {"id": "fr-001", "locale": "fr", "text": "?", "across": False, "half": "tune"}),
        ("profiles.jsonl", {"id": "web-1", "locale": "en", "does": "", "offers": "", "seeks": ""}),
    ],
)
def test_ids_that_do_not_fit_are_refused(copy: Path, file: str, line: dict[str, object]) -> None:
    append(copy / file, **line)
    with pytest.raises(UnknownId):
        load(copy)


def test_a_person_who_does_not_exist_is_refused_by_name(copy: Path) -> None:
    append(copy / "questions.jsonl", id="fr-999", locale="fr", text="?", across=False, half="tune")
    append(copy / "judgements.jsonl", question="fr-999", relevant={"nobody-1": 3})
    with pytest.raises(UnknownId, match="nobody-1"):
        load(copy)


def test_another_grade_is_refused(copy: Path) -> None:
    append(copy / "questions.jsonl", id="fr-999", locale="fr", text="?", across=False, half="tune")
    append(copy / "judgements.jsonl", question="fr-999", relevant={"web-1": 4})
    with pytest.raises(msgspec.ValidationError):
        load(copy)


@pytest.mark.parametrize(
    ("ranking", "top", "expected"),
    [
        # ideal of the first three, 3 2 1: 7/1 + 3/1.58496 + 1/2 = 9.39279
        (["exact", "able", "near"], 3, 1.0),
        # 1 0 3: 1/1 + 0 + 7/2 = 4.5
        (["near", "stranger", "exact"], 3, 4.5 / 9.39279),
        # 2 only: 3/1
        (["able"], 3, 3 / 9.39279),
        # only the first counts, and the ideal is 7
        (["able", "exact"], 1, 3 / 7),
        # a second time is worth nothing: 7/1 + 0 + 3/2
        (["exact", "exact", "able"], 3, 8.5 / 9.39279),
        ([], 3, 0.0),
    ],
)
def test_ndcg_is_what_a_hand_computes(ranking: list[str], top: int, expected: float) -> None:
    assert ndcg(ranking, {"near": 1, "exact": 3, "able": 2}, top) == pytest.approx(expected, abs=1e-5)


def test_ndcg_takes_five_and_refuses_a_question_nobody_can_answer() -> None:
    relevant = dict.fromkeys("abcdefg", 2)
    assert ndcg("abcde", relevant) == ndcg("gfedcba", relevant) == 1.0
    with pytest.raises(ValueError, match="relevant"):
        ndcg("a", {"a": 0})
