"""What somebody needs, in their own words: made tidy, or refused with a sentence that helps."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.errors import Invalid
from bot.i18n import _, fold, plural
from bot.skills.words import terms
from bot.text import Text
from commands.requests.feature import LONGEST

_LINK: Final = re.compile(r"\S+://\S+|\bwww\.\S+", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]+")
_JOINERS: Final = "\u200c\u200d"
_LEAST_LETTERS: Final = 2
"""*UX* and *RH* are needs; *x* and *?* are not."""

EXAMPLE: Final = _("for example: a bookkeeper who knows e-commerce")


def tidy(words: str) -> str:
    """Return a need on one line, without spaces to spare.

    Raises:
        Invalid: for the option `need`: nothing to go by in it, or too long.
    """
    need = " ".join("".join(_visible(character) for character in words).split())
    if len(need) > LONGEST:
        raise _refused(
            plural(
                "At most {count} character: the details can wait for the conversation.",
                "At most {count} characters: the details can wait for the conversation.",
                LONGEST,
            )
        )
    without_links = _LINK.sub(" ", need)
    if without_links != need and _letters(without_links) < _LEAST_LETTERS:
        raise _refused(_("A link alone does not say what you need. Add a few words, {example}.", example=EXAMPLE))
    if _letters(need) < _LEAST_LETTERS:
        raise _refused(_("Say in a few words what you need, {example}.", example=EXAMPLE))
    return need


def same(one: str, other: str) -> bool:
    """Tell whether two needs say the same, but for case, accents, spaces and punctuation."""
    return _WORD.findall(fold(one)) == _WORD.findall(fold(other))


def in_common(need: str, past: str) -> str:
    """Return the words of `need` that a past one was about too: what may be said of a request that was never public."""
    about = terms(past)
    shared = (word for word in _WORD.findall(need) if terms(word) & about)
    return " ".join(dict.fromkeys(shared))


def _visible(character: str) -> str:
    """Return what stays of a character: line breaks become spaces, controls of direction go, joiners of letters and emoji stay."""
    if character in _JOINERS or character.isprintable():
        return character
    return "" if unicodedata.category(character) == "Cf" else " "


def _letters(words: str) -> int:
    return sum(len(word) for word in _WORD.findall(words))


def _refused(reason: Text) -> Invalid:
    return Invalid({"need": reason})
