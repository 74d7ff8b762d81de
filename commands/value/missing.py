"""Nothing for two months: the member is asked what is missing; the animators see it afterwards, and what the member lets them."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.context import Context, StepContext
from bot.effects import Connect, Direct, Effects, OwnTime, Reply, Update
from bot.model import Member
from bot.notices import Notice
from bot.ui import shorten
from commands.value import asking_cards
from commands.value.feature import gap_name, talk_name, worth
from commands.value.reaching import reach
from storage.gaps import Gap, Gaps, State
from storage.outcomes import Value
from storage.people import Members

SOME: Final = 50
"""Members who are looked at in one transaction."""
DAILY: Final = 30
"""Questions a day in a community: no animator cares for more people than that, and nobody floods a community that begins."""
DAY: Final = dt.timedelta(days=1)


@worth.schedule("missing", every=dt.timedelta(hours=6), steps=True)
async def ask(ctx: StepContext) -> None:
    """Ask those to whom nothing came, a few a day."""
    after = 0
    while True:
        async with ctx.step(write=False) as look:
            room = DAILY - await look.use(Gaps).asked_since(look.now - DAY)
            found = await look.use(Gaps).due(look.now, after, SOME) if room > 0 else list[Member]()
        if not found:
            return
        async with ctx.step() as step:
            gaps = step.use(Gaps)
            fresh = {member.id for member in await gaps.due(step.now, after, SOME)}
            reached = await reach(step, [member.id for member in found if member.id in fresh], room)
            numbers = {member: await gaps.ask(member, step.now) for member in reached}
            await step.say(
                [
                    Direct(
                        member,
                        asking_cards.missing_card(number),
                        remember=gap_name(number),
                        when=OwnTime(),
                        notice=Notice.VALUE,
                    )
                    for member, number in numbers.items()
                ]
            )
        after = found[-1].id


@worth.action("missing")
async def missing(ctx: Context, key: str) -> Effects:
    """Keep what is missing, in totals, and ask whether the animators may know."""
    number, _colon, kind = key.partition(":")
    gap = await _mine(ctx, int(number) if number.isdecimal() else 0)
    if gap is None or kind not in set(Value):
        return Reply(asking_cards.over_card(), edit=True)
    await ctx.use(Gaps).answer(gap.id, State.MISSING, ctx.now, kind=Value(kind))
    return Reply(asking_cards.tell_card(gap.id, Value(kind)), edit=True)


@worth.action("tell")
async def tell(ctx: Context, key: int) -> Effects:
    """*Yes, they may know*."""
    return await _tell(ctx, key, told=True)


@worth.action("keep")
async def keep(ctx: Context, key: int) -> Effects:
    """*No, in totals only*."""
    return await _tell(ctx, key, told=False)


async def _tell(ctx: Context, key: int, *, told: bool) -> Effects:
    gap = await _mine(ctx, key)
    if gap is None or gap.state is not State.MISSING:
        return Reply(asking_cards.over_card(), edit=True)
    await ctx.use(Gaps).answer(gap.id, State.MISSING, ctx.now, kind=gap.kind, told=told)
    return Reply(asking_cards.thanked_card(told=told), edit=True)


@worth.action("fine")
async def fine(ctx: Context, key: int) -> Effects:
    """*I have what I need*."""
    gap = await _mine(ctx, key)
    if gap is None:
        return Reply(asking_cards.over_card(), edit=True)
    await ctx.use(Gaps).answer(gap.id, State.FINE, ctx.now)
    return Reply(asking_cards.fine_card(), edit=True)


@worth.action("stop")
async def stop(ctx: Context, key: int) -> Effects:
    """*Not interested*: never asked again."""
    gap = await _mine(ctx, key)
    if gap is None:
        return Reply(asking_cards.over_card(), edit=True)
    await ctx.use(Gaps).answer(gap.id, State.STOP, ctx.now)
    return Reply(asking_cards.stopped_card(), edit=True)


async def _mine(ctx: Context, key: int) -> Gap | None:
    """Return a question to whoever acts, None where it is not theirs or an animator has opened a conversation already."""
    gap = await ctx.use(Gaps).get(key)
    return gap if gap is not None and gap.member.id == ctx.me.id and gap.state is not State.TAKEN else None


# ---------------------------------------------------------------- a word with an animator


@worth.action("talk")
async def talk(ctx: Context, key: int) -> Effects:
    """*Talk to the animator*: they are told, and one of them opens a conversation."""
    gap = await _mine(ctx, key)
    if gap is None:
        return Reply(asking_cards.over_card(), edit=True)
    animators = [one for one in await ctx.use(Members).animators() if one.id != ctx.me.id]
    answer = Reply(asking_cards.talk_card(anybody=bool(animators)), edit=True)
    if gap.state is State.TALK:
        return answer
    await ctx.use(Gaps).answer(gap.id, State.TALK, ctx.now, kind=gap.kind, told=True)
    card = asking_cards.wish_card(gap)
    return [
        answer,
        *(Direct(one.id, card, remember=talk_name(gap.id), keep=True, when=OwnTime(), notice=Notice.CARE) for one in animators),
    ]


@worth.action("open", animator=True)
async def open_conversation(ctx: Context, key: int) -> Effects:
    """*Open a conversation*: the first animator who presses has it."""
    gaps = ctx.use(Gaps)
    gap = await gaps.get(key)
    if gap is None or gap.member.left or not await gaps.take(key, ctx.now):
        return Reply(asking_cards.no_longer_card())
    names = " & ".join(shorten(one.name, 40) for one in (gap.member, ctx.me))
    return [
        Reply(asking_cards.opened_card()),
        Update(talk_name(gap.id), asking_cards.taken_card(gap, ctx.me)),
        Connect((gap.member.id, ctx.me.id), names, asking_cards.conversation_card(gap.member, ctx.me)),
    ]
