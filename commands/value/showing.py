"""What somebody received and gave: the command, the card over a time, and one by one."""

from __future__ import annotations

from bot.context import Context
from bot.effects import Effects, Reply
from bot.errors import UserError
from bot.i18n import _, word
from bot.text import Text
from bot.ui import Card
from commands.value import cards
from commands.value.feature import GIVEN, PENDING, worth
from commands.value.figures import Period, begin, figures
from storage.expectations import Expectations, kinds
from storage.outcomes import Outcome, Outcomes
from storage.profiles import Profiles
from storage.value import Ledger


@worth.command(word("value"), _("What this community gave me, and what I gave"), shortcut=_("What this community gave me"))
async def value(ctx: Context) -> Effects:
    """Show what somebody received and gave."""
    return Reply(await overview(ctx))


@worth.action("show")
async def show(ctx: Context) -> Effects:
    """Go back to the overview."""
    return Reply(await overview(ctx), edit=True)


@worth.action("period")
async def choose_period(ctx: Context, values: list[str]) -> Effects:
    """Show another time."""
    chosen = values[0] if values and values[0] in set(Period) else Period.ALL
    return Reply(await overview(ctx, Period(chosen)), edit=True)


async def overview(ctx: Context, period: Period = Period.ALL, news: Text | None = None) -> Card:
    """Return the card of whoever acts."""
    outcomes, expectations = ctx.use(Outcomes), ctx.use(Expectations)
    received, given = await outcomes.gained(ctx.me), await outcomes.given(ctx.me)
    profile = await ctx.use(Profiles).get(ctx.me.id)
    expects = kinds(profile.introduction.expects) if profile is not None else ()
    return cards.value_card(
        figures(received, given, begin(period, ctx.now, ctx.zone)),
        period,
        {kind: sum(1 for one in received if one.value is kind) for kind in expects},
        await expectations.said(ctx.me.id),
        await ctx.use(Ledger).pending(ctx.me, PENDING),
        news=news,
    )


@worth.action("list")
async def one_by_one(ctx: Context, key: str) -> Effects:
    """Show a page of what somebody received or gave, newest first."""
    side, _colon, number = key.partition(":")
    received = side != GIVEN
    outcomes = ctx.use(Outcomes)
    found = list(await (outcomes.gained(ctx.me) if received else outcomes.given(ctx.me)))[::-1]
    return Reply(cards.list_card(found, int(number) if number.isdecimal() else 0, ctx.zone, received=received), edit=True)


@worth.action("one")
async def one(ctx: Context, key: int) -> Effects:
    """Show one thing that was gained, to one of the two."""
    found = await ctx.use(Outcomes).get(key)
    mine = found is not None and found.gainer.id == ctx.me.id
    theirs = found is not None and found.giver is not None and found.giver.id == ctx.me.id
    if found is None or found.confirmed_at is None or not (mine or theirs):
        raise gone()
    return Reply(cards.outcome_card(found, ctx.zone, received=mine), edit=True)


async def gained_by_me(ctx: Context, key: int) -> Outcome:
    """Return something that whoever acts gained, or is said to have.

    Raises:
        UserError: it is not theirs, or no longer there.
    """
    found = await ctx.use(Outcomes).get(key)
    if found is None or found.gainer.id != ctx.me.id or found.withdrawn:
        raise gone()
    return found


def gone() -> UserError:
    """Return what somebody reads where there is nothing of theirs any more."""
    return UserError(_("This is no longer noted."))
