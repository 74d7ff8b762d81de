"""Texts in two languages: templates are ours, parameters are anybody's, and they only meet when they are written."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import Writer, _, fits, fold, longest, match_locale, plain, plural
from bot.text import Day, Listing, Mention, Moment, Money, Param, Plain, Text, pieces


class Brackets(Plain):
    """A dialect that shows what it was asked: [somebody's words], «our template», @mention."""

    def plain(self, words: str, /) -> str:
        return f"[{words}]"

    def template(self, words: str, /) -> str:
        return f"«{words}»"

    def mention(self, mention: Mention, /) -> str:
        return f"@{mention.account or mention.name}"


def test_parameters_never_mix_with_the_template() -> None:
    written = Writer("en", "UTC", Brackets()).write(_("Hello **{name}**", name="**{evil}**"))
    assert written == "«Hello **»[**{evil}**]«**»"


@given(st.text())
def test_any_words_come_out_as_they_went_in(words: str) -> None:
    assert plain(_("{words}", words=words), "fr") == words
    assert plain(words, "fr") == words


def test_a_template_with_a_format_specification_is_refused() -> None:
    with pytest.raises(ValueError, match="only plain"):
        pieces("{amount:>10}")
    with pytest.raises(ValueError, match="only plain"):
        pieces("{member.name}")


def test_numbers_dates_and_money_are_written_as_the_language_does() -> None:
    text = _("{number} {day} {money}", number=1234.5, day=Day(dt.date(2026, 11, 23)), money=Money(Decimal("1234.50"), "EUR"))
    assert plain(text, "en") == "1,234.5 Monday, November 23, 2026 €1,234.50"
    assert plain(text, "fr").replace("\u202f", " ").replace("\xa0", " ") == "1 234,5 lundi 23 novembre 2026 1 234,50 €"


def test_french_counts_its_first_of_the_month() -> None:
    text = _("{day}", day=Day(dt.date(2027, 2, 1)))
    assert (plain(text, "fr"), plain(text, "en")) == ("lundi 1er février 2027", "Monday, February 1, 2027")


def test_a_moment_is_written_in_the_readers_zone() -> None:
    moment = Moment(dt.datetime(2026, 11, 23, 23, 30, tzinfo=dt.UTC))
    assert (
        plain(_("{moment}", moment=moment), "en", "Europe/Paris").replace("\u202f", " ") == "Tuesday, November 24, 2026, 12:30 AM"
    )


def test_lists_are_joined_as_the_language_does() -> None:
    text = _("{list}", list=Listing(("a", "b", Mention("Ada"))))
    assert plain(text, "en") == "a, b, and Ada"
    assert plain(text, "fr") == "a, b et Ada"


def test_plurals_follow_the_count() -> None:
    assert [plain(plural("{count} reply", "{count} replies", count), "en") for count in (0, 1, 2)] == [
        "0 replies",
        "1 reply",
        "2 replies",
    ]


def test_the_longest_language_counts_for_limits() -> None:
    text = _("Please fill this in.")
    assert longest(text) == max(len(plain(text, "en")), len(plain(text, "fr")))


PARAMETERS: Final = st.one_of(
    st.text(max_size=30),
    st.integers(-(10**12), 10**12),
    st.builds(Mention, st.text(max_size=30)),
    st.builds(Day, st.dates()),
    st.builds(Moment, st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(9000, 1, 1), timezones=st.just(dt.UTC))),  # noqa: DTZ001
    st.builds(Listing, st.lists(st.text(max_size=9), max_size=4).map(tuple)),
)


@given(
    template=st.sampled_from(("{a}", "{a} ({b})", "{a} and {a} again, not {b}")),
    a=PARAMETERS,
    b=PARAMETERS,
    limit=st.integers(0, 200),
)
def test_what_fits_is_told_as_if_it_had_been_written(template: str, a: Param, b: Param, limit: int) -> None:
    inner = Text(template, {"a": a, "b": b})
    for text in (inner, Text("“{b}”", {"b": inner}), plural("one of {a}", "{count} of {a}", 12, a=a)):
        assert fits(limit, text) == (longest(text) <= limit)
        assert fits(limit, text, "words") == (longest(text) + len("words") <= limit)


@pytest.mark.parametrize(
    ("raw", "locale"), [("fr", "fr"), ("fr-CA", "fr"), ("en_GB", "en"), ("de", None), ("", None), (None, None)]
)
def test_a_platforms_locale_is_matched(raw: str | None, locale: str | None) -> None:
    assert match_locale(raw) == locale


def test_names_are_compared_without_case_or_accents() -> None:
    assert fold("Présentation") == fold("presentation")
