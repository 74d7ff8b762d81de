"""What reaches members in a year: 1,000 of them, and everything that the features would like to say, through the budget.

On SQLite, as staging writes it: what each member chose, their days, hours and zones, their weekly digests. Of what they did not ask
for, any seven days are counted, not only those from Monday to Sunday; what is their own is in the other figures.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import statistics
import tempfile
from bisect import bisect_right
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from benchmarks.result import Result, at_most
from bot.config import CommunityConfig
from bot.effects import Direct, OwnTime
from bot.model import AccountRef, Invocation, Kind, WorkspaceRef
from bot.notices import NATURES, WEEK, MessagePreference, Notice, Sort, counted
from bot.ui import Card
from commands.notices.cards import digest_card
from storage.budget import Budget
from storage.db import open_store
from storage.digests import Digests
from storage.outbox import OutboxRow, State
from storage.people import MemberRow, Members

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model import Community
    from storage.db import Database

MEMBERS: Final = 1_000
DAYS: Final = 364
PARTS: Final = 3
"""Times a day at which something is said: at 6, 11 and 16 o'clock in UTC."""
TOGETHER: Final = 6
"""What is unasked comes in waves, so many times larger and rarer."""
START: Final = dt.datetime(2026, 1, 5, 6, tzinfo=dt.UTC)
"""A Monday."""
ZONES: Final = ("Europe/Paris", "Europe/Paris", "Europe/Brussels", "America/Montreal", "Indian/Reunion")
A_YEAR: Final[Mapping[Notice, float]] = {
    Notice.OPPORTUNITY: 100,
    Notice.HELP: 40,
    Notice.ALLY: 12,
    Notice.CHECKIN: 8,
    Notice.VALUE: 4,
    Notice.INVITATION: 6,
    Notice.NAMED: 2,
    Notice.PROPOSAL: 3,
    Notice.THANKS: 6,
    Notice.ROUND: 26,
    Notice.MEETING: 26,
    Notice.CIRCLE: 20,
    Notice.REQUEST: 12,
    Notice.POSTED: 6,
}
"""How often a year a feature would like to write to a member of a busy community: two opportunities a week fit each of them."""


def preferences(chance: random.Random) -> MessagePreference:
    """Return what somebody chose; most choose nothing."""
    weekly = chance.choices((3, 1, 2, 5, 10, 0), (70, 10, 8, 6, 3, 3))[0]
    muted = frozenset(chance.sample((Notice.OPPORTUNITY, Notice.ALLY, Notice.CHECKIN), chance.choice((0, 0, 0, 1))))
    return MessagePreference(weekly, chance.random() < 0.1, muted)


async def _people(store: Database, chance: random.Random) -> tuple[Community, dict[int, MessagePreference]]:
    """Return a community and what each of its members chose."""
    chosen: dict[int, MessagePreference] = {}
    (community,) = await store.communities()
    async with store.unit() as unit:
        for number in range(MEMBERS):
            account = AccountRef(f"U{number}", f"Member {number}", "fr", chance.choice(ZONES))
            come = Invocation(Kind.EVENT, "member_joined", f"d{number}", WorkspaceRef("sandbox", "W"), account)
            identity = await unit.people.identify(come, START)
            if identity.member is None:
                message = "nobody joined"
                raise RuntimeError(message)
            member, chosen[identity.member.id] = identity.member.id, preferences(chance)
            days = chance.choice(("", "", "0123", "024", "4"))
            hours = chance.choice(("", "", "08:00-12:00", "14:00-22:00"))
            await unit.connection.execute(update(MemberRow).where(MemberRow.id == member).values(workdays=days, workhours=hours))
            await unit.use(Budget, identity.community).choose(member, chosen[member])
    return community, chosen


