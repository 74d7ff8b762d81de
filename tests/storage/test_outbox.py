"""What a handler wants said becomes one row for each workspace, person or copy it reaches."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from bot.effects import Connect, Direct, Post, Remove, Update
from bot.i18n import _
from bot.model import AccountRef, Invocation, Kind, WorkspaceRef
from bot.notices import Notice, Reason, with_reason
from bot.parcels import Parcel
from bot.ports import Identity, Reference
from bot.text import Listing, Mention
from bot.ui import Button, Card, Fact
from storage.db import Database
from storage.outbox import OutboxRow
from storage.people import Members
from tests.storage.community import DISCORD, LEASE, MINUTE, NOW, Village, card

ADA = AccountRef("UADA", "Ada", "fr-FR", "America/Montreal")
BEA = AccountRef("UBEA", "Bea")
DAN = AccountRef("77", "Dan")


@pytest.fixture
def village(store: Database) -> Village:
    return Village(store)


async def _two_workspaces(village: Village) -> tuple[Identity, Identity]:
    """Ada on Slack and Dan on Discord, each with a help channel."""
    ada, dan = await village.meet(ADA), await village.meet(DAN, DISCORD)
    await village.choose_channel(ada, "help", "CHELP")
    await village.choose_channel(dan, "help", "900")
    return ada, dan


def _id(identity: Identity) -> int:
    assert identity.member is not None
    return identity.member.id


def _brief(parcels: list[Parcel]) -> list[tuple[str, str, str]]:
    """Platform, action and first words of each."""
    return [(parcel.platform, parcel.action, str(next(iter(parcel.card.paragraphs), ""))) for parcel in parcels]


async def test_a_post_reaches_every_workspace_that_has_the_channel(village: Village) -> None:
    ada, _dan = await _two_workspaces(village)

    await village.say(ada, Post("help", card("who can help?")), Post("opportunities", card("nobody reads this")))

    slack, discord = await village.deliver()
    assert (slack.platform, slack.workspace, slack.action, slack.channel, slack.thread) == ("slack", "T1", "post", "CHELP", "")
    assert (discord.platform, discord.workspace, discord.channel) == ("discord", "G1", "900")
    assert (slack.locale, slack.zone) == ("en", "Europe/Paris")
    assert slack.card == card("who can help?")
    assert slack.key != discord.key
    assert len(slack.key) <= 25


async def test_a_remembered_post_is_added_only_where_it_is_not(village: Village) -> None:
    ada, dan = await village.meet(ADA), await village.meet(DAN, DISCORD)
    card_of_ada = Post("help", card("Ada"), remember="introduction:1")
    await village.choose_channel(ada, "help", "C1")
    await village.say(ada, card_of_ada, card_of_ada)
    assert _brief(await village.deliver()) == [("slack", "post", "Ada")]

    await village.choose_channel(dan, "help", "D1")
    await village.say(ada, card_of_ada)
    (post,) = await village.claim()
    assert post.platform == "discord"
    await village.dead(post, "missing_access")
    await village.say(ada, card_of_ada)
    assert _brief(await village.deliver()) == [("discord", "post", "Ada")]

    await village.say(ada, Remove("introduction:1"))
    await village.deliver()
    await village.say(ada, card_of_ada)
    assert [parcel.platform for parcel in await village.deliver()] == ["slack", "discord"]


async def test_a_channel_without_role_any_more_gets_nothing(village: Village) -> None:
    ada, dan = await _two_workspaces(village)
    await village.choose_channel(ada, "help", "")
    await village.choose_channel(dan, "help", "901")

    await village.say(ada, Post("help", card("hello")))

    assert [(parcel.platform, parcel.channel) for parcel in await village.deliver()] == [("discord", "901")]


async def test_a_direct_message_is_written_for_its_reader_where_they_were_last(village: Village) -> None:
    dan = await village.meet(DAN, DISCORD)
    village.now += dt.timedelta(minutes=1)
    await village.meet(DAN, WorkspaceRef("discord", "G2"))
    ada = await village.meet(ADA)

    await village.say(
        ada, Direct(_id(dan), card("for Dan"), notice=Notice.REQUEST), Direct(_id(ada), card("for Ada"), notice=Notice.REQUEST)
    )

    for_dan, for_ada = await village.deliver()
    assert (for_dan.workspace, for_dan.accounts, for_dan.locale) == ("G2", ("77",), "en")
    assert (for_ada.accounts, for_ada.locale, for_ada.zone) == (("UADA",), "fr", "America/Montreal")


async def test_who_left_hears_nothing(village: Village) -> None:
    ada, bea = await village.meet(ADA), await village.meet(BEA)
    async with village.store.unit() as unit:
        assert await unit.use(Members, ada.community).leave(_id(bea), NOW)

    await village.say(
        ada, Direct(_id(bea), card("are you there?"), notice=Notice.REQUEST), Connect((_id(ada), _id(bea)), "You two", card("talk"))
    )

    assert _brief(await village.deliver()) == [("slack", "direct", "talk")]


async def test_a_workspace_that_is_gone_gets_nothing(village: Village) -> None:
    ada, dan = await _two_workspaces(village)
    async with village.store.unit() as unit:
        await unit.people.identify(Invocation(Kind.EVENT, "workspace_gone", "gone", DISCORD), NOW)

    await village.say(ada, Post("help", card("hello")), Direct(_id(dan), card("hello"), notice=Notice.REQUEST))

    assert _brief(await village.deliver()) == [("slack", "post", "hello")]


async def test_people_are_connected_where_all_of_them_are(village: Village) -> None:
    ada, bea = await village.meet(ADA), await village.meet(BEA)

    await village.say(ada, Connect((_id(ada), _id(bea), _id(ada)), "Ada and Bea", card("meet")))

    (parcel,) = await village.deliver()
    assert (parcel.action, parcel.accounts, parcel.title) == ("connect", ("UADA", "UBEA"), "Ada and Bea")


async def test_a_conversation_speaks_the_language_its_members_share(village: Village) -> None:
    ada = await village.meet(ADA)
    french = [_id(await village.meet(AccountRef(account, account, "fr"))) for account in ("UFR1", "UFR2")]

    await village.say(ada, Connect(tuple(french), "Deux", card("meet"), remember="two"))
    english = _id(await village.meet(AccountRef("UEN", "Bo", "en")))
    await village.say(ada, Connect((french[0], english), "Mixed", card("meet"), remember="mixed"))
    common = ada.community.locale
    await village.say(ada, Connect((english, french[1]), "Chosen", card("meet"), remember="chosen", locale="fr"))
    assert [parcel.locale for parcel in await village.deliver()] == ["fr", common, "fr"]

    await village.say(ada, *(Update(name, card("settled")) for name in ("two", "mixed", "chosen")))
    assert [parcel.locale for parcel in await village.deliver()] == ["fr", common, "fr"]


async def test_of_two_common_workspaces_the_one_used_last(village: Village) -> None:
    second, bo = WorkspaceRef("discord", "G2"), AccountRef("78", "Bo")
    for account in (DAN, bo):
        for workspace in (DISCORD, second):
            village.now += MINUTE
            who = await village.meet(account, workspace)
    dan = await village.meet(DAN, DISCORD)
    await village.say(dan, Connect((_id(dan), _id(who)), "Two", card("meet")))
    village.now += MINUTE
    await village.meet(bo, DISCORD)
    await village.say(dan, Connect((_id(dan), _id(who)), "Two", card("again")))

    delivered = {parcel.card.body: parcel.workspace for parcel in await village.deliver()}
    assert delivered == {"meet": "G2", "again": "G1"}


async def test_people_without_a_common_workspace_each_get_a_message(village: Village) -> None:
    ada, dan = await village.meet(ADA), await village.meet(DAN, DISCORD)

    await village.say(ada, Connect((_id(ada), _id(dan)), "Ada and Dan", card("meet"), remember="pair:1"))
    await village.say(ada, Update("pair:1", card("met")))

    parcels = await village.deliver()
    assert _brief(parcels) == [("slack", "direct", "met"), ("discord", "direct", "met")]
    ways = [button.action for parcel in parcels for button in parcel.card.controls if isinstance(button, Button)]
    assert ways == [
        *(f"relay:write:{_id(dan)}", f"notice:less:words:relay:stop:{_id(dan)}"),
        *(f"relay:write:{_id(ada)}", f"notice:less:words:relay:stop:{_id(ada)}"),
    ], "each has a way to the other, and to less of it"


async def test_mentions_name_accounts_of_the_workspace_written_to(village: Village) -> None:
    ada, dan = await _two_workspaces(village)
    asked = Card(
        title=_("{who} asks", who=Mention("Ada", _id(ada))),
        body='words of somebody: "type":"mention"',
        facts=(Fact("With", _("{all}", all=Listing((Mention("Dan", _id(dan)), "others")))),),
    )

    await village.say(ada, Post("help", asked))

    slack, discord = await village.deliver()
    assert slack.card == Card(
        title=_("{who} asks", who=Mention("Ada", _id(ada), "UADA")),
        body='words of somebody: "type":"mention"',
        facts=(Fact("With", _("{all}", all=Listing((Mention("Dan", _id(dan)), "others")))),),
    )
    assert discord.card.title == _("{who} asks", who=Mention("Ada", _id(ada)))
    assert discord.card.facts[0].value == _("{all}", all=Listing((Mention("Dan", _id(dan), "77"), "others")))


async def test_an_update_before_anything_was_sent_changes_what_will_be(village: Village) -> None:
    ada, _dan = await _two_workspaces(village)

    await village.say(ada, Post("help", card("first"), remember="request:1"), Update("request:1", card("second")))
    await village.say(ada, Update("request:1", card("third")))

    assert _brief(await village.deliver()) == [("slack", "post", "third"), ("discord", "post", "third")]


async def test_an_update_reaches_every_copy_that_was_sent(village: Village) -> None:
    ada, _dan = await _two_workspaces(village)
    await village.say(ada, Post("help", card("open"), remember="request:1"))
    posted = await village.deliver()

    await village.say(ada, Update("request:1", card("solved")))

    updates = await village.deliver()
    assert _brief(updates) == [("slack", "update", "solved"), ("discord", "update", "solved")]
    assert [update.reference for update in updates] == [Reference("CHELP", "m1"), Reference("900", "m2")]
    assert not {update.key for update in updates} & {post.key for post in posted}


async def test_updates_that_wait_become_one(village: Village) -> None:
    ada, _dan = await _two_workspaces(village)
    await village.say(ada, Post("help", card("open"), remember="request:1"))
    await village.deliver()

    for words in ("a", "b", "c"):
        await village.say(ada, Update("request:1", card(words)))

    assert _brief(await village.deliver()) == [("slack", "update", "c"), ("discord", "update", "c")]


async def test_an_update_never_overtakes_a_post_on_its_way(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.choose_channel(ada, "help", "CHELP")
    await village.say(ada, Post("help", card("open"), remember="request:1"))
    (post,) = await village.claim()

    await village.say(ada, Update("request:1", card("solved")))
    while_sending = await village.claim()
    await village.retry(post)
    while_waiting = await village.claim()
    village.now += MINUTE
    (again,) = await village.claim()
    await village.sent(again, Reference("CHELP", "m1"))

    assert (while_sending, while_waiting) == ([], [])
    assert (again.key, again.attempt, again.card) == (post.key, 2, card("open"))
    assert _brief(await village.deliver()) == [("slack", "update", "solved")]


async def test_an_update_on_its_way_is_followed_by_the_next(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.choose_channel(ada, "help", "CHELP")
    await village.say(ada, Post("help", card("open"), remember="request:1"))
    await village.deliver()
    await village.say(ada, Update("request:1", card("a")))
    (first,) = await village.claim()

    await village.say(ada, Update("request:1", card("b")))
    await village.say(ada, Update("request:1", card("c")))
    await village.sent(first, first.reference)

    assert _brief(await village.deliver()) == [("slack", "update", "c")]


async def test_an_update_of_something_that_never_got_there_goes_nowhere(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.choose_channel(ada, "help", "CHELP")
    await village.say(ada, Post("help", card("open"), remember="request:1"))
    (post,) = await village.claim()
    await village.say(
        ada, Update("request:1", card("a")), Post("help", card("reply"), thread="request:1"), Post("help", card("next"))
    )

    await village.dead(post, "channel_gone")
    await village.say(ada, Update("request:1", card("b")))

    assert _brief(await village.deliver()) == [("slack", "post", "next")]
    assert await village.next_due() is None


async def test_an_update_of_what_nobody_remembers_is_nothing(village: Village) -> None:
    ada = await village.meet(ADA)

    await village.say(ada, Update("request:1", card("a")), Remove("request:2"), Post("help", card("b"), thread="request:3"))

    assert await village.deliver() == []


async def test_what_is_removed_before_it_was_sent_is_never_sent(village: Village) -> None:
    ada, _dan = await _two_workspaces(village)

    await village.say(ada, Post("help", card("oops"), remember="request:1"), Direct(_id(ada), card("hello"), notice=Notice.REQUEST))
    await village.say(ada, Remove("request:1"))

    assert _brief(await village.deliver()) == [("slack", "direct", "hello")]


async def test_a_private_message_disappears_from_whoever_had_it(village: Village) -> None:
    ada, bea = await village.meet(ADA), await village.meet(BEA)
    await village.say(ada, Direct(_id(bea), card("a question"), remember="asked:1", notice=Notice.REQUEST))
    await village.deliver()
    await village.say(ada, Remove("asked:1"))
    (parcel,) = await village.deliver()
    assert (parcel.action, parcel.workspace) == ("remove", "T1")


async def test_what_is_removed_disappears_everywhere_and_its_updates_too(village: Village) -> None:
    ada, _dan = await _two_workspaces(village)
    await village.say(ada, Post("help", card("open"), remember="request:1"))
    await village.deliver()

    await village.say(ada, Update("request:1", card("changed")), Remove("request:1"))
    await village.say(ada, Update("request:1", card("too late")), Remove("request:1"))

    removed = await village.deliver()
    assert [(parcel.action, parcel.reference) for parcel in removed] == [
        ("remove", Reference("CHELP", "m1")),
        ("remove", Reference("900", "m2")),
    ]


async def test_what_is_removed_while_on_its_way_is_removed_after(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.choose_channel(ada, "help", "CHELP")
    await village.say(ada, Post("help", card("oops"), remember="request:1"))
    (post,) = await village.claim()
    await village.say(ada, Remove("request:1"))
    await village.sent(post, Reference("CHELP", "m1"))

    assert [(parcel.action, parcel.reference) for parcel in await village.deliver()] == [("remove", Reference("CHELP", "m1"))]


async def test_an_answer_goes_to_the_thread_of_every_copy_once_it_is_there(village: Village) -> None:
    ada, _dan = await _two_workspaces(village)

    await village.say(ada, Post("help", card("question"), remember="request:1"))
    await village.say(ada, Post("help", card("answer"), thread="request:1"))

    _question, _other, slack, discord = await village.deliver()
    assert (slack.platform, slack.channel, slack.thread) == ("slack", "CHELP", "m1")
    assert (discord.platform, discord.channel, discord.thread) == ("discord", "900", "m2")


async def test_messages_to_one_place_keep_their_order(village: Village) -> None:
    ada, bea = await village.meet(ADA), await village.meet(BEA)
    await village.say(
        ada, *(Direct(_id(who), card(f"{number}"), notice=Notice.REQUEST) for number in range(3) for who in (ada, bea))
    )

    first = await village.claim()
    await village.retry(first[0])
    await village.sent(first[1], Reference("D", "m"))
    rest = await village.deliver()
    village.now += MINUTE
    late = await village.deliver()

    assert [(parcel.accounts, parcel.card.body) for parcel in first] == [(("UADA",), "0"), (("UBEA",), "0")]
    assert [(parcel.accounts, parcel.card.body) for parcel in rest] == [(("UBEA",), "1"), (("UBEA",), "2")]
    assert [(parcel.accounts, parcel.card.body) for parcel in late] == [(("UADA",), "0"), (("UADA",), "1"), (("UADA",), "2")]


async def test_what_reaches_out_to_many_lets_answers_pass(village: Village) -> None:
    ada = await village.meet(ADA)
    crowd = [await village.meet(AccountRef(f"U{number}", f"M{number}")) for number in range(12)]
    await village.say(ada, *(Direct(_id(who), card("news"), notice=Notice.REQUEST) for who in crowd))
    village.now += MINUTE
    await village.say(ada, Direct(_id(ada), card("answer"), notice=Notice.REQUEST))

    assert [parcel.card.body for parcel in await village.claim(3)] == ["answer", "news", "news"]


async def test_closed_doors_are_remembered_until_the_member_comes_by(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(
        ada,
        Direct(_id(ada), card("welcome"), keep=True, notice=Notice.REQUEST),
        Direct(_id(ada), card("tip"), notice=Notice.REQUEST),
    )
    for _number in range(2):
        (parcel,) = await village.claim()
        await village.dead(parcel, "dm_closed")

    waiting = (await village.meet(ADA)).missed
    shown, again = await village.missed(ada), await village.missed(ada)

    assert (waiting, shown, again, (await village.meet(ADA)).missed) == (
        1,
        [with_reason(card("welcome"), Reason(Notice.REQUEST))],
        [],
        0,
    )


async def test_another_reason_keeps_nothing(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("welcome"), keep=True, notice=Notice.REQUEST))
    (parcel,) = await village.claim()
    await village.dead(parcel, "account_gone")

    assert (await village.meet(ADA)).missed == 0
    assert await village.missed(ada) == []


async def test_what_waits_behind_closed_doors_is_changed_and_removed_like_the_rest(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(
        ada, *(Direct(_id(ada), card(name), remember=name, keep=True, notice=Notice.REQUEST) for name in ("a:1", "a:2"))
    )
    for _number in range(2):
        (parcel,) = await village.claim()
        await village.dead(parcel, "dm_closed")

    await village.say(ada, Update("a:1", card("changed")), Remove("a:2"))

    assert (await village.meet(ADA)).missed == 1
    assert await village.missed(ada) == [with_reason(card("changed"), Reason(Notice.REQUEST))]
    assert await village.claim() == []


async def test_a_lease_that_ends_is_taken_up_again_with_the_same_key(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("hello"), notice=Notice.REQUEST))
    (first,) = await village.claim()

    assert await village.claim() == []
    assert await village.next_due() == village.now + LEASE
    village.now += LEASE
    (second,) = await village.claim()

    assert (second.key, first.attempt, second.attempt) == (first.key, 1, 1)


async def test_a_worker_that_lost_its_lease_cannot_undo_what_the_next_did(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("hello"), keep=True, notice=Notice.REQUEST))
    (late,) = await village.claim()
    village.now += LEASE
    (current,) = await village.claim()

    await village.dead(late, "dm_closed")
    await village.retry(late, after=dt.timedelta())
    still_leased = await village.claim()
    await village.sent(current, Reference("D", "m"))
    await village.retry(current, after=dt.timedelta())

    assert still_leased == []
    assert (await village.meet(ADA)).missed == 0
    assert await village.next_due() is None


async def test_the_next_due_row_is_one_that_can_be_tried(village: Village) -> None:
    ada = await village.meet(ADA)
    assert await village.next_due() is None
    await village.say(ada, Direct(_id(ada), card("a"), notice=Notice.REQUEST), Direct(_id(ada), card("b"), notice=Notice.REQUEST))
    assert await village.next_due() is None, "it is due now"
    (parcel,) = await village.claim()
    await village.retry(parcel)

    assert await village.next_due() == NOW + MINUTE


async def test_content_is_forgotten_once_it_is_sent(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("between us"), notice=Notice.REQUEST))
    await village.deliver()

    async with village.store.unit(write=False) as unit:
        (row,) = (await unit.connection.execute(select(OutboxRow.state, OutboxRow.card, OutboxRow.reference))).all()
    assert (row.state, row.card) == ("sent", "")
    assert row.reference == '{"channel":"D-UADA","message":"m1","thread":""}'


async def test_workers_that_end_while_they_hold_a_message_say_nothing_against_it(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("hello"), notice=Notice.REQUEST))
    held: list[Parcel] = []
    for _crash in range(30):
        held += await village.claim()
        village.now += LEASE
    (last,) = await village.claim()
    await village.retry(last)
    village.now += dt.timedelta(hours=3)
    (again,) = await village.claim()

    assert [parcel.attempt for parcel in (*held, last, again)] == [1] * 31 + [2]
    assert [parcel.since is None for parcel in (held[0], held[1], last)] == [True, False, False]
