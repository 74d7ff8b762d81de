"""Why these people, why not somebody, and which rule gave way: in words, about them by name, never about exclusions."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING, Final

from bot.i18n import _
from bot.matching.model import LeftOut, Relaxation, Step, Trade
from bot.text import Day, Listing
from bot.ui import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.matching.model import Person
    from bot.matching.world import World
    from bot.text import Mention, Text

_MOST: Final = 4
"""Reasons given for a group."""
_SHOWN: Final = 60
"""Characters of somebody's words quoted in a reason."""


def called(person: Person) -> str | Mention:
    """Return what somebody is called in a sentence."""
    return person.name or person.id


def reasons(world: World, members: Sequence[int]) -> tuple[Text, ...]:
    """Return why a group was put together, most telling first."""
    found = sorted(_skills(world, members), key=lambda pair: pair[0])
    told = [text for _rank, text in found]
    told += _standing(world, members)
    told += _apart(world, members)
    if not told:
        told += _acquaintance(world, members)
    return tuple(told[:_MOST])


def complementary(reasons: Sequence[Text]) -> bool:
    """Tell whether somebody offers just what another seeks, by the reasons of their group."""
    return any("offer" in reason.params and "wanted" not in reason.params for reason in reasons)


def _skills(world: World, members: Sequence[int]) -> Iterator[tuple[tuple[bool, float], Text]]:
    """Yield who has what whom seeks, with what puts the most telling first."""
    for giver, seeker in itertools.permutations(members, 2):
        met = world.complement.best(seeker, giver)
        if met is None:
            continue
        one, other = called(world.people[giver]), called(world.people[seeker])
        thing, wanted = _quoted(met.thing), _quoted(met.wish)
        if met.trade:
            text = _(
                "the work of {name}, “{trade}”, is close to “{wanted}”, which {other} seeks",
                name=one,
                trade=thing,
                wanted=wanted,
                other=other,
            )
        elif met.close:
            text = _(
                "{name} offers “{offer}”, close to “{wanted}”, which {other} seeks",
                name=one,
                offer=thing,
                wanted=wanted,
                other=other,
            )
        else:
            text = _("{name} offers “{offer}”, which {other} seeks", name=one, offer=thing, other=other)
        yield (met.trade or met.close, -met.fit), text


def _standing(world: World, members: Sequence[int]) -> Iterator[Text]:
    ages: dict[int, int] = {member: world.ages.kinds[world.ages.of[member]] for member in members}
    new = next((member for member in members if ages[member] < 0), None)
    old = next((member for member in members if ages[member] > 0), None)
    if new is not None and old is not None:
        yield _("{name} is new here, {other} knows the place", name=called(world.people[new]), other=called(world.people[old]))


def _apart(world: World, members: Sequence[int]) -> Iterator[Text]:
    for one, other in itertools.combinations(members, 2):
        first, second = world.people[one].workspaces, world.people[other].workspaces
        if first and second and first.isdisjoint(second):
            yield _(
                "{name} and {other} would not meet otherwise: they share no workspace",
                name=called(world.people[one]),
                other=called(world.people[other]),
            )
            return


def _acquaintance(world: World, members: Sequence[int]) -> Iterator[Text]:
    days = [world.days_since(one, other) for one, other in itertools.combinations(members, 2)]
    names = Listing(tuple(called(world.people[member]) for member in members))
    if all(since is None for since in days):
        yield _("{names} have not met yet", names=names)
    elif all(since is not None for since in days):
        yield _("{names} met long ago", names=names)


def left_out(world: World, person: int, *, spare: int) -> LeftOut:
    """Return why somebody meets nobody, as if nobody were excluded from anything; told to them, and to whoever asked.

    `spare`: how many are left out in all.
    """
    somebody = world.people[person]
    others = [other for other in range(world.size) if other != person]
    reason = _("There was no free place this time.")
    if not others:
        reason = _("Nobody else is in this time.")
    elif not any(world.speak(person, other) for other in others):
        reason = _("Nobody else who is in this time speaks the same language.")
    elif not any(world.suits_trade(person, other) for other in others):
        if world.rules.trade is Trade.SAME:
            reason = _("Nobody else who is in this time has the same trade.")
        else:
            reason = _("Everybody who is in this time has the same trade.")
    elif spare == world.size % world.rules.size and spare:
        reason = _("The people do not divide into groups of {size} this time.", size=world.rules.size)
    return LeftOut(somebody.id, reason)


def relaxations(world: World, members: Sequence[int], today: dt.date) -> Iterator[Relaxation]:
    """Yield the rules that gave way in a group."""
    for one, other in itertools.combinations(members, 2):
        names = (called(world.people[one]), called(world.people[other]))
        ids = (world.people[one].id, world.people[other].id)
        days = world.days_since(one, other)
        if world.again(one, other) and days is not None:
            text = _(
                "{name} and {other} meet again; last time was on {day}",
                name=names[0],
                other=names[1],
                day=Day(today - dt.timedelta(days=days)),
            )
            yield Relaxation(Step.REPEAT, ids, text)
        if world.short(one, other):
            text = _("{name} and {other} have fewer working hours in common than asked for", name=names[0], other=names[1])
            yield Relaxation(Step.HOURS, ids, text)
    if len(members) > 2 and not world.works(members) and not any(world.short(*pair) for pair in itertools.combinations(members, 2)):  # noqa: PLR2004
        one, other = members[:2]
        text = _(
            "{name}, {other} and the others of their group have fewer working hours in common than asked for",
            name=called(world.people[one]),
            other=called(world.people[other]),
        )
        yield Relaxation(Step.HOURS, (world.people[one].id, world.people[other].id), text)


def _quoted(words: str) -> str:
    return shorten(" ".join(words.split()), _SHOWN)
