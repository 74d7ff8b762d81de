"""Languages: marking texts, finding their translation, and writing them with Babel's dates, numbers and money."""

from __future__ import annotations

import functools
import gettext
import json
import sys
import unicodedata
from collections import Counter
from importlib import resources
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.text import ChannelMention, Content, Day, Dialect, Listing, Mention, Moment, Money, Param, Plain, Text, pieces

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

LOCALES: Final = ("en", "fr")
"""Languages that are complete, the source language first."""

LANGUAGE_NAMES: Final = {"en": "English", "fr": "Français"}


def _(template: str, /, **params: Param) -> Text:
    """Mark a text of ours for translation."""
    return Text(template, params)


def plural(one: str, many: str, /, count: int, **params: Param) -> Text:
    """Mark a text with two forms, chosen by `count`, which is also the parameter `{count}`."""
    return Text(one, {**params, "count": count}, many)


def word(name: str, /) -> Text:
    """Mark the name of a command or an option: one lower-case word, translated as one."""
    return Text(name)


class Catalogue(gettext.NullTranslations):
    """The translations of one language, read from the text file that translators edit; what is not there stays English."""

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__()
        self._texts: dict[str, str] = {}
        self._plurals: dict[str, tuple[str, ...]] = {}
        for entry in _entries(lines):
            forms = tuple(translated for keyword, translated in entry.items() if keyword.startswith("msgstr"))
            if forms[0]:
                self._texts[entry["msgid"]] = forms[0]
            if len(forms) > 1 and all(forms):
                self._plurals[entry["msgid"]] = forms
        header = self._texts.pop("", "")
        rule = header.partition("plural=")[2].partition(";")[0]
        self._rule = gettext.c2py(rule or "n != 1")

    def gettext(self, message: str) -> str:
        """Return the translation of a text."""
        return self._texts.get(message) or message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the translation of a text with a number in it."""
        forms = self._plurals.get(msgid1, ())
        wanted = self._rule(n)
        return forms[wanted] if wanted < len(forms) else msgid1 if n == 1 else msgid2


def _entries(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """Yield the entries of a catalogue by keyword. Its quoted strings are JSON's; `make check` refuses whatever is not."""
    entry: dict[str, str] = {}
    keyword = ""
    for line in lines:
        if line.startswith('"'):
            entry[keyword] += json.loads(line)
        elif line.startswith("msg"):
            keyword, _space, quoted = line.partition(" ")
            if keyword == "msgid" and entry:
                yield entry
                entry = {}
            entry[keyword] = json.loads(quoted)
    if entry:
        yield entry


@functools.cache
def catalogue(locale: str) -> gettext.NullTranslations:
    """Return the translations of a locale; English is the source and needs none."""
    if locale == "en":
        return gettext.NullTranslations()
    source = resources.files("bot").joinpath("locales", locale, "LC_MESSAGES", "bot.po")
    with source.open(encoding="utf-8") as lines:
        return Catalogue(lines)


def match_locale(raw: str | None) -> str | None:
    """Return the language of ours that a platform's locale (`fr`, `fr-CA`, `en_GB`) asks for, or None."""
    language = (raw or "").replace("_", "-").partition("-")[0].lower()
    return language if language in LOCALES else None


def translated(text: Text, locale: str) -> str:
    """Return the template in `locale`, parameters still apart. Falls back to English."""
    if not text.template:
        return ""
    if text.plural:
        count = text.params.get("count", 1)
        return catalogue(locale).ngettext(text.template, text.plural, int(count) if isinstance(count, int | float) else 1)
    return catalogue(locale).gettext(text.template)


class Writer:
    """Writes contents for one reader: a language, a time zone and a platform's dialect."""

    def __init__(self, locale: str, zone: str = "UTC", dialect: Dialect | None = None) -> None:
        self.locale = locale
        self.zone = zone
        self.dialect: Dialect = dialect or Plain()

    def write(self, content: Content) -> str:
        """Return the content in the reader's language and the platform's markup."""
        if isinstance(content, str):
            return self.dialect.plain(content)
        written: list[str] = []
        for literal, name in pieces(translated(content, self.locale)):
            if literal:
                written.append(self.dialect.template(literal))
            if name is not None:
                written.append(self._parameter(content.params.get(name, "")))
        return "".join(written)

    def _parameter(self, value: Param) -> str:
        match value:
            case Text():
                return self.write(value)
            case Mention():
                return self.dialect.mention(value)
            case ChannelMention():
                return self.dialect.channel(value)
            case Moment():
                return self.dialect.moment(value, moment_in_words(value, self.locale, self.zone))
            case Listing():
                return self._listing(value)
            case _:
                return self.dialect.plain(in_words(value, self.locale))

    def _listing(self, listing: Listing) -> str:
        *items, last = [self._parameter(item) for item in listing.items] or [""]
        if not items:
            return last
        patterns = _list_patterns(listing.style, self.locale)
        if len(items) == 1:
            return patterns["2"].format(items[0], last)
        words = patterns["start"].format(items[0], items[1])
        for item in items[2:]:
            words = patterns["middle"].format(words, item)
        return patterns["end"].format(words, last)


