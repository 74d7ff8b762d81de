"""What a mistyped word was probably meant to be: careful, since a wrong correction is worse than none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.skills.words import STOP_WORDS, singular, stem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

SHORTEST: Final = 5
"""Letters from which a word is corrected: shorter ones have too many neighbours."""
MIDDLE: Final = 8
"""Letters from which any slip counts: short words that differ by a letter are mostly two words."""
LONG: Final = 9
"""Letters from which two slips are allowed in a word."""


class Corrector:
    """Corrects words to those known, the more frequent the rather.

    `words` are folded, with how often they are used; `slips` are those whose meaning is known as they are. A slip is a
    letter too many, too few, another one, or two exchanged. The first letter is rarely mistyped: only words that begin
    alike are compared, which also makes it quick.
    """

    def __init__(self, words: Mapping[str, int], slips: Collection[str] = ()) -> None:
        self._words = words
        self._slips = slips
        self._known = {singular(word) for word in words}
        self._stems = {stem(word, language) for word in words for language in ("fr", "en")}
        self._alike: dict[str, list[str]] = {}
        for word in (*words, *STOP_WORDS.difference(words)):
            if len(word) >= SHORTEST - 1 and word.isalpha():
                self._alike.setdefault(word[0], []).append(word)

    def knows(self, word: str) -> bool:
        """Tell whether a folded word is one of ours, in any number, or one that says nothing."""
        return word in self._words or word in STOP_WORDS or singular(word) in self._known

    def correct(self, word: str) -> str | None:
        """Return what a folded word was probably meant to be; None where it is known, short, or close to nothing."""
        if len(word) < SHORTEST or not word.isalpha() or word in self._slips or self.knows(word):
            return None
        from rapidfuzz import process  # noqa: PLC0415 - a third of what the engine costs at a start
        from rapidfuzz.distance import OSA  # noqa: PLC0415

        near = process.extract(
            word,
            self._alike.get(word[0], ()),
            scorer=OSA.distance,
            score_cutoff=2 if len(word) >= LONG else 1,
            limit=8,
            processor=None,
        )
        slips = [(distance, known) for known, distance, _place in near if len(word) >= MIDDLE or _slip(word, known)]
        best = min(slips, key=lambda slip: (slip[0], -self._words.get(slip[1], 0)), default=None)
        if best is None or (best[1] not in STOP_WORDS and self._forms(word)):
            return None
        return best[1]

    def _forms(self, word: str) -> bool:
        """Tell whether a word is one of ours in another form, right as it is: *convertit* is from *convertir*, not *ConvertKit*."""
        return any(stem(word, language) in self._stems for language in ("fr", "en"))


def _slip(word: str, known: str) -> bool:
    """Tell whether a short word is rather mistyped than another word: two letters exchanged, one left out or doubled.

    *wordpres* is, but *compote* is no *compte* and *marie* no *marge*.
    """
    if len(word) == len(known):
        return sorted(word) == sorted(known)
    if len(word) < len(known):
        return True
    return any(word[:place] + word[place + 1 :] == known for place in range(1, len(word)) if word[place] == word[place - 1])
