"""Check-ins, value, voices, attention: what members tell, and who looks after them."""

from __future__ import annotations

import datetime as dt

from bot.model import AccountRef
from storage.attention import Act, Attention, Concern, Reason
from storage.checkin import Kind as Scale
from storage.checkin import LeftOut, Question, Reads, Said
from storage.checkin import Stage as Step
from storage.checkin_answers import CheckinAnswers
from storage.checkin_moods import CheckinMoods
from storage.checkin_receipts import Receipts
from storage.checkin_totals import CheckinTotals
from storage.checkins import Checkins
from storage.concerns import Concerns
from storage.expectations import Came, Expectations
from storage.gaps import Gaps
from storage.gaps import State as GapState
from storage.outcomes import Value
from storage.people import Members
from storage.roll import Roll, Which
from storage.value import Ledger
from storage.value_totals import ValueTotals
from storage.voice import Audience, Shown
from storage.voice import Kind as VoiceKind
from storage.voice_allowance import Allowance
from storage.voices import Voices
from tests.storage.community import NOW, Village
from tests.storage.hot_queries.crowd import ADA, DAY
from tests.storage.specimens import START


async def asks_how_they_are(village: Village) -> None:
    """A campaign goes out, is answered, read, cared for, counted and taken back."""
    ada = await village.meet(ADA)
    assert ada.member is not None
    me = ada.member.id
    async with village.store.unit() as unit:
        checkins, answers = unit.use(Checkins, ada.community), unit.use(CheckinAnswers, ada.community)
        receipts = unit.use(Receipts, ada.community)
        number = await checkins.draft(me, "own", [Question(Scale.SCALE, "How?")], 0, NOW)
        campaign = await checkins.campaign(number)
        assert campaign is not None
        await checkins.change(campaign)
        await checkins.campaigns(NOW.date(), 6, 6)
        await checkins.campaigns(NOW.date(), 8, begun=True)
        await checkins.number()
        await checkins.under_way(number)
        await unit.use(CheckinMoods, ada.community).mean(NOW.date(), NOW.date())
        sending = await checkins.send(number, NOW.date(), NOW)
        assert sending is not None
        (due,) = await checkins.due(NOW)
        await checkins.sendings(number)
        await receipts.reached(number, [me, 40])
        await receipts.reached(number, [me, 40], due.id)
        await receipts.record(sending, [me, 40], {60: LeftOut.CAP})
        await receipts.of(sending, [me])
        await checkins.waiting_for(me)
        await receipts.counts(sending)
        await receipts.left_out(sending)
        await receipts.asked(sending)
        assert await receipts.close(sending, me)
        await receipts.forget(sending, [40])
        await checkins.stopped()
        await checkins.preference(me)
        said = Said((("1",),))
        answer = await answers.give(sending, me, Reads.ANIMATORS, [40, 60], said, NOW)
        assert answer is not None
        await answers.for_reader(answer, 40)
        await answers.parties(answer)
        await answers.inbox(40)
        await answers.numbers(40)
        await answers.by(me)
        await answers.count(sending)
        await answers.read(answer, 40, NOW)
        await answers.remind(answer, 40, NOW.date())
        await answers.care(answer, 40, NOW)
        totals = unit.use(CheckinTotals, ada.community)
        for _person in range(5):
            await totals.add(campaign, NOW.date(), said, named=False)
        assert [point.answers for point in await totals.points(campaign, 0)] == [5]
        await answers.forget(me)
        await receipts.close_all(sending)
        await checkins.move(sending, Step.OVER, None, over_at=NOW)


