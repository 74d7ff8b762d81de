"""The list of what did not arrive, and what an animator does about it."""

from __future__ import annotations

from typing import Final

from bot.context import Context
from bot.effects import Effects, Reply, Update
from bot.i18n import _, word
from bot.paging import page_of
from bot.text import Text
from bot.ui import Card
from commands.animator_deliveries import cards
from commands.animator_deliveries.feature import deliveries, notice_name
from storage.letters import Fate, Letters
from storage.stopped import Stopped

PAGE: Final = 5


@deliveries.command(word("animator deliveries"), _("Messages that did not arrive, and why"), animator=True)
async def show(ctx: Context) -> Effects:
    """Show what did not arrive."""
    return Reply(await _list(ctx))


@deliveries.action("page", animator=True)
async def turn(ctx: Context, key: int) -> Effects:
    """Turn a page."""
    return Reply(await _list(ctx, key), edit=True)


@deliveries.action("letter", animator=True)
async def look(ctx: Context, key: int) -> Effects:
    """Show one letter, if it is still there."""
    letter = await ctx.use(Letters).get(key)
    if letter is None:
        return Reply(await _list(ctx, said=cards.fate_words(Fate.BEFORE)), edit=True)
    return Reply(cards.letter_card(letter, ctx.reader, ctx.workspace.id), edit=True)


@deliveries.action("again", animator=True)
async def again(ctx: Context, key: int) -> Effects:
    """Send a letter again."""
    fate = await ctx.use(Letters).resend(key, ctx.now)
    return Reply(await _list(ctx, said=cards.fate_words(fate)), edit=True)


@deliveries.action("discard", animator=True)
async def discard(ctx: Context, key: int) -> Effects:
    """Discard a letter."""
    fate = await ctx.use(Letters).discard(key, ctx.now)
    return Reply(await _list(ctx, said=cards.fate_words(fate)), edit=True)


@deliveries.action("all", animator=True)
async def all_again(ctx: Context) -> Effects:
    """Send everything again: what was given up and what waits."""
    stopped = ctx.use(Stopped)
    standing = [(one.id, await stopped.resume(one.id, ctx.now)) for one in await stopped.standing()]
    fates = await ctx.use(Letters).resend_all(ctx.now)
    said = cards.fates_words(fates, sum(count or 0 for _id, count in standing))
    return [
        Reply(await _list(ctx, said=said), edit=True),
        *(Update(notice_name(ended), cards.over_notice()) for ended, count in standing if count is not None),
    ]


@deliveries.action("none", animator=True)
async def discard_all(ctx: Context) -> Effects:
    """Discard everything that was given up."""
    fates = await ctx.use(Letters).discard_all(ctx.now)
    return Reply(await _list(ctx, said=cards.fates_words(fates)), edit=True)


@deliveries.action("stopped", animator=True)
async def look_at_stopped(ctx: Context, key: int) -> Effects:
    """Show what is stopped, if it still is."""
    stoppage = await ctx.use(Stopped).get(key)
    if stoppage is None:
        return Reply(await _list(ctx, said=cards.ended_words(None, dropped=False)), edit=True)
    return Reply(cards.stopped_card(stoppage, ctx.workspace.id), edit=True)


@deliveries.action("resume", animator=True)
async def resume(ctx: Context, key: int) -> Effects:
    """Send what waits where something was stopped."""
    return await _ended(ctx, key, await ctx.use(Stopped).resume(key, ctx.now), dropped=False)


@deliveries.action("drop", animator=True)
async def drop(ctx: Context, key: int) -> Effects:
    """Discard what waits where something was stopped."""
    return await _ended(ctx, key, await ctx.use(Stopped).drop(key, ctx.now), dropped=True)


async def _ended(ctx: Context, stoppage: int, messages: int | None, *, dropped: bool) -> Effects:
    reply = Reply(await _list(ctx, said=cards.ended_words(messages, dropped=dropped)), edit=True)
    return reply if messages is None else [reply, Update(notice_name(stoppage), cards.over_notice())]


async def _list(ctx: Context, page: int = 0, said: Text | None = None) -> Card:
    """Return a page of the list; one beyond the end is the last."""
    letters = ctx.use(Letters)
    stopped = await ctx.use(Stopped).standing()
    total = await letters.count()
    here = page_of(len(stopped) + total, page, PAGE)
    shown = here.of(stopped)
    found = await letters.page(offset=max(0, here.start - len(stopped)), limit=PAGE - len(shown))
    return cards.list_card(shown, found, total, here, ctx.reader, ctx.workspace.id, said)
