"""The amounts of months that are over are put together once, whoever asks for them later."""

from __future__ import annotations

import datetime as dt

from bot.context import JobContext
from commands.value.feature import worth
from storage.value_totals import ValueTotals


@worth.schedule("totals", every=dt.timedelta(days=1), always=True)
async def close(ctx: JobContext) -> None:
    """Write down the totals of the months that are over."""
    await ctx.use(ValueTotals).close(ctx.now)
