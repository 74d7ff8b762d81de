"""Deadlines in natural words: `vendredi`, `fin janvier`, `lundi en huit`, `in two weeks`, `15/02`.

`dateparser` reads dates and what is relative to today; what people say of parts of months and of weeks is ours.
"""

from __future__ import annotations

import asyncio
import calendar
import datetime as dt
import re
from typing import Final

from bot.errors import Invalid
from bot.i18n import LOCALES, _, fold
from bot.text import Day

LONGEST: Final = 60
"""Characters of a deadline."""
FURTHEST: Final = dt.timedelta(days=366)

_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("lundi", "monday"),
            ("mardi", "tuesday"),
            ("mercredi", "wednesday"),
            ("jeudi", "thursday"),
            ("vendredi", "friday"),
            ("samedi", "saturday"),
            ("dimanche", "sunday"),
        )
    )
    for name in names
}
_DAY: Final = "|".join(_WEEKDAYS)
_FRIDAY: Final = 4
_LETTERS: Final = 3
"""Of a month, at least: *jan*, *fév*."""
_LEADING: Final = re.compile(
    r"^(?:(?:d'?ici|avant|jusqu'?(?:au?| a)|au plus tard|pour|before|until|till|by|no later than|on|le|la|the|deadline|date limite)"
    r"\b[ :]*)+"
)
_SOON: Final = re.compile(
    r"^(?:asap|as soon as possible|des que possible|des maintenant|au plus vite|au plus tot|urgent|"
    r"now|maintenant|immediate(?:ly)?|tout de suite)$"
)
_NONE: Final = re.compile(r"^(?:pas (?:de date|presse)|aucune?|none|no (?:deadline|rush|hurry)|flexible|ouvert|open|-)$")
_PART: Final = re.compile(
    r"^(?P<part>debut|mi|milieu|courant|fin|(?:the )?(?:beginning|start|middle|mid|end)(?: of)?|early|late)[ -](?:de |du |d'|of )?"
    r"(?P<month>[a-z ]+?)(?: (?P<year>\d{4}))?$"
)
_WEEKS_ON: Final = re.compile(rf"^(?:le )?(?P<day>{_DAY}) en (?P<weeks>huit|quinze)$")
_COMING: Final = re.compile(rf"^(?:(?:this|next|coming) )?(?P<day>{_DAY})(?: (?:prochain|qui vient))?$")
_AFTER_NEXT: Final = re.compile(
    rf"^(?:the )?(?P<day>{_DAY}) (?:after next|week)$|^(?P<other>{_DAY}) d'apres$|^a week on (?P<third>{_DAY})$"
)
_END_OF_WEEK: Final = re.compile(
    r"^(?:fin de (?:la )?semaine|(?:the )?end of (?:the |this )?week|cette semaine|this week)(?P<next> prochaine)?$|"
    r"^(?P<coming>fin de (?:la )?semaine prochaine|(?:the )?end of next week)$"
)
_RELATIVE: Final = re.compile(r"^(?:dans|in)\b")
_MONTHS: Final = {
    "ce mois": 0,
    "du mois": 0,
    "mois": 0,
    "this month": 0,
    "the month": 0,
    "month": 0,
    "mois prochain": 1,
    "le mois prochain": 1,
    "next month": 1,
}

_YEAR: Final = frozenset({"fin d'annee", "fin de l'annee", "la fin de l'annee", "end of year", "end of the year", "year's end"})
_HOUR: Final = re.compile(r" (?:matin|midi|soir|apres-midi|morning|noon|afternoon|evening)$")


async def understood(said: str, today: dt.date, locale: str) -> dt.date | None:
    """Return the date that words stand for, None where they say that there is none or that it is urgent.

    Raises:
        Invalid: for the field `deadline`: nothing can be made of it, it is past, or it is too far away.
    """
    words = " ".join(fold(said).replace("’", "'").split()).strip(" .!")
    words = re.sub(r"^sous (?=\d)", "dans ", _HOUR.sub("", words))
    if not words or _SOON.match(words) or _NONE.match(words):
        return None
    date = spoken(words, today)
    if date is None:  # the first use loads its languages: not on the event loop
        date = await asyncio.to_thread(_parsed, words, today, locale)
    if date is None:
        raise Invalid(
            {
                "deadline": _(
                    "I do not understand this date. For example: Friday, in two weeks, end of January, 15 February; "
                    "or leave it empty."
                )
            }
        )
    if date < today:
        raise Invalid({"deadline": _("{date} is past. Give a date to come, or leave it empty.", date=Day(date))})
    if date - today > FURTHEST:
        raise Invalid({"deadline": _("{date} is more than a year away. Give a nearer date, or leave it empty.", date=Day(date))})
    return date


