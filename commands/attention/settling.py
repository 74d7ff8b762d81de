"""Done, later, and back again: what an animator settles, the others see as settled."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from bot.context import Context
from bot.effects import Effects, Remove, Reply
from bot.i18n import _
from bot.model import Member
from commands.attention import cards
from commands.attention.feature import REST, WAITS, attention, reminder_name
from commands.attention.listing import list_page, matters, numbered, one_of, person_page, quicker
from storage.attention import Attention, Reason
from storage.checkin_answers import CheckinAnswers
from storage.concerns import without
from storage.people import Members

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.text import Text
    from bot.ui import Card

EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND: Final = dt.timedelta(microseconds=1)
DIGITS: Final = 17
ANSWERED: Final = frozenset({Reason.CALL, Reason.LOW})
"""Reasons that are also in the inbox of the check-ins, which is to say the same."""


@attention.action("done", animator=True)
async def done(ctx: Context, key: str) -> Effects:
    """*Done*: none of these reasons is shown again; a new one is."""
    which, _colon, letters = key.partition(":")
    return await _settle(ctx, which, letters)


@attention.action("wait", animator=True)
async def wait(ctx: Context, key: str) -> Effects:
    """*Tomorrow*, *In a week*, *In a month*."""
    word, _colon, rest = key.partition(":")
    which, _colon, letters = rest.partition(":")
    return await _settle(ctx, which, letters, word if word in WAITS else "week")


async def _settle(ctx: Context, key: str, letters: str, wait: str = "") -> Effects:
    """Settle what was shown with the button, and no more: what came meanwhile is still there."""
    number = numbered(key)
    stored = ctx.use(Attention)
    await stored.lock()
    found = await matters(ctx)
    matter = one_of(found, key)
    shown = () if matter is None else tuple(one for one in matter.concerns if one.reason.letter in letters)
    member = await ctx.use(Members).get(number) if key.startswith("m") else None
    if not shown:
        return Reply(list_page(ctx, found, news=cards.settled_news(member, await quicker(ctx, key), mine=False)), edit=True)
    await stored.settle(shown, ctx.me, ctx.now, ctx.now + WAITS[wait] if wait else None)
    gone = [] if wait else [each for one in shown if one.reason in ANSWERED for each in await _cared(ctx, one.subject)]
    news = cards.waits_news(member, wait) if wait else cards.done_news(member)
    undo = f"{key}:{letters}:{_stamp(ctx.now)}"
    return [*gone, Reply(list_page(ctx, without(found, shown), news=news, undo=undo), edit=True)]


async def _cared(ctx: Context, answer: int) -> Sequence[Remove]:
    """Mark an answer as cared for in the inbox of the check-ins: nobody is reminded of it any more."""
    stored = ctx.use(CheckinAnswers)
    await stored.care(answer, ctx.me.id, ctx.now)
    kept = await stored.for_reader(answer, ctx.me.id)
    readers = () if kept is None else kept.readers
    for one in readers:
        await stored.remind(answer, one.id, None)
    return [Remove(reminder_name(answer, one.id), waiting=True) for one in readers]


@attention.action("undo", animator=True)
async def undo(ctx: Context, key: str) -> Effects:
    """*Undo*: what this animator settled with that press waits again; pressed twice, nothing else does."""
    which, _colon, rest = key.partition(":")
    letters, _colon, stamp = rest.partition(":")
    number = numbered(which)
    stored = ctx.use(Attention)
    await stored.lock()
    about = {"voice": number} if which.startswith("v") else {"member": number}
    reasons = [reason for reason in Reason if reason.letter in letters]
    back = await stored.undo(ctx.me, _instant(stamp), reasons, **about)
    for one in back:
        if one.reason in ANSWERED and one.until is None:
            await ctx.use(CheckinAnswers).care(one.subject, ctx.me.id, None)
    news = _("Back on the list.") if back else _("There is nothing of yours to take back here.")
    return Reply(list_page(ctx, await matters(ctx), news=news), edit=True)


def _stamp(at: dt.datetime) -> int:
    """Return what stands for an instant in a button."""
    return (at - EPOCH) // MICROSECOND


def _instant(stamp: str) -> dt.datetime:
    """Return the instant that a button stands for; the beginning of time, at which nothing was done, for any other words."""
    return EPOCH + int(stamp) * MICROSECOND if stamp.isdecimal() and len(stamp) <= DIGITS else EPOCH


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
