"""Who fits an opportunity, and which opportunities fit a member: the one place that asks how words are ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.skills.ranking import Candidate, Match, rank_helpers
from bot.skills.words import terms
from storage.finding import Finding, Need
from storage.opportunity_lists import OpportunityLists
from storage.profiles import Profiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Context, JobContext
    from bot.skills.weights import Rarity
    from storage.opportunity import Contents, Opportunity
    from storage.opportunity_lists import Sought

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


async def best_for(ctx: Context, sought: Sought) -> Sequence[int]:
    """Return the opportunities that fit whoever acts, best first; none where they told nothing yet."""
    profile = await ctx.use(Profiles).get(ctx.me.id)
    if profile is None:
        return ()
    told = profile.introduction
    return await ctx.use(OpportunityLists).fitting(f"{told.offers}\n{told.does}", profile.locale, sought)


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
