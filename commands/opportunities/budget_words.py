"""The words in which people write budgets, in French and in English, folded: units, taxes, currencies, bounds."""

from __future__ import annotations

import functools
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.i18n import LOCALES, fold

if TYPE_CHECKING:
    from collections.abc import Mapping


class Per(StrEnum):
    """What an amount is for."""

    WHOLE = "whole"
    HOUR = "hour"
    HALF_DAY = "half_day"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    WORD = "word"
    PAGE = "page"
    MINUTE = "minute"
    PIECE = "piece"


class Tax(StrEnum):
    """Whether an amount holds the value-added tax."""

    WITHOUT = "without"
    WITH = "with"


def _any(*words: str) -> re.Pattern[str]:
    """Return a pattern of whole words; a space in one stands for any, or none."""
    joined = "|".join(word.replace(" ", r"\s*") for word in words)
    return re.compile(rf"(?:(?<![a-z])|(?=/))(?:{joined})(?![a-z])")


def _per(*words: str) -> str:
    """Return what says that an amount is for each of something: `/jour`, `par jour`, `a day`."""
    return rf"(?:/ |\b(?:par|per|pour (?:une?|le|la)|du|le|la|an?|the)\s+|\b(?:de )?l'|\bp/)(?:{'|'.join(words)})"


TAXES: Final = (
    (
        Tax.WITHOUT,
        _any(
            r"h\.?t\.?v?a?",
            r"hors taxes?",
            r"hors tva",
            r"exc?l?\.? (?:of )?(?:vat|tva|taxe?s?)",
            r"excluding (?:vat|taxe?s?)",
            r"before tax(?:es)?",
            r"without vat",
            r"\+ (?:vat|tva|tax)",
            r"plus (?:vat|tva|tax)",
            r"net of vat",
        ),
    ),
    (
        Tax.WITH,
        _any(
            r"ttc",
            r"t\.t\.c\.?",
            r"tvac",
            r"toutes taxes comprises",
            r"(?:tva|vat|tax(?:es)?) inc(?:l(?:use|uded)?)?\.?",
            r"inc(?:l(?:uding)?)?\.? (?:vat|tva|taxe?s?)",
        ),
    ),
)
UNITS: Final = (
    (
        Per.HALF_DAY,
        _any(_per("demi-? ?journees?", "half-? ?day", "1/2 j(?:ournee)?", "dj"), r"demi-? ?journees?", r"half-? ?day(?: rate)?"),
    ),
    (
        Per.DAY,
        _any(
            r"tjm",
            r"taux journalier(?: moyen)?",
            r"tarif journalier",
            r"day rate",
            r"daily(?: rate)?",
            _per("jours?", "jrs?", "j", "journees?", "days?", "d"),
            r"p\.?d\.?",
            r"(?:jour|day)$",
        ),
    ),
    (
        Per.HOUR,
        _any(
            r"t\.?h\.?m\.?",
            r"(?:taux|tarif) horaire",
            r"horaire",
            r"hourly(?: rate)?",
            _per("heures?", "hrs?", "hours?", "h"),
            r"p\.?h\.?",
            r"(?:heure|hour)$",
        ),
    ),
    (Per.WEEK, _any(_per("semaines?", "sem", "weeks?", "wk"), r"hebdo(?:madaire)?", r"weekly")),
    (Per.MONTH, _any(_per("mois", "months?", "mo", "m"), r"mensuel(?:le)?s?", r"monthly", r"p\.?c\.?m\.?")),
    (Per.YEAR, _any(_per("ans?", "annees?", "years?", "yr", "annum"), r"annuel(?:le)?s?", r"yearly", r"p\.?a\.?")),
    (Per.WORD, _any(_per("mots?", "words?"))),
    (Per.PAGE, _any(_per("pages?", "feuillets?"))),
    (Per.MINUTE, _any(_per("minutes?", "min"))),
    (
        Per.PIECE,
        _any(
            _per("articles?", "pieces?", "posts?", "unites?", "visuels?", "items?", "videos?", "photos?", "illustrations?"),
            "piece",
            "each",
        ),
    ),
    (
        Per.WHOLE,
        _any(
            r"(?:au |en )?forfait(?:aire)?",
            r"fixed(?:-| )?(?:price|fee)",
            r"flat(?:-| )?(?:fee|rate)?",
            r"lump sum",
            r"en tout",
            r"au total",
            r"in total",
            r"total",
            r"all-? ?in",
            r"one-? ?off",
            r"global",
            r"au projet",
            _per("projet", "project", "mission", "job"),
            r"for the (?:project|job|whole)",
        ),
    ),
)
DISCUSSED: Final = _any(
    r"a (?:discuter|definir|debattre|convenir|voir(?: ensemble)?|preciser|determiner)",
    r"(?:to be|tbd|tbc|tba)(?: (?:discussed|defined|agreed|confirmed|negotiated|determined))?",
    r"(?:on en|a en) (?:parle|discute|parler)",
    r"let'?s (?:talk|discuss)",
    r"open(?: to discussion)?",
    r"ouvert(?: a discussion)?",
)
NEGOTIABLE: Final = _any(r"(?:a )?negocier", r"negociables?", r"discutables?", r"negotiable", r"nego", r"o\.?b\.?o\.?")
BY_PROFILE: Final = _any(
    r"(?:selon|suivant|en fonction d[ue]s?) (?:le |l'|votre |vos )?(?:profils?|experiences?|seniorite|competences?)",
    r"(?:depending on|according to|based on|depends on) (?:the |your )?(?:profile|experience|seniority|skills)",
    r"d\.?o\.?e\.?",
)
AT_LEAST: Final = _any(
    r"a partir de",
    r"des",
    r"min(?:imum|i)?\.?",
    r"au moins",
    r"from",
    r"at least",
    r"starting (?:at|from)",
    r"plus de",
    r"more than",
)
AT_MOST: Final = _any(
    r"jusqu'? ?a",
    r"max(?:imum|i)?\.?",
    r"au plus",
    r"au maximum",
    r"up to",
    r"at most",
    r"no more than",
    r"moins de",
    r"less than",
    r"under",
)
ABOUT: Final = _any(
    r"environ",
    r"env\.?",
    r"a peu pres",
    r"autour de",
    r"about",
    r"around",
    r"approx(?:imately)?\.?",
    r"circa",
    r"ca\.",
    r"roughly",
    "~",
    "≈",
)
PLAIN: Final = frozenset(
    (
        *("budget", "budgets", "tarif", "tarifs", "rate", "rates", "prix", "price", "remuneration", "fee", "fees", "pay", "net"),
        *("entre", "between", "de", "d", "a", "to", "et", "and", "of", "is", "est", "at"),
    )
)
"""Words that add nothing to an amount."""

