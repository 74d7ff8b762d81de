"""A time zone is found by what people type."""

from __future__ import annotations

import zoneinfo

import pytest

from bot.i18n import LOCALES, plain
from bot.ui import CHOICE
from bot.zones import find_zone, near_zones, search_zones, unknown_zone, zones


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("paris", "Europe/Paris"),
        (" Europe/Paris ", "Europe/Paris"),
        ("EUROPE/PARIS", "Europe/Paris"),
        ("new york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("Le Caire", "Africa/Cairo"),
        ("cairo", "Africa/Cairo"),
        ("Montréal", "America/Montreal"),
        ("buenos aires", "America/Argentina/Buenos_Aires"),
        ("Sénégal", "Africa/Dakar"),
        ("senegal", "Africa/Dakar"),
        ("La Réunion", "Indian/Reunion"),
        ("Paris, France (Europe/Paris)", "Europe/Paris"),
        ("utc", "UTC"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("US/Pacific", "US/Pacific"),
    ],
)
def test_a_place_stands_for_its_zone(typed: str, found: str) -> None:
    assert find_zone(typed) == found
    zoneinfo.ZoneInfo(found)


@pytest.mark.parametrize("typed", ["", "   ", "Europe/Pariss", "États-Unis", "atlantis", "../../etc/passwd", "x" * 500])
def test_what_is_no_zone_or_several_is_none(typed: str) -> None:
    assert find_zone(typed) is None


def test_the_nearest_are_named() -> None:
    assert near_zones("Europe/Pariss")[0] == "Europe/Paris"
    assert near_zones("tokio")[0] == "Asia/Tokyo"
    assert plain(unknown_zone("tokio"), "en") == "I do not know this time zone. Did you mean Asia/Tokyo?"
    assert near_zones("qqqqqq") == []
    assert plain(unknown_zone("qqqqqq"), "en").startswith("I do not know this time zone. A large city near you")


def test_typing_offers_cities_first_then_countries() -> None:
    assert [zone.name for zone in search_zones("par")][:2] == ["America/Paramaribo", "Europe/Paris"]
    assert "Europe/Zurich" in [zone.name for zone in search_zones("suiss")]
    assert len(search_zones("a")) == 25
    assert search_zones(" ") == []


def test_every_label_fits_a_list_in_every_language() -> None:
    assert all(0 < len(zone.label(locale)) <= CHOICE for zone in zones() for locale in LOCALES)
