"""Who meets whom: from people, rules and past meetings to groups with their reasons. Pure; the same seed gives the same groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.matching.model import LARGEST, SMALLEST, Group, Matching, Odd

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Sequence

    import numpy as np

    from bot.matching.groups import Grouping
    from bot.matching.model import Meeting, Person, Rules
    from bot.matching.world import World

_MANY: Final = {2: 12_000}
_SOME: Final = 5_000
"""People who are matched at once; more are dealt at random into parts that are matched by themselves."""


def match(  # noqa: PLR0913 - what there is to know
    people: Iterable[Person],
    rules: Rules,
    meetings: Iterable[Meeting] = (),
    exclusions: Iterable[frozenset[str]] = (),
    *,
    today: dt.date,
    seed: int,
    locked: Collection[frozenset[str]] = (),
    together: Iterable[Meeting] = (),
) -> Matching:
    """Return who meets whom, who is left out and why, and how good that is.

    Works for seconds where there are thousands of people: not for an event loop. `meetings` are those that took place; `together`
    says who were put together lately though nobody said that they met; `exclusions` are confidential and never told; `locked` are
    groups to be kept as they are, unless two of one are excluded.

    Raises:
        ValueError: two people have the same id.
    """
    import numpy as np  # noqa: PLC0415 - numpy is loaded by whoever matches, never by a bot that is starting

    from bot.matching.reasons import left_out, reasons, relaxations  # noqa: PLC0415
    from bot.matching.world import World  # noqa: PLC0415

    everybody = list(people)
    if len({person.id for person in everybody}) < len(everybody):
        message = "two people have the same id"
        raise ValueError(message)
    if not everybody:
        return Matching((), (), 0.0, 0.0, (), seed)
    exclusions = list(exclusions)
    whole = World(everybody, rules, meetings, exclusions, today, together)
    kept = _kept(whole, locked)
    inside = {member for group in kept for member in group}
    chance = np.random.default_rng(seed)
    free = [number for number in range(whole.size) if number not in inside]
    groups: Grouping = []
    limit = 0.0
    for part in _parts(free, rules.size, chance):
        world = whole if len(part) == whole.size else whole.only(part)
        found, least = _matched(world, chance)
        groups += [[part[member] for member in group] for group in found]
        limit += least
    told: list[Group] = []
    for group, fixed in [*((group, True) for group in kept), *((group, False) for group in groups)]:
        members = _first(whole, group, chance)
        score = whole.worth(group)
        limit += score if fixed else 0.0
        told.append(Group(tuple(whole.people[one].id for one in members), round(score, 6), reasons(whole, members), fixed))
    met = {member for group in (*kept, *groups) for member in group}
    over = [number for number in range(whole.size) if number not in met]
    total = sum(group.score for group in told)
    return Matching(
        tuple(sorted(told, key=lambda group: min(group.members))),
        tuple(left_out(whole, person, spare=len(over)) for person in over),
        round(total, 6),
        round(max(limit, total), 6),
        tuple(one for group in groups for one in relaxations(whole, sorted(group), today)),
        seed,
    )


def _matched(world: World, chance: np.random.Generator) -> tuple[Grouping, float]:
    """Return the groups of a pool and more points than any permitted ones have."""
    from bot.matching.groups import grouped, worth_of  # noqa: PLC0415
    from bot.matching.pairing import limit, pairs  # noqa: PLC0415
    from bot.matching.trio import seated  # noqa: PLC0415

    if world.size < SMALLEST:
        return [], 0.0
    if world.rules.size > SMALLEST:
        groups, _spare = grouped(world, worth_of(world), chance)
        return groups, limit(world, chance)
    found = pairs(world, chance)
    groups = [[person, mate] for person, mate in enumerate(found.mates) if mate > person]
    alone = [person for person, mate in enumerate(found.mates) if mate < 0]
    if alone and world.rules.odd is Odd.TRIO:
        groups = seated(world, groups, alone)
    return groups, found.bound


def _kept(world: World, locked: Iterable[frozenset[str]]) -> Grouping:
    """Return the groups to be kept, without those who are not in, and without groups that may not be."""
    groups: Grouping = []
    taken: set[int] = set()
    for wish in sorted(locked, key=sorted):
        group = sorted(world.numbers[member] for member in wish if member in world.numbers)
        if SMALLEST <= len(group) <= LARGEST and taken.isdisjoint(group) and not world.any_excluded(group):
            groups.append(group)
            taken.update(group)
    return groups


def _parts(people: Sequence[int], size: int, chance: np.random.Generator) -> list[list[int]]:
    most = _MANY.get(size, _SOME)
    if len(people) <= most:
        return [list(people)] if people else []
    count = -(-len(people) // most)
    drawn = chance.permutation(people).tolist()
    return [sorted(drawn[number::count]) for number in range(count)]


def _first(world: World, group: Sequence[int], chance: np.random.Generator) -> list[int]:
    """Return a group with whoever initiated least first, by chance among equals."""
    lot = chance.permutation(len(group)).tolist()
    first = min(zip(group, lot, strict=True), key=lambda one: (world.people[one[0]].initiated, one[1]))[0]
    return [first, *(member for member in sorted(group) if member != first)]
