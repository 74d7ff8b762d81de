"""Groups of three and more: pairs are matched, then pairs of pairs, whoever is over joins where it suits best; then swaps."""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING, Final

import numpy as np

from bot.matching.cover import circles
from bot.matching.exact import Edges, merged, solved
from bot.matching.model import LARGEST, SMALLEST, Odd
from bot.matching.sparse import parts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.matching.exact import Mates
    from bot.matching.sparse import Real, Whole
    from bot.matching.world import World

Grouping = list[list[int]]

NEVER: Final = -1e6
"""Points of two people who may not meet."""
_REPEAT: Final = -1000.0
HOURS: Final = -100.0
"""Points of a rule that is stretched: more than any meeting is worth."""
_PARTNERS: Final = 10
"""Others that each of more than `_MANY` may be joined with, beyond their prices."""
_MANY: Final = 200
_VERY_MANY: Final = 1000
_PRICED: Final = 400
"""Those by whom it is told how much each is in demand."""
_PASSES: Final = 30
_LEAST: Final = 1e-4


def penalized(world: World, people: Whole) -> Real:
    """Return what some people are worth to each other in a group, with what it costs to stretch or break a rule taken off."""
    block = world.block(people)
    worth = block.score
    rows, columns = np.nonzero(block.possible & ~block.strict)
    short, late = world.penalties(people[rows], columns)
    worth[rows, columns] += HOURS * short + np.where(late >= 0, _REPEAT * (1 + late / 10), 0)
    worth[~block.possible] = NEVER
    worth[np.arange(len(people)), people] = 0
    return worth


def worth_of(world: World) -> Real:
    """Return the same of everybody."""
    worth = np.empty((world.size, world.size), dtype=np.float32)
    for some in parts_of(world.size):
        worth[some] = penalized(world, some)
    return worth


