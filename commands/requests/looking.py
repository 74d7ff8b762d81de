"""Who can help with a request, and what else is close to it. The one place that asks the engine of words."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.i18n import today
from bot.skills.overlap import Rarity
from bot.skills.ranking import Candidate, Match, rank_helpers
from bot.skills.words import STOP_WORDS, terms
from commands.requests.cards import PAGE, Overview, overview
from commands.requests.standing import known
from storage.asked import Helpers
from storage.profiles import Profiles
from storage.request_lists import RequestLists
from storage.requests import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Context, JobContext
    from bot.text import Content
    from bot.ui import Card
    from storage.asked import Asked
    from storage.requests import HelpRequest

MONTH: Final = dt.timedelta(days=30)
"""What a helper's own limit is counted over."""

PAUSE: Final = dt.timedelta(days=7)
"""How long nobody asks whoever said *Not now*."""

SIMILAR: Final = 0.5
"""The part of a need's words, by weight, that a solved one has in common with it to count as the same."""

SHOWN_SOLVED: Final = 2

BEGINNING: Final = 6
"""Letters that words of one family begin with, as in the comparison of words."""

EMPTY_WORDS: Final = STOP_WORDS
"""Words that say nothing about what is needed, folded."""

_WORD: Final = re.compile(r"[^\W\d_]+")


async def show(
    ctx: Context, request: HelpRequest, *, offset: int = 0, news: Content = "", ranked: Sequence[Match] | None = None
) -> Card:
    """Return the card of a request for whoever asked, with the helpers that follow the first `offset`.

    `ranked` is everybody who can probably help, where that is known already.
    """
    if request.status is not Status.OPEN:
        return overview(Overview(request, news=news))
    asked = await ctx.use(Helpers).asked(request.id)
    taken = known(asked, ctx.now)
    past = await ctx.use(RequestLists).solved()
    if ranked is None:
        ranked = await rank(ctx, request, asked, past, locale=ctx.locale)
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
            () if offset or asked else solved_alike(request, past),
            offset,
            any(match.member.id not in taken for match in ranked[offset + PAGE :]),
            news,
        )
    )


async def resting(ctx: JobContext) -> set[int]:
    """Return who is left in peace: asked as often this month as they want to be, or not to be asked now."""
    return set(await ctx.use(Helpers).resting(ctx.now - MONTH, ctx.now - PAUSE))


async def rank(
    ctx: JobContext,
    request: HelpRequest,
    asked: Sequence[Asked],
    past: Sequence[HelpRequest] | None = None,
    *,
    locale: str = "",
) -> Sequence[Match]:
    """Return everybody who can probably help, best first. Those who are to be left in peace are not among them.

    Those who were asked already keep their place, so that the pages stay what they were. `locale` is the language of whoever asks.
    """
    if past is None:
        past = await ctx.use(RequestLists).solved()
    busy = await resting(ctx) - known(asked, ctx.now)
    counts = Counter(one.helper.id for one in past if one.helper is not None)
    helped = _helped(request, related(request, past))
    day = today(ctx.now, ctx.community.zone)
    candidates: list[Candidate] = []
    for profile in await ctx.use(Profiles).introduced():
        member = profile.member
        if member.id == request.asker.id or member.id in busy:
            continue
        needs = helped.get(member.id, ())
        candidates.append(
            Candidate(
                member,
                profile.introduction.does,
                profile.introduction.offers,
                profile.introduction.seeks,
                profile.locale,
                {"yes": True, "no": False}.get(profile.availability.on(day).state),
                counts[member.id],
                tuple(need for need in needs if need),
            )
        )
    return rank_helpers(request.need, candidates, len(candidates), locale=locale)


async def fitting(ctx: Context, found: Sequence[HelpRequest]) -> Sequence[tuple[HelpRequest, bool]]:
    """Return requests with whether they are close to what whoever acts does and offers, the closest first."""
    profile = await ctx.use(Profiles).get(ctx.me.id)
    mine = terms(f"{profile.introduction.does} {profile.introduction.offers}") if profile is not None else frozenset[str]()
    rarity = Rarity(request.need for request in found)
    scored = [(rarity.shared(terms(request.need), mine), request) for request in found]
    return [(request, score > 0) for score, request in sorted(scored, key=lambda pair: -pair[0])]


def solved_alike(request: HelpRequest, past: Sequence[HelpRequest]) -> Sequence[HelpRequest]:
    """Return solved requests close to this one, closest first: only public ones, and not one's own."""
    wanted = terms(request.need)
    rarity = Rarity(one.need for one in past)
    whole = sum(rarity(term) for term in wanted)
    close = [(rarity.shared(wanted, terms(one.need)), one) for one in past if one.posted and one.asker.id != request.asker.id]
    close = [(weight, one) for weight, one in close if weight > 0 and weight >= SIMILAR * whole]
    return [one for _weight, one in sorted(close, key=lambda pair: -pair[0])[:SHOWN_SOLVED]]


def related(request: HelpRequest, past: Sequence[HelpRequest]) -> Sequence[HelpRequest]:
    """Return the requests that may have something in common with this one, told apart quickly by how their words begin."""
    wanted = terms(request.need)
    beginnings = {term[:BEGINNING] for term in wanted if len(term) >= BEGINNING}
    return [one for one in past if any(term in wanted or term[:BEGINNING] in beginnings for term in terms(one.need))]


def in_common(need: str, past: str) -> str:
    """Return the words of `need` that a past one was about too: what may be said of a request that was never public."""
    about = terms(past)
    shared = (word for word in _WORD.findall(need) if terms(word) & about)
    return " ".join(dict.fromkeys(shared))


def _helped(request: HelpRequest, past: Sequence[HelpRequest]) -> dict[int, list[str]]:
    """Return what each member helped with. Of a request that was never public, only the words in common are told."""
    helped: dict[int, list[str]] = {}
    for one in past:
        if one.helper is not None:
            told = one.need if one.posted else in_common(request.need, one.need)
            helped.setdefault(one.helper.id, []).append(told)
    return helped


def ended(request: HelpRequest) -> HelpRequest:
    """Return the request as it really stands: over, where whoever asked has left."""
    return replace(request, status=Status.CLOSED) if request.asker.left and request.status is Status.OPEN else request
