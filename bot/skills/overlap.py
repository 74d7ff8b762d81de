"""Who fits whom, by the words they have in common: what one offers, what the other seeks or needs.

Every reason given is a sentence that is true of the member, in their own words.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.i18n import _, fold, plural
from bot.ui import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.model import Member
    from bot.text import Text

LANGUAGES: Final = {"en": _("English"), "fr": _("French")}
"""The languages of ours by their names, for reasons."""

STOP_WORDS: Final = frozenset(
    """
    a about after all also am an and any anybody anyone are as at be because been before being but by can could do does doing done
    each else every for from get give got had has have having help helping her him his how i if in into is it its just know like
    looking make many me more most much my need needs new no not of off on one only or other our out over people person please
    recommend she should so some somebody someone something still such than thank thanks that the their them then there these they
    thing things this those through to too up us use using very want wants was we well were what when where which while who whom
    whose why will with within without would you your
    aide aider ainsi apres as au aussi autre autres aux avant avec avez avoir avons besoin bien bonjour c ca car ce cela celle
    celui ces cet cette ceux chaque cherche chercher chez ci comme comment connait connaissez contre d dans de des depuis deux donc
    dont du elle elles en encore entre es est et etait ete etes etre eu faire fait faut gens grand il ils ici j jai je jusque l la
    le les leur leurs lui m ma mais me meme merci mes moi mon n ne nos notre nous on ont ou par parce pas petit peu peut peux plus
    pour pourrait pouvez pouvoir propose propos quand que quel quelle quelles quels quelqu quelque quelques qui quoi recherche s sa
    salut sans se sera ses si soi son sont souhaite sous suis sur svp t ta te tes toi ton tous tout toute toutes tres
    trouver tu un une va vers veux voici voila vos votre voudrais vous y
    """.split()  # noqa: SIM905 - three hundred quoted words are harder to read and to add to
)
"""English and French words that say nothing about a trade, folded."""

_WORD: Final = re.compile(r"[^\W_]+[+#]*")
_I_HAVE: Final = re.compile(r"\bj.ai\b")
"""*J'ai* would leave *ai*, which is a trade in English."""
_SEPARATOR: Final = re.compile(r"[,;|•·\n\r]+|\.(?=\s|$)|\s[-–—]\s")
_SHARED_PREFIX: Final = 6
"""Fewer letters in common say little: *conseil* and *conserve* share five."""
_SHARED_PART: Final = 0.6
_NEAR: Final = 0.6
"""What a related word (*comptable*, *comptabilité*) counts against the same word."""
_SHOWN: Final = 60
"""Characters of somebody's words quoted in a reason."""
_OFFERED, _WANTED, _DONE, _PAST, _TRADE = 3.0, 2.0, 2.0, 2.5, 0.5
_LANGUAGE, _AVAILABLE, _HELPFUL = 0.5, 0.5, 0.1


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a member when looking for who fits.

    `locale` is their language, `available` what they said of it (None: nothing), `helped` how many requests they helped with,
    `helped_with` the words of those requests.
    """

    member: Member
    does: str = ""
    offers: str = ""
    seeks: str = ""
    locale: str = ""
    available: bool | None = None
    helped: int = 0
    helped_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A member who fits, how well (higher is better, only for comparison within one ranking), and why in words."""

    member: Member
    score: float
    reasons: tuple[Text, ...]


@functools.lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """Return a folded word without what tells its number: *taxes* and *tax*, *stratégies* and *strategy* come together."""
    if len(word) <= 3:  # noqa: PLR2004 - *tax*, *gis*, *seo* stay as they are
        return word
    if word.endswith("eaux"):
        return word[:-1]
    if word.endswith("aux"):
        return word[:-2] + "l"
    if word[-1] in "sx" and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("ie"):
        return word[:-1]
    if word.endswith("y"):
        return word[:-1] + "i"
    return word.removesuffix("e") if len(word) > 3 else word  # noqa: PLR2004


