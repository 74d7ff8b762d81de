"""The weekly digest: what had no place among a member's messages, in one, on their Monday morning; none where nothing waited."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.context import Context, StepContext
from bot.effects import Direct, Effects, Outgoing, OwnTime, Reply
from bot.errors import UserError
from bot.i18n import _
from bot.notices import Notice
from commands.notices import cards
from commands.notices.feature import notices
from storage.digests import Digests
from storage.people import Members

TOGETHER: Final = 50
"""Members whose digests are written in one transaction."""


@notices.schedule("digest", every=dt.timedelta(minutes=15), steps=True)
async def digest(ctx: StepContext) -> None:
    """Write the digests that are due."""
    while True:
        async with ctx.step() as step:
            digests, members = step.use(Digests), step.use(Members)
            found = await digests.take(step.now, TOGETHER)
            messages: list[Outgoing] = [
                Direct(
                    member,
                    cards.digest_card(waiting, await members.reader(member)),
                    keep=True,
                    when=OwnTime(),
                    notice=Notice.DIGEST,
                )
                for member, waiting in found
            ]
            await step.say(messages)
            if not await digests.due(step.now):
                return


@notices.action("open")
async def show(ctx: Context, key: int) -> Effects:
    """Show a message of the digest as it stands."""
    card = await ctx.use(Digests).get(ctx.me.id, key)
    if card is None:
        raise UserError(_("This is over, or no longer here. Whatever is open is in the menu."))
    return Reply(card)


@notices.action("all")
async def everything(ctx: Context, key: int) -> Effects:
    """Show everything that waits for the digest, or was in it lately."""
    return Reply(cards.list_card(await ctx.use(Digests).all(ctx.me.id), key, ctx.reader))
