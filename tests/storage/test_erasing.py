"""What is kept of a member is declared, column by column, and erased by it: no new table can be forgotten."""

from __future__ import annotations

import datetime as dt
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, String, cast, event, insert, select, update

from bot.config import CommunityConfig, RetentionConfig
from bot.model import Community, Workspace
from storage import engine as engines
from storage.db import Database, open_store
from storage.departures import FEWEST, Departures, FormerRow, Leavers, Missing, in_peace
from storage.erasing import AT_ONCE, Erasing
from storage.holding import Fate, Holding
from storage.holdings import HOLDINGS
from storage.models import metadata
from storage.outbox import MessageRow
from storage.outcomes import OutcomeRow
from storage.own_data import OwnData
from tests.storage.community import NOW
from tests.storage.specimens import START, fill, tables

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ONE, TWO = 1, 2
"""Two members of the full database, of the communities of the same numbers."""
COMMUNITY = Community(1, "name 1 é 🌞", "en", "UTC")
ABOUT_MEMBERS = {
    "skill_subject": "erased with the profile and with each request: `SkillIndex.forget`",
    "skill_posting": "the same",
    "voice_allowance": "a hash of today's; nobody can tell whose it was tomorrow",
    "delivery": "what a platform delivered, by its own number: without it, what comes twice would be answered twice",
    "stoppage": "a conversation in which the bot may not write, by the platform's number",
    "pace": "how fast a workspace may be written to",
    "meeting": "`reasons` holds names: emptied",
    "circle": "`reasons` holds names: emptied",
    "message": "`lane` holds accounts: renamed; `relayed_to` numbers of members that nobody has any more",
    "outbox": "cards, accounts and lanes: `storage.unwritten`",
}
"""What has to do with members without referring to them, and what becomes of it."""


def _references() -> set[str]:
    """Return every column of every table that refers to a member."""
    return {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "member" for key in column.foreign_keys)
    }


def test_tables_that_tell_of_members_otherwise_are_there() -> None:
    assert ABOUT_MEMBERS.keys() <= set(metadata.tables)


def test_every_column_that_refers_to_a_member_is_declared_once() -> None:
    declared = [holding.name for holding in HOLDINGS]
    assert sorted(declared) == sorted(_references())


@pytest.mark.parametrize("holding", HOLDINGS, ids=attrgetter("name"))
def test_each_is_exported_or_says_why_not_and_erased_in_a_way_the_table_allows(holding: Holding) -> None:
    assert bool(holding.shows) != bool(holding.why)
    assert holding.fate is not Fate.NOBODY or holding.whose.nullable, "only what may be empty can belong to nobody"
    assert set(holding.blank) <= set(holding.table.__table__.c.keys())


def test_words_of_a_table_are_shown_or_have_a_reason() -> None:
    """Texts in the rows of a member that an export leaves out, each for a reason."""
    own = {holding.table.__tablename__: holding for holding in HOLDINGS if holding.fate is not Fate.NOBODY and holding.shows}
    left_out = {
        f"{name}.{column.name}"
        for name, holding in own.items()
        for column in holding.table.__table__.columns
        if isinstance(column.type, String) or "Sealed" in type(column.type).__name__
        if column.name not in {path.removesuffix("{}").removesuffix("[]") for path in holding.shows.values()}
    }
    assert left_out == NOT_TOLD.keys(), left_out ^ NOT_TOLD.keys()


NOT_TOLD = {
    "account.conversation": "the platform's number of a conversation",
    "profile.searched": "what they wrote, folded",
    "opportunity.searched": "the same",
    "opportunity.kind": "in the contents",
    "opportunity.place": "in the contents",
    "opportunity.refused": "an animator's words to them, which they have",
    "request.further": "how far it may go by itself: a switch",
    "round_member.reason": "why they were left out, which they were told",
    "checkin_receipt.reason": "why they were left out, by the rules of their own preferences",
    "voice.code": "the hash of an anonymous voice, never of a signed one",
    "voice.shown": "a switch of the animators",
    "form.shape": "the dialog",
    "outbox.action": "how it is sent",
    "outbox.key": "how it is sent",
    "outbox.lane": "how it is sent",
    "outbox.channel": "how it is sent",
    "outbox.accounts": "how it is sent",
    "outbox.title": "how it is sent",
    "outbox.card": "it reaches them",
    "outbox.locale": "how it is sent",
    "outbox.zone": "how it is sent",
    "outbox.message_key": "how it is sent",
    "outbox.thread_key": "how it is sent",
    "outbox.reference": "how it is sent",
    "outbox.reason": "how it is sent",
    "outbox.own_time": "how it is sent",
    "outreach.key": "how it is sent",
}


