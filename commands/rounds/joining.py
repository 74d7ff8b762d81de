"""Taking part in meetings, or not: join, leave, rest, how often, in which programmes.

Each act waits for the lock of the rounds before it changes anybody's part: what sends meetings holds it and changes the same rows,
and two who wait for each other wait for ever.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final

import msgspec

from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Outgoing, Remove, Reply
from bot.errors import Invalid, UserError
from bot.files import File
from bot.i18n import LOCALES, _, today, word
from bot.notices import Notice
from bot.signature import Option
from bot.ui import Card, Choice
from commands.rounds import member_cards
from commands.rounds.feature import ADVANCE, notice_name, question_name, rounds
from commands.rounds.freeing import free_from_all
from commands.rounds.looking import candidate, next_for, open_meetings, programmes_for
from storage.copies import Copies
from storage.meeting import Progress
from storage.meetings import Meetings
from storage.participation import Participations, State
from storage.profiles import Profiles
from storage.programmes import Programme, Programmes
from storage.round import Answer, Part, Round, Stage
from storage.rounds import Rounds

LONGEST: Final = dt.timedelta(days=366)
LAST_CALL: Final = dt.timedelta(days=2)
"""Who joins later than this before a round is over waits for the next one."""
JOIN, SNOOZE, OFTEN, LEAVE = "join", "snooze", "often", "leave"


@rounds.command(word("meet"), _("Meet other members, in rounds: join, skip, rest, see yours"), shortcut=_("Meetings"), opens=True)
async def meet(
    ctx: Context,
    do: Annotated[
        str,
        Option(
            _("What would you like?"),
            name=word("do"),
            choices=(
                Choice(JOIN, _("Join the meetings")),
                Choice(SNOOZE, _("Snooze until…")),
                Choice(OFTEN, _("How often, which languages")),
                Choice(LEAVE, _("Leave the meetings")),
            ),
        ),
    ] = "",
) -> Effects:
    """Show where somebody stands, or do what they ask for."""
    if do == JOIN:
        return await join(ctx)
    if do == SNOOZE:
        return await snooze(ctx)
    if do == OFTEN:
        return await preferences(ctx)
    if do == LEAVE:
        return await leave(ctx)
    return Reply(await own_card(ctx))


async def own_card(ctx: Context) -> Card:
    """Return where whoever acts stands."""
    return member_cards.meet_card(
        await ctx.use(Participations).get(ctx.me.id),
        await next_for(ctx, ctx.me),
        await open_meetings(ctx, ctx.me),
        await programmes_for(ctx, ctx.me),
        introduced=await _introduced(ctx),
        wishes=bool(await ctx.use(Participations).excluded_by(ctx.me.id)),
    )


async def _introduced(ctx: Context) -> bool:
    profile = await ctx.use(Profiles).get(ctx.me.id)
    return profile is not None and profile.introduced_at is not None


async def _taking_part(ctx: Context) -> None:
    """Refuse what only makes sense for those who take part.

    Raises:
        UserError: whoever acts does not.
    """
    me = await ctx.use(Participations).get(ctx.me.id)
    if me is None or me.state is State.LEFT:
        raise UserError(_("You do not take part in the meetings. “meet” is where you join."))


@rounds.action("join")
async def join(ctx: Context) -> Effects:
    """Take part, from the next round on; in the one under way where somebody is free. Whoever was in one programme is in all."""
    await ctx.use(Rounds).lock()
    participations = ctx.use(Participations)
    new = await participations.join(ctx.me.id, ctx.now)
    if not await participations.choose_only(ctx.me.id, only=False) and not new:
        return Reply(await own_card(ctx))
    return await _joined(ctx, edit=False)


@rounds.action("back")
async def back(ctx: Context) -> Effects:
    """End a rest or a pause."""
    await ctx.use(Rounds).lock()
    new = await ctx.use(Participations).join(ctx.me.id, ctx.now)
    return await _joined(ctx, edit=True, new=new)


async def _joined(ctx: Context, *, edit: bool, only: int | None = None, new: bool = True) -> Effects:
    """Let whoever acts be in what is under way, where that is `new`, and say when their next round is."""
    now, told = await _into_rounds(ctx, only) if new else (False, list[Outgoing]())
    card = member_cards.joined_card(await next_for(ctx, ctx.me), now=now, introduced=await _introduced(ctx))
    return [Reply(card, edit=edit), *told]


async def _into_rounds(ctx: Context, only: int | None = None) -> tuple[bool, list[Outgoing]]:
    """Let whoever joined be in the rounds under way, of one programme or of all; return whether they wait in one, and notices."""
    stored, waits, told = ctx.use(Rounds), False, list[Outgoing]()
    who = await candidate(ctx, ctx.me)
    for programme in await ctx.use(Programmes).all():
        wanted = programme.running and only in (None, programme.id)
        this = await stored.current(programme.id) if wanted else None
        if this is None or not who.inside(programme.on(this.terms)):
            continue
        if this.stage is Stage.NOTICED:
            told += await _into_noticed(ctx, this, programme)
        elif this.over_at is None or this.over_at - ctx.now > LAST_CALL:
            waits |= await _into_matched(ctx, this)
    return waits, told


async def _into_noticed(ctx: Context, this: Round, programme: Programme) -> list[Outgoing]:
    """Let whoever joined be in a round that is still to be matched; they get the notice that the others have, once."""
    stored, name = ctx.use(Rounds), notice_name(this.id, ctx.me.id)
    there = await stored.place(this.id, ctx.me.id)
    await stored.add(this.id, (ctx.me.id,))
    if there is not None and there.part is Part.GONE and there.answer is not Answer.SKIP:
        await stored.take_part(this.id, (ctx.me.id,), Part.NONE)
    await stored.heard(this.id, ctx.me.id)
    if name in await ctx.use(Copies).there((name,)):
        return []
    return [
        Direct(
            ctx.me.id, member_cards.notice_card(this, programme), name, notice=Notice.ROUND, switch=rounds.id("less", programme.id)
        )
    ]


async def _into_matched(ctx: Context, this: Round) -> bool:
    """Let whoever joined wait in a round whose meetings are made; False where they have one, or wait already."""
    stored = ctx.use(Rounds)
    there = await stored.place(this.id, ctx.me.id)
    if there is not None and there.part is not Part.GONE:
        return False
    await stored.add(this.id, (ctx.me.id,), Part.WAITING, late=True)
    await stored.answer(this.id, ctx.me.id, Answer.IN)  # a *Skip* from before no longer counts
    if any(each.round_id == this.id for each in await ctx.use(Meetings).with_member(ctx.me.id, Progress.PROPOSED)):
        await stored.take_part(this.id, (ctx.me.id,), Part.MATCHED)  # their meeting had not gone out yet
        return False
    await stored.take_part(this.id, (ctx.me.id,), Part.WAITING)
    await stored.unsettle(this.id, (ctx.me.id,))  # whoever was left out before hears anew how it ends
    if this.stage is Stage.SENT:
        await stored.hurry(this.id, ctx.now)
        await ctx.hurry(ADVANCE)
    return True


@rounds.action("leave")
async def leave(ctx: Context) -> Effects:
    """Take part no longer; whoever was to meet them is told, and is matched again."""
    await ctx.use(Rounds).lock()
    await ctx.use(Participations).leave(ctx.me.id)
    outgoing, files = await free_from_all(ctx, ctx.me)
    return [Reply(_with(member_cards.left_card(), files), edit=False), *outgoing]


def _with(card: Card, files: tuple[File, ...]) -> Card:
    """Return a card with the files that take what is off out of a calendar."""
    return msgspec.structs.replace(card, files=files)


@rounds.event("member_left")
async def departed(ctx: Context) -> Effects:
    """Free the partners of whoever left the community."""
    if not ctx.me.id or not ctx.me.left:
        return None
    participations = ctx.use(Participations)
    if await participations.get(ctx.me.id) is None:
        return None
    await ctx.use(Rounds).lock()
    await participations.leave(ctx.me.id)
    out = await ctx.use(Meetings).with_member(ctx.me.id, Progress.SENT, Progress.MET)
    asked = [Remove(question_name(meeting.id, ctx.me.id), waiting=True) for meeting in out]
    outgoing, _files = await free_from_all(ctx, ctx.me)
    return [*asked, *outgoing]


# ---------------------------------------------------------------- rest


@rounds.action("less")
async def less(ctx: Context, key: int = 0) -> Effects:
    """Show how to have fewer meetings, or none of a programme: where *Less of this* leads."""
    await _taking_part(ctx)
    return Reply(member_cards.pause_card(await ctx.use(Programmes).get(key) if key else None))


@rounds.action("snooze", opens=True)
async def snooze(ctx: Context) -> Effects:
    """Ask until when."""
    await _taking_part(ctx)
    me = await ctx.use(Participations).get(ctx.me.id)
    return OpenForm(member_cards.snooze_form(me.snoozed_until if me is not None else None))


@rounds.submit("snoozed")
async def snoozed(ctx: Context, until: dt.date) -> Effects:
    """Rest until a date; whoever was to meet them is told, and is matched again."""
    await _taking_part(ctx)
    now = today(ctx.now, ctx.zone)
    if until <= now:
        raise Invalid({"until": _("This day is past, or today. From tomorrow on.")})
    if until - now > LONGEST:
        raise Invalid({"until": _("A day within a year. To stop for longer, leave the meetings: one click brings you back.")})
    await ctx.use(Rounds).lock()
    await ctx.use(Participations).snooze(ctx.me.id, until)
    outgoing, files = await free_from_all(ctx, ctx.me, until=until)
    return [Reply(_with(member_cards.snoozed_card(until), files)), *outgoing]


# ---------------------------------------------------------------- how often, what


@rounds.action("preferences", opens=True)
async def preferences(ctx: Context) -> Effects:
    """Ask how often and in which languages."""
    await _taking_part(ctx)
    me = await ctx.use(Participations).get(ctx.me.id)
    return OpenForm(member_cards.preferences_form(me.every if me else 0, me.languages if me else ()))


@rounds.submit("preferred")
async def preferred(ctx: Context, every: str, languages: list[str] = []) -> Effects:  # noqa: B006 - a specification, never changed
    """Keep how often and in which languages."""
    await _taking_part(ctx)
    if not every.isdecimal() or int(every) not in member_cards.EVERY:
        raise Invalid({"every": _("Choose one of the list.")})
    if not set(languages) <= set(LOCALES):
        raise Invalid({"languages": _("Choose one of the list.")})
    await ctx.use(Participations).prefer(ctx.me.id, every=int(every), languages=languages)
    return Reply(await own_card(ctx))


@rounds.action("into")
async def into(ctx: Context, key: int) -> Effects:
    """Join one programme, also from its invitation in a channel: whoever takes part in nothing yet is in this one only."""
    programme = await ctx.use(Programmes).get(key)
    if programme is None or not programme.running:
        raise UserError(_("These meetings have ended. Others may be there: “meet” shows them."))
    await ctx.use(Rounds).lock()
    participations = ctx.use(Participations)
    me = await participations.get(ctx.me.id)
    stranger = me is None or me.state is State.LEFT
    back_again = await participations.join(ctx.me.id, ctx.now)
    if stranger:  # the others are theirs to choose, in “meet”
        await participations.choose_only(ctx.me.id, only=True)
        await ctx.use(Programmes).forget_others(key, ctx.me.id)
    await ctx.use(Programmes).choose(key, ctx.me.id, joined=True)
    return await _joined(ctx, edit=False, only=key if stranger or not back_again else None)


@rounds.action("without")
async def without(ctx: Context, key: int) -> Effects:
    """Leave one programme; the others stay."""
    await ctx.use(Rounds).lock()
    programme = await ctx.use(Programmes).get(key)
    if programme is not None:
        await ctx.use(Programmes).choose(key, ctx.me.id, joined=False)
    outgoing, files = await free_from_all(ctx, ctx.me, programme=key)
    return [Reply(_with(await own_card(ctx), files), edit=True), *outgoing]
