"""Budgets and deadlines, as people write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.i18n import plain
from bot.model import Member
from bot.skills.ranking import Candidate
from commands.opportunities.budget import in_words, read
from commands.opportunities.deadlines import understood
from commands.opportunities.matching import fitting
from commands.opportunities.wording import percentage
from storage.opportunity import Contents

BUDGETS = (
    ("550 €/j", "€550 per day"),
    ("550€/jour", "€550 per day"),
    ("550 € par jour", "€550 per day"),
    ("TJM 500-600 €", "€500 to €600 per day"),
    ("TJM 500-600", "500 to 600 per day"),
    ("TJM : 450€", "€450 per day"),
    ("TJM entre 450 et 550 €", "€450 to €550 per day"),
    ("TJM 550€ HT", "€550 per day, before tax"),
    ("taux journalier 480 €", "€480 per day"),
    ("daily rate 600", "600 per day"),
    ("Day rate: €600", "€600 per day"),
    ("600 EUR/day", "€600 per day"),
    ("€500-€600/day", "€500 to €600 per day"),
    ("£450 per day", "£450 per day"),
    ("£450 p/d", "£450 per day"),
    ("£450/day + VAT", "£450 per day, before tax"),
    ("550/600 €/j", "€550 to €600 per day"),
    ("500 à 600€ jour", "€500 to €600 per day"),
    ("550€ HT / jour", "€550 per day, before tax"),
    ("400€ la demi-journée", "€400 per half-day"),
    ("3k€", "€3,000"),
    ("3 k€", "€3,000"),
    ("3K EUR", "€3,000"),
    ("€3k", "€3,000"),
    ("1,5k€", "€1,500"),
    ("1.5k", "1,500"),
    ("2k5", "2,500"),
    ("3-5k€", "€3,000 to €5,000"),
    ("3k-5k", "3,000 to 5,000"),
    ("500-1k€", "€500 to €1,000"),
    ("$1m", "$1,000,000"),
    ("5 mille euros", "€5,000"),
    ("12 000 EUR HT", "€12,000, before tax"),
    ("12 000 EUR", "€12,000"),
    ("12 000 €", "€12,000"),
    ("12.000 €", "€12,000"),
    ("12,000 USD", "$12,000"),
    ("12'000 CHF", "CHF12,000"),
    ("CHF 12'000.-", "CHF12,000"),
    ("1 200,50 €", "€1,200.50"),
    ("1.200,50 €", "€1,200.50"),
    ("$1,200.50", "$1,200.50"),
    ("550.00 €", "€550"),
    ("10 000 SEK", "SEK10,000"),
    ("¥500,000", "¥500,000"),
    ("$90/h", "$90 per hour"),
    ("90e/h", "€90 per hour"),
    ("$75 an hour", "$75 per hour"),
    ("hourly 45£", "£45 per hour"),
    ("75 dollars de l'heure", "$75 per hour"),
    ("45€ TTC de l'heure", "€45 per hour, tax included"),
    ("20-25 $/heure", "$20 to $25 per hour"),
    ("80 $ CA/h", "CA$80 per hour"),
    ("C$80/h", "CA$80 per hour"),
    ("25 dollars canadiens / h", "CA$25 per hour"),
    ("0,12 €/mot", "€0.12 per word"),
    ("0.12 per word", "0.12 per word"),
    ("$0.08/word", "$0.08 per word"),
    ("8 cents/mot", "0.08 per word"),
    ("8c/word", "0.08 per word"),
    ("15 €/page", "€15 per page"),
    ("7 euros du feuillet", "€7 per page"),
    ("1 500 € par article", "€1,500 apiece"),
    ("300€/vidéo", "€300 apiece"),
    ("6 €/min", "€6 per minute"),
    ("1200 €/mois", "€1,200 per month"),
    ("600 livres sterling la semaine", "£600 per week"),
    ("45 k€/an", "€45,000 per year"),
    ("£60k p.a.", "£60,000 per year"),
    ("60k per annum", "60,000 per year"),
    ("forfait 2 500 €", "€2,500 in all"),
    ("2000€ en tout", "€2,000 in all"),
    ("fixed price $5,000", "$5,000 in all"),
    ("flat fee 800", "800 in all"),
    ("1000-1500 per project", "1,000 to 1,500 in all"),
    ("500 000 FCFA", "F CFA500,000"),
    ("3000 dh", "MAD3,000"),
    ("800 francs suisses", "CHF800"),
    ("500 quid", "£500"),
    ("1500 euros TTC", "€1,500, tax included"),
    ("450 HTVA", "450, before tax"),
    ("de 300 à 500 €", "€300 to €500"),
    ("entre 3 000 et 5 000 euros", "€3,000 to €5,000"),
    ("between $2,000 and $3,000", "$2,000 to $3,000"),
    ("jusqu'à 5 000 €", "up to €5,000"),
    ("up to $3k", "up to $3,000"),
    ("max 600€/j", "up to €600 per day"),
    ("à partir de 400 €", "from €400"),
    ("from 400 €", "from €400"),
    ("500€+", "from €500"),
    ("au moins 2000", "from 2,000"),
    ("environ 1000 €", "about €1,000"),
    ("~1000€", "about €1,000"),
    ("about $2,000", "about $2,000"),
    ("550 €/j négociable", "€550 per day, negotiable"),
    ("400-600 € selon profil", "€400 to €600, depending on the profile"),
    ("550 € par jour sur 10 jours", "€550 per day (“550 € par jour sur 10 jours”)"),
    ("20 jours à 500 €/j", "€500 per day (“20 jours à 500 €/j”)"),
    ("500", "500"),
    ("à discuter", "to be discussed"),
    ("À définir ensemble", "to be discussed (“À définir ensemble”)"),
    ("To be discussed", "to be discussed"),
    ("TBD", "to be discussed"),
    ("on en parle", "to be discussed"),
    ("negotiable", "to be discussed"),
    ("selon profil", "depending on the profile"),
    ("depending on experience", "depending on the profile"),
    ("10% du CA", "“10% du CA”"),
    ("bénévole", "“bénévole”"),
    ("un peu d'argent", "“un peu d'argent”"),
    ("500 € ou 600 $", "“500 € ou 600 $”"),
)

MONDAY = dt.date(2026, 11, 23)
DEADLINES = (
    ("vendredi", "2026-11-27"),
    ("Friday", "2026-11-27"),
    ("by next Friday", "2026-11-27"),
    ("lundi", "2026-11-30"),
    ("lundi prochain", "2026-11-30"),
    ("lundi en huit", "2026-12-07"),
    ("vendredi en quinze", "2026-12-11"),
    ("a week on Monday", "2026-12-07"),
    ("lundi matin", "2026-11-30"),
    ("demain", "2026-11-24"),
    ("today", "2026-11-23"),
    ("in two weeks", "2026-12-07"),
    ("dans 15 jours", "2026-12-08"),
    ("sous 8 jours", "2026-12-01"),
    ("d’ici une semaine", "2026-11-30"),
    ("in a month", "2026-12-23"),
    ("fin de semaine", "2026-11-27"),
    ("end of next week", "2026-12-04"),
    ("fin janvier", "2027-01-31"),
    ("end of January", "2027-01-31"),
    ("d'ici fin janvier", "2027-01-31"),
    ("fin novembre", "2026-11-30"),
    ("fin fév", "2027-02-28"),
    ("mi-décembre", "2026-12-15"),
    ("début février", "2027-02-05"),
    ("fin du mois", "2026-11-30"),
    ("le mois prochain", "2026-12-31"),
    ("fin d’année", "2026-12-31"),
    ("mai", "2027-05-31"),
    ("15/02", "2027-02-15"),
    ("avant le 15/02", "2027-02-15"),
    ("02/15", "2027-02-15"),
    ("15.02.2027", "2027-02-15"),
    ("2027-01-31", "2027-01-31"),
    ("1er mars", "2027-03-01"),
    ("Feb 15", "2027-02-15"),
    ("jeudi 3 décembre", "2026-12-03"),
    ("3 déc.", "2026-12-03"),
)


@pytest.mark.parametrize(("written", "shown"), BUDGETS)
def test_a_budget_is_read_as_it_is_meant(written: str, shown: str) -> None:
    assert plain(in_words(read(written)), "en").replace("\xa0", " ").replace("\u202f", " ") == shown


def test_a_budget_is_shown_in_the_readers_language() -> None:
    shown = {
        "$90/h": "90 $US par heure",
        "TJM 500-600 € HT": "500 € à 600 € par jour HT",
        "12,000 EUR": "12 000 €",
        "up to $1,200.50": "jusqu’à 1 200,50 $US",
        "tbd": "à discuter",
    }
    for written, words in shown.items():
        assert plain(in_words(read(written)), "fr").replace("\xa0", " ").replace("\u202f", " ") == words


@given(st.one_of(st.text(max_size=100), st.text("0123456789 .,'-/€$k%àTJM", max_size=60)))
def test_whatever_is_written_is_never_lost(written: str) -> None:
    budget = read(written)
    assert budget.said == " ".join(written.split())
    if not (budget.readable and budget.whole):
        assert budget.said in plain(in_words(budget), "en")


def test_a_referral_fee_is_a_percentage_above_nothing_and_up_to_all() -> None:
    said = {
        "10": Decimal(10),
        "10 %": Decimal(10),
        "7,5%": Decimal("7.5"),
        "0": None,
        "101": None,
        "ten": None,
        "": None,
        "NaN": None,
    }
    assert {words: percentage(words) for words in said} == said


@pytest.mark.parametrize(("written", "date"), DEADLINES)
@pytest.mark.parametrize("locale", ["en", "fr"])
async def test_a_deadline_is_read_as_it_is_meant(written: str, date: str, locale: str) -> None:
    assert await understood(written, MONDAY, locale) == dt.date.fromisoformat(date)


@pytest.mark.parametrize("written", ["", "ASAP", "dès que possible", "no rush", " - "])
async def test_some_words_name_no_date(written: str) -> None:
    assert await understood(written, MONDAY, "en") is None


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("hier", "Sunday, November 22, 2026 is past"),
        ("1 January 2020", "is past"),
        ("in 3 years", "more than a year away"),
        ("hello world", "I do not understand this date"),
        ("31/02", "I do not understand this date"),
        ("15", "I do not understand this date"),
        ("10h", "I do not understand this date"),
        ("9" * 60, "I do not understand this date"),
        ("🙏" * 20, "I do not understand this date"),
    ],
)
async def test_other_words_are_refused_with_a_sentence(written: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        await understood(written, MONDAY, "en")
    assert reason in plain(refused.value.fields["deadline"], "en")


def test_those_it_fits_best_and_nobody_for_a_word_in_common() -> None:
    candidates = [
        Candidate(Member(number, f"M{number}"), "independent", offers, locale="en")
        for number, offers in enumerate(("React development", "bread, a shop", "React, TypeScript, online shops", "yoga"), 1)
    ]
    shop = Contents("Online shop for a bakery", "Somebody has to build it.", "React, TypeScript", locale="en")
    assert [match.member.id for match in fitting(shop, candidates[1:])] == [3]
    assert {match.member.id for match in fitting(shop, candidates)} == {1, 3}
