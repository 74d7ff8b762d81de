"""Somebody cannot be there: whoever was to meet them is told, not why, and is matched again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from bot.effects import Direct, Outgoing, Remove, Update
from bot.files import FILES, File
from bot.notices import Notice
from commands.rounds.feature import ADVANCE, meeting_name, notice_name, question_name
from commands.rounds.looking import called_off, open_meetings, programme_of, shown
from commands.rounds.meeting_cards import fewer_card, freed_card
from storage.meeting import Progress
from storage.meetings import Meetings
from storage.participation import Participations
from storage.round import Part, Stage
from storage.rounds import Rounds

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from bot.context import JobContext
    from bot.model import Member
    from storage.meeting import Meeting
    from storage.round import Round


async def free_from_all(
    ctx: JobContext, member: Member, *, until: dt.date | None = None, programme: int | None = None
) -> tuple[list[Outgoing], tuple[File, ...]]:
    """Let a member be in no meeting and in no round that is under way, of one programme or of all. Whoever calls holds the lock.

    Returned are what the others are told, and the calendar files that take those meetings out of the member's own calendar.

    `until`: they rest until then; meetings whose time was agreed for later stay. So does one whose time has come: it took place.
    """
    stored, outgoing, off = ctx.use(Rounds), list[Outgoing](), dict[str, File]()
    for meeting in await open_meetings(ctx, member):
        this, its = await programme_of(ctx, meeting)
        if programme not in (None, its.id):
            continue
        if began(meeting, ctx.now) or (until is not None and meeting.chosen is not None and meeting.chosen.date() >= until):
            continue
        await stored.take_part(this.id, (member.id,), Part.GONE)
        outgoing += await free(ctx, meeting, member)
        off |= {file.name: file for file in called_off(ctx, meeting)}
    for this, place in await stored.rounds_of(member.id):
        if programme not in (None, this.programme_id) or (place.part is Part.MATCHED and this.stage is Stage.SENT):
            continue
        if until is None or this.date < until:
            await stored.take_part(this.id, (member.id,), Part.GONE)
            outgoing.append(Remove(notice_name(this.id, member.id), waiting=True))
    return outgoing, tuple(off.values())[:FILES]


def began(meeting: Meeting, now: dt.datetime) -> bool:
    """Tell whether a meeting took place, as far as is known: somebody said so, or the time that was agreed has come."""
    return meeting.progress is Progress.MET or (meeting.chosen is not None and meeting.chosen <= now)


async def _not_met(ctx: JobContext, this: Round, members: Sequence[int]) -> None:
    """Let a round that members are in no meeting of any more not count for how often they want to meet."""
    dates = await ctx.use(Meetings).dates(this.date, Progress.SENT, Progress.MET, Progress.ENDED, but=this.id, members=members)
    for member in members:
        await ctx.use(Participations).not_met(member, this.date, max(dates.get(member, ()), default=None))


async def free(ctx: JobContext, meeting: Meeting, member: Member) -> list[Outgoing]:
    """Let a member be in a meeting no longer; what part they have in the round is for whoever calls."""
    meetings, stored = ctx.use(Meetings), ctx.use(Rounds)
    await meetings.free(meeting.id, (member.id,))
    left = replace(
        meeting, attendees=tuple(replace(each, gone=each.gone or each.member.id == member.id) for each in meeting.attendees)
    )
    this, programme = await programme_of(ctx, meeting)
    rest = left.members
    await _not_met(ctx, this, [member.id] if len(rest) > 1 else [member.id, *(one.id for one in rest)])
    if len(rest) > 1:
        initiator = rest[0].id if left.initiator == member.id else left.initiator
        left = replace(left, initiator=initiator, revision=left.revision + 1)
        await meetings.change(meeting.id, initiator_id=initiator, revision=left.revision)
        card = await shown(ctx, left, programme)
        return [
            Update(meeting_name(meeting.id), card),
            *(Direct(one.id, fewer_card((member,)), keep=True, notice=Notice.MEETING) for one in rest),
        ]
    await meetings.change(meeting.id, progress=Progress.ENDED, ask_at=None)
    outgoing: list[Outgoing] = []
    looking = this.stage is not Stage.OVER
    for one in rest:
        card = msgspec.structs.replace(freed_card(looking=looking), files=called_off(ctx, meeting))
        outgoing += [Remove(question_name(meeting.id, one.id), waiting=True), Direct(one.id, card, keep=True, notice=Notice.ROUND)]
    if rest and looking:
        await stored.take_part(this.id, [one.id for one in rest], Part.WAITING)
        await stored.hurry(this.id, ctx.now)
        await ctx.hurry(ADVANCE)
    return outgoing