# ---------------------------------------------------------------- a database with a row of everything


@pytest.fixture
async def full(database_url: str) -> AsyncIterator[Database]:
    engine = engines.create_for_migration(engines.parse(database_url))
    async with engine.begin() as connection:
        await connection.run_sync(_fill)
    await engine.dispose()
    store = await open_store(database_url, community=CommunityConfig(name="configured_as 1 é 🌞"))
    yield store
    await store.close()


def _fill(connection: Connection) -> None:
    for name in ("community", "process", "sealing_key"):  # an opened database has some of its own
        connection.execute(tables(connection)[name].delete())
    fill(connection)
    former = tables(connection)["former_member"]  # in the first community, nobody was erased yet
    connection.execute(former.delete().where(former.c.community_id == COMMUNITY.id))


async def _whole(store: Database) -> dict[str, list[tuple[Any, ...]]]:
    async with store.unit(write=False) as unit:
        return {
            table.name: [
                tuple(row) for row in (await unit.connection.execute(select(*(cast(column, String) for column in table.c)))).all()
            ]
            for table in metadata.sorted_tables
        }


async def _erase(store: Database, *, stays: bool = False) -> None:
    async with store.unit() as unit:
        erasing = unit.use(Erasing, COMMUNITY)
        await erasing.finish(await erasing.depart(ONE, NOW), NOW, stays=stays)


async def _still(store: Database, member: int) -> set[str]:
    async with store.unit(write=False) as unit:
        found: set[str] = set()
        for holding in HOLDINGS:
            rows = await unit.connection.execute(select(holding.whose).where(holding.whose == member).limit(1))
            if rows.first() is not None:
                found.add(holding.name)
        return found


async def test_nothing_refers_to_whoever_was_erased_and_others_keep_all_of_theirs(full: Database) -> None:
    before, of_two = await _whole(full), await _still(full, TWO)
    assert await _still(full, ONE) >= _references() - {"former_member.member_id"}
    await _erase(full)
    assert await _still(full, ONE) == set()
    assert await _still(full, TWO) == of_two
    after = await _whole(full)
    assert not [row for row in after["member"] if row[0] == "1"]
    for name, rows in before.items():
        of_others = [row for row in rows if "2" in row[:2] and "1" not in row[:3]]
        assert [row for row in of_others if row not in after[name]] == [], name


async def test_who_stays_has_a_new_number_and_their_account(full: Database) -> None:
    await _erase(full, stays=True)
    still = await _still(full, ONE)
    assert still == set()
    after = await _whole(full)
    (account,) = [row for row in after["account"] if row[0] == "1"]
    assert account[3] not in {"1", "2", "3"}
    kept = [name for name in ("message_preference", "exclusion") for row in after[name] if account[3] in row]
    assert sorted(set(kept)) == ["exclusion", "message_preference"], "what they said no to"


async def test_erasing_again_or_somebody_unknown_does_no_harm(full: Database) -> None:
    await _erase(full)
    before = await _whole(full)
    assert len(before["outcome"]) == len(before["request"]) == 3, "what others gained, and helped with, is there"
    await _erase(full)
    assert await _whole(full) == before


