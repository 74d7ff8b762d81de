"""The gate before a platform: as fast as is permitted, never faster, answers first and everybody in turn."""

from __future__ import annotations

import datetime as dt
import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import ROOM, Gate
from bot.parcels import Parcel
from bot.ui import Card

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def parcel(number: int, workspace: int = 1, priority: int = 1) -> Parcel:
    words = {"key": f"k{number}", "lane": f"{number}", "platform": "p", "workspace": "w", "action": "post", "card": Card(body="x")}
    return Parcel(id=number, workspace_id=workspace, priority=priority, locale="en", zone="UTC", attempt=1, until=NOON, **words)  # type: ignore[arg-type]


def taken(gate: Gate, now: float = 0.0) -> list[int]:
    """Take all that may go at once."""
    return [each.id for each in iter(lambda: gate.take(now), None)]


def test_where_any_number_is_permitted_all_goes_at_once() -> None:
    gate = Gate(math.inf)
    gate.put([parcel(number) for number in range(20)])
    assert taken(gate) == list(range(20))


def test_there_is_room_for_so_many_at_the_same_time() -> None:
    gate = Gate(math.inf)
    gate.put([parcel(number) for number in range(ROOM + 1)])
    calls = [gate.begin(0.0) for _each in iter(lambda: gate.take(0.0), None)]
    assert (len(calls), gate.opens()) == (ROOM, math.inf)
    gate.end(calls[0], 1.0)
    assert taken(gate, 1.0) == [ROOM]


def test_answers_overtake_what_reaches_out_to_many() -> None:
    gate = Gate(math.inf)
    gate.put([parcel(number) for number in range(3)])
    gate.put([parcel(9, priority=0)])
    assert taken(gate) == [9, 0, 1, 2]


def test_workspaces_take_turns_and_a_latecomer_is_not_put_behind_all() -> None:
    gate = Gate(math.inf)
    gate.put([parcel(number, workspace=1) for number in range(3)])
    gate.put([parcel(number, workspace=2) for number in range(10, 13)])
    assert taken(gate) == [0, 10, 1, 11, 2, 12]


def test_a_pause_holds_everything_and_ends() -> None:
    gate = Gate(math.inf)
    gate.put([parcel(1)])
    gate.pause(30.0)
    assert gate.take(29.9) is None
    assert taken(gate, 30.0) == [1]


def test_what_was_at_hand_can_be_given_back() -> None:
    gate = Gate(5)
    gate.put([parcel(1), parcel(2)])
    assert sorted(each.id for each in gate.empty()) == [1, 2]
    assert len(gate) == 0


def run(gate: Gate, answers: list[float], count: int, stalls: dict[int, float]) -> list[tuple[float, float]]:
    """Send so many, each answered after the given time; return when each call began and was answered."""
    gate.put([parcel(number) for number in range(count)])
    now, calls = 0.0, []
    under_way: list[tuple[float, list[float]]] = []
    for number in range(count):
        now += stalls.get(number, 0.0)
        while gate.take(now) is None:
            opens = gate.opens()
            soonest = min((end for end, _call in under_way), default=math.inf)
            now = max(now, min(opens, soonest))
            for end, call in [one for one in under_way if one[0] <= now]:
                gate.end(call, end)
                under_way.remove((end, call))
        end = now + answers[number % len(answers)]
        under_way.append((end, gate.begin(now)))
        calls.append((now, end))
        for ended, call in [one for one in under_way if one[0] <= now]:
            gate.end(call, ended)
            under_way.remove((ended, call))
    return calls


@given(
    rate=st.sampled_from([1, 2, 5, 20, 50]),
    answers=st.lists(st.floats(0.001, 0.45), min_size=1, max_size=7),
    stalls=st.dictionaries(st.integers(0, 150), st.floats(0, 2), max_size=4),
    along=st.lists(st.floats(0, 1), min_size=1, max_size=5),
)
def test_no_more_than_permitted_arrive_within_a_second(
    rate: int, answers: list[float], stalls: dict[int, float], along: list[float]
) -> None:
    calls = run(Gate(rate), answers, 150, stalls)
    # A call arrives at any time between its beginning and its answer.
    arrivals = sorted(begun + (end - begun) * along[number % len(along)] for number, (begun, end) in enumerate(calls))
    assert all(later - earlier >= 1 - 1e-9 for earlier, later in zip(arrivals, arrivals[rate:], strict=False))


def test_what_is_permitted_is_used() -> None:
    calls = run(Gate(50), [0.005], 1000, {})
    assert 1000 / calls[-1][0] >= 0.97 * 50


def test_what_a_stalled_process_did_not_send_is_made_up_for_only_a_little() -> None:
    begun = [begin for begin, _end in run(Gate(50), [0.001], 60, {30: 1.0})]
    close = [later - earlier < 0.001 for earlier, later in itertools.pairwise(begun)]
    assert 0 < sum(close) <= 5


def test_processes_share_what_is_permitted() -> None:
    gate = Gate(50)
    gate.share(3)
    calls = run(gate, [0.005], 100, {})
    assert 0.95 * 50 / 3 <= 99 / calls[-1][0] <= 50 / 3 + 0.1


def test_less_than_one_a_second_is_kept_too() -> None:
    begun = [begin for begin, _end in run(Gate(0.5), [0.1], 4, {})]
    assert all(later - earlier >= 2 for earlier, later in itertools.pairwise(begun))
