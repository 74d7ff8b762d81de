"""Seeing what is kept, taking it along, finding where to correct it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.context import Context
from bot.effects import Effects, Reply
from bot.errors import LimitError, UserError
from bot.files import packed
from bot.i18n import _, today, word
from commands.my_data import cards
from commands.my_data.feature import my_data
from storage.own_data import OwnData
from storage.people import Members

if TYPE_CHECKING:
    from bot.files import File


@my_data.command(
    word("my-data"), _("What is kept about you: see, export, correct, erase it, or leave"), shortcut=_("My data, and leaving")
)
async def show(ctx: Context) -> Effects:
    """Show what is kept, in plain words."""
    return Reply(cards.overview(ctx.me, await ctx.use(OwnData).counts(ctx.me.id), ctx.days))


@my_data.action("export")
async def export(ctx: Context, key: int) -> Effects:
    """*Export*: everything, as a file."""
    await own(ctx, key)
    file = await as_file(ctx)
    if file is None:
        raise UserError(_("It is too much for a message. Ask whoever runs me: they get it with `confrere people export`."))
    return Reply(cards.exported(file))


@my_data.action("correct")
async def correct(ctx: Context) -> Effects:
    """*Correct*: where to change it."""
    del ctx
    return Reply(cards.correct())


async def own(ctx: Context, member: int) -> None:
    """Make sure that a button is pressed by whom it was for.

    Raises:
        UserError: it was for somebody else, or for whoever they were before they erased everything.
    """
    if member == ctx.me.id:
        return
    if await ctx.use(Members).get(member) is None:
        raise UserError(_("That is done: what was kept then is erased. “my-data” shows what there is now."))
    raise UserError(_("This is about somebody else. “my-data” shows what is kept about you."))


async def content_of(ctx: Context) -> bytes:
    """Return everything that is kept of whoever acts, as JSON."""
    return msgspec.json.format(msgspec.json.encode(await ctx.use(OwnData).export(ctx.me.id, ctx.now)), indent=2)


async def as_file(ctx: Context) -> File | None:
    """Return everything that is kept of whoever acts; None where it is too large for a message."""
    content = await content_of(ctx)
    date = today(ctx.now, ctx.community.zone)
    try:
        return packed(f"my-data-{date:%Y-%m-%d}", "json", content, "application/json", _("Your data, as JSON"))
    except LimitError:
        return None
