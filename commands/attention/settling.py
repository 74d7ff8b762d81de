"""Done, later, and back again: what an animator settles, the others see as settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import Context
from bot.effects import Effects, Reply
from bot.i18n import _
from bot.model import Member
from commands.attention import cards
from commands.attention.feature import REST, WAITS, attention
from commands.attention.listing import list_page, matters, numbered, one_of, person_page, quicker
from storage.attention import Attention, Reason
from storage.checkin_answers import CheckinAnswers
from storage.concerns import without
from storage.people import Members

if TYPE_CHECKING:
    from bot.text import Text
    from bot.ui import Card

ANSWERED = frozenset({Reason.CALL, Reason.LOW})
"""Reasons that are also in the inbox of the check-ins, which is to say the same."""


@attention.action("done", animator=True)
async def done(ctx: Context, key: str) -> Effects:
    """*Done*: none of these reasons is shown again; a new one is."""
    which, _colon, letters = key.partition(":")
    return Reply(await _settle(ctx, which, letters), edit=True)


@attention.action("wait", animator=True)
async def wait(ctx: Context, key: str) -> Effects:
    """*Tomorrow*, *In a week*, *In a month*."""
    word, _colon, rest = key.partition(":")
    which, _colon, letters = rest.partition(":")
    return Reply(await _settle(ctx, which, letters, word if word in WAITS else "week"), edit=True)


async def _settle(ctx: Context, key: str, letters: str, wait: str = "") -> Card:
    """Settle what was shown with the button, and no more: what came meanwhile is still there."""
    number = numbered(key)
    stored = ctx.use(Attention)
    await stored.lock()
    found = await matters(ctx)
    matter = one_of(found, key)
    shown = () if matter is None else tuple(one for one in matter.concerns if one.reason.letter in letters)
    member = await ctx.use(Members).get(number) if key.startswith("m") else None
    if not shown:
        return list_page(ctx, found, news=cards.settled_news(member, await quicker(ctx, key), mine=False))
    await stored.settle(shown, ctx.me, ctx.now, ctx.now + WAITS[wait] if wait else None)
    left = without(found, shown)
    if wait:
        return list_page(ctx, left, news=cards.waits_news(member, wait), undo=key)
    for concern in shown:
        if concern.reason in ANSWERED:
            await ctx.use(CheckinAnswers).care(concern.subject, ctx.me.id, ctx.now)
    return list_page(ctx, left, news=cards.done_news(member), undo=key)


@attention.action("undo", animator=True)
async def undo(ctx: Context, key: str) -> Effects:
    """*Undo*: what this animator settled last about them waits again."""
    number = numbered(key)
    stored = ctx.use(Attention)
    await stored.lock()
    about = {"voice": number} if key.startswith("v") else {"member": number}
    back = await stored.undo(ctx.me, **about)
    for one in back:
        if one.reason in ANSWERED and one.until is None:
            await ctx.use(CheckinAnswers).care(one.subject, ctx.me.id, None)
    news = _("Back on the list.") if back else _("There is nothing of yours to take back here.")
    return Reply(list_page(ctx, await matters(ctx), news=news), edit=True)


async def rested(ctx: Context, member: Member, news: Text) -> Card:
    """Let somebody rest for whom something was just done, and go on with the next; without a list, stay with them."""
    stored = ctx.use(Attention)
    await stored.lock()
    found = await matters(ctx)
    matter = one_of(found, f"m{member.id}")
    if matter is None:
        return await person_page(ctx, found, member.id, news)
    await stored.settle(matter.concerns, ctx.me, ctx.now, ctx.now + REST)
    return list_page(ctx, without(found, matter.concerns), news=news)
