"""Who can meet in a round, as the matching engine is told of them; the thinking itself happens in a thread."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from bot.context import mention
from bot.i18n import fold
from bot.matching.model import Matching, Person, Rules
from bot.matching.model import Meeting as Past
from bot.skills.words import things
from commands.rounds.feature import TAKEN_OUT
from storage.meeting import Meeting, Progress
from storage.meetings import Meetings
from storage.participation import Participant, Participations, State, Surroundings
from storage.profiles import Profile, Profiles
from storage.programmes import Pool, Programme, Programmes
from storage.round import Round
from storage.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bot.context import JobContext

NEWCOMER: Final = 90
"""Days that somebody is a newcomer, where a programme does not say."""
LATELY: Final = dt.timedelta(days=180)
"""How long it counts that two were put together."""
PAUSED, SNOOZED, TOO_SOON = "paused", "snoozed", "too_soon"
"""Why somebody who takes part is left in peace this time."""
OUTSIDE = "outside"
"""Why somebody who was told of a round is in it no longer: it is for others."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is ready for a round; and why those are not who are in its pool, or how many for each reason."""

    ready: Sequence[Participant]
    resting: Mapping[int, str]

    @property
    def dropped(self) -> Mapping[str, int]:
        """How many are left in peace, by the reason."""
        return Counter(reason for reason in self.resting.values() if reason)


@dataclass(frozen=True, slots=True)
class Question:
    """What the engine is asked."""

    people: Sequence[Person]
    rules: Rules
    past: Sequence[Past]
    exclusions: Sequence[frozenset[str]]
    today: dt.date
    seed: int
    kept: Sequence[Meeting] = ()
    """The meetings that are locked. Their members are not in the question: whether they may still meet is seen as they are sent."""
    dropped: Mapping[str, int] = field(default_factory=dict[str, int])
    missing: Mapping[int, str] = field(default_factory=dict[int, str])
    """Who was told of the round and is not in the question though they did not leave it, and why."""
    together: Sequence[Past] = ()
    """Who were put together lately, though nobody said that they met."""

    def answer(self) -> Matching:
        """Return who meets whom. Takes a while for many: not for the event loop."""
        if not self.people:
            return Matching((), (), 0.0, 0.0, (), self.seed)
        from bot.matching.engine import match  # noqa: PLC0415 - its libraries are loaded where it is used, off the loop

        return match(
            self.people,
            self.rules,
            self.past,
            self.exclusions,
            today=self.today,
            seed=self.seed,
            together=self.together,
        )


async def standing(ctx: JobContext, programme: Programme, date: dt.date, this: int = 0) -> Standing:
    """Return who of those who joined can be in a round: not departed, not a bot, not at rest, in its pool.

    `this` is the round's number, where it has begun.
    """
    choices = await ctx.use(Programmes).choices(programme.id)
    everybody = await ctx.use(Participations).everybody()
    profiles: Mapping[int, Profile] = {}
    if programme.rules.pool is Pool.WORD:
        profiles = {each.member.id: each for each in await ctx.use(Profiles).several([one.member.id for one in everybody])}
    inside = [one for one in everybody if in_pool(programme, one, choices, profiles.get(one.member.id), date)]
    busy = await crowded(ctx, inside, date, this)
    reasons = {one.member.id: resting(one, date) for one in inside}
    reasons |= {member: TOO_SOON for member in busy if reasons[member] is None}
    return Standing(
        [one for one in inside if reasons[one.member.id] is None],
        {member: reason for member, reason in reasons.items() if reason is not None},
    )


def resting(one: Participant, date: dt.date) -> str | None:
    """Return why a member is left in peace on a date, empty where they do not take part; None where they are ready."""
    if one.member.left or one.state is State.LEFT:
        return ""
    if one.state is State.PAUSED:
        return PAUSED
    if one.resting(date):
        return SNOOZED
    return TOO_SOON if one.too_soon(date) else None


async def crowded(
    ctx: JobContext,
    some: Collection[Participant],
    date: dt.date,
    this: int,
    *progress: Progress,
    members: Collection[int] | None = None,
) -> set[int]:
    """Return which of some would meet more often than they want to: they have a meeting in another round that is too near.

    Of whatever programme, also one that is not sent yet, unless other states are asked about.
    """
    wishes = [one for one in some if one.every]
    if not wishes:
        return set()
    states = progress or (Progress.PROPOSED, Progress.SENT, Progress.MET)
    dates = await ctx.use(Meetings).dates(date, *states, but=this, members=members)
    return {one.member.id for one in wishes if any(one.too_near(date, each) for each in dates.get(one.member.id, ()))}


def in_pool(programme: Programme, one: Participant, choices: Mapping[int, bool], profile: Profile | None, date: dt.date) -> bool:
    """Tell whether a programme is for somebody; whoever chose against it is left alone."""
    choice = choices.get(one.member.id)
    if choice is False or (one.chosen_only and not choice):
        return False
    match programme.rules.pool:
        case Pool.EVERYONE:
            return True
        case Pool.NEWCOMERS:
            days = int(programme.rules.pool_value) if programme.rules.pool_value.isdecimal() else NEWCOMER
            return (date - one.member.joined_at.date()).days <= days
        case Pool.WORD:
            if profile is None:
                return False
            told = profile.introduction
            return fold(programme.rules.pool_value) in fold(f"{told.does} {told.offers} {told.seeks}")
        case Pool.CHANNEL:
            return choice is True


