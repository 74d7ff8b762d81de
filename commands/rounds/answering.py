"""What members answer to the notice of a round."""

from __future__ import annotations

import msgspec

from bot.context import Context
from bot.effects import Effects, Reply
from bot.errors import UserError
from bot.i18n import _
from commands.rounds import member_cards
from commands.rounds.feature import rounds
from commands.rounds.freeing import began, free
from commands.rounds.looking import called_off, heard, next_for
from commands.rounds.meeting_cards import ask_card
from storage.meeting import Progress
from storage.meetings import Meetings
from storage.participation import Participations, State
from storage.programmes import Programmes
from storage.round import Answer, Part, Place, Round, Stage
from storage.rounds import Rounds


async def _round(ctx: Context, key: int) -> tuple[Round, Place]:
    stored = ctx.use(Rounds)
    this = await stored.locked(key)
    place = None if this is None else await stored.place(key, ctx.me.id)
    if this is None or place is None:
        raise UserError(_("This round is no longer here."))
    return this, place


@rounds.action("in")
async def come(ctx: Context, key: int) -> Effects:
    """*I'm in*: nothing changes but that it was said, or that a *Skip* is taken back."""
    this, place = await _round(ctx, key)
    if this.stage is not Stage.NOTICED:
        return await _said_late(ctx, this, place)
    me = await ctx.use(Participations).get(ctx.me.id)
    if me is None or me.state is not State.JOINED or me.resting(this.date):
        await ctx.use(Participations).join(ctx.me.id, ctx.now)
    stored = ctx.use(Rounds)
    await stored.answer(key, ctx.me.id, Answer.IN)
    await stored.take_part(key, (ctx.me.id,), Part.NONE)
    programmes = ctx.use(Programmes)
    if (await programmes.choices_of(ctx.me.id)).get(this.programme_id) is False:  # they chose *Without me* since they were told
        await programmes.choose(this.programme_id, ctx.me.id, joined=True)
    await heard(ctx, key)
    return Reply(member_cards.in_card(this), edit=True)


async def _said_late(ctx: Context, this: Round, place: Place) -> Effects:
    """Answer *I'm in* once the meetings are made: it is a word all the same, and true for whoever has one or waits for one."""
    over = this.stage in (Stage.OVER, Stage.CANCELLED)
    if not over:
        await heard(ctx, this.id)
        if place.part in (Part.MATCHED, Part.WAITING):
            await ctx.use(Rounds).answer(this.id, ctx.me.id, Answer.IN)  # a *Skip* from before no longer counts
            return Reply(member_cards.in_card(this), edit=True)
    return Reply(member_cards.too_late_card(await next_for(ctx, ctx.me), over=over), edit=True)


@rounds.action("skip")
async def skip(ctx: Context, key: int) -> Effects:
    """*Skip this one*; whoever was to meet them is told, if they knew of it, and matched again. A meeting that was stays one."""
    this, _place = await _round(ctx, key)
    if this.stage in (Stage.OVER, Stage.CANCELLED):
        return Reply(member_cards.too_late_card(await next_for(ctx, ctx.me)), edit=True)
    stored = ctx.use(Rounds)
    out = await ctx.use(Meetings).with_member(ctx.me.id, Progress.SENT, Progress.MET)
    meeting = next((each for each in out if each.round_id == key), None)  # also while others of the round are still to go out
    if meeting is not None and began(meeting, ctx.now):
        await heard(ctx, key)
        return Reply(ask_card(meeting, meeting.others(ctx.me.id), again=meeting.asked > 1))
    await stored.answer(key, ctx.me.id, Answer.SKIP)
    await heard(ctx, key)
    coming = await next_for(ctx, ctx.me)
    noticed = this.stage is Stage.NOTICED
    card = member_cards.skipped_card(this, coming, back=noticed)
    if meeting is not None:
        card = msgspec.structs.replace(card, files=called_off(ctx, meeting))
    reply = Reply(card, edit=True)
    if not noticed:
        await stored.take_part(key, (ctx.me.id,), Part.GONE)
    return reply if meeting is None else [reply, *await free(ctx, meeting, ctx.me)]
