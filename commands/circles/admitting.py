"""Somebody comes into a circle, by whatever door; with the third it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.effects import Direct, Outgoing, OwnTime, Remove
from bot.errors import UserError
from bot.i18n import _
from bot.notices import Notice, Way
from commands.circles import cards
from commands.circles.feature import MOST, asking_name, invitation_name, small_name
from commands.circles.looking import announce, speak, strangers
from storage.budget import Budget
from storage.circle import SMALLEST, Part, State
from storage.circle_seeking import CircleSeekers
from storage.circles import Circles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import JobContext
    from bot.model import Member
    from storage.circle import Circle


async def check_room(ctx: JobContext, circle: Circle, member: Member) -> None:
    """Refuse whoever cannot come in, without saying more than that.

    Raises:
        UserError: the circle is full, or they are not to be put together; or they are in enough circles.
    """
    if circle.room_left <= 0 or await strangers(ctx, member.id, {one.id for one in circle.members}):
        raise UserError(_("There is no place in this circle at the moment. Others may have one: “circle” shows them."))
    if len(await ctx.use(Circles).of(member.id)) >= MOST:
        raise UserError(_("Three circles are enough for anybody’s week. Leave one of them first."))


async def admit(ctx: JobContext, circle: Circle, member: Member) -> tuple[Circle, list[Outgoing]]:
    """Let somebody be in a circle; return it as it is then, and what is told to whom. Whoever is in it stays as they are.

    Raises:
        UserError: there is no place.
    """
    if circle.has(member.id):
        return circle, []
    await check_room(ctx, circle, member)
    stored = ctx.use(Circles)
    await stored.put(circle.id, member.id, Part.IN, ctx.now)
    await ctx.use(CircleSeekers).remove(member.id)
    outgoing: list[Outgoing] = [
        Remove(invitation_name(circle.id, member.id), waiting=True),
        Remove(asking_name(circle.id, member.id), waiting=True),
    ]
    if circle.state is State.RUNNING:
        outgoing += await announce(ctx, circle, cards.joins_card(member))
        if circle.small and len(circle.members) + 1 >= SMALLEST:
            await stored.change(circle.id, small=False)
            outgoing.append(Remove(small_name(circle.id), waiting=True))
    fresh = await stored.get(circle.id) or circle
    if fresh.state is State.FORMING and len(fresh.members) >= SMALLEST:
        outgoing += await _begin(ctx, fresh)
        fresh = await stored.get(circle.id) or fresh
    return fresh, outgoing


async def _begin(ctx: JobContext, circle: Circle) -> list[Outgoing]:
    """Let a circle begin: its conversation opens, and its members are asked from the next date on."""
    stored = ctx.use(Circles)
    await stored.change(circle.id, state=State.RUNNING, started_at=ctx.now)
    await stored.schedule(circle, ctx.now)
    return await speak(ctx, circle, circle.members)


async def invite(ctx: JobContext, circle: Circle, members: Sequence[Member], by: Member | None) -> tuple[list[Outgoing], set[int]]:
    """Invite members; return what is sent, and who finds it under `circle` only, since they had enough messages this week."""
    stored = ctx.use(Circles)
    for one in members:
        await stored.put(circle.id, one.id, Part.INVITED, ctx.now, by=by.id if by is not None else None)
    fresh = await stored.get(circle.id) or circle
    decisions = await ctx.use(Budget).allows(Notice.INVITATION, [one.id for one in members], ctx.now)
    card = cards.invitation_card(fresh, by)
    told: list[Outgoing] = [
        Direct(one.id, card, invitation_name(circle.id, one.id), when=OwnTime(), notice=Notice.INVITATION) for one in members
    ]
    return told, {member for member, decision in decisions.items() if decision.way is not Way.NOW}
