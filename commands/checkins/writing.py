"""Replies, passed on both ways by the bot: between whoever answered and those who may read the answer, and nobody else."""

from __future__ import annotations

from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Reply
from bot.errors import Invalid, UserError
from bot.i18n import _, plural
from bot.model import Member
from bot.notices import Notice
from commands.checkins import caring_cards
from commands.checkins.feature import LETTER, checkins
from storage.checkin_answers import CheckinAnswers
from storage.people import Members


def _parts(key: str) -> tuple[int, int]:
    answer, _colon, to = key.partition(":")
    return (int(answer), int(to)) if answer.isdecimal() and to.isdecimal() else (0, 0)


async def _other(ctx: Context, key: str) -> tuple[int, Member] | None:
    """Return the answer and whom to write to; None where these two are not the ones it is between."""
    number, to = _parts(key)
    parties = await ctx.use(CheckinAnswers).parties(number)
    if parties is None or ctx.me.id == to or not {ctx.me.id, to} <= {parties.author, *parties.readers}:
        return None
    if parties.author not in (ctx.me.id, to):
        return None
    if parties.team and not ctx.me.animator and ctx.me.id != parties.author:
        return None
    other = await ctx.use(Members).get(to)
    return None if other is None or other.left else (number, other)


@checkins.action("write", opens=True)
async def write(ctx: Context, key: str) -> Effects:
    """*Reply* and *Answer*: ask for the words."""
    found = await _other(ctx, key)
    if found is None:
        raise UserError(_("They are no longer here, or the answer this was about is not."))
    return OpenForm(caring_cards.letter_form(key, found[1]))


@checkins.submit("letter")
async def letter(ctx: Context, key: str, words: str) -> Effects:
    """Pass the words on; those that cannot be go back to whoever wrote them: they are not kept."""
    said = words.strip()
    if not said:
        raise Invalid({"words": _("Write something first.")})
    if len(said) > LETTER:
        raise Invalid({"words": plural("At most {count} character.", "At most {count} characters.", LETTER)})
    found = await _other(ctx, key)
    if found is None:
        return Reply(caring_cards.given_back(_("They are no longer here, or the answer this was about is not."), said))
    number, other = found
    await ctx.use(CheckinAnswers).read(number, ctx.me.id, ctx.now)
    return [
        Direct(
            other.id, caring_cards.letter(ctx.me, number, said), keep=True, notice=Notice.CARE if other.animator else Notice.ANSWER
        ),
        Reply(caring_cards.passed_on(other)),
    ]
