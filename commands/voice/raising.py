"""Raising a voice, signed or anonymously; finding it again, adding to it, taking it back."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.context import Context, JobContext
from bot.effects import Effects, OpenForm, Outgoing, Post, Remove, Reply
from bot.errors import Invalid, UserError
from bot.i18n import _, plural, today, word
from commands.voice import cards
from commands.voice.feature import CHANNEL, NOTICE, SHORTEST, news_name, post_name, voice
from commands.voice.showing import shown_anew
from storage.communities import Channels
from storage.voice import Audience, Kind, Shown, Voice
from storage.voice_allowance import Allowance
from storage.voices import Voices, plain_code

MOST: Final = 5
"""Voices that one member signs in a day."""
ADDED: Final = 10
"""Words added to one voice in a day."""


def date(ctx: JobContext) -> dt.date:
    """Return today's date in the community."""
    return today(ctx.now, ctx.community.zone)


@voice.command(
    word("voice"), _("An idea, a concern, an objection: say it to the animators or to all"), dialog=_("Say what you think")
)
async def begin(ctx: Context) -> Effects:
    """Say what it is, and show one's own."""
    stored = ctx.use(Voices)
    return Reply(cards.start(await stored.mine(ctx.me, cards.OWN), await stored.number_answered()))


@voice.action("sign", opens=True)
async def sign(ctx: Context) -> Effects:
    """*With my name*: the form."""
    await _check_room(ctx)
    return OpenForm(cards.SIGNED)


@voice.submit("signed")
async def signed(ctx: Context, kind: str, words: str, audience: str) -> Effects:
    """Keep it; one to everyone is posted at once."""
    said = _checked(words)
    stored = ctx.use(Voices)
    channel = bool(await ctx.use(Channels).channels(CHANNEL))
    before = await stored.raised(ctx.me, said, date(ctx))
    if before is not None:
        return Reply(cards.raised(before, channel=channel))
    await _check_room(ctx)
    number = await stored.raise_signed(ctx.me, Kind(kind), Audience(audience), said, date(ctx))
    found = await _found(ctx, number)
    effects: list[Outgoing] = []
    if found.shown is Shown.YES and channel:
        effects.append(Post(CHANNEL, cards.posted(found), remember=post_name(number)))
    return [*effects, Reply(cards.raised(found, channel=channel))]


@voice.action("hide", opens=True)
async def hide(ctx: Context) -> Effects:
    """*Anonymously*: the form, of which nothing is kept."""
    if not await ctx.use(Allowance).left(ctx.me, date(ctx)):
        raise UserError(cards.limits())
    return OpenForm(cards.ANONYMOUS)


@voice.submit("anonymous", form=cards.ANONYMOUS)
async def anonymous(ctx: Context, kind: str, words: str, audience: str) -> Effects:
    """Keep it without whoever raised it, and give them the code. No message is written: its hour would tell theirs."""
    said = _checked(words)
    stored, allowance = ctx.use(Voices), ctx.use(Allowance)
    # Whose the same words are, nobody knows: whoever raised none today cannot have sent them twice.
    if await allowance.used(ctx.me, date(ctx)) and await stored.raised(None, said, date(ctx)) is not None:
        return Reply(cards.sent_before())
    if not await allowance.use(ctx.me, date(ctx)):
        raise UserError(cards.limits())
    code = await stored.raise_anonymous(Kind(kind), Audience(audience), said, date(ctx))
    channel = bool(await ctx.use(Channels).channels(CHANNEL))
    return Reply(cards.raised_unsigned(code, everyone=audience == Audience.ALL, channel=channel))


async def _check_room(ctx: Context) -> None:
    if await ctx.use(Voices).today(ctx.me, date(ctx)) >= MOST:
        raise UserError(
            plural(
                "{count} voice a day is what I take from one person. Tomorrow I take another.",
                "{count} voices a day are what I take from one person. Tomorrow I take more.",
                MOST,
            )
        )


def _checked(words: str) -> str:
    said = words.strip()
    if len(said) < SHORTEST:
        raise Invalid({"words": _("A few words more, so that they can answer you.")})
    return said


async def _found(ctx: Context, number: int) -> Voice:
    found = await ctx.use(Voices).get(number)
    if found is None:
        raise UserError(_("This voice was taken back, or forgotten after its time."))
    return found