async def sees_what_it_is_worth(village: Village) -> None:
    """A member notes, changes and takes back; members are asked; the animators look; months are put together."""
    ada, bea = await village.meet(ADA), await village.meet(AccountRef("U40", "M40"))
    assert ada.member is not None
    assert bea.member is not None
    async with village.store.unit() as unit:
        ledger, expectations = unit.use(Ledger, ada.community), unit.use(Expectations, ada.community)
        noted = [
            await ledger.note(NOW, gainer=ada.member, giver=bea.member, value=Value.SKILL, note="x", proposed=proposed)
            for proposed in (False, True)
        ]
        outcome = noted[0] or 0
        await ledger.same(ada.member, bea.member, "x", NOW)
        await ledger.proposed(bea.member, NOW)
        await ledger.resting(bea.member, ada.member, NOW)
        await ledger.pending(ada.member, 2)
        await ledger.decline(noted[1] or 0, ada.member, NOW)
        await ledger.change(outcome, ada.member, NOW, value=Value.ECONOMIC, note="y", amount_band="500")
        await ledger.withdraw(outcome, ada.member, NOW)
        await expectations.due(NOW + dt.timedelta(days=100), 0, 5)
        await expectations.asked(ada.member.id, NOW)
        await expectations.said(ada.member.id)
        await expectations.say(ada.member.id, {Value.SKILL: Came.MET}, NOW)
        await expectations.unsay(ada.member.id, [Value.SKILL])
        await expectations.by_kind()
        gaps = unit.use(Gaps, ada.community)
        await gaps.due(NOW + dt.timedelta(days=100), 0, 5)
        await gaps.asked_since(NOW)
        gap = await gaps.ask(ada.member.id, NOW)
        await gaps.get(gap)
        await gaps.answer(gap, GapState.TALK, NOW)
        await gaps.take(gap, NOW)
        await gaps.for_animators(NOW)
        await gaps.unasked()
        await gaps.missing(NOW - dt.timedelta(days=30))
        await unit.use(ValueTotals, ada.community).close(NOW)
        await unit.use(ValueTotals, ada.community).between(START, NOW)


async def cares(village: Village) -> None:
    """An animator looks at who needs them, settles, takes back, acts; and looks members up."""
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit() as unit:
        voices = unit.use(Voices, ada.community)
        await voices.raise_anonymous(VoiceKind.IDEA, Audience.ALL, "Dinner at noon", DAY - dt.timedelta(days=2))
        concerns = unit.use(Concerns, ada.community)
        found = await concerns.matters(ada.member, NOW)
        assert any(matter.member is None for matter in found)
        reader = await unit.use(Members, ada.community).get(40)
        assert reader is not None
        await concerns.matters(reader, NOW)
        attention = unit.use(Attention, ada.community)
        await attention.settle([Concern(Reason.SILENT, 40, NOW, ada.member)], ada.member, NOW)
        assert await attention.undo(ada.member, NOW, [Reason.SILENT], member=ada.member.id)
        await attention.newest(voice=40)
        await attention.did(Act.INTRODUCED, ada.member.id, 40, NOW, 60)
        await attention.deeds(ada.member.id)
        assert await attention.introduced(ada.member.id, 60, NOW)
        roll = unit.use(Roll, ada.community)
        for which in Which:
            await roll.number(which, "m 1", NOW)
            await roll.page(which, "", NOW, offset=8, limit=8)


async def speaks(village: Village) -> None:
    """Voices are raised, looked for, answered, told of and shown."""
    ada = await village.meet(ADA)
    assert ada.member is not None
    today = NOW.date()
    async with village.store.unit() as unit:
        voices = unit.use(Voices, ada.community)
        code = await voices.raise_anonymous(VoiceKind.IDEA, Audience.ALL, "Dinner at noon", today)
        number = await voices.raise_signed(ada.member, VoiceKind.IDEA, Audience.ALL, "Dinner at noon", today)
        assert await voices.raised(ada.member, "Dinner at noon", today)
        await voices.today(ada.member, today)
        await voices.mine(ada.member, 5)
        found = await voices.by_code(code)
        assert found is not None
        await voices.add(found, "And drinks", today)
        await voices.answer(number, ada.member, "Yes", today)
        await voices.numbers()
        await voices.inbox(6)
        await voices.answered(6)
        await voices.number_answered()
        await voices.to_show(today)
        await voices.show(number, Shown.BACK, "A trial")
        await voices.tell(today)
        await voices.take_back(number)
        allowance = unit.use(Allowance, ada.community)
        await allowance.use(ada.member, today)
        await allowance.left(ada.member, today)