CODES: Final = (
    *("EUR", "USD", "GBP", "CHF", "CAD", "AUD", "NZD", "JPY", "CNY", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "MAD", "TND"),
    *("DZD", "XOF", "XAF", "XPF", "INR", "BRL", "MXN", "ZAR", "SGD", "HKD", "AED", "ILS", "MUR", "ISK", "KRW", "TRY", "UAH", "VND"),
)
_COMMON: Final = {
    "€": "EUR",
    "us$": "USD",
    "$us": "USD",
    "$ us": "USD",
    "$usd": "USD",
    "ca$": "CAD",
    "c$": "CAD",
    "$ca": "CAD",
    "$ ca": "CAD",
    "$can": "CAD",
    "a$": "AUD",
    "au$": "AUD",
    "nz$": "NZD",
    "$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "zł": "PLN",
    "kč": "CZK",
    "fr.": "CHF",
    "sfr": "CHF",
    "chf": "CHF",
    "fcfa": "XOF",
    "f cfa": "XOF",
    "francs cfa": "XOF",
    "cfa": "XOF",
    "dhs": "MAD",
    "dh": "MAD",
    "dirham": "MAD",
    "dirhams": "MAD",
    "balles": "EUR",
    "boules": "EUR",
    "euros": "EUR",
    "euro": "EUR",
    "e": "EUR",
    "dollars": "USD",
    "dollar": "USD",
    "bucks": "USD",
    "quid": "GBP",
    "pounds": "GBP",
    "pound": "GBP",
    "livres": "GBP",
    "livre": "GBP",
    "yens": "JPY",
    "yen": "JPY",
}
"""What people write beside the names that the locales know."""


@functools.cache
def currencies() -> Mapping[str, str]:
    """Return the ISO code of each way to write a currency, folded: codes, symbols, and its names in every language of ours."""
    from babel import numbers  # noqa: PLC0415 - locale data is loaded once a budget is read

    known = {code.lower(): code for code in CODES}
    for code in CODES:
        for locale in LOCALES:
            known |= {fold(numbers.get_currency_name(code, count, locale)): code for count in (1, 2)}
    return known | _COMMON


@functools.cache
def currency_pattern() -> str:
    """Return a pattern of everything in `currencies`, the longest first, so that *dollars canadiens* is not read as *dollars*."""
    written = sorted(currencies(), key=lambda name: (-len(name), name))
    return "|".join(re.escape(name) for name in written)
