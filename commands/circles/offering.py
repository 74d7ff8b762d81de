"""An animator thinks of a circle for somebody: those that have room, and one click invites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import Context
from bot.effects import Effects, Reply
from bot.errors import UserError
from bot.i18n import _
from bot.paging import page_of
from commands.circles import offering_cards
from commands.circles.admitting import invite
from commands.circles.feature import MOST, PEACE, circles
from commands.circles.looking import alive, strangers, two
from commands.circles.wording import named
from storage.attention import Act, Attention
from storage.circle import Part, State
from storage.circles import Circles
from storage.people import Members

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from storage.circle import Circle


async def _member(ctx: Context, number: int) -> Member:
    member = await ctx.use(Members).get(number)
    if member is None or member.left:
        raise UserError(_("This person is no longer here."))
    return member


async def _with_room(ctx: Context, member: Member) -> Sequence[Circle]:
    """Return the circles that somebody may be invited to, those with the most room first."""
    found = await ctx.use(Circles).all(State.FORMING, State.RUNNING)
    free = [each for each in found if each.room_left > len(each.invited) and not _concerned(each, member)]
    fine = await _welcoming(ctx, free, member)
    return sorted(fine, key=lambda each: (-each.room_left, each.id))


async def _welcoming(ctx: Context, found: Sequence[Circle], member: Member) -> Sequence[Circle]:
    """Return circles without those that somebody said no to lately, or where somebody is whom they are not to be put with."""
    apart = await strangers(ctx, member.id, {one.id for each in found for one in _everybody(each)})
    return [each for each in found if not _lately(ctx, each, member) and not apart & {one.id for one in _everybody(each)}]


def _everybody(circle: Circle) -> Sequence[Member]:
    return (*circle.members, *circle.invited)


def _concerned(circle: Circle, member: Member) -> bool:
    peer = circle.peer(member.id)
    return peer is not None and peer.part in (Part.IN, Part.INVITED, Part.ASKING)


def _lately(ctx: Context, circle: Circle, member: Member) -> bool:
    """Tell whether somebody left a circle lately, or would rather not be in it."""
    peer = circle.peer(member.id)
    return peer is not None and ctx.now - peer.since < PEACE


@circles.action("offer", animator=True)
async def offer(ctx: Context, key: str) -> Effects:
    """*Invite to a circle*: those that have room; the key is the member and the page."""
    number, wanted = two(key)
    member = await _member(ctx, number)
    enough = len(await ctx.use(Circles).of(member.id)) >= MOST
    found = () if enough else await _with_room(ctx, member)
    page = page_of(len(found), wanted, offering_cards.PAGE)
    return Reply(offering_cards.offer_card(member, page.of(found), len(found), page.number, enough=enough), edit=True)


@circles.action("offered", animator=True)
async def offered(ctx: Context, key: str) -> Effects:
    """*Invite*: the member is asked, in their own hours, and may say no without a word."""
    number, who = two(key)
    circle = await alive(ctx, number)
    member = await _member(ctx, who)
    if _concerned(circle, member):
        return Reply(offering_cards.offered_card(member, offering_cards.already(circle, member)), edit=True)
    if circle.room_left <= len(circle.invited):
        raise UserError(_("A circle has eight members at most, those who are invited among them."))
    if not await _welcoming(ctx, [circle], member):
        raise UserError(
            _("{name} cannot be invited to this circle for now. There can be many reasons, and I tell none.", name=named(member))
        )
    told, unread = await invite(ctx, circle, [member], ctx.me)
    await ctx.use(Attention).did(Act.INVITED, member.id, ctx.me.id, ctx.now)
    return [Reply(offering_cards.offered_card(member, offering_cards.asked(circle, member, later=bool(unread))), edit=True), *told]
