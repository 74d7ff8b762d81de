"""The animator's panel: what comes next, skip it, post it now, when it comes, pause."""

from __future__ import annotations

import datetime as dt

from bot.context import Context
from bot.effects import Effects, OpenForm, Outgoing, Remove, Reply
from bot.errors import Invalid, UserError
from bot.i18n import _, today, word
from bot.model import Channel
from bot.recurrence import Recurrence, Weekly
from bot.text import Text
from bot.ui import Card, Form
from bot.weekdays import WEEKDAYS
from commands.icebreakers import panel_cards
from commands.icebreakers.asking import USUAL
from commands.icebreakers.feature import CHANNEL, NOWHERE, SCHEDULE, THEMES, icebreakers
from commands.icebreakers.planning import Plan, post, prepare, prepared
from commands.icebreakers.rhythm import TIMES, WEEKS, settings_form
from storage.communities import Channels, Communities
from storage.icebreakers import Icebreakers
from storage.schedules import Schedules
from storage.stopped import Stopped


@icebreakers.command(
    word("animator icebreakers"),
    _("Icebreakers: what comes next, when, and from which prompts"),
    animator=True,
    opens=True,
    dialog=_("Icebreakers"),
)
async def show(ctx: Context) -> Effects:
    """Show the panel; where nothing is set up yet, the form."""
    if await ctx.use(Icebreakers).settings() is None:
        return OpenForm(await _form(ctx))
    return Reply(await shown(ctx))


async def shown(ctx: Context, news: Text | None = None) -> Card:
    """Return the panel as it stands."""
    plan = await prepared(ctx)
    schedules = ctx.use(Schedules)
    channels = await ctx.use(Channels).channels(CHANNEL)
    workspaces = await ctx.use(Communities).workspaces()
    return panel_cards.panel(
        panel_cards.Standing(
            plan.ahead,
            plan.turn(plan.ahead[0]) if plan.ahead else "",
            [one.due for one in await schedules.next_dates(SCHEDULE, ctx.now, 2)],
            await schedules.rule(SCHEDULE) or USUAL,
            plan.settings.themes,
            len(plan.available),
            plan.fresh,
            len(await ctx.use(Icebreakers).waiting()),
            channels.get(ctx.workspace.id, ""),
            [one.name or one.platform.capitalize() for one in workspaces if one.id not in channels],
        ),
        ctx.locale,
        news,
    )


@icebreakers.action("panel", animator=True)
async def back(ctx: Context) -> Effects:
    """Go back to the panel."""
    return Reply(await shown(ctx), edit=True)


@icebreakers.action("skip", animator=True)
async def skip(ctx: Context, key: str) -> Effects:
    """*Skip*: the next one has had its turn, unposted."""
    plan = await prepared(ctx)
    if not plan.ahead or plan.meant(key) != plan.ahead[0]:
        return Reply(await shown(ctx, _too_late(plan, key)), edit=True)
    stored = ctx.use(Icebreakers)
    await stored.used(plan.ahead[0], ctx.now, posted=False)
    await stored.plan([prompt.key for prompt in plan.ahead[1:]])
    return Reply(await shown(ctx, _("Skipped: it comes back once all others have had their turn.")), edit=True)


@icebreakers.action("now", animator=True)
async def post_now(ctx: Context, key: str) -> Effects:
    """*Post now*: what was shown, unless it has been posted meanwhile. One button posts once, also where it is the only prompt."""
    plan = await prepared(ctx)
    prompt = plan.meant(key)
    if prompt is None:
        return Reply(await shown(ctx, _too_late(plan, key)), edit=True)
    posted = await post(ctx, plan, prompt)
    if posted is None:
        raise UserError(_("No channel has been chosen for this yet."))
    return [posted, Reply(await shown(ctx, _("Posted. It appears within a minute.")), edit=True)]


def _too_late(plan: Plan, key: str) -> Text:
    """Return why nothing happened."""
    return _("It has had its turn already: nothing happened twice.") if plan.had(key) else _("Another one is next by now.")


