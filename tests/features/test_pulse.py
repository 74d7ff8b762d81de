"""The pulse, as an animator sees it: eight figures with their change, one picture, their meaning, other stretches, Mondays."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.drawing import Chart
from bot.gains import BANDS
from bot.i18n import plain
from commands.pulse.periods import Span
from storage.checkin import Kind, Question, Said
from storage.checkin_totals import CheckinTotals
from storage.checkins import Checkins
from storage.concentration import Concentration, Concentrations
from storage.opportunities import Opportunities
from storage.opportunity import Contents, Status
from storage.outcomes import Outcomes, Subject, Value
from storage.people import Members
from storage.profiles import Introduction, Profiles
from storage.pulse import FEWEST, LIMITS, Newcomers, Pulse, Window
from tests.features.attending import escalated
from tests.features.checkins import appointed
from tests.features.village import START, Village, Villager

DAY = dt.timedelta(days=1)
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch, village: Village) -> list[Chart]:
    """What is drawn, without a process for each picture."""
    charts: list[Chart] = []

    async def drawer(chart: Chart) -> bytes:
        charts.append(chart)
        return PNG

    monkeypatch.setattr(village.app.runner, "_draw", drawer)
    return charts


@pytest.fixture
async def ada(village: Village) -> Villager:
    person = await village.person("Ada", "Translation")
    async with village.app.store.unit() as unit:
        await unit.use(Members, await village.community()).appoint(person.member.id, animator=True)
    return person


async def gained(village: Village, gainer: Villager, giver: Villager, number: int, value: Value, band: str | None = None) -> None:
    """Keep a confirmed outcome."""
    async with village.app.store.unit() as unit:
        kept = await unit.use(Outcomes, await village.community()).record(
            Subject.OPPORTUNITY,
            number,
            village.clock.now(),
            gainer=gainer.member,
            giver=giver.member,
            value=value,
            amount_band=band,
            confirmed=True,
        )
        assert kept is not None


class TestShowing:
    async def test_what_happened_is_counted_with_its_change_and_one_picture(
        self, village: Village, ada: Villager, basile: Villager, drawn: list[Chart]
    ) -> None:
        await basile.command("ask", need="Somebody to translate a contract", member=ada)
        village.clock.move(dt.timedelta(hours=3))
        await ada.press("I can help")
        await basile.press("It is solved")
        await basile.fill(helper=str(ada.member.id), gain="skill")

        told = await ada.command("animator pulse")
        assert "Pulse: Last 30 days" in told
        assert "Introductions\n2 (+2)" in told
        assert "Meetings that took place\n0 (as before)" in told
        assert "Time to first answer\n3 hours, for 1 of 1" in told
        assert "Requests solved\n1 (+1)" in told
        assert "Opportunities filled\n0 (as before)" in told
        assert "How members are doing\nnot enough answers" in told
        assert "Held by the most active tenth\ntoo few members to say" in told
        assert "Newcomers without a first gain\nday 7: nobody was there yet; day 30: nobody was there yet" in told
        card = ada.sees()[-1].card
        assert card is not None
        assert card.picture is not None
        assert card.picture.content == PNG
        assert "Requests solved: 0, 0, 0, 0, 0, 1" in plain(card.picture.alt, "en")
        (chart,) = drawn
        assert chart.panels[2].values == (0, 0, 0, 0, 0, 1)
        assert not {"Ada", "Basile"} & {word for panel in chart.panels for word in (*panel.labels, panel.title, panel.newest)}

        village.clock.move(40 * DAY)
        told = await ada.command("animator pulse")
        assert "Requests solved\n0 (−1)" in told
        assert "day 7: 2 of" not in told
        assert "day 30: 1 of 2" in told, "Basile gained something, Ada did not"

    async def test_the_meaning_and_other_stretches_are_one_click_away(self, ada: Villager, drawn: list[Chart]) -> None:
        await ada.command("animator pulse", period="week")
        before = len(ada.sees())
        assert "Members who introduced themselves." in await ada.press("What these mean")
        assert "Pulse: Last 7 days" in await ada.press("Back")
        assert "Pulse: Last 12 months" in await ada.press("Last 12 months")
        assert len(ada.sees()) == before, "in the place of the first"
        assert len(drawn[-1].panels[0].values) == 3

        told = await ada.command("animator pulse", since=dt.date(2026, 10, 1), until=dt.date(2026, 10, 31))
        assert "Pulse: Thursday, October 1, 2026 to Saturday, October 31, 2026" in told
        await ada.press("What these mean")
        assert "October 1" in await ada.press("Back")
        assert "before the last" in await ada.command("animator pulse", since=dt.date(2027, 1, 1))
        assert "Give both" in await ada.command("animator pulse", until=dt.date(2026, 10, 31))

    async def test_it_is_in_the_readers_language_and_for_animators_alone(self, village: Village, ada: Villager) -> None:
        bo = await village.person("Bo")
        assert "Only the animators" in await bo.command("animator pulse")
        eva = await village.person("Eva", locale="fr")
        async with village.app.store.unit() as unit:
            await unit.use(Members, await village.community()).appoint(eva.member.id, animator=True)
        assert "Demandes résolues" in await eva.command("animator pulse")

    async def test_it_is_in_the_animators_menu_whose_pages_turn_in_place(self, ada: Villager) -> None:
        await ada.command("confrere")
        await ada.press("For animators")
        before, found = len(ada.sees()), set(ada.buttons())
        await ada.press("More")
        assert found.isdisjoint(set(ada.buttons()) - {"More", "Menu"})
        found |= set(ada.buttons())
        assert found >= {"How the community is doing, in figures and a picture", "The members as a file for a spreadsheet"}
        await ada.press("More")
        assert len(ada.sees()) == before

    async def test_without_a_picture_its_words_are_there(
        self, village: Village, ada: Villager, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def drawer(chart: Chart) -> None:
            del chart

        monkeypatch.setattr(village.app.runner, "_draw", drawer)
        told = await ada.command("animator pulse")
        assert "The picture could not be drawn. Bars, one for each 30 days" in told
        assert "Introductions\n1 (+1)" in told


class TestFigures:
    async def test_meetings_opportunities_expectations(self, village: Village, ada: Villager, basile: Villager) -> None:
        community = await village.community()
        others = [await village.person(f"M{number}") for number in range(5)]
        async with village.app.store.unit() as unit:
            profiles = unit.use(Profiles, community)
            for one in others:
                told = Introduction("x", "y", expects=("economic", "support"), locale="en")
                await profiles.introduce(one.member.id, told, village.clock.now())
            opportunities = unit.use(Opportunities, community)
            made = await opportunities.create(ada.member, Contents("A site"), village.clock.now())
            later = village.clock.now() + DAY
            await opportunities.publish(made.id, village.clock.now(), later, later)
            await opportunities.end(made.id, Status.FILLED, village.clock.now(), others[0].member)
        await gained(village, others[0], ada, 1, Value.ECONOMIC)
        await gained(village, others[0], ada, 2, Value.ECONOMIC)
        await gained(village, others[1], ada, 3, Value.SKILL)
        told = await ada.command("animator pulse")
        assert "Opportunities filled\n1 (+1)" in told
        assert "Expectations met\nbusiness 1 of 5 and support 0 of 5" in told

    async def test_amounts_are_totals_of_five_members_in_round_numbers(
        self, village: Village, ada: Villager, basile: Villager
    ) -> None:
        people = [ada, basile, *[await village.person(f"M{number}") for number in range(3)]]
        for number in range(8):
            await gained(village, people[number % 4], people[4], number, Value.ECONOMIC, "5000")
        assert "in all" not in await ada.command("animator pulse"), "eight amounts, of four members"
        await gained(village, people[4], ada, 9, Value.ECONOMIC, "500")
        assert "0 (as before); 10,000 to 50,000 in all" in await ada.command("animator pulse")
        told = await ada.command("animator pulse", since=dt.date(2026, 11, 2), until=dt.date(2026, 11, 30))
        assert "in all" not in told, "dates that could be chosen to tell one amount apart"
        assert "in all" in await ada.command("animator pulse", since=dt.date(2026, 11, 1), until=dt.date(2026, 11, 30))
        await gained(village, basile, ada, 10, Value.ECONOMIC, "more")
        assert "more than 30,000 in all" in await ada.command("animator pulse")
        assert set(LIMITS) == set(BANDS)
        assert FEWEST == 5

    async def test_the_share_of_the_most_active_tenth(self, village: Village, ada: Villager, basile: Villager) -> None:
        people = [ada, basile, *[await village.person(f"M{number}") for number in range(9)]]
        window = Window(village.clock.now() - DAY, village.clock.now() + DAY)
        community = await village.community()
        number = 0
        for giver, times in zip(people, (10, 4, 1, 1, 1, 1, 1, 1, 1), strict=False):
            for _time in range(times):
                number += 1
                await gained(village, people[-1], giver, number, Value.SUPPORT)
        async with village.app.store.unit(write=False) as unit:
            help_ = await unit.use(Concentrations, community).help(window)
        assert help_ == Concentration(9, 21, 10)
        assert help_.share is None, "nine are too few"
        for giver in people[9:]:
            number += 1
            await gained(village, ada, giver, number, Value.SUPPORT)
        async with village.app.store.unit(write=False) as unit:
            spread = unit.use(Concentrations, community)
            help_, business = await spread.help(window), await spread.business(window)
        assert help_ == Concentration(11, 23, 14), "a tenth of eleven is two"
        assert business == Concentration(0, 0, 0)
        assert "help 61%" in await ada.command("animator pulse")

    async def test_the_median_and_who_had_gained_nothing(self, village: Village, ada: Villager, basile: Villager) -> None:
        community = await village.community()
        asked = basile
        for number, minutes in enumerate((10, 30, 50, 200)):
            asked = await village.person(f"M{number}")
            await asked.command("ask", need=f"A translation, number {number}", member=ada)
            village.clock.move(dt.timedelta(minutes=minutes))
            await ada.press("I can help")
        await gained(village, basile, ada, 1, Value.SKILL)
        village.clock.move(8 * DAY)
        await gained(village, asked, ada, 2, Value.SKILL)
        window = Window(START - DAY, village.clock.now() + DAY)
        async with village.app.store.unit(write=False) as unit:
            pulse = unit.use(Pulse, community)
            answering = await pulse.answering(window)
            earlier = Window(START - 60 * DAY, window.start)
            assert await pulse.newcomers(earlier, window, 7, 30) == [Newcomers(), Newcomers(6, 5), Newcomers(), Newcomers()]
            assert await pulse.amount(window) is None
        assert (answering.asked, answering.answered) == (4, 4)
        assert answering.median == pytest.approx(40 * 60, abs=1)

    async def test_how_members_are_doing_from_sendings_that_five_answered(self, village: Village, ada: Villager) -> None:
        community = await village.community()
        async with village.app.store.unit() as unit:
            checkins, totals = unit.use(Checkins, community), unit.use(CheckinTotals, community)
            questions = (Question(Kind.SCALE), Question(Kind.SCALE, low=2))
            made = [await checkins.draft(ada.member.id, "own", questions, 0, village.clock.now()) for _each in range(2)]
            one, few = [campaign for number in made if (campaign := await checkins.campaign(number)) is not None]
            for answer in ("4", "4", "3", "5", "5"):
                await totals.add(one, dt.date(2026, 11, 20), Said((("1",), (answer,))), named=True)
                await totals.add(one, dt.date(2026, 10, 20), Said((("5",), ("4",))), named=False)
            await totals.add(few, dt.date(2026, 11, 20), Said((("1",), ("1",))), named=True)
        assert "How members are doing\n4.2 of 5 (+0.2)" in await ada.command("animator pulse")


class TestMondays:
    async def test_animators_who_want_it_get_the_week_on_monday_morning(self, village: Village, ada: Villager) -> None:
        await village.passes(days=7)
        assert not [words for words in ada.reads("dm") if "The week in your community" in words]
        await ada.command("animator pulse")
        assert "Every Monday morning" in await ada.press("Send it every Monday")
        assert "The week in figures" in await ada.command("animator schedule")
        await village.person("Bo", "Design")
        for _beat in range(7 * 4):
            await village.passes(hours=6)
        (digest,) = [words for words in ada.reads("dm") if "The week in your community" in words]
        assert "Introductions\n1" in digest
        assert "Pulse: Last 7 days" in await ada.press("With the picture")
        await ada.press("No longer every Monday", place="dm")
        assert "The week in figures" not in await ada.command("animator schedule")

    async def test_a_week_in_which_nothing_happened_is_not_told(self, village: Village, ada: Villager) -> None:
        village.clock.move(30 * DAY)
        await ada.command("animator pulse")
        await ada.press("Send it every Monday")
        for _day in range(9):
            await village.passes(days=1)
        assert not [words for words in ada.reads("dm") if "The week in your community" in words]

    async def test_a_quiet_week_in_which_somebody_waits_is_told(self, village: Village, ada: Villager, basile: Villager) -> None:
        boss = await appointed(village)
        village.clock.move(30 * DAY)
        await escalated(village, ada, "A room for our dinners")
        village.clock.move(14 * DAY)
        await ada.command("animator pulse")
        await ada.press("Send it every Monday")
        for _day in range(8):
            await village.passes(days=1)
        (digest,) = [words for words in boss.reads("dm") if "The week in your community" in words]
        assert "a quiet week, with nothing to count." in digest
        assert "1 person or voice waits for your attention." in digest
        assert "Ada" not in digest
        assert not [words for words in ada.reads("dm") if "The week in your community" in words], "nobody waits for her"
        assert basile.member.name not in digest
        assert "Ada asked for help" in await boss.press("For your attention")


def test_stretches_are_whole_days_and_follow_each_other() -> None:
    span = Span.named("month", dt.date(2026, 11, 23))
    assert (span.first, span.days, span.before().last) == (dt.date(2026, 10, 25), 30, dt.date(2026, 10, 24))
    assert [each.first for each in span.history()][-2:] == [span.before().first, span.first]
    window = Span(dt.date(2026, 10, 25), dt.date(2026, 10, 25)).window("Europe/Paris")
    assert window.end - window.start == dt.timedelta(hours=25), "the clocks go back that day"
    odd = Span(dt.date(2026, 10, 3), dt.date(2026, 10, 9))
    assert Span.of(odd.key, dt.date(2026, 11, 23)) == odd
    assert Span.of("20261332-x", dt.date(2026, 11, 23)) == span
