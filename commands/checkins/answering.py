"""Answering: who reads comes first; what follows is kept for them alone, or counted and kept for nobody."""

from __future__ import annotations

from dataclasses import dataclass

from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Outgoing, Reply, Update
from bot.errors import Invalid, UserError
from bot.i18n import _, plural
from bot.model import Member
from bot.notices import Notice
from bot.ui import Form
from commands.checkins import caring_cards, member_cards, member_forms
from commands.checkins.feature import WORDS, asked_name, checkins, peer_name, urgent_name
from commands.checkins.wording import choices_of
from storage.checkin import Campaign, Kind, Question, Reads, Receipt, Said, Sending
from storage.checkin_answers import CheckinAnswers, low
from storage.checkin_receipts import Receipts
from storage.checkin_totals import CheckinTotals
from storage.checkins import Checkins
from storage.people import Members


@dataclass(frozen=True, slots=True)
class Choice:
    """Who reads an answer, as its member chose; `call`: they would like to be called."""

    reads: Reads
    readers: tuple[Member, ...] = ()
    call: bool = False


async def _asked(ctx: Context, number: int) -> tuple[Sending, Campaign]:
    """Return what a member was asked and has not answered.

    Raises:
        UserError: they were not asked, or are done with it.
    """
    stored = ctx.use(Checkins)
    sending = await stored.sending(number)
    campaign = await stored.campaign(sending.campaign) if sending is not None else None
    if sending is None or campaign is None:
        raise UserError(_("This check-in is no longer here."))
    receipt = (await ctx.use(Receipts).of(number, [ctx.me.id])).get(ctx.me.id)
    if receipt is Receipt.CLOSED:
        raise UserError(_("You are done with this one. Thank you."))
    if receipt is not Receipt.ASKED:
        raise UserError(_("This question was for somebody else."))
    return sending, campaign


@checkins.action("answer", opens=True)
async def answer(ctx: Context, key: int) -> Effects:
    """*Answer*: who reads and the questions, in one form where they fit, else one after the other."""
    sending, campaign = await _asked(ctx, key)
    if not sending.open:
        return Reply(member_cards.over())
    return OpenForm(await form_for(ctx, campaign, sending.id))


async def form_for(ctx: Context, campaign: Campaign, sending: int) -> Form:
    """Return the first form of a check-in."""
    animators = await ctx.use(Members).animators()
    _stopped, usual = await ctx.use(Checkins).preference(ctx.me.id)
    if len(campaign.questions) > member_forms.TOGETHER:
        return member_forms.reads_form(sending, animators, usual)
    return member_forms.questions_form(str(sending), campaign.questions, animators, usual)


@checkins.submit("reads")
async def reads_chosen(ctx: Context, key: int, reads: str, peer: Member | None = None) -> Effects:
    """Go on to the questions, which fill a form of their own."""
    _sending, campaign = await _asked(ctx, key)
    chosen = await _choice(ctx, reads, peer)
    going_on = f"{key}:{reads}:{chosen.readers[0].id if chosen.reads is Reads.PEER else 0}"
    return Reply(member_cards.go_on(going_on, chosen.reads, chosen.readers, len(campaign.questions)))


@checkins.action("go", opens=True)
async def go_on(ctx: Context, key: str) -> Effects:
    """*To the questions*."""
    number, reads, peer = _parts(key)
    sending, campaign = await _asked(ctx, number)
    if not sending.open:
        return Reply(member_cards.over())
    await _choice(ctx, reads, await ctx.use(Members).get(peer) if peer else None)
    return OpenForm(member_forms.questions_form(key, campaign.questions))


def _parts(key: str) -> tuple[int, str, int]:
    """Return the sending, who reads and the peer that a key stands for; only the first where the form asks for the others."""
    number, _colon, rest = key.partition(":")
    reads, _colon, peer = rest.partition(":")
    if not number.isdecimal():
        raise UserError(_("This check-in is no longer here."))
    return int(number), reads, int(peer) if peer.isdecimal() else 0


