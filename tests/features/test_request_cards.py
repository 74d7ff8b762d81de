"""Cards and forms of requests and thanks hold the platforms' limits with the longest names, needs and reasons there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.i18n import LOCALES, _, plain
from bot.model import Member
from bot.notices import MessagePreference, Notice
from bot.paging import Page
from bot.skills.ranking import Match
from bot.ui import Card, Form
from commands.preferences.messages import ASKS, messages_card, messages_form
from commands.requests import animator_cards, cards, closing_cards, helper_cards, list_cards, news_cards, remark_cards
from commands.thanks import given, received, shared
from storage.asked import Asked, State
from storage.requests import Further, HelpRequest, Status, Step

NAME = "Wolfeschlegelsteinhausenbergerdorff-" * 2 + "Ada"
NEED = "n" * 300
MEMBERS = [Member(number, f"{NAME} {number}") for number in range(1, 9)]
REASONS = (
    _("offers “{offer}”", offer="o" * 60),
    _("has helped with “{need}”", need="h" * 60),
    _("is available at the moment"),
    _("speaks {language}", language=_("French")),
)


CLOSE = (_("offers “{offer}”, close to “{wanted}”", offer="o" * 8, wanted="w" * 60),)
TRADE = (_("describes their work as “{trade}”, close to “{wanted}”", trade="t " * 30, wanted="w" * 60),)
MATCHES = [Match(member, 1.0, told) for member, told in zip(MEMBERS, (REASONS, REASONS, REASONS, CLOSE, TRADE), strict=False)]


def request(status: Status = Status.OPEN, *, posted: bool = False, helper: Member | None = None) -> HelpRequest:
    return HelpRequest(10**12, MEMBERS[0], NEED, status, dt.datetime(2026, 11, 23, tzinfo=dt.UTC), posted, helper)


def asked(state: State) -> Asked:
    return Asked(MEMBERS[1], state, MEMBERS[2])


def built() -> Iterator[Card | Form]:
    solved = [request(Status.SOLVED, posted=True, helper=MEMBERS[3])] * 2
    news = _("{name} was asked", name=NAME)
    yield cards.overview(cards.Overview(request(), (), MATCHES, solved, 0, more=True, news=news))
    yield cards.overview(cards.Overview(request(posted=True), [asked(state) for state in State], MATCHES, (), 5, more=True))
    yield cards.overview(cards.Overview(request()))
    yield cards.overview(cards.Overview(request(posted=True)))
    yield news_cards.accepted(request(), asked(State.ACCEPTED))
    yield closing_cards.ask_solved(request(), MEMBERS[:5])
    yield closing_cards.ask_solved(request(), ())
    yield closing_cards.not_yet(request())
    yield news_cards.suggest_posting(request(), asked=True)
    yield news_cards.suggest_posting(request(), asked=False)
    yield closing_cards.solved_form(request(), MEMBERS)
    yield closing_cards.solved(request(Status.SOLVED, helper=MEMBERS[1]), thanked=True, kept_private=True)
    yield closing_cards.solved(request(Status.SOLVED, helper=MEMBERS[1]), thanked=False, kept_private=False)
    yield closing_cards.solved(request(Status.SOLVED), thanked=False, kept_private=False)
    yield helper_cards.question(request(), REASONS)
    yield helper_cards.question(request(), (), MEMBERS[2])
    yield helper_cards.question(request(), ())
    yield helper_cards.recommend_form(request())
    yield helper_cards.only_chosen(request())
    yield helper_cards.passed_on(request(), MEMBERS[1], now=True)
    yield helper_cards.passed_on(request(), MEMBERS[1], now=False)
    yield helper_cards.helped(request(), "t" * 500)
    yield helper_cards.recommended(request(), MEMBERS[1])
    yield helper_cards.public_thanks(request(), MEMBERS[1], "t" * 500)
    for state in State:
        yield helper_cards.answered(request(), state)
    for status in Status:
        ended = request(status, posted=True, helper=MEMBERS[1])
        yield cards.overview(cards.Overview(ended, news=news))
        yield helper_cards.over(ended)
        yield animator_cards.settled(ended)
        yield helper_cards.post(ended, 5)
        yield helper_cards.post(ended, 0)
        yield helper_cards.connection(ended, asked(State.ACCEPTED))
        yield list_cards.mine_card([(ended, 3)] * 5, Page(1, 3, 5))
    yield list_cards.open_card([(request(), True), (request(), False)] * 2, Page(1, 3, 5))
    yield list_cards.open_card([(request(), True), (request(), False)] * 2, Page(1, 3, 5), "w" * 40)
    yield list_cards.open_card((), Page(0, 1, 5))
    yield list_cards.open_card((), Page(0, 1, 5), "w" * 40)
    yield list_cards.mine_card((), Page(0, 1, 5))
    for others in ((), MEMBERS[1:3]):
        for public in (True, False):
            yield received(MEMBERS[0], "t" * 500, others, public=public)
        yield shared(MEMBERS[0], (MEMBERS[1], *others), "t" * 500)
        for public, kept_private in ((True, False), (False, True), (False, False)):
            yield given((MEMBERS[1], *others), public=public, kept_private=kept_private)


def built_of_what_changes() -> Iterator[Card | Form]:
    news = _("{name} was asked", name=NAME)
    for further in Further:
        told = replace(request(), further=further)
        yield cards.overview(cards.Overview(told, [asked(State.ASKED)], MATCHES, (), 5, more=True, news=news))
    known = replace(request(), steps=tuple(Step))
    yield cards.overview(cards.Overview(known, [asked(State.DECLINED)]))
    yield news_cards.asked_others(request(), MEMBERS[:2])
    yield news_cards.posted_for_you(request())
    yield animator_cards.unanswered(request(), 1)
    yield animator_cards.unanswered(request(posted=True), 5)
    yield animator_cards.helped(request())
    yield remark_cards.calm()
    yield remark_cards.called(MEMBERS[:3], MEMBERS[4])
    yield remark_cards.called(MEMBERS[:1], MEMBERS[0])
    yield remark_cards.whom_form(MEMBERS[0])
    yield remark_cards.edit_form(request())
    yield messages_form()
    yield messages_form(MessagePreference(0, digest=True, muted=frozenset({Notice.OPPORTUNITY})), 0, (dt.time(20), dt.time(8)))
    yield from (messages_card(MessagePreference(number), choice.label, None, "en") for number, choice in enumerate(ASKS))


def test_every_card_and_form_can_be_built() -> None:
    assert len([*built(), *built_of_what_changes()]) > 70


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_is_written_without_leftovers(locale: str) -> None:
    for one in (*built(), *built_of_what_changes()):
        if isinstance(one, Card):
            for content in one.contents():
                assert "{" not in plain(content, locale)
