"""What rounds go by, without a database: who is ready, who is in a pool, when members are told, what is shown, what is read."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import Invalid
from bot.i18n import LOCALES, _, plain
from bot.matching.model import Person, Trade
from bot.matching.model import Rules as Hard
from bot.model import Member
from bot.recurrence import LAST, Monthly, Recurrence, Weekly
from bot.text import Listing, Mention
from commands.rounds.animator_cards import rhythm
from commands.rounds.meeting_cards import meeting_card, unknown, video
from commands.rounds.pairing import PAUSED, SNOOZED, TOO_SOON, Question, in_pool, permitted, resting
from commands.rounds.programme_forms import read_rule, read_rules, read_sending
from commands.rounds.starters import starter, starters
from storage.meeting import Attendee, Meeting, Progress
from storage.participation import Participant, State
from storage.profiles import Introduction, Profile
from storage.programmes import LATE, USUAL, Pool, Programme, Rules, from_now_on, told_before

TUESDAY = dt.date(2026, 12, 1)
ADA = Member(1, "Ada", joined_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
READY = Participant(ADA, State.JOINED)


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (READY, None),
        (replace(READY, state=State.LEFT), ""),
        (replace(READY, member=replace(ADA, left=True)), ""),
        (replace(READY, state=State.PAUSED), PAUSED),
        (replace(READY, snoozed_until=dt.date(2026, 12, 2)), SNOOZED),
        (replace(READY, snoozed_until=TUESDAY), None),
        (replace(READY, every=14, last_date=dt.date(2026, 11, 24)), TOO_SOON),
        (replace(READY, every=14, last_date=dt.date(2026, 11, 18)), None),
    ],
)
def test_who_is_ready_on_a_date(one: Participant, reason: str | None) -> None:
    assert resting(one, TUESDAY) == reason


@pytest.mark.parametrize(
    ("rules", "choice", "inside"),
    [
        (Rules(), None, True),
        (Rules(), False, False),
        (Rules(pool=Pool.NEWCOMERS, pool_value="30"), None, True),
        (Rules(pool=Pool.NEWCOMERS, pool_value="29"), None, False),
        (Rules(pool=Pool.NEWCOMERS), None, True),
        (Rules(pool=Pool.WORD, pool_value="Ébéniste"), None, True),
        (Rules(pool=Pool.WORD, pool_value="logo"), None, False),
        (Rules(pool=Pool.CHANNEL), None, False),
        (Rules(pool=Pool.CHANNEL), True, True),
    ],
)
def test_who_a_programme_is_for(rules: Rules, choice: bool | None, inside: bool) -> None:  # noqa: FBT001 - an expected value
    profile = Profile(ADA, Introduction("ebeniste", "tables"))
    choices = {} if choice is None else {ADA.id: choice}
    assert in_pool(Programme(1, "P", rules=rules), READY, choices, profile, TUESDAY) is inside


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        (Weekly((1,)), dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)),
        (Weekly((0,)), dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)),
        (Weekly((6,)), dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)),
        (Monthly(LAST, 0), dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)),
        (Monthly(1, 2), dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC)),
    ],
)
def test_members_are_told_the_working_day_before(dates: Weekly | Monthly, told: dt.datetime) -> None:
    rule = told_before(Recurrence(dates, dt.time(9)))
    first = next(rule.upcoming("Europe/Paris", dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)))
    assert (first.due, rule.grace) == (told, LATE)
    assert first.date is not None
    assert rule.moment(first.date, "Europe/Paris") > told
    assert rule.occurrence(first.date, "Europe/Paris") == first


def test_a_round_is_told_of_at_the_same_local_time_across_a_change_of_the_clocks() -> None:
    rule = told_before(Recurrence(Weekly((0,)), dt.time(9)))
    (one,) = _until(rule, dt.date(2027, 3, 29))
    assert one == dt.datetime(2027, 3, 26, 8, tzinfo=dt.UTC), "nine in winter time, of a round at nine in summer time"


def _until(rule: Recurrence, date: dt.date) -> list[dt.datetime]:
    following = rule.upcoming("Europe/Paris", dt.datetime(2027, 3, 20, tzinfo=dt.UTC))
    return [each.due for each in (next(following) for _number in range(3)) if each.date == date]


def test_a_new_programme_begins_next_week() -> None:
    rule = from_now_on(USUAL, dt.date(2026, 11, 23))
    first = next(rule.upcoming("Europe/Paris", dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)))
    assert first.date == dt.date(2026, 12, 1)
    assert plain(rhythm(Programme(1, "P", rule)), "fr") == "toutes les deux semaines, le mardi"


def test_what_animators_type_is_read_or_refused_at_its_field() -> None:
    rule = read_rule(USUAL, "ml", "4", "17h30")
    assert (rule.dates, rule.at) == (Monthly(LAST, 4), dt.time(17, 30))
    for rhythm_, day, time, field in (("w9", "1", "9", "rhythm"), ("w1", "9", "9", "day"), ("w1", "1", "soon", "time")):
        with pytest.raises(Invalid) as refused:
            read_rule(USUAL, rhythm_, day, time)
        assert set(refused.value.fields) == {field}
    with pytest.raises(Invalid) as refused:
        read_rules(Rules(), "newcomers", "often", "any", "maybe", "1")
    assert set(refused.value.fields) == {"value", "odd"}
    programme = Programme(1, "P")
    assert read_sending(programme, "0", " https://meet.example/{meeting} ", "fr").rule.holidays == "FR"
    for video_, holidays, field in (("meet", "", "video"), ("", "Narnia", "holidays")):
        with pytest.raises(Invalid) as refused:
            read_sending(programme, "2", video_, holidays)
        assert set(refused.value.fields) == {field}


def test_where_zones_differ_everybodys_clock_is_said() -> None:
    bo = Member(2, "Bo")
    at = dt.datetime(2026, 12, 2, 14, tzinfo=dt.UTC)
    meeting = Meeting(1, 1, Progress.SENT, (Attendee(ADA), Attendee(bo)), slots=(at,), initiator=2)
    card = meeting_card(meeting, [unknown(ADA), unknown(bo)], zones={1: "Europe/Paris", 2: "America/Montreal"})
    assert plain(card.items[0].body, "en", "Europe/Paris").endswith("(Ada 15:00 and Bo 09:00)")
    assert "Bo, you write first" in plain(card.paragraphs[1], "en")
    night = replace(meeting, slots=(dt.datetime(2026, 12, 2, 23, 30, tzinfo=dt.UTC),))
    dated = meeting_card(night, [], zones={1: "Pacific/Auckland", 2: "America/Montreal"}).items[0].body
    assert plain(dated, "en", "UTC").endswith("(Ada Thursday, December 3, 2026, 12:30 and Bo Wednesday, December 2, 2026, 18:30)")
    assert plain(dated, "fr", "UTC").endswith("(Ada jeudi 3 décembre 2026, 12:30 et Bo mercredi 2 décembre 2026, 18:30)")
    together = meeting_card(meeting, [], zones={1: "Europe/Paris", 2: "Europe/Berlin"})
    assert "(" not in plain(together.items[0].body, "en")


def test_each_meeting_has_its_own_room() -> None:
    assert video("https://meet.example/{meeting}", "ab12") == "https://meet.example/confrere-ab12"
    assert video("", "ab12") == video("no address", "ab12") == ""


def test_there_are_starters_in_every_language_that_fit_a_card() -> None:
    for locale in LOCALES:
        known = starters(locale)
        assert len(set(known.starters)) == len(known.starters) >= 30
        assert max(map(len, known.starters)) <= 200
    assert starter("fr", 7, complementary=True) == starter("fr", 7, complementary=True)


def test_a_swap_keeps_every_hard_rule_where_nothing_gives_way() -> None:
    here = Person("1", trade="designer", languages=("fr",), zone="Europe/Paris")
    far = Person("2", trade="designer", languages=("fr",), zone="Pacific/Auckland")
    english = Person("3", trade="baker", languages=("en",), zone="Europe/Paris")
    both = Person("4", trade="baker", languages=("en", "fr"), zone="Europe/Paris")

    def may(members: set[int], **rules: Any) -> bool:  # noqa: ANN401 - rules of a programme
        return permitted(Question([here, far, english, both], Hard(**rules), (), (), TUESDAY, 0), members)

    assert may({1, 4})
    assert not may({1, 2}), "two nights apart"
    assert may({1, 2}, common_hours=0.0)
    assert not may({1, 3}), "no language"
    assert not may({1, 3, 4}), "one language for all three"
    assert not may({1, 4}, trade=Trade.SAME)
    assert not may({1, 9}), "somebody who is not ready"


@pytest.mark.parametrize("size", [2, 4, 5, 8, 9])
def test_the_card_of_a_meeting_holds_the_longest_names_and_profiles(size: int) -> None:
    zones = dict(enumerate(("Asia/Tokyo", "Asia/Dubai", "Europe/Paris", "Europe/London", "America/Montreal") * 2))
    people = [Member(number, "Maximilienne-Anastasie " * 4, joined_at=ADA.joined_at) for number in range(size)]
    told = Introduction("designs " * 25, "logos and brands " * 35, "translation, accounting " * 25)
    names = tuple(Mention(one.name, one.id) for one in people)
    why = _(
        "{name} offers “{offer}”, close to “{wanted}”, which {other} seeks",
        name=names[0],
        offer="o" * 60,
        wanted="w" * 60,
        other=names[1],
    )
    reasons_ = (_("{names} have not met yet", names=Listing(names)), why, why, why)
    at = dt.datetime(2026, 12, 2, 14, tzinfo=dt.UTC)
    slots = tuple(at + dt.timedelta(days=day) for day in range(3))
    meeting = Meeting(1, 1, Progress.SENT, tuple(map(Attendee, people)), reasons_, "s" * 250, slots, initiator=0)
    profiles = [Profile(one, told, introduced_at=ADA.joined_at) for one in people]
    card = meeting_card(meeting, profiles, zones=zones, link=f"https://meet.example/{'x' * 480}")
    assert len(card.facts) == min(size, 8)
    for fact in card.facts:
        assert "Seeks: translation" in plain(fact.value, "en"), "each one's profile still says what they seek"
