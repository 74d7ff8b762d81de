"""Proposals to meet: the other is asked first, and only a yes opens a conversation of the two."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from bot.context import Context
from bot.effects import Connect, Direct, Effects, Reply
from bot.errors import UserError
from bot.i18n import _
from bot.notices import Notice
from bot.skills.ranking import rank_allies
from bot.ui import shorten
from commands.members import proposal_cards
from commands.members.feature import proposals
from commands.members.publication import candidate
from storage.profiles import Profile, Profiles
from storage.proposals import Proposal, Proposals, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.effects import Effect
    from bot.ui import Card

AGAIN: Final = dt.timedelta(days=60)
"""After so long without a yes, the same member may be asked once more."""
WEEKLY: Final = 5
"""Proposals a member may make in seven days: an invitation sent to everybody is none."""


@proposals.action("meet")
async def meet(ctx: Context, key: int) -> Effects:
    """Ask another member whether they would like to meet."""
    if key == ctx.me.id:
        raise UserError(_("This is your own card. The button is for the others."))
    profiles = ctx.use(Profiles)
    ally, mine = await profiles.get(key), await profiles.get(ctx.me.id)
    if ally is None:
        raise UserError(_("This member is no longer in the community."))
    if ally.member.left:
        raise UserError(_("{name} has left the community.", name=ally.member.name))
    earlier = await ctx.use(Proposals).between(ctx.me.id, key)
    if earlier is not None and earlier.state is State.ACCEPTED:
        return Reply(proposal_cards.accepted_already())
    if earlier is not None and earlier.ally.id == ctx.me.id:
        return await _accept(ctx, earlier, edit=False)
    if earlier is not None and ctx.now - earlier.asked_at < AGAIN:
        return Reply(proposal_cards.asked_already(ally.member))
    if mine is None or mine.introduced_at is None:
        return Reply(proposal_cards.introduce_first())
    return await _ask(ctx, ally)


async def _ask(ctx: Context, ally: Profile) -> Sequence[Effect]:
    repository = ctx.use(Proposals)
    if await repository.asked_since(ctx.me.id, ctx.now - dt.timedelta(days=7)) >= WEEKLY:
        raise UserError(_("You have asked several members this week. Give them time to answer, and ask again in a few days."))
    number = await repository.propose(ctx.me.id, ally.member.id, ctx.now)
    proposal = Proposal(number, ctx.me, ally.member, State.ASKED, ctx.now)
    return (
        Reply(proposal_cards.asked(ally.member)),
        Direct(ally.member.id, await _question(ctx, proposal), remember=f"proposal:{number}", keep=True, notice=Notice.PROPOSAL),
    )


async def _question(ctx: Context, proposal: Proposal) -> Card:
    """Return the question to whoever is asked, with the reasons as they see them."""
    profiles = ctx.use(Profiles)
    proposer = await profiles.get(proposal.proposer.id) or Profile(proposal.proposer)
    ally = await profiles.get(proposal.ally.id) or Profile(proposal.ally)
    matches = rank_allies(candidate(ally, ally.locale), [candidate(proposer, proposer.locale)], 1)
    return proposal_cards.proposal(proposal, proposer, matches[0].reasons if matches else ())


@proposals.action("show")
async def show(ctx: Context, key: int) -> Effects:
    """Show a proposal again to whoever was asked."""
    proposal = await _asked_of_me(ctx, key)
    if proposal.state is State.ACCEPTED:
        return Reply(proposal_cards.accepted_already())
    if proposal.proposer.left:
        return Reply(proposal_cards.gone(proposal.proposer))
    return Reply(await _question(ctx, proposal))


@proposals.action("accept")
async def accept(ctx: Context, key: int) -> Effects:
    """Say yes: the two are connected."""
    return await _accept(ctx, await _asked_of_me(ctx, key), edit=True)


@proposals.action("not_now")
async def not_now(ctx: Context, key: int) -> Effects:
    """Put it off; whoever asked is not told."""
    proposal = await _asked_of_me(ctx, key)
    if proposal.state is State.ACCEPTED:
        return Reply(proposal_cards.accepted_already())
    await ctx.use(Proposals).answer(proposal.id, State.NOT_NOW, ctx.now)
    return Reply(proposal_cards.not_now(proposal.proposer), edit=True)


async def _asked_of_me(ctx: Context, key: int) -> Proposal:
    proposal = await ctx.use(Proposals).get(key)
    if proposal is None:
        raise UserError(_("This proposal is no longer there."))
    if proposal.ally.id != ctx.me.id:
        raise UserError(_("This question is for {name}.", name=proposal.ally.name))
    return proposal


async def _accept(ctx: Context, proposal: Proposal, *, edit: bool) -> Effects:
    if proposal.state is State.ACCEPTED:
        return Reply(proposal_cards.accepted_already())
    if proposal.proposer.left:
        return Reply(proposal_cards.gone(proposal.proposer), edit=edit)
    await ctx.use(Proposals).answer(proposal.id, State.ACCEPTED, ctx.now)
    profiles = ctx.use(Profiles)
    one = await profiles.get(proposal.proposer.id) or Profile(proposal.proposer)
    other = await profiles.get(proposal.ally.id) or Profile(proposal.ally)
    names = " & ".join(shorten(member.name, 40) for member in (proposal.proposer, proposal.ally))
    return (
        Reply(proposal_cards.accepted(proposal.proposer), edit=edit),
        Connect(
            (proposal.proposer.id, proposal.ally.id), names, proposal_cards.meeting(one, other), remember=f"meeting:{proposal.id}"
        ),
    )
