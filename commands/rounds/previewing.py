"""The preview of a round: what animators change in its meetings before they go out."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.context import Context
from bot.effects import Effects, OpenForm, Reply, Update
from bot.errors import Invalid, UserError
from bot.i18n import _
from bot.model import Member
from commands.rounds import preview_cards
from commands.rounds.feature import ADVANCE, SWAPPED_OUT, TAKEN_OUT, preview_name, rounds
from commands.rounds.looking import preview
from commands.rounds.pairing import ask_about, permitted
from commands.rounds.relaxing import true_still
from storage.meeting import Meeting, Progress
from storage.meetings import Meetings
from storage.participation import Participations
from storage.programmes import Programme, Programmes
from storage.round import Part, Place, Round, Stage
from storage.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.text import Text

DEADLINES: Final = {
    preview_cards.NOW: dt.timedelta(),
    preview_cards.HOURS: dt.timedelta(hours=2),
    preview_cards.TOMORROW: dt.timedelta(days=1),
    preview_cards.LATER: dt.timedelta(days=2),
}
FARTHEST: Final = dt.timedelta(days=4)
"""How long after they were matched meetings go out at the latest."""


async def _round(ctx: Context, key: int) -> tuple[Round, Programme]:
    this = await ctx.use(Rounds).locked(key)
    programme = None if this is None else await ctx.use(Programmes).get(this.programme_id)
    if this is None or programme is None:
        raise UserError(_("This round is no longer here."))
    return this, programme.on(this.terms)


async def _open(ctx: Context, key: int) -> tuple[Round, Programme]:
    """Return a round whose meetings can still be changed.

    Raises:
        UserError: they are on their way, or gone.
    """
    this, programme = await _round(ctx, key)
    if this.stage is not Stage.MATCHED:
        raise UserError(_("These meetings can no longer be changed."))
    return this, programme


async def _meeting(ctx: Context, key: int) -> tuple[Meeting, Round, Programme]:
    await ctx.use(Rounds).lock()
    meeting = await ctx.use(Meetings).get(key)
    if meeting is None or meeting.progress is not Progress.PROPOSED:
        raise UserError(_("These meetings can no longer be changed."))
    return meeting, *await _open(ctx, meeting.round_id)


@rounds.action("preview", animator=True)
async def turn(ctx: Context, key: str) -> Effects:
    """Show a page of the preview."""
    number, _colon, page = key.partition(":")
    if not number.isdecimal() or not (page or "0").isdecimal():
        raise UserError(_("This round is no longer here."))
    this, programme = await _round(ctx, int(number))
    return Reply(await preview(ctx, this, programme, int(page or 0)), edit=True)


@rounds.action("group", animator=True)
async def group(ctx: Context, key: int) -> Effects:
    """Show one meeting with what can be changed."""
    meeting, _this, _programme = await _meeting(ctx, key)
    return Reply(preview_cards.group_card(meeting))


@rounds.action("lock", animator=True)
async def lock(ctx: Context, key: int) -> Effects:
    """Keep a meeting as it is, also when the others are mixed again."""
    return await _lock(ctx, key, locked=True)


@rounds.action("unlock", animator=True)
async def unlock(ctx: Context, key: int) -> Effects:
    """Keep it no longer."""
    return await _lock(ctx, key, locked=False)


async def _lock(ctx: Context, key: int, *, locked: bool) -> Effects:
    meeting, this, programme = await _meeting(ctx, key)
    await ctx.use(Meetings).change(key, locked=locked)
    return [
        Reply(preview_cards.group_card(replace(meeting, locked=locked)), edit=True),
        Update(preview_name(this.id), await preview(ctx, this, programme)),
    ]


@rounds.action("cancel", animator=True)
async def cancel(ctx: Context, key: int) -> Effects:
    """Let a meeting not take place: its members are told when the others go out, and are first next time."""
    meeting, this, programme = await _meeting(ctx, key)
    await ctx.use(Meetings).change(key, progress=Progress.CANCELLED)
    await _left_out(ctx, this, [member.id for member in meeting.members], TAKEN_OUT)
    card = await preview(ctx, await true_still(ctx, this), programme)
    return [Reply(card, edit=True), Update(preview_name(this.id), card)]


async def _left_out(ctx: Context, this: Round, members: Collection[int], why: Text | None = None) -> None:
    """Leave out those whose meeting is taken from them; whoever skipped the round or left it is out of it, and stays so."""
    places = await ctx.use(Rounds).places_of(this.id, members)
    still = [member for member in members if member in places and not places[member].out]
    await ctx.use(Rounds).take_part(this.id, still, Part.LEFT_OUT, why)


# ---------------------------------------------------------------- swap


@rounds.action("swap", animator=True, opens=True)
async def swap(ctx: Context, key: int) -> Effects:
    """Ask whom to exchange."""
    meeting, _this, _programme = await _meeting(ctx, key)
    return OpenForm(preview_cards.swap_form(meeting))


@rounds.submit("swapped", animator=True)
async def swapped(ctx: Context, key: int, who: str, with_whom: Member) -> Effects:
    """Exchange two members, where every hard rule still holds and nobody comes to somebody they were together with before."""
    meeting, this, programme = await _meeting(ctx, key)
    leaving = next((one for one in meeting.members if str(one.id) == who), None)
    if leaving is None:
        raise Invalid({"who": _("Choose one of the list.")})
    if with_whom.id in {one.id for one in meeting.members}:
        raise Invalid({"with_whom": _("They are in this meeting already.")})
    place = await ctx.use(Rounds).place(this.id, with_whom.id)
    if place is None or place.out:
        raise Invalid({"with_whom": _("{name} is not in this round.", name=with_whom.name)})
    all_meetings = await ctx.use(Meetings).of(this.id, Progress.PROPOSED)
    other = next((each for each in all_meetings if with_whom.id in {one.id for one in each.members}), None)
    mine = {one.id for one in meeting.members} - {leaving.id} | {with_whom.id}
    theirs = {one.id for one in other.members} - {with_whom.id} | {leaving.id} if other is not None else set[int]()
    if await _once(ctx, (mine, with_whom.id), (theirs, leaving.id)):
        raise Invalid({"with_whom": _("They were in a meeting together before; a swap only brings together people who were not.")})
    question = await ask_about(ctx, this, programme, [*mine, *theirs])
    if not all(await asyncio.gather(*(asyncio.to_thread(permitted, question, some) for some in (mine, theirs) if some))):
        raise Invalid({"with_whom": _("They do not go together: a rule of the programme, a language or their hours.")})
    stored, meetings = ctx.use(Rounds), ctx.use(Meetings)
    await meetings.put(meeting.id, with_whom.id, instead=leaving.id)
    await meetings.change(meeting.id, initiator_id=None, reasons="")
    await stored.take_part(this.id, (with_whom.id,), Part.MATCHED)
    if other is None:
        await _left_out(ctx, this, (leaving.id,), SWAPPED_OUT)
    else:
        await meetings.put(other.id, leaving.id, instead=with_whom.id)
        await meetings.change(other.id, initiator_id=None, reasons="")
    card = await preview(ctx, await true_still(ctx, this), programme)
    return [Reply(card), Update(preview_name(this.id), card)]


async def _once(ctx: Context, *groups: tuple[set[int], int]) -> bool:
    """Tell whether somebody was together before with one of those they come to.

    A wish not to meet again exists only between people who were: refusing them all tells nothing of any. It is asked about
    besides, as wishes outlive a programme that is removed with its meetings.
    """
    members = set[int]().union(*(group for group, _new in groups))
    before = await ctx.use(Meetings).once_together(members)
    before |= {frozenset(pair) for pair in await ctx.use(Participations).exclusions(members)}
    return any(frozenset((new, one)) in before for group, new in groups for one in group - {new})


# ---------------------------------------------------------------- the whole round


@rounds.action("mix", animator=True)
async def mix(ctx: Context, key: int) -> Effects:
    """Match again with the next seed; what is locked stays, and so does what was cancelled."""
    this, programme = await _open(ctx, key)
    stored = ctx.use(Rounds)
    await stored.move(this.id, stage=Stage.NOTICED, seed=this.seed + 1, match_at=min(this.match_at, ctx.now), next_at=ctx.now)
    places = await stored.places(this.id)
    await stored.take_part(this.id, [member for member, place in places.items() if _mixed(place)], Part.NONE)
    await ctx.hurry(ADVANCE)
    return Reply(preview_cards.gone_card(replace(this, stage=Stage.NOTICED), programme), edit=True)


def _mixed(place: Place) -> bool:
    """Tell whether somebody's part is open again: not of who left the round, nor of whom the animators took out."""
    if place.part is Part.GONE:
        return place.why is not None  # a meeting in another round had them, or their profile; it may be otherwise now
    return place.part in (Part.MATCHED, Part.LEFT_OUT) and place.why != TAKEN_OUT


