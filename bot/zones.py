"""Time zones by what people type: a city, a country or an IANA name, in any of our languages, without case or accents."""

from __future__ import annotations

import difflib
import functools
import zoneinfo
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from bot.i18n import LOCALES, _, fold
from bot.text import Listing, Text
from bot.ui import CHOICE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from babel import Locale

UTC: Final = "UTC"
REGIONS: Final = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
"""What the names of places begin with; the others are offsets and leftovers."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone: its IANA name, and in each language the city and the country it is found by.

    `alias`: an older name, or a city that keeps the time of another; found where no other fits.
    """

    name: str
    cities: tuple[str, ...]
    countries: tuple[str, ...] = ()
    alias: bool = False

    def label(self, locale: str) -> str:
        """Return what a member reads in a list: "Paris, France (Europe/Paris)"."""
        place = LOCALES.index(locale) if locale in LOCALES else 0
        if self.name == UTC:
            return UTC
        country = f", {self.countries[place]}" if self.countries else ""
        whole = f"{self.cities[place]}{country} ({self.name})"
        return whole if len(whole) <= CHOICE else self.name

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that names it, folded."""
        plain = self.name.replace("_", " ")
        return tuple(dict.fromkeys(fold(words) for words in (self.name, plain, plain.rpartition("/")[2], *self.cities)))


@functools.cache
def zones() -> tuple[Zone, ...]:
    """Return the time zones where people live, by name."""
    from babel import Locale  # noqa: PLC0415 - locale data is loaded only where somebody chooses a time zone
    from babel.core import get_global  # noqa: PLC0415
    from babel.dates import get_timezone_location  # noqa: PLC0415

    known = zoneinfo.available_timezones()
    territories = get_global("zone_territories")
    languages = [Locale.parse(locale) for locale in LOCALES]
    found = [Zone(UTC, (UTC,) * len(LOCALES))]
    for name in sorted(known & set(territories)):
        cities = tuple(get_timezone_location(name, locale=language, return_city=True).rpartition("/")[2] for language in languages)
        countries = tuple(_country(language, territories[name]) for language in languages)
        found.append(Zone(name, cities, countries if all(countries) else ()))
    for name in sorted(known - set(territories)):
        region, _slash, city = name.rpartition("/")
        if region.partition("/")[0] in REGIONS:
            found.append(Zone(name, (city.replace("_", " "),) * len(LOCALES), alias=True))
    return tuple(found)


def _country(language: Locale, territory: str) -> str:
    """Return a country's name; Babel's own types leave this open."""
    return cast("Mapping[str, str]", language.territories).get(territory, "")


def find_zone(words: str) -> str | None:
    """Return the IANA name that these words stand for, or None: unknown, or several of them."""
    wanted = fold(words.strip())
    if not wanted:
        return None
    for matches in (_by_name, _by_label, _by_city, _by_older_city, _by_country):
        found = [zone.name for zone in zones() if matches(zone, wanted)]
        if found:
            return found[0] if len(found) == 1 else None
    return next((name for name in zoneinfo.available_timezones() if "/" in name and fold(name) == wanted), None)


def _by_name(zone: Zone, wanted: str) -> bool:
    return fold(zone.name) == wanted


def _by_label(zone: Zone, wanted: str) -> bool:
    return any(fold(zone.label(locale)) == wanted for locale in LOCALES)


def _by_city(zone: Zone, wanted: str) -> bool:
    return not zone.alias and wanted.replace("_", " ") in zone.words


def _by_older_city(zone: Zone, wanted: str) -> bool:
    return wanted.replace("_", " ") in zone.words


def _by_country(zone: Zone, wanted: str) -> bool:
    return wanted in map(fold, zone.countries)


def zone_name(name: str, locale: str) -> str:
    """Return a time zone as a member reads it; one that has no place of its own, or none, as it is."""
    return next((zone.label(locale) for zone in zones() if zone.name == name), name) if name else ""


def search_zones(words: str, limit: int = 25) -> list[Zone]:
    """Return the zones that what was typed so far may mean, the closest first; none typed: none."""
    wanted = fold(words.strip())
    if not wanted:
        return []
    ranked: list[tuple[int, str, Zone]] = []
    for zone in zones():
        countries = tuple(map(fold, zone.countries))
        if any(named.startswith(wanted) for named in zone.words):
            ranked.append((2 if zone.alias else 0, zone.name, zone))
        elif any(named.startswith(wanted) for named in countries):
            ranked.append((1, zone.name, zone))
        elif any(wanted in named for named in (*zone.words, *countries)):
            ranked.append((3, zone.name, zone))
    return [zone for _rank, _name, zone in sorted(ranked, key=lambda entry: entry[:2])][:limit]


def near_zones(words: str, limit: int = 3) -> list[str]:
    """Return the IANA names that resemble something mistyped."""
    contained = [zone.name for zone in search_zones(words, limit)]
    if contained:
        return contained
    wanted = fold(words.strip()).replace(" ", "_")
    spelled = {named: zone.name for zone in reversed(zones()) for named in (*zone.words, *map(fold, zone.countries))}
    close = difflib.get_close_matches(wanted, spelled, n=limit * 3, cutoff=0.7)
    return list(dict.fromkeys(spelled[named] for named in close))[:limit]


def unknown_zone(words: str) -> Text:
    """Return the sentence for somebody who typed what is not a time zone, with what they may have meant."""
    near = near_zones(words)
    if near:
        return _("I do not know this time zone. Did you mean {zones}?", zones=Listing(tuple(near), "or"))
    return _("I do not know this time zone. A large city near you will do, for example Paris or Montréal.")