def in_words(value: str | float | Day | Money, locale: str) -> str:
    """Return a number, a date or an amount as the language writes it; words stay as they are."""
    return value if isinstance(value, str) else _formatted(value, locale)


@functools.cache
def _list_patterns(style: str, locale: str) -> Mapping[str, str]:
    """Return how a language writes lists. Babel's own `format_list` looks this up anew for each one."""
    from babel import Locale  # noqa: PLC0415 - loads locale data only where a list is written

    return Locale.parse(locale).list_patterns[style]


@functools.lru_cache(maxsize=4096, typed=True)
def _formatted(value: float | Day | Money, locale: str) -> str:
    from babel import numbers  # noqa: PLC0415 - locale data is loaded once something is formatted

    match value:
        case Day():
            return _date(value.date, locale)
        case Money():
            return _money(value, locale)
        case _:
            return numbers.format_decimal(value, locale=locale)


def _date(date: dt.date, locale: str) -> str:
    """Return a day in words; French counts its first of the month, which the locale data does not: “lundi 1er février”."""
    from babel import dates  # noqa: PLC0415

    words = dates.format_date(date, format="full", locale=locale)
    return words.replace(" 1 ", " 1er ", 1) if locale == "fr" else words


def _money(value: Money, locale: str) -> str:
    """Return an amount as the language writes it; a whole one without the cents that nobody says."""
    from babel import Locale, numbers  # noqa: PLC0415

    if value.amount != value.amount.to_integral_value():
        return numbers.format_currency(value.amount, value.currency, locale=locale)
    pattern = Locale.parse(locale).currency_formats["standard"].pattern.replace(".00", "")
    return numbers.format_currency(value.amount, value.currency, pattern, locale=locale, currency_digits=False)


def moment_in_words(moment: Moment, locale: str, zone: str) -> str:
    """Return an instant in words, in `zone`: "Monday 23 November 2026 at 09:00"."""
    from babel import dates  # noqa: PLC0415

    local = moment.at.astimezone(ZoneInfo(zone))
    match moment.style:
        case "date":
            return _date(local, locale)
        case "time":
            return dates.format_time(local, format="short", locale=locale)
        case "relative" | "full":
            return f"{_date(local, locale)}, {dates.format_time(local, format='short', locale=locale)}"


def time_in_words(time: dt.time, locale: str) -> str:
    """Return a time of the day as the language writes it: "9:00 AM"."""
    from babel import dates  # noqa: PLC0415

    return dates.format_time(time, format="short", locale=locale)


def plain(content: Content, locale: str, zone: str = "UTC") -> str:
    """Return the content as bare text, for labels and notifications."""
    return Writer(locale, zone).write(content)


_PLAIN: Final = tuple(Writer(locale) for locale in LOCALES)


def longest(content: Content) -> int:
    """Return the length in characters of the content in its longest language."""
    if isinstance(content, str):
        return len(content)
    if not content.params:
        return _longest_template(content.template)
    return max(len(writer.write(content)) for writer in _PLAIN)


@functools.lru_cache(maxsize=4096)
def _longest_template(template: str) -> int:
    return max(len(plain(Text(template), locale)) for locale in LOCALES)


def fits(limit: int, *contents: Content) -> bool:
    """Tell whether contents have at most so many characters together, each in its longest language.

    Most are far shorter, which is told without writing them: delivery builds each card again.
    """
    return sum(map(_estimate, contents)) <= limit or sum(map(longest, contents)) <= limit


_FORMATTED: Final = 80
"""Characters that a date or a time never has."""


def _estimate(value: Param) -> int:
    """Return a number of characters that a value never exceeds; far too many where only writing it tells."""
    match value:
        case str():
            return len(value)
        case Text():
            words, repeated = _extent(value.template, value.plural)
            return words + repeated * sum(map(_estimate, value.params.values()))
        case Mention():
            return 1 + len(value.name)
        case Moment() | Day():
            return _FORMATTED
        case _:
            return sys.maxsize


@functools.lru_cache(maxsize=4096)
def _extent(template: str, plural: str) -> tuple[int, int]:
    """Return the most characters that a template has in any language and form, and how often one parameter stands in it at most."""
    forms = [
        translated(Text(template, {"count": count}, plural), locale) for locale in LOCALES for count in (0, 1, 2, 5, 1_000_000)
    ]
    names = [Counter(name for _literal, name in pieces(form) if name is not None) for form in forms]
    return max(map(len, forms)), max((most for counted in names for most in counted.values()), default=0)


def fold(words: str) -> str:
    """Return words without case or accents, to compare names that people type."""
    if words.isascii():
        return words.lower()
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def names(name: Text) -> Iterable[str]:
    """Return the names of a command in every language, folded, the English one first."""
    return dict.fromkeys(fold(translated(name, locale)) for locale in LOCALES)


def today(now: dt.datetime, zone: str) -> dt.date:
    """Return the calendar date at an instant in a zone."""
    return now.astimezone(ZoneInfo(zone)).date()
