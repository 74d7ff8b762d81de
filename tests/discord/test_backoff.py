"""Pauses between connections: growing, bounded, spread, and the same for the same seed."""

from __future__ import annotations

from adapters.discord.gateway import Backoff


def pauses(seed: int | None, count: int = 12) -> list[float]:
    backoff = Backoff(seed=seed)
    return [backoff.next() for _ in range(count)]


def test_pauses_grow_to_a_minute_and_are_spread_by_half() -> None:
    for failures, pause in enumerate(pauses(7)):
        whole = min(60.0, 2.0**failures)
        assert whole / 2 <= pause <= whole


def test_the_same_seed_gives_the_same_pauses_and_another_gives_others() -> None:
    assert pauses(7) == pauses(7)
    assert pauses(7) != pauses(8)


def test_a_connection_that_worked_begins_again() -> None:
    backoff = Backoff(seed=7)
    for _ in range(6):
        backoff.next()
    backoff.reset()
    assert 0.5 <= backoff.next() <= 1.0
