"""Whoever meets whom, in worlds of all kinds: what never happens, what always does, and how near the best it is."""

from __future__ import annotations

import datetime as dt
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.i18n import plain
from bot.matching import Matching, Meeting, Odd, Person, Rules, Step, Trade, match
from bot.matching.pairing import FULL, SPARSE
from bot.matching.reasons import complementary
from tests.matching.worlds import TODAY, Pool, everybody, pairs, pools, told

ROOT = Path(__file__).parents[2]
QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(pools(sizes=(2, 2, 3, 4, 5, 8)))
def test_no_hard_rule_is_broken_and_nobody_is_lost_or_met_twice(pool: Pool) -> None:
    found = pool.matched()
    assert everybody(found) == sorted(person.id for person in pool.people)
    assert found.score == pytest.approx(sum(group.score for group in found.groups), abs=1e-4)
    assert found.bound >= found.score - 1e-4
    stretched = {(one.step, frozenset(one.members)) for one in found.relaxed}
    for group in found.groups:
        assert 2 <= len(group.members) <= max(pool.rules.size + 1, 3)
        members = [pool.person(one) for one in group.members]
        assert members[0].initiated == min(person.initiated for person in members)
        spoken = [set(person.languages) for person in members if person.languages]
        assert not spoken or set.intersection(*spoken)
        for one, other in pairs(group.members):
            a, b = pool.person(one), pool.person(other)
            assert pool.may_meet(a, b)
            assert pool.met(a, b) is ((Step.REPEAT, frozenset({one, other})) in stretched)
            short = pool.hours(a, b) < pool.rules.common_hours - 1e-3
            assert short is ((Step.HOURS, frozenset({one, other})) in stretched) or len(members) > 2


@QUICK
@given(pools(), some.randoms(use_true_random=False))
def test_as_many_are_paired_as_can_be_whatever_the_order_of_the_list(pool: Pool, chance: random.Random) -> None:
    found = pool.matched()
    paired = sum(len(group.members) for group in found.groups)
    assert paired == pool.most() if pool.rules.odd is Odd.ROTATE else paired >= pool.most()
    people = list(pool.people)
    chance.shuffle(people)
    assert Pool(people, pool.rules, pool.meetings, pool.exclusions, pool.seed).matched() == found


@QUICK
@given(pools(sizes=(2, 3)))
def test_nothing_that_is_said_differs_where_somebody_is_excluded_from_somebody_else(pool: Pool) -> None:
    found = pool.matched()
    words = " ".join(told(found) + told(found, "fr")).lower()
    assert not any(hint in words for hint in ("exclu", "rather not", "plutôt pas", "blocked", "not to meet"))
    for one in found.left_out:
        reason = plain(one.reason, "en")
        rest = [person for person in pool.people if person.id != one.id]
        alone = not any(Pool(pool.people, pool.rules).may_meet(pool.person(one.id), person) for person in rest)
        assert alone or not rest or not reason.startswith(("Nobody", "Everybody")), "as if nobody were excluded"


@pytest.mark.parametrize(("number", "least"), [(6, 5), (8, 7), (10, 9), (12, 11), (20, 19)])
def test_everybody_meets_everybody_before_anybody_meets_again(number: int, least: int) -> None:
    people = [Person(f"p{place:02}") for place in range(number)]
    met: list[Meeting] = []
    found = match((), Rules(), today=TODAY, seed=0)
    for turn in range(least + 1):
        day = TODAY + dt.timedelta(weeks=turn)
        found = match(people, Rules(), met, today=day, seed=turn)
        assert (found.left_out, bool(found.relaxed)) == ((), turn == least)
        met += [Meeting(frozenset(group.members), day) for group in found.groups]
    first = {frozenset(meeting.members) for meeting in met if meeting.date == TODAY}
    assert {frozenset(one.members) for one in found.relaxed} == first, "the longest ago"
    assert "last time was on Monday, November 23, 2026" in " ".join(told(found))


