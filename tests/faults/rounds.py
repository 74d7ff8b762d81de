"""Rounds: a thousand members of a platform are written to in one transaction, and what was said before is changed.

Eight in ten get a direct message, the others a conversation in pairs; some posts go to a channel. What is remembered of a round is
changed while the next one is staged. Every text is different, so that whoever looks at the platforms can tell what is missing, what
is there twice and what was not changed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from bot.effects import Connect, Direct, Post, Update
from bot.feature import Feature
from bot.notices import Notice
from bot.ui import Card
from storage.base import Repository
from storage.communities import WorkspaceRow
from storage.outbox import MessageRow, OutboxRow
from storage.people import AccountRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.context import DueContext
    from bot.effects import Effects, Outgoing
    from storage.db import Database

FEW: Final = 300
"""Messages of a platform that are still to go when its next round is staged."""
POSTS: Final = 3
REMEMBERED: Final = 10
"""One in so many is remembered, and changed by the next round."""
CHANGED: Final = " changed"


class Crowd(Repository):
    """What a round has to know."""

    async def waiting(self) -> Mapping[str, int]:
        """Count what is still to go, by platform."""
        counted = func.count(OutboxRow.id)
        joined = select(WorkspaceRow.platform, counted).join(
            OutboxRow, (OutboxRow.workspace_id == WorkspaceRow.id) & OutboxRow.done_at.is_(None), isouter=True
        )
        rows = await self.connection.execute(joined.group_by(WorkspaceRow.platform))
        return {row[0]: row[1] for row in rows}

    async def members(self, platform: str) -> Sequence[int]:
        """Return who is on a platform."""
        there = select(AccountRow.member_id).join(WorkspaceRow, WorkspaceRow.id == AccountRow.workspace_id)
        rows = await self.connection.execute(there.where(WorkspaceRow.platform == platform).order_by(AccountRow.member_id))
        return rows.scalars().all()

    async def rounds(self) -> Sequence[Round]:
        """Return the rounds that were staged, in their order."""
        first = select(MessageRow.name).where(MessageRow.name.like("%/post/0")).order_by(MessageRow.name)
        names = (await self.connection.execute(first)).scalars().all()
        return [Round.named(name) for name in names]


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a platform, told apart by the instant it was due."""

    due: str
    platform: str

    @classmethod
    def named(cls, name: str) -> Round:
        """Return the round that a remembered message belongs to."""
        due, platform, _kind, _number = name.split("/")
        return cls(due, platform)

    def kinds(self, members: int) -> Iterator[tuple[str, int]]:
        """Return what each message is, and its number; those whose number ends a ten are remembered."""
        pairs = members // 10
        for kind, count in (("direct", members - 2 * pairs), ("pair", pairs), ("post", POSTS)):
            for number in range(count):
                yield kind, number

    def text(self, kind: str, number: int) -> str:
        """Return what a message says, and is remembered as."""
        return f"{self.due}/{self.platform}/{kind}/{number}"

    def effects(self, members: Sequence[int]) -> Iterator[Outgoing]:
        """Return the messages of this round."""
        pairs = len(members) // 10
        alone = members[2 * pairs :]
        for kind, number in self.kinds(len(members)):
            text = self.text(kind, number)
            card, remember = Card(body=text), "" if number % REMEMBERED else text
            match kind:
                case "direct":
                    yield Direct(alone[number], card, remember=remember, notice=Notice.REQUEST)
                case "pair":
                    yield Connect((members[2 * number], members[2 * number + 1]), text, card, remember=remember)
                case _:
                    yield Post(self.platform, card, remember=remember)

    def changes(self, members: int) -> Iterator[Outgoing]:
        """Return new content for what is remembered of this round."""
        for kind, number in self.kinds(members):
            if not number % REMEMBERED:
                text = self.text(kind, number)
                yield Update(text, Card(body=text + CHANGED))

    def expected(self, members: int, *, changed: bool) -> Iterator[str]:
        """Return the texts that must be visible in the end."""
        for kind, number in self.kinds(members):
            yield self.text(kind, number) + (CHANGED if changed and not number % REMEMBERED else "")


def staging() -> Feature:
    """Return the feature that stages rounds, one platform after the other, as fast as they go."""
    feature = Feature("rounds")

    @feature.schedule("stage", every=dt.timedelta(seconds=1))
    async def stage(ctx: DueContext) -> Effects:
        crowd = ctx.use(Crowd)
        waiting = await crowd.waiting()
        platform = min(waiting, key=lambda each: waiting[each])
        if waiting[platform] > FEW:
            return None
        members = await crowd.members(platform)
        earlier = [each for each in await crowd.rounds() if each.platform == platform]
        changes = earlier[-1].changes(len(members)) if earlier else ()
        return [*Round(f"{ctx.occurrence.due:%d%H%M%S%f}", platform).effects(members), *changes]

    return feature


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the rounds on a platform. `lost`: not visible in the end, or without its last content."""

    rounds: int
    messages: int
    lost: int
    doubled: int


async def tally(store: Database, seen: Mapping[str, Counter[str]]) -> Mapping[str, Tally]:
    """Compare what was committed with the texts that are visible on each platform."""
    (community,) = await store.communities()
    async with store.unit(write=False) as unit:
        crowd = unit.use(Crowd, community)
        rounds = await crowd.rounds()
        members = {platform: len(await crowd.members(platform)) for platform in seen}
    tallies: dict[str, Tally] = {}
    for platform, texts in seen.items():
        mine = [each for each in rounds if each.platform == platform]
        expected = [text for each in mine for text in each.expected(members[platform], changed=each != mine[-1])]
        alike = Counter(text.removesuffix(CHANGED) for text in texts.elements())
        lost = sum(1 for text in expected if not texts[text])
        doubled = sum(count - 1 for count in alike.values())
        tallies[platform] = Tally(len(mine), len(expected), lost, doubled)
    return tallies


async def left(store: Database) -> Mapping[str, int]:
    """Count what is still to go, by platform."""
    (community,) = await store.communities()
    async with store.unit(write=False) as unit:
        return await unit.use(Crowd, community).waiting()
