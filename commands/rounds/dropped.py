"""Who was told of a round and is in none of its meetings: they have one elsewhere, or the programme is no longer for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.effects import Direct, Outgoing, OwnTime
from bot.i18n import _
from bot.notices import Notice
from bot.text import Day
from commands.rounds.cancelling import TOLD
from commands.rounds.looking import next_date
from commands.rounds.member_cards import programme_name, without_card
from commands.rounds.pairing import OUTSIDE, TOO_SOON
from storage.meeting import Progress
from storage.meetings import Meetings
from storage.programmes import Programmes
from storage.round import Part
from storage.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.context import JobContext, Step
    from bot.text import Text
    from storage.programmes import Programme
    from storage.round import Round

BUSY: Final = _("Your meetings come as often as you want them, so this round leaves you in peace.")
"""Why somebody is not in a round who has a meeting in another one near it; they read of which, where it is still there."""


async def drop(ctx: JobContext, this: Round, programme: Programme, missing: Mapping[int, str]) -> None:
    """Let members be in a round no longer, by the reason; whoever rests or is paused knows, the others are told as it goes out."""
    why = {TOO_SOON: BUSY, OUTSIDE: _outside(programme)}
    for reason in set(missing.values()):
        members = [member for member, its in missing.items() if its == reason]
        await ctx.use(Rounds).take_part(this.id, members, Part.GONE, why.get(reason))


def _outside(programme: Programme) -> Text:
    return _(
        "“{name}” is for some members only, and by your profile of now you are not among them.", name=programme_name(programme)
    )


async def tell(step: Step, this: Round, programme: Programme) -> bool:
    """Tell some of them; False where all know."""
    stored = step.use(Rounds)
    await stored.locked(this.id)
    some = await stored.unsettled(this.id, Part.GONE, TOLD)
    await stored.settle(this.id, [place.member for place in some])
    await step.say(await lines(step, this, programme, {place.member: place.why for place in some if place.why is not None}))
    return bool(some)


async def busy(ctx: JobContext, this: Round, programme: Programme, members: Collection[int]) -> list[Outgoing]:
    """Return what members are told who have a meeting in another round since they were matched in this one."""
    return await lines(ctx, this, programme, dict.fromkeys(sorted(members), BUSY))


async def lines(ctx: JobContext, this: Round, programme: Programme, why: Mapping[int, Text]) -> list[Outgoing]:
    """Return a line for each member: why they are not in a round, and when the next one is."""
    if not why:
        return []
    coming = await next_date(ctx, programme)
    names = {each.id: programme_name(each) for each in await ctx.use(Programmes).all()}
    told: list[Outgoing] = []
    for member, reason in why.items():
        name = names.get(await _elsewhere(ctx, this, member)) if reason == BUSY else None
        said = reason if name is None else _meets(name, this)
        told.append(Direct(member, without_card(programme, said, coming), when=OwnTime(), notice=Notice.ROUND))
    return told


def _meets(name: str, this: Round) -> Text:
    return _("You have a meeting in “{name}” around {day}, and that is as often as you want it.", name=name, day=Day(this.date))


async def _elsewhere(ctx: JobContext, this: Round, member: int) -> int:
    """Return the programme in which somebody has the meeting that is nearest to a round, 0 where there is none."""
    meetings = await ctx.use(Meetings).with_member(member, Progress.PROPOSED, Progress.SENT, Progress.MET)
    others = [await ctx.use(Rounds).get(meeting.round_id) for meeting in meetings if meeting.round_id != this.id]
    near = [each for each in others if each is not None]
    return min(near, key=lambda each: abs((each.date - this.date).days)).programme_id if near else 0
