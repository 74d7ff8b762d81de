"""What is understood of a text: concepts, words, slips of the keyboard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.skills.understanding import read, understand, widen


def weights(text: str, locale: str = "", *, asked: bool = False) -> dict[str, float]:
    return {term.key: term.weight for term in (widen if asked else understand)(text, locale)}


def test_a_document_says_its_concepts_what_they_belong_to_and_its_words() -> None:
    said = weights("dev React à Nantes", "fr")
    assert said["c/react"] == 1
    assert 0 < said["c/front-end"] < 1
    assert said["w/nant"] == 1
    assert said["w/react"] == 1
    assert "w/a" not in said


def test_what_is_said_twice_counts_twice() -> None:
    assert weights("logo, logo")["w/logo"] == 2 * weights("logo")["w/logo"]


def test_a_question_asks_for_what_is_close_too_at_less() -> None:
    asked = weights("bookkeeping", "en", asked=True)
    assert asked["c/bookkeeping"] == max(asked.values())
    assert 0 < asked["c/accounting"] < asked["c/bookkeeping"]
    assert {term.said for term in widen("bookkeeping", "en")} == {"bookkeeping"}


def test_both_languages_meet_in_a_concept() -> None:
    assert set(weights("protection des données", "fr")) & set(weights("GDPR", "en")) == {"c/gdpr", "c/law"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("compatbilité", "comptabilite"),
        ("develloppeur", "developpeur"),
        ("wordpres", "wordpress"),
        ("bookeeping", "bookkeeping"),
        ("ilustratrice", "illustratrice"),
    ],
)
def test_a_slip_is_understood(typed: str, meant: str) -> None:
    assert list(read(f"cherche {typed}", "fr").corrections.values()) in ([meant], [])
    assert {concept.concept for concept in read(typed, "fr").concepts} == {
        concept.concept for concept in read(meant, "fr").concepts
    }


@pytest.mark.parametrize(
    "text",
    [
        "le cousin de la voisine dessine un jardin",
        "nous avons demandé à Marie Dupond et à Comptabilitix",
        "the cat sat on a mat",
        "ma compote de pommes",
    ],
)
def test_words_that_are_right_and_names_are_left_alone(text: str) -> None:
    assert read(text).corrections == {}


def test_a_mistyped_word_that_says_nothing_says_nothing() -> None:
    assert weights("je cherche une persone", "fr", asked=True) == {}


@given(some.text(max_size=80), some.sampled_from(("", "en", "fr", "xx")))
def test_any_text_is_read(text: str, locale: str) -> None:
    for terms in (understand(text, locale), widen(text, locale)):
        assert len({term.key for term in terms}) == len(terms)
        assert all(term.weight > 0 and term.said for term in terms)


@pytest.mark.parametrize("text", ["", "x", "🎉🎉", "?" * 5000, "la " * 2000, "'; DROP TABLE member; --", "<b>@everyone</b>"])
def test_odd_texts_are_read_quickly(text: str) -> None:
    assert len(widen(text)) < 20


def test_a_letter_alone_says_something_only_in_a_name() -> None:
    assert weights("plan B, option X", "en", asked=True) == {}
    assert [concept.concept for concept in read("R programming", "en").concepts] == ["r-language"]


@pytest.mark.parametrize(
    ("text", "about", "not_about"),
    [
        ("portraits (pas de mariages)", "portrait-photography", "wedding"),
        ("a website, no WordPress please", "website-creation", "wordpress"),
        ("un site vitrine sans WordPress", "showcase-website", "wordpress"),
        ("logos, but not illustration", "logo-design", "illustration"),
        ("bookkeeping. I don't do tax returns", "bookkeeping", "tax"),
        ("ni WordPress ni Shopify mais du Drupal", "drupal", "shopify"),
    ],
)
def test_what_somebody_says_no_to_is_not_what_it_is_about(text: str, about: str, not_about: str) -> None:
    for terms in (understand(text), widen(text)):
        keys = {term.key for term in terms}
        assert f"c/{about}" in keys
        assert not any(not_about in term.said.casefold() for term in terms)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("une association pour les sans-abri", "w/abri"),
        ("no-code", "c/no-code"),
        ("no code", "c/no-code"),
        ("we have no website", "c/website-creation"),
        ("je ne trouve pas de comptable", "c/accounting"),
        ("refaire le site sans perdre le SEO", "c/seo"),
        ("No idea how to do bookkeeping", "c/bookkeeping"),
    ],
)
def test_lacking_something_is_no_denial(text: str, about: str) -> None:
    assert about in {term.key for term in understand(text)}
