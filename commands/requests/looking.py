"""Who can help with a request: from profiles, from who helped before, and from who solved the same."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.i18n import today
from bot.skills.overlap import Candidate, Match, Rarity, rank_helpers, terms
from commands.requests.cards import PAGE, Overview, overview
from commands.requests.need import in_common
from storage.profiles import Profiles
from storage.requests import Requests, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Context
    from bot.text import Text
    from bot.ui import Card
    from storage.requests import Asked, HelpRequest

MONTH: Final = dt.timedelta(days=30)
MONTHLY: Final = 4
"""How often a helper is asked in a month at most."""

SIMILAR: Final = 0.5
"""The part of a need's words, by weight, that a solved one has in common with it to count as the same."""

SHOWN_SOLVED: Final = 2

BEGINNING: Final = 6
"""Letters that words of one family begin with, as in the comparison of words."""


async def show(ctx: Context, request: HelpRequest, *, offset: int = 0, news: Text | None = None) -> Card:
    """Return the card of a request for whoever asked, with the helpers that follow the first `offset`."""
    repository = ctx.use(Requests)
    if request.status is not Status.OPEN:
        return overview(Overview(request, news=news))
    asked = await repository.asked(request.id)
    known = {one.helper.id for one in asked}
    past = await repository.solved()
    ranked = await rank(ctx, request, asked, past)
    page: Sequence[Match] = ()
    while not page and offset < len(ranked):
        page = [match for match in ranked[offset : offset + PAGE] if match.member.id not in known]
        offset += 0 if page else PAGE
    return overview(
        Overview(
            request,
            asked,
            page,
            () if offset or asked else solved_alike(request, past),
            offset,
            len(ranked) > offset + PAGE,
            news,
        )
    )


async def rank(
    ctx: Context, request: HelpRequest, asked: Sequence[Asked], past: Sequence[HelpRequest] | None = None
) -> Sequence[Match]:
    """Return everybody who can probably help, best first. Those who were asked often lately are left in peace.

    Those who were asked already keep their place, so that the pages stay what they were.
    """
    repository = ctx.use(Requests)
    if past is None:
        past = await repository.solved()
    busy = await repository.asked_often(ctx.now - MONTH, MONTHLY)
    busy = busy - {one.helper.id for one in asked}
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
    return rank_helpers(request.need, candidates, len(candidates), locale=ctx.locale)


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
