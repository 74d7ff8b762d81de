"""A round goes forward by itself, in steps that are each a transaction: told, matched, sent, followed up, over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.context import DueContext, StepContext
from bot.effects import Direct, OwnTime, Remove, Update
from bot.hours import due as own_due
from bot.hours import sending_time
from bot.i18n import _
from bot.notices import Notice
from commands.rounds import cancelling, dropped, following, matched, sending
from commands.rounds.cancelling import TOLD
from commands.rounds.feature import LATE, TAKEN_OUT, UNDER_WAY, UNDER_WAY_WEEKLY, notice_name, preview_name, rounds
from commands.rounds.looking import figures, next_date, next_dates_for
from commands.rounds.member_cards import left_out_card, notice_card
from commands.rounds.no_round_cards import no_meeting_card
from commands.rounds.pairing import standing
from commands.rounds.preview_cards import gone_card
from commands.rounds.report_cards import sent_card
from storage.participation import Participations
from storage.people import Members
from storage.programmes import Programme, Programmes
from storage.round import Part, Round, Stage
from storage.rounds import Rounds

if TYPE_CHECKING:
    from bot.context import Step
    from storage.participation import Participant, Surroundings

SENT: Final = 20
"""Meetings that begin in one transaction; so many are bulk, which answers to members overtake."""
ENOUGH: Final = dt.timedelta(hours=2)
"""A notice in somebody's own hours leaves them so much time at least; else it comes at once."""
TOO_LATE: Final = dt.timedelta(hours=24)
"""A round that comes later than this, since I was away or everything was paused, does not take place."""


@rounds.schedule("begin", family=True, title=_("Round: {name}", name=""))
async def begin(ctx: DueContext) -> None:
    """Begin the round of a programme; its members are told in the steps that follow."""
    programme = await ctx.use(Programmes).get(int(ctx.key))
    date = ctx.occurrence.date
    if programme is None or not programme.running or date is None:
        return
    match_at = programme.rule.moment(date, ctx.community.zone)
    await ctx.use(Rounds).begin(programme, date, match_at, matched.first_seed(programme.id, date), ctx.now)


@rounds.schedule("advance", every=dt.timedelta(minutes=1), steps=True)
async def advance(ctx: StepContext) -> None:
    """Take every step that is due. A round that fails holds up no other."""
    await following.ask(ctx)
    async with ctx.step(write=False) as look:
        waiting = await look.use(Rounds).due(look.now)
    failures: list[Exception] = []
    for each in waiting:
        try:
            await _go_on(ctx, each.id)
        except Exception as error:  # noqa: BLE001 - raised below, once the others had their turn
            failures.append(error)
    if failures:
        raise failures[0]


async def _go_on(ctx: StepContext, number: int) -> None:
    """Take the steps of one round as long as the next one is due."""
    before: tuple[Stage, int, dt.datetime] | None = None
    while True:
        async with ctx.step(write=False) as look:
            this = await look.use(Rounds).get(number)
            programme = None if this is None else await look.use(Programmes).get(this.programme_id)
        if this is None or programme is None or this.next_at is None or this.next_at > ctx.now:
            return
        now = (this.stage, this.seed, this.next_at)
        if now == before:  # another process is at it
            return
        before = now
        await _STEPS[this.stage](ctx, this, programme.on(this.terms))


# ---------------------------------------------------------------- told


async def _notice(ctx: StepContext, this: Round, programme: Programme) -> None:
    since = max(this.match_at, this.next_at or this.match_at)  # one that is mixed again is due from then on
    if ctx.now >= since + TOO_LATE:
        await cancelling.let_go(ctx, this, programme)
        return
    if ctx.now >= this.match_at:
        await matched.match(ctx, this, programme)
        return
    async with ctx.step(write=False) as look:
        ready = (await standing(look, programme, this.date, this.id)).ready
        told = await look.use(Rounds).places(this.id)
        around = await look.use(Participations).surroundings()
    for some in batched([one for one in ready if one.member.id not in told], TOLD):
        async with ctx.step() as step:
            if not await _tell(step, this, programme, some, around):
                return
    async with ctx.step() as step:
        fresh = await step.use(Rounds).locked(this.id)
        if fresh is not None and fresh.stage is Stage.NOTICED:  # nobody cancelled it meanwhile
            await step.use(Rounds).move(this.id, next_at=this.match_at)


async def _tell(step: Step, this: Round, programme: Programme, some: list[Participant], around: Mapping[int, Surroundings]) -> bool:
    """Tell some members of the round; False where it is no longer the time."""
    stored = step.use(Rounds)
    fresh = await stored.locked(this.id)
    if fresh is None or fresh.stage is not Stage.NOTICED:
        return False
    there = await stored.places_of(this.id, [one.member.id for one in some])
    new = [one for one in some if one.member.id not in there and one.member.id in around]
    await stored.fill(this.id, [one.member.id for one in new])
    card = notice_card(this, programme)
    await step.say(
        [
            Direct(
                one.member.id,
                card,
                notice_name(this.id, one.member.id),
                when=_in_time(step, this, around[one.member.id]),
                notice=Notice.ROUND,
                switch=rounds.id("less", programme.id),
            )
            for one in new
        ]
    )
    return True


