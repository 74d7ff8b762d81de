"""How members come to a circle: start one, invite, come in, ask to, look for one."""

from __future__ import annotations

from dataclasses import replace

from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Outgoing, OwnTime, Remove, Reply, Update
from bot.errors import Invalid, UserError
from bot.i18n import _, today
from bot.model import Member
from bot.notices import Notice
from commands.circles import forms, joining_cards
from commands.circles.admitting import admit, check_room, check_welcome, invite, uninvited
from commands.circles.feature import MOST, PEACE, asking_name, circles
from commands.circles.looking import alive, announce, gone, list_card, mine, own_card, two
from storage.circle import USUAL, Part, State
from storage.circle_seeking import CircleSeekers
from storage.circles import Circles
from storage.people import Members
from storage.profiles import Profiles

# ---------------------------------------------------------------- start one, change it


@circles.action("new", opens=True)
async def new(ctx: Context) -> Effects:
    """Ask for a new circle."""
    if len(await ctx.use(Circles).of(ctx.me.id)) >= MOST:
        raise UserError(_("Three circles are enough for anybody’s week. Leave one of them first."))
    return OpenForm(forms.circle_form())


@circles.action("settings", opens=True)
async def settings(ctx: Context, key: int) -> Effects:
    """Ask for another name or rhythm."""
    return OpenForm(forms.circle_form(await mine(ctx, key)))


@circles.submit("kept")
async def kept(ctx: Context, key: int, name: str, rhythm: str, day: str, time: str, door: str) -> Effects:  # noqa: PLR0913, PLR0917 - the fields of the form
    """Keep a circle: a new one has whoever made it in it; of one that is there the others are told what changed."""
    label = " ".join(name.split())
    if not label:
        raise Invalid({"name": _("Please fill this in.")})
    if door not in forms.DOORS:
        raise Invalid({"door": _("Choose one of the list.")})
    stored = ctx.use(Circles)
    await stored.lock()
    now = today(ctx.now, ctx.community.zone)
    if not key:
        if len(await stored.of(ctx.me.id)) >= MOST:
            raise UserError(_("Three circles are enough for anybody’s week. Leave one of them first."))
        rule = forms.read_rule(USUAL, rhythm, day, time, now)
        number = await stored.create(label, rule, ctx.now, keeper=ctx.me.id, anybody=door == forms.OPEN)
        await stored.put(number, ctx.me.id, Part.IN, ctx.now)
        await ctx.use(CircleSeekers).remove(ctx.me.id)
        return Reply(await own_card(ctx, await mine(ctx, number), _("It is there. Invite somebody: it begins with three.")))
    before = await mine(ctx, key)
    changed = replace(before, name=label, rule=forms.read_rule(before.rule, rhythm, day, time, now), open=door == forms.OPEN)
    await stored.change(key, name=changed.name, rule=changed.rule, open=changed.open)
    if changed.state is State.RUNNING:
        await stored.schedule(changed, ctx.now)
    outgoing: list[Outgoing] = []
    if (before.name, before.rule) != (changed.name, changed.rule):
        outgoing = await announce(ctx, changed, joining_cards.changed_card(changed, ctx.me))
    return [Reply(await own_card(ctx, await mine(ctx, key), _("Noted."))), *outgoing]


# ---------------------------------------------------------------- invite


@circles.action("invite", opens=True)
async def ask_whom(ctx: Context, key: int) -> Effects:
    """Ask whom to invite."""
    return OpenForm(forms.invite_form(await mine(ctx, key)))


@circles.submit("invited")
async def invited(ctx: Context, key: int, member: Member) -> Effects:
    """Invite somebody: they are asked, in their own hours."""
    circle = await mine(ctx, key)
    peer = circle.peer(member.id)
    if member.left:
        raise Invalid({"member": _("{name} is no longer here.", name=member.name)})
    if circle.has(member.id):
        raise Invalid({"member": _("{name} is in your circle already.", name=member.name)})
    if peer is not None and peer.part is Part.INVITED:
        raise Invalid({"member": _("{name} is invited already.", name=member.name)})
    if circle.room_left <= len(circle.invited):
        raise Invalid({"member": _("A circle has eight members at most, those who are invited among them.")})
    if peer is not None and peer.part is Part.ASKING:
        return await _welcome(ctx, key, member)
    if (refusal := await uninvited(ctx, circle, [member])) is not None:
        raise Invalid({"member": refusal})
    told, unread = await invite(ctx, circle, [member], ctx.me)
    return [Reply(joining_cards.invited_card(member, later=bool(unread))), *told]


@circles.action("invitation")
async def invitation(ctx: Context, key: int) -> Effects:
    """Show an invitation."""
    circle = await alive(ctx, key)
    peer = circle.peer(ctx.me.id)
    if peer is None or peer.part is not Part.INVITED:
        raise gone()
    by = await ctx.use(Members).get(peer.invited_by) if peer.invited_by is not None else None
    return Reply(joining_cards.invitation_card(circle, by))


@circles.action("come")
async def come(ctx: Context, key: int) -> Effects:
    """Come in, invited or where the door is open."""
    circle = await alive(ctx, key)
    peer = circle.peer(ctx.me.id)
    if not circle.has(ctx.me.id) and not circle.open and (peer is None or peer.part is not Part.INVITED):
        raise UserError(_("The door of this circle is closed. You can ask to come in: “circle” shows how."))
    circle, outgoing = await admit(ctx, circle, ctx.me)
    running = circle.state is State.RUNNING
    coming = await ctx.use(Circles).next_date(circle, ctx.now) if running else None
    edit = peer is not None and peer.part is Part.INVITED
    return [Reply(joining_cards.in_card(circle, coming), edit=edit), *outgoing]


