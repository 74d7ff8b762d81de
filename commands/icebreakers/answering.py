"""Answering: in a form, posted in the thread in every workspace; changed in place, taken back, gone with whoever leaves."""

from __future__ import annotations

from bot.context import Context
from bot.effects import Effects, OpenForm, Outgoing, Post, Remove, Reply, Update
from bot.errors import Invalid, UserError
from bot.i18n import _, plural
from commands.icebreakers import cards
from commands.icebreakers.feature import ANSWER, CHANNEL, answer_name, icebreakers, post_name
from commands.icebreakers.planning import find
from storage.communities import Communities
from storage.icebreaker_answers import Answers
from storage.icebreakers import Icebreaker


@icebreakers.action("answer", opens=True)
async def answer(ctx: Context, key: int) -> Effects:
    """*Answer*: the form, with what they said before."""
    asked = await find(ctx, key)
    before = await ctx.use(Answers).of(asked.id, ctx.me)
    return OpenForm(cards.answer_form(asked, before.words if before is not None else ""))


@icebreakers.submit("answered")
async def answered(ctx: Context, key: int, words: str = "") -> Effects:
    """Post the answer in the thread, or change it where it stands; an empty one takes it back."""
    asked = await find(ctx, key)
    answers = ctx.use(Answers)
    before = await answers.of(asked.id, ctx.me)
    again = before is not None and bool(before.words)
    said = words.strip()
    if not said and again:
        return await _take_back(ctx, asked)
    if not said:
        raise Invalid({"words": _("Please fill this in.")})
    if len(said) > ANSWER:
        raise Invalid({"words": plural("At most {count} character.", "At most {count} characters.", ANSWER)})
    given = await answers.give(asked.id, ctx.me, said, ctx.workspace.id, ctx.now)
    card = cards.answer(ctx.me, said, await _place(ctx, given.workspace))
    name = answer_name(given)
    said_there = Update(name, card) if again else Post(CHANNEL, card, remember=name, thread=post_name(asked))
    return [said_there, Reply(cards.answered(asked, again=again))]


@icebreakers.action("back")
async def back(ctx: Context, key: int) -> Effects:
    """*Take it back*."""
    return await _take_back(ctx, await find(ctx, key))


async def _take_back(ctx: Context, asked: Icebreaker) -> Effects:
    answers = ctx.use(Answers)
    given = await answers.of(asked.id, ctx.me)
    if given is None:
        raise UserError(_("There is no answer of yours here any more."))
    await answers.take_back(given)
    return [Remove(answer_name(given)), Reply(cards.taken_back(asked))]


async def _place(ctx: Context, workspace: int) -> str:
    """Return the name of the workspace where an answer was given; empty where the community has no other."""
    known = await ctx.use(Communities).workspaces()
    here = next((one for one in known if one.id == workspace), ctx.workspace)
    if len(known) < 2:  # noqa: PLR2004 - one is no other place
        return ""
    platform = here.platform.capitalize()
    if not here.name:
        return platform
    return f"{here.name} ({platform})" if len({one.platform for one in known}) > 1 else here.name


@icebreakers.event("member_left")
async def left(ctx: Context) -> Effects:
    """Take away what a member who left had answered; that somebody answered still counts."""
    if not ctx.me.left:
        return None
    answers = ctx.use(Answers)
    effects: list[Outgoing] = [Remove(answer_name(one)) for one in await answers.by(ctx.me) if one.words]
    await answers.forget(ctx.me)
    return effects
