"""Who is who, as platforms tell it and as it changes."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlalchemy import event, func, select

from bot.config import CommunityConfig
from bot.model import AccountRef, Invocation, Kind, Place, Where, WorkspaceRef
from bot.ports import Identity, Reader
from storage.communities import Communities
from storage.db import Database, open_store
from storage.erasing import Erasing
from storage.people import AccountRow, MemberRow, Members
from tests.storage.community import DISCORD, NOW, SLACK, Village, acts

ADA = AccountRef("UADA", "Ada", locale="fr-CA", zone="America/Montreal")
SECOND = WorkspaceRef("discord", "G2", "Other server")


async def _event(store: Database, name: str, account: AccountRef | None, workspace: WorkspaceRef = SLACK) -> Identity:
    async with store.unit() as unit:
        return await unit.people.identify(Invocation(Kind.EVENT, name, name, workspace, account), NOW)


async def _count(store: Database, table: type[MemberRow | AccountRow]) -> int:
    async with store.unit(write=False) as unit:
        return (await unit.connection.execute(select(func.count()).select_from(table))).scalar_one()


async def test_a_newcomer_is_known_from_the_first_interaction(store: Database) -> None:
    village = Village(store)

    first = await village.meet(ADA)
    second = await village.meet(ADA)

    assert first.member is not None
    assert first == second
    assert (first.community.name, first.workspace.name, first.workspace.external_id) == ("Les Indés", "Indés", "T1")
    assert (first.member.name, first.member.joined_at, first.member.left) == ("Ada", NOW, False)
    assert first.reader == Reader("fr", "America/Montreal")


async def test_somebody_known_costs_one_statement(store: Database) -> None:
    village = Village(store)
    await village.meet(ADA)
    statements: list[str] = []
    async with store.unit() as unit:
        event.listen(unit.connection.sync_connection, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
        await unit.people.identify(acts(ADA), NOW)

    assert len(statements) == 1


async def test_two_first_interactions_at_once_make_one_member(store: Database) -> None:
    village = Village(store)

    met = await asyncio.gather(*(village.meet(ADA) for _ in range(6)))

    assert len({identity.member for identity in met}) == 1
    assert await _count(store, MemberRow) == 1


async def test_what_the_platform_tells_is_followed(store: Database) -> None:
    village = Village(store)
    await village.meet(ADA)

    renamed = await village.meet(AccountRef("UADA", "Ada L.", "en-GB", "Europe/London"))
    silent = await village.meet(AccountRef("UADA"))

    assert renamed.member is not None
    assert (renamed.member.name, renamed.reader) == ("Ada L.", Reader("en", "Europe/London"))
    assert silent == renamed


async def test_a_language_or_zone_we_do_not_have_falls_back_to_the_community(store: Database) -> None:
    identity = await Village(store).meet(AccountRef("U1", "Bo", "de-DE", "Mars/Olympus"))

    assert identity.reader == Reader("en", "Europe/Paris")


async def test_own_choice_comes_before_the_platform(store: Database) -> None:
    village = Village(store)
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with store.unit() as unit:
        members = unit.use(Members, ada.community)
        await members.prefer(ada.member.id, NOW, locale="en", zone="Europe/Paris")
        assert await members.reader(ada.member.id) == Reader("en", "Europe/Paris")

    assert (await village.meet(ADA)).reader == Reader("en", "Europe/Paris")

    async with store.unit() as unit:
        await unit.use(Members, ada.community).prefer(ada.member.id, NOW, locale="", zone="")
    assert (await village.meet(ADA)).reader == Reader("fr", "America/Montreal")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("A" * 81, "A" * 79 + "…"),
        ("🦊" * 80, "🦊" * 80),
        ("Ada\n\0Lovelace\ud83e", "Ada Lovelace"),
        ("👩\u200d🔧 Zoé", "👩\u200d🔧 Zoé"),
        ("\u202eadA", "adA"),
        ("\n", "U7"),
    ],
)
async def test_a_name_is_kept_as_cards_can_show_it(store: Database, name: str, kept: str) -> None:
    village = Village(store)
    who = await village.meet(AccountRef("U7", name))
    async with store.unit() as unit:
        (chosen,) = await unit.people.resolve(who.workspace, [AccountRef("U7", name)], NOW)

    assert who.member is not None
    assert (who.member.name, chosen.name) == (kept, kept)


async def test_a_handle_names_a_newcomer_and_renames_nobody(store: Database) -> None:
    village = Village(store)
    known = await village.meet(ADA)
    late = await village.meet(AccountRef("UADA", handle="ada.lovelace"))
    assert late == known

    newcomer = await village.meet(AccountRef("U7", handle="gil.b"))
    told = await village.meet(AccountRef("U7", "Gil"))
    assert newcomer.member is not None
    assert told.member is not None
    assert (newcomer.member.name, told.member.name) == ("gil.b", "Gil")


async def test_a_chosen_name_stays_when_the_account_is_renamed(store: Database) -> None:
    village = Village(store)
    nameless = await village.meet(AccountRef("U7"))
    named = await village.meet(AccountRef("U7", "Gil"))

    assert nameless.member is not None
    assert named.member is not None
    assert (nameless.member.name, named.member.name) == ("U7", "Gil")


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        (AccountRef("UBOSS", "Boss"), True),
        (AccountRef("UADMIN", "Admin", administrator=True), True),
        (AccountRef("UADA", "Ada"), False),
    ],
)
async def test_who_is_an_animator(store: Database, account: AccountRef, expected: bool) -> None:  # noqa: FBT001 - a case of the test
    identity = await Village(store).meet(account)

    assert identity.member is not None
    assert identity.member.animator is expected


async def test_a_right_that_is_taken_away_ends_at_once_but_silence_is_no_news(store: Database) -> None:
    village = Village(store)
    admin, unsaid, plain = (AccountRef("1", "Eve", administrator=told) for told in (True, None, False))
    await village.meet(admin, DISCORD)

    in_private = await village.meet(unsaid, WorkspaceRef("discord", ""))
    joined = await _event(store, "member_joined", unsaid, DISCORD)
    from_a_private_message = await village.meet(unsaid, DISCORD)
    acting = await village.meet(plain, DISCORD)

    told = (in_private, joined, from_a_private_message, acting)
    assert [identity.member and identity.member.animator for identity in told] == [True, True, True, False]


async def test_appointed_by_hand(store: Database) -> None:
    village = Village(store)
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with store.unit() as unit:
        await unit.use(Members, ada.community).appoint(ada.member.id, animator=True)
    after = await village.meet(ADA)
    async with store.unit() as unit:
        members = unit.use(Members, ada.community)
        assert [member.name for member in await members.animators()] == ["Ada"]
        await members.appoint(ada.member.id, animator=False)
    again = await village.meet(ADA)

    assert [identity.member and identity.member.animator for identity in (after, again)] == [True, False]


async def test_the_configuration_names_animators_and_takes_back(database_url: str) -> None:
    async def is_animator(*animators: str) -> bool:
        store = await open_store(database_url, community=CommunityConfig(name="Les Indés", animators=animators))
        try:
            identity = await Village(store).meet(ADA)
            assert identity.member is not None
            return identity.member.animator
        finally:
            await store.close()

    assert [await is_animator(), await is_animator("slack:UADA"), await is_animator("discord:UADA")] == [False, True, False]


async def test_a_private_conversation_belongs_to_the_workspace_where_they_were_last(store: Database) -> None:
    village = Village(store)
    bo = AccountRef("42", "Bo")
    private = WorkspaceRef("discord", "")

    async def last(workspace: WorkspaceRef) -> str:
        village.now += dt.timedelta(seconds=1)
        await village.meet(bo, workspace)
        return (await village.meet(bo, private)).workspace.external_id

    assert [await last(DISCORD), await last(SECOND), await last(DISCORD)] == ["G1", "G2", "G1"]
    assert await _count(store, MemberRow) == 1


async def test_a_private_conversation_with_a_stranger(store: Database) -> None:
    village = Village(store)
    await village.meet(AccountRef("1", "Somebody"), DISCORD)

    identity = await village.meet(AccountRef("42", "Bo"), WorkspaceRef("discord", ""))

    assert identity.member is not None
    assert (identity.workspace.external_id, identity.member.name) == ("G1", "Bo")


async def test_the_same_discord_account_is_one_person_on_slack_it_is_not(store: Database) -> None:
    village = Village(store)
    first, second = await village.meet(AccountRef("1", "Bo"), DISCORD), await village.meet(AccountRef("1", "Bo"), SECOND)
    third, fourth = (
        await village.meet(AccountRef("U1", "Al")),
        await village.meet(AccountRef("U1", "Other"), WorkspaceRef("slack", "T2")),
    )

    assert first.member == second.member
    assert third.member != fourth.member


async def test_leaving_and_coming_back(store: Database) -> None:
    village = Village(store)
    before = await village.meet(ADA)

    left = await _event(store, "member_left", ADA)
    again = await _event(store, "member_left", ADA)
    back = await _event(store, "member_joined", ADA)

    assert [identity.member and identity.member.left for identity in (before, left, again, back)] == [False, True, True, False]
    assert before.member is not None
    assert back.member is not None
    assert back.member.id == before.member.id


async def _erased(store: Database, account: AccountRef, workspace: WorkspaceRef) -> None:
    identity = await Village(store).meet(account, workspace)
    assert identity.member is not None
    async with store.unit() as unit:
        erasing = unit.use(Erasing, identity.community)
        await erasing.finish(await erasing.depart(identity.member.id, NOW), NOW, stays=False)


async def test_who_was_erased_is_a_member_again_by_what_they_do_themselves_alone(store: Database) -> None:
    await _erased(store, ADA, SLACK)
    for happens in ("home_opened", "member_joined", "member_left"):
        assert (await _event(store, happens, ADA)).member is None, happens
    writes = await _event(store, "direct_message", ADA)
    assert writes.member is not None
    assert (await _event(store, "home_opened", ADA)).member == writes.member

    await _erased(store, ADA, SLACK)
    acting = await Village(store).meet(ADA)
    assert acting.member is not None


async def test_who_was_erased_is_left_in_peace_in_all_servers_of_a_platform_whose_accounts_are_global(store: Database) -> None:
    bo = AccountRef("42", "Bo")
    await _erased(store, bo, DISCORD)
    assert (await _event(store, "member_joined", bo, SECOND)).member is None, "a server where nobody had seen them"
    async with store.unit() as unit:
        second = (await unit.people.identify(Invocation(Kind.EVENT, "workspace_ready", "ready", SECOND), NOW)).workspace
        assert [one.left for one in await unit.people.resolve(second, [bo], NOW)] == [True]
    acting = await Village(store).meet(bo, SECOND)
    assert acting.member is not None
    joined = await _event(store, "member_joined", bo, DISCORD)
    assert joined.member == acting.member, "they are back everywhere"


async def test_strangers_of_a_workspace_that_nobody_knows_yet_are_only_looked_up(store: Database) -> None:
    async with store.unit(write=False) as unit:
        nowhere = (await unit.people.identify(acts(ADA, WorkspaceRef("slack", "T9")), NOW)).workspace
        (found,) = await unit.people.resolve(nowhere, [AccountRef("U7", "Bo")], NOW)
    assert (found.id, found.name, found.left) == (0, "Bo", False)


async def test_the_same_id_in_another_slack_workspace_is_somebody_else(store: Database) -> None:
    await _erased(store, ADA, SLACK)
    assert (await _event(store, "member_joined", ADA, WorkspaceRef("slack", "T2"))).member is not None


async def test_a_private_message_after_leaving_a_server_is_no_return(store: Database) -> None:
    village = Village(store)
    bo = AccountRef("42", "Bo")
    await village.meet(bo, DISCORD)
    await _event(store, "member_left", bo, DISCORD)

    async def acting(workspace: WorkspaceRef, place: Place) -> Identity:
        async with store.unit() as unit:
            return await unit.people.identify(Invocation(Kind.ACTION, "a:b", "d", workspace, bo, place), NOW)

    private, unsaid, there = (
        await acting(DISCORD, Place(Where.DIRECT, "D1")),
        await acting(WorkspaceRef("discord", ""), Place(Where.DIRECT, "D1")),
        await acting(DISCORD, Place(Where.CHANNEL, "C1")),
    )

    assert [identity.member and identity.member.left for identity in (private, unsaid, there)] == [True, True, False]


async def test_leaving_one_of_two_workspaces_is_not_leaving(store: Database) -> None:
    village = Village(store)
    bo = AccountRef("42", "Bo")
    await village.meet(bo, DISCORD)
    await village.meet(bo, SECOND)

    first, second = await _event(store, "member_left", bo, DISCORD), await _event(store, "member_left", bo, SECOND)

    assert [identity.member and identity.member.left for identity in (first, second)] == [False, True]


async def test_a_stranger_who_leaves_is_not_created(store: Database) -> None:
    identity = await _event(store, "member_left", ADA)

    assert identity.member is None
    assert await _count(store, MemberRow) == 0


async def test_a_workspace_that_goes_and_comes_back(store: Database) -> None:
    ready = await _event(store, "workspace_ready", None)

    async def here() -> list[str]:
        async with store.unit() as unit:
            return [workspace.name for workspace in await unit.use(Communities, ready.community).workspaces()]

    assert ready.member is None
    assert await here() == ["Indés"]
    await _event(store, "workspace_gone", None)
    assert await here() == []
    await _event(store, "workspace_ready", None, WorkspaceRef("slack", "T1", "Indés & co"))
    assert await here() == ["Indés & co"]


async def test_a_read_only_unit_creates_nobody(store: Database) -> None:
    async with store.unit(write=False) as unit:
        nobody = await unit.people.identify(acts(ADA, kind=Kind.SUGGEST), NOW)
    await Village(store).meet(ADA)
    async with store.unit(write=False) as unit:
        somebody = await unit.people.identify(acts(ADA, kind=Kind.SUGGEST), NOW)

    assert (nobody.member, nobody.reader) == (None, Reader("fr", "Europe/Paris"))
    assert somebody.member is not None


async def test_members_behind_accounts_in_order(store: Database) -> None:
    village = Village(store)
    ada = await village.meet(ADA)
    async with store.unit() as unit:
        found = await unit.people.resolve(
            ada.workspace, [AccountRef("UBEA", "Bea"), AccountRef("UADA", "Ada"), AccountRef("UBEA")], NOW
        )
        accounts = await unit.people.accounts(ada.workspace, [member.id for member in found])

    assert [member.name for member in found] == ["Bea", "Ada", "Bea"]
    assert found[1] == ada.member
    assert accounts == {found[0].id: "UBEA", found[1].id: "UADA"}


async def test_members_are_found_by_any_part_of_their_name(store: Database) -> None:
    village = Village(store)
    ada = await village.meet(AccountRef("U1", "Zoé Lefèvre"))
    for number, name in enumerate(("Léa", "100%", "Al_an", "Robot")):
        await village.meet(AccountRef(f"U2{number}", name, bot=name == "Robot"))
    await _event(store, "member_left", AccountRef("U20"))

    async with store.unit(write=False) as unit:
        members = unit.use(Members, ada.community)
        found = {words: [each.name for each in (await members.search(words)).members] for words in ("LEFEVRE", "%", "_", "lea")}
        page = await members.search(offset=1, limit=1)

    assert found == {"LEFEVRE": ["Zoé Lefèvre"], "%": ["100%"], "_": ["Al_an"], "lea": []}
    assert ([member.name for member in page.members], page.total) == (["Al_an"], 3)


async def test_members_of_another_community_are_not_found(store: Database) -> None:
    ada = await Village(store).meet(ADA)
    assert ada.member is not None
    async with store.unit(write=False) as unit:
        elsewhere = ada.community.__class__(ada.community.id + 1, "Others", "en", "UTC")
        assert await unit.use(Members, elsewhere).get(ada.member.id) is None
        assert await unit.use(Members, ada.community).get(ada.member.id) == ada.member


async def test_newcomers_between_two_instants(store: Database) -> None:
    village = Village(store)
    for name in ("Ada", "Bea", "Cleo"):
        identity = await village.meet(AccountRef(f"U{name}", name))
        village.now += dt.timedelta(days=1)

    async with store.unit(write=False) as unit:
        joined = await unit.use(Members, identity.community).joined(NOW, NOW + dt.timedelta(days=1))

    assert [member.name for member in joined] == ["Bea"]
