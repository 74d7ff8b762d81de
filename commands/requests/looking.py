"""Who can help with a request, and what else is close to it. The one place that asks the engine of words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.notices import Notice
from bot.skills.fitness import alike, wanted
from bot.skills.ranking import Candidate, Match, Posting, rank_helpers, rank_opportunities
from bot.skills.understanding import read
from bot.skills.words import stem
from commands.requests.cards import PAGE, Overview, free, overview
from commands.requests.standing import known
from storage.asked import Helpers
from storage.budget import Budget
from storage.finding import Finding, Need
from storage.past_help import PastHelp
from storage.profiles import Profiles
from storage.requests import Requests, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.context import Context, JobContext
    from bot.text import Content
    from bot.ui import Card
    from storage.asked import Asked
    from storage.past_help import Solved
    from storage.requests import HelpRequest

MONTH: Final = dt.timedelta(days=30)
"""What a helper's own limit is counted over."""

PAUSE: Final = dt.timedelta(days=7)
"""How long nobody asks whoever said *Not now*."""

SIMILAR: Final = 0.5
"""The part of a need, by weight, that a solved one was about too to count as the same."""

SHOWN_SOLVED: Final = 2


async def show(
    ctx: Context, request: HelpRequest, *, offset: int = 0, news: Content = "", ranked: Sequence[Match] | None = None
) -> Card:
    """Return the card of a request for whoever asked, with the helpers that follow the first `offset`.

    `ranked` is everybody who can probably help, where that is known already.
    """
    if request.status is not Status.OPEN:
        return overview(Overview(request, news=news))
    asked = await ctx.use(Helpers).asked(request.id)
    taken = known(asked)
    if ranked is None:
        ranked = await rank(ctx, request, asked, locale=ctx.locale, most=pages(offset))
    for start in range(offset, len(ranked), PAGE):
        page = [match for match in ranked[start : start + PAGE] if match.member.id not in taken]
        if page:
            offset = start
            break
    else:
        page = []
    return overview(
        Overview(
            request,
            asked,
            page,
            () if offset or asked else await solved_alike(ctx, request),
            offset,
            any(match.member.id not in taken for match in ranked[offset + PAGE :]),
            news,
            free(request, asked, ctx.now),
        )
    )


def pages(offset: int) -> int:
    """Return how many helpers have to be known to show the page that begins there, and whether there is another."""
    return offset + 2 * PAGE


async def resting(ctx: JobContext, members: Collection[int], *, named: bool = False) -> set[int]:
    """Return who of some is left in peace: asked as often this month as they want to be, or not to be asked now.

    Also those whom everything together reached as often this week as they want, unless whoever asks `named` them.
    """
    at_peace = set(await ctx.use(Helpers).resting(members, ctx.now - MONTH, ctx.now - PAUSE))
    return at_peace if named else at_peace | await ctx.use(Budget).full(Notice.HELP, members, ctx.now)


async def rank(
    ctx: JobContext, request: HelpRequest, asked: Sequence[Asked], *, locale: str = "", most: int | None = None
) -> Sequence[Match]:
    """Return who can probably help, best first. Those who are to be left in peace are not among them.

    Those who were asked already keep their place, so that the pages stay what they were. `locale` is the language of whoever asks.
    `most` is how many are needed beside those asked: saying why takes time.
    """
    taken = known(asked)

    async def in_peace(members: Collection[int]) -> set[int]:
        return await resting(ctx, members)

    need = Need(request.need, locale, request.asker.id, request.id)
    found = await ctx.use(Finding).helpers(need, ctx.now, resting=in_peace, told=lambda past: _told(request, past), including=taken)
    limit = len(found.candidates) if most is None else most + len(taken)
    return rank_helpers(need.text, found.candidates, limit, locale=locale, rarity=found.rarity)


async def fitting(ctx: Context, found: Sequence[HelpRequest]) -> Sequence[tuple[HelpRequest, bool]]:
    """Return requests with whether they are close to what whoever acts does and offers, the closest first."""
    profile = await ctx.use(Profiles).get(ctx.me.id)
    told = profile.introduction if profile is not None else None
    if profile is None or told is None or not (told.does or told.offers):
        return [(request, False) for request in found]
    me = Candidate(ctx.me, told.does, told.offers, locale=profile.locale)
    fits = rank_opportunities(me, [Posting(request.id, request.need) for request in found], len(found))
    place = {fit.posting.key: number for number, fit in enumerate(fits)}
    ordered = sorted(found, key=lambda request: place.get(request.id, len(found)))
    return [(request, request.id in place) for request in ordered]


async def solved_alike(ctx: Context, request: HelpRequest) -> Sequence[HelpRequest]:
    """Return solved requests close to this one, closest first: only public ones, and not one's own."""
    wish = wanted(request.need, ctx.locale)
    near = await ctx.use(PastHelp).close_to(wish.terms, excluding=request.id)
    close = [(alike(wish, one.need), one.request) for one in near if one.posted and one.asker != request.asker.id]
    best = sorted((pair for pair in close if pair[0] >= SIMILAR), key=lambda pair: -pair[0])[:SHOWN_SOLVED]
    solved = [await ctx.use(Requests).get(identifier) for _closeness, identifier in best]
    return [one for one in solved if one is not None]


def in_common(need: str, past: str) -> str:
    """Return the words of `need` that a past one said too, or named otherwise: what may be said of one that was never public."""
    one, other = read(need), read(past)
    named = {concept.concept for concept in other.concepts}
    about = {stem(word.folded, other.language) for word in (*other.words, *other.within)}
    said = dict.fromkeys(
        (
            *(concept.said for concept in one.concepts if concept.concept in named),
            *(word.said for word in (*one.words, *one.within) if stem(word.folded, one.language) in about),
        )
    )
    return ", ".join(words for words in said if not any(words in longer and words != longer for longer in said))


def _told(request: HelpRequest, past: Solved) -> str:
    """Return what may be said of a past request; of one that was never public, only the words in common."""
    return past.need if past.posted else in_common(request.need, past.need)


def ended(request: HelpRequest) -> HelpRequest:
    """Return the request as it really stands: over, where whoever asked has left."""
    return replace(request, status=Status.CLOSED) if request.asker.left and request.status is Status.OPEN else request
