"""Circles come to be and end: by invitation, by asking, by the engine, by an animator's hand, by becoming one with another."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from bot.notices import MessagePreference
from bot.ui import Button, Select
from storage.budget import Budget
from storage.circle import USUAL, Part, State
from storage.circles import Circles
from storage.participation import Participations
from tests.features.test_circles import answers, appoint, circle, goes, said, talk
from tests.features.village import Village, Villager, controls_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from adapters.sandbox.records import Message


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    place = Village(tmp_path, database_url)
    await place.open()
    yield place
    await place.close()


async def starts(one: Villager, name: str = "Makers", door: str = "asked") -> None:
    await one.command("circle", do="start")
    await one.fill(name=name, rhythm="1", day="0", time="9:00", door=door)


async def test_members_are_invited_and_nobody_learns_who_would_rather_not(village: Village) -> None:
    ada, bo, cy, dan = [await village.person(name, f"{name}’s craft") for name in ("Ada", "Bo", "Cy", "Dan")]
    await starts(ada)
    for other in (bo, cy, dan):
        await ada.press("Invite somebody")
        await ada.fill(member=other)
        assert f"{other.name} is asked" in ada.told
    await ada.command("circle")
    await ada.press("Invite somebody")
    await ada.fill(member=bo)
    assert "is invited already" in ada.errors["member"]
    assert said(bo, "Ada invites you to a circle") == 1
    assert "You are in “Makers”" in await bo.press("Come in", place="dm")
    assert "It begins with three of you" in bo.told
    assert "Nobody is told." in await cy.press("Rather not", place="dm")
    assert "Cy" not in await ada.command("circle"), "and no word of it besides"
    assert talk(ada) == []
    assert "With you: Ada, Bo, and Dan." in await dan.press("Come in", place="dm")
    assert "Ada, Bo, and Dan: this is your circle’s conversation." in talk(ada)[-1]


async def test_whoever_asks_to_come_in_is_welcomed_by_one(village: Village) -> None:
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy")
    await ada.command("circle")
    await ada.press("Name and rhythm")
    await ada.fill(name="Makers and bakers", rhythm="2", day="1", time="10:00", door="asked")
    assert "every two weeks on Tuesday" in ada.told
    assert said(bo, "Ada changed it: “Makers and bakers”, every two weeks on Tuesday.", "group") == 1
    eve, fay = await village.person("Eve", "music"), await village.person("Fay", "dance")
    for one in (eve, fay):
        await one.command("circle", do="find")
        assert "I asked the members" in await one.press("Ask to come in")
    eves, welcome = bo.find("Welcome", "dm")
    assert "Fay is in “Makers and bakers”." in await bo.press_again(eves, welcome)
    await village.app.idle()
    (told,) = [words for words in fay.reads("dm") if "You are in “Makers and bakers”" in words]
    assert "Eve" not in told
    assert said(cy, "Fay is in “Makers and bakers”.") == 1
    await cy.press("Not now", place="dm")
    assert said(eve, "stays as it is for now") == 1
    assert "Cy" not in eve.reads("dm")[-1]


async def test_eight_are_enough_and_two_who_are_to_be_kept_apart_find_no_place(village: Village) -> None:
    people = await circle(village, "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8")
    ivy = await village.person("Ivy", "songs")
    told = await ivy.command("circle", do="find")
    assert "Makers" not in told
    await people[7].command("circle")
    await people[7].press("Leave the circle")
    async with village.app.store.unit() as unit:
        await unit.use(Participations, await village.community()).exclude(people[0].member.id, ivy.member.id, village.clock.now())
    assert "Makers" not in await ivy.command("circle", do="find")
    jo = await village.person("Jo", "songs")
    await jo.command("circle", do="find")
    assert jo.told.count("Makers") == 1
    message, action = jo.find("Come in")
    assert "There is no place" in await ivy.press_again(ivy.sees()[-1], action)
    assert "You are in" in await jo.press_again(message, action)
    assert "Makers" in await jo.press_again(message, action), "pressed twice"


async def test_a_circle_that_falls_under_three_becomes_one_with_another(village: Village) -> None:
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy", name="Small")
    dan, eve, fay = await circle(village, "Dan", "Eve", "Fay", name="Large", day="1")
    await goes(village, "2026-11-30T08:00")
    for one in (ada, bo, cy):
        await answers(one, "Fine.", f"{one.name}’s commitment")
    await cy.command("circle")
    await cy.press("Leave the circle")
    for one in (ada, bo):
        assert said(one, "Would you like to be one circle with “Large”") == 1
    await ada.press("Yes, with them", place="dm")
    assert said(dan, "would like to join you") == 0, "not before most of them want it"
    await bo.press("Yes, with them", place="dm")
    for one in (dan, eve, fay):
        assert said(one, "“Small” would like to join you") == 1
    await dan.press("Yes, with them", place="dm")
    await eve.press("Yes, with them", place="dm")
    for one in (ada, bo, dan, eve, fay):
        assert said(one, "You are one circle now: “Large”") == 1
    assert "Ada’s commitment" in await ada.command("circle")
    await goes(village, "2026-12-08T08:00")
    assert said(ada, "“Large”: what happened with your commitment") == 1
    assert said(cy, "“Large”") == 0
    assert "This is decided already." in "".join(fay.reads("dm"))


async def test_one_who_would_rather_not_is_enough_and_is_not_named(village: Village) -> None:
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy", name="Small")
    dan, eve, _fay = await circle(village, "Dan", "Eve", "Fay", name="Large")
    await cy.command("circle")
    await cy.press("Leave the circle")
    for one in (ada, bo):
        await one.press("Yes, with them", place="dm")
    await dan.press("Rather not", place="dm")
    assert said(ada, "It does not work out with the other circle.") == 1
    assert "Dan" not in "".join(ada.reads("dm"))[-300:]
    assert "This is decided already." in "".join(eve.reads("dm"))
    assert "Noted: it stays as it is." in await ada.press("Go on as we are", place="dm")
    await goes(village, "2026-11-30T08:00")
    await answers(ada, "Two of us.")
    await answers(bo, "And fine.")
    assert said(ada, "And fine.", "group") == 1
    await bo.command("circle")
    assert "has ended" in await bo.press("Close the circle")
    assert said(ada, "“Small” has ended") == 1


async def test_a_circle_that_falls_under_three_again_is_offered_the_same_one_after_two_months(village: Village) -> None:
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy", name="Small")
    dan, *_others = await circle(village, "Dan", "Eve", "Fay", name="Large")
    await cy.command("circle")
    await cy.press("Leave the circle")
    await ada.press("Go on as we are", place="dm")
    for date, offered in (("2026-12-21", 1), ("2027-02-08", 2)):
        await goes(village, f"{date}T09:00")
        await cy.command("circle", do="find")
        assert "You are in “Small”" in await cy.press("Come in"), "the one that is small comes first"
        await cy.command("circle")
        await cy.press("Leave the circle")
        assert said(bo, "Would you like to be one circle with “Large”") == offered
    assert said(dan, "would like to join you") == 0


async def test_an_offer_goes_on_when_somebody_leaves_and_those_who_remain_decide(village: Village) -> None:
    dan, eve, fay, gil = await circle(village, "Dan", "Eve", "Fay", "Gil", name="Large")
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy", name="Small")
    await cy.command("circle")
    await cy.press("Leave the circle")
    await ada.press("Yes, with them", place="dm")
    await bo.command("circle")
    await bo.press("Leave the circle")
    assert said(dan, "“Small” would like to join you") == 1, "all who remain want it"
    for one in (dan, eve):
        await one.press("Yes, with them", place="dm")
    assert said(ada, "You are one circle now") == 0, "two of four are not most of them"
    await gil.command("circle")
    await gil.press("Leave the circle")
    for one in (ada, dan, eve, fay):
        assert said(one, "You are one circle now: “Large”") == 1
    assert said(gil, "You are one circle now") == said(bo, "You are one circle now") == 0


async def test_a_merge_that_nobody_decides_lapses_and_the_last_one_ends_a_circle(village: Village) -> None:
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy", name="Small")
    dan, *_others = await circle(village, "Dan", "Eve", "Fay", name="Large")
    await cy.command("circle")
    await cy.press("Leave the circle")
    await ada.press("Yes, with them", place="dm")
    await goes(village, "2026-12-01T12:00")
    assert said(ada, "It does not work out with the other circle.") == 1
    assert said(bo, "It does not work out with the other circle.") == 0, "who did not ask for it"
    message, action = bo.find("Yes, with them", "dm")
    assert "decided already" in await bo.press_again(message, action)
    assert said(dan, "would like to join you") == 0
    for one in (ada, bo):
        await one.command("circle")
        await one.press("Leave the circle")
    await goes(village, "2027-12-06T08:00")
    community = await village.community()
    async with village.app.store.unit(write=False) as unit:
        assert [each.name for each in await unit.use(Circles, community).all(State.CLOSED)] == ["Small"]
    assert said(ada, "How is it going?") == said(bo, "How is it going?") <= 1


async def test_the_engine_proposes_circles_that_begin_once_three_say_yes(village: Village) -> None:
    zoe = await village.person("Zoé")
    await appoint(village, zoe)
    people = [await village.person(name, f"{name}’s craft", does=f"{name}’s trade") for name in ("Ada", "Bo", "Cy", "Dan")]
    away = await village.person("Ivy", "Ivy’s craft", locale="fr")
    for one in (*people, away):
        await one.command("circle")
        await one.press("Find me a circle" if one is not away else "Trouvez-moi un cercle")
    assert "5 members look for a circle." in await zoe.command("animator circles")
    await zoe.press("Propose circles")
    await zoe.fill(whom="seekers", size="4")
    assert "I am at it" in zoe.told
    for _minute in range(2):
        await village.passes(minutes=1)
    (preview,) = [words for words in zoe.reads("dm") if "1 circle to look at" in words]
    assert "Ada, Bo, Cy, and Dan" in preview
    assert "Ivy" not in preview, "who speaks another language"
    await zoe.press("Mix again", place="dm")
    for _minute in range(2):
        await village.passes(minutes=1)
    await zoe.press("Change", place="dm")
    await zoe.choose("Dan")
    assert "Dan" not in zoe.told
    await zoe.press("Invite them all", place="dm")
    assert "3 members are invited." in zoe.told
    ada, bo, cy, dan = people
    assert said(dan, "A circle for you?") == 0
    for one in (ada, bo, cy):
        assert said(one, "A circle for you?") == 1
        await one.press("Come in", place="dm")
    assert "With you: Ada, Bo, and Cy." in cy.told
    assert "2 members look for a circle." in await zoe.command("animator circles")
    assert "“Circle 2”: 3 members" in zoe.told or "“Circle 1”: 3 members" in zoe.told


async def test_animators_form_one_by_hand_and_see_who_is_in_it_and_no_words(village: Village) -> None:
    zoe = await village.person("Zoé")
    await appoint(village, zoe)
    ada, bo, cy = [await village.person(name, f"{name}’s craft") for name in ("Ada", "Bo", "Cy")]
    assert "There is no circle yet." in await zoe.command("animator circles")
    await zoe.press("Form one by hand")
    await zoe.fill(name="By hand", rhythm="1", first=ada, second=bo, third=cy)
    assert "They are asked." in zoe.told
    await ada.press("Come in", place="dm")
    await ada.command("circle")
    await ada.press("Leave the circle")  # the only one in it so far: it still waits for those who are invited
    await zoe.press("Invite somebody")
    await zoe.fill(member=ada)
    for one in (ada, bo, cy):
        await one.press("Come in", place="dm")
    await goes(village, "2026-11-30T08:00")
    await answers(ada, "For my circle alone.")
    assert "answered last time" not in await zoe.command("animator circles"), "nothing before it is shown"
    await goes(village, "2026-12-03T08:00")
    assert "“By hand”: 3 members; 1 of 3 answered last time" in await zoe.command("animator circles")
    told = await zoe.press("Look at it")
    assert "1 of 3" in told
    assert "Ada" in told
    assert "The animators see who is in a circle and how many answered, never what was said." in await bo.command(
        "circle", do="find"
    )
    assert "You see who is in a circle and how many answered." in await zoe.command("animator circles")
    assert "For my circle alone." not in "".join(zoe.reads())
    assert "Only the animators" in await ada.command("animator circles")
    message, action = zoe.find("Close the circle")
    assert "Only the animators" in await ada.press_again(ada.sees()[-1], action)
    assert "This circle has ended." in await zoe.press_again(message, action)
    assert said(bo, "“By hand” has ended") == 1
    await goes(village, "2026-12-07T08:00")
    assert said(bo, "How is it going?") == 1


async def test_a_circle_that_finds_no_third_ends_kindly(village: Village) -> None:
    ada, bo = await village.person("Ada", "maps"), await village.person("Bo", "logos")
    await starts(ada, door="open")
    await bo.command("circle", do="find")
    await bo.press("Come in")
    await goes(village, "2026-12-15T09:00")
    for one in (ada, bo):
        assert said(one, "“Makers” did not find three") == 1
        assert "You look for a circle" in await one.command("circle")


async def test_what_waits_when_their_week_is_full_is_under_the_command(village: Village) -> None:
    ada, bo = await village.person("Ada", "maps"), await village.person("Bo", "logos")
    async with village.app.store.unit() as unit:
        await unit.use(Budget, await village.community()).choose(bo.member.id, MessagePreference(weekly=0))
    await starts(ada)
    await ada.press("Invite somebody")
    await ada.fill(member=bo)
    assert "finds your invitation under “circle”" in ada.told
    assert said(bo, "invites you") == 0
    assert "You are invited to “Makers”" in await bo.command("circle")
    await bo.press("Look at it")
    assert "You are in “Makers”" in await bo.press("Come in")


async def test_questions_come_at_nine_on_either_side_of_the_change_of_clocks(village: Village) -> None:
    village.clock.set(dt.datetime(2027, 3, 15, 9, tzinfo=dt.UTC))
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy")
    for at in ("2027-03-22T08:00", "2027-03-29T07:00"):  # the clocks go forward on the 28th
        before = said(ada, "How is it going?")
        early = dt.datetime.fromisoformat(f"{at}:00+00:00") - dt.timedelta(minutes=5)
        village.clock.set(early)
        await village.passes(minutes=1)
        assert said(ada, "How is it going?") == before
        await goes(village, at)
        assert said(ada, "How is it going?") == before + 1
    for one in (ada, bo):
        await answers(one, "Spring.")
    await goes(village, "2027-04-01T07:00")  # three working days later, at nine
    assert said(cy, "Spring.", "group") == 1


async def keeps_apart(village: Village, one: Villager, other: Villager) -> None:
    """Let somebody wish not to meet somebody, in confidence."""
    async with village.app.store.unit() as unit:
        await unit.use(Participations, await village.community()).exclude(one.member.id, other.member.id, village.clock.now())


NO_REASON = "cannot be invited to this circle for now. There can be many reasons, and I tell none."


async def test_nobody_is_invited_to_somebody_they_would_rather_not_meet_and_no_word_says_so(village: Village) -> None:
    zoe = await village.person("Zoé")
    await appoint(village, zoe)
    ada, *_others = await circle(village, "Ada", "Bo", "Cy")
    ivy, jo = await village.person("Ivy", "songs"), await village.person("Jo", "songs")
    await keeps_apart(village, ivy, _others[0])
    await ada.command("circle")
    await ada.press("Invite somebody")
    await ada.fill(member=ivy)
    assert ada.errors == {"member": f"Ivy {NO_REASON}"}
    await zoe.command("animator circles")
    await zoe.press("Look at it")
    await zoe.press("Invite somebody")
    await zoe.fill(member=ivy)
    assert zoe.errors == {"member": f"Ivy {NO_REASON}"}
    await zoe.press("Form one by hand")
    await zoe.fill(name="By hand", rhythm="1", first=jo, second=ivy, third=_others[0])
    assert "cannot be invited together for now" in zoe.errors["first"]
    await zoe.press("Form one by hand")
    await zoe.fill(name="By hand", rhythm="1", first=jo, second=ivy, third=ada)
    assert "They are asked." in zoe.told
    assert said(ivy, "A circle for you?") + said(ivy, "invites you to a circle") == 1


async def test_two_circles_do_not_become_one_once_somebody_would_rather_not_meet_one_of_the_other(village: Village) -> None:
    dan, eve, fay = await circle(village, "Dan", "Eve", "Fay", name="Large")
    await dan.command("circle")
    await dan.press("Name and rhythm")
    await dan.fill(name="Large", rhythm="1", day="0", time="9:00", door="asked")
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy", name="Small")
    await cy.command("circle")
    await cy.press("Leave the circle")
    for one in (ada, bo):
        await one.press("Yes, with them", place="dm")
    await keeps_apart(village, fay, bo)
    for one in (dan, eve):
        await one.press("Yes, with them", place="dm")
    assert said(ada, "It does not work out with the other circle.") == 1
    assert said(ada, "You are one circle now") == 0


async def test_the_engine_leaves_out_who_would_rather_not_meet_one_of_its_proposal(village: Village) -> None:
    zoe = await village.person("Zoé")
    await appoint(village, zoe)
    people = [await village.person(name, f"{name}’s craft", does=f"{name}’s trade") for name in ("Ada", "Bo", "Cy", "Dan")]
    for one in people:
        await one.command("circle")
        await one.press("Find me a circle")
    await zoe.command("animator circles")
    await zoe.press("Propose circles")
    await zoe.fill(whom="seekers", size="4")
    for _minute in range(2):
        await village.passes(minutes=1)
    await keeps_apart(village, people[1], people[0])
    await zoe.press("Invite them all", place="dm")
    assert "3 members are invited." in zoe.told
    assert sum(said(one, "A circle for you?") for one in people[:2]) == 1


async def test_a_no_is_a_month_of_peace_for_whoever_said_it(village: Village) -> None:
    ada, bo, cy = [await village.person(name, f"{name}’s craft") for name in ("Ada", "Bo", "Cy")]
    await starts(ada)
    for expected in ("is asked", "cannot be invited"):
        await ada.command("circle")
        await ada.press("Invite somebody")
        await ada.fill(member=cy)
        assert expected in (ada.told or ada.errors["member"])
        if expected == "is asked":
            await cy.press("Rather not", place="dm")
    await bo.command("circle", do="find")
    await bo.press("Ask to come in")
    await ada.press("Not now", place="dm")
    assert "“Makers”" not in await bo.command("circle", do="find")
    message, action = next((each, control) for each in bo.sees() for control in _asking(each))
    assert "stays as it is for now" in await bo.press_again(message, action)
    assert said(ada, "Bo would like to be in your circle") == 0, "asked once, and settled"
    village.clock.move(dt.timedelta(days=31))
    assert "“Makers”" in await bo.command("circle", do="find")
    await bo.press("Ask to come in")
    assert said(ada, "Bo would like to be in your circle") == 1
    await ada.command("circle")
    await ada.press("Invite somebody")
    await ada.fill(member=cy)
    assert "Cy is asked" in ada.told


def _asking(message: Message) -> list[str]:
    """Return the actions of buttons that ask to come in."""
    return [control.action for control in controls_of(message) if isinstance(control, Button) and ":ask:" in control.action]


async def test_whoever_welcomes_somebody_learns_whose_circles_are_enough(village: Village) -> None:
    ada, *_others = await circle(village, "Ada", "Bo", "Cy")
    await ada.command("circle")
    await ada.press("Name and rhythm")
    await ada.fill(name="Makers", rhythm="1", day="0", time="9:00", door="asked")
    eve = await village.person("Eve", "music")
    await eve.command("circle", do="find")
    await eve.press("Ask to come in")
    for name in ("One", "Two", "Three"):
        await starts(eve, name)
    assert "Eve is in three circles already" in await ada.press("Welcome", place="dm")


async def test_animators_leaf_through_many_circles(village: Village) -> None:
    zoe = await village.person("Zoé")
    await appoint(village, zoe)
    async with village.app.store.unit() as unit:
        circles = unit.use(Circles, await village.community())
        for number in range(8):
            made = await circles.create(f"Circle no {number}", USUAL, village.clock.now(), state=State.RUNNING)
            await circles.put(made, zoe.member.id, Part.IN, village.clock.now())
    shown = await zoe.command("animator circles")
    assert "Circle no 5" in shown
    assert "Circle no 6" not in shown
    assert "Circle no 6" in await zoe.press("Next")
    assert "Circle no 0" in await zoe.press("Previous")


async def test_whoever_looks_for_a_circle_is_invited_as_soon_as_one_has_room_for_them(village: Village) -> None:
    eve, luc = await village.person("Eve", "music"), await village.person("Luc", "dance", locale="fr")
    ivy = await village.person("Ivy", "songs")
    for one, words in ((eve, "Find me a circle"), (luc, "Trouvez-moi un cercle"), (ivy, "Find me a circle")):
        await one.command("circle")
        await one.press(words)
    await village.passes(hours=1)
    assert said(eve, "A circle for you?") == 0, "there is none"
    ada, bo = await village.person("Ada", "maps"), await village.person("Bo", "logos")
    await keeps_apart(village, ada, ivy)
    await starts(bo, "Behind a door")
    await starts(ada, "Makers", door="open")
    for _hour in range(3):
        await village.passes(hours=1)
    assert said(eve, "A circle for you?") == 1, "once"
    assert "“Makers”" in eve.reads("dm")[-1]
    assert said(luc, "Un cercle pour vous") == 0, "who speaks another language"
    assert said(ivy, "A circle for you?") == 0, "whom somebody would rather not meet"
    await eve.press("Rather not", place="dm")
    await starts(await village.person("Cy", "lamps"), "Others", door="open")
    await village.passes(hours=1)
    assert said(eve, "A circle for you?") == 0, "a month of peace"
    assert said(ivy, "A circle for you?") == 1
    assert "You are in “Others”" in await ivy.press("Come in", place="dm")
    await ivy.command("circle")
    await ivy.press("Leave the circle")
    await ivy.command("circle")
    await ivy.press("Find me a circle")
    await village.passes(hours=1)
    assert said(ivy, "A circle for you?") == 0, "not to one that they left"


async def test_a_wish_to_come_in_waits_in_the_circle_for_whoever_did_not_read_it(village: Village) -> None:
    ada, *_others = await circle(village, "Ada", "Bo", "Cy")
    await ada.command("circle")
    await ada.press("Name and rhythm")
    await ada.fill(name="Makers", rhythm="1", day="0", time="9:00", door="asked")
    eve = await village.person("Eve", "music", does="Songwriter")
    await eve.command("circle", do="find")
    await eve.press("Ask to come in")
    assert "Eve would like to be in your circle" in await ada.command("circle")
    _message, action = ada.find("Look at it")
    assert "You are not in this circle." in await eve.press_again(eve.sees()[-1], action)
    assert "Songwriter" in await ada.press("Look at it")
    assert "Eve is in “Makers”." in await ada.press("Welcome")
    assert "would like to be" not in await ada.command("circle")
    assert "no longer here" in await ada.press_again(ada.sees()[-1], action)


async def test_what_nobody_has_read_of_a_circle_that_ended_is_taken_back(village: Village) -> None:
    ada, bo, cy = [await village.person(name, f"{name}’s craft") for name in ("Ada", "Bo", "Cy")]
    for name, ends in (("Closed", "2026-11-28"), ("Lonely", "2026-12-19")):  # Saturdays: nobody is written to
        village.clock.set(dt.datetime(2026, 11, 28, 11, tzinfo=dt.UTC))
        await starts(ada, name)
        village.clock.set(dt.datetime.fromisoformat(f"{ends}T10:58:00+00:00"))
        await ada.press("Invite somebody")
        await ada.fill(member=bo)
        await cy.command("circle", do="find")
        await cy.press("Ask to come in")
        if name == "Closed":
            await ada.command("circle")
            await ada.press("Close the circle")
        else:
            await village.passes(minutes=5)
        await goes(village, f"{ends[:-2]}{int(ends[-2:]) + 2}T10:00")
        assert said(bo, "invites you to a circle") == 0
        assert said(ada, "Cy would like to be in your circle") == 0
    assert said(ada, "“Lonely” did not find three") == 1


async def test_animators_offer_a_circle_that_is_not_small_to_be_one_with_another(village: Village) -> None:
    zoe = await village.person("Zoé")
    await appoint(village, zoe)
    dan, *_large = await circle(village, "Dan", "Eve", "Fay", "Gil", name="Large")
    await dan.command("circle")
    await dan.press("Name and rhythm")
    await dan.fill(name="Large", rhythm="1", day="0", time="9:00", door="asked")
    ada, *_small = await circle(village, "Ada", "Bo", "Cy", name="Small")
    await zoe.command("animator circles")
    await zoe.press("Look at it")
    await zoe.choose("Small")
    assert said(ada, "“Small”: one circle with another?") == 1
    await ada.press("Go on as we are", place="dm")
    await zoe.command("animator circles")
    await zoe.press("Look at it")
    assert not [control for control in controls_of(zoe.sees()[-1]) if isinstance(control, Select)], "a month of peace"


async def test_a_proposal_looks_at_so_many_members_and_the_next_one_at_others(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.circles.proposing.POOL", 3)
    zoe = await village.person("Zoé")
    await appoint(village, zoe)
    for name in ("Ada", "Bo", "Cy", "Dan", "Eve", "Fay"):
        await village.person(name, f"{name}’s craft", does=f"{name}’s trade")
    await zoe.command("animator circles")
    await zoe.press("Propose circles")
    await zoe.fill(whom="everyone", size="3")
    for shown in ("Ada, Bo, and Cy", "Dan, Eve, and Fay", "Ada, Bo, and Cy"):
        for _minute in range(2):
            await village.passes(minutes=1)
        assert shown in zoe.reads("dm")[-1]
        await zoe.press("Mix again", place="dm")
