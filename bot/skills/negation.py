"""What a text says it is not about: *portraits, but no weddings*, *un site sans WordPress*.

Careful, as lacking something is often why one asks: *we have no website* and *je ne trouve pas de comptable* are about what they
name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.skills.words import Word

REACH: Final = 3
"""Words after it that a denial is about at most."""
BREAK: Final = re.compile(r"[,;:!?()|•·\n\r]|\.\s|\s[-–—]\s")
"""What no name and no denial runs across."""

_ALWAYS: Final = frozenset("except sans sauf without".split())  # noqa: SIM905 - as words.STOP_WORDS
_BEGINNING: Final = frozenset("ni no not pas".split())  # noqa: SIM905 - the same
"""What denies where a clause begins."""
_BEFORE: Final = frozenset(
    "and but et fais faisons fait mais ni or ou please prends propose proposons souhaite surtout veux voulons with".split()  # noqa: SIM905
)
"""What a denial follows beside the beginning."""
_NEGATIVE: Final = frozenset("don doesn didn".split())  # noqa: SIM905 - the same
_VERBS: Final = frozenset("do doing need offer take want".split())  # noqa: SIM905 - the same
_END: Final = frozenset("but mais only plutot rather seulement".split())  # noqa: SIM905 - the same
_NOT_A_THING: Final = frozenset(
    """
    clue idea if just longer matter more need one only problem sure that time when yet
    assez encore envie facile grave idee mal moins panique plus possible probleme qu quand que seulement si souci
    temps toujours trop
    """.split()  # noqa: SIM905 - the same
)
"""What follows where nothing that one could offer is denied."""
_OF: Final = frozenset("besoin d de des du".split())  # noqa: SIM905 - the same
_INFINITIVE: Final = re.compile(r"\w{2,}(?:er|ir|re|oir)")


def denied(text: str, words: Sequence[Word], named: Collection[int]) -> set[int]:
    """Return the places of the words that a text is not about; a word in `named`, such as the *no* of *no-code*, denies nothing."""
    found: set[int] = set()
    for place in range(len(words)):
        first = None if place in named else _first(text, words, place)
        if first is None:
            continue
        for number in range(first, min(first + REACH, len(words))):
            if words[number].folded in _END or (number and BREAK.search(text, words[number - 1].end, words[number].start)):
                break
            found.add(number)
    return found


def _first(text: str, words: Sequence[Word], place: int) -> int | None:
    """Return the place of the first word that the word at a place denies, None where it denies nothing."""
    word = words[place]
    after = [one.folded for one in words[place + 1 : place + 4]]
    if not after or _joined(text, word):
        return None
    if word.folded in _NEGATIVE or word.folded == "do":
        return place + 3 if after[0] == ("not" if word.folded == "do" else "t") and after[1:2] and after[1] in _VERBS else None
    if after[0] in _NOT_A_THING or _of_doing(word, after[0]) or not (word.folded in _ALWAYS or _begins(text, words, place)):
        return None
    if word.folded == "pas":
        return next((place + 1 + number for number, one in enumerate(after) if one not in _OF), None) if after[0] in _OF else None
    return place + 1


def _joined(text: str, word: Word) -> bool:
    """Tell whether a word is a part of another: *sans-abri*."""
    return text[word.end : word.end + 1] == "-" or (word.start > 0 and text[word.start - 1] == "-")


def _of_doing(word: Word, after: str) -> bool:
    """Tell whether what is denied is done rather than offered: *sans perdre*, *not showing up*."""
    if word.folded == "sans":
        return _INFINITIVE.fullmatch(after) is not None
    return word.folded in {"not", "without"} and after.endswith("ing")


def _begins(text: str, words: Sequence[Word], place: int) -> bool:
    """Tell whether a word denies where it stands: where a clause begins."""
    if words[place].folded not in _BEGINNING:
        return False
    before = words[place - 1] if place else None
    return (
        before is None
        or words[place].folded == "ni"
        or before.folded in _BEFORE
        or BREAK.search(text, before.end, words[place].start) is not None
    )