def _in_time(step: Step, this: Round, around: Surroundings) -> OwnTime | None:
    """Return the member's own time, unless it comes too late to opt out: they asked to be told."""
    own = OwnTime()
    return own if own_due(own, step.now, around.reader.zone, around.hours) <= this.match_at - ENOUGH else None


# ---------------------------------------------------------------- sent


async def _send(ctx: StepContext, this: Round, programme: Programme) -> None:
    if this.stage is Stage.MATCHED and ctx.now - this.send_at > TOO_LATE:
        await cancelling.let_go(ctx, this, programme)
        return
    if ctx.now - this.send_at > LATE and (daytime := sending_time(ctx.now, ctx.community.zone)) > ctx.now:
        async with ctx.step() as step:
            await step.use(Rounds).move(this.id, next_at=daytime)
        return
    while True:
        async with ctx.step() as step:
            fresh = await step.use(Rounds).locked(this.id)
            if fresh is None or fresh.stage not in (Stage.MATCHED, Stage.SENDING):
                return
            if fresh.stage is Stage.MATCHED:
                if fresh.send_at > step.now:
                    return
                await step.use(Rounds).move(this.id, stage=Stage.SENDING, next_at=step.now)
            if not await sending.send_some(step, fresh, programme, SENT):
                break
    for tell in (_tell_left_out, dropped.tell):
        await _all(ctx, this, programme, tell)
    async with ctx.step() as step:
        await _sent(step, this, programme)


async def _all(
    ctx: StepContext, this: Round, programme: Programme, tell: Callable[[Step, Round, Programme], Awaitable[bool]]
) -> None:
    """Tell members, some in each transaction, until all know."""
    while True:
        async with ctx.step() as step:
            if not await tell(step, this, programme):
                return


async def _tell_left_out(step: Step, this: Round, programme: Programme) -> bool:
    """Tell some of those who were left out why, and when next; False where all know. Whoever skips knows."""
    stored = step.use(Rounds)
    await stored.locked(this.id)
    some = await stored.unsettled(this.id, Part.LEFT_OUT, TOLD)
    if not some:
        return False
    await stored.settle(this.id, [place.member for place in some])
    wanted = [place for place in some if not place.out]
    members = [place.member for place in wanted]
    await step.use(Participations).left_out(members, step.now)
    coming = await next_dates_for(step, programme, (await step.use(Participations).several(members)).values())
    cards = {place.member: left_out_card(place.why, coming.get(place.member), looking=place.why != TAKEN_OUT) for place in wanted}
    await step.say([Direct(member, card, when=OwnTime(), notice=Notice.ROUND) for member, card in cards.items()])
    return True


async def _sent(step: Step, this: Round, programme: Programme) -> None:
    stored = step.use(Rounds)
    fresh = await stored.locked(this.id)
    if fresh is None or fresh.stage is not Stage.SENDING:
        return
    over = step.now + (UNDER_WAY_WEEKLY if programme.weekly else UNDER_WAY)
    await stored.move(this.id, stage=Stage.SENT, sent_at=step.now, over_at=over, next_at=step.now)
    came = await figures(step, this.id)
    # Where nobody answered the preview, its buttons are still there.
    done = Update(preview_name(this.id), gone_card(replace(fresh, stage=Stage.SENT), programme))
    await step.say([done if came.meetings else Remove(preview_name(this.id))])
    if not came.meetings:
        card = no_meeting_card(fresh, programme, came, await next_date(step, programme))
    elif not programme.rules.preview_hours and fresh.relaxed:
        card = sent_card(fresh, programme, came)
    else:
        return
    await step.say([Direct(one.id, card, when=OwnTime(), notice=Notice.ROUNDS) for one in await step.use(Members).animators()])


# ---------------------------------------------------------------- under way, over


async def _under_way(ctx: StepContext, this: Round, programme: Programme) -> None:
    if this.over_at is not None and ctx.now >= this.over_at:
        await following.end(ctx, this, programme)
    else:
        await following.pair_again(ctx, this, programme)


_STEPS: Final[Mapping[Stage, Callable[[StepContext, Round, Programme], Awaitable[None]]]] = {
    Stage.NOTICED: _notice,
    Stage.MATCHED: _send,
    Stage.SENDING: _send,
    Stage.SENT: _under_way,
    Stage.OVER: cancelling.rest,
    Stage.CANCELLED: cancelling.rest,
}


def batched(members: list[Participant], size: int) -> list[list[Participant]]:
    """Return members in groups of at most so many."""
    return [members[start : start + size] for start in range(0, len(members), size)]