async def lived() -> tuple[dict[int, MessagePreference], list[tuple[int, Notice, dt.datetime]]]:
    """Live the year; return what members chose, and every message that was sent: to whom, of which kind, when."""
    chance = random.Random(20261123)  # noqa: S311 - a seed, no secret
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(f"sqlite:///{Path(folder) / 'year.db'}", community=CommunityConfig("Year"))
        try:
            community, chosen = await _people(store, chance)
            for hour in range(0, DAYS * 24, 3):
                now = START + dt.timedelta(hours=hour)
                async with store.unit() as unit:
                    wishes = _wishes(list(chosen), chance) if 6 <= now.hour < 21 else []
                    await unit.outbox.stage(community, wishes, now)
                    taken = await unit.use(Digests, community).take(now, MEMBERS)
                    members = unit.use(Members, community)
                    digests = [
                        Direct(member, digest_card(waiting, await members.reader(member)), when=OwnTime(), notice=Notice.DIGEST)
                        for member, waiting in taken
                    ]
                    await unit.outbox.stage(community, digests, now)
            async with store.unit(write=False) as unit:
                rows = await unit.connection.execute(
                    select(OutboxRow.member_id, OutboxRow.notice, OutboxRow.due_at).where(OutboxRow.state == State.PENDING)
                )
                return chosen, [(row.member_id, Notice(row.notice), row.due_at) for row in rows]
        finally:
            await store.close()


def _wishes(members: Sequence[int], chance: random.Random) -> list[Direct]:
    """Return what the features would like to say in a part of a day: what is unasked comes to many at once, on some days."""
    wishes: list[Direct] = []
    for notice, yearly in A_YEAR.items():
        share = yearly / DAYS / PARTS
        if NATURES[notice].sort is Sort.UNASKED:
            share = share * TOGETHER if chance.random() < 1 / TOGETHER else 0.0
        number = min(len(members), int(len(members) * share + chance.random()))
        card = Card(title=notice.value)
        wishes += [Direct(member, card, when=OwnTime(), notice=notice) for member in chance.sample(members, number)]
    return wishes


def most_in_a_week(moments: Sequence[dt.datetime]) -> int:
    """Return the most moments that lie within any seven days."""
    ordered = sorted(moments)
    return max((number - bisect_right(ordered, at - WEEK) + 1 for number, at in enumerate(ordered)), default=0)


def measure() -> list[Result]:
    """Return the figures."""
    chosen, sent = asyncio.run(lived())
    unasked: dict[int, list[dt.datetime]] = defaultdict(list)
    held_back: dict[int, list[dt.datetime]] = defaultdict(list)
    digests: dict[int, list[dt.datetime]] = defaultdict(list)
    weeks = Counter[tuple[int, int]]()
    for member, notice, at in sent:
        weeks[member, (at - START).days // 7] += 1
        if counted(notice):
            unasked[member].append(at)
        if counted(notice) and notice is not Notice.NAMED:
            held_back[member].append(at)
        if notice is Notice.DIGEST:
            digests[member].append(at)
    above = sum(
        1
        for member, preference in chosen.items()
        if most_in_a_week(held_back[member]) > max(preference.weekly, 1 if preference.digest else 0)
    )
    every = [weeks[member, week] for member in chosen for week in range(DAYS // 7)]
    per_week = [len(unasked[member]) / (DAYS / 7) for member in chosen]
    usual = [most_in_a_week(held_back[member]) for member, each in chosen.items() if each.weekly == 3]
    return [
        at_most("notifications: a week per member, all kinds, p50", statistics.median(every), "", 5),
        at_most("notifications: a week per member, all kinds, max", max(every), "", 20),
        at_most("notifications: unasked a week per member, p50", statistics.median(per_week), "", 3),
        at_most("notifications: unasked in any 7 days, max (cap 3)", max(usual), "", 3),
        at_most("notifications: digests in any 7 days, max", max(map(most_in_a_week, digests.values())), "", 1),
        at_most("notifications: members above their own cap", above, "", 0),
    ]
