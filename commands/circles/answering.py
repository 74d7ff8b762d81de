"""What members do with the questions: answer, change it, skip, rest, make a need a request, keep that a commitment was kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.context import Context
from bot.effects import Effects, OpenForm, Outgoing, Remove, Reply, Update
from bot.errors import Invalid, UserError
from bot.i18n import _, today
from bot.ui import Card, Form, LongText
from commands.circles import forms, leaving_cards, week_cards
from commands.circles.feature import COMMITMENT, HAND, HAPPENED, circles, nudge_name, page_name, question_name
from commands.circles.looking import current, mine, own_card, own_week, speak
from commands.circles.showing import show_if_complete
from storage.circle import Circle, Said, Stage, Told, Week
from storage.circle_weeks import CircleWeeks
from storage.circles import Circles

LONGEST = dt.timedelta(days=366)


async def _superseded(ctx: Context, circle: Circle, week: Week) -> bool:
    """Tell whether a week is over for good: the next questions are asked."""
    latest = await ctx.use(CircleWeeks).latest(circle.id)
    return latest is not None and latest.id != week.id


@circles.action("answer", opens=True)
async def answer(ctx: Context, key: int) -> Effects:
    """Ask the three questions, with what was answered before; until the next ones are asked."""
    circle, week = await own_week(ctx, key)
    given = week.answer(ctx.me.id)
    if given is None or await _superseded(ctx, circle, week):
        return Reply(week_cards.over_card(circle, await ctx.use(Circles).next_date(circle, ctx.now)))
    return OpenForm(forms.answer_form(week, given))


@circles.submit("told")
async def told(ctx: Context, key: int, happened: str, *, ahead: str = "", hand: str = "") -> Effects:
    """Keep an answer; it is shown with the others when all are in, or at once where theirs are."""
    said = {name: words.strip() for name, words in (("happened", happened), ("ahead", ahead or ""), ("hand", hand or ""))}
    if not said["happened"]:
        raise Invalid({"happened": _("Please fill this in.")})
    limits = {"happened": HAPPENED, "ahead": COMMITMENT, "hand": HAND}
    long = {name: _("This is too long.") for name, words in said.items() if len(words) > limits[name]}
    if long:
        raise Invalid(dict(long))
    circle, week = await own_week(ctx, key)
    before = week.answer(ctx.me.id)
    if before is None or await _superseded(ctx, circle, week):
        return Reply(week_cards.over_card(circle, await ctx.use(Circles).next_date(circle, ctx.now)))
    given = replace(before, said=Said.ANSWERED, **said)
    if not given.ahead:  # the same again, word for word
        given = replace(given, ahead=before.before)
    weeks = ctx.use(CircleWeeks)
    await weeks.say(week.id, ctx.me.id, said=Said.ANSWERED, happened=given.happened, ahead=given.ahead, hand=given.hand)
    await ctx.use(Circles).peer(circle.id, ctx.me.id, commitment=given.ahead)
    outgoing = _settled(ctx, week, week_cards.told_card(circle, week))
    late = week.stage is Stage.SHOWN
    outgoing += await _late(ctx, circle, week.id) if late else await show_if_complete(ctx, week.id)
    fresh = await weeks.get(week.id)
    shown = fresh is not None and fresh.stage is Stage.SHOWN
    return [Reply(week_cards.answered_card(circle, week, given, shown=shown, late=late)), *outgoing]


async def _late(ctx: Context, circle: Circle, number: int) -> list[Outgoing]:
    """Show an answer that came, or changed, after the others were shown."""
    weeks = ctx.use(CircleWeeks)
    week = await weeks.get(number)
    given = None if week is None else week.answer(ctx.me.id)
    if week is None or given is None:
        return []
    if given.page:
        return [rewritten(circle, week, given.page)]
    page = max((each.page for each in week.answers), default=0) + 1
    await weeks.say(week.id, ctx.me.id, page=page)
    await weeks.change(week.id, answered=len(week.given))
    readers = [one for one in week.readers if circle.has(one.id)]
    card = week_cards.page_card(circle, week, [given], late=True)
    return await speak(ctx, circle, readers, [(card, page_name(week.id, page))])


def rewritten(circle: Circle, week: Week, page: int) -> Update:
    """Return the change of a card with answers, as they are now."""
    some: list[Told] = [each for each in week.given if each.page == page]
    return Update(page_name(week.id, page), week_cards.page_card(circle, week, some))


@circles.action("skip")
async def skip(ctx: Context, key: int) -> Effects:
    """*Skip this one*, as often as anybody likes."""
    circle, week = await own_week(ctx, key)
    given = week.answer(ctx.me.id)
    if week.stage is Stage.SHOWN or given is None:
        return Reply(week_cards.over_card(circle, await ctx.use(Circles).next_date(circle, ctx.now)), edit=True)
    if given.said is Said.ANSWERED:
        return Reply(week_cards.told_card(circle, week), edit=True)
    await ctx.use(CircleWeeks).say(week.id, ctx.me.id, said=Said.SKIPPED)
    outgoing = await show_if_complete(ctx, week.id)
    card = week_cards.skipped_card(circle, week)
    return [Reply(card, edit=True), *_settled(ctx, week, card), *outgoing]


def _settled(ctx: Context, week: Week, card: Card) -> list[Outgoing]:
    """Return what becomes of the questions and of the nudge, wherever the buttons were pressed."""
    question, nudge = question_name(week.id, ctx.me.id), nudge_name(week.id, ctx.me.id)
    return [Update(question, card), Remove(nudge, waiting=True), Update(nudge, card)]


@circles.action("held")
async def held(ctx: Context, key: int) -> Effects:
    """Keep, for themselves alone, that a commitment was kept."""
    circle, week = await own_week(ctx, key)
    given = week.answer(ctx.me.id)
    if given is None or not given.before or given.said is not Said.ANSWERED:
        return Reply(week_cards.no_commitment_card())
    await ctx.use(CircleWeeks).say(week.id, ctx.me.id, kept=True)
    shown = week.stage is Stage.SHOWN
    return Reply(week_cards.answered_card(circle, week, replace(given, kept=True), shown=shown), edit=True)


@circles.action("hand", opens=True)
async def hand(ctx: Context, key: int) -> Effects:
    """*Make it a request*: the text is there already, and can be changed before it is asked; also once the circle is no more."""
    week = await ctx.use(CircleWeeks).get(key)
    given = week.answer(ctx.me.id) if week is not None else None
    if week is None or given is None or not given.hand:
        raise UserError(_("You named no hand you need. “ask” is where you can."))
    return OpenForm(
        Form(
            f"request:words:{week.id}",
            _("Ask for help"),
            (LongText(name="need", label=_("What do you need?"), initial=given.hand, maximum=HAND),),
            private=True,
        )
    )


@circles.action("commitments")
async def commitments(ctx: Context, key: int) -> Effects:
    """Show somebody what they committed themselves to."""
    circle = await mine(ctx, key)
    past = await ctx.use(CircleWeeks).commitments(circle.id, ctx.me.id, week_cards.PAST)
    peer = circle.peer(ctx.me.id)
    return Reply(week_cards.commitments_card(circle, past, peer.commitment if peer is not None else ""))


# ---------------------------------------------------------------- rest


@circles.action("snooze", opens=True)
async def snooze(ctx: Context, key: int) -> Effects:
    """Ask until when."""
    circle = await mine(ctx, key)
    peer = circle.peer(ctx.me.id)
    return OpenForm(forms.snooze_form(circle, peer.snoozed_until if peer is not None else None))


@circles.submit("snoozed")
async def snoozed(ctx: Context, key: int, until: dt.date) -> Effects:
    """Rest until a date: nobody waits for them, also this week."""
    circle = await mine(ctx, key)
    now = today(ctx.now, ctx.zone)
    if until <= now:
        raise Invalid({"until": _("This day is past, or today. From tomorrow on.")})
    if until - now > LONGEST:
        raise Invalid({"until": _("A day within a year. To stop for longer, leave the circle: another is easily found.")})
    await ctx.use(Circles).peer(circle.id, ctx.me.id, snoozed_until=until)
    reply = Reply(leaving_cards.snoozed_card(circle, until))
    week = await current(ctx, circle)
    given = None if week is None else week.answer(ctx.me.id)
    if week is None or given is None or given.said is not Said.ASKED:
        return reply
    await ctx.use(CircleWeeks).say(week.id, ctx.me.id, said=Said.RESTING)
    waiting = [Remove(name(week.id, ctx.me.id), waiting=True) for name in (question_name, nudge_name)]
    return [reply, *waiting, *await show_if_complete(ctx, week.id)]


@circles.action("back")
async def back(ctx: Context, key: int) -> Effects:
    """End a rest."""
    circle = await mine(ctx, key)
    await ctx.use(Circles).peer(circle.id, ctx.me.id, snoozed_until=None)
    circle = await mine(ctx, key)
    return Reply(await own_card(ctx, circle, _("You are asked again from the next questions on.")), edit=True)
