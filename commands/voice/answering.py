"""Animators answer, say what becomes of it and why, and let everyone see it or keep it back with a reason."""

from __future__ import annotations

from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Outgoing, Remove, Reply
from bot.errors import Invalid, UserError
from bot.i18n import _
from bot.notices import Notice
from bot.text import Text
from bot.ui import Card
from commands.voice import cards, panel_cards
from commands.voice.feature import CHANNEL, NOTICE, OUTCOMES, news_name, voice
from commands.voice.panel import get, opened
from commands.voice.raising import date
from commands.voice.showing import post, shown_anew, withdraw
from storage.communities import Channels
from storage.voice import Audience, Outcome, Shown, Voice
from storage.voices import Voices


@voice.action("answer", animator=True, opens=True)
async def answer(ctx: Context, key: int) -> Effects:
    """*Answer*: the form."""
    return OpenForm(panel_cards.answer_form(await get(ctx, key)))


@voice.submit("answered", animator=True)
async def answered(ctx: Context, key: int, words: str) -> Effects:
    """Keep the answer; whoever signed the voice hears that there is one."""
    found = await get(ctx, key)
    said = words.strip()
    if found.said and found.said[-1].answer and found.said[-1].words == said:
        return Reply(await opened(ctx, found), edit=True)  # the form was sent twice
    await ctx.use(Voices).answer(key, ctx.me, said, date(ctx))
    news = _("Answered. Everyone finds it in the list of answered voices.") if await _let_out(ctx, found) else _("Answered.")
    return [*await _followed(ctx, found, cards.news(found)), Reply(await _opened(ctx, key, news), edit=True)]


@voice.action("decide", animator=True, opens=True)
async def decide(ctx: Context, key: int) -> Effects:
    """*What becomes of it*: the form."""
    return OpenForm(panel_cards.decide_form(await get(ctx, key)))


@voice.submit("decided", animator=True)
async def decided(ctx: Context, key: int, outcome: str, reason: str) -> Effects:
    """Keep what becomes of it, with the reason that whoever raised it reads."""
    found = await get(ctx, key)
    why = reason.strip()
    if outcome not in {one.value for one in OUTCOMES}:
        raise Invalid({"outcome": _("Choose one of the list.")})
    if not why:
        raise Invalid({"reason": _("Say why: whoever raised it reads this.")})
    if found.outcome == outcome and found.reason == why and found.answered:
        return Reply(await opened(ctx, found), edit=True)
    await ctx.use(Voices).decide(key, Outcome(outcome), why, date(ctx))
    await _let_out(ctx, found)
    news = cards.news(found, decided=True)
    return [*await _followed(ctx, found, news), Reply(await _opened(ctx, key, _("Noted, and they will read why.")), edit=True)]


async def _let_out(ctx: Context, found: Voice) -> bool:
    """Let everyone see in the list what was to be there once answered, as whoever raised it was told, unless it is kept back."""
    if not found.public or found.shown is not Shown.NO:
        return False
    if found.audience is Audience.ALL and await ctx.use(Channels).channels(CHANNEL):
        return False  # it is posted on its day
    return await ctx.use(Voices).show(found.id, Shown.YES)


@voice.action("show", animator=True)
async def show(ctx: Context, key: int) -> Effects:
    """*Let everyone see it*: in the channel, or in the list."""
    found = await get(ctx, key)
    if not found.public or (found.audience is Audience.LATER and not found.answered):
        raise UserError(_("Whoever raised it addressed it to the animators only."))
    await ctx.use(Voices).show(key, Shown.YES)
    effects = await post(ctx, await get(ctx, key))
    news = _("Everyone reads it within a minute.") if effects else _("Everyone finds it in the list of answered voices.")
    return [*effects, Reply(await _opened(ctx, key, news), edit=True)]


@voice.action("keep", animator=True, opens=True)
async def keep(ctx: Context, key: int) -> Effects:
    """*Keep it back*: the form for the reason."""
    return OpenForm(panel_cards.keep_form(await get(ctx, key)))


@voice.submit("kept", animator=True)
async def kept(ctx: Context, key: int, reason: str) -> Effects:
    """Take it from everyone's eyes, for a reason that whoever raised it reads."""
    found = await get(ctx, key)
    why = reason.strip()
    if not why:
        raise Invalid({"reason": _("Say why: whoever raised it reads this.")})
    effects: list[Outgoing] = []
    if await ctx.use(Voices).show(key, Shown.BACK, why):
        effects += [*withdraw(found), *_told(ctx, found, cards.news(found, back=True))]
    return [*effects, Reply(await _opened(ctx, key, _("Kept back; whoever raised it reads why.")), edit=True)]


async def _followed(ctx: Context, found: Voice, news: Card) -> list[Outgoing]:
    """Return what follows an answer: the post changes, whoever signed it hears, notices about it are over."""
    effects = [*await shown_anew(ctx, found.id), *_told(ctx, found, news)]
    if not (await ctx.use(Voices).numbers())[1]:
        effects.append(Remove(NOTICE, waiting=True))
    return effects


def _told(ctx: Context, found: Voice, news: Card) -> list[Outgoing]:
    if found.raiser is None or found.raiser.left or found.raiser.id == ctx.me.id:
        return []
    return [
        Remove(news_name(found), waiting=True),
        Direct(found.raiser.id, news, remember=news_name(found), keep=True, notice=Notice.VOICE),
    ]


async def _opened(ctx: Context, key: int, news: Text) -> Card:
    return await opened(ctx, await get(ctx, key), news)
