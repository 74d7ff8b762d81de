"""What the parts of the feature look up together: when the next round is, what a meeting or a round looks like now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import msgspec

from bot.errors import UserError
from bot.i18n import _
from bot.invitations import Invitation, Status, invitation_file
from bot.text import Moment, Text
from commands.rounds import meeting_cards, preview_cards
from commands.rounds.pairing import in_pool
from storage.meeting import Progress
from storage.meetings import Meetings
from storage.participation import Participations
from storage.people import Members
from storage.profiles import Profiles
from storage.programmes import Pool, Programmes
from storage.round import Figures, Part, Stage
from storage.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bot.context import Context, JobContext
    from bot.files import File
    from bot.model import Member
    from bot.ui import Card
    from storage.meeting import Meeting
    from storage.participation import Participant
    from storage.profiles import Profile
    from storage.programmes import Programme
    from storage.round import Round


AHEAD: Final = 16
"""Rounds that are looked at for the first that somebody can be in: of weekly ones more than the rarest wish, three months."""


async def next_date(ctx: JobContext, programme: Programme) -> dt.datetime | None:
    """Return when the next round of a programme is that was not told of yet."""
    coming = await ctx.use(Programmes).next_dates(programme, ctx.now, 1)
    date = coming[0].date if coming else None
    now = await ctx.use(Programmes).get(programme.id)  # its rule may be another than the one of a round under way
    return None if date is None or now is None else now.rule.moment(date, ctx.community.zone)


async def next_dates_for(
    ctx: JobContext, programme: Programme, members: Collection[Participant]
) -> Mapping[int, dt.datetime | None]:
    """Return when the next round of a programme is that members can be in: not while they rest, nor sooner than they want it."""
    now = await ctx.use(Programmes).get(programme.id)  # its rule may be another than the one of a round under way
    choosy = [one.member.id for one in members if one.every]
    plain = all(one.snoozed_until is None for one in members) and not choosy
    coming = [each.date for each in await ctx.use(Programmes).next_dates(programme, ctx.now, 1 if plain else AHEAD) if each.date]
    if now is None or not coming:
        return dict.fromkeys((one.member.id for one in members), None)
    states = (Progress.PROPOSED, Progress.SENT, Progress.MET)
    dates: Mapping[int, Sequence[dt.date]] = {}
    if choosy:
        dates = await ctx.use(Meetings).dates(coming[0], *states, but=0, members=choosy)
    found = {one.member.id: _first(one, coming, dates.get(one.member.id, ())) for one in members}
    return {member: None if date is None else now.rule.moment(date, ctx.community.zone) for member, date in found.items()}


def _first(one: Participant, coming: Sequence[dt.date], met: Sequence[dt.date]) -> dt.date | None:
    free = (date for date in coming if not (one.resting(date) or one.too_soon(date)))
    return next((date for date in free if not any(one.too_near(date, other) for other in met)), None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be in programmes: their part in the meetings, what they chose, what they said of themselves."""

    part: Participant
    choices: Mapping[int, bool]
    profile: Profile | None
    today: dt.date

    def inside(self, programme: Programme, *, chosen: bool = False) -> bool:
        """Tell whether a programme is for them; `chosen`: whether it would be if they chose so."""
        member = self.part.member.id
        choice = True if chosen else self.choices.get(programme.id)
        return in_pool(programme, self.part, {} if choice is None else {member: choice}, self.profile, self.today)


async def candidate(ctx: JobContext, member: Member) -> Candidate:
    """Return a member as programmes look at them."""
    choices = await ctx.use(Programmes).choices_of(member.id)
    me = await ctx.use(Participations).get(member.id)
    profiles = await ctx.use(Profiles).several([member.id])
    return Candidate(me or _newcomer(member), choices, next(iter(profiles), None), ctx.now.date())


async def programmes_for(ctx: JobContext, member: Member) -> list[tuple[Programme, bool]]:
    """Return the running programmes that are for a member, or would be if they chose so; and whether they are in them."""
    who = await candidate(ctx, member)
    found: list[tuple[Programme, bool]] = []
    for programme in await ctx.use(Programmes).all():
        if not programme.running or (programme.rules.pool is Pool.CHANNEL and not who.choices.get(programme.id)):
            continue
        inside = who.inside(programme)
        if inside or who.inside(programme, chosen=True):
            found.append((programme, inside))
    return found


def _newcomer(member: Member) -> Participant:
    from storage.participation import Participant, State  # noqa: PLC0415 - only for somebody who never took part

    return Participant(member, State.LEFT)


