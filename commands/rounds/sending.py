"""Meetings go out: one conversation each, with who they are and why, three times, and what to begin with."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.effects import Connect, Direct, Outgoing
from bot.errors import LimitError
from bot.i18n import LOCALES
from bot.matching.reasons import complementary
from bot.notices import Notice
from bot.text import Listing, Mention
from bot.times import propose_times
from bot.ui import shorten
from commands.rounds import dropped
from commands.rounds.feature import NUDGE, meeting_name
from commands.rounds.looking import shown
from commands.rounds.meeting_cards import freed_card
from commands.rounds.pairing import crowded, resting, spoken
from commands.rounds.starters import starter
from storage.meeting import Meeting, Progress
from storage.meetings import Meetings
from storage.participation import Participations, Surroundings
from storage.round import Part, Round
from storage.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from bot.context import JobContext, Step
    from bot.model import Member
    from storage.participation import Participant
    from storage.programmes import Programme

logger = structlog.get_logger(__name__)

TITLE = 90


async def send_some(step: Step, this: Round, programme: Programme, limit: int) -> bool:
    """Send some of the meetings of a round; False where all are sent."""
    meetings = await step.use(Meetings).of(this.id, Progress.PROPOSED, limit=limit)
    if not meetings:
        return False
    outgoing: list[Outgoing] = []
    for meeting in meetings:
        outgoing += await send(step, this, programme, meeting)
    await step.say(outgoing)
    return True


async def send(ctx: JobContext, this: Round, programme: Programme, meeting: Meeting) -> list[Outgoing]:
    """Return the conversation of a meeting; where too few of its members are left, tell who remains.

    Whoever said since they were matched that they would rather not meet one of the others again waits for somebody else.
    """
    ids = [member.id for member in meeting.members]
    stored, rounds = ctx.use(Meetings), ctx.use(Rounds)
    known = await ctx.use(Participations).several(ids)
    places = await rounds.places_of(this.id, ids)
    gone = {one for one in ids if not _comes(known.get(one), this) or (one in places and places[one].out)}
    busy = await crowded(ctx, known.values(), this.date, this.id, Progress.SENT, Progress.MET, members=ids) - gone
    elsewhere = await dropped.busy(ctx, this, programme, busy)
    gone |= busy
    if gone:
        await stored.free(meeting.id, gone)
        await rounds.take_part(this.id, gone, Part.GONE)
        meeting = _without(meeting, gone)
    meeting, apart = await _apart(ctx, meeting)
    outgoing = [*elsewhere, *apart]
    if len(meeting.members) < 2:  # noqa: PLR2004 - nobody meets alone
        return [*outgoing, *await _off(ctx, meeting)]
    meeting = await prepared(ctx, this, programme, meeting, [known[member.id] for member in meeting.members])
    try:
        card = await shown(ctx, meeting, programme)
    except LimitError as error:  # one that cannot be shown keeps no other from going out
        logger.exception("meeting_not_shown", meeting=meeting.id, exc_info=error)
        return [*outgoing, *await _off(ctx, meeting)]
    members = tuple(member.id for member in meeting.members)
    await rounds.take_part(this.id, members, Part.MATCHED)
    await ctx.use(Participations).met(members, meeting.initiator or 0, this.date)
    return [*outgoing, Connect(members, names(meeting.members), card, meeting_name(meeting.id), meeting.locale)]


async def _apart(ctx: JobContext, meeting: Meeting) -> tuple[Meeting, list[Outgoing]]:
    """Let a meeting go on without those who would rather not meet one of the others again, and tell them as if it were off.

    They, and not whom they wished it of: a wish takes nobody else's meeting away. Where two are left, it is off for both.
    """
    left = {member.id for member in meeting.members}
    wishes: list[tuple[int, int]] = [*await ctx.use(Participations).exclusions(left)]
    out: list[int] = []
    while wishes:
        counts = Counter(by for by, _of in wishes)
        most = max(counts, key=lambda one: (counts[one], one))
        out.append(most)
        wishes = [pair for pair in wishes if most not in pair]
    if not out:
        return meeting, []
    rest = left.difference(out)
    if len(rest) < 2:  # noqa: PLR2004 - nobody meets alone
        return replace(meeting, attendees=()), await _off(ctx, meeting)
    await ctx.use(Meetings).free(meeting.id, out)
    await ctx.use(Rounds).take_part(meeting.round_id, out, Part.WAITING)
    return _without(meeting, out), [
        Direct(member, freed_card(looking=True), keep=True, notice=Notice.ROUND) for member in sorted(out)
    ]


def _without(meeting: Meeting, gone: Collection[int]) -> Meeting:
    """Return a meeting without some, nor the reasons that name one of them."""
    return replace(
        meeting,
        attendees=tuple(each for each in meeting.attendees if each.member.id not in gone),
        reasons=tuple(reason for reason in meeting.reasons if not _named(reason.params.values(), gone)),
    )


def _named(said: Iterable[object], members: Collection[int]) -> bool:
    """Tell whether one of some members is mentioned."""
    return any(
        _named(one.items, members) if isinstance(one, Listing) else isinstance(one, Mention) and one.member in members
        for one in said
    )


async def _off(ctx: JobContext, meeting: Meeting) -> list[Outgoing]:
    """Let a meeting be taken back: its members wait for somebody else, and are not told why. It never went out."""
    left = [member.id for member in meeting.members]
    await ctx.use(Meetings).change(meeting.id, progress=Progress.CANCELLED, ask_at=None)
    await ctx.use(Rounds).take_part(meeting.round_id, left, Part.WAITING)
    return [Direct(member, freed_card(looking=True), keep=True, notice=Notice.ROUND) for member in left]


def _comes(one: Participant | None, this: Round) -> bool:
    """Tell whether somebody can still be in a round; the round itself is not too soon after itself."""
    return one is not None and resting(replace(one, last_date=None), this.date) is None


async def prepared(ctx: JobContext, this: Round, programme: Programme, meeting: Meeting, members: Sequence[Participant]) -> Meeting:
    """Record that a meeting is sent, with its times, what to begin with, and who writes first."""
    around = await ctx.use(Participations).around([one.member.id for one in members])
    seed = this.seed + meeting.id
    ids = {one.member.id for one in members}
    first = min(members, key=lambda one: (one.initiated, one.member.id))
    initiator = meeting.initiator if meeting.initiator in ids else first.member.id
    slots = times(ctx, around, seed, holidays=programme.rule.holidays)
    locale = language(ctx, members, around)
    begin = starter(locale, seed, complementary=complementary(meeting.reasons))
    sent = replace(
        meeting,
        progress=Progress.SENT,
        initiator=initiator,
        slots=slots,
        starter=begin,
        room=secrets.token_hex(8),
        sent_at=ctx.now,
        locale=locale,
    )
    await ctx.use(Meetings).change(
        meeting.id,
        progress=sent.progress,
        initiator_id=sent.initiator,
        slots=sent.slots,
        starter=sent.starter,
        room=sent.room,
        sent_at=sent.sent_at,
        locale=locale,
        ask_at=ctx.now + NUDGE,
    )
    return sent


def times(ctx: JobContext, around: Mapping[int, Surroundings], seed: int, *, holidays: str = "") -> tuple[dt.datetime, ...]:
    """Return three times that suit everybody."""
    people = [(each.reader.zone, each.hours) for each in around.values()]
    return tuple(each.instant for each in propose_times(people, ctx.now, seed, skip=holidays))


def language(ctx: JobContext, members: Sequence[Participant], around: Mapping[int, Surroundings]) -> str:
    """Return the language of a conversation: one they all speak, that most of them are written to in, the community's rather."""
    here = [(one, around[one.member.id]) for one in members if one.member.id in around]
    common = [set(spoken(one, its)) for one, its in here]
    shared = set[str]().union(*common).intersection(*common, LOCALES)
    own = Counter(its.reader.locale for _one, its in here)
    return max(sorted(shared), key=lambda each: (own[each], each == ctx.community.locale), default=ctx.community.locale)


def names(members: Sequence[Member]) -> str:
    """Return what a conversation is called."""
    return shorten(" & ".join(shorten(member.name, 30) for member in members), TITLE)
