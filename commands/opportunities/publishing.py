"""Publishing: what has to be said first, limits, duplicates, an animator's look; then the post, and those it fits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.context import Context, JobContext, mention
from bot.effects import Direct, Effects, Outgoing, OwnTime, Post, Reply, Update
from bot.errors import UserError
from bot.i18n import _, plural, word
from bot.notices import WEEK, Notice, Way
from commands.opportunities import cards, draft_cards, matching, poster_cards, review_cards
from commands.opportunities.feature import CHANNEL, opportunities, post_name, review_name, told_name
from commands.opportunities.standing import number, own, past, posted, span, view
from storage.budget import Budget
from storage.communities import Channels
from storage.opportunities import Opportunities
from storage.opportunity import LIVE, Opportunity, Settings, Status
from storage.opportunity_lists import OpportunityLists
from storage.opportunity_responses import Responses, State
from storage.opportunity_settings import OpportunitySettings
from storage.people import Members

if TYPE_CHECKING:
    from bot.text import Text
    from bot.ui import Card


@opportunities.action("publish")
async def publish(ctx: Context, key: str) -> Effects:
    """Publish a draft, or a change; or ask an animator, where they look first."""
    identifier, anyway = number(key)
    found = await own(ctx, identifier)
    if found.reviewed_since is not None or (found.status is not Status.DRAFT and (found.proposed is None or not found.live)):
        return Reply(await view(ctx, found), edit=True)
    if not found.newest.complete or past(found.newest, ctx):
        late = past(found.newest, ctx)
        news = _("Its deadline is past: please give another one.") if late else _("Nothing is published yet: something is missing.")
        return Reply(draft_cards.preview(found, news), edit=True)
    settings = await ctx.use(OpportunitySettings).get()
    if not await ctx.use(Channels).channels(CHANNEL):
        raise UserError(
            _(
                "There is no channel for opportunities here yet. An animator can choose one with “{command}”; your draft is kept.",
                command=word("animator opportunities"),
            )
        )
    if found.status is Status.DRAFT:
        await within_limits(ctx, settings)
        alike = None if anyway else matching.same(found.contents, await ctx.use(OpportunityLists).near(ctx.me, found.contents))
        if alike is not None:
            return Reply(draft_cards.preview(found, _same(ctx, alike), duplicate=True), edit=True)
    if settings.approval and not ctx.me.animator:
        return await _ask(ctx, found)
    changed = found.proposed is not None
    effects, told = await go_live(ctx, found, settings)
    return [*effects, Reply(poster_cards.published(await own(ctx, identifier), told, changed=changed), edit=True)]


async def within_limits(ctx: Context, settings: Settings) -> None:
    """Check how many one member has open, and how many are new this week.

    Raises:
        UserError: too many.
    """
    repository = ctx.use(Opportunities)
    waiting = [one for one in await repository.mine(ctx.me) if one.status in LIVE or one.reviewed_since is not None]
    if len(waiting) >= settings.most_open:
        raise UserError(
            plural(
                "You have {count} open opportunity, which is as many as fit at a time here. Close it first; your draft is kept.",
                "You have {count} open opportunities, which is as many as fit at a time here. Close one first; your draft is kept.",
                len(waiting),
            )
        )
    if await repository.published_since(ctx.me, ctx.now - WEEK) >= settings.most_weekly:
        raise UserError(
            plural(
                "You published {count} opportunity this week, which is as many as fit here. Your draft is kept for next week.",
                "You published {count} opportunities this week, which is as many as fit here. Your draft is kept for next week.",
                settings.most_weekly,
            )
        )


def _same(ctx: Context, alike: Opportunity) -> Text:
    if alike.poster.id == ctx.me.id:
        return _("You have nearly the same one open already: “{title}”. Publish this one too?", title=alike.contents.title)
    return _(
        "{name} has nearly the same one open: “{title}”. Publish yours too?", name=mention(alike.poster), title=alike.contents.title
    )


async def _ask(ctx: Context, found: Opportunity) -> Effects:
    """Ask the animators."""
    await ctx.use(Opportunities).review(found.id, ctx.now)
    found = await own(ctx, found.id)
    animators = [one for one in await ctx.use(Members).animators() if not one.left]
    card, name = review_cards.to_approve(found), review_name(found)
    return [
        *(Direct(one.id, card, remember=name, keep=True, notice=Notice.REVIEW) for one in animators),
        Reply(poster_cards.reviewed(found), edit=True),
    ]


async def go_live(ctx: JobContext, found: Opportunity, settings: Settings) -> tuple[list[Outgoing], int]:
    """Publish what is new of an opportunity; return what is said where, and how many are told on their own."""
    repository = ctx.use(Opportunities)
    expires, remind = span(found.newest, settings, ctx)
    if found.proposed is not None:
        await repository.write(found.id, found.proposed)
        if found.proposed.until != found.contents.until:
            await repository.extend(found.id, expires, remind)
    elif not await repository.publish(found.id, ctx.now, expires, remind):
        return [], 0
    status = Status.OPEN if found.status in (Status.DRAFT, Status.EXPIRED) else found.status
    live = replace(found, status=status, contents=found.newest, proposed=None)
    card, name = await posted(ctx, live), post_name(live)
    effects: list[Outgoing] = [
        Update(name, card),
        Update(told_name(live), cards.told(live, ())),  # those who were told of it before it changed, or before it ended
        Post(CHANNEL, card, remember=name),
    ]
    messages, told = await tell(ctx, live, again=found.status is Status.EXPIRED)
    return [*effects, *messages], told


async def tell(ctx: JobContext, found: Opportunity, *, again: bool = False) -> tuple[list[Outgoing], int]:
    """Tell the members whom it fits, each in the way they chose; return their messages, and how many are told on their own.

    `again`: it is open once more, so whoever was thought of and had not heard of it when it ended hears of it now.
    """
    responses = ctx.use(Responses)
    before = await responses.to(found.id)
    reached = {one.member.id for one in before}
    matches = [one for one in await matching.members_for(ctx, found) if one.member.id not in reached]
    states = await ways(ctx, [match.member.id for match in matches])
    await responses.reach(found.id, states, ctx.now)
    messages: list[Outgoing] = [
        told(found, match.member.id, cards.told(found, match.mine)) for match in matches if match.member.id in states
    ]
    if again:
        waiting = [one for one in before if one.state is State.WAITING]
        states |= await ways(ctx, [one.member.id for one in waiting])
        messages += [told(found, one.member.id, cards.told(found, (), one.recommended_by, one.words)) for one in waiting]
    return messages, sum(1 for state in states.values() if state is State.TOLD)


def told(found: Opportunity, member: int, card: Card) -> Direct:
    """Return the message about an opportunity to somebody who did not ask."""
    return Direct(member, card, remember=told_name(found), when=OwnTime(), notice=Notice.OPPORTUNITY)


async def ways(ctx: JobContext, members: list[int]) -> dict[int, State]:
    """Return how members are told of something they did not ask for; those who want none of it are left out."""
    ways = await ctx.use(Budget).allows(Notice.OPPORTUNITY, members, ctx.now)
    states = {Way.NOW: State.TOLD, Way.DIGEST: State.WAITING}
    return {member: states[decision.way] for member, decision in ways.items() if decision.way in states}
