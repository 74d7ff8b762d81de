"""A community in which somebody needs an animator, for each of the reasons; and the list as one animator has it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from storage.checkin import Kind, Question, Reads, Said
from storage.checkin_answers import CheckinAnswers
from storage.checkins import Checkins
from storage.concerns import Concerns
from storage.gaps import Gaps
from storage.gaps import State as Gap
from storage.opportunities import Opportunities
from storage.opportunity import Contents
from storage.outcomes import Value
from storage.requests import Requests, Step
from storage.voice import Audience
from storage.voice import Kind as VoiceKind
from storage.voices import Voices

if TYPE_CHECKING:
    from tests.features.village import Village, Villager

DAY = dt.timedelta(days=1)
LIST = "animator attention"


async def asked_how(village: Village, somebody: Villager, reads: Reads, readers: list[Villager], *, call: bool, scale: str) -> int:
    """Let somebody answer a check-in; return the answer's number, 0 where none is kept."""
    community, now = await village.community(), village.clock.now()
    async with village.app.store.unit() as unit:
        checkins = unit.use(Checkins, community)
        number = await checkins.draft(somebody.member.id, "own", [Question(Kind.SCALE, "How are you?", low=2)], 0, now)
        sending = await checkins.send(number, now.date(), now)
        assert sending is not None
        if reads is Reads.TOTALS:
            return 0
        said = Said(((scale,),), call=call)
        given = await unit.use(CheckinAnswers, community).give(
            sending, somebody.member.id, reads, [one.member.id for one in readers], said, now
        )
    return given or 0


async def gap(village: Village, somebody: Villager, state: Gap, *, told: bool = False) -> None:
    """Let somebody to whom nothing came be asked what is missing, and answer."""
    async with village.app.store.unit() as unit:
        gaps = unit.use(Gaps, await village.community())
        number = await gaps.ask(somebody.member.id, village.clock.now())
        if state is not Gap.ASKED:
            await gaps.answer(number, state, village.clock.now(), kind=Value.ECONOMIC, told=told)


async def posted(village: Village, somebody: Villager, title: str) -> int:
    """Let somebody publish an opportunity."""
    now = village.clock.now()
    async with village.app.store.unit() as unit:
        opportunities = unit.use(Opportunities, await village.community())
        made = await opportunities.create(somebody.member, Contents(title, "React", locale="en"), now)
        await opportunities.publish(made.id, now, now + 60 * DAY, now + 50 * DAY)
    return made.id


async def escalated(village: Village, somebody: Villager, need: str) -> int:
    """Let somebody ask for help, and the animators be told that nobody could."""
    now = village.clock.now()
    async with village.app.store.unit() as unit:
        requests = unit.use(Requests, await village.community())
        made = await requests.create(somebody.member, need, now)
        await requests.happened(made.id, Step.ANIMATOR, now)
    return made.id


async def voiced(village: Village, somebody: Villager | None, words: str) -> None:
    """Let somebody raise a concern, with their name or without."""
    async with village.app.store.unit() as unit:
        voices = unit.use(Voices, await village.community())
        today = village.clock.now().date()
        if somebody is None:
            await voices.raise_anonymous(VoiceKind.CONCERN, Audience.ANIMATORS, words, today)
        else:
            await voices.raise_signed(somebody.member, VoiceKind.CONCERN, Audience.ANIMATORS, words, today)


async def order(village: Village, reader: Villager) -> list[tuple[str, list[str]]]:
    """Return who is on the list and why, in its order."""
    async with village.app.store.unit(write=False) as unit:
        found = await unit.use(Concerns, await village.community()).matters(reader.member, village.clock.now())
    return [
        (matter.member.name if matter.member else "", [concern.reason.value for concern in matter.concerns]) for matter in found
    ]
