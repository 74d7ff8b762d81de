"""What animators do: approve or refuse, answer reports, choose the channel and the limits."""

from __future__ import annotations

from dataclasses import replace

from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Outgoing, Post, Remove, Reply, Update
from bot.errors import UserError
from bot.i18n import _, word
from bot.model import Channel
from bot.notices import Notice
from commands.opportunities import cards, poster_cards, review_cards
from commands.opportunities.feature import CHANNEL, opportunities, reports_name, review_name
from commands.opportunities.publishing import go_live
from commands.opportunities.standing import find, known, number, past, settle
from storage.communities import Channels
from storage.opportunities import Opportunities
from storage.opportunity import Opportunity, Settings, Status
from storage.opportunity_responses import Responses
from storage.opportunity_settings import OpportunitySettings
from storage.stopped import Stopped


async def _asked(ctx: Context, key: str) -> tuple[Opportunity, bool]:
    """Return what an animator was asked about, and whether it is still asked: as it was shown to them."""
    identifier, version = number(key)
    found = await find(ctx, identifier)
    return found, found.reviewed_since is not None and version == str(found.version)


@opportunities.action("approve", animator=True)
async def approve(ctx: Context, key: str) -> Effects:
    """Publish what was shown; whoever posted it is told."""
    found, asked = await _asked(ctx, key)
    if not asked or found.poster.left:
        return Reply(review_cards.no_longer(found), edit=True)
    if past(found.newest, ctx):
        raise UserError(_("Its deadline is past by now. Refuse it with a word, so that they can change it."))
    changed = found.proposed is not None
    effects, _told = await go_live(ctx, found, await ctx.use(OpportunitySettings).get())
    now = await find(ctx, found.id)
    answered = review_cards.approved(now, yes=True)
    return [
        *effects,
        Direct(found.poster.id, poster_cards.accepted(now, changed=changed), keep=True, notice=Notice.POSTED),
        Update(review_name(found), answered),
        Reply(answered, edit=True),
    ]


@opportunities.action("refuse", animator=True, opens=True)
async def refuse(ctx: Context, key: str) -> Effects:
    """Ask for the reason."""
    found, asked = await _asked(ctx, key)
    return OpenForm(review_cards.refuse_form(found)) if asked else Reply(review_cards.no_longer(found), edit=True)


@opportunities.submit("refused", animator=True)
async def refused(ctx: Context, key: str, reason: str) -> Effects:
    """Tell whoever posted it why; it stays theirs to change."""
    found, asked = await _asked(ctx, key)
    return await _refuse(ctx, found, reason) if asked else Reply(review_cards.no_longer(found))


async def _refuse(ctx: Context, found: Opportunity, reason: str) -> Effects:
    await ctx.use(Opportunities).review(found.id, None, reason)
    answered = review_cards.approved(found, yes=False)
    return [
        Direct(found.poster.id, poster_cards.refused(found, reason), keep=True, notice=Notice.POSTED),
        Update(review_name(found), answered),
        Reply(answered),
    ]


# ---------------------------------------------------------------- reports


@opportunities.action("keep", animator=True)
async def keep(ctx: Context, key: int) -> Effects:
    """*Keep*: nothing changes; whoever reported it is told."""
    found = await known(ctx, key)
    return [*await _decided(ctx, found), Reply(review_cards.settled(found), edit=True)]


@opportunities.action("remove", animator=True, opens=True)
async def remove(ctx: Context, key: int) -> Effects:
    """*Remove*: ask for the reason."""
    found = await known(ctx, key)
    if found.status is Status.REMOVED:
        return Reply(review_cards.settled(found), edit=True)
    return OpenForm(review_cards.remove_form(found))


@opportunities.submit("removed", animator=True)
async def removed(ctx: Context, key: int, reason: str) -> Effects:
    """Take it away everywhere; whoever posted it is told why."""
    found = await known(ctx, key)
    if not await ctx.use(Opportunities).end(found.id, Status.REMOVED, ctx.now):
        return [*await _decided(ctx, found), Reply(review_cards.settled(found))]
    found = replace(found, status=Status.REMOVED, proposed=None)
    effects = await settle(ctx, found)
    return [
        *effects,
        Direct(found.poster.id, poster_cards.removed(found, reason), keep=True, notice=Notice.POSTED),
        *await _decided(ctx, found),
        Reply(review_cards.settled(found)),
    ]


async def _decided(ctx: Context, found: Opportunity) -> list[Outgoing]:
    """Return what the animators, and those who had reported it, are told of a decision."""
    members = await ctx.use(Responses).settle(found.id, ctx.now)
    told = [Direct(member, cards.looked_at(found), keep=True, notice=Notice.REPORTED) for member in members]
    return [Update(reports_name(found), review_cards.settled(found)), *told]


# ---------------------------------------------------------------- settings


@opportunities.command(
    word("animator opportunities"),
    _("Opportunities: their channel, their limits, whether you approve them"),
    animator=True,
    opens=True,
    dialog=_("Opportunities"),
)
async def settings(ctx: Context) -> Effects:
    """Open the form with what is set."""
    roles = await ctx.use(Channels).roles(ctx.workspace.id)
    return OpenForm(review_cards.settings_form(await ctx.use(OpportunitySettings).get(), roles.get(CHANNEL, "")))


@opportunities.submit("settings", animator=True)
async def set_up(  # noqa: PLR0913, PLR0917 - the fields of the form
    ctx: Context, approval: str, most_open: int, most_weekly: int, days: int, opportunities: Channel | None = None
) -> Effects:
    """Keep what was chosen for this workspace and for the community."""
    channels = ctx.use(Channels)
    before = (await channels.roles(ctx.workspace.id)).get(CHANNEL)
    await channels.set_role(ctx.workspace.id, CHANNEL, opportunities.external_id if opportunities is not None else "")
    effects: list[Outgoing] = []
    if opportunities is not None and before not in (None, opportunities.external_id):
        stoppage = await ctx.use(Stopped).move(ctx.workspace.id, before or "", opportunities.external_id, ctx.now)
        effects += [Remove(f"stoppage:{stoppage}")] if stoppage is not None else []
    chosen = Settings(approval == "yes", most_open, most_weekly, days)
    await ctx.use(OpportunitySettings).set(chosen)
    return [*effects, Reply(review_cards.saved(chosen, opportunities))]


@opportunities.action("test", animator=True)
async def test_message(ctx: Context) -> Effects:
    """Post a test message in the channel."""
    if not await ctx.use(Channels).channels(CHANNEL):
        raise UserError(_("No channel has been chosen for this yet."))
    return [Post(CHANNEL, review_cards.test_card()), Reply(review_cards.tested())]
