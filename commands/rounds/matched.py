"""A round is matched: who meets whom is found in a thread, kept under the lock, and shown to the animators before it goes out."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Final

from bot.effects import Direct, Outgoing, Update
from bot.hours import sending_time
from bot.notices import Notice
from commands.rounds import cancelling
from commands.rounds.dropped import drop
from commands.rounds.feature import preview_name
from commands.rounds.looking import preview
from commands.rounds.pairing import Question, ask, crowded
from storage.meeting import Group
from storage.meetings import Meetings
from storage.participation import Participations
from storage.people import Members
from storage.round import Part, Round, Stage
from storage.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.context import Step, StepContext
    from bot.matching.model import Matching
    from storage.meeting import Meeting
    from storage.programmes import Programme

PUNCTUAL: Final = dt.timedelta(minutes=15)
"""A round that is matched later than this is shown to the animators for as long as one in time; a mixed one at least so long."""


def first_seed(programme: int, date: dt.date) -> int:
    """Return the seed of a round that was not mixed again."""
    return programme * 1_000_000_000 + date.toordinal() * 100


async def match(ctx: StepContext, this: Round, programme: Programme) -> None:
    """Find who meets whom, and keep it where nothing changed meanwhile."""
    async with ctx.step(write=False) as look:
        question = await ask(look, this, programme)
    matching = await asyncio.to_thread(question.answer)
    async with ctx.step() as step:
        fresh = await step.use(Rounds).locked(this.id)
        if fresh is None or fresh.stage is not Stage.NOTICED or fresh.seed != this.seed:
            return
        matched = [int(member) for each in matching.groups for member in each.members]
        capped = (await step.use(Participations).several(matched)).values()
        if await crowded(step, capped, this.date, this.id):  # another programme has them since: without them, a minute later
            return
        asked = {*(int(each.id) for each in question.people), *_members(question.kept)}
        places = await step.use(Rounds).places(this.id)
        if any(place.out for member, place in places.items() if member in asked):  # likewise where somebody skipped since
            return
        if question.people or question.kept:
            await _keep(step, fresh, programme, question, matching)
        else:
            await cancelling.nobody_in_it(step, fresh, programme)


async def _keep(step: Step, this: Round, programme: Programme, question: Question, matching: Matching) -> None:
    """Keep what was found, and show it to the animators."""
    stored, meetings = step.use(Rounds), step.use(Meetings)
    await meetings.withdraw(this.id, [each.id for each in question.kept])
    await meetings.propose(this.id, [Group(tuple(map(int, each.members)), each.reasons) for each in matching.groups])
    matched = [int(member) for each in matching.groups for member in each.members]
    matched += _members(question.kept)
    left = {int(each.id): each.reason for each in matching.left_out}
    places = await stored.places(this.id)
    await stored.fill(this.id, [member for member in (*matched, *left) if member not in places])
    await stored.take_part(this.id, matched, Part.MATCHED)
    for member, reason in left.items():
        await stored.take_part(this.id, (member,), Part.LEFT_OUT, reason)
    rest = {member for member, place in places.items() if place.part is Part.NONE and not place.out}.difference(matched, left)
    await drop(step, this, programme, {member: why for member, why in question.missing.items() if member in rest})
    await stored.take_part(this.id, rest.difference(question.missing), Part.WAITING)  # they came while the engine thought
    shown = bool(programme.rules.preview_hours and matched)
    send_at = _sending(step, this, programme) if shown else step.now
    await stored.move(
        this.id,
        stage=Stage.MATCHED if shown else Stage.SENDING,
        send_at=send_at,
        next_at=send_at,
        relaxed=[each.text for each in matching.relaxed],
        dropped=dict(question.dropped),
    )
    if shown:
        await step.say(await _show(step, this, programme))


def _members(meetings: Iterable[Meeting]) -> list[int]:
    return [member.id for each in meetings for member in each.members]


def _sending(step: Step, this: Round, programme: Programme) -> dt.datetime:
    """Return when the meetings go out by themselves: the animators have seen them before, also where the round is late."""
    if step.now > this.match_at + PUNCTUAL and this.seed == first_seed(programme.id, this.date):
        later = step.now + dt.timedelta(hours=programme.rules.preview_hours)
        return max(this.send_at, sending_time(later, step.community.zone))
    return max(this.send_at, step.now + (PUNCTUAL if this.seed != first_seed(programme.id, this.date) else dt.timedelta()))


async def _show(step: Step, this: Round, programme: Programme) -> list[Outgoing]:
    """Return the preview for each animator; one that was mixed again changes where it stands."""
    fresh = await step.use(Rounds).get(this.id) or this
    card = await preview(step, fresh, programme)
    if this.seed != first_seed(programme.id, this.date):
        return [Update(preview_name(this.id), card)]
    animators = await step.use(Members).animators()
    return [Direct(one.id, card, preview_name(this.id), keep=True, notice=Notice.ROUNDS) for one in animators]
