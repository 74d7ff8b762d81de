"""The animator's inbox: what members wanted them to read, what is not read yet, what has been cared for."""

from __future__ import annotations

from bot.context import Context
from bot.effects import Effects, Reply
from commands.checkins import caring_cards
from commands.checkins.feature import checkins
from storage.checkin_answers import CheckinAnswers
from storage.checkins import Checkins


@checkins.action("inbox", animator=True)
async def inbox(ctx: Context, key: str) -> Effects:
    """*Inbox*, and turning its pages."""
    shelf, _colon, number = key.partition(":")
    page, cared = (int(number) if number.isdecimal() else 0), shelf == "done"
    kept, stored = ctx.use(CheckinAnswers), ctx.use(Checkins)
    found = await kept.inbox(ctx.me.id, cared=cared, offset=page * caring_cards.PAGE, limit=caring_cards.PAGE + 1)
    campaigns = {one.id: one for one in await stored.several({one.campaign for one in found})}
    waiting, unread = await kept.numbers(ctx.me.id)
    pairs = [(one, campaigns[one.campaign]) for one in found if one.campaign in campaigns]
    more = len(pairs) > caring_cards.PAGE
    return Reply(
        caring_cards.inbox(pairs[: caring_cards.PAGE], page, more=more, cared=cared, unread=unread, waiting=waiting), edit=True
    )
