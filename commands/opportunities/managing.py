"""What whoever posted an opportunity does with it: in talks, filled, withdrawn, extended; and what happens when they leave."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Outgoing, Remove, Reply, Update
from bot.errors import Invalid, UserError
from bot.gains import BANDS
from bot.i18n import _, today
from bot.model import Member
from bot.notices import Notice
from commands.opportunities import cards, deadlines, poster_cards, review_cards
from commands.opportunities.feature import (
    APART,
    HERE,
    news_name,
    opportunities,
    post_name,
    reports_name,
    review_name,
    told_name,
)
from commands.opportunities.publishing import go_live, within_limits
from commands.opportunities.standing import interested, number, own, posted, settle, span, view
from storage.opportunities import Opportunities
from storage.opportunity import Opportunity, Status
from storage.opportunity_responses import Responses
from storage.opportunity_settings import OpportunitySettings
from storage.outcomes import Outcome, Outcomes, Subject, Value

EVERY: Final = 100_000
"""More than anybody posts: of whoever leaves, nothing is left out."""


@opportunities.action("talks")
async def talks(ctx: Context, key: str) -> Effects:
    """*In talks*: the post says so, and may still be answered."""
    identifier, place = number(key)
    return await _stand(ctx, identifier, Status.TALKS, here=place != APART)


@opportunities.action("open")
async def reopen(ctx: Context, key: int) -> Effects:
    """Open to everyone again."""
    return await _stand(ctx, key, Status.OPEN)


async def _stand(ctx: Context, key: int, status: Status, *, here: bool = True) -> Effects:
    found = await own(ctx, key)
    if not found.live or found.status is status:
        return Reply(await view(ctx, found), edit=here)
    await ctx.use(Opportunities).stand(found.id, status)
    found = replace(found, status=status)
    return [Update(post_name(found), await posted(ctx, found)), Reply(await view(ctx, found), edit=here)]


@opportunities.action("withdraw")
async def withdraw(ctx: Context, key: int) -> Effects:
    """End one that is no longer needed; nobody has to do anything."""
    found = await own(ctx, key)
    if not found.live:
        return Reply(await view(ctx, found), edit=True)
    found = replace(found, status=Status.WITHDRAWN, proposed=None)
    await ctx.use(Opportunities).end(found.id, found.status, ctx.now)
    return [*await settle(ctx, found), Reply(poster_cards.manage(found), edit=True)]


@opportunities.action("filled", opens=True)
async def filled(ctx: Context, key: str) -> Effects:
    """*It is filled*: ask with whom, once."""
    identifier, place = number(key)
    found, here = await own(ctx, identifier), place == HERE
    if not (found.live or found.status is Status.EXPIRED):
        return Reply(await view(ctx, found), edit=here)
    return OpenForm(poster_cards.filled_form(found, await interested(ctx, found.id), here=here))


@opportunities.submit("close")
async def close(ctx: Context, key: str, who: str, person: Member | None = None, band: str = "") -> Effects:
    """Close it; whoever got it is asked whether that is right."""
    identifier, place = number(key)
    found, here = await own(ctx, identifier), place == HERE
    if not (found.live or found.status is Status.EXPIRED):
        return Reply(await view(ctx, found), edit=here)
    member = await _who(ctx, found, who, person)
    status = Status.ELSEWHERE if member is None else Status.FILLED
    found = replace(found, status=status, proposed=None, filled_by=member)
    await ctx.use(Opportunities).end(found.id, status, ctx.now, member)
    effects = await settle(ctx, found)
    if member is not None:
        effects += await _ask(ctx, found, member, band if band in BANDS else "")
    return [*effects, Reply(poster_cards.manage(found, news=_("Thank you for saying so.")), edit=here)]


async def _who(ctx: Context, found: Opportunity, who: str, person: Member | None) -> Member | None:
    """Return who got it, or None where it was nobody of the community.

    Raises:
        Invalid: another member was meant but not named, or cannot be.
    """
    if who not in (poster_cards.OTHER, poster_cards.OUTSIDE):
        for known in await interested(ctx, found.id):
            if str(known.id) == who:
                return known
        raise Invalid({"who": _("Choose one of the list.")})
    if person is None:
        if who == poster_cards.OTHER:
            raise Invalid({"person": _("Choose who it was.")})
        return None
    if person.id == ctx.me.id:
        raise Invalid({"person": _("That is yourself. Choose who got it, or that it was nobody here.")})
    if person.left:
        raise Invalid({"person": _("This person is no longer here.")})
    return person


async def _ask(ctx: Context, found: Opportunity, member: Member, band: str) -> list[Outgoing]:
    """Keep the outcome, and ask whoever gained it; whoever recommended them is credited."""
    response = next((one for one in await ctx.use(Responses).to(found.id) if one.member.id == member.id), None)
    outcome = await ctx.use(Outcomes).record(
        Subject.OPPORTUNITY,
        found.id,
        ctx.now,
        gainer=member,
        giver=ctx.me,
        value=Value.ECONOMIC,
        note=found.contents.title,
        amount_band=band or None,
        recommended_by=response.recommended_by if response is not None else None,
    )
    return (
        [] if outcome is None else [Direct(member.id, poster_cards.gained(found, outcome, band), keep=True, notice=Notice.OUTCOME)]
    )


@opportunities.action("gained")
async def gained(ctx: Context, key: int) -> Effects:
    """Whoever got it says that it is right."""
    return await _confirm(ctx, key, right=True)


@opportunities.action("not_gained")
async def not_gained(ctx: Context, key: int) -> Effects:
    """Whoever is said to have got it says that they did not."""
    return await _confirm(ctx, key, right=False)


async def _confirm(ctx: Context, key: int, *, right: bool) -> Effects:
    outcomes = ctx.use(Outcomes)
    outcome = await outcomes.get(key)
    if outcome is None or outcome.gainer.id != ctx.me.id or outcome.subject is not Subject.OPPORTUNITY:
        raise UserError(_("There is nothing to confirm here any more."))
    answer = Reply(poster_cards.confirmed(right=right or outcome.confirmed_at is not None), edit=True)
    if not await (outcomes.confirm(key, ctx.me, ctx.now) if right else outcomes.refuse(key, ctx.me)):
        return answer
    found = await ctx.use(Opportunities).get(outcome.subject_id)
    if found is None:
        return answer
    return [*(_credited(found, outcome) if right else await _not_filled(ctx, found)), answer]


def _credited(found: Opportunity, outcome: Outcome) -> list[Outgoing]:
    """Tell whoever thought of the member who got it."""
    recommender = outcome.recommended_by
    if recommender is None or recommender.left or recommender.id == found.poster.id:
        return []
    return [Direct(recommender.id, cards.right_person(found, outcome.gainer), keep=True, notice=Notice.PASSED_ON)]


async def _not_filled(ctx: Context, found: Opportunity) -> list[Outgoing]:
    """Say nowhere any more that the member got it; whoever posted it may say who did, or open it again."""
    if not await ctx.use(Opportunities).not_filled(found.id, ctx.me):
        return []
    found = replace(found, status=Status.EXPIRED, filled_by=None)
    news = (
        ()
        if found.poster.left
        else (Direct(found.poster.id, poster_cards.not_filled(found, ctx.me), keep=True, notice=Notice.POSTED),)
    )
    return [Update(post_name(found), cards.ended(found)), Update(told_name(found), cards.ended(found)), *news]


@opportunities.action("extend", opens=True)
async def extend(ctx: Context, key: int) -> Effects:
    """*Extend*, or *Open it again*: ask until when."""
    found = await own(ctx, key)
    if not (found.live or found.status is Status.EXPIRED):
        return Reply(await view(ctx, found), edit=True)
    return OpenForm(poster_cards.extend_form(found, (await ctx.use(OpportunitySettings).get()).stays))


@opportunities.submit("extended")
async def extended(ctx: Context, key: int, deadline: str = "") -> Effects:
    """Let it stay, or open it again."""
    found = await own(ctx, key)
    if not (found.live or found.status is Status.EXPIRED):
        return Reply(await view(ctx, found), edit=True)
    repository = ctx.use(Opportunities)
    settings = await ctx.use(OpportunitySettings).get()
    until = await deadlines.understood(deadline or "", today(ctx.now, ctx.zone), ctx.locale)
    said = replace(found.contents, deadline=(deadline or "").strip() if until else "", until=until)
    proposed, again = found.proposed, found.status is Status.EXPIRED
    if again:
        await within_limits(ctx, settings)
    await repository.write(found.id, said)
    effects: list[Outgoing] = [Remove(news_name(found), waiting=True)]
    if found.reviewed_since is not None:  # the change they were asked about has another deadline now
        effects.append(Update(review_name(found), review_cards.no_longer(found)))
    if again:
        effects += (await go_live(ctx, replace(found, contents=said, proposed=None), settings))[0]
    else:
        await repository.extend(found.id, *span(said, settings, ctx))
        if proposed is not None:
            await repository.propose(found.id, replace(proposed, deadline=said.deadline, until=until))
        now = replace(found, contents=said)
        effects += [Update(post_name(now), await posted(ctx, now)), Update(told_name(now), cards.told(now, ()))]
    card = poster_cards.manage(await own(ctx, key), await interested(ctx, key), _("Noted: it stays."))
    return [*effects, Update(news_name(found), card), Reply(card, edit=True)]


@opportunities.event("member_left")
async def left(ctx: Context) -> Effects:
    """Take away what a member who left had posted, and forget their drafts; nobody is kept waiting for them."""
    if not ctx.me.left:
        return None
    repository = ctx.use(Opportunities)
    effects: list[Outgoing] = []
    for found in await repository.mine(ctx.me, EVERY):
        closed = replace(found, status=Status.CLOSED, proposed=None)
        effects.append(Update(reports_name(found), review_cards.settled(closed)))
        if found.status is Status.DRAFT:
            await repository.discard(found.id)
            effects.append(Update(review_name(found), review_cards.no_longer(found)))
        elif found.status in (Status.OPEN, Status.TALKS):
            await repository.end(found.id, Status.CLOSED, ctx.now)
            effects += await settle(ctx, closed)
        else:
            effects += [Remove(post_name(found)), Update(told_name(found), cards.ended(closed))]
    return effects
