"""Budgets as people write them: `550 €/j`, `TJM 500-600`, `3k€`, `$90/h`, `12 000 EUR HT`, `à discuter`. Pure.

What cannot be read stays as it was written: nothing is lost, and nothing is claimed that was not said.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from bot.i18n import _, fold
from bot.text import Money, Param, Text
from commands.opportunities import budget_words as words
from commands.opportunities.budget_words import Per, Tax

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST: Final = 100
"""Characters of a budget."""

_SPACES: Final = re.compile(r"\s+")
_NUMBER: Final = r"(?:\d{1,3}(?:[ .,']\d{3})+(?!\d)|\d+)(?:[.,]\d+)?"
_THOUSANDS: Final = re.compile(r"(?<=\d)[ '](?=\d{3}(?!\d))")
_HUNDREDS: Final = re.compile(r"\b(\d{1,3})k(\d{1,3})\b")
_CENTS: Final = r"c(?:ts?|ents?|entimes?)?(?: d'euros?)?"
_DURATION: Final = re.compile(
    r"(?:\b(?:pour|sur|pendant|for|over|x|\*)\s*)?\b\d+\s*(?:a\s*\d+\s*|-\s*\d+\s*)?"
    r"(?:jours?|j|jrs?|days?|mois|months?|semaines?|weeks?|heures?|hours?|h|ans?|years?)\b(?:\s*/\s*(?:semaine|week|mois|month))?"
)
_LARGEST: Final = Decimal(1_000_000_000)


@dataclass(frozen=True, slots=True)
class Budget:
    """What was understood of a budget; `said` is how it was written.

    `low` and `high` are the same where there is one amount; one of them is None where only a bound was given. `currency` is an ISO
    code, or empty where none was said. `whole`: everything that was written is in the other fields.
    """

    said: str
    low: Decimal | None = None
    high: Decimal | None = None
    currency: str = ""
    per: Per | None = None
    tax: Tax | None = None
    about: bool = False
    negotiable: bool = False
    by_profile: bool = False
    discussed: bool = False
    whole: bool = True

    @property
    def readable(self) -> bool:
        """Whether it says something that every reader understands alike."""
        return self.low is not None or self.high is not None or self.discussed or self.by_profile


TO_BE_DISCUSSED: Final = Budget("", discussed=True)


class _Reading:
    """What is left to read of a budget."""

    def __init__(self, said: str) -> None:
        text = _SPACES.sub(" ", fold(unicodedata.normalize("NFKC", said)).replace("’", "'"))
        self.left = re.sub(r"[‐‑‒–—−]", "-", text).strip()

    def take(self, pattern: re.Pattern[str]) -> bool:
        """Read what a pattern says, wherever it stands."""
        left, count = pattern.subn(" ", self.left)
        if count:
            self.left = left
        return bool(count)

    def first(self, patterns: Iterable[tuple[Per | Tax, re.Pattern[str]]]) -> Per | Tax | None:
        """Read the first of several patterns that says something, and return what it stands for."""
        return next((meaning for meaning, pattern in patterns if self.take(pattern)), None)


@functools.lru_cache(maxsize=2048)
def read(said: str) -> Budget:
    """Return what somebody wrote as a budget; not `readable` where nothing can be made of it."""
    said = _SPACES.sub(" ", said).strip()
    reading = _Reading(said)
    if "%" in reading.left:
        return Budget(said, whole=False)
    tax = next((tax for tax, pattern in words.TAXES if reading.take(pattern)), None)
    by_profile, discussed = reading.take(words.BY_PROFILE), reading.take(words.DISCUSSED)
    negotiable = reading.take(words.NEGOTIABLE)
    per = next((per for per, pattern in words.UNITS if reading.take(pattern)), None)
    found = _amounts(reading)
    if found is None:
        return Budget(said, by_profile=by_profile, discussed=discussed or negotiable, whole=_nothing_left(reading))
    low, high, currency = found
    at_most, at_least = reading.take(words.AT_MOST), reading.take(words.AT_LEAST) or "+" in reading.left or ">" in reading.left
    at_most = at_most or "<" in reading.left
    if low == high and at_most != at_least:
        low, high = (low, None) if at_least else (None, high)
    return Budget(
        said,
        low,
        high,
        currency,
        per,
        tax,
        reading.take(words.ABOUT) or "~" in reading.left,
        negotiable or discussed,
        by_profile,
        whole=_nothing_left(reading),
    )


def _amounts(reading: _Reading) -> tuple[Decimal, Decimal, str] | None:
    """Read the amount or the range, and its currency; None where there is none, or more than one."""
    pattern = _amount_pattern()
    text = _attached(_HUNDREDS.sub(lambda found: f"{found[1]}.{found[2]}k", reading.left))
    found = list(pattern.finditer(text))
    if len(found) > 1:  # of "20 days at 500 €", the one with a currency; else whatever is no duration
        found = [one for one in found if any(one[name] for name in _SIGNS)] or list(pattern.finditer(_DURATION.sub(_blank, text)))
    if len(found) != 1:
        return None
    (amount,) = found
    low, high = _value(amount["number1"], amount["scale1"]), _value(amount["number2"], amount["scale2"])
    codes = [words.currencies()[name] for name in map(amount.group, _SIGNS) if name]
    if low is None or low > _LARGEST or (high is not None and high > _LARGEST) or len(set(codes)) > 1:
        return None
    if high is not None and amount["scale2"] and not amount["scale1"] and low * _scale(amount["scale2"]) <= high:
        low *= _scale(amount["scale2"])
    reading.left = f"{text[: amount.start()]} {text[amount.end() :]}"
    return min(low, high or low), max(low, high or low), codes[0] if codes else ""


_SIGNS: Final = ("before1", "after1", "before2", "after2")


@functools.cache
def _amount_pattern() -> re.Pattern[str]:
    """Return the pattern of an amount or a range, with its scale and its currency on either side."""
    sign = rf"(?:(?<![a-z])(?:{words.currency_pattern()})(?![a-z])|[€$£])"
    scale = rf"(?P<scale%d>k|m|mille|thousand|grand|{_CENTS})(?![a-z]) ?"
    one = rf"(?:(?P<before%d>{sign}) ?)?(?P<number%d>{_NUMBER}) ?(?:{scale})?(?P<after%d>{sign})?"
    between = r" ?(?:-|/|\ba\b|\bto\b|\bet\b|\band\b|\bou\b|\bor\b) ?"
    return re.compile(rf"(?<![\w.,]){one % (1, 1, 1, 1)}(?:{between}{one % (2, 2, 2, 2)})?(?![\d%])")


def _blank(found: re.Match[str]) -> str:
    """Return as many spaces: what follows stays where it is."""
    return " " * len(found[0])


def _attached(text: str) -> str:
    """Return a text whose currencies stand apart from the scale and the letters beside them: `3k€` and `600euros`."""
    money = words.currency_pattern()
    text = re.sub(rf"(?<=\d)(?={money})|(?<=\dk)(?={money})", " ", text)
    return _SPACES.sub(" ", re.sub(r"(?<=\d) k(?=\W|$)", "k", text))


def _value(number: str | None, scale: str | None) -> Decimal | None:
    """Return a number as it is written in either language: a mark before three last digits parts thousands."""
    if number is None:
        return None
    plain = _THOUSANDS.sub("", number)
    marks = [mark for mark in plain if mark in ".,"]
    if marks and len(set(marks)) == 1:
        whole, _mark, last = plain.rpartition(marks[0])
        grouped = len(last) == 3 and not scale and whole.lstrip("0") and (len(marks) > 1 or len(whole) <= 3)  # noqa: PLR2004 - thousands
        plain = plain.replace(marks[0], "") if grouped or len(marks) > 1 else f"{whole}.{last}"
    elif marks:
        plain = plain.replace("," if marks[-1] == "." else ".", "").replace(",", ".")
    return Decimal(plain) * _scale(scale)


def _scale(scale: str | None) -> Decimal:
    if not scale:
        return Decimal(1)
    if scale == "m":
        return Decimal(1_000_000)
    return Decimal(1000) if scale in ("k", "mille", "thousand", "grand") else Decimal("0.01")


def _nothing_left(reading: _Reading) -> bool:
    """Tell whether what was not read adds nothing."""
    return all(word in words.PLAIN for word in re.findall(r"[a-z]+|\d+", reading.left))


# ---------------------------------------------------------------- in words

_PER: Final = {
    Per.WHOLE: _("{amount} in all"),
    Per.HOUR: _("{amount} per hour"),
    Per.HALF_DAY: _("{amount} per half-day"),
    Per.DAY: _("{amount} per day"),
    Per.WEEK: _("{amount} per week"),
    Per.MONTH: _("{amount} per month"),
    Per.YEAR: _("{amount} per year"),
    Per.WORD: _("{amount} per word"),
    Per.PAGE: _("{amount} per page"),
    Per.MINUTE: _("{amount} per minute"),
    Per.PIECE: _("{amount} apiece"),
}


def in_words(budget: Budget) -> Text:
    """Return a budget in the reader's own language and notation; the words themselves where that would not say everything."""
    if not budget.readable:
        return _("“{words}”", words=budget.said)
    text = _amount(budget)
    if text is not None:
        if budget.per is not None:
            text = Text(_PER[budget.per].template, {"amount": text})
        if budget.tax is not None:
            text = _("{amount}, before tax", amount=text) if budget.tax is Tax.WITHOUT else _("{amount}, tax included", amount=text)
        if budget.by_profile:
            text = _("{amount}, depending on the profile", amount=text)
        if budget.negotiable:
            text = _("{amount}, negotiable", amount=text)
    elif budget.discussed:
        text = _("to be discussed")
    else:
        text = _("depending on the profile")
    return text if budget.whole else _("{budget} (“{words}”)", budget=text, words=budget.said)


def _amount(budget: Budget) -> Text | None:
    low, high = _money(budget.low, budget.currency), _money(budget.high, budget.currency)
    if low is None and high is None:
        return None
    if low is None:
        return _("up to {high}", high=high or "")
    if high is None:
        return _("from {low}", low=low)
    if budget.low != budget.high:
        return _("about {low} to {high}", low=low, high=high) if budget.about else _("{low} to {high}", low=low, high=high)
    return _("about {low}", low=low) if budget.about else Text("{low}", {"low": low})


def _money(amount: Decimal | None, currency: str) -> Param | None:
    if amount is None:
        return None
    if currency:
        return Money(amount, currency)
    return int(amount) if amount == amount.to_integral_value() else float(amount)