@pytest.mark.parametrize("number", [FULL + 21, SPARSE + 301])
def test_in_large_pools_nobody_is_alone_who_need_not_be_with_scipy_or_without(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(number)  # noqa: S311 - a made-up pool
    people = [
        Person(f"p{place}", trade=chance.choices("abc", (50, 30, 20))[0], languages=(chance.choice(("fr", "en", "de")),))
        for place in range(number)
    ]
    rules = Rules(trade=Trade.DIFFERENT, odd=Odd.ROTATE)
    found = match(people, rules, today=TODAY, seed=1)
    alone = 0
    for language in ("fr", "en", "de"):
        trades = [person.trade for person in people if person.languages == (language,)]
        most = max(map(trades.count, "abc"))
        alone += max(2 * most - len(trades), len(trades) % 2)
    assert len(found.left_out) == alone
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    assert len(match(people, rules, today=TODAY, seed=1).left_out) == alone


def test_a_trio_takes_whoever_is_over_or_they_take_turns() -> None:
    people = [Person(f"p{place}") for place in range(5)]
    assert sorted(len(group.members) for group in match(people, Rules(), today=TODAY, seed=0).groups) == [2, 3]
    turns = match(people, Rules(odd=Odd.ROTATE), today=TODAY, seed=0)
    (over,) = turns.left_out
    assert plain(over.reason, "en") == "The people do not divide into groups of 2 this time."
    waited = [Person(person.id, left_out=int(person.id == over.id)) for person in people]
    for seed in range(10):
        assert match(waited, Rules(odd=Odd.ROTATE), today=TODAY, seed=seed).left_out[0].id != over.id


@pytest.mark.parametrize("number", [3, 5, 7, 9, 11])
def test_an_odd_pool_leaves_everybody_out_once_before_anybody_twice_and_nobody_meets_again(number: int) -> None:
    met: list[Meeting] = []
    out: list[str] = []
    for turn in range(number):
        day = TODAY + dt.timedelta(weeks=turn)
        last = {name: TODAY + dt.timedelta(weeks=week) for week, name in enumerate(out)}
        people = [
            Person(f"p{place:02}", left_out=int(out[-1:] == [f"p{place:02}"]), last_out=last.get(f"p{place:02}"))
            for place in range(number)
        ]
        found = match(people, Rules(odd=Odd.ROTATE), met, today=day, seed=turn)
        assert (found.relaxed, len(found.left_out)) == ((), 1)
        met += [Meeting(frozenset(group.members), day) for group in found.groups]
        out.append(found.left_out[0].id)
    assert sorted(out) == [f"p{place:02}" for place in range(number)]


def test_who_was_left_out_the_longest_ago_is_so_next() -> None:
    people = [Person(f"p{place:02}", last_out=TODAY - dt.timedelta(weeks=1 + place)) for place in range(15)]
    for size, left in ((2, 1), (4, 3)):
        found = match(people, Rules(size=size, odd=Odd.ROTATE), today=TODAY, seed=1)
        assert [one.id for one in found.left_out] == [f"p{place:02}" for place in range(15 - left, 15)]


@pytest.mark.parametrize("number", [8, FULL + 50])
def test_who_was_put_together_lately_is_not_again_soon_though_nobody_said_they_met(number: int) -> None:
    people = [Person(f"p{place:03}", offers=("bookkeeping",), seeks=("bookkeeping",)) for place in range(number)]
    lately: list[Meeting] = []
    for turn in range(3):
        day = TODAY + dt.timedelta(weeks=turn)
        found = match(people, Rules(), today=day, seed=turn, together=lately)
        groups = [Meeting(frozenset(group.members), day) for group in found.groups]
        assert {group.members for group in groups}.isdisjoint({meeting.members for meeting in lately})
        assert (found.relaxed, found.left_out) == ((), ())
        lately += groups
    two = [Person("a"), Person("b")]
    (again,) = match(two, Rules(), today=TODAY, seed=1, together=[Meeting(frozenset("ab"), TODAY - dt.timedelta(30))]).groups
    assert (set(again.members), again.score) == ({"a", "b"}, pytest.approx(-3.0)), "it is no rule"


def test_locked_groups_stay_but_never_against_an_exclusion() -> None:
    people = [Person(name) for name in "abcdef"]
    kept = frozenset("ab")
    found = match(people, Rules(), today=TODAY, seed=3, locked=[kept])
    assert [set(group.members) for group in found.groups if group.locked] == [kept]
    parted = match(people, Rules(), (), [kept], today=TODAY, seed=3, locked=[kept])
    assert not any(kept <= set(group.members) for group in parted.groups)
    assert (parted.left_out, parted.relaxed) == ((), ())


def test_who_offers_what_somebody_seeks_is_said_in_both_languages() -> None:
    people = [
        Person("ada", offers=("tenue de la comptabilité",), seeks=("logo",), languages=("fr",), name="Ada", since=TODAY),
        Person("bo", offers=("logo design",), seeks=("bookkeeping",), languages=("fr", "en"), name="Bo", since=dt.date(2020, 1, 1)),
        *(Person(f"x{place}", offers=("plumbing",), name=f"X{place}") for place in range(4)),
    ]
    group = next(group for group in match(people, Rules(), today=TODAY, seed=0).groups if "ada" in group.members)
    assert set(group.members) == {"ada", "bo"}
    assert complementary(group.reasons)
    (stranger, *_others) = (each for each in match(people, Rules(), today=TODAY, seed=0).groups if "ada" not in each.members)
    assert not complementary(stranger.reasons), [plain(reason, "en") for reason in stranger.reasons]
    assert {plain(reason, "en") for reason in group.reasons} == {
        "Ada offers “tenue de la comptabilité”, which Bo seeks",
        "Bo offers “logo design”, which Ada seeks",
        "Ada is new here, Bo knows the place",
    }
    assert "Bo propose «\N{NO-BREAK SPACE}logo design\N{NO-BREAK SPACE}», ce que cherche Ada" in {
        plain(reason, "fr") for reason in group.reasons
    }


def test_another_process_finds_the_same() -> None:
    script = (
        "import datetime as dt; from bot.matching import *;"
        "people = [Person(f'p{n}', offers=('logo', 'SEO')[n % 2:][:1], seeks=('compta',), languages=(('fr',), ('fr', 'en'))[n % 2])"
        " for n in range(31)];"
        "print(match(people, Rules(), today=dt.date(2026, 11, 23), seed=5))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env={"PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_an_empty_pool_and_a_lonely_one() -> None:
    assert match([], Rules(), today=TODAY, seed=1) == Matching((), (), 0.0, 0.0, (), 1)
    (alone,) = match([Person("a")], Rules(), today=TODAY, seed=1).left_out
    assert plain(alone.reason, "en") == "Nobody else is in this time."
    with pytest.raises(ValueError, match="same id"):
        match([Person("a"), Person("a")], Rules(), today=TODAY, seed=1)
