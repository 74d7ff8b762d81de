"""Which rules gave way in a round, as its meetings stand now: what is told to the animators stays true when these change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.text import Mention, Text
from storage.meeting import Progress
from storage.meetings import Meetings
from storage.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.context import JobContext
    from storage.round import Round


def within(said: Sequence[Text], groups: Sequence[Collection[int]]) -> list[Text]:
    """Return what is said of members who are all in one of some groups."""
    return [text for text in said if any(_members(text) <= set(group) for group in groups)]


def _members(text: Text) -> set[int]:
    return {value.member for value in text.params.values() if isinstance(value, Mention)}


async def true_still(ctx: JobContext, this: Round) -> Round:
    """Return a round that says of no two who were parted in its preview that a rule gave way for them."""
    groups = [[one.id for one in each.members] for each in await ctx.use(Meetings).of(this.id, Progress.PROPOSED)]
    left = within(this.relaxed, groups)
    if len(left) < len(this.relaxed):
        await ctx.use(Rounds).move(this.id, relaxed=left)
    return replace(this, relaxed=tuple(left))
