"""The digest of a week, on Monday morning, for animators who want it: each gets it in their own time."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.context import Context, DueContext
from bot.effects import Direct, Effects, OwnTime, Reply
from bot.errors import UserError
from bot.i18n import _, today
from bot.notices import Notice
from bot.recurrence import Recurrence, Weekly
from commands.pulse.cards import digest_card, digest_switched_card
from commands.pulse.feature import DIGEST, pulse
from commands.pulse.figures import shown
from commands.pulse.looking import look
from commands.pulse.periods import DAY, Span
from storage.concerns import Concerns
from storage.people import Members
from storage.pulse import Counts
from storage.schedules import Schedules

MONDAYS: Final = Recurrence(Weekly((0,)), dt.time(1), grace=dt.timedelta(hours=20))
"""In the night, where the community is: it then reaches each animator in their own morning."""
MORNING: Final = dt.time(8)
REMEMBERED: Final = "pulse:digest"


@pulse.schedule("monday", rule=MONDAYS, title=_("The week in figures, for animators"), off=True)
async def monday(ctx: DueContext) -> Effects:
    """Write to the animators about the seven days before, where anything happened in them or before them, or somebody waits."""
    date = ctx.occurrence.date or today(ctx.now, ctx.community.zone)
    span = Span.named("week", date - DAY)
    seen = await look(ctx.use, ctx.community.zone, span, today(ctx.now, ctx.community.zone))
    measures = () if seen.now.counts == seen.before.counts == Counts() else shown(seen)
    outgoing: list[Direct] = []
    for one in await ctx.use(Members).animators():
        waiting = len(await ctx.use(Concerns).matters(one, ctx.now))
        if measures or waiting:
            card = digest_card(span.first, span.last, measures, waiting)
            name = f"{REMEMBERED}:{date}"
            outgoing.append(Direct(one.id, card, remember=name, when=OwnTime(date, MORNING), notice=Notice.PULSE))
    return outgoing


@pulse.action("digest", animator=True)
async def switch(ctx: Context, key: str) -> Effects:
    """*Send it every Monday*, *No longer every Monday*."""
    schedules = ctx.use(Schedules)
    if key == "on":
        await schedules.change(DIGEST, await schedules.rule(DIGEST) or MONDAYS, ctx.now)
    elif key == "off":
        await schedules.switch_off(DIGEST)
    else:
        raise UserError(_("This button belongs to something that is no longer here. The menu has what you can do now."))
    return Reply(digest_switched_card(on=key == "on"))
