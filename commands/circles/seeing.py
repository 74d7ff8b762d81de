"""The command: one's own circle, or those there are; its conversation anew where it is gone."""

from __future__ import annotations

from typing import Annotated, Final

from bot.context import Context
from bot.effects import Effects, Reply
from bot.errors import UserError
from bot.i18n import _, word
from bot.signature import Option
from bot.ui import Choice
from commands.circles import answering, joining
from commands.circles.feature import circles
from commands.circles.looking import list_card, mine, own_card, speak
from storage.circle import State
from storage.circle_weeks import CircleWeeks
from storage.circles import Circles

ANSWER, FIND, START = "answer", "find", "start"
LABELS: Final = {
    ANSWER: _("Answer the questions"),
    FIND: _("Find a circle"),
    START: _("Start a circle"),
}


@circles.command(word("circle"), _("Your circle of peers: answer, join one, start one"), shortcut=_("Circles"), opens=True)
async def circle(
    ctx: Context,
    do: Annotated[
        str,
        Option(
            _("What would you like?"),
            name=word("do"),
            choices=tuple(Choice(key, label) for key, label in LABELS.items()),
        ),
    ] = "",
) -> Effects:
    """Show where somebody stands, or do what they ask for."""
    if do == START:
        return await joining.new(ctx)
    if do == FIND:
        return Reply(await list_card(ctx))
    if do == ANSWER:
        waiting = await ctx.use(CircleWeeks).waiting_for(ctx.me.id)
        if waiting:
            return await answering.answer(ctx, waiting[0].id)
    mine_now = await ctx.use(Circles).of(ctx.me.id)
    return Reply(await own_card(ctx, await mine(ctx, mine_now[0].id)) if mine_now else await list_card(ctx))


@circles.action("show")
async def show(ctx: Context, key: int) -> Effects:
    """Show one of one's own circles."""
    return Reply(await own_card(ctx, await mine(ctx, key)))


@circles.action("all")
async def show_all(ctx: Context) -> Effects:
    """Show the circles that there are besides."""
    return Reply(await list_card(ctx))


@circles.action("room")
async def room(ctx: Context, key: int) -> Effects:
    """Open the conversation again, for all who are in the circle."""
    found = await mine(ctx, key)
    if found.state is not State.RUNNING or len(found.members) < 2:  # noqa: PLR2004 - nobody talks to themselves
        raise UserError(_("A circle has its conversation once there are at least two of you, and it has begun."))
    await ctx.use(Circles).change(key, room_of=())
    again = await mine(ctx, key)
    opened = await speak(ctx, again, again.members)
    return [Reply(await own_card(ctx, again, _("A new conversation opens in a moment, for all of you."))), *opened]
