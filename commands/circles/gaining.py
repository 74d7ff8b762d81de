"""What a circle gave: asked every eighth week, said by whoever gained it, to the credit of whoever gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Outgoing, OwnTime, Reply
from bot.errors import Invalid
from bot.i18n import _
from bot.notices import Notice
from commands.circles import gain_cards
from commands.circles.feature import GAIN, circles
from commands.circles.looking import own_week
from storage.outcomes import Outcomes, Subject, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from storage.circle import Circle, Week


def ask(circle: Circle, week: Week, readers: Sequence[Member]) -> list[Outgoing]:
    """Ask members what their circle gave them, where it is time."""
    if week.number % GAIN or len(readers) < 2:  # noqa: PLR2004 - nobody to thank
        return []
    card = gain_cards.gain_card(circle, week)
    return [Direct(one.id, card, when=OwnTime(), notice=Notice.VALUE) for one in readers]


@circles.action("gain", opens=True)
async def gain(ctx: Context, key: int) -> Effects:
    """Ask what it brought, and thanks to whom."""
    circle, week = await own_week(ctx, key)
    others = _others(circle, week, ctx.me)
    if not others:
        return Reply(gain_cards.alone_card())
    return OpenForm(gain_cards.gain_form(week, others))


@circles.submit("gained")
async def gained(ctx: Context, key: int, giver: str, gain: str) -> Effects:
    """Keep it. Said again of the same week and person, it counts once."""
    circle, week = await own_week(ctx, key)
    others = {str(one.id): one for one in _others(circle, week, ctx.me)}
    if giver not in others:
        raise Invalid({"giver": _("Choose one of the list.")})
    if gain not in set(Value):
        raise Invalid({"gain": _("Choose one of the list.")})
    await ctx.use(Outcomes).record(
        Subject.CIRCLE, week.id, ctx.now, gainer=ctx.me, giver=others[giver], value=Value(gain), confirmed=True
    )
    return Reply(gain_cards.gained_card(others[giver]))


def _others(circle: Circle, week: Week, me: Member) -> list[Member]:
    """Return who was in that week besides somebody, and still is."""
    return [one for one in week.readers if one.id != me.id and circle.has(one.id)]
