"""First messages to people who never used the bot: few an hour, since platforms shut out bots that write to many strangers.

Half of a workspace's number is for what answers somebody, such as the welcome of a newcomer, half for what reaches out to many: a
round of messages does not keep newcomers waiting.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, update

from storage.outbox import SOON, OutboxRow, State
from storage.pace import free_at, set_free_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.statements import AnyRow

HOUR: Final = dt.timedelta(hours=1)
AT_ONCE: Final = 5
"""Newcomers who are welcomed without waiting, where nobody was for a while."""


@dataclass(frozen=True, slots=True)
class Strangers:
    """How many of them are written to in an hour, on the platforms where that counts."""

    platforms: frozenset[str] = frozenset()
    per_hour: int = 30


NOBODY: Final = Strangers()
_NO_MORE: Final = (
    update(OutboxRow)
    .where(
        OutboxRow.member_id == bindparam("of_member"),
        OutboxRow.workspace_id == bindparam("of_workspace"),
        OutboxRow.state == State.PENDING,
        OutboxRow.due_at > bindparam("now"),
        OutboxRow.lane.contains("?"),
    )
    .values(due_at=bindparam("now"))
)
_PUT_OFF: Final = update(OutboxRow).where(OutboxRow.id == bindparam("row")).values(due_at=bindparam("due"))


def waiting_lane(lane: str, key: str) -> str:
    """Return the lane of a message that waits for its turn: nothing that is said in the conversation meanwhile waits behind it."""
    return f"{lane}?{key}"


async def no_stranger(connection: AsyncConnection, workspace: int, member: int, now: dt.datetime) -> None:
    """Let what waits for somebody who has just used the bot for the first time go at once."""
    await connection.execute(_NO_MORE, {"of_member": member, "of_workspace": workspace, "now": now})


async def spread(connection: AsyncConnection, rows: Sequence[dict[str, Any]], per_hour: int, now: dt.datetime) -> None:
    """Set when each of these new outbox rows is due, after those that were spread before."""
    interval = HOUR * 2 / per_hour
    groups: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["workspace_id"], row["priority"]].append(row)
    for (workspace, priority), members in sorted(groups.items()):
        scope = f"strangers:{workspace}:{priority}"
        early = interval * (AT_ONCE - 1) if priority == SOON else dt.timedelta()
        free = await free_at(connection, scope, now)
        for row in members:
            row["due_at"] = max(row["due_at"], free - early)
            free += interval
        await set_free_at(connection, scope, free, now)


async def put_off(connection: AsyncConnection, rows: Sequence[AnyRow], per_hour: int, now: dt.datetime) -> set[int]:
    """Put off the first messages among claimed rows that would be too many at once; return their ids.

    Their times were spread when they were written; this keeps to the number after a stop too, in which many have become due.
    """
    interval = HOUR / per_hour
    delayed: list[dict[str, Any]] = []
    cold: dict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        if "?" in row.lane and not row.acted and not row.conversation:
            cold[row.workspace_id].append(row)
    for workspace, members in sorted(cold.items()):
        scope = f"strangers:{workspace}"
        free = await free_at(connection, scope, now)
        for number, row in enumerate(members):
            due = free - interval * AT_ONCE * 2
            if due <= now:
                free += interval
            else:
                delayed.append({"row": row.id, "due": due + interval * (number + 1)})
        await set_free_at(connection, scope, free, now)
    if delayed:
        await connection.execute(_PUT_OFF, delayed)
    return {each["row"] for each in delayed}
