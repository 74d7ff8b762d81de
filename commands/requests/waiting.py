"""Waiting for an answer: 24 hours of work, so that a question of Friday evening is not late on Saturday."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from bot.effects import OwnTime
from bot.hours import after_working, due
from commands.requests.cards import LONGEST
from storage.asked import Helpers
from storage.people import Members
from storage.requests import Further, Requests

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.context import JobContext
    from bot.model import Member
    from storage.requests import HelpRequest

WAIT: Final = dt.timedelta(hours=24)
"""How long of their own working time those who are asked have to answer."""


async def wait(ctx: JobContext, request: HelpRequest) -> None:
    """Let something happen by itself once those asked had 24 working hours; where nobody was, once whoever asked had them.

    Those who declined count as those who say nothing: how soon the next ones are asked must not tell who declined. Where somebody
    accepted, nothing will.
    """
    instant = None
    asked = await ctx.use(Helpers).asked(request.id)
    if request.further is not Further.NOBODY and not any(one.accepted(request.created_at) for one in asked):
        waited_for = [one.helper for one in asked if one.concerned(request.created_at)] or [request.asker]
        instant = max([await _worked(ctx, member) for member in waited_for])
    await ctx.use(Requests).next_step(request.id, instant)


async def at_work(ctx: JobContext, members: Iterable[Member]) -> bool:
    """Tell whether it is now within the working hours of all of them: whether questions reach them at once."""
    people = ctx.use(Members)
    return all(
        [due(OwnTime(), ctx.now, (await people.reader(one.id)).zone, await people.hours(one.id)) <= ctx.now for one in members]
    )


async def _worked(ctx: JobContext, member: Member) -> dt.datetime:
    """Return when a member will have worked for as long as an answer may take."""
    members = ctx.use(Members)
    latest = ctx.now + LONGEST
    try:
        worked = after_working(ctx.now, WAIT, (await members.reader(member.id)).zone, await members.hours(member.id))
    except ValueError:  # a week of theirs has hardly an hour
        return latest
    return min(worked, latest)
