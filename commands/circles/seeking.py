"""Whoever looks for a circle is invited as soon as there is one for them: with room, an open door, and a language in common."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from bot.context import JobContext
from commands.circles.admitting import invite, uninvited
from commands.circles.feature import PEACE, circles
from commands.circles.looking import speaking
from storage.circle_places import CirclePlaces
from storage.circle_seeking import CircleSeekers
from storage.circles import Circles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from bot.effects import Effects, Outgoing
    from bot.model import Member
    from storage.circle import Circle

DOORS: Final = 50
"""Circles that are looked at in an hour, those with the fewest members first."""
SEEKERS: Final = 200
"""Members who are looked at in an hour, those who look longest first."""
INVITED: Final = 20
"""Members who are invited in an hour at most: there is another one after it."""


@circles.schedule("look_out", every=dt.timedelta(hours=1))
async def look_out(ctx: JobContext) -> Effects:
    """Invite those who look for a circle to those whose door is open. Nobody has two invitations at once."""
    await ctx.use(Circles).lock()
    seekers = await ctx.use(CircleSeekers).waiting(ctx.now - PEACE, SEEKERS)
    doors = list(await ctx.use(CirclePlaces).open_doors(DOORS)) if seekers else []
    if not doors:
        return None
    speaks = await speaking(ctx, {one.id for one in (*seekers, *(each for circle in doors for each in circle.members))})
    outgoing: list[Outgoing] = []
    invited = 0
    for seeker in seekers:
        circle = await _for(ctx, seeker, doors, speaks) if invited < INVITED else None
        if circle is None:
            continue
        told, _unread = await invite(ctx, circle, [seeker], None)
        outgoing += told
        invited += 1
        fresh = await ctx.use(Circles).get(circle.id)
        doors = [fresh if fresh is not None and each.id == circle.id else each for each in doors]
    return outgoing


async def _for(ctx: JobContext, seeker: Member, doors: Sequence[Circle], speaks: Mapping[int, AbstractSet[str]]) -> Circle | None:
    """Return the first circle for somebody: they never had a part in it, it has room, and they can talk with all of it."""
    for circle in doors:
        spoken = [speaks[one.id] for one in (seeker, *circle.members) if one.id in speaks]
        if circle.peer(seeker.id) is not None or circle.room_left <= len(circle.invited):
            continue
        if spoken and not frozenset[str].intersection(*map(frozenset, spoken)):
            continue
        if await uninvited(ctx, circle, [seeker]) is None:
            return circle
    return None
