"""Public holidays of a country, for those rules that skip them. Pure; the library is loaded only where one does."""

from __future__ import annotations

import functools
import importlib.util
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable


class _Library(Protocol):
    """What we use of the library."""

    def country_holidays(self, country: str, subdiv: str | None = None, *, years: int) -> Iterable[dt.date]: ...


@functools.cache
def _library() -> _Library:
    """Return the library, made to import only the countries that are asked for.

    Its package of countries imports all 250 of them, twice the memory: an empty package of the same name and place stands in.
    """
    found = importlib.util.find_spec("holidays")
    if found is None or found.origin is None:  # pragma: no cover - a dependency that is always installed
        message = "the package `holidays` is not installed"
        raise ModuleNotFoundError(message)
    name = "holidays.countries"
    if name not in sys.modules:
        countries = types.ModuleType(name)
        countries.__path__ = [str(Path(found.origin).parent / "countries")]
        sys.modules[name] = countries
    return cast("_Library", importlib.import_module("holidays"))


@functools.lru_cache(maxsize=256)
def holidays(place: str, year: int) -> Collection[dt.date]:
    """Return the public holidays of a year: `FR`, or a part of a country that has more of them, `FR-57`.

    Raises:
        ValueError: the place is not known.
    """
    country, _dash, part = place.partition("-")
    try:
        return frozenset(_library().country_holidays(country, part or None, years=year))
    except (NotImplementedError, KeyError) as error:
        message = f"no public holidays are known of {place!r}"
        raise ValueError(message) from error