async def _choice(ctx: Context, reads: str, peer: Member | None) -> Choice:
    """Return who reads.

    Raises:
        Invalid: at the field that has to change.
    """
    if reads in (Reads.ANIMATORS.value, member_forms.CALL):
        readers = tuple(await ctx.use(Members).animators())
        if not readers:
            raise Invalid({"reads": _("Nobody runs the community at the moment. Choose a member, or totals.")})
        return Choice(Reads.ANIMATORS, readers, call=reads == member_forms.CALL)
    if reads == Reads.TOTALS.value:
        return Choice(Reads.TOTALS)
    if reads != Reads.PEER.value:
        raise Invalid({"reads": _("Choose one of the list.")})
    if peer is None:
        raise Invalid({"peer": _("Pick the member who reads it.")})
    if peer.id == ctx.me.id:
        raise Invalid({"peer": _("That is yourself. Pick somebody else.")})
    if peer.left:
        raise Invalid({"peer": _("{name} is no longer here. Pick somebody else.", name=peer.name)})
    return Choice(Reads.PEER, (peer,))


@checkins.submit("given")
async def given(  # noqa: PLR0913, PLR0917 - the fields of the form
    ctx: Context,
    key: str,
    reads: str = "",
    peer: Member | None = None,
    q1: list[str] | None = None,
    q2: list[str] | None = None,
    q3: list[str] | None = None,
    q4: list[str] | None = None,
    q5: list[str] | None = None,
) -> Effects:
    """Keep the answer for its readers, or count it and keep nothing."""
    number, told, picked = _parts(key)
    if told:
        reads, peer = told, await ctx.use(Members).get(picked) if picked else None
    stored = ctx.use(Checkins)
    await stored.hold()
    sending, campaign = await _asked(ctx, number)
    if not sending.open:
        return Reply(member_cards.over())
    choice = await _choice(ctx, reads, peer)
    said = Said(answers(campaign.questions, (q1, q2, q3, q4, q5)), choice.call)
    if not any(said.answers) and not said.call:
        raise Invalid({"q1": _("One answer at least, whichever you like.")})
    await ctx.use(Receipts).close(number, ctx.me.id)
    kept = ctx.use(CheckinAnswers)
    await ctx.use(CheckinTotals).add(campaign, sending.date, said, named=choice.reads is Reads.ANIMATORS)
    done = Update(asked_name(number, ctx.me.id), member_cards.closed(campaign))
    if choice.reads is Reads.TOTALS:
        return [done, Reply(member_cards.thanks(choice.reads, (), call=False, answer=None))]
    made = await kept.give(number, ctx.me.id, choice.reads, [one.id for one in choice.readers], said, ctx.now)
    if made is None:
        raise UserError(_("You are done with this one. Thank you."))
    told_now = _told(ctx, made, campaign, choice, said)
    return [done, *told_now, Reply(member_cards.thanks(choice.reads, choice.readers, call=choice.call, answer=made))]


def _told(ctx: Context, made: int, campaign: Campaign, choice: Choice, said: Said) -> list[Outgoing]:
    """Return what readers are told at once: a peer that they were picked, animators of a wish for a call and of low answers.

    No message holds what was said: it waits, sealed, behind a button.
    """
    if choice.reads is Reads.PEER:
        card = caring_cards.picked(ctx.me, made)
        return [Direct(one.id, card, peer_name(made), keep=True, notice=Notice.CARE) for one in choice.readers]
    if not choice.call and not low(campaign.questions, said):
        return []
    card = caring_cards.at_once(ctx.me, made, call=choice.call)
    return [Direct(one.id, card, urgent_name(made), keep=True, notice=Notice.CARE) for one in choice.readers]


def answers(questions: tuple[Question, ...], values: tuple[list[str] | None, ...]) -> tuple[tuple[str, ...], ...]:
    """Return what was answered to each question.

    Raises:
        Invalid: at the field that has to change.
    """
    found: list[tuple[str, ...]] = []
    for number, (question, value) in enumerate(zip(questions, values, strict=False), 1):
        chosen = tuple(one.strip() for one in value or () if one.strip())
        if question.kind is Kind.TEXT:
            if chosen and len(chosen[0]) > WORDS:
                raise Invalid({f"q{number}": plural("At most {count} character.", "At most {count} characters.", WORDS)})
        elif not {each.value for each in choices_of(question)}.issuperset(chosen):
            raise Invalid({f"q{number}": _("Choose from the list.")})
        found.append(chosen if question.kind is Kind.SEVERAL else chosen[:1])
    return tuple(found)


@checkins.action("decline")
async def decline(ctx: Context, key: int) -> Effects:
    """*Not this time*: from then on it looks as if they had answered for totals."""
    sending, campaign = await _asked(ctx, key)
    await ctx.use(Receipts).close(sending.id, ctx.me.id)
    return [Update(asked_name(sending.id, ctx.me.id), member_cards.closed(campaign)), Reply(member_cards.declined())]
