"""Whom the questions of value may reach: they come unasked, so they have their place among the few messages of a week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.notices import Notice, Way
from storage.budget import Budget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import JobContext


async def reach(ctx: JobContext, members: Sequence[int], most: int | None = None) -> list[int]:
    """Return which members may be asked now, `most` of them; the others have their turn later."""
    decisions = await ctx.use(Budget).allows(Notice.VALUE, members, ctx.now)
    return [member for member in members if decisions[member].way is Way.NOW][:most]
