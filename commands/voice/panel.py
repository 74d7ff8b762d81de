"""The animators' inbox: what is unread, what waits; and the channel for voices to everyone."""

from __future__ import annotations

from typing import Final

from bot.context import Context
from bot.effects import Effects, OpenForm, Outgoing, Remove, Reply
from bot.errors import UserError
from bot.i18n import _, word
from bot.model import Channel
from bot.paging import page_of
from bot.text import Text
from bot.ui import Card
from commands.voice import panel_cards
from commands.voice.feature import CHANNEL, NOTICE, voice
from storage.communities import Channels
from storage.stopped import Stopped
from storage.voice import Voice
from storage.voices import Voices

PAGE: Final = 6


@voice.command(
    word("animator voice"), _("Voices: what members raise, your answers, what becomes of it"), animator=True, dialog=_("Voices")
)
async def inbox(ctx: Context) -> Effects:
    """Show what there is, unread first."""
    return Reply(await shown(ctx))


@voice.action("inbox", animator=True)
async def turn(ctx: Context, key: int) -> Effects:
    """Turn to a page, or go back to it."""
    return Reply(await shown(ctx, key), edit=True)


@voice.action("unread", animator=True)
async def unread(ctx: Context) -> Effects:
    """*Look at them*, from the notice."""
    return Reply(await shown(ctx))


@voice.action("open", animator=True)
async def look(ctx: Context, key: int) -> Effects:
    """*Read it*: one of them; it is read from then on, for every animator."""
    found = await get(ctx, key)
    stored = ctx.use(Voices)
    await stored.read(key)
    effects: list[Outgoing] = [] if (await stored.numbers())[1] else [Remove(NOTICE, waiting=True)]
    return [*effects, Reply(await opened(ctx, found), edit=True)]


@voice.action("channel", animator=True, opens=True)
async def channel(ctx: Context) -> Effects:
    """*Channel*: the form."""
    roles = await ctx.use(Channels).roles(ctx.workspace.id)
    return OpenForm(panel_cards.channel_form(roles.get(CHANNEL, "")))


@voice.submit("channel", animator=True)
async def chosen(ctx: Context, where: Channel | None = None) -> Effects:
    """Keep the channel of this workspace."""
    channels = ctx.use(Channels)
    before = (await channels.roles(ctx.workspace.id)).get(CHANNEL)
    await channels.set_role(ctx.workspace.id, CHANNEL, where.external_id if where is not None else "")
    effects: list[Outgoing] = []
    if where is not None and before not in (None, where.external_id):
        stoppage = await ctx.use(Stopped).move(ctx.workspace.id, before or "", where.external_id, ctx.now)
        effects += [Remove(f"stoppage:{stoppage}")] if stoppage is not None else []
    return [*effects, Reply(await shown(ctx), edit=True)]


async def shown(ctx: Context, wanted: int = 0) -> Card:
    """Return a page of the inbox."""
    stored = ctx.use(Voices)
    total, new, waiting = await stored.numbers()
    page = page_of(total, wanted, PAGE)
    place = (await ctx.use(Channels).channels(CHANNEL)).get(ctx.workspace.id, "")
    counts = panel_cards.Counts(total, new, waiting)
    return panel_cards.inbox(await stored.inbox(page.size, page.start), counts, page, place)


async def opened(ctx: Context, found: Voice, news: Text | None = None) -> Card:
    """Return a voice with what can be done about it."""
    return panel_cards.opened(found, news, channel=bool(await ctx.use(Channels).channels(CHANNEL)))


async def get(ctx: Context, key: int) -> Voice:
    """Return a voice with all that was said."""
    found = await ctx.use(Voices).get(key)
    if found is None:
        raise UserError(_("This voice was taken back, or forgotten after its time."))
    return found