async def next_for(ctx: JobContext, member: Member) -> dt.datetime | None:
    """Return when a member's next round is: one that they were told of, else the soonest of their programmes."""
    told = [
        this.match_at
        for this, place in await ctx.use(Rounds).rounds_of(member.id)
        if this.stage is Stage.NOTICED and place.answer.value != "skip" and place.part is Part.NONE
    ]
    if told:
        return min(told)
    me = await ctx.use(Participations).get(member.id) or _newcomer(member)
    running = [programme for programme, inside in await programmes_for(ctx, member) if inside]
    dates = [(await next_dates_for(ctx, programme, [me]))[member.id] for programme in running]
    return min((date for date in dates if date is not None), default=None)


async def preview(ctx: JobContext, this: Round, programme: Programme, page: int = 0) -> Card:
    """Return a page of the meetings that are about to go out, for the animators."""
    meetings = await ctx.use(Meetings).of(this.id, Progress.PROPOSED)
    left = [member for member, place in (await ctx.use(Rounds).places(this.id)).items() if place.part is Part.LEFT_OUT]
    known = await ctx.use(Members).several(left[: preview_cards.NAMED])
    return preview_cards.preview_card(this, programme, meetings, list(known.values()), page, more=max(0, len(left) - len(known)))


async def figures(ctx: JobContext, number: int) -> Figures:
    """Return what came of a round so far."""
    sent, met = await ctx.use(Meetings).tally(number)
    return replace(await ctx.use(Rounds).figures(number), meetings=sent, met=met)


async def shown(ctx: JobContext, meeting: Meeting, programme: Programme) -> Card:
    """Return the first message of a meeting's conversation, as it stands now."""
    members = meeting.members
    told = {each.member.id: each for each in await ctx.use(Profiles).several([member.id for member in members])}
    around = await ctx.use(Participations).around([member.id for member in members])
    zones = {member.id: around[member.id].reader.zone for member in members if member.id in around}
    link = meeting_cards.video(programme.rules.video, meeting.room)
    card = meeting_cards.meeting_card(
        meeting, [told.get(member.id) or meeting_cards.unknown(member) for member in members], zones=zones, link=link
    )
    first = next(iter(zones.values()), ctx.community.zone)
    slots = meeting.slots if meeting.chosen is None else (meeting.chosen,)
    status = Status.PROPOSED if meeting.chosen is None else Status.AGREED
    return msgspec.structs.replace(card, files=tuple(_file(ctx, meeting, slot, status, zone=first, link=link) for slot in slots))


def _file(  # noqa: PLR0913 - what a calendar has of a meeting
    ctx: JobContext, meeting: Meeting, at: dt.datetime, status: Status, *, zone: str, link: str = "", label: Text | None = None
) -> File:
    """Return the calendar file of a meeting, in the language of its conversation.

    Whatever its time, it is one entry: each file takes the place of those before it in a calendar that has one of them.
    """
    invitation = Invitation(
        f"{ctx.community.id}-{meeting.id}",
        at,
        meeting_cards.entry(meeting),
        meeting.starter,
        link=link,
        revision=meeting.revision,
        status=status,
    )
    locale = meeting.locale or ctx.community.locale
    return invitation_file(invitation, ctx.now, locale, zone, label=label or Text("{time}", {"time": Moment(at)}))


def called_off(ctx: JobContext, meeting: Meeting) -> tuple[File, ...]:
    """Return the calendar file that takes a meeting out of the calendars that have it; none where it was given no time."""
    at = meeting.chosen or next(iter(meeting.slots), None)
    if at is None:
        return ()
    off = replace(meeting, revision=meeting.revision + 1)
    return (_file(ctx, off, at, Status.CANCELLED, zone=ctx.community.zone, label=_("Takes the meeting out of your calendar")),)


async def mine(ctx: Context, meeting: int) -> Meeting:
    """Return a meeting of whoever acts.

    Raises:
        UserError: it is gone, or it is between others.
    """
    found = await ctx.use(Meetings).get(meeting)
    if found is None:
        raise UserError(_("This meeting is no longer here."))
    attendee = found.attendee(ctx.me.id)
    if attendee is None:
        raise UserError(_("This meeting is between others."))
    if attendee.gone:
        raise UserError(_("You are no longer in this meeting. Your next one comes with the next round."))
    return found


async def programme_of(ctx: JobContext, meeting: Meeting) -> tuple[Round, Programme]:
    """Return the round and the programme of a meeting, as the round goes by it.

    Raises:
        UserError: they are gone.
    """
    this = await ctx.use(Rounds).get(meeting.round_id)
    programme = None if this is None else await ctx.use(Programmes).get(this.programme_id)
    if this is None or programme is None:
        raise UserError(_("This meeting is no longer here."))
    return this, programme.on(this.terms)


async def heard(ctx: Context, this: int) -> None:
    """Record that whoever acts said a word."""
    await ctx.use(Rounds).heard(this, ctx.me.id)
    await ctx.use(Participations).heard(ctx.me.id)


async def open_meetings(ctx: JobContext, member: Member) -> Sequence[Meeting]:
    """Return the meetings of a member that are under way."""
    return await ctx.use(Meetings).with_member(member.id, Progress.SENT)