async def test_the_messages_of_a_community_pass_by_in_pieces_and_those_of_a_member_are_found(full: Database) -> None:
    asked: list[tuple[str, Any]] = []
    async with full.unit() as unit:
        one = (await unit.connection.execute(select(*MessageRow.__table__.c).limit(1))).mappings().one()
        fresh = {**one, "community_id": COMMUNITY.id, "member_id": None, "removed_at": None}
        names = ["request:1", "request:1:news", "request:11", "request:7:with:1", "request:7:with:11", "checkinXanswer:1"]
        many = [f"request:2:{number}" for number in range(2 * AT_ONCE)]
        rows = [{**fresh, "key": f"key {number}", "name": name} for number, name in enumerate((*names, *many))]
        await unit.connection.execute(insert(MessageRow), rows)
        connection = unit.connection.sync_connection
        event.listen(connection, "before_cursor_execute", lambda *about: asked.append((about[2], about[4])))
        departing = await unit.use(Erasing, COMMUNITY).depart(ONE, NOW)
    assert departing.posts == ("request:1", "request:1:news", "request:7:with:1")
    looked = [context for statement, context in asked if statement.startswith("SELECT message.name")]
    assert [context.execution_options.get("yield_per") for context in looked] == [AT_ONCE]


async def test_an_erasing_that_fails_half_way_erased_nothing(full: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await _whole(full)

    async def stops(_leavers: Leavers) -> int:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(Leavers, "former", stops)
        with pytest.raises(ConnectionError):
            await _erase(full)
    assert await _whole(full) == before
    await _erase(full)
    assert await _still(full, ONE) == set()


async def test_the_counts_are_of_what_the_export_shows(full: Database) -> None:
    async with full.unit(write=False) as unit:
        counts = await unit.use(OwnData, COMMUNITY).counts(ONE)
    assert all(counts.values())


async def test_two_who_gained_the_same_from_somebody_count_once_when_both_are_gone(full: Database) -> None:
    async with full.unit() as unit:
        await unit.connection.execute(update(OutcomeRow).values(confirmed_at=START))
        former = await unit.use(Leavers, COMMUNITY).former()
        first = (await unit.connection.execute(select(*OutcomeRow.__table__.c).where(OutcomeRow.gainer_id == ONE))).mappings().one()
        again = {**first, "id": 90, "giver_id": TWO, "gainer_id": ONE}
        await unit.connection.execute(insert(OutcomeRow).values(again))
        await unit.connection.execute(insert(OutcomeRow).values({**again, "id": 91, "gainer_id": former}))
    await _erase(full)
    async with full.unit(write=False) as unit:
        rows = (
            await unit.connection.execute(select(OutcomeRow.id).where(OutcomeRow.giver_id == TWO, OutcomeRow.gainer_id == former))
        ).all()
    assert [row.id for row in rows] == [91]


async def test_accounts_are_known_again_as_ones_to_leave_in_peace_and_as_nothing_else(full: Database) -> None:
    async with full.unit(write=False) as unit:
        account, place = (await _whole(full))["account"][0], (await _whole(full))["workspace"][0]
        there = Workspace(1, place[2], place[3], place[4])
        assert await in_peace(unit.connection, COMMUNITY.id, there, [account[2]]) == set()
    await _erase(full)
    async with full.unit(write=False) as unit:
        assert await in_peace(unit.connection, COMMUNITY.id, there, [account[2], "U9"]) == {account[2]}
    assert account[2] not in str((await _whole(full))["account_in_peace"])
    await full.retention.step(RetentionConfig(), NOW + dt.timedelta(days=366))
    assert (await _whole(full))["account_in_peace"] == [], "after a year, nothing is known of them"


async def test_departures_are_counted_without_anybody_and_told_in_fives_once_their_month_is_over(store: Database) -> None:
    community = (await store.communities())[0]
    today = NOW.date()
    later = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    async with store.unit() as unit:
        leavers = unit.use(Leavers, community)
        for number in range(FEWEST + 1):
            assert (await leavers.recent(later)) == ({} if number < FEWEST else {Missing.SKILL: Departures(5, 0)})
            await leavers.count(today, Missing.SKILL, expected=number == 0)
        await leavers.count(today, Missing.OTHER, expected=False)
        assert await leavers.recent(today) == {}
        assert await leavers.recent(later) == {Missing.SKILL: Departures(5, 0)}, "six are five or more"
        assert await leavers.recent(later.replace(year=later.year + 1)) == {}, "twelve months later"
        assert await leavers.former() == await leavers.former()
        assert (await unit.connection.execute(select(FormerRow.community_id))).scalars().all() == [community.id]
