"""The library of prompts, and which comes next."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import LOCALES
from commands.icebreakers.choosing import choose
from commands.icebreakers.feature import PROMPT, SHORTEST, THEMES
from commands.icebreakers.library import ALIKE, alike, library, similarity
from storage.icebreakers import Prompt
from tools.catalogue import typographic

START = dt.datetime(2026, 1, 1, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize("locale", LOCALES)
class TestLibrary:
    def test_there_are_enough_and_of_every_theme(self, locale: str) -> None:
        themes = Counter(prompt.theme for prompt in library(locale))
        assert set(themes) == set(THEMES)
        assert sum(themes.values()) >= 130
        assert min(themes.values()) >= 20
        assert max(themes.values()) - min(themes.values()) <= 3

    def test_each_fits_its_place_and_asks_something(self, locale: str) -> None:
        keys = [prompt.key for prompt in library(locale)]
        assert len(set(keys)) == len(keys)
        assert all(re.fullmatch(rf"{locale}:[a-z0-9-]{{2,30}}", key) for key in keys)
        for prompt in library(locale):
            assert SHORTEST <= len(prompt.words) <= PROMPT, prompt
            assert prompt.words[-1] in "?.", prompt
            assert "!" not in prompt.words, prompt

    def test_no_two_ask_the_same(self, locale: str) -> None:
        near = [(a.words, b.words) for a, b in combinations(library(locale), 2) if similarity(a.words, b.words) >= ALIKE - 8]
        assert near == []

    def test_they_are_typeset_as_the_catalogue_is(self, locale: str) -> None:
        for prompt in library(locale):
            assert "'" not in prompt.words, prompt
            assert '"' not in prompt.words, prompt
            if locale == "fr":
                assert prompt.words == typographic(prompt.words), prompt
                assert not re.search(r"\w[?!:;](?:\s|$)", prompt.words), prompt
            else:
                assert not re.search(r"\s[?!:;]", prompt.words), prompt


def test_the_two_languages_have_their_own() -> None:
    assert "fr:troc" in {prompt.key for prompt in library("fr")}
    assert not {prompt.words for prompt in library("fr")} & {prompt.words for prompt in library("en")}


def test_a_prompt_that_is_there_in_other_words_order_case_or_accents_is_found() -> None:
    assert alike("how did your FIRST client find you", library("en")) is not None
    assert alike("Votre tout premier client: comment est-il arrive jusqu'a vous?", library("fr")) is not None
    assert alike("Which of your clients makes you laugh?", library("en")) is None


def live(prompts: list[Prompt], seed: int, turns: int, last: dict[str, dt.datetime] | None = None) -> list[Prompt]:
    """What is asked, turn after turn; each time what was shown before is what comes."""
    last = {} if last is None else last
    ahead: list[str] = []
    asked: list[Prompt] = []
    for number in range(turns):
        first, *rest = choose(prompts, last, seed, ahead)
        assert not ahead or first.key == ahead[0]
        last[first.key] = START + dt.timedelta(days=number)
        ahead = [prompt.key for prompt in rest]
        asked.append(first)
    return asked


@given(st.lists(st.sampled_from(sorted(THEMES)), min_size=1, max_size=12), st.integers(0, 2**31 - 1))
def test_none_comes_again_before_all_others_had_their_turn(themes: list[str], seed: int) -> None:
    prompts = [Prompt(f"en:{number}", theme, "?") for number, theme in enumerate(themes)]
    asked = [prompt.key for prompt in live(prompts, seed, 3 * len(prompts))]
    for start in range(len(asked) - len(prompts) + 1):
        assert len(set(asked[start : start + len(prompts)])) == len(prompts)


def test_the_seed_decides_themes_take_turns_and_what_is_ahead_stays_when_something_is_added() -> None:
    prompts = list(library("fr"))
    asked = live(prompts, 7, 130)
    assert asked == live(prompts, 7, 130)
    assert asked != live(prompts, 8, 130)
    assert all(one.theme != other.theme for one, other in pairwise(asked[:120]))
    assert Counter(prompt.theme for prompt in asked[:12]) == dict.fromkeys(THEMES, 2)

    ahead = [prompt.key for prompt in choose(prompts, {}, 7)]
    more = [*prompts, *(Prompt(f"own:{number}", "life", "?") for number in range(50))]
    assert [prompt.key for prompt in choose(more, {}, 7, ahead)] == ahead
    without = [prompt for prompt in more if prompt.key != ahead[0]]
    assert choose(without, {}, 7, ahead)[0].key == ahead[1], "retired meanwhile: the one after it moves up"
    assert choose([], {}, 7, ahead) == []


def test_what_was_never_asked_comes_before_what_was() -> None:
    prompts = list(library("en"))
    last = {prompt.key: START for prompt in prompts[:-1]}
    assert choose(prompts, last, 7)[0] == prompts[-1]
