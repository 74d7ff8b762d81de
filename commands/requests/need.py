"""What somebody needs, in their own words: made tidy, or refused with a sentence that helps."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.errors import Invalid
from bot.i18n import _, fold, plural, word
from bot.text import Text
from commands.requests.feature import LONGEST

_LINK: Final = re.compile(r"\S+://\S+|\bwww\.\S+", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]+")
_SAID: Final = re.compile(r"[^\W_]+")
_JOINERS: Final = "\u200c\u200d"
_LEAST_LETTERS: Final = 2
"""*UX* and *RH* are needs; *x* and *?* are not."""

_GREETINGS: Final = frozenset(
    """
    allo bjr bonjour bonsoir cc coucou everybody everyone hello hey hi merci please pls salut slt stp svp thank thanks there yo
    """.split()  # noqa: SIM905 - so many quoted words are harder to read and to add to
)
_SAYS_NOTHING: Final = frozenset(
    {
        "", "a l aide", "a tous", "a toutes", "a toutes et a tous", "aide", "aide moi", "aider", "aidez", "aidez moi",
        "au secours", "besoin", "besoin d aide", "ca va", "can anyone help", "can anyone help me", "can somebody help me",
        "can someone help me", "can you help", "can you help me", "comment ca marche", "help", "help me", "how are you",
        "how does it work", "i have a question", "i need help", "j ai besoin d aide", "j ai une question", "je cherche",
        "je cherche de l aide", "looking for help", "menu", "need", "need help", "non", "ok", "options", "oui",
        "peux tu m aider", "pouvez vous m aider", "question", "qui peut m aider", "test", "tout le monde", "une question",
        "who can help", "who can help me", "yes", "you",
    }
)  # fmt: skip
"""What is written before anything is said, folded and without greetings. Only whole: *menu* of a restaurant is a need."""

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
    if says_nothing(need):
        raise _refused(
            _(
                "Happy to look for somebody, once I know what for. For example: a bookkeeper who knows e-commerce, "
                "a second look at a quote, somebody who knows Figma well. What else I can do is under “{command}”.",
                command=word("confrere"),
            )
        )
    if _letters(need) < _LEAST_LETTERS:
        raise _refused(_("Say in a few words what you need, {example}.", example=EXAMPLE))
    return need


def says_nothing(need: str) -> bool:
    """Tell whether it is a greeting or a call for help that does not say with what."""
    said = _WORD.findall(fold(need))
    return bool(said) and " ".join(one for one in said if one not in _GREETINGS) in _SAYS_NOTHING


def same(one: str, other: str) -> bool:
    """Tell whether two needs say the same, but for case, accents, spaces and punctuation."""
    return _SAID.findall(fold(one)) == _SAID.findall(fold(other))


def _visible(character: str) -> str:
    """Return what stays of a character: line breaks become spaces, controls of direction go, joiners of letters and emoji stay."""
    if character in _JOINERS or character.isprintable():
        return character
    return "" if unicodedata.category(character) == "Cf" else " "


def _letters(words: str) -> int:
    return sum(len(word) for word in _WORD.findall(words))


def _refused(reason: Text) -> Invalid:
    return Invalid({"need": reason})
