"""What a text is about: concepts of the vocabulary and words, as a document says them and as a question asks for them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a text is about.

    `key` is `c/<concept>` for a concept of the vocabulary and `w/<stem>` for a word; `weight` how much it counts; `said`
    the words of the text it came from, as they were typed.
    """

    key: str
    weight: float
    said: str


def understand(text: str, locale: str = "") -> tuple[Term, ...]:
    """Return the terms of a document, each key once: what to index. `weight` is how much it is said, 1 for once.

    The broader concepts of those said are among them at lower weights, so that a question for *web development* finds
    who wrote *React*. `locale` is the writer's language, for texts too short to tell.
    """
    raise NotImplementedError


def widen(text: str, locale: str = "") -> tuple[Term, ...]:
    """Return the terms of a question, each key once: what is asked for, and at lower weights what is close to it.

    Close are broader and related concepts, what a mistyped word was probably meant to be, and a word's stem in the other
    language.
    """
    raise NotImplementedError
