"""Rounds of meetings, circles, icebreakers."""

from __future__ import annotations

import datetime as dt

from storage.circle import USUAL as CIRCLE_RULE
from storage.circle import Part as CirclePart
from storage.circle import Said as CircleSaid
from storage.circle import State as CircleState
from storage.circle_merges import CircleMerges
from storage.circle_places import CirclePlaces
from storage.circle_seeking import CircleSeekers
from storage.circle_weeks import CircleWeeks
from storage.circles import Circles
from storage.icebreaker_answers import Answers
from storage.icebreakers import Icebreakers
from storage.meeting import Group, Progress, Reply
from storage.meetings import Meetings
from storage.participation import Participations
from storage.programmes import Programmes
from storage.round import Answer, Part, Stage
from storage.rounds import Rounds
from tests.storage.community import NOW, Village
from tests.storage.hot_queries.crowd import ADA, DAY


async def goes_round(village: Village) -> None:
    """A circle asks, somebody answers, the animators look; the minute's job finds what is due."""
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit() as unit:
        circles, weeks = unit.use(Circles, ada.community), unit.use(CircleWeeks, ada.community)
        number = await circles.create("Makers", CIRCLE_RULE, NOW, state=CircleState.RUNNING)
        await circles.put(number, ada.member.id, CirclePart.IN, NOW)
        circle = await circles.locked(number)
        assert circle is not None
        week = await weeks.begin(circle, NOW.date(), NOW, NOW, resting=())
        assert week is not None
        await weeks.due(NOW)
        await weeks.latest(number)
        await weeks.latest_of([number])
        await weeks.waiting_for(ada.member.id)
        await weeks.say(week, ada.member.id, said=CircleSaid.ANSWERED, happened="x")
        await weeks.commitments(number, ada.member.id, 5)
        await weeks.with_words(number, ada.member.id)
        await circles.of(ada.member.id, CirclePart.IN, CirclePart.INVITED)
        await circles.alive(0, 6)
        await circles.lonely(NOW)
        await circles.taken()
        await circles.enough((ada.member.id, 60), 3)
        await unit.use(CirclePlaces, ada.community).for_member(ada.member.id, NOW, 5)
        await unit.use(CirclePlaces, ada.community).for_circle(circle, NOW, 25)
        await unit.use(CirclePlaces, ada.community).open_doors(50)
        await unit.use(CircleSeekers, ada.community).waiting(NOW, 200)
        await circles.room_stands("circle:1:room:1")
        await unit.use(CircleSeekers, ada.community).has(ada.member.id)
        await unit.use(CircleMerges, ada.community).open_of(number)
        await weeks.forget(number, ada.member.id)


async def goes_on_with_rounds(village: Village) -> None:
    """A tick looks at what is due; a round is told, matched, sent, asked about and over."""
    ada = await village.meet(ADA)
    async with village.store.unit() as unit:
        rounds, meetings = unit.use(Rounds, ada.community), unit.use(Meetings, ada.community)
        programmes, participations = unit.use(Programmes, ada.community), unit.use(Participations, ada.community)
        this = (await rounds.due(NOW))[0].id
        assert await meetings.to_ask(NOW, 5)
        await programmes.all()
        await programmes.choices(100)
        await rounds.get(this)
        await rounds.latest(100)
        await rounds.places(this)
        await rounds.places_of(this, [40, 60])
        await rounds.waiting(this)
        await rounds.unsettled(this, Part.MATCHED, 5)
        assert await participations.everybody()
        await participations.surroundings()
        await participations.around([40, 60])
        await participations.exclusions()
        await participations.exclusions([40, 60])
        await participations.left_out([40, 60], NOW)
        assert await meetings.took_place()
        assert await meetings.put_together(DAY - dt.timedelta(days=30))
        await meetings.dates(DAY, Progress.SENT, Progress.MET, but=this)
        await meetings.dates(DAY, Progress.SENT, Progress.MET, but=this, members=[40, 60])
        await meetings.once_together([40, 60])
        await meetings.together(this)
        await meetings.tally(this)
        await meetings.withdraw(this)
        (proposed,) = await meetings.propose(this, [Group((40, 60))])
        await meetings.of(this, Progress.PROPOSED, limit=5)
        await meetings.change(proposed, progress=Progress.SENT, sent_at=NOW)
        await meetings.free(proposed, [60])
        await participations.met([40], 40, DAY)
        await rounds.take_part(this, [40, 60], Part.MATCHED)
        await rounds.settle(this, [40])
        await rounds.move(this, stage=Stage.SENT)
        await rounds.hurry(this, NOW)
        await meetings.end(this, NOW)


async def meets(village: Village) -> None:
    """A member looks at their meetings, answers, wishes, rests."""
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit() as unit:
        rounds, meetings = unit.use(Rounds, ada.community), unit.use(Meetings, ada.community)
        participations = unit.use(Participations, ada.community)
        await participations.join(ada.member.id, NOW)
        await participations.get(ada.member.id)
        await unit.use(Programmes, ada.community).choices_of(ada.member.id)
        await rounds.rounds_of(40)
        await rounds.place(40, 40)
        await rounds.answer(40, 40, Answer.IN)
        await rounds.heard(40, 40)
        await participations.heard(40)
        await meetings.with_member(40, Progress.SENT, Progress.MET)
        await meetings.get(40)
        await meetings.reply(40, 40, Reply.MET)
        await participations.prefer(40, every=7, languages=("fr",))
        await participations.exclude(40, 60, NOW)
        await participations.snooze(40, DAY)
        await participations.silent(40)
        await participations.leave(40)


async def breaks_the_ice(village: Village) -> None:
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit() as unit:
        icebreakers, answers = unit.use(Icebreakers, ada.community), unit.use(Answers, ada.community)
        await icebreakers.settings()
        assert await icebreakers.last_used()
        newest = (await icebreakers.latest(5))[0]
        await icebreakers.get(newest.id)
        await icebreakers.own()
        await icebreakers.waiting()
        await icebreakers.proposal(20)
        await icebreakers.tell(NOW, NOW)
        await icebreakers.retired()
        await icebreakers.retire("own:20")
        await icebreakers.retire("own:20", back=True)
        given = await answers.give(newest.id, ada.member, "x", 1, NOW)
        await answers.by(ada.member)
        await answers.counts([newest.id, 20])
        await answers.participation(NOW - dt.timedelta(days=30))
        await answers.take_back(given)
        await answers.forget(ada.member)