@functools.lru_cache(maxsize=16384)
def terms(words: str) -> frozenset[str]:
    """Return what a text is about: its words, folded, in the singular, without those that say nothing."""
    found = (match.group() for match in _WORD.finditer(_I_HAVE.sub(" ", fold(words))))
    return frozenset(stem(word) for word in found if word not in STOP_WORDS)


@functools.lru_cache(maxsize=16384)
def things(words: str) -> tuple[str, ...]:
    """Return the things that a member listed: "Bookkeeping, tax advice" are two."""
    return tuple(dict.fromkeys(thing for part in _SEPARATOR.split(words) if (thing := part.strip(" \t.-*"))))


@functools.lru_cache(maxsize=16384)
def everything(said: tuple[str, ...]) -> frozenset[str]:
    """Return the terms of several texts together."""
    return frozenset[str]().union(*(terms(text) for text in said))


def alike(one: str, other: str) -> float:
    """Return how close two terms are: 1 for the same, less for words of one family, 0 for others."""
    if one == other:
        return 1.0
    if len(one) < _SHARED_PREFIX or len(other) < _SHARED_PREFIX or one[:_SHARED_PREFIX] != other[:_SHARED_PREFIX]:
        return 0.0
    pairs = zip(one, other, strict=False)
    shared = sum(1 for _pair in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
    return _NEAR if shared >= _SHARED_PART * max(len(one), len(other)) else 0.0


@functools.lru_cache(maxsize=16384)
def families(given: frozenset[str]) -> Mapping[str, Sequence[str]]:
    """Return terms by how they begin: only those that begin alike can be close without being the same."""
    found: dict[str, list[str]] = {}
    for term in given:
        if len(term) >= _SHARED_PREFIX:
            found.setdefault(term[:_SHARED_PREFIX], []).append(term)
    return found


class Rarity:
    """How much a term says in a community: what everybody offers tells nobody apart."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._known: dict[str, int] = {}
        self._weights: dict[str, float] = {}
        self._texts = 0
        for text in texts:
            self._texts += 1
            for term in terms(text):
                self._known[term] = self._known.get(term, 0) + 1

    def __call__(self, term: str) -> float:
        """Return the weight of a term, 1 for one that everybody uses."""
        weight = self._weights.get(term)
        if weight is None:
            weight = 1.0 + math.log((1 + self._texts) / (1 + min(self._known.get(term, 0), self._texts)))
            self._weights[term] = weight
        return weight

    def shared(self, wanted: frozenset[str], given: frozenset[str]) -> float:
        """Return the weight of what two texts have in common."""
        total = 0.0
        for term in wanted:
            if term in given:
                total += self(term)
            elif near := families(given).get(term[:_SHARED_PREFIX]):
                total += max(alike(term, other) for other in near) * self(term)
        return total


def rank_helpers(need: str, candidates: Sequence[Candidate], limit: int = 5, *, locale: str = "") -> list[Match]:
    """Return who can help with something, best first: their offers, their trade and what they helped with before.

    Members who said that they are not available, and those with nothing in common with the need, are not among them.
    `locale` is the language of whoever asks.
    """
    wanted = terms(need)
    rarity = Rarity(_about(candidate) for candidate in candidates)
    mixed = _several_languages(candidates, locale)
    found: list[Match] = []
    for candidate in candidates:
        if candidate.available is False:
            continue
        score, reasons = _helpfulness(wanted, candidate, rarity)
        if not reasons:
            continue
        if candidate.helped:
            score += _HELPFUL * min(candidate.helped, 5)
        if candidate.available:
            score += _AVAILABLE
            reasons.append(_("is available at the moment"))
        if locale and candidate.locale == locale:
            score += _LANGUAGE
            if mixed and locale in LANGUAGES:
                reasons.append(_("speaks {language}", language=LANGUAGES[locale]))
        found.append(Match(candidate.member, score, tuple(reasons)))
    return _best(found, limit)


def rank_allies(me: Candidate, others: Sequence[Candidate], limit: int = 3) -> list[Match]:
    """Return who would gain from knowing a member, and the other way round, best first.

    Where too few have something in common, the others who offer something follow: somebody to begin with.
    """
    rarity = Rarity(_about(candidate) for candidate in (me, *others))
    mixed = _several_languages(others, me.locale)
    found: list[Match] = []
    for other in others:
        if other.member.id == me.member.id:
            continue
        score, reasons = _complement(me, other, rarity)
        if not reasons and other.offers:
            reasons.append(_("offers “{offer}”", offer=_quoted(things(other.offers)[0] if things(other.offers) else other.offers)))
        if me.locale and other.locale == me.locale:
            score += _LANGUAGE
            if mixed and me.locale in LANGUAGES:
                reasons.append(_("speaks {language}", language=LANGUAGES[me.locale]))
        if reasons:
            found.append(Match(other.member, score, tuple(reasons)))
    return _best(found, limit)


def _helpfulness(wanted: frozenset[str], candidate: Candidate, rarity: Rarity) -> tuple[float, list[Text]]:
    score = 0.0
    reasons: list[Text] = []
    offered, offer = _closest(wanted, things(candidate.offers), rarity)
    if offer:
        score += _OFFERED * offered
        reasons.append(_("offers “{offer}”", offer=_quoted(offer)))
    done, trade = _closest(wanted, things(candidate.does), rarity)
    if trade:
        score += _DONE * done
        if not offer:
            reasons.append(_("describes their work as “{trade}”", trade=_quoted(trade)))
    past, before = _closest(wanted, candidate.helped_with, rarity)
    if before:
        score += _PAST * past
        count = sum(1 for words in candidate.helped_with if rarity.shared(wanted, terms(words)) > 0)
        if count > 1:
            reasons.append(plural("has helped with this once", "has helped with this {count} times", count))
        else:
            reasons.append(_("has helped with “{need}”", need=_quoted(before)))
    return score, reasons


def _complement(me: Candidate, other: Candidate, rarity: Rarity) -> tuple[float, list[Text]]:
    score = 0.0
    reasons: list[Text] = []
    given, offer = _closest(terms(me.seeks), things(other.offers), rarity)
    if offer:
        score += _OFFERED * given
        reasons.append(_("offers “{offer}”, which you seek", offer=_quoted(offer)))
    wanted, seek = _closest(terms(me.offers), things(other.seeks), rarity)
    if seek:
        score += _WANTED * wanted
        reasons.append(_("seeks “{seek}”, which you offer", seek=_quoted(seek)))
    done, trade = _closest(terms(me.seeks), things(other.does), rarity)
    if trade:
        score += _DONE * done
        if not offer:
            reasons.append(_("describes their work as “{trade}”, close to what you seek", trade=_quoted(trade)))
    same, craft = _closest(terms(me.does), things(other.does), rarity)
    if craft:
        score += _TRADE * same
        if not reasons:
            reasons.append(_("describes their work as “{trade}”, close to your own trade", trade=_quoted(craft)))
    return score, reasons


def _closest(wanted: frozenset[str], said: Sequence[str], rarity: Rarity) -> tuple[float, str]:
    """Return the weight of what is in common with all that was said, and the one thing closest to what is wanted."""
    if not wanted or not said:
        return 0.0, ""
    total = rarity.shared(wanted, everything(tuple(said)))
    if total <= 0:  # most people, for most needs
        return 0.0, ""
    best = max(((rarity.shared(wanted, terms(thing)), thing) for thing in said), key=lambda pair: pair[0])
    return total, best[1]


def _about(candidate: Candidate) -> str:
    return f"{candidate.does} {candidate.offers}"


def _several_languages(candidates: Sequence[Candidate], locale: str) -> bool:
    """Tell whether saying a language says anything: in a community of one language it does not."""
    return len({spoken for spoken in (locale, *(candidate.locale for candidate in candidates)) if spoken}) > 1


def _quoted(words: str) -> str:
    return shorten(" ".join(words.split()), _SHOWN)


def _best(found: list[Match], limit: int) -> list[Match]:
    return sorted(found, key=lambda match: (-match.score, match.member.id))[:limit]
