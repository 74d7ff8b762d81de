"""The optional encoder: only the order of the first few changes, and nothing does without it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.model import Member
from bot.skills import semantic
from bot.skills.ranking import Candidate, rank_helpers


class ByLetter:
    """An encoder that knows one letter: texts with a z mean one thing, the others another."""

    def encode(self, texts: list[str], /) -> list[tuple[float, float]]:
        return [(1.0, 0.0) if "z" in text else (0.0, 1.0) for text in texts]


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    semantic.use(None)


RANKED = [(number, "jazz" if number in {3, 11} else "rock", 1.0 - number / 100) for number in range(12)]


def test_without_it_nothing_changes() -> None:
    semantic.use(None)
    assert semantic.reordered("zither", RANKED) == [(number, score) for number, _text, score in RANKED]


def test_with_it_the_first_few_are_put_in_order() -> None:
    semantic.use(ByLetter())
    found = semantic.reordered("zither", RANKED)
    assert [number for number, _score in found] == [3, 0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11]
    assert [score for _number, score in found] == sorted((score for _number, score in found), reverse=True)


def test_helpers_need_a_reason_all_the_same() -> None:
    semantic.use(ByLetter())
    people = [
        Candidate(Member(number, f"Member {number}"), offers=offer)
        for number, offer in enumerate(("logos", "logos, zines", "zebras"))
    ]
    assert [match.member.id for match in rank_helpers("a logo for a zoo", people)] == [1, 0]