async def ask(ctx: JobContext, this: Round, programme: Programme) -> Question:
    """Return what to ask the engine about a round: everybody who is ready, was told of it and did not opt out.

    Whoever came in otherwise meanwhile (a wider pool, a changed profile) is told of the next one.
    """
    standing_now = await standing(ctx, programme, this.date, this.id)
    places = await ctx.use(Rounds).places(this.id)
    out = {member for member, place in places.items() if place.out or place.why == TAKEN_OUT}
    ready = [one for one in standing_now.ready if one.member.id in places and one.member.id not in out]
    here = {one.member.id for one in ready}
    proposed = await ctx.use(Meetings).of(this.id, Progress.PROPOSED)
    kept = [each for each in proposed if each.locked and {member.id for member in each.members} <= here]
    taken = {member.id for each in kept for member in each.members}
    question = await _question(ctx, this, programme, [one for one in ready if one.member.id not in taken])
    missing = {member: standing_now.resting.get(member, OUTSIDE) for member in places if member not in here | out}
    return replace(question, kept=kept, dropped=standing_now.dropped, missing=missing)


async def ask_about(ctx: JobContext, this: Round, programme: Programme, members: Sequence[int]) -> Question:
    """Return what a round goes by about some members, those of them who are ready; nothing of whom they met or what they wished."""
    choices = await ctx.use(Programmes).choices(programme.id)
    known = await ctx.use(Participations).several(members)
    busy = await crowded(ctx, known.values(), this.date, this.id, members=members)
    around = await ctx.use(Participations).around(members)
    profiles = {each.member.id: each for each in await ctx.use(Profiles).several(members)}
    people = [
        person(one, around[number], profiles.get(number))
        for number, one in known.items()
        if number in around
        and number not in busy
        and resting(one, this.date) is None
        and in_pool(programme, one, choices, profiles.get(number), this.date)
    ]
    return Question(people, _rules(programme), (), (), this.date, this.seed)


def permitted(question: Question, members: Collection[int]) -> bool:
    """Tell whether people may meet by every hard rule. Not for the event loop."""
    from bot.matching.world import World  # noqa: PLC0415 - its libraries are loaded where it is used, off the loop

    world = World(question.people, question.rules, (), (), question.today)
    group = [world.numbers[str(member)] for member in members if str(member) in world.numbers]
    pairs = itertools.combinations(group, 2)
    return (
        len(group) == len(members)
        and all(world.speak(*pair) and world.suits_trade(*pair) and not world.short(*pair) for pair in pairs)
        and world.together(group)
        and world.works(group)
    )


async def ask_again(
    ctx: JobContext, this: Round, programme: Programme, members: Sequence[int], spare: Sequence[int] = ()
) -> Question:
    """Return what to ask the engine about those who wait in a round; two who were together in it are not again.

    `spare` were left out of it: they are there for those who wait, not for each other.
    """
    wanted = [*members, *spare]
    known = await ctx.use(Participations).several(wanted)
    busy = await crowded(ctx, known.values(), this.date, this.id, members=wanted)
    awake = (one for one in known.values() if resting(replace(one, last_date=None), this.date) is None)
    ready = [one for one in awake if one.member.id not in busy]
    question = await _question(ctx, this, programme, ready)
    together = [frozenset(map(str, pair)) for pair in await ctx.use(Meetings).together(this.id)]
    rules = replace(question.rules, size=2)
    apart = [frozenset(map(str, pair)) for pair in itertools.combinations(spare, 2)]
    return replace(question, rules=rules, exclusions=[*question.exclusions, *together, *apart])


async def _question(ctx: JobContext, this: Round, programme: Programme, ready: Sequence[Participant]) -> Question:
    participations = ctx.use(Participations)
    around = await participations.surroundings()
    profiles = {each.member.id: each for each in await ctx.use(Profiles).several([one.member.id for one in ready])}
    people = [person(one, around[one.member.id], profiles.get(one.member.id)) for one in ready if one.member.id in around]
    past = [Past(frozenset(map(str, members)), date) for members, date in await ctx.use(Meetings).took_place()]
    lately = await ctx.use(Meetings).put_together(this.date - LATELY)
    together = [Past(frozenset(map(str, members)), date) for members, date in lately]
    exclusions = [frozenset(map(str, pair)) for pair in await participations.exclusions()]
    return Question(people, _rules(programme), past, exclusions, this.date, this.seed, together=together)


def _rules(programme: Programme) -> Rules:
    return Rules(programme.rules.size, programme.rules.odd, programme.rules.trade, float(programme.rules.common_hours))


def person(one: Participant, around: Surroundings, profile: Profile | None) -> Person:
    """Return what the engine is told of a member."""
    told = profile.introduction if profile is not None else None
    return Person(
        str(one.member.id),
        tuple(things(told.offers)) if told else (),
        tuple(things(told.seeks)) if told else (),
        told.does if told else "",
        spoken(one, around),
        around.reader.zone,
        around.hours,
        frozenset(map(str, around.workspaces)),
        one.member.joined_at.date(),
        one.left_out,
        one.initiated,
        mention(one.member),
        None if one.left_out_at is None else one.left_out_at.date(),
    )


def spoken(one: Participant, around: Surroundings) -> tuple[str, ...]:
    """Return the languages somebody can meet in, the one I write to them in first."""
    return tuple(dict.fromkeys((around.reader.locale, *one.languages)))
