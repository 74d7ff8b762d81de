"""The home page: what waits for a member, and the first message to the animators of a new workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import Context
from bot.effects import Direct, Effects, Reply
from bot.i18n import _, today
from bot.notices import Notice
from bot.text import Day
from bot.ui import Button, Item
from commands.menu.home_cards import CHECKINS, GAINS, MEETINGS, arrival_card, home_card, stranger_card
from storage.checkins import Checkins
from storage.circle_weeks import CircleWeeks
from storage.communities import Channels, Communities
from storage.concerns import Concerns
from storage.meeting import Progress
from storage.meetings import Meetings
from storage.participation import Participations, State
from storage.people import Members
from storage.profiles import Profiles
from storage.programmes import Programmes
from storage.proposals import Proposals
from storage.request_lists import RequestLists
from storage.round import Stage
from storage.rounds import Rounds
from storage.value import Ledger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.feature import Command, Feature


def add_home(feature: Feature, everybody: Sequence[Command], animators: Sequence[Command]) -> None:
    """Give a feature the home page, with these commands on it."""

    @feature.event("home_opened")
    async def home(ctx: Context) -> Effects:
        if not ctx.me.id:
            return Reply(stranger_card(ctx.community.name))
        return Reply(
            home_card(
                ctx.me,
                await ctx.use(Profiles).get(ctx.me.id),
                await ctx.use(Proposals).open_for(ctx.me.id),
                await ctx.use(RequestLists).open_of(ctx.me),
                everybody,
                meetings=await ctx.use(Meetings).with_member(ctx.me.id, Progress.SENT, limit=MEETINGS),
                checkins=[one for one, _campaign in await ctx.use(Checkins).waiting_for(ctx.me.id, CHECKINS)],
                weeks=await ctx.use(CircleWeeks).waiting_for(ctx.me.id),
                gains=await ctx.use(Ledger).pending(ctx.me, GAINS),
                rounds=await _rounds(ctx),
                needing=len(await ctx.use(Concerns).matters(ctx.me, ctx.now)) if ctx.me.animator else 0,
                animators=animators if ctx.me.animator else (),
            )
        )

    @feature.event("workspace_ready")
    async def arrived(ctx: Context) -> Effects:
        if not animators or not await nothing_set_up(ctx):
            return None
        known = await ctx.use(Members).animators()
        if not known or not await ctx.use(Communities).greet(ctx.workspace.id, ctx.now):
            return None
        return [Direct(animator.id, arrival_card(ctx.workspace.name), keep=True, notice=Notice.SETUP) for animator in known]


async def _rounds(ctx: Context) -> Item | None:
    """Return what there is to say of the rounds of meetings, with one click to join, to rest or to be back; None where none run."""
    if not any(programme.running for programme in await ctx.use(Programmes).all()):
        return None
    me = await ctx.use(Participations).get(ctx.me.id)
    if me is None or me.state is State.LEFT:
        return Item(_("Meetings: now and then, one member whom it is worth knowing."), Button(_("Join the meetings"), "round:join"))
    if me.state is State.PAUSED or (me.snoozed_until is not None and me.resting(today(ctx.now, ctx.zone))):
        return Item(_("You are resting from the meetings."), Button(_("I’m back"), "round:back"))
    told = [this.date for this, _place in await ctx.use(Rounds).rounds_of(ctx.me.id) if this.stage is Stage.NOTICED]
    said = _("The next round of meetings is on {day}.", day=Day(min(told))) if told else _("You take part in the meetings.")
    return Item(said, Button(_("Snooze until…"), "round:snooze"))


async def nothing_set_up(ctx: Context) -> bool:
    """Tell whether no channel was chosen in a workspace."""
    return not await ctx.use(Channels).roles(ctx.workspace.id)
