"""Words between an animator and a member, passed on by the bot both ways; it keeps them until they have arrived."""

from __future__ import annotations

from typing import Final

from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Reply
from bot.errors import Invalid, UserError
from bot.i18n import _, plural
from bot.model import Member
from bot.notices import Notice, Way
from commands.attention import letter_cards
from commands.attention.feature import LETTER, attention
from commands.attention.listing import here
from commands.attention.settling import rested
from storage.attention import Act, Attention
from storage.budget import Budget
from storage.people import Members

_GONE: Final = _("They are no longer here, or do not run the community any more.")


@attention.action("write", animator=True, opens=True)
async def write(ctx: Context, key: int) -> Effects:
    """*Write to them*: ask for the words."""
    profile = await here(ctx, key)
    if key == ctx.me.id:
        raise UserError(_("That is yourself. Pick somebody else."))
    return OpenForm(letter_cards.letter_form(profile.member))


@attention.submit("letter", animator=True)
async def letter(ctx: Context, key: int, words: str) -> Effects:
    """Pass an animator’s words on; those that cannot be go back to whoever wrote them: they are not kept."""
    said = _words(words)
    member = await ctx.use(Members).get(key)
    if member is None or member.left or key == ctx.me.id:
        return Reply(letter_cards.given_back(_("They are no longer here."), said))
    way = (await ctx.use(Budget).allows(Notice.WORDS, [key], ctx.now))[key].way
    if way is Way.NEVER:
        return Reply(letter_cards.given_back(_("They would rather get no messages that I pass on."), said))
    await ctx.use(Attention).did(Act.WROTE, key, ctx.me.id, ctx.now)
    why = _("You get this because somebody who runs your community writes to you.")
    news = letter_cards.on_its_way(member, later=way is Way.DIGEST)
    return [
        Direct(key, letter_cards.letter(ctx.me, said), keep=True, notice=Notice.WORDS, why=why),
        Reply(await rested(ctx, member, news), edit=True),
    ]


@attention.action("answer", opens=True)
async def answer(ctx: Context, key: int) -> Effects:
    """*Answer*, under an animator’s words: ask for the member’s."""
    animator = await _animator(ctx, key)
    if animator is None:
        raise UserError(_GONE)
    return OpenForm(letter_cards.letter_form(animator, answer=True))


@attention.submit("answered")
async def answered(ctx: Context, key: int, words: str) -> Effects:
    """Pass a member’s answer on to the animator who wrote."""
    said = _words(words)
    animator = await _animator(ctx, key)
    if animator is None:
        return Reply(letter_cards.given_back(_GONE, said))
    return [
        Direct(animator.id, letter_cards.reply(ctx.me, said), keep=True, notice=Notice.CARE),
        Reply(letter_cards.passed_on(animator)),
    ]


async def _animator(ctx: Context, key: int) -> Member | None:
    """Return somebody who runs the community and is not whoever acts; None where they do so no more."""
    found = await ctx.use(Members).get(key)
    return found if found is not None and not found.left and found.animator and key != ctx.me.id else None


def _words(words: str) -> str:
    said = words.strip()
    if not said:
        raise Invalid({"words": _("Write something first.")})
    if len(said) > LETTER:
        raise Invalid({"words": plural("At most {count} character.", "At most {count} characters.", LETTER)})
    return said
