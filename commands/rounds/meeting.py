"""A meeting, as its members go through it: a time, whether they met, another time or somebody else, what it brought."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Outgoing, Post, Remove, Reply, Update
from bot.errors import Invalid, UserError
from bot.i18n import _
from bot.model import Member
from bot.notices import Notice
from commands.rounds import gain_cards, meeting_cards, member_cards
from commands.rounds.feature import ADVANCE, AGAIN, meeting_name, public_thanks_name, question_name, rounds, thanks_name
from commands.rounds.freeing import free
from commands.rounds.looking import called_off, heard, mine, programme_of, shown
from commands.rounds.sending import times
from storage.communities import Channels
from storage.meeting import Meeting, Progress
from storage.meeting import Reply as Said
from storage.meetings import Meetings
from storage.outcomes import Outcomes, Subject, Value
from storage.participation import Participations
from storage.round import UNDER_WAY, Answer, Part
from storage.rounds import Rounds
from storage.thanks import Thanks

OPEN = (Progress.SENT, Progress.MET)


# ---------------------------------------------------------------- a time


@rounds.action("time")
async def choose_time(ctx: Context, key: str) -> Effects:
    """*It's this time*: said to all, in the conversation; another press chooses another."""
    number, version, place = _parts(key)
    await ctx.use(Rounds).lock()
    meeting = await mine(ctx, number)
    if meeting.progress not in OPEN:
        return Reply(meeting_cards.over_card(met=False))
    if version != meeting.version or place >= len(meeting.slots):
        raise UserError(_("Other times were proposed since. They are in your conversation."))
    at = meeting.slots[place]
    await heard(ctx, meeting.round_id)
    if at == meeting.chosen:
        return Reply(meeting_cards.chosen_card(at))
    if at <= ctx.now:
        return Reply(member_cards.past_card(meeting))
    meeting = replace(meeting, chosen=at, chosen_by=ctx.me.id, revision=meeting.revision + 1)
    await ctx.use(Meetings).change(meeting.id, chosen=at, chosen_by=ctx.me.id, revision=meeting.revision)
    _this, programme = await programme_of(ctx, meeting)
    card = await shown(ctx, meeting, programme)
    return [Reply(meeting_cards.chosen_card(at)), Update(meeting_name(meeting.id), card)]


@rounds.action("times")
async def other_times(ctx: Context, key: str) -> Effects:
    """*Other times*: three new ones in place of the others, once for each time it is asked."""
    number, version, _place = _parts(key)
    await ctx.use(Rounds).lock()
    meeting = await mine(ctx, number)
    if meeting.progress is not Progress.SENT:
        return Reply(meeting_cards.over_card(met=meeting.progress is Progress.MET))
    await heard(ctx, meeting.round_id)
    if version != meeting.version:  # pressed twice, or by two
        return Reply(meeting_cards.new_times_card())
    this, programme = await programme_of(ctx, meeting)
    around = await ctx.use(Participations).around([member.id for member in meeting.members])
    slots = times(ctx, around, this.seed + meeting.id + version, holidays=programme.rule.holidays)
    again = replace(meeting, slots=slots, chosen=None, chosen_by=None, version=version + 1, revision=meeting.revision + 1)
    await ctx.use(Meetings).change(
        meeting.id,
        slots=slots,
        chosen=None,
        chosen_by=None,
        version=again.version,
        revision=again.revision,
        ask_at=ctx.now + AGAIN,
    )
    await ctx.use(Meetings).reply(meeting.id, ctx.me.id, Said.NOT_YET)
    told = [
        Direct(one.id, meeting_cards.other_times_card(ctx.me), keep=True, notice=Notice.MEETING)
        for one in meeting.others(ctx.me.id)
    ]
    card = await shown(ctx, again, programme)
    return [Reply(meeting_cards.new_times_card()), Update(meeting_name(meeting.id), card), *told]


