"""Introductions: the form, the card it becomes, and possible allies at once."""

from __future__ import annotations

import datetime as dt

from bot.context import Context, JobContext
from bot.effects import Effects, OpenForm, Outgoing, Remove, Reply
from bot.i18n import _, word
from commands.members import cards, forms, proposal_cards
from commands.members.feature import introductions, reminder_name
from commands.members.publication import find_allies, publish
from storage.profiles import Profile, Profiles


@introductions.command(
    word("intro"), _("Introduce yourself, or change your introduction"), opens=True, shortcut=_("Introduce myself")
)
async def intro(ctx: Context) -> Effects:
    """Open the form, with what was told before."""
    profile = await ctx.use(Profiles).get(ctx.me.id) or Profile(ctx.me)
    return OpenForm(forms.introduction_form(profile.introduction, again=profile.introduced_at is not None))


@introductions.submit("form")
async def introduce(ctx: Context, does: str, offers: str, seeks: str = "", expects: list[str] = [], link: str = "") -> Effects:  # noqa: B006, PLR0913, PLR0917 - a specification, never changed; the fields of the form
    """Keep the introduction, post or change the card, and suggest allies."""
    told = forms.introduction(does=does, offers=offers, seeks=seeks or "", expects=expects, link=link or "", locale=ctx.locale)
    profiles = ctx.use(Profiles)
    before = await profiles.get(ctx.me.id)
    await profiles.introduce(ctx.me.id, told, ctx.now)
    profile = await profiles.get(ctx.me.id) or Profile(ctx.me)
    outgoing = await publish(ctx, profile)
    again = before is not None and before.introduced_at is not None
    allies = await find_allies(ctx)
    answer = Reply(cards.introduced(ctx.me, allies, posted=bool(outgoing), again=again))
    return [answer, *outgoing, *(() if again else (Remove(reminder_name(ctx.me), waiting=True),))]


@introductions.action("allies")
async def show_allies(ctx: Context) -> Effects:
    """Show possible allies."""
    profile = await ctx.use(Profiles).get(ctx.me.id)
    if profile is None or profile.introduced_at is None:
        return Reply(proposal_cards.introduce_first())
    return Reply(cards.allies(await find_allies(ctx)))


@introductions.schedule("publish", every=dt.timedelta(minutes=1))
async def publish_waiting(ctx: JobContext) -> Effects:
    """Post the cards that were written before the animators chose a channel."""
    outgoing: list[Outgoing] = []
    for profile in await ctx.use(Profiles).waiting():
        outgoing += await publish(ctx, profile)
    return outgoing
