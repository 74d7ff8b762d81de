"""Words as they are compared: folded, without what says nothing, compound names whole."""

from __future__ import annotations

import time

import pytest

from bot.skills.words import fold, split, stem, terms, things


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("taxes", "tax"),
        ("stratégies", "strategy"),
        ("photographies", "photography"),
        ("fiscaux", "fiscal"),
        ("réseaux", "réseau"),
        ("companies", "company"),
        ("logos", "logo"),
        ("Excel", "EXCEL"),
        ("d’assurance", "assurances"),
    ],
)
def test_the_same_word_in_another_form_is_the_same(one: str, other: str) -> None:
    assert terms(one) == terms(other) != frozenset()


def test_what_says_nothing_is_left_out() -> None:
    assert terms("J'ai besoin d'aide pour le, la et les") == frozenset()
    assert terms("Who can help me with something, please?") == frozenset()
    assert terms("J'ai un projet") == {"projet"}


def test_short_names_of_trades_stay() -> None:
    assert terms("C++, C#, AI, 3D, UX") == {"c++", "c#", "ai", "3d", "ux"}


def test_things_listed_are_told_apart() -> None:
    assert things("Bookkeeping, tax advice\n- proofreading; e-commerce. Node.js") == (
        "Bookkeeping",
        "tax advice",
        "proofreading",
        "e-commerce",
        "Node.js",
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("l’expert-comptable d'Œuvres", ["expert", "comptable", "oeuvres"]),
        ("Node.js, .NET et R&D", ["node", "js", ".net", "r&d"]),
        ("C++ / C# / 3D", ["c++", "c#", "3d"]),
        ("IT support, is it hard", ["it", "support"]),
        ("J'ai vu https://example.org/compta et moi@example.org", []),
        ("COMPTABILITÉ POUR TOUS", ["comptabilite"]),
    ],
)
def test_words_are_read_as_people_mean_them(written: str, read: list[str]) -> None:
    assert [word.folded for word in split(written)[0] if word.telling] == read


@pytest.mark.parametrize(
    ("written", "locale", "spoken"),
    [
        ("Je cherche un graphiste pour mon logo", "en", "fr"),
        ("I need a designer for my logo", "fr", "en"),
        ("React dev", "fr", "fr"),
        ("React dev", "", "en"),
        ("Déclaration fiscale", "", "fr"),
    ],
)
def test_the_language_is_that_of_the_small_words(written: str, locale: str, spoken: str) -> None:
    assert split(written, locale)[1] == spoken


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [("dessiner", "dessine", "fr"), ("développeuses", "développeuse", "fr"), ("translating", "translated", "en")],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str, language: str) -> None:
    assert stem(fold(one), language) == stem(fold(other), language)


def test_names_with_digits_and_marks_are_not_stemmed() -> None:
    assert [stem(word, "en") for word in ("c++", "3d", "r&d", "h264s")] == ["c++", "3d", "r&d", "h264"]


@pytest.mark.parametrize("part", ["@", "://", "a@", "a://", "a", "a.", "<", "<a", "a@a.", "www."])
def test_no_text_takes_long_to_split(part: str) -> None:
    text = (part * 5_000)[:5_000]
    start = time.process_time()
    split(text)
    assert time.process_time() - start < 0.2


def test_what_folds_to_nothing_is_no_word() -> None:
    assert [word.folded for word in split("logo \uff9e")[0]] == ["logo"]
