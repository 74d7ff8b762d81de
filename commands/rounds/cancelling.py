"""A round that does not take place: nobody is in it, it comes too late, or an animator cancelled it; whoever knew of it is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.effects import Direct, Outgoing, OwnTime, Remove, Update
from bot.notices import Notice
from commands.rounds.feature import notice_name, preview_name
from commands.rounds.looking import next_date
from commands.rounds.no_round_cards import cancelled_card, nobody_card, too_late_card
from commands.rounds.preview_cards import gone_card
from storage.copies import Copies
from storage.meetings import Meetings
from storage.people import Members
from storage.round import Answer, Part, Round, Stage
from storage.rounds import Rounds

if TYPE_CHECKING:
    from bot.context import Step, StepContext
    from bot.ui import Card
    from storage.programmes import Programme

TOLD = 50
"""Members who are written to in one transaction."""


async def let_go(ctx: StepContext, this: Round, programme: Programme) -> None:
    """Cancel a round that comes much too late: nobody is to meet out of the blue, on a date that is long past."""
    async with ctx.step() as step:
        fresh = await step.use(Rounds).locked(this.id)
        if fresh is not None and fresh.stage is this.stage:
            await _cancel(step, fresh, programme, too_late_card(this, programme))


async def nobody_in_it(step: Step, this: Round, programme: Programme) -> None:
    """Cancel a round that is to be matched and that nobody is in."""
    await _cancel(step, this, programme, nobody_card(this, programme, await next_date(step, programme)))


async def _cancel(step: Step, this: Round, programme: Programme, card: Card) -> None:
    await step.use(Meetings).withdraw(this.id)
    await step.use(Rounds).move(this.id, stage=Stage.CANCELLED, over_at=step.now, next_at=step.now)
    animators = await step.use(Members).animators()
    gone = gone_card(replace(this, stage=Stage.CANCELLED), programme)
    await step.say(
        [Update(preview_name(this.id), gone), *(Direct(one.id, card, when=OwnTime(), notice=Notice.ROUNDS) for one in animators)]
    )


async def rest(ctx: StepContext, this: Round, programme: Programme) -> None:
    """Let a round that is over rest; those who knew of one that was cancelled are told first."""
    for part in (Part.MATCHED, Part.LEFT_OUT, Part.WAITING, Part.NONE, Part.GONE):
        while this.stage is Stage.CANCELLED:
            async with ctx.step() as step:
                if not await _tell(step, this, programme, part):
                    break
    async with ctx.step() as step:
        await step.use(Rounds).move(this.id, next_at=None)


async def _tell(step: Step, this: Round, programme: Programme, part: Part) -> bool:
    """Tell some of those who were in a round that there is none this time; False where all know.

    A notice that did not go out yet never does, and whoever would have had it hears of nothing.
    """
    stored = step.use(Rounds)
    await stored.locked(this.id)
    some = await stored.unsettled(this.id, part, TOLD)
    await stored.settle(this.id, [place.member for place in some])
    names = {place.member: notice_name(this.id, place.member) for place in some}
    sent = await step.use(Copies).there(names.values(), sent=True)
    knew = [place for place in some if place.late or place.heard or names[place.member] in sent]
    card = cancelled_card(this, await next_date(step, programme))
    taken_back: list[Outgoing] = [Remove(name, waiting=True) for name in names.values() if name not in sent]
    told = [
        Direct(place.member, card, when=OwnTime(), notice=Notice.ROUND)
        for place in knew
        if not place.out or (place.why is not None and place.answer is not Answer.SKIP)
    ]
    await step.say([*taken_back, *told])
    return bool(some)
