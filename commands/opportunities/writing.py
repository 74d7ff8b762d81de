"""Writing an opportunity: the form, the second form, the private preview; nothing is public yet, nothing is lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from bot.context import Context
from bot.effects import Effects, OpenForm, Outgoing, Reply, Update
from bot.errors import Invalid, UserError
from bot.i18n import _, today, word
from commands.opportunities import budget, deadlines, draft_cards, poster_cards, review_cards
from commands.opportunities.feature import opportunities, review_name
from commands.opportunities.standing import number, own, view
from commands.opportunities.wording import FEES, percentage
from storage.opportunities import Opportunities
from storage.opportunity import Contents, Fee, Kind, Opportunity, Place, Status

AGAIN: Final = dt.timedelta(minutes=10)
"""The same words twice within this are one draft, sent twice."""
MOST_DRAFTS: Final = 20


@opportunities.command(
    word("opportunity post"),
    _("Share business with your peers: a mission, a partnership, a team"),
    shortcut=_("Post an opportunity"),
    dialog=_("Post an opportunity"),
    opens=True,
)
async def post(ctx: Context) -> Effects:
    """Open the form, with what was typed before and not accepted."""
    del ctx
    return OpenForm(draft_cards.form())


@opportunities.submit("form")
async def written(  # noqa: PLR0913, PLR0917 - the fields of the form
    ctx: Context, title: str, what: str, skills: str = "", budget: str = "", deadline: str = "", key: str = ""
) -> Effects:
    """Keep what was written as a draft, or as a change that is not published yet, and show the preview."""
    found = await own(ctx, number(key)[0]) if key else None
    before = found.newest if found is not None else Contents("")
    day = today(ctx.now, ctx.zone)
    deadline = " ".join((deadline or "").split())
    # "In two weeks" means what it did when it was written, not two weeks from each correction.
    meant = before.until if deadline == before.deadline and before.until is not None and before.until >= day else None
    until = meant or await deadlines.understood(deadline, day, ctx.locale)
    said = replace(
        before,
        title=" ".join(title.split()),
        what=what.strip(),
        skills=" ".join((skills or "").split()),
        budget=" ".join((budget or "").split()),
        deadline=deadline,
        until=until,
        locale=ctx.locale,
    )
    if found is None:
        return Reply(draft_cards.preview(await _begun(ctx, said)))
    return await _keep(ctx, found, said)


async def _begun(ctx: Context, said: Contents) -> Opportunity:
    """Return the new draft; the one that was made a moment ago, where the form was sent twice."""
    repository = ctx.use(Opportunities)
    drafts = [one for one in await repository.mine(ctx.me) if one.status is Status.DRAFT]
    for one in drafts:
        if one.created_at >= ctx.now - AGAIN and (one.contents.title, one.contents.what) == (said.title, said.what):
            await repository.write(
                one.id, replace(one.contents, skills=said.skills, budget=said.budget, deadline=said.deadline, until=said.until)
            )
            return await own(ctx, one.id)
    if len(drafts) >= MOST_DRAFTS:
        raise UserError(
            _(
                "You have {count} drafts. Publish or discard some first: they are under “{command}”.",
                count=len(drafts),
                command=word("opportunity mine"),
            )
        )
    return await repository.create(ctx.me, said, ctx.now)


async def _keep(ctx: Context, found: Opportunity, said: Contents) -> Effects:
    """Keep a change, and show it where it stood; the animators need not look any more at what it was."""
    repository = ctx.use(Opportunities)
    if found.status is not Status.DRAFT and not found.live:
        return Reply(await view(ctx, found), edit=True)
    effects: list[Outgoing] = []
    if found.reviewed_since is not None and said != found.newest:
        effects.append(Update(review_name(found), review_cards.no_longer(found)))
    if found.status is Status.DRAFT:
        await repository.write(found.id, said)
    elif said != found.newest:
        await repository.propose(found.id, said if said != found.contents else None)
    return [*effects, Reply(await view(ctx, await own(ctx, found.id)), edit=True)]


@opportunities.action("edit", opens=True)
async def edit(ctx: Context, key: int) -> Effects:
    """Open the form with what it says."""
    found = await own(ctx, key)
    if found.status is not Status.DRAFT and not found.live:
        return Reply(await view(ctx, found), edit=True)
    return OpenForm(draft_cards.form(found.newest, found.id))


@opportunities.action("details", opens=True)
async def details(ctx: Context, key: int) -> Effects:
    """Open the second form."""
    found = await own(ctx, key)
    if found.status is not Status.DRAFT and not found.live:
        return Reply(await view(ctx, found), edit=True)
    return OpenForm(draft_cards.details_form(found))


@opportunities.submit("detailed")
async def detailed(ctx: Context, key: int, kind: str, place: str, fee: str, where: str = "", share: str = "") -> Effects:  # noqa: PLR0913, PLR0917 - the fields of the form
    """Keep kind, place and referral fee."""
    found = await own(ctx, key)
    chosen = next((one for one in FEES if draft_cards.fee_key(*one) == fee), None)
    wrong = {
        name: _("Choose one of the list.")
        for name, known in (("kind", kind in set(Kind)), ("place", place in set(Place)), ("fee", chosen is not None))
        if not known
    }
    where, share = " ".join((where or "").split()), " ".join((share or "").split())
    if place != Place.REMOTE and not where:
        wrong["where"] = _("Say where, for example Lyon.")
    if chosen is not None and chosen[0] is Fee.PERCENT and percentage(share) is None:
        wrong["share"] = _("A percentage, for example 10 %.")
    if chosen is not None and chosen[0] is Fee.FIXED and budget.read(share).low is None:
        wrong["share"] = _("An amount, for example 300 €.")
    if wrong or chosen is None:
        raise Invalid(wrong)
    owed, payer = chosen
    if owed not in (Fee.PERCENT, Fee.FIXED):
        share = ""
    said = replace(found.newest, kind=Kind(kind), place=Place(place), where=where, fee=owed, payer=payer, share=share)
    return await _keep(ctx, found, said)


@opportunities.action("open_budget")
async def open_budget(ctx: Context, key: int) -> Effects:
    """Say openly that the budget is to be discussed."""
    found = await own(ctx, key)
    if found.newest.budget:
        return Reply(await view(ctx, found), edit=True)
    said = "à discuter" if found.newest.locale == "fr" else "to be discussed"
    return await _keep(ctx, found, replace(found.newest, budget=said))


@opportunities.action("no_fee")
async def no_fee(ctx: Context, key: int) -> Effects:
    """Say openly that there is no referral fee."""
    found = await own(ctx, key)
    if found.newest.fee:
        return Reply(await view(ctx, found), edit=True)
    return await _keep(ctx, found, replace(found.newest, fee=Fee.NONE))


@opportunities.action("discard")
async def discard(ctx: Context, key: int) -> Effects:
    """Forget a draft, or a change that is not published."""
    found = await ctx.use(Opportunities).get(key)
    if found is None:
        return Reply(draft_cards.discarded(), edit=True)
    found = await own(ctx, key)
    repository = ctx.use(Opportunities)
    effects: list[Outgoing] = []
    if found.reviewed_since is not None:
        effects.append(Update(review_name(found), review_cards.no_longer(found)))
    if found.status is Status.DRAFT:
        await repository.discard(found.id)
        return [*effects, Reply(draft_cards.discarded(), edit=True)]
    if found.proposed is None:
        return Reply(poster_cards.manage(found), edit=True)
    await repository.propose(found.id, None)
    return [*effects, Reply(draft_cards.discarded(change=True), edit=True)]