def _parts(key: str) -> tuple[int, int, int]:
    """Return the meeting, the version of its times, and which of them a button is for.

    Raises:
        UserError: the key says something else.
    """
    parts = key.split(":")
    if not all(part.isdecimal() for part in parts) or not 2 <= len(parts) <= 3:  # noqa: PLR2004 - as said
        raise UserError(_("This meeting is no longer here."))
    number, version, *place = map(int, parts)
    return number, version, place[0] if place else 0


# ---------------------------------------------------------------- did you meet?


@rounds.action("how")
async def how(ctx: Context, key: int) -> Effects:
    """Ask somebody who wants to say it before they are asked."""
    meeting = await mine(ctx, key)
    if meeting.progress not in OPEN:
        return Reply(meeting_cards.over_card(met=False))
    return Reply(meeting_cards.ask_card(meeting, meeting.others(ctx.me.id), again=meeting.asked > 1))


@rounds.action("met")
async def met(ctx: Context, key: int) -> Effects:
    """*We met*, however late."""
    await ctx.use(Rounds).lock()
    meeting = await mine(ctx, key)
    if meeting.progress is Progress.CANCELLED:
        return Reply(meeting_cards.over_card(met=False), edit=True)
    await _said(ctx, meeting, Said.MET)
    if meeting.met_at is None:
        await ctx.use(Meetings).change(meeting.id, progress=Progress.MET, met_at=ctx.now)
    return Reply(meeting_cards.met_card(meeting, meeting.others(ctx.me.id)), edit=True)


@rounds.action("not_yet")
async def not_yet(ctx: Context, key: int) -> Effects:
    """*Not yet*: asked once more, and never a third time."""
    await ctx.use(Rounds).lock()
    meeting = await mine(ctx, key)
    if meeting.progress is not Progress.SENT:
        return Reply(meeting_cards.over_card(met=meeting.progress is Progress.MET), edit=True)
    await _said(ctx, meeting, Said.NOT_YET)
    return Reply(meeting_cards.not_yet_card(meeting, asked_again=meeting.asked < 2), edit=True)  # noqa: PLR2004 - twice in all


@rounds.action("could_not")
async def could_not(ctx: Context, key: int) -> Effects:
    """*Couldn't*: other times, or somebody else."""
    await ctx.use(Rounds).lock()
    meeting = await mine(ctx, key)
    if meeting.progress is not Progress.SENT:
        return Reply(meeting_cards.over_card(met=meeting.progress is Progress.MET))
    await _said(ctx, meeting, Said.COULD_NOT)
    return Reply(meeting_cards.could_not_card(meeting))


async def _said(ctx: Context, meeting: Meeting, said: Said) -> None:
    await ctx.use(Meetings).reply(meeting.id, ctx.me.id, said)
    await heard(ctx, meeting.round_id)


# ---------------------------------------------------------------- somebody else, or nobody


@rounds.action("elsewhere")
async def elsewhere(ctx: Context, key: int) -> Effects:
    """Meet somebody else: both are matched again."""
    return await _out(ctx, key, waiting=True)


@rounds.action("give_up")
async def give_up(ctx: Context, key: int) -> Effects:
    """Meet nobody this time; the other is matched again."""
    return await _out(ctx, key, waiting=False)


async def _out(ctx: Context, key: int, *, waiting: bool) -> Effects:
    stored = ctx.use(Rounds)
    await stored.lock()
    meeting = await mine(ctx, key)
    if meeting.progress is not Progress.SENT:
        return Reply(meeting_cards.over_card(met=meeting.progress is Progress.MET), edit=True)
    await heard(ctx, meeting.round_id)
    outgoing: list[Outgoing] = [Remove(question_name(meeting.id, ctx.me.id), waiting=True)]
    outgoing += await free(ctx, meeting, ctx.me)
    this = await stored.get(meeting.round_id)
    waiting = waiting and this is not None and this.stage in UNDER_WAY
    await stored.take_part(meeting.round_id, (ctx.me.id,), Part.WAITING if waiting else Part.GONE)
    if waiting:
        await stored.hurry(meeting.round_id, ctx.now)
        await ctx.hurry(ADVANCE)
    card = msgspec.structs.replace(meeting_cards.elsewhere_card(waiting=waiting), files=called_off(ctx, meeting))
    return [Reply(card, edit=True), *outgoing]