def spoken(words: str, today: dt.date) -> dt.date | None:  # noqa: PLR0911 - one for each way to say it
    """Return what folded words say of a week or of a part of a month; None where they say something else."""
    words = _LEADING.sub("", words).strip()
    if words in _YEAR:
        return today.replace(month=12, day=31)
    if on := _WEEKS_ON.match(words):
        return _coming(on["day"], today) + dt.timedelta(weeks=1 if on["weeks"] == "huit" else 2)
    if after := _AFTER_NEXT.match(words):
        return _coming(after["day"] or after["other"] or after["third"], today) + dt.timedelta(weeks=1)
    if coming := _COMING.match(words):
        return _coming(coming["day"], today)
    if week := _END_OF_WEEK.match(words):
        friday = today + dt.timedelta(days=(_FRIDAY - today.weekday()) % 7)
        return friday + dt.timedelta(weeks=1) if week["next"] or week["coming"] else friday
    if part := _PART.match(words):
        return _part_of_month(part["part"], part["month"], part["year"], today)
    return None


def _coming(day: str, today: dt.date) -> dt.date:
    """Return the next such weekday, in a week where it is today."""
    return today + dt.timedelta(days=(_WEEKDAYS[day] - today.weekday() - 1) % 7 + 1)


def _part_of_month(part: str, month: str, year: str | None, today: dt.date) -> dt.date | None:
    found = _month(month, year, today)
    if found is None:
        return None
    first = dt.date(*found, 1)
    last = first.replace(day=calendar.monthrange(*found)[1])
    if part.startswith(("debut", "begin", "the begin", "start", "the start", "early")):
        date = first.replace(day=5)
    elif part.startswith(("mi", "the mi")):
        date = first.replace(day=15)
    else:
        date = last
    if date < today and year is None and month not in _MONTHS:
        return _part_of_month(part, month, str(found[0] + 1), today)
    return date


def _month(name: str, year: str | None, today: dt.date) -> tuple[int, int] | None:
    if name in _MONTHS:
        months = today.month - 1 + _MONTHS[name]
        return today.year + months // 12, months % 12 + 1
    number = next((number for known, number in _month_names().items() if len(name) >= _LETTERS and known.startswith(name)), None)
    if number is None:
        return None
    return (int(year) if year else today.year + (number < today.month)), number


def _month_names() -> dict[str, int]:
    from babel import Locale  # noqa: PLC0415 - locale data is loaded once a date is read

    found: dict[str, int] = {}
    for locale in LOCALES:
        months: dict[int, str] = dict(Locale.parse(locale).months["format"]["wide"])
        found |= {fold(name): number for number, name in months.items()}
    return found


def _parsed(words: str, today: dt.date, locale: str) -> dt.date | None:
    """Return what `dateparser` makes of words; a month alone is its last day."""
    import dateparser  # noqa: PLC0415 - 0.4 seconds at the first use

    base = dt.datetime.combine(today, dt.time(12))
    settings = {
        "RELATIVE_BASE": base,
        "PREFER_DATES_FROM": "future",
        "DATE_ORDER": "MDY" if re.match(r"\d{1,2}/(?:1[3-9]|[23]\d)(?!\d)", words) else "DMY",
        "PREFER_DAY_OF_MONTH": "current" if _RELATIVE.match(words) else "last",
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    others = ["fr", "en"] if locale == "fr" else ["en", "fr"]
    for text in dict.fromkeys((words, _LEADING.sub("", words).strip())):
        if not text or re.fullmatch(r"[\d ]{1,4}|.*\d ?(?:h|:).*", text):  # a bare number or a time of the day is no date
            continue
        found = dateparser.parse(text, languages=others, settings=settings)
        if found is not None:
            return found.date()
    return None
