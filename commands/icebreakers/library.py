"""The library of prompts, read from `prompts/*.toml` when first used, and telling whether a new one is there already."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Final

from bot.i18n import fold
from storage.icebreakers import Prompt

if TYPE_CHECKING:
    from collections.abc import Iterable

ALIKE: Final = 88
"""How similar two prompts are, of 100, that ask the same."""


@functools.cache
def library(locale: str) -> tuple[Prompt, ...]:
    """Return the prompts in a language, as they stand in its file."""
    source = resources.files("commands.icebreakers").joinpath("prompts", f"{locale}.toml").read_text(encoding="utf-8")
    themes: dict[str, dict[str, str]] = tomllib.loads(source)
    return tuple(Prompt(f"{locale}:{name}", theme, words) for theme, prompts in themes.items() for name, words in prompts.items())


def similarity(one: str, other: str) -> float:
    """Return how similar two prompts are, from 0 to 100, whatever the order of their words."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - 4 MiB that most starts never need

    return fuzz.token_sort_ratio(fold(one), fold(other))


def alike(words: str, prompts: Iterable[Prompt]) -> Prompt | None:
    """Return a prompt that asks the same, or None."""
    return next((prompt for prompt in prompts if similarity(words, prompt.words) >= ALIKE), None)
