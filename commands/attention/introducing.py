"""*Introduce to…*: whom somebody may gain from knowing; they are asked first, and only their yes asks the other one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Reply
from bot.errors import Invalid, UserError
from bot.i18n import _
from bot.model import Member
from bot.notices import Notice, Way
from bot.skills.ranking import rank_allies
from commands.attention import introduction_cards
from commands.attention.feature import AGAIN, attention
from commands.attention.listing import here, matters, person_page
from commands.attention.settling import rested
from storage.attention import Act, Attention
from storage.budget import Budget
from storage.finding import Finding
from storage.participation import Participations
from storage.people import Members
from storage.profiles import Profiles
from storage.proposals import Proposals, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.skills.ranking import Match
    from bot.text import Content

ALLIES = 3
"""Members proposed with their reasons."""
LOOKED_AT = 8
"""Best allies, among which are those that are left once the ones they know, or would rather not meet, are out."""


@attention.action("introduce", animator=True, opens=True)
async def introduce(ctx: Context, key: int) -> Effects:
    """*Introduce to…*: possible allies, or the form where none are known."""
    profile = await here(ctx, key)
    allies = await _allies(ctx, key)
    if not allies:
        return OpenForm(introduction_cards.whom_form(profile.member))
    return Reply(introduction_cards.allies_card(profile.member, allies), edit=True)


async def _allies(ctx: Context, member: int) -> Sequence[Match]:
    """Return whom somebody may gain from knowing; a silent wish not to meet is kept without a word."""
    near = await ctx.use(Finding).allies(member, ctx.now)
    if near is None:
        return ()
    best = rank_allies(near.me, near.found.candidates, LOOKED_AT, rarity=near.found.rarity)
    apart = await _apart(ctx, member, [match.member.id for match in best])
    others = (match for match in best if match.member.id not in apart)
    return [match for match in others if not await _known(ctx, member, match.member.id)][:ALLIES]


async def _apart(ctx: Context, member: int, others: Sequence[int]) -> set[int]:
    """Return whom of some a member would rather not meet, or who would rather not meet them: nobody is told which."""
    pairs = await ctx.use(Participations).exclusions([member, *others])
    return {one for pair in pairs if member in pair for one in pair}


async def _known(ctx: Context, member: int, ally: int) -> bool:
    """Tell whether two were brought together, or asked, lately."""
    earlier = await ctx.use(Proposals).between(member, ally)
    if earlier is not None and (earlier.state is State.ACCEPTED or ctx.now - earlier.asked_at < AGAIN):
        return True
    return await ctx.use(Attention).introduced(member, ally, ctx.now - AGAIN)


@attention.action("whom", animator=True, opens=True)
async def whom(ctx: Context, key: int) -> Effects:
    """*Somebody else…*: the form."""
    return OpenForm(introduction_cards.whom_form((await here(ctx, key)).member))


@attention.action("propose", animator=True)
async def propose(ctx: Context, key: str) -> Effects:
    """*Introduce*, beside one of the possible allies."""
    number, _colon, other = key.partition(":")
    profile = await here(ctx, int(number) if number.isdecimal() else 0)
    ally = await ctx.use(Members).get(int(other) if other.isdecimal() else 0)
    if ally is None or ally.left:
        raise UserError(_("This member is no longer in the community."))
    match = next((one for one in await _allies(ctx, profile.member.id) if one.member.id == ally.id), None)
    return await _propose(ctx, profile.member, ally, introduction_cards.reasons_of(match) if match is not None else "")


@attention.submit("chosen", animator=True)
async def chosen(ctx: Context, key: int, ally: Member, why: str = "") -> Effects:
    """Propose whoever the animator chose."""
    profile = await here(ctx, key)
    if ally.id == key:
        raise Invalid({"ally": _("That is the same person.")})
    if ally.left:
        raise Invalid({"ally": _("{name} is no longer here.", name=ally.name)})
    return await _propose(ctx, profile.member, ally, why.strip())


async def _propose(ctx: Context, member: Member, ally: Member, why: Content) -> Effects:
    """Ask a member whether they would like to meet another; once, whoever of the animators thought of it.

    Whether they know each other or would rather not is answered in the same words.
    """
    stored = ctx.use(Attention)
    await stored.lock()
    if await _apart(ctx, member.id, [ally.id]) or await _known(ctx, member.id, ally.id):
        return Reply(
            await person_page(ctx, await matters(ctx), member.id, introduction_cards.not_the_moment(member, ally)), edit=True
        )
    way = (await ctx.use(Budget).allows(Notice.ALLY, [member.id], ctx.now))[member.id].way
    if way is Way.NEVER:
        return Reply(await person_page(ctx, await matters(ctx), member.id, introduction_cards.unwanted(member)), edit=True)
    profile = await ctx.use(Profiles).get(ally.id)
    trade = profile.introduction.does if profile is not None and profile.introduced_at is not None else ""
    await stored.did(Act.INTRODUCED, member.id, ctx.me.id, ctx.now, ally.id)
    card = introduction_cards.proposed_card(ctx.me, ally, why, trade)
    told = _("You get this because somebody who runs your community thought of you two.")
    news = introduction_cards.asked(member, ally, later=way is not Way.NOW)
    return [
        Direct(member.id, card, keep=True, notice=Notice.ALLY, why=told),
        Reply(await rested(ctx, member, news), edit=True),
    ]