@rounds.action("no_more")
async def no_more(ctx: Context) -> Effects:
    """Wait for nobody any more, in no round."""
    stored = ctx.use(Rounds)
    await stored.lock()
    for this, place in await stored.rounds_of(ctx.me.id):
        if place.part is Part.WAITING:
            await stored.take_part(this.id, (ctx.me.id,), Part.GONE)
            await heard(ctx, this.id)
        elif place.part is Part.LEFT_OUT:  # counted as such, and first next time
            await stored.answer(this.id, ctx.me.id, Answer.SKIP)
    return Reply(meeting_cards.elsewhere_card(waiting=False), edit=True)


# ---------------------------------------------------------------- what it brought


@rounds.action("useful", opens=True)
async def useful(ctx: Context, key: int) -> Effects:
    """Ask what was useful."""
    meeting = await mine(ctx, key)
    others = meeting.others(ctx.me.id)
    if not others:
        return Reply(meeting_cards.over_card(met=True))
    return OpenForm(gain_cards.useful_form(meeting, others))


@rounds.submit("gained")
async def gained(  # noqa: PLR0913 - the fields of the form
    ctx: Context, key: int, gain: str, *, giver: str = "", thanks: str = "", visibility: str = gain_cards.PRIVATE
) -> Effects:
    """Keep what it brought, to the credit of whoever gave it, and thank them."""
    await ctx.use(Rounds).lock()
    meeting = await mine(ctx, key)
    others = {str(one.id): one for one in meeting.others(ctx.me.id)}
    if not others:
        return Reply(meeting_cards.over_card(met=True))
    given_by = others.get(giver or next(iter(others)))
    if given_by is None:
        raise Invalid({"giver": _("Choose one of the list.")})
    if gain not in set(Value):
        raise Invalid({"gain": _("Choose one of the list.")})
    await heard(ctx, meeting.round_id)
    await ctx.use(Outcomes).record(
        Subject.MEETING, meeting.id, ctx.now, gainer=ctx.me, giver=given_by, value=Value(gain), confirmed=True
    )
    words = thanks.strip()
    outgoing = await _thank(ctx, meeting, given_by, words, public=visibility == gain_cards.PUBLIC) if words else []
    return [Reply(gain_cards.gained_card(given_by, thanked=bool(words))), *outgoing]


async def _thank(ctx: Context, meeting: Meeting, giver: Member, words: str, *, public: bool) -> list[Outgoing]:
    """Thank somebody for a meeting: once, and saved again it is the same thank-you in other words, or for others to see."""
    shared = public and bool(await ctx.use(Channels).channels("thanks"))
    thanks = ctx.use(Thanks)
    private, everyone = gain_cards.thanks_card(ctx.me, words), gain_cards.public_thanks_card(ctx.me, giver, words)
    before = await thanks.for_meeting(ctx.me, giver, meeting.id)
    if before is None:
        number = await thanks.give(ctx.me, giver, words, ctx.now, public=shared, meeting=meeting.id)
        return [
            Direct(giver.id, private, keep=True, remember=thanks_name(number), notice=Notice.THANKS),
            *((Post("thanks", everyone, remember=public_thanks_name(number)),) if shared else ()),
        ]
    await thanks.reword(before.id, words, public=shared)
    outgoing: list[Outgoing] = [Update(thanks_name(before.id), private)] if words != before.words else []
    if shared and not before.public:
        outgoing.append(Post("thanks", everyone, remember=public_thanks_name(before.id)))
    elif shared and words != before.words:
        outgoing.append(Update(public_thanks_name(before.id), everyone))
    elif before.public and not shared:
        outgoing.append(Remove(public_thanks_name(before.id)))
    return outgoing
