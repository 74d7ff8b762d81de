"""Whoever is over among pairs makes one of them a trio: one that breaks no rule, if need be by changing places with somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bot.matching.groups import HOURS, NEVER, penalized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.matching.groups import Grouping
    from bot.matching.sparse import Real
    from bot.matching.world import World

_LOOK: Final = 60
"""Pairs that are looked at more closely, those first that suit best; and people to change places with."""


def seated(world: World, pairs: Grouping, alone: Sequence[int]) -> Grouping:
    """Return the pairs with those who are alone in some of them, as far as anybody may meet them."""
    groups = [list(pair) for pair in pairs]
    for person in sorted(alone, key=lambda one: (-world.people[one].left_out, one)):
        row = _row(world, person)
        place = _place(world, groups, person, row, strict=True)
        if place is not None:
            groups[place].append(person)
        elif not _exchanged(world, groups, person, row):
            place = _place(world, groups, person, row, strict=False)
            if place is not None:
                groups[place].append(person)
    return groups


def _row(world: World, person: int) -> Real:
    return penalized(world, np.array([person]))[0]


def _place(world: World, groups: Grouping, person: int, row: Real, *, strict: bool) -> int | None:
    """Return the pair that somebody suits best, None where there is none; `strict`: without stretching a rule."""
    pairs = [place for place, group in enumerate(groups) if len(group) == 2 and person not in group]  # noqa: PLR2004 - a pair
    if not pairs:
        return None
    ends = np.array([groups[place] for place in pairs])
    least = np.minimum(row[ends[:, 0]], row[ends[:, 1]])
    fitting = np.flatnonzero(least > (HOURS / 2 if strict else NEVER / 2))
    total = row[ends[fitting, 0]] + row[ends[fitting, 1]]
    best: tuple[bool, float, int] | None = None
    for number in fitting[np.argsort(-total, kind="stable")][:_LOOK].tolist():
        place = pairs[int(number)]
        one, other = groups[place]
        trio = [one, other, person]
        works = world.works(trio)
        if not world.together(trio) or (strict and not works):
            continue
        gain = float(row[one] + row[other]) - world.points(one, other)
        if best is None or (works, gain) > best[:2]:
            best = works, gain, place
    return best[2] if best is not None else None


def _exchanged(world: World, groups: Grouping, person: int, row: Real) -> bool:
    """Pair somebody with one of a pair whose other one makes another pair a trio that breaks no rule."""
    home = {one: place for place, group in enumerate(groups) for one in group}
    for partner in np.argsort(-row, kind="stable")[:_LOOK].tolist():
        if row[partner] <= HOURS / 2:
            break
        if partner not in home or len(groups[home[partner]]) != 2:  # noqa: PLR2004 - a pair
            continue
        place = home[partner]
        (freed,) = (one for one in groups[place] if one != partner)
        changed = [*groups[:place], [partner, person], *groups[place + 1 :]]
        found = _place(world, changed, freed, _row(world, freed), strict=True)
        if found is not None:
            groups[place] = [partner, person]
            groups[found] = [*groups[found], freed]
            return True
    return False
