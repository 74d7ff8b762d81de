"""The vocabulary: every file is sound, no name belongs to two concepts, and names are found as people write them."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib import resources
from importlib.resources.abc import Traversable

import pytest

from bot.skills.understanding import understand
from bot.skills.vocabulary import LANGUAGES, Concept, Vocabulary, claim, extend, read, shipped, vocabulary
from bot.skills.words import split

FILES = sorted(
    (file for file in resources.files("bot.skills").joinpath("vocabulary").iterdir() if file.name.endswith(".toml")),
    key=lambda file: file.name,
)
CONCEPTS = tuple(shipped())


def found(text: str, locale: str = "en", known: Vocabulary | None = None) -> list[str]:
    words, language = split(text, locale)
    return [mention.concept for mention in (known or vocabulary()).find(text, words, language)]


# ---------------------------------------------------------------- the files


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_read_quickly_and_as_toml_says(file: Traversable) -> None:
    content = file.read_text(encoding="utf-8")
    tables = tomllib.loads(content)
    assert [(one.id, dict(one.names), one.slips, one.broader, one.related) for one in read(content)] == [
        (
            number,
            {language: tuple(fields[language]) for language in LANGUAGES},
            tuple(fields.get("slips", ())),
            tuple(fields.get("broader", ())),
            tuple(fields.get("related", ())),
        )
        for number, fields in tables.items()
    ]


def test_there_is_enough_and_every_concept_has_names_in_both_languages() -> None:
    assert len(CONCEPTS) >= 600
    assert [one.id for one in CONCEPTS if not (one.names.get("en") and one.names.get("fr"))] == []


def test_ids_are_unique_and_written_alike() -> None:
    assert [number for number, times in Counter(one.id for one in CONCEPTS).items() if times > 1] == []
    assert [one.id for one in CONCEPTS if not all(part.isalnum() and part == part.lower() for part in one.id.split("-"))] == []


def test_no_two_concepts_claim_a_name_in_one_language() -> None:
    claimed: dict[tuple[str, str], str] = {}
    contested: list[str] = []
    for one in CONCEPTS:
        for language in LANGUAGES:
            for name in (*one.names[language], *one.slips):
                owner = claimed.setdefault((language, claim(name, language)), one.id)
                if owner != one.id:
                    contested.append(f"{language} {name!r}: {owner} and {one.id}")
    assert contested == []


def test_every_name_says_something() -> None:
    assert [
        (one.id, name) for one in CONCEPTS for language, names in one.names.items() for name in names if not claim(name, language)
    ] == []


def test_broader_and_related_concepts_exist() -> None:
    known = {one.id for one in CONCEPTS}
    missing = [f"{one.id}: {other}" for one in CONCEPTS for other in (*one.broader, *one.related) if other not in known]
    assert missing == []


def test_no_concept_is_broader_than_itself() -> None:
    above = {one.id: one.broader for one in CONCEPTS}

    def reaches(start: str) -> bool:
        seen: set[str] = set()
        waiting = [*above[start]]
        while waiting:
            one = waiting.pop()
            if one == start:
                return True
            if one not in seen:
                seen.add(one)
                waiting += above.get(one, ())
        return False

    assert [one.id for one in CONCEPTS if reaches(one.id)] == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [('compta = { fr = ["compta"], english = ["x"] }', "english"), ('compta = { fr = "compta" }', "fr: is a list of words")],
)
def test_a_line_that_is_none_is_refused_with_its_reason(line: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        list(read(line))


# ---------------------------------------------------------------- finding


OWN = Vocabulary(
    read(
        """
finance = { en = ["finance"], fr = ["finance"] }
bookkeeping = { en = ["bookkeeping"], fr = ["tenue de la comptabilité", "compta"], slips = ["comptra"], broader = ["finance"] }
web-development = { en = ["web development"], fr = ["développement web", "développeuse web"] }
nodejs = { en = ["Node.js"], fr = ["Node.js"], broader = ["web-development"], related = ["bookkeeping"] }
e-commerce = { en = ["e-commerce"], fr = ["e-commerce"] }
commerce = { en = ["commerce"], fr = ["commerce"] }
it-support = { en = ["IT"], fr = ["IT"] }
publicity = { en = ["publicity"], fr = ["publicité"] }
"""
    )
)


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("la tenue de ma COMPTABILITE", ["bookkeeping"]),
        ("comptra", ["bookkeeping"]),
        ("Développeuses web, Node.js", ["web-development", "nodejs"]),
        ("nodejs et node js", ["nodejs", "nodejs"]),
        ("e-commerce, ecommerce, commerce", ["e-commerce", "e-commerce", "commerce"]),
        ("développement. Web", []),
        ("développement, web", []),
        ("IT or it", ["it-support"]),
        ("web developing", ["web-development"]),
        ("parler en public", []),
        ("", []),
    ],
)
def test_the_longest_name_is_found_in_any_form(text: str, concepts: list[str]) -> None:
    assert found(text, known=OWN) == concepts


def test_what_is_broader_and_related_is_known_both_ways() -> None:
    assert list(OWN.broader("nodejs")) == [("web-development", 1)]
    assert OWN.related("bookkeeping") == ("nodejs",)


def test_an_installation_adds_concepts_but_takes_no_name_of_ours() -> None:
    extend(lambda: [Concept("beekeeping-at-home", {"en": ("urban beekeeping", "bookkeeping")})])
    try:
        assert found("urban beekeeping and bookkeeping") == ["beekeeping-at-home", "bookkeeping"]
    finally:
        extend(None)
    assert found("urban beekeeping") != ["beekeeping-at-home"]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("dev web", "web-development"),
        ("React", "react"),
        ("compta", "accounting"),
        ("RGPD", "gdpr"),
        ("GDPR", "gdpr"),
        ("portage salarial", "portage-salarial"),
        ("C++", "cpp"),
        ("un ingénieur du son", "sound-engineering"),
        ("IT", "it-support"),
        ("un ingénieur", "engineering"),
        ("prise de son pour un podcast", "sound-engineering"),
    ],
)
def test_what_independents_say_is_known(text: str, concept: str) -> None:
    assert found(text, "fr")[:1] == [concept]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("can I book a photographer", "bookkeeping"),
        ("my Instagram account was hacked", "accounting"),
        ("bank account opening", "accounting"),
        ("a playwright for our theatre", "software-testing"),
        ("Playwright, Cypress", "scriptwriting"),
        ("une recette de cuisine", "software-testing"),
        ("Java architect", "architecture"),
        ("is it hard", "it-support"),
    ],
)
def test_words_of_two_meanings_are_not_taken_for_the_other(text: str, concept: str) -> None:
    assert {term.key: term.weight for term in understand(text)}.get(f"c/{concept}", 0) < 0.5


def test_his_is_no_sound() -> None:
    assert found("il dessine son jardin avec son équipe", "fr") == found("il dessine mon jardin avec mon équipe", "fr")
