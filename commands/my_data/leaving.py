"""Erasing everything, and leaving: at once and in one transaction, whatever was under way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.context import Context
from bot.effects import Effects, Remove, Reply
from bot.i18n import today
from commands.my_data import cards
from commands.my_data.feature import my_data
from commands.my_data.seeing import as_file, own
from storage.departures import Leavers, Missing
from storage.erasing import Erasing
from storage.people import Members
from storage.profiles import Profiles

if TYPE_CHECKING:
    from bot.effects import Outgoing
    from bot.ui import Card


@my_data.action("erasing")
async def erasing(ctx: Context) -> Effects:
    """*Erase…*: what it does."""
    return Reply(cards.erasing(ctx.me))


@my_data.action("erase")
async def erase(ctx: Context, key: int) -> Effects:
    """*Erase everything*: whoever presses it stays, as on the first day."""
    await own(ctx, key)
    return [Reply(cards.erased()), *await _erase(ctx, stays=True)]


@my_data.action("leaving")
async def leaving(ctx: Context) -> Effects:
    """*Leave…*: what it does, and whether somebody wants to say why."""
    return Reply(await _before(ctx, Missing.UNSAID))


@my_data.action("missing")
async def missing(ctx: Context, values: list[str]) -> Effects:
    """Choose what was missing: nothing is kept of it before they leave."""
    return Reply(await _before(ctx, _missing("".join(values[:1]))), edit=True)


async def _before(ctx: Context, said: Missing) -> Card:
    animators = await ctx.use(Members).animators() if ctx.me.animator else ()
    alone = [one.id for one in animators] == [ctx.me.id]
    return cards.leaving(ctx.me, ctx.community.name, said, days=ctx.days.messages, alone=alone)


@my_data.action("take")
async def take(ctx: Context, key: str) -> Effects:
    """*Get my data and go on*: the file first, with the button that erases. Where the answer gets lost, nothing else is."""
    said = await _own_reason(ctx, key)
    return Reply(cards.last_step(ctx.me, said, await as_file(ctx)))


@my_data.action("leave")
async def leave(ctx: Context, key: str) -> Effects:
    """*Leave and erase*: a departure more in the totals, and nothing else."""
    outgoing = await go(ctx, await _own_reason(ctx, key))
    removed = sum(isinstance(one, Remove) and not one.waiting for one in outgoing)
    return [Reply(cards.left(ctx.community.name, removed)), *outgoing]


async def go(ctx: Context, said: Missing) -> list[Outgoing]:
    """Let a member leave: one more in the totals, and nothing else is kept. Returned is what others see of it."""
    profile = await ctx.use(Profiles).get(ctx.me.id)
    expected = profile is not None and said.value in profile.introduction.expects
    await ctx.use(Leavers).count(today(ctx.now, ctx.community.zone), said, expected=expected)
    return await _erase(ctx, stays=False)


async def _own_reason(ctx: Context, key: str) -> Missing:
    """Return what a button says was missing, once it is sure that whoever pressed it is whom it was for."""
    member, _colon, reason = key.partition(":")
    await own(ctx, int(member) if member.isdecimal() else 0)
    return _missing(reason)


def _missing(word: str) -> Missing:
    """Return what was missing; a word of another version is nothing said."""
    return Missing(word) if word in {kind.value for kind in Missing} else Missing.UNSAID


async def _erase(ctx: Context, *, stays: bool) -> list[Outgoing]:
    """Erase whoever acts; return what others are told, and what disappears from the platforms."""
    storage = ctx.use(Erasing)
    departing = await storage.depart(ctx.me.id, ctx.now)
    gone = replace(ctx.me, left=True)
    outgoing = [*await ctx.happened("member_left", gone), *await ctx.happened("member_erased", gone)]
    await storage.finish(departing, ctx.now, stays=stays)
    return [*outgoing, *(Remove(name) for name in departing.posts)]
