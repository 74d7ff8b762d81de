"""What every part needs of an opportunity: whose it is, until when it stays, what changes in its messages when it changes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from bot.context import mention
from bot.effects import Remove, Update
from bot.errors import UserError
from bot.i18n import _, today
from bot.recurrence import instant
from commands.opportunities import cards, draft_cards, poster_cards, review_cards
from commands.opportunities.feature import news_name, post_name, review_name, told_name
from storage.opportunities import Opportunities
from storage.opportunity import Opportunity, Status
from storage.opportunity_responses import Responses, State
from storage.unsent import Unsent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Context, JobContext
    from bot.effects import Outgoing
    from bot.model import Member
    from bot.text import Text
    from bot.ui import Card
    from storage.opportunity import Contents, Settings

NOTICE: Final = dt.timedelta(days=3)
"""How long before the end the one reminder is sent; no earlier than half-way."""


async def find(ctx: Context, identifier: int) -> Opportunity:
    """Return an opportunity of this community.

    Raises:
        UserError: it is gone.
    """
    found = await ctx.use(Opportunities).get(identifier)
    if found is None:
        raise UserError(_("This opportunity is no longer here."))
    return found


async def known(ctx: Context, identifier: int) -> Opportunity:
    """Return an opportunity that was published, or one's own.

    Raises:
        UserError: it is gone, or somebody's draft.
    """
    found = await find(ctx, identifier)
    if found.published_at is None and found.poster.id != ctx.me.id:
        raise UserError(_("This opportunity is no longer here."))
    return found


async def own(ctx: Context, identifier: int) -> Opportunity:
    """Return an opportunity of whoever acts.

    Raises:
        UserError: it is gone, or it is somebody else's.
    """
    found = await known(ctx, identifier)
    if found.poster.id != ctx.me.id:
        raise UserError(_("Only {name}, who posted it, can do this.", name=mention(found.poster)))
    return found


def number(key: str) -> tuple[int, str]:
    """Return the opportunity of a button's key, and what follows it.

    Raises:
        UserError: the key says none.
    """
    identifier, _colon, rest = key.partition(":")
    if not identifier.isdecimal():
        raise UserError(_("This opportunity is no longer here."))
    return int(identifier), rest


def span(contents: Contents, settings: Settings, ctx: JobContext) -> tuple[dt.datetime, dt.datetime]:
    """Return when an opportunity expires, at the end of its deadline or after some days, and when its poster is reminded."""
    if contents.until is not None:
        expires = instant(contents.until + dt.timedelta(days=1), dt.time.min, ctx.community.zone)
    else:
        expires = ctx.now + dt.timedelta(days=settings.stays)
    return expires, expires - min(NOTICE, max(dt.timedelta(), expires - ctx.now) / 2)


def past(contents: Contents, ctx: JobContext) -> bool:
    """Tell whether the deadline is over."""
    return contents.until is not None and contents.until < today(ctx.now, ctx.community.zone)


async def interested(ctx: JobContext, identifier: int) -> Sequence[Member]:
    """Return who is interested, in that order in time."""
    return [one.member for one in await ctx.use(Responses).to(identifier) if one.state is State.INTERESTED]


async def posted(ctx: JobContext, opportunity: Opportunity) -> Card:
    """Return the post for everyone as it stands now."""
    return cards.post(opportunity, len(await interested(ctx, opportunity.id)))


async def view(ctx: Context, opportunity: Opportunity, news: Text | None = None) -> Card:
    """Return an opportunity as whoever acts sees it."""
    if opportunity.poster.id != ctx.me.id:
        return await posted(ctx, opportunity)
    if opportunity.status is Status.DRAFT or opportunity.proposed is not None:
        return draft_cards.preview(opportunity, news)
    return poster_cards.manage(opportunity, await interested(ctx, opportunity.id), news)


async def settle(ctx: JobContext, opportunity: Opportunity) -> list[Outgoing]:
    """Return what changes on the platforms when an opportunity has ended: everybody sees it, nothing more is asked of anybody.

    What was yet to be sent is taken back: it is as if those members had never been told, and counts for nothing in their week.
    """
    over = cards.ended(opportunity)
    told, news = told_name(opportunity), news_name(opportunity)
    await ctx.use(Responses).take_back(opportunity.id, await ctx.use(Unsent).members([told]))
    effects: list[Outgoing] = [
        Remove(told, waiting=True),
        Update(told, over),
        Remove(news, waiting=True),
        Update(news, poster_cards.manage(opportunity)),
        Update(review_name(opportunity), review_cards.no_longer(opportunity)),
    ]
    if opportunity.status in (Status.CLOSED, Status.REMOVED):
        return [Remove(post_name(opportunity)), *effects]
    return [Update(post_name(opportunity), over), *effects]
