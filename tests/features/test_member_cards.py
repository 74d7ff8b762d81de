"""Every card and dialog of introductions, menu, setup and preferences holds the limits, with the longest words there can be."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.hours import WorkingHours
from bot.i18n import LOCALES, plain
from bot.model import Channel, Member
from bot.skills.ranking import Candidate, rank_allies
from bot.ui import Card, Form
from commands import FEATURES, animator
from commands.members import cards, forms, proposal_cards
from commands.menu import cards as menu_cards
from commands.menu import home_cards
from commands.preferences import personal as preferences
from storage.profiles import Availability, Introduction, Profile
from storage.proposals import Proposal, State
from storage.requests import HelpRequest, Status

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
NIGHTS = WorkingHours((1, 3, 5, 6), dt.time(22, 30), dt.time(5, 45))
LONG = Member(1, "Ada " * 60)
TOLD = Introduction(
    "designer " * 22, "logos and more " * 40, "clients, " * 66, tuple(forms.VALUES)[:2], "https://ada.example", "fr"
)
FULL = Profile(LONG, TOLD, Availability("no", dt.date(2027, 6, 30), "missions " * 13), NOW, 0, published=True)
EMPTY = Profile(Member(2, "Bo"))
PROPOSAL = Proposal(7, LONG, Member(2, "Bo"), State.ASKED, NOW)
REQUEST = HelpRequest(5, LONG, "somebody to print posters " * 11, Status.OPEN, NOW)
MATCHES = rank_allies(
    Candidate(LONG, TOLD.does, TOLD.offers, TOLD.seeks, "fr"),
    [Candidate(Member(number, "Bo " * 70), "designer", "clients " * 60, "logos " * 60, "fr") for number in range(2, 5)],
)
COMMANDS = [command for feature in FEATURES for command in feature.commands]
CHANNELS = {role: Channel("C" * 20, "a-channel " * 8) for role in animator.ROLES}

CARDS = {
    "introduction": cards.introduction(FULL, availability=FULL.availability),
    "introduction, nothing more": cards.introduction(
        Profile(LONG, Introduction("designer", "logos"), introduced_at=NOW), availability=Availability()
    ),
    "profile of other": cards.profile_of_other(FULL, availability=FULL.availability),
    "profile of other, empty": cards.profile_of_other(EMPTY, availability=Availability("yes")),
    "own profile": cards.own_profile(FULL, availability=FULL.availability),
    "own profile, empty": cards.own_profile(EMPTY, availability=Availability()),
    "available": cards.available(FULL.availability),
    "available, always": cards.available(Availability("yes")),
    "available, unsaid": cards.available(Availability()),
    "directory": cards.directory([FULL] * 8, 100, 5, "w" * 50),
    "directory, all": cards.directory([FULL], 1, 0),
    "directory, nobody found": cards.directory([], 0, 0, "w" * 50),
    "directory, empty": cards.directory([], 0, 0),
    "welcome": cards.welcome(LONG, "Les Indés"),
    "welcome back": cards.welcome_back(LONG),
    "first reminder": cards.reminder(LONG, last=False),
    "last reminder": cards.reminder(LONG, last=True),
    "no thanks": cards.no_thanks(),
    "introduced": cards.introduced(LONG, MATCHES, posted=True, again=False),
    "introduced, no channel": cards.introduced(LONG, [], posted=False, again=False),
    "introduced again": cards.introduced(LONG, MATCHES, posted=True, again=True),
    "introduced again, no channel": cards.introduced(LONG, MATCHES, posted=False, again=True),
    "allies": cards.allies(MATCHES),
    "introduce first": proposal_cards.introduce_first(),
    "asked": proposal_cards.asked(LONG),
    "asked already": proposal_cards.asked_already(LONG),
    "proposal": proposal_cards.proposal(PROPOSAL, FULL, MATCHES[0].reasons),
    "accepted": proposal_cards.accepted(LONG),
    "accepted already": proposal_cards.accepted_already(),
    "not now": proposal_cards.not_now(LONG),
    "gone": proposal_cards.gone(LONG),
    "meeting": proposal_cards.meeting(FULL, EMPTY),
    "menu": menu_cards.menu_card(COMMANDS, animators=COMMANDS, not_understood="w" * 500, meant=COMMANDS[0], unset=True),
    "menu, second page": menu_cards.menu_card(COMMANDS, 1),
    "menu of animators": menu_cards.animator_card(COMMANDS, unset=True),
    "home": home_cards.home_card(LONG, FULL, [PROPOSAL] * 9, [REQUEST] * 9, COMMANDS, animators=COMMANDS),
    "home of a newcomer": home_cards.home_card(LONG, None, [], [], COMMANDS),
    "home of nobody": home_cards.stranger_card("A community " * 6),
    "arrival": home_cards.arrival_card("A workspace " * 20),
    "arrival, unnamed": home_cards.arrival_card(""),
    "set up": animator.set_up_card(CHANNELS, "fr", "America/Argentina/ComodRivadavia", 3, "en"),
    "set up, nothing": animator.set_up_card({}, "fr", "Europe/Paris", 3, "en"),
    "test message": animator.test_card("help"),
    "tested": animator.tested_card(),
    "preferences": preferences.chosen_card("fr", "Europe/Paris", "fr"),
    "preferences of the platform": preferences.chosen_card("", "", "en"),
    "preferences, nights": preferences.chosen_card("fr", "Africa/Cairo", "fr", NIGHTS),
}
FORMS = {
    "introduction": forms.introduction_form(Introduction(), again=False),
    "introduction again": forms.introduction_form(TOLD, again=True),
    "availability": forms.availability_form(FULL.availability),
    "search": forms.search_form("w" * 50),
    "setup": animator.setup_form({"help": "C1"}, "fr", "Europe/Paris"),
    "preferences": preferences.preferences_form("", "", NIGHTS),
}


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
@pytest.mark.parametrize("locale", LOCALES)
def test_a_card_says_something_in_every_language(card: Card, locale: str) -> None:
    written = [plain(content, locale) for content in card.contents()]
    assert any(written)
    assert all("{" not in words for words in written)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("locale", LOCALES)
def test_a_form_says_something_in_every_language(form: Form, locale: str) -> None:
    assert plain(form.title, locale)
    assert all(plain(field.label, locale) for field in form.fields)


def test_a_long_menu_keeps_to_ten_buttons_and_loses_none() -> None:
    pages = [menu_cards.menu_card(COMMANDS * 3, page, animators=COMMANDS) for page in range(5)]
    assert all(len(card.controls) <= 10 for card in pages)
    shown = [getattr(control, "action", "") for card in pages for control in card.controls]
    assert {command.action for command in COMMANDS} <= set(shown)
