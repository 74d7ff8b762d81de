"""Who is in the audience of a campaign, each with the reason; and who of them is left out, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.i18n import _, fold, plural
from bot.notices import Because, Notice
from bot.text import Day, Text
from bot.ui import shorten
from storage.budget import Budget
from storage.checkin import Audience, Campaign, Group, LeftOut
from storage.checkin_audience import People, Person
from storage.checkins import Checkins
from storage.communities import Communities
from storage.gaps import Gaps
from storage.profiles import Profiles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.context import JobContext
    from bot.model import Member

OFFER: Final = 120
"""Characters of an offer in a reason."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody of an audience, and why they are in it; `day`: when they reach the day that the campaign is for.

    `doors`: their private messages are closed. `named`: animators may see that it is they; otherwise they are a number.
    """

    member: Member
    why: Text
    day: dt.date | None = None
    doors: bool = False
    named: bool = True


async def audience(ctx: JobContext, campaign: Campaign) -> list[Listed]:
    """Return everybody in the audience of a campaign, by name."""
    people = await ctx.use(People).here()
    why, shown = await _reason(ctx, campaign.audience), await may_be_named(ctx, campaign)
    found = [
        Listed(one.member, said, _reaches(one, campaign.day), one.doors, shown is None or one.member.id in shown)
        for one in people.values()
        if (said := why(one)) is not None
    ]
    return sorted(found, key=lambda one: (fold(one.member.name), one.member.id))


async def may_be_named(ctx: JobContext, campaign: Campaign) -> frozenset[int] | None:
    """Return whom animators may see by name in the audience of a campaign; None: everybody.

    That nothing came to somebody is theirs to tell: they are asked what is missing first, and say whether the animators may know.
    """
    if campaign.audience.group is not Group.NOTHING:
        return None
    return frozenset(gap.member.id for gap in await ctx.use(Gaps).for_animators(ctx.now))


def _reaches(one: Person, day: int) -> dt.date | None:
    """Return when somebody has been here for so many days, where they are."""
    return one.member.joined_at.astimezone(ZoneInfo(one.zone)).date() + dt.timedelta(days=day) if day else None


async def _reason(ctx: JobContext, wanted: Audience) -> Callable[[Person], Text | None]:  # noqa: C901 - one for each group
    """Return what says why somebody is in an audience; None for those who are not."""
    since = ctx.now - dt.timedelta(days=wanted.days)
    nothing = wanted.group is Group.NOTHING
    gained = await ctx.use(People).gained() if nothing else dict[int, dt.datetime]()
    unasked = await ctx.use(Gaps).unasked() if nothing else frozenset[int]()
    offers = await _offers(ctx) if wanted.group is Group.OFFER else dict[int, str]()
    place = await workspace_name(ctx, wanted)
    words = fold(wanted.value).split()

    def why(one: Person) -> Text | None:  # noqa: PLR0911 - the same
        joined = one.member.joined_at
        match wanted.group:
            case Group.NEWCOMERS:
                return _("joined on {date}", date=_day(one, joined)) if joined >= since else None
            case Group.SILENT:
                return _("last seen on {date}", date=_day(one, one.seen)) if max(one.seen, joined) < since else None
            case Group.NOTHING:
                last = gained.get(one.member.id)
                if max(last or joined, joined) >= since or one.member.id in unasked:
                    return None
                if last is None:
                    return _("received nothing yet; here since {date}", date=_day(one, joined))
                return _("received nothing since {date}", date=_day(one, last))
            case Group.OFFER:
                offered = offers.get(one.member.id, "")
                inside = bool(words) and all(word in fold(offered) for word in words)
                return _("offers {offers}", offers=shorten(offered, OFFER)) if inside else None
            case Group.WORKSPACE:
                inside = wanted.value.isdecimal() and int(wanted.value) in one.workspaces
                return _("is in {workspace}", workspace=place) if inside else None
            case Group.ZONE:
                inside = bool(words) and all(word in fold(one.zone) for word in words)
                return _("lives by {zone}", zone=one.zone) if inside else None
            case Group.EVERYONE:
                return _("is here")

    return why


def _day(one: Person, at: dt.datetime) -> Day:
    return Day(at.astimezone(ZoneInfo(one.zone)).date())


async def _offers(ctx: JobContext) -> Mapping[int, str]:
    return {each.member.id: each.introduction.offers for each in await ctx.use(Profiles).introduced()}


async def workspace_name(ctx: JobContext, wanted: Audience) -> str:
    """Return the name of the workspace that an audience is of; empty where it is of none."""
    if wanted.group is not Group.WORKSPACE:
        return ""
    known = {str(one.id): one.name or one.platform.capitalize() for one in await ctx.use(Communities).workspaces()}
    return known.get(wanted.value, wanted.value)


def told(campaign: Campaign) -> Text:  # noqa: PLR0911 - one for each group
    """Return why a member is asked, as they read it: nobody is told of their silence."""
    if campaign.day:
        return plural("You joined {count} day ago.", "You joined {count} days ago.", campaign.day)
    match campaign.audience.group:
        case Group.EVERYONE:
            return _("Everyone here is asked.")
        case Group.NEWCOMERS:
            return _("You joined not long ago.")
        case Group.SILENT:
            return _("We have not crossed paths for a while.")
        case Group.NOTHING:
            return _("I know of nothing that being here has brought you lately.")
        case Group.OFFER:
            return _("You offer something that this is about.")
        case Group.WORKSPACE | Group.ZONE:
            return _("It goes to those who are where you are.")


async def left_out(ctx: JobContext, some: Sequence[Listed]) -> Mapping[int, LeftOut]:
    """Return who of some members would not be asked now, and why: what they chose comes before what the week holds."""
    members = [one.member.id for one in some]
    stopped = await ctx.use(Checkins).stopped()
    decisions = await ctx.use(Budget).allows(Notice.CHECKIN, members, ctx.now)
    reasons: dict[int, LeftOut] = {}
    for one in some:
        because = decisions[one.member.id].because
        if one.member.id in stopped:
            reasons[one.member.id] = LeftOut.STOPPED
        elif one.doors and because in {None, Because.FULL}:
            reasons[one.member.id] = LeftOut.DOORS
        elif because is not None:
            reasons[one.member.id] = _REFUSED[because]
    return reasons


_REFUSED: Final[Mapping[Because, LeftOut]] = {
    Because.MUTED: LeftOut.STOPPED,
    Because.GATHERED: LeftOut.DIGEST,
    Because.NOTHING: LeftOut.NONE,
    Because.FULL: LeftOut.CAP,
}
