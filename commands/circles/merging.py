"""A circle that fell under three is offered another one; where both sides want it, they become one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.effects import Direct, Outgoing, OwnTime, Remove, Update
from bot.notices import Notice
from commands.circles import decision_cards
from commands.circles.feature import AGAIN, DECIDE, asking_name, invitation_name, merge_name, small_name
from commands.circles.looking import current, speak, speaking
from commands.circles.showing import show_what_there_is
from storage.circle import LARGEST, SMALLEST, Part, State, Step
from storage.circle_merges import CircleMerges
from storage.circle_places import CirclePlaces
from storage.circles import Circles
from storage.participation import Participations

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from bot.context import JobContext
    from storage.circle import Circle, Merge

CANDIDATES: Final = 25
"""Circles that are looked at for a merge: as many as a list of choices holds."""


async def fewer(ctx: JobContext, circle: Circle) -> list[Outgoing]:
    """Go on with what is offered, now that a circle has one member less: where that still suits, those who remain decide it.

    Where there is nothing to decide and fewer than three remain, they are asked what becomes of their circle.
    """
    outgoing: list[Outgoing] = []
    stored, merges = ctx.use(Circles), ctx.use(CircleMerges)
    for merge in await merges.open_of(circle.id):
        small, large = await stored.get(merge.small), await stored.get(merge.large)
        if small is None or large is None:
            await merges.move(merge.id, Step.OVER)
        elif not await fits(ctx, small, large, but=merge.id):
            outgoing += await refuse(ctx, merge, small, large)
        else:
            outgoing += await want(ctx, merge, small, large)
    fresh = await stored.get(circle.id) or circle
    if fresh.state is not State.RUNNING or len(fresh.members) >= SMALLEST:
        return outgoing
    if any(merge.small == circle.id or merge.step is Step.ASKED for merge in await merges.open_of(circle.id)):
        await stored.change(circle.id, small=True)
        return outgoing
    return [*outgoing, *await fell_under_three(ctx, fresh)]


async def fell_under_three(ctx: JobContext, circle: Circle) -> list[Outgoing]:
    """Ask those who remain what becomes of their circle; another one is offered where there is one that suits."""
    other = await _suitable(ctx, circle)
    return [Remove(small_name(circle.id), waiting=True), *await offer(ctx, circle, other)]


async def offer(ctx: JobContext, circle: Circle, other: Circle | None) -> list[Outgoing]:
    """Offer a circle another one, or tell it what it can do."""
    merges = ctx.use(CircleMerges)
    await ctx.use(Circles).change(circle.id, small=len(circle.members) < SMALLEST)
    number = None if other is None else await merges.offer(circle.id, other.id, ctx.now + DECIDE)
    merge = None if number is None else await merges.get(number)
    card = decision_cards.small_card(circle, other, merge)
    return [Direct(one.id, card, small_name(circle.id), keep=True, when=OwnTime(), notice=Notice.CIRCLE) for one in circle.members]


async def _suitable(ctx: JobContext, circle: Circle) -> Circle | None:
    """Return the smallest circle that this one could become one with, but for those it was offered lately."""
    return next(iter(await suiting(ctx, circle, AGAIN)), None)


async def suiting(ctx: JobContext, circle: Circle, lately: dt.timedelta) -> Sequence[Circle]:
    """Return circles that one could become one with, the smallest first, but for those that were offered it lately."""
    merges = ctx.use(CircleMerges)
    if not circle.members or await merges.open_of(circle.id):
        return ()
    found = await ctx.use(CirclePlaces).for_circle(circle, ctx.now - lately, CANDIDATES)
    return await _compatible(ctx, circle, found)


async def fits(ctx: JobContext, circle: Circle, other: Circle, but: int = 0) -> bool:
    """Tell whether two circles could become one; `but` is their own merge, under way."""
    merges = ctx.use(CircleMerges)
    undecided = (*await merges.open_of(circle.id), *await merges.open_of(other.id))
    return all(merge.id == but for merge in undecided) and bool(await _compatible(ctx, circle, (other,)))


async def _compatible(ctx: JobContext, circle: Circle, others: Sequence[Circle]) -> Sequence[Circle]:
    """Return those circles that have room for all of one, a language in common, and nobody to be kept apart."""
    own = {one.id for one in circle.members}
    everybody = own | {one.id for other in others for one in other.members}
    apart = [set(pair) for pair in await ctx.use(Participations).exclusions(everybody)]
    speaks = await speaking(ctx, everybody)

    def suits(other: Circle) -> bool:
        theirs = {one.id for one in other.members}
        spoken = [speaks[one] for one in own | theirs if one in speaks]
        return (
            bool(own and theirs)
            and len(own | theirs) <= LARGEST
            and not any(pair & (own - theirs) and pair & (theirs - own) for pair in apart)
            and (not spoken or bool(frozenset[str].intersection(*spoken)))
        )

    return [other for other in others if suits(other)]


def agreed(circle: Circle, merge: Merge) -> bool:
    """Tell whether most of a circle want it."""
    return 2 * sum(one.id in merge.yes for one in circle.members) > len(circle.members)


async def want(ctx: JobContext, merge: Merge, small: Circle, large: Circle) -> list[Outgoing]:
    """Go on with a merge once enough of a side want it."""
    merges = ctx.use(CircleMerges)
    if merge.step is Step.OFFERED and agreed(small, merge):
        await merges.move(merge.id, Step.ASKED, ctx.now + DECIDE)
        asked = await merges.get(merge.id) or merge
        card = decision_cards.merge_card(large, small, asked)
        outgoing: list[Outgoing] = [
            Direct(one.id, card, merge_name(large.id, merge.id), keep=True, when=OwnTime(), notice=Notice.CIRCLE)
            for one in large.members
            if not small.has(one.id)
        ]
        return [*outgoing, *(await want(ctx, asked, small, large) if agreed(large, asked) else ())]
    if merge.step is Step.ASKED and agreed(large, merge):
        return await _unite(ctx, merge, small, large)
    return []


async def _unite(ctx: JobContext, merge: Merge, small: Circle, large: Circle) -> list[Outgoing]:
    stored = ctx.use(Circles)
    if not await fits(ctx, small, large, but=merge.id):  # somebody came in, or would rather not be with somebody, meanwhile
        return await refuse(ctx, merge, small, large)
    outgoing = await settle(ctx, small)
    small = await stored.get(small.id) or small
    await ctx.use(CircleMerges).move(merge.id, Step.DONE)
    for peer in small.peers:
        if peer.part is Part.IN and not large.has(peer.member.id):
            await stored.put(large.id, peer.member.id, Part.IN, ctx.now, commitment=peer.commitment)
            await stored.peer(large.id, peer.member.id, snoozed_until=peer.snoozed_until)
    await stored.close(small.id, ctx.now)
    outgoing += await stop(ctx, small)
    one = await stored.get(large.id) or large
    await stored.change(one.id, small=len(one.members) < SMALLEST)
    if await current(ctx, one) is None:
        outgoing += await speak(ctx, one, one.members)
    card = decision_cards.merged_card(one, await stored.next_date(one, ctx.now))
    return [
        *outgoing,
        Update(merge_name(large.id, merge.id), decision_cards.decided_card()),
        *(Direct(member.id, card, keep=True, when=OwnTime(), notice=Notice.CIRCLE) for member in one.members),
    ]


async def refuse(ctx: JobContext, merge: Merge, small: Circle, large: Circle) -> list[Outgoing]:
    """Let a merge not come to be; the small circle is told once the other was asked, never who did not want it."""
    await ctx.use(CircleMerges).move(merge.id, Step.OVER)
    name = merge_name(large.id, merge.id)
    outgoing: list[Outgoing] = [Remove(name, waiting=True), Update(name, decision_cards.decided_card())]
    told = small.members if merge.step is Step.ASKED else [one for one in small.members if one.id in merge.yes]
    card = decision_cards.not_merged_card(small)
    return [*outgoing, *(Direct(one.id, card, keep=True, when=OwnTime(), notice=Notice.CIRCLE) for one in told if small.alive)]


async def lapse(ctx: JobContext, number: int) -> list[Outgoing]:
    """Let a merge that was not decided in time not come to be."""
    merge = await ctx.use(CircleMerges).get(number)
    if merge is None or merge.step not in (Step.OFFERED, Step.ASKED) or merge.ends_at > ctx.now:
        return []
    stored = ctx.use(Circles)
    small, large = await stored.get(merge.small), await stored.get(merge.large)
    if small is None or large is None:
        await ctx.use(CircleMerges).move(number, Step.OVER)
        return []
    return await refuse(ctx, merge, small, large)


async def stop(ctx: JobContext, circle: Circle) -> list[Outgoing]:
    """Let the merges of a circle that ends not come to be."""
    outgoing: list[Outgoing] = []
    for merge in await ctx.use(CircleMerges).open_of(circle.id):
        outgoing += await _over(ctx, circle, merge)
    return outgoing


async def _over(ctx: JobContext, circle: Circle, merge: Merge) -> list[Outgoing]:
    stored = ctx.use(Circles)
    small, large = await stored.get(merge.small), await stored.get(merge.large)
    if small is not None and large is not None and merge.small != circle.id:
        return await refuse(ctx, merge, small, large)
    await ctx.use(CircleMerges).move(merge.id, Step.OVER)
    name = merge_name(merge.large, merge.id)
    return [Remove(name, waiting=True), Update(name, decision_cards.decided_card())]


async def settle(ctx: JobContext, circle: Circle) -> list[Outgoing]:
    """Take back what waits to be read about a circle that ends, and show what was answered in its week under way."""
    return [*unread(circle), Remove(small_name(circle.id), waiting=True), *await show_what_there_is(ctx, circle)]


def unread(circle: Circle) -> list[Outgoing]:
    """Take back the invitations to a circle that ends, and the wishes to come into it, which nobody has read yet."""
    names = {Part.INVITED: invitation_name, Part.ASKING: asking_name}
    return [Remove(names[peer.part](circle.id, peer.member.id), waiting=True) for peer in circle.peers if peer.part in names]
