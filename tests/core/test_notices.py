"""Kinds of messages: who may be sent what, and that every message of every feature says which it is."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path

import pytest

from bot.effects import Direct, OwnTime
from bot.errors import LimitError
from bot.hours import WorkingHours, due
from bot.i18n import LOCALES, plain
from bot.model import Kind
from bot.notices import (
    NATURES,
    Because,
    MessagePreference,
    Notice,
    Reason,
    Sort,
    Way,
    counted,
    decide,
    digest_time,
    may_stop,
    may_wait,
    with_reason,
)
from bot.ui import BUTTONS, Button, Card
from commands import FEATURES
from commands.notices.feature import SWITCHES

ROOT = Path(__file__).parents[2]
PARIS = "Europe/Paris"
USUAL = MessagePreference()


def way(notice: Notice, chosen: MessagePreference = USUAL, sent: int = 0, *, waiting: bool = False) -> Way:
    return decide(notice, chosen, sent, waiting=waiting).way


class TestDeciding:
    def test_unasked_messages_go_until_the_week_is_full_then_wait_for_the_digest(self) -> None:
        assert [way(Notice.OPPORTUNITY, sent=sent) for sent in range(5)] == [Way.NOW] * 3 + [Way.DIGEST] * 2

    def test_what_waits_for_the_digest_keeps_a_place_for_it(self) -> None:
        assert way(Notice.OPPORTUNITY, sent=2, waiting=True) is Way.DIGEST
        assert way(Notice.OPPORTUNITY, sent=1, waiting=True) is Way.NOW

    def test_what_is_late_makes_no_sense_is_dropped(self) -> None:
        assert [way(notice, sent=3) for notice in (Notice.CHECKIN, Notice.INTRODUCTION)] == [Way.NEVER, Way.NEVER]

    def test_a_digest_instead_holds_what_can_wait_and_no_question(self) -> None:
        chosen = MessagePreference(digest=True)
        assert way(Notice.OPPORTUNITY, chosen) is Way.DIGEST
        assert way(Notice.HELP, chosen) is Way.NOW

    def test_none_a_week_is_none(self) -> None:
        chosen = MessagePreference(weekly=0)
        assert {way(notice, chosen) for notice in Notice if NATURES[notice].sort is Sort.UNASKED} == {Way.NEVER}

    @pytest.mark.parametrize("chosen", [MessagePreference(0), MessagePreference(digest=True)])
    def test_what_is_ones_own_always_comes(self, chosen: MessagePreference) -> None:
        asked = [notice for notice in Notice if NATURES[notice].sort is not Sort.UNASKED]
        assert {way(notice, chosen, 20, waiting=True) for notice in asked} == {Way.NOW}

    def test_a_kind_can_be_switched_off_or_kept_for_the_digest(self) -> None:
        chosen = MessagePreference(muted=frozenset({Notice.ALLY}), gathered=frozenset({Notice.THANKS, Notice.CHECKIN}))
        assert decide(Notice.ALLY, chosen, 0, waiting=False).because is Because.MUTED
        assert [way(notice, chosen) for notice in (Notice.ALLY, Notice.THANKS, Notice.CHECKIN)] == [
            Way.NEVER,
            Way.DIGEST,
            Way.NEVER,
        ]
        assert way(Notice.OPPORTUNITY, chosen) is Way.NOW

    def test_whoever_is_named_is_asked_at_once_and_it_counts(self) -> None:
        assert way(Notice.NAMED, sent=20) is Way.NOW
        assert counted(Notice.NAMED)
        assert not counted(Notice.THANKS)


class TestTheDigest:
    def test_comes_on_monday_morning_in_ones_own_hours(self) -> None:
        wednesday = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
        assert digest_time(wednesday, PARIS) == dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)
        assert digest_time(wednesday, "Asia/Tokyo") == dt.datetime(2026, 11, 30, 0, tzinfo=dt.UTC)
        late = WorkingHours((2, 4), dt.time(14), dt.time(18))
        assert digest_time(wednesday, PARIS, late) == dt.datetime(2026, 12, 2, 13, tzinfo=dt.UTC)

    def test_comes_at_once_only_where_it_is_before_nine_on_a_monday(self) -> None:
        monday = dt.datetime(2026, 11, 30, 7, tzinfo=dt.UTC)
        assert digest_time(monday, PARIS) == monday + dt.timedelta(hours=1)
        assert digest_time(monday + dt.timedelta(hours=2), PARIS) == monday + dt.timedelta(days=7, hours=1)

    def test_comes_once_a_week_at_most(self) -> None:
        last = dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)
        assert digest_time(last, PARIS, last=last) >= last + dt.timedelta(days=6, hours=22)

    def test_a_change_of_clocks_does_not_put_it_off(self) -> None:
        last = dt.datetime(2027, 3, 22, 8, tzinfo=dt.UTC)
        assert digest_time(last + dt.timedelta(days=1), PARIS, last=last) == dt.datetime(2027, 3, 29, 7, tzinfo=dt.UTC)


class TestQuietHours:
    NIGHT = WorkingHours(quiet=(dt.time(20), dt.time(8)))

    @pytest.mark.parametrize(("hour", "expected"), [(12, 12), (19, 31), (2, 7), (7, 7)])
    def test_nothing_comes_in_them(self, hour: int, expected: int) -> None:
        day = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
        assert due(OwnTime(working=False), day + dt.timedelta(hours=hour), PARIS, self.NIGHT) == day + dt.timedelta(hours=expected)

    def test_working_hours_give_way_to_them(self) -> None:
        hours = WorkingHours(quiet=(dt.time(8), dt.time(10)))
        day = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
        assert due(OwnTime(), day, PARIS, hours) == day + dt.timedelta(hours=9)

    def test_where_they_leave_nothing_of_the_day_what_waits_comes_after_them(self) -> None:
        hours = WorkingHours(quiet=(dt.time(7), dt.time(20)))
        day = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
        assert due(OwnTime(), day, PARIS, hours) == day + dt.timedelta(hours=19)


class TestTheLineUnderEachMessage:
    def test_says_why_it_came_with_the_button_for_less(self) -> None:
        card = with_reason(Card(body="Hello", note="A note"), Reason(Notice.THANKS))
        assert (card.note, plain(card.why, "en")) == ("A note", "You get this because somebody thanks you.")
        assert [control.action for control in card.controls if isinstance(control, Button)] == ["notice:less:thanks"]

    def test_has_room_under_the_fullest_card(self) -> None:
        full = Card(body="x" * 2900, note="x" * 500, controls=tuple(Button(str(each), f"a:{each}") for each in range(BUTTONS)))
        assert len(with_reason(full, Reason(Notice.ROUND)).controls) == BUTTONS + 1

    def test_a_longer_line_gives_way_to_the_one_of_the_kind(self) -> None:
        card = with_reason(Card(body="Hello"), Reason(Notice.CIRCLE, "x" * 151))
        assert card.why == NATURES[Notice.CIRCLE].why

    def test_the_longest_id_of_a_switch_fits(self) -> None:
        for notice in Notice:
            with_reason(Card(body="Hello"), Reason(notice, switch="x:" + "y" * 46))
        with pytest.raises(LimitError):
            Direct(1, Card(body="Hello"), notice=Notice.CIRCLE, switch="x:" + "y" * 47)

    def test_a_message_has_no_more_buttons_than_leave_room_for_it(self) -> None:
        buttons = tuple(Button("a", "a:b") for _ in range(BUTTONS + 1))
        card = Card(body="Hello", why="because", controls=buttons)
        with pytest.raises(LimitError):
            Direct(1, card, notice=Notice.THANKS)

    @pytest.mark.parametrize("locale", LOCALES)
    def test_every_kind_has_a_line_of_its_sort(self, locale: str) -> None:
        assert set(NATURES) == set(Notice)
        begins = {"en": "You get this", "fr": "Vous recevez ceci"}[locale]
        assert [notice for notice, nature in NATURES.items() if not plain(nature.why, locale).startswith(begins)] == []

    def test_whatever_is_unasked_can_be_switched_off_and_what_is_ones_own_cannot(self) -> None:
        assert all(may_stop(notice) for notice in Notice if NATURES[notice].sort is Sort.UNASKED)
        assert not any(may_stop(notice) or may_wait(notice) for notice in Notice if NATURES[notice].sort is Sort.OWN)


def test_every_feature_says_what_kind_its_messages_are() -> None:
    """The type checker finds a message without a kind; this finds one that hides it from the type checker."""
    wrong: list[str] = []
    for path in sorted((ROOT / "commands").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Direct":
                kinds = [keyword.value for keyword in node.keywords if keyword.arg == "notice"]
                if not kinds or any(keyword.arg is None for keyword in node.keywords):
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert wrong == []


def test_nothing_but_staging_writes_private_messages_to_the_outbox() -> None:
    """Whoever wrote rows of their own would pass the budget by."""
    writers = {
        str(path.relative_to(ROOT))
        for folder in ("commands", "storage", "bot")
        for path in (ROOT / folder).rglob("*.py")
        if "insert(OutboxRow)" in path.read_text(encoding="utf-8")
    }
    assert writers == {"storage/staging_queries.py", "storage/anew.py"}


def test_every_switch_leads_somewhere() -> None:
    runs = {command.action for feature in FEATURES for command in feature.commands}
    pressed = {f"{feature.name}:{trigger.name}" for feature in FEATURES for trigger in feature.triggers[Kind.ACTION]}
    assert {action.removesuffix(":0") for action in SWITCHES.values()} <= runs | pressed