@circles.action("decline")
async def decline(ctx: Context, key: int) -> Effects:
    """*Rather not*: nobody is told."""
    stored = ctx.use(Circles)
    circle = await stored.locked(key)
    peer = circle.peer(ctx.me.id) if circle is not None else None
    if peer is not None and peer.part is Part.INVITED:
        await stored.put(key, ctx.me.id, Part.DECLINED, ctx.now)
    return Reply(joining_cards.declined_card(), edit=True)


# ---------------------------------------------------------------- ask to come in


@circles.action("ask")
async def ask(ctx: Context, key: int) -> Effects:
    """Ask the members of a circle."""
    circle = await alive(ctx, key)
    peer = circle.peer(ctx.me.id)
    if circle.has(ctx.me.id):
        return Reply(await own_card(ctx, circle))
    if circle.open or (peer is not None and peer.part is Part.INVITED):
        return await come(ctx, key)
    await check_room(ctx, circle, ctx.me)
    if peer is not None and peer.part is Part.ASKING:
        return Reply(joining_cards.asked_card(circle))
    if peer is not None and peer.part is Part.REFUSED and ctx.now - peer.since < PEACE:
        return Reply(joining_cards.not_now_card(circle))
    await ctx.use(Circles).put(circle.id, ctx.me.id, Part.ASKING, ctx.now)
    card = joining_cards.asking_card(circle, ctx.me, await _does(ctx, ctx.me))
    told = [Direct(one.id, card, asking_name(circle.id, ctx.me.id), when=OwnTime(), notice=Notice.CIRCLE) for one in circle.members]
    return [Reply(joining_cards.asked_card(circle)), *told]


async def _does(ctx: Context, member: Member) -> str:
    profile = await ctx.use(Profiles).get(member.id)
    return profile.introduction.does if profile is not None and profile.introduced_at is not None else ""


@circles.action("wish")
async def wish(ctx: Context, key: str) -> Effects:
    """Show the wish of somebody to come in, to whoever did not read it or keeps such messages away."""
    number, who = two(key)
    circle = await mine(ctx, number)
    peer = circle.peer(who)
    if peer is None or peer.part is not Part.ASKING or peer.member.left:
        raise gone()
    return Reply(joining_cards.asking_card(circle, peer.member, await _does(ctx, peer.member)))


@circles.action("welcome")
async def welcome(ctx: Context, key: str) -> Effects:
    """Let somebody in who asked."""
    number, who = two(key)
    member = await ctx.use(Members).get(who)
    if member is None or member.left:
        raise UserError(_("This person is no longer here."))
    return await _welcome(ctx, number, member)


async def _welcome(ctx: Context, number: int, member: Member) -> Effects:
    circle = await mine(ctx, number)
    peer = circle.peer(member.id)
    if circle.has(member.id):
        return Reply(joining_cards.settled_card(circle, member, welcome=True), edit=True)
    if peer is None or peer.part is not Part.ASKING:
        return Reply(joining_cards.settled_card(circle, member, welcome=False), edit=True)
    await check_welcome(ctx, circle, member)
    circle, outgoing = await admit(ctx, circle, member)
    running = circle.state is State.RUNNING
    coming = await ctx.use(Circles).next_date(circle, ctx.now) if running else None
    settled = joining_cards.settled_card(circle, member, welcome=True)
    return [
        Reply(settled, edit=True),
        *outgoing,
        Update(asking_name(circle.id, member.id), settled),
        Direct(member.id, joining_cards.in_card(circle, coming), keep=True, when=OwnTime(), notice=Notice.CIRCLE),
    ]


@circles.action("not_now")
async def not_now(ctx: Context, key: str) -> Effects:
    """Let the circle stay as it is; whoever asked is told so, without a name."""
    number, who = two(key)
    circle = await mine(ctx, number)
    peer = circle.peer(who)
    if peer is None:
        raise gone()
    settled = joining_cards.settled_card(circle, peer.member, welcome=circle.has(who))
    if peer.part is not Part.ASKING:
        return Reply(settled, edit=True)
    await ctx.use(Circles).put(number, who, Part.REFUSED, ctx.now)
    name = asking_name(number, who)
    told: list[Outgoing] = []
    if not peer.member.left:
        why = _("You get this because you asked to join.")
        told.append(Direct(who, joining_cards.not_now_card(circle), when=OwnTime(), notice=Notice.CIRCLE, why=why))
    return [Reply(settled, edit=True), Remove(name, waiting=True), Update(name, settled), *told]


# ---------------------------------------------------------------- look for one


@circles.action("seek")
async def seek(ctx: Context) -> Effects:
    """Keep an eye out for a circle."""
    await ctx.use(CircleSeekers).add(ctx.me.id, ctx.now)
    return Reply(joining_cards.seeking_card())


@circles.action("seek_no_more")
async def seek_no_more(ctx: Context) -> Effects:
    """Look for one no longer."""
    await ctx.use(CircleSeekers).remove(ctx.me.id)
    return Reply(await list_card(ctx))
