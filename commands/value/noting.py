"""By hand: what I gained and whom I helped; what others say I gained; changing and taking back what is mine."""

from __future__ import annotations

from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Outgoing, OwnTime, Remove, Reply, Update
from bot.errors import Invalid, UserError
from bot.gains import BANDS
from bot.i18n import _, plural
from bot.model import Member
from bot.notices import Notice
from commands.value import cards, forms
from commands.value.feature import AGAIN, NOTE, SAME, WEEK, WEEKLY, asked_name, outcome_name, worth
from commands.value.showing import gained_by_me, gone, overview
from storage.outcomes import Outcomes, Subject, Value
from storage.value import Ledger


@worth.action("gain", opens=True)
async def gain(_ctx: Context) -> Effects:
    """*Say what I gained*."""
    return OpenForm(forms.gain_form())


@worth.submit("gained")
async def gained(ctx: Context, gain: str, what: str, giver: Member | None = None, band: str = "") -> Effects:
    """Keep what somebody gained, and tell whoever gave it."""
    words, value = _words(what), _kind(gain)
    _somebody_else(ctx, giver, "giver")
    ledger = ctx.use(Ledger)
    outgoing: list[Outgoing] = []
    if not await ledger.same(ctx.me, giver, words, ctx.now - AGAIN):
        number = await ledger.note(ctx.now, gainer=ctx.me, giver=giver, value=value, note=words, amount_band=_amount(value, band))
        outgoing = await _credit(ctx, number)
    return [Reply(await overview(ctx, news=_("Noted. Thank you for saying so."))), *outgoing]


async def _credit(ctx: Context, number: int | None) -> list[Outgoing]:
    found = await ctx.use(Outcomes).get(number) if number is not None else None
    if found is None or found.giver is None or found.giver.left:
        return []
    return [
        Direct(found.giver.id, cards.credited_card(found), remember=outcome_name(found.id), when=OwnTime(), notice=Notice.OUTCOME)
    ]


@worth.action("helped", opens=True)
async def helped(_ctx: Context) -> Effects:
    """*Say whom I helped*."""
    return OpenForm(forms.helped_form())


@worth.submit("give")
async def give(ctx: Context, gain: str, what: str, gainer: Member | None = None) -> Effects:
    """Ask a member whether what somebody did was of use to them; it counts if they say so."""
    words, value = _words(what), _kind(gain)
    if gainer is None:
        raise Invalid({"gainer": _("Choose who it was.")})
    _somebody_else(ctx, gainer, "gainer")
    ledger = ctx.use(Ledger)
    if await ledger.same(gainer, ctx.me, words, ctx.now - AGAIN):
        return Reply(cards.proposed_card(gainer))
    if await ledger.resting(ctx.me, gainer, ctx.now - SAME):
        raise Invalid({"gainer": _("Once in a month for each person is enough. Wait a little before you tell me again.")})
    if await ledger.proposed(ctx.me, ctx.now - WEEK) >= WEEKLY:
        raise UserError(
            plural(
                "You told me of {count} member this week. Give them time to answer, and go on in a few days.",
                "You told me of {count} members this week. Give them time to answer, and go on in a few days.",
                WEEKLY,
            )
        )
    number = await ledger.note(ctx.now, gainer=gainer, giver=ctx.me, value=value, note=words, proposed=True)
    found = await ctx.use(Outcomes).get(number) if number is not None else None
    if found is None:
        return Reply(cards.proposed_card(gainer))
    question = Direct(
        gainer.id,
        cards.proposal_card(found),
        remember=asked_name(found.id),
        keep=True,
        when=OwnTime(),
        notice=Notice.OUTCOME,
    )
    return [Reply(cards.proposed_card(gainer)), question]


# ---------------------------------------------------------------- what others say I gained


@worth.action("look")
async def look(ctx: Context, key: int) -> Effects:
    """Show again what is to be confirmed."""
    found = await gained_by_me(ctx, key)
    if found.subject is not Subject.BY_HAND or found.confirmed_at is not None:
        return Reply(cards.outcome_card(found, ctx.zone, received=True))
    return Reply(cards.proposal_card(found))


@worth.action("confirm")
async def confirm(ctx: Context, key: int) -> Effects:
    """*Yes, that is right*."""
    found = await gained_by_me(ctx, key)
    if found.subject is Subject.BY_HAND:
        await ctx.use(Outcomes).confirm(key, ctx.me, ctx.now)
    return _answered(key, right=True)


@worth.action("refuse")
async def refuse(ctx: Context, key: int) -> Effects:
    """*No*: it counts nowhere, and whoever said it is not told."""
    found = await gained_by_me(ctx, key)
    await ctx.use(Ledger).decline(key, ctx.me, ctx.now)
    return _answered(key, right=found.confirmed_at is not None)


def _answered(key: int, *, right: bool) -> Effects:
    """Show the answer, also in place of the question where it was answered elsewhere."""
    card = cards.answered_card(right=right)
    return [Update(asked_name(key), card), Reply(card, edit=True)]


# ---------------------------------------------------------------- mine to change


@worth.action("change", opens=True)
async def change(ctx: Context, key: int) -> Effects:
    """*Change*: the kind, the words, the amount."""
    return OpenForm(forms.change_form(await gained_by_me(ctx, key)))


@worth.submit("changed")
async def changed(ctx: Context, key: int, gain: str, what: str = "", band: str = "") -> Effects:
    """Keep what was changed; whoever gave it sees the new words where they have a message of it."""
    await gained_by_me(ctx, key)
    value, note = _kind(gain), (what or "").strip()
    if len(note) > NOTE:
        raise _too_long()
    await ctx.use(Ledger).change(key, ctx.me, ctx.now, value=value, note=note, amount_band=_amount(value, band))
    after = await gained_by_me(ctx, key)
    effects: list[Outgoing] = [
        Update(outcome_name(key), cards.credited_card(after)),
        Update(asked_name(key), cards.answered_card(right=True)),
    ]
    return [*effects, Reply(cards.outcome_card(after, ctx.zone, received=True, news=_("Noted.")), edit=True)]


@worth.action("withdraw")
async def withdraw(ctx: Context, key: int) -> Effects:
    """*Withdraw*: it is forgotten, as is the message about it; nobody is told."""
    if not await ctx.use(Ledger).withdraw(key, ctx.me, ctx.now):
        raise gone()
    return [Remove(outcome_name(key)), Reply(cards.withdrawn_card(), edit=True)]


def _kind(gain: str) -> Value:
    if gain not in set(Value):
        raise Invalid({"gain": _("Choose one of the list.")})
    return Value(gain)


def _words(what: str) -> str:
    words = what.strip()
    if not words:
        raise Invalid({"what": _("Say it in a few words.")})
    if len(words) > NOTE:
        raise _too_long()
    return words


def _too_long() -> Invalid:
    return Invalid({"what": plural("At most {count} character.", "At most {count} characters.", NOTE)})


def _amount(value: Value, band: str) -> str | None:
    """Return the band of an amount: of business alone."""
    return band if value is Value.ECONOMIC and band in BANDS else None


def _somebody_else(ctx: Context, member: Member | None, field: str) -> None:
    """Refuse whom nothing can be credited to.

    Raises:
        Invalid: it is themselves, or somebody who is gone.
    """
    if member is None:
        return
    if member.id == ctx.me.id:
        raise Invalid({field: _("That is yourself. Choose the other person.")})
    if member.left:
        raise Invalid({field: _("This person is no longer here.")})
