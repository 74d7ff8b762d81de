"""A member's own: what waits, what they said and who reads it, taking it back, being asked no more."""

from __future__ import annotations

from bot.context import Context
from bot.effects import Effects, OpenForm, Outgoing, Remove, Reply
from bot.errors import Invalid, UserError
from bot.i18n import _, word
from bot.ui import Card
from commands.checkins import member_cards, member_forms
from commands.checkins.feature import asked_name, checkins, peer_name, reminder_name, urgent_name
from storage.checkin import Campaign, Reads
from storage.checkin_answers import Answer, CheckinAnswers
from storage.checkin_totals import CheckinTotals
from storage.checkins import Checkins


@checkins.command(word("checkin"), _("My check-ins: answer, see what I said, choose who reads"), shortcut=_("My check-ins"))
async def mine(ctx: Context) -> Effects:
    """Show what waits and what they said."""
    return Reply(await _card(ctx))


async def _card(ctx: Context) -> Card:
    stored = ctx.use(Checkins)
    stopped, reads = await stored.preference(ctx.me.id)
    answers = await ctx.use(CheckinAnswers).by(ctx.me.id)
    known = {one.id: one for one in await stored.several({answer.campaign for answer in answers})}
    given = [(answer, known[answer.campaign]) for answer in answers if answer.campaign in known]
    return member_cards.mine(await stored.waiting_for(ctx.me.id), given, reads, stopped=stopped)


@checkins.action("said")
async def said(ctx: Context, key: int) -> Effects:
    """*What I said*."""
    answer, campaign = await _own(ctx, key)
    return Reply(member_cards.said(answer, campaign))


@checkins.action("back")
async def back(ctx: Context, key: int) -> Effects:
    """*Take it back*: it is forgotten, and out of the totals where it stood in them by name."""
    await ctx.use(Checkins).hold()
    answer, campaign = await _own(ctx, key)
    kept = ctx.use(CheckinAnswers)
    await kept.forget(ctx.me.id, answer.id)
    sending = await ctx.use(Checkins).sending(answer.sending)
    if sending is not None and answer.said is not None and answer.reads is Reads.ANIMATORS:
        await ctx.use(CheckinTotals).add(campaign, sending.date, answer.said, named=True, by=-1)
    return [*gone(answer.id, [one.id for one in answer.readers]), Reply(member_cards.taken_back(), edit=True)]


def gone(answer: int, readers: list[int]) -> list[Outgoing]:
    """Return what takes away the messages that lead to an answer which is no longer there."""
    reminders = [Remove(reminder_name(answer, reader)) for reader in readers]
    return [Remove(peer_name(answer)), Remove(urgent_name(answer)), *reminders]


async def _own(ctx: Context, key: int) -> tuple[Answer, Campaign]:
    answer = next((one for one in await ctx.use(CheckinAnswers).by(ctx.me.id, limit=1000) if one.id == key), None)
    campaign = await ctx.use(Checkins).campaign(answer.campaign) if answer is not None else None
    if answer is None or campaign is None:
        raise UserError(_("There is no answer of yours here any more."))
    return answer, campaign


@checkins.action("stop")
async def stop(ctx: Context) -> Effects:
    """*No more check-ins*: nothing that waits is sent any more."""
    stored = ctx.use(Checkins)
    _stopped, reads = await stored.preference(ctx.me.id)
    await stored.prefer(ctx.me.id, stopped=True, reads=reads)
    waiting = await stored.waiting_for(ctx.me.id)
    taken_back = [Remove(asked_name(sending.id, ctx.me.id), waiting=True) for sending, _campaign in waiting]
    return [*taken_back, Reply(member_cards.stopped())]


@checkins.action("resume")
async def resume(ctx: Context) -> Effects:
    """*Ask me again*."""
    stored = ctx.use(Checkins)
    _stopped, reads = await stored.preference(ctx.me.id)
    await stored.prefer(ctx.me.id, stopped=False, reads=reads)
    return Reply(member_cards.resumed())


@checkins.action("usual", opens=True)
async def usual(ctx: Context) -> Effects:
    """*Who reads, usually*: the form."""
    _stopped, reads = await ctx.use(Checkins).preference(ctx.me.id)
    return OpenForm(member_forms.usual_form(reads))


@checkins.submit("chosen")
async def chosen(ctx: Context, reads: str) -> Effects:
    """Keep who usually reads."""
    if reads not in {one.value for one in Reads}:
        raise Invalid({"reads": _("Choose one of the list.")})
    stored = ctx.use(Checkins)
    stopped, _reads = await stored.preference(ctx.me.id)
    await stored.prefer(ctx.me.id, stopped=stopped, reads=Reads(reads))
    return Reply(await _card(ctx))


@checkins.event("member_left")
async def left(ctx: Context) -> Effects:
    """Forget what somebody who left had answered; the totals hold nobody."""
    if not ctx.me.left:
        return None
    given = await ctx.use(CheckinAnswers).by(ctx.me.id, limit=1000)
    await ctx.use(CheckinAnswers).forget(ctx.me.id)
    return [effect for answer in given for effect in gone(answer.id, [one.id for one in answer.readers])]
