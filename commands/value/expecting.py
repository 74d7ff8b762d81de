"""Was it what I expected? Asked once, three months after the introduction; answered at any time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from bot.context import Context, StepContext
from bot.effects import Direct, Effects, OpenForm, OwnTime, Reply
from bot.errors import Invalid
from bot.i18n import _
from bot.notices import Notice
from commands.value import asking_cards, forms
from commands.value.feature import worth
from commands.value.reaching import reach
from commands.value.wording import CAME
from storage.expectations import Came, Expectations, kinds
from storage.outcomes import Value
from storage.profiles import Profiles

if TYPE_CHECKING:
    from collections.abc import Mapping

SOME: Final = 50
"""Members who are asked in one transaction."""


@worth.action("expected", opens=True)
async def expected(ctx: Context) -> Effects:
    """Ask for each kind whether it was expected and came true."""
    profile = await ctx.use(Profiles).get(ctx.me.id)
    expects = kinds(profile.introduction.expects) if profile is not None else ()
    return OpenForm(forms.expected_form(expects, await ctx.use(Expectations).said(ctx.me.id)))


@worth.submit("answered")
async def answered(ctx: Context, economic: str = "", skill: str = "", reputation: str = "", support: str = "") -> Effects:
    """Keep what somebody says of what they expected."""
    given: Mapping[Value, str] = {
        Value.ECONOMIC: economic,
        Value.SKILL: skill,
        Value.REPUTATION: reputation,
        Value.SUPPORT: support,
    }
    said = {kind: Came(answer) for kind, answer in given.items() if answer in set(CAME)}
    stored = ctx.use(Expectations)
    unsaid = [kind for kind in given if kind not in said]
    if not said and not await stored.said(ctx.me.id) and not any(given.values()):
        raise Invalid({Value.ECONOMIC.value: _("Choose at least one answer.")})
    await stored.unsay(ctx.me.id, unsaid)
    await stored.say(ctx.me.id, said, ctx.now)
    return Reply(asking_cards.expected_card())


@worth.schedule("three_months", every=dt.timedelta(hours=1), steps=True)
async def three_months(ctx: StepContext) -> None:
    """Ask those who introduced themselves three months ago, once; whoever has no room this week has their turn later."""
    after = 0
    while True:
        async with ctx.step(write=False) as look:
            found = await look.use(Expectations).due(look.now, after, SOME)
        if not found:
            return
        after = found[-1].member.id
        async with ctx.step() as step:
            stored = step.use(Expectations)
            fresh = {one.member.id: one for one in await stored.due(step.now, found[0].member.id - 1, SOME)}
            reached = await reach(step, [one.member.id for one in found if one.member.id in fresh])
            for member in reached:
                await stored.asked(member, step.now)
            cards = {member: asking_cards.three_months_card(fresh[member].expects) for member in reached}
            await step.say([Direct(member, card, when=OwnTime(), notice=Notice.VALUE) for member, card in cards.items()])