# ---------------------------------------------------------------- one's own


@voice.action("mine")
async def mine(ctx: Context, key: int) -> Effects:
    """*Look at it*: how a signed one stands."""
    return Reply(cards.standing(await _own(ctx, key)))


@voice.action("more", opens=True)
async def more(ctx: Context, key: int) -> Effects:
    """*Add something* to a signed one: the form."""
    await _check_added(ctx, await _own(ctx, key))
    return OpenForm(cards.named_form(cards.ADDED, key))


@voice.submit("added")
async def added(ctx: Context, key: int, words: str) -> Effects:
    """Keep more words; the animators see them."""
    return [*await _add(ctx, await _own(ctx, key), words), Reply(cards.standing(await _own(ctx, key), news=_ADDED))]


@voice.action("back")
async def back(ctx: Context, key: int) -> Effects:
    """*Take it back*."""
    return await _take_back(ctx, await _own(ctx, key))


async def _own(ctx: Context, key: int) -> Voice:
    found = await _found(ctx, key)
    if found.raiser is None or found.raiser.id != ctx.me.id:
        raise UserError(_("Only whoever raised it can see this."))
    return found


# ---------------------------------------------------------------- anonymous, by its code


@voice.action("code", opens=True)
async def code(ctx: Context) -> Effects:
    """*I have a code*: the form, of which nothing is kept."""
    del ctx
    return OpenForm(cards.CODE)


@voice.submit("coded", form=cards.CODE)
async def coded(ctx: Context, code: str) -> Effects:
    """Show the voice of a code."""
    plain = plain_code(code)
    found = await ctx.use(Voices).by_code(plain)
    if found is None:
        raise Invalid({"code": _("I know no voice with this code. It has 15 letters and digits, none of them 0, O, 1 or I.")})
    return Reply(cards.standing(found, plain))


@voice.action("coded")
async def show_coded(ctx: Context, key: str) -> Effects:
    """*Look at it*: how an anonymous one stands."""
    return Reply(cards.standing(await _by_code(ctx, key), key))


@voice.action("coded_more", opens=True)
async def coded_more(ctx: Context, key: str) -> Effects:
    """*Add something* to an anonymous one: the form, of which nothing is kept."""
    await _check_added(ctx, await _by_code(ctx, key))
    return OpenForm(cards.named_form(cards.ADDED_UNSIGNED, key))


@voice.submit("coded_added", form=cards.ADDED_UNSIGNED)
async def coded_added(ctx: Context, key: str, words: str) -> Effects:
    """Keep more words; the animators see them."""
    effects = await _add(ctx, await _by_code(ctx, key), words, signed=False)
    return [*effects, Reply(cards.standing(await _by_code(ctx, key), key, news=_ADDED))]


@voice.action("coded_back")
async def coded_back(ctx: Context, key: str) -> Effects:
    """*Take it back*."""
    return await _take_back(ctx, await _by_code(ctx, key))


async def _by_code(ctx: Context, key: str) -> Voice:
    found = await ctx.use(Voices).by_code(plain_code(key))
    if found is None:
        raise UserError(_("This voice was taken back, or forgotten after its time."))
    return found


_ADDED: Final = _("The animators see it.")


async def _add(ctx: Context, found: Voice, words: str, *, signed: bool = True) -> list[Outgoing]:
    said = words.strip()
    if found.said and not found.said[-1].answer and found.said[-1].words == said:
        return []  # the form was sent twice
    await _check_added(ctx, found)
    await ctx.use(Voices).add(found, said, date(ctx))
    # A post changes at once only where its author is known: the minute would tell something of anybody else.
    return await shown_anew(ctx, found.id) if signed else []


async def _check_added(ctx: Context, found: Voice) -> None:
    if sum(1 for word in found.said if not word.answer and word.day == date(ctx)) >= ADDED:
        raise UserError(_("That is much for one day; the animators answer what is there first."))


async def _take_back(ctx: Context, found: Voice) -> Effects:
    stored = ctx.use(Voices)
    await stored.take_back(found.id)
    effects: list[Outgoing] = [Remove(post_name(found.id)), Remove(news_name(found))]
    if not (await stored.numbers())[1]:
        effects.append(Remove(NOTICE, waiting=True))
    return [*effects, Reply(cards.taken_back(), edit=True)]
