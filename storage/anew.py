"""A message that was given up and may have arrived all the same: what was said of it meanwhile follows it as a change.

Where it stands already, its platform does not take it a second time, nor what it says by now.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, insert, select

from storage.outbox import CREATING, Action, OutboxRow, State
from storage.sheet import KEY_BYTES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

_KEPT: Final = (
    OutboxRow.community_id,
    OutboxRow.workspace_id,
    OutboxRow.member_id,
    OutboxRow.lane,
    OutboxRow.priority,
    OutboxRow.card,
    OutboxRow.locale,
    OutboxRow.zone,
    OutboxRow.message_key,
)
_MAY_STAND: Final = (
    select(*_KEPT)
    .where(
        OutboxRow.id.in_(bindparam("rows", expanding=True)),
        OutboxRow.uncertain,
        OutboxRow.message_key.is_not(None),
        OutboxRow.action.in_(CREATING),
    )
    .order_by(OutboxRow.id)
)


async def follow(connection: AsyncConnection, rows: Sequence[int], now: dt.datetime) -> None:
    """Write a change behind each of these messages that may stand on its platform with what it said before."""
    found = (await connection.execute(_MAY_STAND, {"rows": list(rows)})).mappings().all()
    changes = [
        {
            **row,
            "action": Action.UPDATE.value,
            "key": secrets.token_urlsafe(KEY_BYTES),
            "state": State.PENDING.value,
            "attempts": 0,
            "due_at": now,
            "channel": "",
            "accounts": "",
            "title": "",
            "keep": False,
            "thread_key": None,
            "reference": "",
            "reason": "",
            "created_at": now,
            "done_at": None,
            "first": False,
            "uncertain": False,
            "tried_at": None,
            "own_time": "",
        }
        for row in found
    ]
    if changes:
        await connection.execute(insert(OutboxRow), changes)
