"""Circles that the matching engine proposes: mixed trades, common hours, one language, nobody who would rather not."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.context import StepContext, mention
from bot.effects import Direct, Remove
from bot.i18n import _, plain, today
from bot.matching.model import Group, Person, Rules, Weights
from bot.notices import Notice
from bot.skills.words import things
from commands.circles import animator_cards
from commands.circles.feature import proposal_name
from storage.circle import SMALLEST, USUAL, Part, State
from storage.circle_seeking import CircleProposals, CircleSeekers
from storage.circles import Circles
from storage.participation import Participations
from storage.profiles import Profiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import JobContext, Step
    from bot.text import Mention
    from storage.circle import CircleProposal
    from storage.participation import Participant, Surroundings
    from storage.profiles import Profile

WEIGHTS: Final = Weights(complement=1.0, trades=2.0)
"""In a circle different trades count most: peers who look at each other's week with other eyes."""

POOL: Final = 300
"""Members that are looked at for one proposal, those who look longest first, and of the others; *Mix again* looks at the next."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the engine is asked."""

    people: Sequence[Person]
    exclusions: Sequence[frozenset[str]]
    size: int
    today: dt.date
    seed: int

    def answer(self) -> Sequence[Group]:
        """Return the circles, of three at least. Takes a while for many: not for the event loop."""
        if len(self.people) < SMALLEST:
            return ()
        from bot.matching.engine import match  # noqa: PLC0415 - its libraries are loaded where it is used, off the loop

        rules = Rules(self.size, weights=WEIGHTS)
        found = match(self.people, rules, (), self.exclusions, today=self.today, seed=self.seed)
        return [group for group in found.groups if len(group.members) >= SMALLEST]


async def propose(ctx: StepContext, number: int) -> None:
    """Answer what an animator asked for, and show it to them."""
    async with ctx.step(write=False) as look:
        proposal = await look.use(CircleProposals).get(number)
        question = None if proposal is None else await _question(look, proposal)
    if proposal is None or question is None:
        return
    groups = await asyncio.to_thread(question.answer)
    async with ctx.step() as step:
        await step.use(Circles).lock()
        fresh = await step.use(CircleProposals).get(number)
        if fresh is None or fresh.ready or fresh.over or fresh.seed != proposal.seed:
            return
        await _keep(step, number, groups)
        await step.use(CircleProposals).change(number, ready=True)
        if fresh.by is None:
            return
        shown = await step.use(CircleProposals).get(number) or fresh
        card = animator_cards.preview_card(shown, await step.use(Circles).all(State.PROPOSED, proposal=number))
        await step.say(
            [Remove(proposal_name(number)), Direct(fresh.by, card, proposal_name(number), keep=True, notice=Notice.REVIEW)]
        )


async def _question(ctx: JobContext, proposal: CircleProposal) -> Question:
    taken = await ctx.use(Circles).taken()
    wanted = {one.id: one for one in await ctx.use(CircleSeekers).all(POOL) if one.id not in taken}
    if proposal.everyone:
        found = await ctx.use(Profiles).search(limit=POOL, offset=proposal.seed * POOL)
        if not found.profiles:  # all were in one already
            found = await ctx.use(Profiles).search(limit=POOL)
        wanted |= {each.member.id: each.member for each in found.profiles if each.member.id not in taken}
    participations = ctx.use(Participations)
    around = await participations.around_anybody(wanted)
    known = await participations.several(list(wanted))
    told = {each.member.id: each for each in await ctx.use(Profiles).several(list(wanted))}
    people = [
        _person(mention(member), around[number], told.get(number), known.get(number), member.joined_at.date())
        for number, member in sorted(wanted.items())
        if number in around
    ]
    exclusions = [frozenset(map(str, pair)) for pair in await participations.exclusions(wanted)]
    day = today(ctx.now, ctx.community.zone)
    return Question(people, exclusions, proposal.size, day, proposal.id * 1000 + proposal.seed)


def _person(name: Mention, around: Surroundings, profile: Profile | None, known: Participant | None, since: dt.date) -> Person:
    told = profile.introduction if profile is not None and profile.introduced_at is not None else None
    return Person(
        str(name.member),
        tuple(things(told.offers)) if told else (),
        tuple(things(told.seeks)) if told else (),
        told.does if told else "",
        tuple(dict.fromkeys((around.reader.locale, *(known.languages if known is not None else ())))),
        around.reader.zone,
        around.hours,
        frozenset(map(str, around.workspaces)),
        since,
        name=name,
    )


async def _keep(step: Step, number: int, groups: Sequence[Group]) -> None:
    """Keep the circles of a proposal in place of those it had; whoever came into a circle meanwhile is in none of them."""
    stored = step.use(Circles)
    await stored.forget([circle.id for circle in await stored.all(State.PROPOSED, proposal=number)])
    taken = await stored.taken()
    known = await stored.count()
    for group in groups:
        members = [int(one) for one in group.members if int(one) not in taken]
        if len(members) < SMALLEST:
            continue
        name = plain(_("Circle {number}", number=(known := known + 1)), step.community.locale)
        circle = await stored.create(name, USUAL, step.now, state=State.PROPOSED, proposal=number, reasons=group.reasons)
        for member in members:
            await stored.put(circle, member, Part.IN, step.now)
