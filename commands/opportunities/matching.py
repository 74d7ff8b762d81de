"""Who fits an opportunity, and which opportunities fit a member: the one place that asks how words are ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import today
from bot.skills.overlap import Candidate, Match, Rarity, rank_helpers, terms
from storage.profiles import Profile, Profiles

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from bot.context import Context, JobContext
    from bot.model import Member
    from storage.opportunity import Contents, Opportunity

MOST: Final = 20
"""Members told of one opportunity: those it fits best."""
NEAR: Final = 0.4
"""What another's fit is to the best one's, at least, to be told: less is a word in common."""
ALIKE: Final = 0.7
"""The part of the words of one that another says too, to be taken for the same."""


def subject(contents: Contents) -> str:
    """Return what an opportunity takes, for the ranking: the skills where they are said, else all that is told."""
    return contents.skills or f"{contents.title} {contents.what}"


async def members_for(ctx: JobContext, found: Opportunity) -> Sequence[Match]:
    """Return the members whom an opportunity fits, best first, each with the reasons."""
    return fitting(found.contents, found.poster, await ctx.use(Profiles).introduced(), today(ctx.now, ctx.community.zone))


async def best_for(ctx: Context, found: Sequence[Opportunity]) -> Sequence[Opportunity]:
    """Return opportunities in the order in which they fit whoever acts; those that fit alike stay in the order given."""
    profile = await ctx.use(Profiles).get(ctx.me.id)
    if profile is None:
        return found
    mine = terms(f"{profile.introduction.does} {profile.introduction.offers}")
    about = [f"{one.contents.title} {subject(one.contents)}" for one in found]
    rarity = Rarity(about)
    scored = [(rarity.shared(terms(words), mine), one) for words, one in zip(about, found, strict=True)]
    return [one for _score, one in sorted(scored, key=lambda pair: -pair[0])]


def fitting(contents: Contents, poster: Member, profiles: Sequence[Profile], day: dt.date) -> Sequence[Match]:
    """Return the members of these profiles whom an opportunity fits; nobody for a word in common."""
    candidates = [
        Candidate(
            profile.member,
            profile.introduction.does,
            profile.introduction.offers,
            profile.introduction.seeks,
            profile.locale,
            {"yes": True, "no": False}.get(profile.availability.on(day).state),
        )
        for profile in profiles
        if profile.member.id != poster.id
    ]
    ranked = rank_helpers(subject(contents), candidates, MOST, locale=contents.locale)
    return [match for match in ranked if match.score >= NEAR * ranked[0].score]


def same(contents: Contents, others: Sequence[Opportunity]) -> Opportunity | None:
    """Return one of others that says nearly the same, or None."""
    mine = terms(f"{contents.title} {contents.what}")
    for other in others:
        theirs = terms(f"{other.contents.title} {other.contents.what}")
        if mine and theirs and len(mine & theirs) >= ALIKE * max(len(mine), len(theirs)):
            return other
    return None
