"""Somebody comes into a circle, by whatever door; with the third it begins."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from bot.effects import Direct, Outgoing, OwnTime, Remove
from bot.errors import UserError
from bot.i18n import _
from bot.notices import Notice, Way
from bot.text import Text
from commands.circles import joining_cards
from commands.circles.feature import MOST, PEACE, asking_name, invitation_name, small_name
from commands.circles.looking import announce, speak, strangers
from commands.circles.wording import named
from storage.budget import Budget
from storage.circle import SMALLEST, Part, State
from storage.circle_seeking import CircleSeekers
from storage.circles import Circles
from storage.participation import Participations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import JobContext
    from bot.model import Member
    from storage.circle import Circle


UNINVITED: Final = _("{name} cannot be invited to this circle for now. There can be many reasons, and I tell none.", name="")
TOGETHER: Final = _("These cannot be invited together for now. There can be many reasons, and I tell none.")


class Hindrance(Enum):
    """Why somebody cannot come in: there is no place, or none with those who are in it; or they are in enough circles."""

    PLACE = "place"
    ENOUGH = "enough"


async def hindrance(ctx: JobContext, circle: Circle, member: Member) -> Hindrance | None:
    """Return why somebody cannot come in; None where they can."""
    if circle.room_left <= 0 or await strangers(ctx, member.id, {one.id for one in circle.members}):
        return Hindrance.PLACE
    return Hindrance.ENOUGH if await ctx.use(Circles).enough((member.id,), MOST) else None


async def check_room(ctx: JobContext, circle: Circle, member: Member) -> None:
    """Refuse whoever would like to come in and cannot, without saying more than that.

    Raises:
        UserError: they cannot come in.
    """
    match await hindrance(ctx, circle, member):
        case Hindrance.PLACE:
            raise UserError(_("There is no place in this circle at the moment. Others may have one: “circle” shows them."))
        case Hindrance.ENOUGH:
            raise UserError(_("Three circles are enough for anybody’s week. Leave one of them first."))
        case None:
            return


async def check_welcome(ctx: JobContext, circle: Circle, member: Member) -> None:
    """Tell whoever would let somebody in that they cannot come in.

    Raises:
        UserError: they cannot come in.
    """
    match await hindrance(ctx, circle, member):
        case Hindrance.PLACE:
            raise UserError(_("There is no place for {name} in this circle at the moment.", name=named(member)))
        case Hindrance.ENOUGH:
            raise UserError(_("{name} is in three circles already: enough for anybody’s week.", name=named(member)))
        case None:
            return


async def uninvited(ctx: JobContext, circle: Circle, members: Sequence[Member]) -> Text | None:
    """Say that members are not to be invited: why is never told, as it may be their own wish. None where they can be.

    They said no lately, are in enough circles, or are not to be put together with one of it, or of each other.
    """
    peers = [circle.peer(one.id) for one in members]
    lately = any(peer is not None and peer.part is Part.DECLINED and ctx.now - peer.since < PEACE for peer in peers)
    new = {one.id for one in members}
    everybody = new | {one.id for one in (*circle.members, *circle.invited)}
    pairs = await ctx.use(Participations).exclusions(everybody)
    if not lately and not any(new & set(pair) for pair in pairs) and not await ctx.use(Circles).enough(new, MOST):
        return None
    return TOGETHER if len(members) > 1 else Text(UNINVITED.template, {"name": named(members[0])})


async def together(ctx: JobContext, members: Sequence[Member]) -> list[Member]:
    """Return members without those who are not to be put together with one before them."""
    pairs = {frozenset(pair) for pair in await ctx.use(Participations).exclusions({one.id for one in members})}
    kept: list[Member] = []
    for one in members:
        if not any(frozenset((one.id, other.id)) in pairs for other in kept):
            kept.append(one)
    return kept


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
        outgoing += await announce(ctx, circle, joining_cards.joins_card(member))
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
    """Invite members; return what is sent, and who finds it under `circle` only, since they had enough messages this week.

    Raises:
        UserError: they are not to be invited.
    """
    if (refusal := await uninvited(ctx, circle, members)) is not None:
        raise UserError(refusal)
    stored = ctx.use(Circles)
    for one in members:
        await stored.put(circle.id, one.id, Part.INVITED, ctx.now, by=by.id if by is not None else None)
    fresh = await stored.get(circle.id) or circle
    decisions = await ctx.use(Budget).allows(Notice.INVITATION, [one.id for one in members], ctx.now)
    card = joining_cards.invitation_card(fresh, by)
    told: list[Outgoing] = [
        Direct(one.id, card, invitation_name(circle.id, one.id), when=OwnTime(), notice=Notice.INVITATION) for one in members
    ]
    return told, {member for member, decision in decisions.items() if decision.way is not Way.NOW}
