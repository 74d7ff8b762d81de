"""Who fits an opportunity, and which opportunities fit a member: the one place that asks how words are ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.skills.ranking import Candidate, Match, Posting, rank_helpers, rank_opportunities
from bot.skills.words import terms
from storage.finding import Finding, Need
from storage.profiles import Profiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Context, JobContext
    from bot.skills.weights import Rarity
    from storage.opportunity import Contents, Opportunity

MOST: Final = 20
"""Members told of one opportunity: those it fits best."""
NEAR: Final = 0.35
"""What another's fit is to the best one's, at least, to be told: less is a word in common."""
ALIKE: Final = 0.7
"""The part of the words of one that another says too, to be taken for the same."""


def subject(contents: Contents) -> str:
    """Return what an opportunity takes, for the ranking: the skills where they are said, else all that is told."""
    return contents.skills or f"{contents.title} {contents.what}"


async def members_for(ctx: JobContext, found: Opportunity) -> Sequence[Match]:
    """Return the members whom an opportunity fits, best first, each with the reasons."""
    need = Need(subject(found.contents), found.contents.locale, found.poster.id)
    near = await ctx.use(Finding).helpers(need, ctx.now)
    return fitting(found.contents, near.candidates, near.rarity)


async def best_for(ctx: Context, found: Sequence[Opportunity]) -> Sequence[Opportunity]:
    """Return opportunities in the order in which they fit whoever acts; the others follow in the order given."""
    profile = await ctx.use(Profiles).get(ctx.me.id)
    if profile is None:
        return found
    told = profile.introduction
    me = Candidate(ctx.me, told.does, told.offers, locale=profile.locale)
    about = [Posting(one.id, f"{one.contents.title}\n{subject(one.contents)}", one.contents.locale) for one in found]
    place = {fit.posting.key: number for number, fit in enumerate(rank_opportunities(me, about, len(about)))}
    return sorted(found, key=lambda one: place.get(one.id, len(found)))


def fitting(contents: Contents, candidates: Sequence[Candidate], rarity: Rarity | None = None) -> Sequence[Match]:
    """Return the members among these whom an opportunity fits; nobody for a word in common."""
    ranked = rank_helpers(subject(contents), candidates, MOST, locale=contents.locale, rarity=rarity)
    return [match for match in ranked if match.score >= NEAR * ranked[0].score]


def same(contents: Contents, others: Sequence[Opportunity]) -> Opportunity | None:
    """Return one of others that says nearly the same, or None."""
    mine = terms(f"{contents.title} {contents.what}")
    for other in others:
        theirs = terms(f"{other.contents.title} {other.contents.what}")
        if mine and theirs and len(mine & theirs) >= ALIKE * max(len(mine), len(theirs)):
            return other
    return None
