"""Building a campaign: from a template or one's own questions; it is a draft, kept as it is, until it is started."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Reply
from bot.errors import UserError
from bot.i18n import _, plain, today
from bot.notices import Notice
from bot.paging import page_of
from bot.text import Content
from bot.ui import Card
from commands.checkins import asking, audience_cards, campaign_cards, forms, member_cards, member_forms
from commands.checkins.audience_cards import Extent
from commands.checkins.campaign_cards import Overview
from commands.checkins.feature import checkins
from commands.checkins.library import TEMPLATES
from commands.checkins.wording import opening_of, title_of
from storage.checkin import Campaign, Counts, Reads, Receipt, Sending, State
from storage.checkin_answers import CheckinAnswers
from storage.checkin_receipts import Receipts
from storage.checkins import Checkins
from storage.communities import Communities
from storage.people import Members

SOON: Final = 30
QUARTER: Final = "pulse"


async def found(ctx: Context, key: int) -> Campaign:
    """Return a campaign.

    Raises:
        UserError: it is gone.
    """
    campaign = await ctx.use(Checkins).campaign(key)
    if campaign is None:
        raise UserError(_("This check-in is no longer here."))
    return campaign


async def draft(ctx: Context, key: int) -> Campaign:
    """Return a draft, as nobody else can change it until the end of this transaction.

    Raises:
        UserError: it is gone, or no draft any more.
    """
    await ctx.use(Checkins).hold()
    campaign = await found(ctx, key)
    if campaign.state is not State.DRAFT:
        raise UserError(_("It has begun: what was asked stays as it is. “Use it again” makes a draft of the same words."))
    return campaign


async def card(ctx: Context, key: int, news: Content = "") -> Card:
    """Return a campaign as it stands."""
    campaign = await found(ctx, key)
    stored = ctx.use(Checkins)
    listed = await asking.audience(ctx, campaign) if campaign.state is not State.STOPPED else []
    without = await asking.left_out(ctx, listed)
    here = today(ctx.now, ctx.community.zone)
    soon = [one for one in listed if one.day is not None and here <= one.day <= here + dt.timedelta(days=SOON)]
    return campaign_cards.campaign_card(
        Overview(
            campaign,
            len(listed),
            len(without),
            len(soon),
            [(sending, await counts(ctx, sending)) for sending in await stored.sendings(key)],
            await stored.next_dates(campaign, ctx.now) if campaign.state is State.RUNNING else (),
            await asking.workspace_name(ctx, campaign.audience),
        ),
        ctx.locale,
        news,
    )


async def counts(ctx: Context, sending: Sending) -> Counts:
    """Return how many were asked, were left out, and gave an answer for the animators."""
    standing = await ctx.use(Receipts).counts(sending.id)
    asked = standing.get(Receipt.ASKED, 0) + standing.get(Receipt.CLOSED, 0)
    return Counts(asked, standing.get(Receipt.LEFT_OUT, 0), await ctx.use(CheckinAnswers).count(sending.id))


@checkins.action("new", animator=True)
async def new(ctx: Context) -> Effects:
    """*New check-in*: the templates."""
    del ctx
    return Reply(campaign_cards.templates(), edit=True)


@checkins.action("begin", animator=True)
async def begin(ctx: Context, values: list[str]) -> Effects:
    """Make a draft of a template: tomorrow at nine, or day by day where it is for newcomers."""
    key = values[0] if values else ""
    if key not in TEMPLATES:
        raise UserError(_("Choose one of the list."))
    template, tomorrow = TEMPLATES[key], today(ctx.now, ctx.community.zone) + dt.timedelta(days=1)
    stored = ctx.use(Checkins)
    number = await stored.draft(ctx.me.id, key, template.questions, template.day, ctx.now)
    rule = forms.repeating("m3", tomorrow) if key == QUARTER else None
    await stored.change(replace(await found(ctx, number), date=tomorrow, rule=rule))
    return Reply(await card(ctx, number), edit=True)


@checkins.action("campaign", animator=True)
async def show(ctx: Context, key: int) -> Effects:
    """*Look at it*."""
    return Reply(await card(ctx, key), edit=True)


@checkins.action("copy", animator=True)
async def copy(ctx: Context, key: int) -> Effects:
    """*Use it again*: a draft with the same words, questions and audience."""
    before = await found(ctx, key)
    stored = ctx.use(Checkins)
    number = await stored.draft(ctx.me.id, before.template, before.questions, before.day, ctx.now)
    tomorrow = today(ctx.now, ctx.community.zone) + dt.timedelta(days=1)
    rule = forms.repeating(forms.rhythm_key(before), tomorrow)
    await stored.change(replace(before, id=number, date=tomorrow, rule=rule, state=State.DRAFT))
    return Reply(await card(ctx, number, _("A draft with the same words.")), edit=True)


@checkins.action("discard", animator=True)
async def discard(ctx: Context, key: int) -> Effects:
    """*Discard* a draft."""
    await ctx.use(Checkins).discard(await draft(ctx, key))
    return Reply(campaign_cards.discarded(), edit=True)


# ---------------------------------------------------------------- words, to whom, when


def _spoken(ctx: Context, campaign: Campaign) -> tuple[str, str]:
    return plain(title_of(campaign), ctx.locale), plain(opening_of(campaign), ctx.locale)


@checkins.action("words", animator=True, opens=True)
async def words(ctx: Context, key: int) -> Effects:
    """*Words*: the form."""
    campaign = await draft(ctx, key)
    return OpenForm(forms.words_form(campaign, _spoken(ctx, campaign)))


@checkins.submit("worded", animator=True)
async def worded(ctx: Context, key: int, title: str, opening: str) -> Effects:
    """Keep its title and how it begins."""
    campaign = await draft(ctx, key)
    await ctx.use(Checkins).change(forms.read_words(campaign, title, opening, _spoken(ctx, campaign)))
    return Reply(await card(ctx, key, _("Noted.")), edit=True)


@checkins.action("whom", animator=True, opens=True)
async def whom(ctx: Context, key: int) -> Effects:
    """*To whom*: the form."""
    return OpenForm(forms.audience_form(await draft(ctx, key), await ctx.use(Communities).workspaces()))


@checkins.submit("chosen_audience", animator=True)
async def chosen_audience(ctx: Context, key: int, group: str, days: int | None = None, value: str = "") -> Effects:
    """Keep to whom it goes."""
    campaign = await draft(ctx, key)
    await ctx.use(Checkins).change(replace(campaign, audience=forms.read_audience(group, days, value)))
    return Reply(await card(ctx, key, _("Noted.")), edit=True)


@checkins.action("when", animator=True, opens=True)
async def when(ctx: Context, key: int) -> Effects:
    """*When*: the form."""
    campaign, here = await draft(ctx, key), today(ctx.now, ctx.community.zone)
    return OpenForm(forms.when_form(campaign, here + dt.timedelta(days=1), ctx.locale))


@checkins.submit("timed", animator=True)
async def timed(ctx: Context, key: int, rhythm: str, date: dt.date, at: str, day: int | None = None) -> Effects:  # noqa: PLR0913, PLR0917 - the fields of the form
    """Keep when it goes out."""
    campaign = await draft(ctx, key)
    here = today(ctx.now, ctx.community.zone)
    await ctx.use(Checkins).change(forms.read_when(campaign, rhythm, date, at, day, here))
    return Reply(await card(ctx, key, _("Noted.")), edit=True)


# ---------------------------------------------------------------- who is in it, a test


@checkins.action("members", animator=True)
async def members(ctx: Context, key: str) -> Effects:
    """*Who is in it*, and turning its pages."""
    number, _colon, page = key.partition(":")
    campaign = await found(ctx, int(number) if number.isdecimal() else 0)
    listed = await asking.audience(ctx, campaign)
    if campaign.day:
        listed = sorted(listed, key=lambda one: one.day or dt.date.min, reverse=True)
    shown = [one for one in listed if one.named]
    on = page_of(len(shown), int(page) if page.isdecimal() else 0, audience_cards.PAGE)
    here = on.of(shown)
    return Reply(
        audience_cards.members_card(campaign, here, await asking.left_out(ctx, here), Extent(len(listed), len(shown), on)),
        edit=True,
    )


@checkins.action("without", animator=True)
async def without(ctx: Context, key: str) -> Effects:
    """*Left out, and why*, and turning its pages."""
    number, _colon, page = key.partition(":")
    sending = await ctx.use(Checkins).sending(int(number) if number.isdecimal() else 0)
    if sending is None:
        raise UserError(_("This check-in is no longer here."))
    campaign = await found(ctx, sending.campaign)
    left = list((await ctx.use(Receipts).left_out(sending.id)).items())
    named = await asking.may_be_named(ctx, campaign)
    shown = [one for one in left if named is None or one[0] in named]
    on = page_of(len(shown), int(page) if page.isdecimal() else 0, audience_cards.PAGE)
    here = on.of(shown)
    known = await ctx.use(Members).several([member for member, _why in here])
    pairs = [(known[member], why) for member, why in here if member in known]
    return Reply(audience_cards.without_card(campaign, sending, pairs, Extent(len(left), len(shown), on)), edit=True)


@checkins.action("test", animator=True)
async def test(ctx: Context, key: int) -> Effects:
    """*Test to myself*: the message as members get it, in the animator's own messages."""
    campaign = await found(ctx, key)
    animators = await ctx.use(Members).animators()
    message = member_cards.asked(campaign, animators, str(key), asking.told(campaign), test=True)
    return [
        Direct(ctx.me.id, message, notice=Notice.SETUP),
        Reply(await card(ctx, key, campaign_cards.test_sent(ctx.me.name)), edit=True),
    ]


@checkins.action("try", animator=True, opens=True)
async def try_it(ctx: Context, key: int) -> Effects:
    """*Answer* of a test: the form, or the questions where they fill one of their own."""
    campaign = await found(ctx, key)
    if not campaign.questions:
        raise UserError(_("It has no question yet. Add one to five."))
    together = len(campaign.questions) <= member_forms.TOGETHER
    usual = Reads.ANIMATORS if together else None
    animators = await ctx.use(Members).animators()
    return OpenForm(member_forms.questions_form(str(key), campaign.questions, animators, usual, test=True))


@checkins.submit("tried", animator=True)
async def tried(ctx: Context, key: int) -> Effects:
    """Keep nothing of a test."""
    del ctx, key
    return Reply(member_cards.tried())
