"""Who needs an animator today: the reasons, their order, what can be done, and what an animator never sees."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from adapters.sandbox.acts import words_of
from adapters.sandbox.records import home_id
from bot.i18n import plain
from bot.notices import MessagePreference, Notice
from storage.attention import Concern, Reason
from storage.budget import Budget
from storage.checkin import Reads
from storage.checkin_answers import CheckinAnswers
from storage.circle import USUAL, State
from storage.circles import Circles
from storage.concerns import together
from storage.gaps import State as Gap
from storage.opportunity_responses import Responses
from storage.outbox import OutboxRow
from storage.participation import Participations
from storage.people import Members
from storage.profiles import Introduction, Profiles
from storage.requests import Requests
from tests.features.attending import DAY, LIST, asked_how, escalated, gap, order, posted, voiced
from tests.features.checkins import appointed, newest
from tests.features.village import Village, Villager


@pytest.fixture
async def zoe(village: Village) -> Villager:
    """Somebody who runs the community."""
    return await appointed(village)


# ---------------------------------------------------------------- who is on it


async def test_when_nobody_waits_it_is_calm_and_leads_to_the_pulse(zoe: Villager) -> None:
    told = await zoe.command(LIST)
    assert "All is calm today" in told
    assert "The pulse is how the community is doing" in told
    assert zoe.buttons() == ["See the pulse", "Members"]


async def test_only_animators_see_it(ada: Villager) -> None:
    assert "Only the animators" in await ada.command(LIST)
    assert "Only the animators" in await ada.command("animator members")


async def test_everybody_once_the_most_urgent_first(village: Village, zoe: Villager, ada: Villager, basile: Villager) -> None:
    chloe = await village.person("Chloé", "Photography")
    dana = await village.person("Dana")
    eva, flo = await village.person("Eva", "Logos"), await village.person("Flo", "Wood")
    await posted(village, ada, "A shop in React")
    await escalated(village, ada, "Somebody for my taxes")
    await voiced(village, basile, "Too many dinners")
    await gap(village, flo, Gap.ASKED)
    village.clock.move(8 * DAY)
    await gap(village, chloe, Gap.TALK, told=True)
    await asked_how(village, ada, Reads.ANIMATORS, [zoe], call=False, scale="1")
    await asked_how(village, eva, Reads.ANIMATORS, [zoe], call=True, scale="5")

    assert await order(village, zoe) == [
        ("Eva", ["call"]),
        ("Chloé", ["talk"]),
        ("Ada", ["low", "request", "opportunity"]),
        ("Basile", ["voice"]),
        ("Dana", ["newcomer"]),
        ("Flo", ["nothing"]),
    ]
    told = await zoe.command(LIST)
    assert "6 wait, the most urgent first." in told
    assert "Ada gave a low answer in a check-in" in told
    assert "also: asked for help" in told
    assert "nobody could so far: “Somebody for my taxes”" in told
    assert "posted an opportunity" in told
    assert "Dana joined" in told
    assert dana.member.name in told


async def test_what_was_given_to_a_peer_or_to_totals_never_shows(village: Village, zoe: Villager, ada: Villager) -> None:
    basile = await village.person("Basile", "Taxes")
    await asked_how(village, ada, Reads.PEER, [basile], call=True, scale="1")
    await asked_how(village, basile, Reads.TOTALS, [], call=False, scale="1")
    await asked_how(village, basile, Reads.PEER, [zoe], call=True, scale="1")
    other = await appointed(village, "Yan")
    await asked_how(village, basile, Reads.ANIMATORS, [other], call=True, scale="1")
    assert await order(village, zoe) == []
    assert await order(village, other) == [("Basile", ["call"])]


async def test_what_is_missing_shows_only_where_it_may_be_known(village: Village, zoe: Villager, ada: Villager) -> None:
    basile = await village.person("Basile", "Taxes")
    await gap(village, ada, Gap.MISSING)
    await gap(village, basile, Gap.MISSING, told=True)
    assert await order(village, zoe) == [("Basile", ["missing"])]
    assert "told you what is missing: Finding business" in await zoe.command(LIST)


async def test_a_newcomer_is_shown_from_the_third_day_or_at_once_behind_closed_doors(village: Village, zoe: Villager) -> None:
    await village.person("Dana")
    await village.person("Gil", dm_closed=True)
    assert await order(village, zoe) == [("Gil", ["newcomer"])]
    assert "their direct messages are closed" in await zoe.command(LIST)
    village.clock.move(3 * DAY)
    assert await order(village, zoe) == [("Dana", ["newcomer"]), ("Gil", ["newcomer"])]
    village.clock.move(28 * DAY)
    assert ("Dana", ["newcomer"]) not in await order(village, zoe)


async def test_a_request_shows_once_animators_were_told_or_everybody_could_read_it(
    village: Village, zoe: Villager, ada: Villager, basile: Villager
) -> None:
    community = await village.community()
    async with village.app.store.unit() as unit:
        requests = unit.use(Requests, community)
        private = await requests.create(ada.member, "Between us", village.clock.now())
        public = await requests.create(basile.member, "A proofreader", village.clock.now())
        await requests.posted(public.id, village.clock.now())
    assert await order(village, zoe) == []
    village.clock.move(4 * DAY)
    assert await order(village, zoe) == [("Basile", ["request"])], "what Ada asked stays between her and whom she asked"
    assert private.id != public.id
    await ada.command("requests")
    await ada.press_again(ada.sees()[-1], f"request:help:{public.id}")
    assert await order(village, zoe) == [], "somebody can help"


async def test_nobody_is_on_their_own_list(village: Village, zoe: Villager) -> None:
    yan = await appointed(village, "Yan")
    await escalated(village, zoe, "A room for our dinners")
    assert await order(village, zoe) == []
    assert await order(village, yan) == [("Zoé", ["request"])]


async def test_an_opportunity_shows_after_a_week_until_somebody_answers(
    village: Village, zoe: Villager, ada: Villager, basile: Villager
) -> None:
    number = await posted(village, ada, "A shop in React")
    village.clock.move(6 * DAY)
    assert await order(village, zoe) == []
    village.clock.move(DAY)
    assert await order(village, zoe) == [("Ada", ["opportunity"])]
    async with village.app.store.unit() as unit:
        await unit.use(Responses, await village.community()).respond(number, basile.member, "Me", village.clock.now())
    assert await order(village, zoe) == []


async def test_an_anonymous_voice_is_somebody_without_a_name(village: Village, zoe: Villager) -> None:
    await voiced(village, None, "Too many dinners")
    assert await order(village, zoe) == [], "what came today tells who was there"
    village.clock.move(DAY)
    told = await zoe.command(LIST)
    assert "Somebody, without a name, raised a concern that waits for an answer" in told
    told = await zoe.press("Look at it")
    assert "Nobody knows whose it is" in told
    assert zoe.buttons() == ["Look at the voice", "Tomorrow", "In a week", "In a month", "Done", "Back to the list"]
    assert "Done: the voice without a name." in await zoe.press("Done")
    assert await order(village, zoe) == []
    assert "Somebody, without a name" in await zoe.press("Undo")


async def test_silence_is_told_in_months_and_not_for_ever(village: Village, zoe: Villager, ada: Villager) -> None:
    await village.person("Basile", "Taxes")
    await ada.command("profile")
    village.clock.move(29 * DAY)
    assert await order(village, zoe) == []
    village.clock.move(DAY)
    assert await order(village, zoe) == [("Ada", ["silent"])], "Basile never used it: that is no silence"
    assert "Ada not here for a month" in await zoe.command(LIST)
    village.clock.move(59 * DAY)
    assert await order(village, zoe) == [("Ada", ["silent"])]
    village.clock.move(2 * DAY)
    assert await order(village, zoe) == []


async def test_whoever_left_is_not_on_it(village: Village, zoe: Villager, ada: Villager) -> None:
    await asked_how(village, ada, Reads.ANIMATORS, [zoe], call=True, scale="5")
    await ada.leave()
    assert await order(village, zoe) == []


# ---------------------------------------------------------------- done, later


async def test_done_is_done_and_a_new_reason_comes_back(village: Village, zoe: Villager, ada: Villager) -> None:
    answer = await asked_how(village, ada, Reads.ANIMATORS, [zoe], call=True, scale="5")
    await escalated(village, ada, "Somebody for my taxes")
    await zoe.command(LIST)
    await zoe.press("Look at it")
    message, again = zoe.find("Done")
    told = await zoe.press("Done")
    assert "Done: Ada." in told
    assert "All is calm today" in told
    async with village.app.store.unit(write=False) as unit:
        kept = await unit.use(CheckinAnswers, await village.community()).for_reader(answer, zoe.member.id)
    assert kept is not None
    assert kept.cared, "the inbox of the check-ins says the same"

    assert "Nothing is left to do about Ada." in await zoe.press_again(message, again)
    village.clock.move(DAY)
    await escalated(village, ada, "And for my website")
    assert await order(village, zoe) == [("Ada", ["request"])]


async def test_what_came_meanwhile_is_not_done_with_the_rest(village: Village, zoe: Villager, ada: Villager) -> None:
    await escalated(village, ada, "Somebody for my taxes")
    await zoe.command(LIST)
    await zoe.press("Look at it")
    await asked_how(village, ada, Reads.ANIMATORS, [zoe], call=True, scale="5")
    await zoe.press("Done")
    assert await order(village, zoe) == [("Ada", ["call"])]


async def test_done_can_be_undone(village: Village, zoe: Villager, ada: Villager) -> None:
    answer = await asked_how(village, ada, Reads.ANIMATORS, [zoe], call=True, scale="5")
    await zoe.command(LIST)
    await zoe.press("Look at it")
    await zoe.press("Done")
    message, undo = zoe.find("Undo")
    assert "Back on the list." in await zoe.press("Undo")
    assert await order(village, zoe) == [("Ada", ["call"])]
    async with village.app.store.unit(write=False) as unit:
        kept = await unit.use(CheckinAnswers, await village.community()).for_reader(answer, zoe.member.id)
    assert kept is not None
    assert not kept.cared
    assert "There is nothing of yours to take back here." in await zoe.press_again(message, undo)


async def test_only_whoever_settled_something_takes_it_back(village: Village, zoe: Villager, ada: Villager) -> None:
    yan = await appointed(village, "Yan")
    await escalated(village, ada, "Somebody for my taxes")
    await yan.command(LIST)
    await zoe.command(LIST)
    await zoe.press("Look at it")
    await zoe.press("Done")
    assert "nothing of yours" in await yan.press_again(yan.sees()[-1], f"attention:undo:m{ada.member.id}")
    assert await order(village, yan) == []


async def test_a_wish_for_a_call_can_wait_and_comes_back(village: Village, zoe: Villager, ada: Villager) -> None:
    await asked_how(village, ada, Reads.ANIMATORS, [zoe], call=True, scale="5")
    await zoe.command(LIST)
    await zoe.press("Look at it")
    await zoe.press("Tomorrow")
    assert await order(village, zoe) == []
    village.clock.move(DAY)
    assert await order(village, zoe) == [("Ada", ["call"])]


@pytest.mark.parametrize(("label", "days"), [("Tomorrow", 1), ("In a week", 7), ("In a month", 30)])
async def test_somebody_can_wait(village: Village, zoe: Villager, ada: Villager, label: str, days: int) -> None:
    await escalated(village, ada, "Somebody for my taxes")
    await zoe.command(LIST)
    await zoe.press("Look at it")
    told = await zoe.press(label)
    assert "Ada is shown again" in told
    assert await order(village, zoe) == []
    village.clock.move(days * DAY - dt.timedelta(minutes=1))
    assert ("Ada", ["request"]) not in await order(village, zoe)
    village.clock.move(dt.timedelta(minutes=1))
    assert any("request" in reasons for name, reasons in await order(village, zoe) if name == "Ada")


async def test_two_animators_at_once(village: Village, zoe: Villager, ada: Villager) -> None:
    yan = await appointed(village, "Yan")
    await escalated(village, ada, "Somebody for my taxes")
    for animator in (zoe, yan):
        await animator.command(LIST)
        await animator.press("Look at it")
    await zoe.press("Done")
    assert "Zoé has taken care of Ada already." in await yan.press("Done")
    assert "Zoé has taken care of Ada already." in await yan.press_again(yan.sees()[-1], f"attention:look:m{ada.member.id}:0")


async def test_a_button_names_what_is_gone(village: Village, zoe: Villager, ada: Villager) -> None:
    await escalated(village, ada, "Somebody for my taxes")
    await zoe.command(LIST)
    message = zoe.sees()[-1]
    for action in ("attention:done:nonsense", "attention:look:x1:0", "attention:undo:m"):
        assert "no longer here" in await zoe.press_again(message, action)
    await ada.leave()
    assert "no longer in the community" in await zoe.press_again(message, f"attention:look:m{ada.member.id}:0")
    assert "no longer in the community" in await zoe.press_again(message, f"attention:write:{ada.member.id}")
    assert "no longer here" in await zoe.press_again(message, f"circle:offer:{ada.member.id}:0")


# ---------------------------------------------------------------- writing, introducing, inviting


async def test_words_pass_both_ways_and_are_kept_where_they_arrive(village: Village, zoe: Villager, ada: Villager) -> None:
    await escalated(village, ada, "Somebody for my taxes")
    await zoe.command(LIST)
    await zoe.press("Look at it")
    await zoe.press("Write to them")
    told = await zoe.fill(words="I know somebody. *Tomorrow* at ten?")
    assert "On its way to Ada" in told
    assert await order(village, zoe) == [], "the next one"
    got = ada.reads("dm")[-1]
    assert "Zoé writes to you" in got
    assert "I know somebody. *Tomorrow* at ten?" in got
    assert "I pass it on to you alone and forget it once it is here; this conversation keeps it." in got
    async with village.app.store.unit(write=False) as unit:
        waiting = await unit.connection.execute(select(OutboxRow.id).where(OutboxRow.card.contains("Tomorrow* at ten")))
        assert waiting.all() == [], "it has arrived"
    card = ada.sees("dm")[-1].card
    assert card is not None
    assert "somebody who runs your community writes to you" in plain(card.why, "en")

    await ada.press("Answer")
    assert "On its way to Zoé" in await ada.fill(words="Gladly")
    assert "Ada answers you" in zoe.reads("dm")[-1]
    assert "Gladly" in zoe.reads("dm")[-1]
    assert "I forget it once it is here; this conversation keeps it." in zoe.reads("dm")[-1]
    village.clock.move(7 * DAY)
    assert ("Ada", ["request"]) in await order(village, zoe)
    await zoe.command(LIST)
    assert "Zoé wrote to them 7 days ago" in await zoe.press("Look at it")


async def test_whoever_wants_no_such_words_gets_none_and_they_are_given_back(
    village: Village, zoe: Villager, ada: Villager
) -> None:
    async with village.app.store.unit() as unit:
        budget = unit.use(Budget, await village.community())
        await budget.choose(ada.member.id, MessagePreference(muted=frozenset({Notice.WORDS})))
    before = ada.reads("dm")
    await zoe.command("animator members")
    await zoe.press_again(zoe.sees()[-1], f"attention:write:{ada.member.id}")
    told = await zoe.fill(words="Hello Ada")
    assert "Not sent" in told
    assert "Hello Ada" in told
    assert ada.reads("dm") == before


async def test_an_answer_to_somebody_who_no_longer_animates_is_given_back(village: Village, zoe: Villager, ada: Villager) -> None:
    await zoe.command("animator members")
    await zoe.press_again(zoe.sees()[-1], f"attention:write:{ada.member.id}")
    await zoe.fill(words="Hello Ada")
    await ada.press("Answer")
    async with village.app.store.unit() as unit:
        await unit.use(Members, await village.community()).appoint(zoe.member.id, animator=False)
    told = await ada.fill(words="Hello Zoé")
    assert "Not sent" in told
    assert "Hello Zoé" in told
    assert "do not run the community any more" in await ada.press("Answer")


async def test_somebody_is_introduced_once_and_asked_first(
    village: Village, zoe: Villager, ada: Villager, basile: Villager
) -> None:
    async with village.app.store.unit() as unit:
        told = Introduction("translator", "Translation", "tax advice", locale="en")
        await unit.use(Profiles, await village.community()).introduce(ada.member.id, told, village.clock.now())
    await escalated(village, ada, "Somebody for my taxes")
    await zoe.command(LIST)
    await zoe.press("Look at it")
    assert "Whom should Ada meet?" in await zoe.press("Introduce to…")
    message, introduce = zoe.find("Introduce")
    told = await zoe.press("Introduce")
    assert "Ada is asked whether they would like to meet Basile" in told
    got = ada.reads("dm")[-1]
    assert "Zoé thinks of somebody for you" in got
    assert "Basile offers “tax advice”, which you seek" in got
    assert not any("Ada" in words for words in basile.reads("dm"))
    assert "are in touch, one of them was asked lately, or it is not the moment" in await zoe.press_again(message, introduce)
    assert sum("thinks of somebody" in words for words in ada.reads("dm")) == 1

    await ada.press("Yes, ask them")
    assert "Ada would like to meet you" in basile.reads("dm")[-1]


async def test_a_silent_wish_not_to_meet_is_kept(village: Village, zoe: Villager, ada: Villager, basile: Villager) -> None:
    chloe = await village.person("Chloé", "Bookkeeping")
    async with village.app.store.unit() as unit:
        participations = unit.use(Participations, await village.community())
        await participations.exclude(basile.member.id, ada.member.id, village.clock.now())
    await zoe.command("animator members")
    told = await zoe.press_again(zoe.sees()[-1], f"attention:introduce:{ada.member.id}")
    assert chloe.name in told
    assert "Basile" not in told


async def test_whoever_wants_no_suggestions_gets_none(village: Village, zoe: Villager, ada: Villager, basile: Villager) -> None:
    async with village.app.store.unit() as unit:
        budget = unit.use(Budget, await village.community())
        await budget.choose(ada.member.id, MessagePreference(muted=frozenset({Notice.ALLY})))
    before = ada.reads("dm")
    await zoe.command("animator members")
    told = await zoe.press_again(zoe.sees()[-1], f"attention:propose:{ada.member.id}:{basile.member.id}")
    assert "Ada wants no suggestions" in told
    assert ada.reads("dm") == before


async def test_somebody_else_is_introduced_by_the_form(village: Village, zoe: Villager, ada: Villager, basile: Villager) -> None:
    await zoe.command("animator members")
    await zoe.press_again(zoe.sees()[-1], f"attention:whom:{ada.member.id}")
    await zoe.fill(ally=ada, why="")
    assert "That is the same person." in zoe.errors["ally"]
    await zoe.press_again(zoe.sees()[-1], f"attention:whom:{ada.member.id}")
    await zoe.fill(ally=basile, why="You both bake")
    assert "You both bake" in ada.reads("dm")[-1]


async def test_somebody_is_invited_to_a_circle_with_room(village: Village, zoe: Villager, ada: Villager) -> None:
    async with village.app.store.unit() as unit:
        await unit.use(Circles, await village.community()).create("Makers", USUAL, village.clock.now(), state=State.FORMING)
    await escalated(village, ada, "Somebody for my taxes")
    await zoe.command(LIST)
    await zoe.press("Look at it")
    assert "A circle for Ada" in await zoe.press("Invite to a circle")
    message, invite = zoe.find("Invite")
    assert "Ada is invited to “Makers”" in await zoe.press("Invite")
    assert "Makers" in ada.reads("dm")[-1]
    assert "or invited already" in await zoe.press_again(message, invite)
    assert "Zoé invited them to a circle" in await zoe.press("Back")
    assert "I have no circle to offer" in await zoe.press("Invite to a circle")


# ---------------------------------------------------------------- members, home, Monday


async def test_members_are_looked_up_by_name_and_by_what_is_missing(village: Village, zoe: Villager, ada: Villager) -> None:
    dana = await village.person("Dana")
    told = await zoe.command("animator members")
    assert "3 members." in told
    assert "Dana · here since Monday, November 23, 2026 · has never used me · not introduced" in told
    assert "Ada · here since" in told
    told = await zoe.press("Not introduced")
    assert "Dana" in told
    assert "Ada ·" not in told
    await zoe.press("All members")
    await zoe.press("Search")
    told = await zoe.fill(words="ADA")
    assert "All members: “ADA”" in told
    assert "1 member." in told
    assert "Nothing waits here at the moment." in await zoe.press("Look at it")
    await dana.leave()
    await zoe.command("animator members", search="dan")
    assert "Dana · here from" in await zoe.press("Left")


async def test_to_whom_nothing_came_is_listed_once_they_were_asked(
    village: Village, zoe: Villager, ada: Villager, basile: Villager, chloe: Villager
) -> None:
    village.clock.move(90 * DAY)
    await zoe.command("animator members")
    assert "Nobody here." in await zoe.press("Nothing received"), "nobody was asked"
    await gap(village, ada, Gap.ASKED)
    await gap(village, basile, Gap.MISSING, told=True)
    await gap(village, chloe, Gap.MISSING)
    await zoe.command("animator members")
    told = await zoe.press("Nothing received")
    assert "1 member." in told
    assert "Basile · here since" in told
    village.clock.move(7 * DAY)
    await zoe.command("animator members")
    told = await zoe.press("Nothing received")
    assert "2 members." in told
    assert "I asked them what is missing" in told
    assert "Ada · here since" in told
    assert "Chloé" not in told, "what she misses counts in totals alone"


async def test_the_home_of_an_animator_says_how_many_wait(village: Village, zoe: Villager, ada: Villager) -> None:
    async def home(somebody: Villager) -> str:
        await village.acts.home(somebody.id)
        return words_of(village.adapter.workspace.messages(home_id(somebody.id), somebody.id)[-1])

    assert "As an animator" not in await home(zoe)
    await escalated(village, ada, "Somebody for my taxes")
    assert "As an animator: 1 waits for you." in await home(zoe)
    assert "As an animator" not in await home(ada)


async def test_the_monday_message_says_how_many_wait_and_names_nobody(village: Village, zoe: Villager, ada: Villager) -> None:
    await zoe.command("animator pulse")
    await zoe.press("Send it every Monday")
    await escalated(village, ada, "Somebody for my taxes")
    await village.passes(days=6, hours=15)
    await village.passes(hours=8)
    told = newest(zoe, "The week in your community")
    assert "1 person or voice waits for your attention." in told
    assert "Ada" not in told
    assert "Ada asked for help" in await zoe.press("For your attention")


async def test_it_reads_well_in_french(village: Village, zoe: Villager, ada: Villager) -> None:
    lea = await village.person("Léa", locale="fr")
    async with village.app.store.unit() as unit:
        await unit.use(Members, await village.community()).appoint(lea.member.id, animator=True)
    assert "Tout est calme aujourd’hui" in await lea.command(LIST)
    await voiced(village, None, "Too many dinners")
    await escalated(village, ada, "Somebody for my taxes")
    village.clock.move(2 * DAY)
    told = (await lea.command(LIST)).replace("\u00a0", " ")
    assert "2 situations à voir, les plus urgentes d’abord." in told
    assert "Une personne anonyme a exprimé il y a 2 jours une inquiétude qui attend une réponse" in told
    assert "Ada a demandé de l’aide il y a 2 jours, personne n’a encore pu l’aider : « Somebody for my taxes »" in told
    await lea.press_again(lea.sees()[-1], f"attention:look:m{ada.member.id}:0")
    message, done = lea.find("C’est fait")
    await zoe.command(LIST)
    await zoe.press_again(zoe.sees()[-1], done)
    assert "C’est déjà fait pour Ada, grâce à Zoé." in await lea.press_again(message, done)


# ---------------------------------------------------------------- pure


def test_the_order_is_by_reason_then_by_who_has_waited_longest(ada: Villager, basile: Villager) -> None:
    now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    found = together(
        [
            Concern(Reason.SILENT, 1, now - 9 * DAY, ada.member),
            Concern(Reason.REQUEST, 2, now, ada.member),
            Concern(Reason.REQUEST, 3, now - DAY, basile.member),
            Concern(Reason.VOICE, 4, now),
            Concern(Reason.VOICE, 5, now),
        ]
    )
    assert [matter.key for matter in found] == ["v4", "v5", f"m{basile.member.id}", f"m{ada.member.id}"]
    assert found[3].letters == "rs"
    assert len({reason.letter for reason in Reason}) == len(Reason)