@icebreakers.action("pause", animator=True)
async def pause(ctx: Context) -> Effects:
    """*Pause*: nothing is posted by itself."""
    await ctx.use(Schedules).switch_off(SCHEDULE)
    return Reply(await shown(ctx), edit=True)


@icebreakers.action("resume", animator=True)
async def resume(ctx: Context) -> Effects:
    """*Resume*: by the rule there was."""
    schedules = ctx.use(Schedules)
    await schedules.change(SCHEDULE, await schedules.rule(SCHEDULE) or USUAL, ctx.now)
    return Reply(await shown(ctx), edit=True)


@icebreakers.action("settings", animator=True, opens=True)
async def settings(ctx: Context) -> Effects:
    """*Days, themes, channel*: the form with what is set."""
    return OpenForm(await _form(ctx))


async def _form(ctx: Context) -> Form:
    """Return the form with what is set. Where nothing is: once a week, all themes, in the channel for introductions if any."""
    chosen = await ctx.use(Icebreakers).settings()
    schedules = ctx.use(Schedules)
    rule = await schedules.rule(SCHEDULE) or USUAL
    going = chosen is None or bool(await schedules.next_dates(SCHEDULE, ctx.now, 1))
    roles = await ctx.use(Channels).roles(ctx.workspace.id)
    return settings_form(
        rule,
        days=rule.dates.weekdays if going and isinstance(rule.dates, Weekly) else (),
        themes=tuple(THEMES) if chosen is None else chosen.themes,
        channel=roles.get(CHANNEL) or ("" if chosen is not None else roles.get("introductions", "")),
        locale=ctx.locale,
    )


@icebreakers.submit("settings", animator=True)
async def set_up(  # noqa: PLR0913, PLR0917 - the fields of the form
    ctx: Context,
    at: str,
    weeks: str,
    themes: list[str],
    days: list[str] = [],  # noqa: B006 - a specification, never changed
    icebreakers: Channel | None = None,
) -> Effects:
    """Keep the channel of this workspace, and for the community the days and the themes."""
    schedules = ctx.use(Schedules)
    rule = _rule(ctx, at, weeks, days, await schedules.rule(SCHEDULE))
    wanted = [theme for theme in THEMES if theme in themes]
    if not wanted:
        raise Invalid({"themes": _("Choose one of the list.")})
    channels = ctx.use(Channels)
    before = (await channels.roles(ctx.workspace.id)).get(CHANNEL)
    await channels.set_role(ctx.workspace.id, CHANNEL, icebreakers.external_id if icebreakers is not None else "")
    effects: list[Outgoing] = [Remove(NOWHERE, waiting=True)]
    if icebreakers is not None and before not in (None, icebreakers.external_id):
        stoppage = await ctx.use(Stopped).move(ctx.workspace.id, before or "", icebreakers.external_id, ctx.now)
        effects += [Remove(f"stoppage:{stoppage}")] if stoppage is not None else []
    await ctx.use(Icebreakers).choose(wanted, int(ctx.now.timestamp()) % 2**31)
    if rule is None:
        await schedules.switch_off(SCHEDULE)
    else:
        await schedules.change(SCHEDULE, rule, ctx.now)
    await prepare(ctx)
    return [*effects, Reply(await shown(ctx))]


def _rule(ctx: Context, at: str, weeks: str, days: list[str], before: Recurrence | None) -> Recurrence | None:
    """Return the rule that was chosen; None where no day was. Every so many weeks as before: in the same weeks as before.

    Raises:
        Invalid: at the field that has to change.
    """
    wrong = {
        name: _("Choose one of the list.")
        for name, right in (
            ("at", at in {f"{time:%H:%M}" for time in TIMES}),
            ("weeks", weeks in WEEKS),
            ("days", set(days) <= {str(number) for number in range(len(WEEKDAYS))}),
        )
        if not right
    }
    if wrong:
        raise Invalid(wrong)
    if not days:
        return None
    since = today(ctx.now, ctx.community.zone)
    if before is not None and isinstance(before.dates, Weekly) and before.dates.every == int(weeks):
        since = before.dates.since
    return Recurrence(Weekly(tuple(sorted({int(day) for day in days})), int(weeks), since), dt.time.fromisoformat(at))
