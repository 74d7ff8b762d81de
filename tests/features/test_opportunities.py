"""Opportunities, as members live them: written, published, answered, closed; and what reaches whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from commands.preferences.messages import KINDS as OFFERED
from storage.opportunities import Opportunities
from storage.outcomes import Outcomes, Subject
from storage.people import Members
from tests.features.village import Village, Villager

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from storage.outcomes import Outcome

WHAT = "A bakery wants to sell online; the design is there, somebody has to build it."
KINDS = tuple(kind.value for kind in OFFERED)
TITLE = "Online shop for a bakery"


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    village = Village(tmp_path, database_url)
    await village.open()
    await village.channel("opportunities")
    await village.passes(minutes=0)
    yield village
    await village.close()


@pytest.fixture
async def tom(village: Village) -> Villager:
    return await village.person("Tom", "React development, online shop", available="yes")


async def draft(person: Villager, title: str = TITLE, **said: str) -> str:
    """Write an opportunity as far as the preview."""
    await person.command("opportunity post")
    told = await person.fill(
        **{"title": title, "what": WHAT, "skills": "React", "budget": "550 €/j", "deadline": "in two weeks"} | said
    )
    if person.errors or person.form is not None or "Preview" not in told:
        return told
    await person.press("Kind, place and fee")
    return await person.fill(kind="mission", place="remote", where="", fee="percent-taker", share="10 %")


async def publish(person: Villager, title: str = TITLE, **said: str) -> str:
    """Write an opportunity and publish it."""
    await draft(person, title, **said)
    return await person.press("Publish")


async def outcomes(village: Village) -> list[Outcome]:
    community = await village.community()
    async with village.app.store.unit() as unit:
        return list(await unit.use(Outcomes, community).of(Subject.OPPORTUNITY, 1))


async def appoint(village: Village, person: Villager) -> None:
    """Make somebody an animator."""
    community = await village.community()
    async with village.app.store.unit() as unit:
        await unit.use(Members, community).appoint(person.member.id, animator=True)


class TestWriting:
    async def test_from_the_form_to_every_channel(self, village: Village, ada: Villager, tom: Villager, chloe: Villager) -> None:
        await ada.command("opportunity post")
        told = await ada.fill(title=TITLE, what=WHAT, skills="React", budget="TJM 500-600", deadline="in two weeks")
        assert "Preview. Nothing is published yet." in told
        assert "500 to 600 per day" in told
        assert "Your budget says no currency" in told
        assert "Monday, December 7, 2026" in told
        assert "everybody should know the kind, where the work is done, and the referral fee" in told
        assert "Nothing is published yet" in await ada.press("Publish")
        assert tom.reads("#opportunities") == []

        await ada.press("No referral fee")
        await ada.press("Kind, place and fee")
        await ada.fill(kind="mission", place="hybrid", where="", fee="percent-taker", share="much")
        assert set(ada.errors) == {"where", "share"}
        await ada.press("Kind, place and fee")
        told = await ada.fill(kind="mission", place="hybrid", where="Lyon", fee="percent-taker", share="7,5 %")
        assert "Hybrid, Lyon" in told
        assert "7.5 %, paid by whoever gets it" in told
        assert "1 member whose profile fits hears of it" in await ada.press("Publish")

        (posted,) = tom.reads("#opportunities")
        assert f"Mission: {TITLE}" in posted
        assert "It reached you because of your profile: you offer “React development”" in tom.reads("dm")[-1]
        assert not any(TITLE in words for words in chloe.reads("dm"))
        assert "open" in await ada.command("opportunity mine")

    async def test_nothing_half_written_is_lost(self, village: Village, ada: Villager) -> None:
        await ada.command("opportunity post")
        await ada.fill(title=TITLE, what=WHAT, budget="3k€", deadline="1 January 2020")
        assert "is past" in ada.errors["deadline"]
        await village.restart()
        told = await ada.command("opportunity mine")
        assert f"Half-written: “{TITLE}”" in told
        await ada.press("Go on")
        assert ada.form is not None
        assert {field.name: field.initial for field in ada.form.form.fields}["budget"] == "3k€"  # type: ignore[union-attr]
        await ada.fill(title=TITLE, what=WHAT, budget="3k€", deadline="fin janvier")
        assert "Sunday, January 31, 2027" in ada.told

        told = await ada.command("opportunity mine")
        assert f"“{TITLE}”: draft" in told
        assert "Half-written" not in told
        await ada.press("Look at it")
        await ada.press("Edit")
        assert ada.form is not None
        told = await ada.fill(title=TITLE, what=WHAT, budget="a box of croissants", deadline="")
        assert "I find no amount in “a box of croissants”: everybody sees your words as they are" in told
        message, discard = ada.find("Discard")
        await ada.press("Discard")
        assert "Nothing was published" in ada.told
        assert "Discarded" in await ada.press_again(message, discard)
        assert "You have posted nothing yet" in await ada.command("opportunity mine")

    async def test_in_french(self, village: Village) -> None:
        denise = await village.person("Denise", "Conseil", locale="fr")
        await denise.command("opportunity post")
        told = await denise.fill(
            title="Boutique en ligne", what="Pour une boulangerie.", skills="React", budget="", deadline="lundi en huit"
        )
        assert "lundi 7 décembre 2026" in told
        await denise.press("Budget\xa0: à discuter")
        await denise.press("Type, lieu et commission")
        await denise.fill(kind="team", place="site", where="Lyon", fee="fixed-client", share="300€")
        assert "300\xa0€, versés par le client" in denise.told.replace("\u202f", "\xa0")
        await denise.press("Publier")
        (posted,) = denise.reads("#opportunities")
        assert "Team wanted: Boutique en ligne" in posted
        assert "to be discussed" in posted


class TestChanging:
    async def test_a_change_is_previewed_and_then_seen_everywhere(self, village: Village, ada: Villager, tom: Villager) -> None:
        await publish(ada)
        await village.passes(days=2)
        await ada.press("Edit")
        told = await ada.fill(title=TITLE, what="Another text.", skills="React", budget="550 €/j", deadline="in two weeks")
        assert "Monday, December 7, 2026" in told
        await ada.press("Edit")
        told = await ada.fill(title="Online shop for two bakeries", what=WHAT, skills="React", budget="$90/h", deadline="")
        assert "Your change, not published yet" in told
        assert "two bakeries" not in tom.reads("#opportunities")[-1]
        message, again = ada.find("Publish the change")
        await ada.press("Publish the change")
        (posted,) = tom.reads("#opportunities")
        assert "two bakeries" in posted
        assert "$90 per hour" in posted
        told = tom.reads("dm")[-1]
        assert "This may be for you. Here is how it stands now." in told
        assert "$90 per hour" in told
        assert "550" not in "".join(tom.reads("dm"))
        assert "Where it stands: open" in await ada.press_again(message, again)
        assert "Only Ada, who posted it, can do this" in await tom.press_again(tom.sees("#opportunities")[-1], again)

    async def test_limits_and_duplicates(self, ada: Villager, basile: Villager, village: Village) -> None:
        await publish(ada)
        assert "You have nearly the same one open already" in await publish(ada)
        assert "It is published" in await ada.press("Publish anyway")
        told = await publish(basile, what=WHAT)
        assert "Ada has nearly the same one open" in told
        await publish(ada, "Translation of a menu", what="Twelve dishes into Italian.")
        told = await publish(ada, "Photographs of bread", what="Forty loaves, one morning.")
        assert "You published 3 opportunities this week" in told
        assert "draft" in await ada.command("opportunity mine")
        await village.passes(days=8)
        await ada.press("Look at it")
        assert "It is published" in await ada.press("Publish")

    async def test_animators_choose_how_many_a_member_has_open(self, village: Village, ada: Villager, basile: Villager) -> None:
        await appoint(village, basile)
        await basile.command("animator opportunities")
        await basile.fill(approval="no", most_open=1, most_weekly=9, days=30, opportunities=None)
        await village.channel("opportunities")
        await publish(ada)
        told = await publish(ada, "Photographs of bread", what="Forty loaves, one morning.")
        assert "You have 1 open opportunity, which is as many as fit at a time here." in told
        assert not any("Photographs" in words for words in basile.reads("#opportunities"))
        assert "“Photographs of bread”: draft" in await ada.command("opportunity mine")

    async def test_without_a_channel_the_draft_waits(self, tmp_path: Path, database_url: str) -> None:
        village = Village(tmp_path, database_url)
        await village.open()
        ada = await village.person("Ada")
        assert "There is no channel for opportunities here yet" in await publish(ada)
        await appoint(village, ada)
        await ada.command("animator opportunities")
        await ada.fill(approval="no", most_open=5, most_weekly=3, days=30)
        assert "wait as drafts" in ada.told
        await village.channel("opportunities")
        await ada.command("opportunity mine")
        await ada.press("Look at it")
        assert "It is published" in await ada.press("Publish")
        await village.close()


class TestAnswering:
    async def test_interest_brings_the_two_together(self, village: Village, ada: Villager, tom: Villager, chloe: Villager) -> None:
        await publish(ada)
        post, action = tom.find("I’m interested", "#opportunities")
        assert "This is your own opportunity" in await ada.press_again(post, action)
        await tom.press("I’m interested", place="#opportunities")
        await tom.fill(pitch="Six shops built, two of them for bakers.")
        assert "Ada has your pitch and your profile" in tom.told
        pitch = next(words for words in ada.reads("dm") if "Tom is interested" in words)
        assert "Six shops built" in pitch
        assert "React development, online shop" in pitch
        assert tom.reads("group") == ada.reads("group")
        assert "You two can talk here" in tom.reads("group")[-1]
        assert "1 member is interested" in chloe.reads("#opportunities")[-1]
        assert "has your pitch already" in await tom.press_again(post, action)

        await ada.press("In talks", place="dm")
        assert "In talks already" in chloe.reads("#opportunities")[-1]
        assert any("Six shops built" in words for words in ada.reads("dm")), "the pitch stays"
        await village.restart()
        await ada.press("Extend", place="dm")
        await ada.fill(deadline="in two weeks")
        cards = [message.id for message in ada.sees("dm")]
        await ada.press("It is filled", place="dm")
        assert ada.form is not None
        assert "everybody else only sees totals" in str(ada.form.form)
        await ada.fill(who=str(tom.member.id), band="5000")
        assert [message.id for message in ada.sees("dm")] == cards, "the card is replaced"
        assert "Thank you for saying so." in ada.told
        assert "Filled by a member" in chloe.reads("#opportunities")[-1]
        assert "Ada says that you got it" in tom.reads("dm")[-1]
        question, yes = tom.find("Yes, that is right")
        assert "nothing to confirm here" in await chloe.press_again(post, yes)
        await tom.press("Yes, that is right")
        assert "Noted" in await tom.press_again(question, yes)
        (outcome,) = await outcomes(village)
        assert outcome.giver is not None
        assert (outcome.gainer.name, outcome.giver.name, outcome.amount_band) == ("Tom", "Ada", "5000")
        assert outcome.confirmed_at is not None
        assert "2,000" not in "".join(chloe.reads())

        await village.passes(days=365)
        assert "Thank you to whoever answered" in await chloe.press_again(post, action)

    async def test_a_recommendation_is_told_and_credited(
        self, village: Village, ada: Villager, tom: Villager, chloe: Villager, basile: Villager
    ) -> None:
        await publish(ada)
        await basile.press("Recommend someone", place="#opportunities")
        await basile.fill(person=ada)
        assert "is who posted it" in basile.errors["person"]
        await basile.press("Recommend someone", place="#opportunities")
        assert "Tom knows about it already; I have noted that you thought of them" in await basile.fill(person=tom)
        await chloe.press("Recommend someone", place="#opportunities")
        assert "Somebody had thought of Tom already" in await chloe.fill(person=tom)
        await basile.press("Recommend someone", place="#opportunities")
        assert "noted that you thought of Chloé" in await basile.fill(person=chloe, words="Your shop was lovely.")
        told = chloe.reads("dm")[-1]
        assert "Basile thought of you for this." in told
        assert "Your shop was lovely." in told
        await chloe.press("I’m interested", place="dm")
        await chloe.fill(pitch="I would love to, with Tom.")
        assert "Basile" in next(words for words in ada.reads("dm") if "Chloé is interested" in words)
        await ada.press("It is filled", place="dm")
        await ada.fill(who=str(chloe.member.id))
        await chloe.press("No")
        assert await outcomes(village) == []
        assert "Its time is over" in tom.reads("#opportunities")[-1]
        assert "Chloé tells me it was not them" in ada.reads("dm")[-1]
        await ada.press("It is filled", place="dm")
        await ada.fill(who="other", person=tom)
        assert not any("You thought of the right person" in words for words in basile.reads("dm"))
        await tom.press("Yes, that is right")
        assert "It is filled, with Tom." in basile.reads("dm")[-1]
        assert "Filled by a member" in tom.reads("#opportunities")[-1]

    async def test_a_report_reaches_the_animators_without_a_name(
        self, village: Village, ada: Villager, tom: Villager, chloe: Villager
    ) -> None:
        await appoint(village, ada)
        await publish(ada)
        assert "a report would reach nobody else" in await tom.press("Report", place="#opportunities")
        await appoint(village, chloe)
        await tom.press("Report", place="#opportunities")
        await tom.fill(reason="It asks for unpaid work.")
        await chloe.press("Keep")
        assert "Decided: kept as it is." in chloe.told
        assert "An animator looked at what you reported: kept as it is" in tom.reads("dm")[-1]
        await tom.press("Report", place="#opportunities")
        await tom.fill(reason="It asks for unpaid trial work.")
        report = chloe.reads("dm")[-1]
        assert "It asks for unpaid trial work." in report
        assert "Tom" not in report
        assert not any("unpaid" in words for words in ada.reads("dm"))
        message, action = chloe.find("Remove")
        assert "Only the animators" in await tom.press_again(tom.sees("#opportunities")[-1], action)
        await chloe.press("Remove")
        await chloe.fill(reason="Unpaid trials are not what we do here.")
        assert not any(WHAT in words for words in tom.reads("#opportunities"))
        assert "Unpaid trials are not what we do here." in ada.reads("dm")[-1]
        assert "An animator looked at what you reported: removed by an animator" in tom.reads("dm")[-1]
        assert "Decided: removed by an animator" in await chloe.press_again(message, action)
        await ada.command("opportunity mine")
        assert "removed by an animator" in ada.told


class TestApproval:
    async def test_the_animator_looks_first_at_each_version(
        self, village: Village, ada: Villager, tom: Villager, chloe: Villager
    ) -> None:
        await appoint(village, chloe)
        await chloe.command("animator opportunities")
        await chloe.fill(approval="yes", most_open=5, most_weekly=3, days=30, opportunities=None)
        await village.channel("opportunities")
        assert "An animator looks at it first" in await publish(ada)
        assert tom.reads("#opportunities") == []
        question, approve = chloe.find("Approve")
        await ada.press("Look at it")
        assert "Publish" not in ada.buttons("dm")
        await ada.press("Edit")
        await ada.fill(title=TITLE, what=WHAT, skills="React", budget="600 €/j", deadline="")
        assert "there is nothing to decide any more" in chloe.reads("dm")[-1]
        assert "there is nothing to decide any more" in await chloe.press_again(question, approve)
        await ada.press("Publish")
        await chloe.press("Refuse")
        await chloe.fill(reason="Say who the client is.")
        assert "Say who the client is." in ada.reads("dm")[-1]
        await ada.press("Look at it")
        assert "Say who the client is." in ada.told
        await ada.press("Edit")
        await ada.fill(title=TITLE, what=f"{WHAT} The client is Le Fournil.", skills="React", budget="600 €/j", deadline="")
        await ada.press("Publish")
        await chloe.press("Approve")
        assert "Le Fournil" in tom.reads("#opportunities")[-1]
        assert "An animator approved it" in ada.reads("dm")[-1]

        await ada.press("Edit", place="dm")
        await ada.fill(title=TITLE, what=f"{WHAT} The client is Pain & Cie.", skills="React", budget="600 €/j", deadline="")
        await ada.press("Publish the change")
        assert "Le Fournil" in tom.reads("#opportunities")[-1]
        await chloe.press("Approve")
        assert "Pain & Cie" in tom.reads("#opportunities")[-1]


class TestTime:
    async def test_one_reminder_then_the_end_and_a_second_life(self, village: Village, ada: Villager, tom: Villager) -> None:
        await publish(ada, deadline="2 December")
        await village.passes(days=7)
        reminders = [words for words in ada.reads("dm") if "is its last day" in words]
        assert len(reminders) == 1
        assert "Wednesday, December 2, 2026 is its last day" in reminders[0]
        await ada.press("Extend", place="dm")
        assert "Wednesday, December 2" in tom.reads("dm")[-1]
        await ada.fill(deadline="10 December")
        assert "Thursday, December 10" in tom.reads("dm")[-1]
        assert "It stays until Thursday, December 10" in ada.told
        await village.passes(days=9)
        assert len([words for words in ada.reads("dm") if "is its last day" in words]) == 1
        await village.passes(days=2)
        assert "Its time is over" in tom.reads("#opportunities")[-1]
        assert "Its time is over, so nobody is kept waiting" in ada.reads("dm")[-1]
        assert "Its time is over" in tom.reads("dm")[-1]
        await ada.press("Open it again", place="dm")
        await ada.fill(deadline="")
        assert "Where it stands: open" in ada.told
        assert len(tom.reads("#opportunities")) == 1
        assert "I’m interested" in tom.buttons("#opportunities")
        assert "I’m interested" in tom.buttons("dm")
        await ada.press("Withdraw")
        assert "Ada no longer needs it" in tom.reads("#opportunities")[-1]

    async def test_whoever_had_not_heard_of_it_yet_does_where_it_opens_again_once_and_within_their_week(
        self, village: Village, ada: Villager, basile: Villager, tom: Villager
    ) -> None:
        kei, yui, rei = [await village.person(name, "React", zone="Asia/Tokyo") for name in ("Kei", "Yui", "Rei")]
        for person in (kei, yui):  # it is seven in the evening there
            await person.command("preferences", about="messages")
            await person.fill(weekly=1, digest="no", kinds=KINDS, asks="4")
        await publish(ada)
        await basile.press("Recommend someone", place="#opportunities")
        await basile.fill(person=rei, words="You like bread.")
        assert TITLE in tom.reads("dm")[-1]
        await ada.press("It is filled", place="dm")
        await ada.fill(who="other", person=tom)
        await tom.press("No")  # it has expired now
        await village.passes(hours=16)
        assert not any(TITLE in words for person in (kei, yui, rei) for words in person.reads("dm"))
        await publish(basile, "A booking page in React", what="For a hairdresser with two chairs.")
        assert "booking page" in yui.reads("dm")[-1], "the week is free again"
        await kei.command("preferences", about="messages")
        await kei.fill(weekly=2, digest="no", kinds=KINDS, asks="4")
        await ada.press("Open it again", place="dm")
        await ada.fill(deadline="in a month")
        told = [sum(TITLE in words for words in person.reads("dm")) for person in (tom, kei, yui, rei)]
        assert told == [1, 1, 0, 1], "Kei’s week has room, Yui’s has none; Rei hears who thought of her"
        assert sum("Basile thought of you for this." in words for words in rei.reads("dm")) == 1
        await village.passes(days=7)
        (digest,) = [words for words in yui.reads("dm") if "Your week, in one message" in words]
        assert TITLE in digest
        assert sum(TITLE in words for words in kei.reads("dm")) == 1

    async def test_the_weekly_cap_and_the_digest(self, village: Village, ada: Villager, basile: Villager, tom: Villager) -> None:
        eve, rose = await village.person("Eve", "React"), await village.person("Rose", "React")
        await publish(ada)
        await tom.command("preferences", about="messages")
        await tom.fill(weekly=1, digest="no", kinds=KINDS, asks="4")
        await eve.command("preferences", about="messages")
        await eve.fill(weekly=3, digest="no", kinds=(), asks="4")
        await rose.command("preferences", about="messages")
        await rose.fill(weekly=0, digest="no", kinds=KINDS, asks="4")
        await publish(basile, "A booking page in React", what="For a hairdresser with two chairs.")
        assert not any("booking page" in words for words in (*tom.reads("dm"), *eve.reads("dm")))
        await publish(ada, "A logo", what="For a ferry.", skills="drawing")
        await basile.press("Recommend someone", place="#opportunities")
        later = await basile.fill(person=tom, words="You draw well.")
        await basile.press("Recommend someone", place="#opportunities")
        never = await basile.fill(person=eve)
        assert "They hear of it the way they chose, if at all" in never
        assert never.replace("Eve", "Tom") == later
        await village.passes(days=6, hours=21)
        assert not [words for words in tom.reads("dm") if "Your week, in one message" in words]
        await village.passes(hours=4)
        (digest,) = [words for words in tom.reads("dm") if "Your week, in one message" in words]
        assert "A booking page in React" in digest
        assert "Basile thought of you for this." in digest
        await tom.press("Look at it", place="dm")
        assert "For a hairdresser with two chairs." in tom.told
        await village.passes(days=8)
        await tom.press("Look at it", place="dm")
        assert "Its time is over" in tom.told
        assert len([words for words in tom.reads("dm") if "Your week, in one message" in words]) == 1
        assert not any("booking page" in words for words in (*eve.reads("dm"), *rose.reads("dm")))

    async def test_whoever_leaves_takes_their_posts_along(self, village: Village, ada: Villager, tom: Villager) -> None:
        await publish(ada, "A booking page", what="For a hairdresser with two chairs.")
        await ada.press("Withdraw")
        assert "A booking page" in tom.reads("dm")[-1]
        await publish(ada)
        await draft(ada, "Another one", what="Something else altogether.")
        post, action = tom.find("I’m interested", "dm")
        await ada.leave()
        assert tom.reads("#opportunities") == []
        assert "This opportunity is closed" in tom.reads("dm")[-1]
        assert "This opportunity is closed" in await tom.press_again(post, action)
        assert "Nothing is open right now" in await tom.command("opportunity list")
        community = await village.community()
        async with village.app.store.unit() as unit:
            assert len(await unit.use(Opportunities, community).mine(ada.member)) == 2
        assert not any(words in said for said in tom.reads() for words in (TITLE, "A booking page", "Another one"))


class TestListing:
    async def test_by_words_kind_and_place_newest_or_best_first_in_pages(
        self, village: Village, ada: Villager, tom: Villager
    ) -> None:
        await appoint(village, ada)
        await ada.command("animator opportunities")
        await ada.fill(approval="yes", most_open=50, most_weekly=50, days=30, opportunities=None)
        await village.channel("opportunities")
        await publish(ada)
        others = ("Translating a menu", "Photographs of cheese", "Bookkeeping of a café", "Flyers", "Podcast editing", "A logo")
        for number, title in enumerate(others):
            await publish(ada, title, what=f"Number {number}: {title}.", skills=title)
        told = await tom.command("opportunity list")
        assert "7 are open" in told
        assert "Page 1 of 2" in told
        assert TITLE not in told
        assert TITLE in await tom.press("Next")
        told = await tom.press("Best for me first")
        assert told.index(TITLE) < told.index("A logo")
        await tom.press("Filter")
        told = await tom.fill(words="photo cheese", kind="mission", place="remote", order="newest")
        assert "Photographs of cheese" in told
        assert "A logo" not in told
        assert "Nothing that is open fits this" in await tom.command("opportunity list", place="site")
        await tom.press("See all")
        await tom.press("Look at it")
        assert "A logo" in tom.told
