"""Ways to begin a conversation, in each language, written for people who work for themselves."""

from __future__ import annotations

import functools
import random
import tomllib
from importlib import resources

import msgspec

from bot.i18n import LOCALES


class Starters(msgspec.Struct, frozen=True):
    """What may be asked in one language; `complementary` where one offers what another seeks."""

    starters: tuple[str, ...]
    complementary: str


@functools.cache
def starters(locale: str) -> Starters:
    """Return the starters of a language; of the source language where it has none."""
    known = locale if locale in LOCALES else LOCALES[0]
    words = resources.files(__name__).joinpath(f"{known}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(words), Starters)


def starter(locale: str, seed: int, *, complementary: bool) -> str:
    """Return one of them, always the same for a seed; every third meeting of people who fit each other gets one about that."""
    chance = random.Random(seed)  # noqa: S311 - variety, not secrecy
    known = starters(locale)
    if complementary and chance.random() < 1 / 3:
        return known.complementary
    return chance.choice(known.starters)