@rounds.action("send_now", animator=True)
async def send_now(ctx: Context, key: int) -> Effects:
    """Let them go out now."""
    return await _send_at(ctx, key, dt.timedelta())


@rounds.action("deadline", animator=True)
async def deadline(ctx: Context, key: int, values: list[str]) -> Effects:
    """Let them go out later, or now."""
    chosen = DEADLINES.get(values[0] if values else "")
    if chosen is None:
        raise UserError(_("Choose one of the list."))
    return await _send_at(ctx, key, chosen)


async def _send_at(ctx: Context, key: int, later: dt.timedelta) -> Effects:
    this, programme = await _open(ctx, key)
    stored = ctx.use(Rounds)
    at = min(max(this.send_at, ctx.now) + later, this.match_at + FARTHEST) if later else ctx.now
    now = at <= ctx.now
    await stored.move(this.id, send_at=at, next_at=at, stage=Stage.SENDING if now else Stage.MATCHED)
    if now:
        await ctx.hurry(ADVANCE)
    card = await preview(ctx, replace(this, send_at=at, stage=Stage.SENDING if now else Stage.MATCHED), programme)
    return [Reply(card, edit=True), Update(preview_name(this.id), card)]


@rounds.action("cancel_round", animator=True)
async def cancel_round(ctx: Context, key: int) -> Effects:
    """Let nobody meet this time, from the notice until the meetings go out; those who are in are told."""
    this, programme = await _round(ctx, key)
    if this.stage is Stage.CANCELLED:
        return Reply(preview_cards.gone_card(this, programme), edit=True)
    if this.stage not in (Stage.NOTICED, Stage.MATCHED):
        raise UserError(_("Its meetings are out, or on their way: this round can no longer be cancelled."))
    stored = ctx.use(Rounds)
    await ctx.use(Meetings).withdraw(this.id)
    await stored.move(this.id, stage=Stage.CANCELLED, over_at=ctx.now, next_at=ctx.now)
    await ctx.hurry(ADVANCE)
    card = preview_cards.gone_card(replace(this, stage=Stage.CANCELLED), programme)
    return [Reply(card, edit=True), Update(preview_name(this.id), card)]
