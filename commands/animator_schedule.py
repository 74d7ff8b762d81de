"""The animator's calendar: what comes next, what was missed, and a switch that pauses everything the bot does by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.context import Context, JobContext
from bot.effects import Direct, Effects, OwnTime, Remove, Reply
from bot.feature import RUN, Feature
from bot.i18n import _, word
from bot.notices import Notice
from bot.recurrence import Occurrence, Recurrence
from bot.text import Listing, Moment, Text
from bot.ui import Button, Card, Fact, Item, Style, Tone
from storage.people import Members
from storage.schedules import Planned, Schedules

NAME: Final = "animator schedule"
DATES: Final = 3
"""Dates shown of each schedule."""
SHOWN: Final = 8
"""Schedules shown."""
MISSED: Final = 5
RECENT: Final = dt.timedelta(days=14)
"""How long a missed date is shown."""
NOTICE: Final = "schedule:missed"
"""What the notice of missed dates is remembered as."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A schedule and when it comes next."""

    what: Text
    dates: Sequence[dt.datetime]


def schedules(features: Sequence[Feature]) -> Feature:
    """Return the calendar over the schedules of other features."""
    titles: Mapping[str, Text] = {
        schedule.name: schedule.title
        for feature in features
        for schedule in feature.schedules
        if schedule.title is not None and not isinstance(schedule.when, dt.timedelta)
    }

    def title(name: str, label: str = "") -> Text | None:
        """Return what animators read of a schedule, None where they do not; one of a family is told by its label."""
        own = titles.get(name)
        family = titles.get(name.rpartition(":")[0])
        return own or (None if family is None else Text(family.template, {**family.params, "name": label}))

    calendar = Feature("schedule")

    async def shown(ctx: Context) -> Card:
        stored = ctx.use(Schedules)
        coming = [
            Coming(what, [_moment(one, each, ctx) for each in await stored.next_dates(one.name, ctx.now, DATES)])
            for one in await stored.planned()
            if (what := title(one.name, one.label)) is not None
        ]
        return calendar_card(coming, await late(ctx), await stored.paused())

    async def late(ctx: JobContext) -> Sequence[tuple[Text, dt.datetime]]:
        missed = await ctx.use(Schedules).missed(ctx.now - RECENT)
        return [(what, one.occurrence.due) for one in missed if (what := title(one.name, one.label)) is not None]

    @calendar.schedule("tell", every=dt.timedelta(hours=1))
    async def tell(ctx: JobContext) -> Effects:
        """Tell the animators once of what was missed, however much it is; a notice they did not get yet is replaced."""
        stored = ctx.use(Schedules)
        animators = [one for one in await ctx.use(Members).animators() if not one.left]
        untold = await stored.tell_missed() if animators else ()
        missed = await late(ctx)
        if not missed or not any(map(title, untold)):
            return None
        card = missed_card(missed)
        told = [Direct(one.id, card, remember=NOTICE, when=OwnTime(), notice=Notice.CALENDAR) for one in animators]
        return [Remove(NOTICE, waiting=True), *told]

    @calendar.command(word(NAME), _("What I do by myself: next dates, missed ones, pause"), animator=True)
    async def show(ctx: Context) -> Effects:
        return Reply(await shown(ctx))

    @calendar.action("pause", animator=True)
    async def pause(ctx: Context) -> Effects:
        await ctx.use(Schedules).pause_all(ctx.now)
        return Reply(await shown(ctx), edit=True)

    @calendar.action("resume", animator=True)
    async def resume(ctx: Context) -> Effects:
        await ctx.use(Schedules).resume(ctx.now)
        return Reply(await shown(ctx), edit=True)

    return calendar


def calendar_card(coming: Sequence[Coming], missed: Sequence[tuple[Text, dt.datetime]], paused: dt.datetime | None) -> Card:
    """Return the calendar; `missed` newest first."""
    late = _late(missed)
    return Card(
        title=_("What I do by myself"),
        body=(
            _(
                "**Everything is paused** since {date}: I send no reminders and start nothing by myself. I still answer.",
                date=Moment(paused),
            )
            if paused is not None
            else "",
            "" if coming else _("Nothing has a date yet. Reminders go out by themselves, in the daytime."),
            _("Without a pause, these would come next:") if coming and paused is not None else "",
            _("A date is missed where I was not running in time: rather not at all than in the middle of the night.")
            if late
            else "",
        ),
        facts=tuple(Fact(one.what, _dates(one.dates)) for one in coming[:SHOWN]),
        items=late,
        tone=Tone.ATTENTION if paused is not None or late else Tone.NEUTRAL,
        controls=(
            Button(_("Resume"), "schedule:resume", Style.PRIMARY)
            if paused is not None
            else Button(
                _("Pause everything"),
                "schedule:pause",
                confirm=_("Nothing goes out by itself until you resume. What would have come meanwhile is left out."),
            ),
        ),
    )


def missed_card(missed: Sequence[tuple[Text, dt.datetime]]) -> Card:
    """Return the notice of what was missed, newest first."""
    return Card(
        title=_("I was not running in time"),
        body=_("What comes next is not affected: rather not at all than in the middle of the night."),
        items=_late(missed),
        tone=Tone.ATTENTION,
        controls=(Button(_("See the next dates"), RUN + NAME),),
    )


def _late(missed: Sequence[tuple[Text, dt.datetime]]) -> tuple[Item, ...]:
    return tuple(Item(_("{what}: {date} was missed", what=what, date=Moment(date))) for what, date in missed[:MISSED])


def _dates(dates: Sequence[dt.datetime]) -> Text:
    if not dates:
        return _("no date is near")
    return Text("{dates}", {"dates": Listing(tuple(Text("{date}", {"date": Moment(date)}) for date in dates))})


def _moment(planned: Planned, each: Occurrence, ctx: JobContext) -> dt.datetime:
    """Return when something is, also where it is told of before."""
    if isinstance(planned.when, Recurrence) and each.date is not None:
        return planned.when.moment(each.date, ctx.community.zone)
    return each.due
