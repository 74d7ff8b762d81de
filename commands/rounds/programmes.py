"""Programmes, as animators make, change, stop and follow them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.context import Context
from bot.effects import Effects, OpenForm, Outgoing, Post, Remove, Reply, Update
from bot.errors import Invalid, UserError
from bot.i18n import _, today, word
from bot.model import Channel, Workspace
from bot.text import Content
from bot.ui import Card, ChannelField, Form
from commands.rounds import animator_cards, programme_forms, report_cards
from commands.rounds.animator_cards import Invited, Overview
from commands.rounds.feature import invitation_name, invitation_role, rounds
from commands.rounds.looking import figures
from commands.rounds.pairing import standing
from storage.communities import Channels, Communities
from storage.copies import Copies
from storage.programmes import USUAL, Pool, Programme, Programmes, Rules, from_now_on
from storage.rounds import Rounds

MOST: Final = 6
"""Programmes of a community: more would be a calendar of their own."""


@rounds.command(word("animator rounds"), _("Rounds of meetings: programmes, previews, reports"), animator=True)
async def show_all(ctx: Context) -> Effects:
    """Show every programme."""
    programmes = await ctx.use(Programmes).all()
    return Reply(animator_cards.rounds_card([await overview(ctx, programme) for programme in programmes]))


async def overview(ctx: Context, programme: Programme) -> Overview:
    """Return a programme as it stands."""
    stored = ctx.use(Rounds)
    coming = [
        programme.rule.moment(each.date, ctx.community.zone)
        for each in await ctx.use(Programmes).next_dates(programme, ctx.now)
        if each.date is not None
    ]
    date = today(coming[0] if coming else ctx.now, ctx.community.zone)
    latest = await stored.latest(programme.id, 1)
    return Overview(
        programme,
        len((await standing(ctx, programme, date)).ready),
        coming,
        await stored.current(programme.id),
        latest[0] if latest else None,
        [
            Invited(workspace.name, channel if workspace.id == ctx.workspace.id else "")
            for workspace, channel in await _invitations(ctx, programme.id)
        ],
    )


async def _invitations(ctx: Context, key: int) -> list[tuple[Workspace, str]]:
    """Return the workspaces in which a programme has a channel to invite in, and that channel."""
    channels = ctx.use(Channels)
    found = [
        (workspace, (await channels.roles(workspace.id)).get(invitation_role(key, workspace.id), ""))
        for workspace in await ctx.use(Communities).workspaces()
    ]
    return [(workspace, channel) for workspace, channel in found if channel]


async def _renewed(ctx: Context, programme: Programme) -> list[Outgoing]:
    """Return its invitations as they have to be now."""
    card = animator_cards.invitation_card(programme)
    return [Update(invitation_name(programme.id, workspace.id), card) for workspace, _c in await _invitations(ctx, programme.id)]


async def _programme(ctx: Context, key: int) -> Programme:
    found = await ctx.use(Programmes).get(key)
    if found is None:
        raise UserError(_("This programme is no longer here."))
    return found


async def _card(ctx: Context, key: int, news: Content = "") -> Card:
    return animator_cards.programme_card(await overview(ctx, await _programme(ctx, key)), news=news)


@rounds.action("programme", animator=True)
async def show(ctx: Context, key: int) -> Effects:
    """Show one programme."""
    return Reply(await _card(ctx, key))


@rounds.action("report", animator=True)
async def report(ctx: Context, key: int) -> Effects:
    """Show what came of a round."""
    this = await ctx.use(Rounds).get(key)
    if this is None:
        raise UserError(_("This round is no longer here."))
    programme = await _programme(ctx, this.programme_id)
    return Reply(report_cards.report_card(this, programme, await figures(ctx, this.id)))


# ---------------------------------------------------------------- make, change


@rounds.action("new", animator=True, opens=True)
async def new(ctx: Context) -> Effects:
    """Ask for a new programme."""
    if len(await ctx.use(Programmes).all()) >= MOST:
        raise UserError(_("Six programmes are enough for everybody. Change one that is stopped instead."))
    return OpenForm(programme_forms.when_form())


@rounds.action("edit", animator=True, opens=True)
async def edit(ctx: Context, key: int) -> Effects:
    """Ask when and how many."""
    return OpenForm(programme_forms.when_form(await _programme(ctx, key)))


@rounds.submit("when", animator=True)
async def when(ctx: Context, key: int, name: str, size: str, rhythm: str, day: str, time: str) -> Effects:  # noqa: PLR0913, PLR0917 - the fields of the form
    """Keep when and how many; a new programme begins to run."""
    label = " ".join(name.split())
    if not label:
        raise Invalid({"name": _("Please fill this in.")})
    if not size.isdecimal() or not 2 <= int(size) <= 8:  # noqa: PLR2004 - as many as may meet
        raise Invalid({"size": _("Choose one of the list.")})
    stored = ctx.use(Programmes)
    if not key:
        rule = from_now_on(programme_forms.read_rule(USUAL, rhythm, day, time), today(ctx.now, ctx.community.zone))
        made = await stored.create(label, rule, Rules(int(size)), ctx.now)
        return Reply(await _card(ctx, made, _("It runs. Say who is in it, or leave it to everyone who joined.")))
    before = await _programme(ctx, key)
    rule = programme_forms.read_rule(before.rule, rhythm, day, time)
    changed = replace(before, name=label, rule=rule, rules=replace(before.rules, size=int(size)))
    await _keep(ctx, changed)
    return [Reply(await _card(ctx, key, _("Noted, from the next round on."))), *await _renewed(ctx, changed)]


@rounds.action("rules", animator=True, opens=True)
async def edit_rules(ctx: Context, key: int) -> Effects:
    """Ask who with whom."""
    return OpenForm(programme_forms.rules_form(await _programme(ctx, key)))


@rounds.submit("who", animator=True)
async def who(ctx: Context, key: int, pool: str, trade: str, odd: str, hours: str, value: str = "") -> Effects:  # noqa: PLR0913, PLR0917 - the fields of the form
    """Keep who with whom."""
    before = await _programme(ctx, key)
    rules = programme_forms.read_rules(before.rules, pool, value or "", trade, odd, hours)
    await _keep(ctx, replace(before, rules=rules))
    return Reply(await _card(ctx, key, _("Noted, from the next round on.")))


@rounds.action("sending", animator=True, opens=True)
async def edit_sending(ctx: Context, key: int) -> Effects:
    """Ask how the meetings go out."""
    return OpenForm(programme_forms.sending_form(await _programme(ctx, key)))


@rounds.submit("sent", animator=True)
async def sent(ctx: Context, key: int, preview: str, video: str = "", holidays: str = "") -> Effects:
    """Keep how the meetings go out."""
    before = await _programme(ctx, key)
    await _keep(ctx, programme_forms.read_sending(before, preview, video or "", holidays or ""))
    return Reply(await _card(ctx, key, _("Noted, from the next round on.")))


async def _keep(ctx: Context, programme: Programme) -> None:
    try:
        await ctx.use(Programmes).change(programme, ctx.now)
    except ValueError as error:
        raise UserError(_("That never happens: choose another day or rhythm.")) from error


@rounds.action("stop", animator=True)
async def stop(ctx: Context, key: int) -> Effects:
    """Let no round begin any more."""
    await _keep(ctx, replace(await _programme(ctx, key), running=False))
    return Reply(await _card(ctx, key), edit=True)


@rounds.action("start", animator=True)
async def start(ctx: Context, key: int) -> Effects:
    """Let rounds begin again."""
    await _keep(ctx, replace(await _programme(ctx, key), running=True))
    return Reply(await _card(ctx, key), edit=True)


# ---------------------------------------------------------------- a channel's own


def invite_form(key: int) -> Form:
    """Return the form that asks in which channel to invite."""
    return Form(
        rounds.id("invited", key),
        _("Invite in a channel"),
        (ChannelField(name="channel", label=_("Which channel?"), hint=_("Whoever presses the button there is in.")),),
        _("Post it"),
    )


@rounds.action("invite", animator=True, opens=True)
async def invite(ctx: Context, key: int) -> Effects:
    """Ask in which channel."""
    await _programme(ctx, key)
    return OpenForm(invite_form(key))


@rounds.submit("invited", animator=True)
async def invited(ctx: Context, key: int, channel: Channel) -> Effects:
    """Post a button in a channel, by which its members join this programme; one that this workspace had before goes."""
    before = await _programme(ctx, key)
    name, role = invitation_name(key, ctx.workspace.id), invitation_role(key, ctx.workspace.id)
    again = bool(await ctx.use(Copies).there((name,)))
    await ctx.use(Channels).set_role(ctx.workspace.id, role, channel.external_id)
    changed = replace(before, rules=replace(before.rules, pool=Pool.CHANNEL, pool_value=""))
    await _keep(ctx, changed)
    news = (
        _("The invitation is posted anew within a minute; the one from before goes.")
        if again
        else _("The invitation is in the channel within a minute.")
    )
    return [
        Reply(await _card(ctx, key, news)),
        Remove(name),
        Post(role, animator_cards.invitation_card(changed), remember=name),
    ]
