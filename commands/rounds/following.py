"""After the meetings went out: whether they met, partners for those who are free again, and the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.effects import Direct, Outgoing, OwnTime
from bot.hours import sending_time
from bot.notices import Notice
from commands.rounds import member_cards, report_cards
from commands.rounds.feature import AFTER, AGAIN, TAKEN_OUT, question_name
from commands.rounds.looking import figures, next_dates_for
from commands.rounds.meeting_cards import ask_card
from commands.rounds.pairing import ask_again
from commands.rounds.relaxing import within
from commands.rounds.sending import send
from storage.meeting import Group, Meeting, Progress, Reply
from storage.meetings import Meetings
from storage.participation import SILENCES, Participations, State
from storage.people import Members
from storage.round import Part, Place, Round, Stage
from storage.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import JobContext, Step, StepContext
    from storage.programmes import Programme

SOME = 20
"""Meetings whose members are asked in one transaction."""
SPARE = 40
"""Members who were left out, thought of when somebody becomes free."""
COUNTED = 50
"""Members whose part in a round is counted in one transaction."""


# ---------------------------------------------------------------- did you meet?


async def ask(ctx: StepContext) -> None:
    """Ask the members of meetings whether they met: once, and those who said *Not yet* once more. Then it is over."""
    while True:
        async with ctx.step(write=False) as look:
            if not await look.use(Meetings).to_ask(look.now, 1):
                return
        async with ctx.step() as step:
            await step.use(Rounds).lock()
            outgoing: list[Outgoing] = []
            for meeting in await step.use(Meetings).to_ask(step.now, SOME):
                outgoing += await _question(step, meeting)
            await step.say(outgoing)


async def _question(step: Step, meeting: Meeting) -> list[Outgoing]:
    meetings = step.use(Meetings)
    if meeting.progress not in (Progress.SENT, Progress.MET):
        await meetings.change(meeting.id, ask_at=None)
        return []
    if meeting.chosen is not None and meeting.progress is Progress.SENT and meeting.chosen + AFTER > step.now:
        await meetings.change(meeting.id, ask_at=meeting.chosen + AFTER)
        return []
    if meeting.asked > 1:
        over = {"progress": Progress.ENDED} if meeting.progress is Progress.SENT else {}
        await meetings.change(meeting.id, ask_at=None, **over)
        return []
    first = meeting.asked == 0
    await meetings.change(meeting.id, asked=meeting.asked + 1, ask_at=step.now + AGAIN)
    asked = Reply.NONE if first else Reply.NOT_YET
    whom = [each.member for each in meeting.attendees if not (each.gone or each.member.left) and each.reply is asked]
    if not first and meeting.progress is Progress.MET:
        whom = []
    return [
        Direct(
            member.id,
            ask_card(meeting, meeting.others(member.id), again=not first),
            question_name(meeting.id, member.id),
            keep=True,
            when=OwnTime(),
            notice=Notice.MEETING,
        )
        for member in whom
    ]


# ---------------------------------------------------------------- somebody else


async def pair_again(ctx: StepContext, this: Round, programme: Programme) -> None:
    """Let those who wait meet each other, in the daytime."""
    async with ctx.step(write=False) as look:
        waiting = await look.use(Rounds).waiting(this.id)
        spare = await _spare(look, this) if waiting else []
        question = await ask_again(look, this, programme, waiting, spare) if len(waiting) + len(spare) > 1 else None
    at = this.over_at
    if question is not None and (daytime := sending_time(ctx.now, ctx.community.zone)) > ctx.now:
        at, question = min(daytime, this.over_at or daytime), None
    found = None if question is None else await asyncio.to_thread(question.answer)
    parted = False
    async with ctx.step() as step:
        stored = step.use(Rounds)
        fresh = await stored.locked(this.id)
        if fresh is None or fresh.stage is not Stage.SENT:
            return
        if found is not None:
            still = {*await stored.waiting(this.id), *await _spare(step, fresh)}
            groups = [Group(tuple(map(int, each.members)), each.reasons) for each in found.groups]
            free = [group for group in groups if still.issuperset(group.members)]
            apart = step.use(Participations)
            fine = [group for group in free if not await apart.exclusions(group.members)]
            await _meet(step, fresh, programme, fine)
            relaxed = within([each.text for each in found.relaxed], [group.members for group in fine])
            if relaxed:
                await stored.move(this.id, relaxed=[*fresh.relaxed, *relaxed])
            parted = len(fine) < len(free)
        if not parted and set(await stored.waiting(this.id)) <= set(waiting):  # else there is somebody else, or some parted since
            await stored.move(this.id, next_at=at)


async def _spare(ctx: JobContext, this: Round) -> list[int]:
    """Return who was left out and would meet somebody who becomes free; whom the animators took out stays out."""
    left = await ctx.use(Rounds).spare(this.id, SPARE)
    return [place.member for place in left if place.why != TAKEN_OUT]


async def _meet(step: Step, this: Round, programme: Programme, groups: list[Group]) -> None:
    meetings, outgoing = step.use(Meetings), list[Outgoing]()
    for number in await meetings.propose(this.id, groups):
        meeting = await meetings.get(number)
        if meeting is not None:
            members = [member.id for member in meeting.members]
            await step.use(Rounds).take_part(this.id, members, Part.MATCHED)
            await step.use(Rounds).unsettle(this.id, members)
            outgoing += await send(step, this, programme, meeting)
    await step.say(outgoing)


# ---------------------------------------------------------------- over


async def end(ctx: StepContext, this: Round, programme: Programme) -> None:
    """Count who said a word, tell who found nobody, and let the animators know what came of it."""
    for part in (Part.MATCHED, Part.WAITING):
        while True:
            async with ctx.step() as step:
                stored = step.use(Rounds)
                fresh = await stored.locked(this.id)
                if fresh is None or fresh.stage is not Stage.SENT:
                    return
                some = await stored.unsettled(this.id, part, COUNTED)
                if not some:
                    break
                await stored.settle(this.id, [place.member for place in some])
                if part is Part.MATCHED:
                    await step.say(await _silent(step, some))
                else:
                    await step.say(await _nobody(step, some, programme))
                    await stored.take_part(this.id, [place.member for place in some], Part.LEFT_OUT)
    async with ctx.step() as step:
        stored, meetings = step.use(Rounds), step.use(Meetings)
        fresh = await stored.locked(this.id)
        if fresh is None or fresh.stage is not Stage.SENT:
            return
        await meetings.end(this.id, step.now)
        await stored.move(this.id, stage=Stage.OVER, over_at=step.now, next_at=None)
        came = await figures(step, this.id)
        if came.meetings:
            report = report_cards.report_card(replace(fresh, stage=Stage.OVER), programme, came)
            await step.say(
                [Direct(one.id, report, when=OwnTime(), notice=Notice.ROUNDS) for one in await step.use(Members).animators()]
            )


async def _silent(step: Step, some: Sequence[Place]) -> list[Outgoing]:
    """Count those who said nothing; whoever said nothing three times is paused, and told."""
    participations = step.use(Participations)
    outgoing: list[Outgoing] = []
    for place in some:
        if place.heard:
            await participations.heard(place.member)
        elif await participations.silent(place.member) >= SILENCES and await participations.leave(place.member, State.PAUSED):
            outgoing.append(Direct(place.member, member_cards.paused_card(), keep=True, when=OwnTime(), notice=Notice.ROUND))
    return outgoing


async def _nobody(step: Step, some: Sequence[Place], programme: Programme) -> list[Outgoing]:
    """Tell those who waited that nobody was free: they are first next time."""
    members = [place.member for place in some]
    await step.use(Participations).left_out(members, step.now)
    known = await step.use(Participations).several(members)
    coming = await next_dates_for(step, programme, known.values())
    return [
        Direct(member, member_cards.left_out_card(None, coming.get(member)), when=OwnTime(), notice=Notice.ROUND)
        for member in members
    ]