def sizes(people: int, size: int, odd: Odd) -> list[int]:
    """Return the sizes of the groups: as many of the wanted size as possible, the others one more or one less."""
    whole = people // size
    if odd is Odd.ROTATE:
        return [size] * whole
    if people < SMALLEST:
        return []
    more, less = people - whole * size, -(-people // size)
    above = [size + 1] * more + [size] * (whole - more) if more <= whole and size < LARGEST else None
    each, over = divmod(people, less)
    below = [each + 1] * over + [each] * (less - over)
    if above is not None and (each < SMALLEST or sum(one != size for one in above) < sum(one != size for one in below)):
        return above
    return below


def grouped(world: World, worth: Real, chance: np.random.Generator) -> tuple[Grouping, list[int]]:
    """Return groups of the wanted size in which everybody may meet everybody, and who is in none."""
    wanted = sizes(world.size, world.rules.size, world.rules.odd)
    groups = _built(worth, wanted, world.waited.tolist(), chance)
    inside = {person for group in groups for person in group}
    spare = [person for person in range(world.size) if person not in inside]
    groups = improved(world, worth, groups)
    groups, out = _held(world, worth, groups)
    return placed(
        world, worth, groups, [*spare, *out] if world.rules.odd is Odd.TRIO else out
    ), spare if world.rules.odd is Odd.ROTATE else []


def _built(worth: Real, wanted: Sequence[int], waited: Sequence[int], chance: np.random.Generator) -> Grouping:
    """Match people, then what they were matched into, until the groups have the sizes."""
    people = len(worth)
    if not wanted:
        return []
    count, least = len(wanted), min(wanted)
    order = sorted(range(people), key=lambda person: (-waited[person], chance.random()))
    pool = sorted(order[: sum(wanted)])
    groups: Grouping = [[person] for person in pool]
    while len(groups) > count and 2 * max(map(len, groups)) <= least:
        groups = _matched(worth, groups, chance)
    whole = sorted(groups, key=lambda group: (-len(group), -_cohesion(worth, group)))
    kept, rest = whole[:count], [person for group in whole[count:] for person in group]
    target = sorted(wanted, reverse=True)
    for group, size in zip(kept, target, strict=False):
        while len(group) > size:
            rest.append(group.pop())
    return _filled(worth, kept, target, rest)


def _matched(worth: Real, groups: Grouping, chance: np.random.Generator) -> Grouping:
    """Join groups two by two, the heaviest way."""
    number = len(groups)
    member = np.concatenate(groups)
    start = np.cumsum([0, *map(len, groups)])[:-1]
    between = worth[np.ix_(member, member)]
    if len(member) > number:
        between = np.add.reduceat(np.add.reduceat(between, start, axis=0), start, axis=1)
    np.fill_diagonal(between, -np.inf)
    some = between[:: max(1, number // _PRICED)]
    place = max(1, len(some) // 8)
    price = np.partition(some, -place, axis=0)[-place]
    kept = min(_PARTNERS if number > _MANY else number - 1, number - 1)
    top = np.argpartition(price - between, kept - 1, axis=1)[:, :kept]
    one = np.repeat(np.arange(number), kept)
    drawn = chance.integers(0, number, 2 * number)
    other = np.concatenate([top.ravel(), drawn])
    one = np.concatenate([one, np.repeat(np.arange(number), 2)])
    fine = one != other
    edges = merged(number, Edges(one[fine], other[fine], between[one[fine], other[fine]]))
    mates = _joined(number, edges, chance)
    pairs = [groups[one] + groups[other] for one, other in enumerate(mates) if other > one]
    return pairs + [groups[one] for one, other in enumerate(mates) if other < 0]


def _joined(number: int, edges: Edges, chance: np.random.Generator) -> Mates:
    """Return which are joined: nearly the heaviest way where they are very many, since exchanges follow anyway."""
    if number > _VERY_MANY:
        with contextlib.suppress(ImportError):
            worth = np.maximum(edges.score, NEVER / 1e3).astype(np.float64)
            mates, odd, _price = circles(number, edges, worth, np.zeros(number), chance)
            over = [one for one in {*odd, *(one for one, mate in enumerate(mates) if mate < 0)} if mates[one] < 0]
            for one, other in itertools.pairwise(sorted(over)):
                if mates[one] < 0 and mates[other] < 0:
                    mates[one], mates[other] = other, one
            return mates
    weight = np.rint(edges.score * 1e4).astype(np.int64) + chance.integers(0, 3, len(edges))
    return solved(number, edges, weight.tolist())


def _filled(worth: Real, groups: Grouping, target: Sequence[int], rest: list[int]) -> Grouping:
    """Bring groups to their sizes with those who are in none, each where they are worth the most."""
    room = np.array([size - len(group) for group, size in zip(groups, target, strict=True)])
    for person in rest:
        gain = np.array([worth[person, group].sum() if space > 0 else -np.inf for group, space in zip(groups, room, strict=True)])
        best = int(gain.argmax())
        groups[best].append(person)
        room[best] -= 1
    return groups


def _cohesion(worth: Real, group: Sequence[int]) -> float:
    return float(worth[np.ix_(group, group)].sum()) / 2 / max(len(group) - 1, 1)


def improved(world: World, worth: Real, groups: Grouping) -> Grouping:
    """Exchange two people of different groups as long as that gains something; each time the best exchange for somebody.

    What counts is each person's mean over the others of their group, so that large groups do not weigh more.
    """
    if len(groups) < 2:  # noqa: PLR2004 - nothing to exchange
        return groups
    size = len(worth)
    home = np.full(size, -1)
    for number, group in enumerate(groups):
        home[group] = number
    inside = np.flatnonzero(home >= 0)
    share = np.array([1 / max(len(group) - 1, 1) for group in groups])
    own = np.zeros(size)
    for group in groups:
        own[group] = worth[np.ix_(group, group)].sum(axis=1)
    own_share = np.zeros(size)
    own_share[inside] = share[home[inside]]
    order = np.concatenate(groups)
    start = np.cumsum([0, *map(len, groups)])[:-1]
    for _pass in range(_PASSES):
        changed = 0
        for person in inside.tolist():
            mine = int(home[person])
            row = worth[person]
            toward = np.add.reduceat(row[order], start)
            here = worth[groups[mine]].sum(axis=0)
            gain = (toward[home] - row - own) * own_share + (here - row - own[person]) * share[mine]
            gain[home == mine] = -np.inf
            gain[home < 0] = -np.inf
            other = int(gain.argmax())
            if gain[other] <= _LEAST:
                continue
            theirs = int(home[other])
            ours = [other if one == person else one for one in groups[mine]]
            others = [person if one == other else one for one in groups[theirs]]
            if not (_fine(world, ours, groups[mine]) and _fine(world, others, groups[theirs])):
                continue
            order[start[mine] + groups[mine].index(person)] = other
            order[start[theirs] + groups[theirs].index(other)] = person
            groups[mine], groups[theirs] = ours, others
            home[person], home[other] = theirs, mine
            own_share[person], own_share[other] = share[theirs], share[mine]
            for group in (ours, others):
                own[group] = worth[np.ix_(group, group)].sum(axis=1)
            changed += 1
        if changed * 100 < len(inside):
            break
    return groups


def _fine(world: World, group: Sequence[int], before: Sequence[int]) -> bool:
    """Tell whether a group has one language and enough hours together, or is at least not worse off than before."""
    if len(group) <= SMALLEST:
        return True
    return (world.together(group) or not world.together(before)) and (world.works(group) or not world.works(before))


def permitted(world: World, worth: Real, group: Sequence[int]) -> bool:
    """Tell whether everybody of a group may meet everybody, in one language."""
    return bool((worth[np.ix_(group, group)] > NEVER / 2).all()) and world.together(group)


def _held(world: World, worth: Real, groups: Grouping) -> tuple[Grouping, list[int]]:
    """Take people out of groups in which not everybody may meet everybody, those who are in the way of most first."""
    out: list[int] = []
    kept: Grouping = []
    for group in groups:
        left = list(group)
        while len(left) >= SMALLEST and not permitted(world, worth, left):
            values = worth[np.ix_(left, left)]
            barred = (values < NEVER / 2).sum(axis=1)
            worst = max(range(len(left)), key=lambda place: (barred[place], -values[place].sum()))
            out.append(left.pop(worst))
        if len(left) >= SMALLEST:
            kept.append(left)
        else:
            out += left
    return kept, out


def placed(world: World, worth: Real, groups: Grouping, spare: Sequence[int]) -> Grouping:
    """Add to groups those who are in none, where that breaks no rule, else where it stretches the fewest."""
    limit = min(world.rules.size + 1, LARGEST)
    people: NDArray[np.int64] = np.array(sorted(spare, key=lambda person: (-world.people[person].left_out, person)))
    for person in people.tolist():
        ranked: list[tuple[float, int]] = []
        for number, group in enumerate(groups):
            if len(group) < limit:
                value = float(worth[person, group].sum()) / len(group)
                if value > NEVER / 10:
                    ranked.append((value, number))
        for _value, number in sorted(ranked, key=lambda pair: (-pair[0], pair[1])):
            if permitted(world, worth, [*groups[number], person]) and world.works([*groups[number], person]):
                groups[number] = [*groups[number], person]
                break
        else:
            for _value, number in sorted(ranked, key=lambda pair: (-pair[0], pair[1])):
                if permitted(world, worth, [*groups[number], person]):
                    groups[number] = [*groups[number], person]
                    break
    return groups
