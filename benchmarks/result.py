"""One line of the table that `make bench` prints."""

from __future__ import annotations

import msgspec


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A figure: `value` in `unit`; `floor` what it is compared with, in the same unit; `ratio` = value / floor.

    `floor` and `ratio` are None where the goal is absolute. `goal` says in words what `holds` checked.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    goal: str
    holds: bool


def at_most(name: str, value: float, unit: str, limit: float) -> Result:
    """Return a figure that must not be above a limit."""
    return Result(name=name, value=value, unit=unit, goal=f"≤ {limit:g} {unit}", holds=value <= limit)


def against(  # noqa: PLR0913 - a name, a figure, its floor and its goal
    name: str, value: float, unit: str, floor: float, *, least: float | None = None, most: float | None = None
) -> Result:
    """Return a figure that must be at least, or at most, so many times its floor."""
    ratio = value / floor
    holds = (least is None or ratio >= least) and (most is None or ratio <= most)
    goal = f"≥ {least:g} × floor" if least is not None else f"≤ {most:g} × floor"
    return Result(name=name, value=value, unit=unit, floor=floor, ratio=ratio, goal=goal, holds=holds)
