"""What animators do for circles: see how many there are, let the engine propose some, form one, offer a merge, close one."""

from __future__ import annotations

from bot.context import Context
from bot.effects import Effects, OpenForm, Outgoing, Remove, Reply, Update
from bot.errors import Invalid, UserError
from bot.i18n import _, today, word
from bot.model import Member
from bot.paging import page_of
from bot.recurrence import Weekly
from bot.text import Content
from bot.ui import Card
from commands.circles import animator_cards, forms, leaving, merging
from commands.circles.admitting import invite, together, uninvited
from commands.circles.feature import ADVANCE, PEACE, circles, proposal_name
from commands.circles.looking import gone
from storage.circle import LARGEST, SMALLEST, USUAL, Circle, CircleProposal, Part, State
from storage.circle_seeking import CircleProposals, CircleSeekers
from storage.circle_weeks import CircleWeeks
from storage.circles import Circles
from storage.schedules import Schedules


@circles.command(word("animator circles"), _("Circles of peers: propose, form, merge, close"), animator=True)
async def panel(ctx: Context) -> Effects:
    """Show every circle, a page of them: never what is said in one."""
    return Reply(await _panel(ctx))


async def _panel(ctx: Context, page: int = 0, news: Content = "") -> Card:
    size = animator_cards.PAGE
    total, found = await ctx.use(Circles).alive(max(0, page) * size, size)
    if not found and page > 0:  # lists grow shorter
        page = page_of(total, page, size).number
        total, found = await ctx.use(Circles).alive(page * size, size)
    weeks = await ctx.use(CircleWeeks).latest_of([circle.id for circle in found])
    shown = {number: week for number, week in weeks.items() if week.shown_at is not None}
    seekers = await ctx.use(CircleSeekers).count()
    proposal = await ctx.use(CircleProposals).open()
    here = page_of(total, page, size)
    return animator_cards.panel_card(found, shown, seekers, here, proposal=proposal, news=news)


@circles.action("panel", animator=True)
async def turn(ctx: Context, key: int) -> Effects:
    """Show another page of them."""
    return Reply(await _panel(ctx, key), edit=True)


async def _one(ctx: Context, key: int) -> Circle:
    circle = await ctx.use(Circles).locked(key)
    if circle is None or circle.state is State.PROPOSED:
        raise UserError(_("This circle is no longer here. “circle” shows what is."))
    return circle


async def _card(ctx: Context, circle: Circle, news: Content = "") -> Card:
    week = (await ctx.use(CircleWeeks).latest_of([circle.id])).get(circle.id)
    others = await merging.suiting(ctx, circle, PEACE) if circle.state is State.RUNNING else ()
    shown = week if week is not None and week.shown_at is not None else None
    return animator_cards.one_card(circle, shown, others, news=news)


@circles.action("one", animator=True)
async def one(ctx: Context, key: int) -> Effects:
    """Show one circle."""
    return Reply(await _card(ctx, await _one(ctx, key)))


@circles.action("end", animator=True)
async def end(ctx: Context, key: int) -> Effects:
    """Close a circle; its members are told."""
    circle = await _one(ctx, key)
    outgoing = await leaving.end(ctx, circle) if circle.alive else []
    return [Reply(await _card(ctx, await _one(ctx, key)), edit=True), *outgoing]


@circles.action("merge", animator=True)
async def merge(ctx: Context, key: int, values: list[str]) -> Effects:
    """Offer two circles to become one: the smaller is asked first, and both have to want it."""
    circle = await _one(ctx, key)
    number = int(values[0]) if values and values[0].isdecimal() else 0
    other = await ctx.use(Circles).get(number)
    if other is None or circle.state is not State.RUNNING or other.state is not State.RUNNING or other.id == circle.id:
        raise gone()
    small, large = sorted((circle, other), key=lambda each: (len(each.members), -each.id))
    if other.id not in {each.id for each in await merging.suiting(ctx, circle, PEACE)}:
        raise UserError(_("These two cannot be one circle at the moment."))
    outgoing = await merging.offer(ctx, small, large)
    return [Reply(await _card(ctx, circle, _("Both are asked; it happens if both sides want it.")), edit=True), *outgoing]


# ---------------------------------------------------------------- by hand


@circles.action("by_hand", animator=True, opens=True)
async def by_hand(ctx: Context) -> Effects:
    """Ask for a circle that animators form."""
    del ctx
    return OpenForm(animator_cards.by_hand_form())


@circles.submit("formed", animator=True)
async def formed(  # noqa: PLR0913, PLR0917 - the fields of the form
    ctx: Context, name: str, rhythm: str, first: Member, second: Member | None = None, third: Member | None = None
) -> Effects:
    """Keep a circle and invite those who are to be in it."""
    label = " ".join(name.split())
    if not label:
        raise Invalid({"name": _("Please fill this in.")})
    wanted = {"first": first, "second": second, "third": third}
    left = {field: _("{name} is no longer here.", name=one.name) for field, one in wanted.items() if one is not None and one.left}
    if left:
        raise Invalid(dict(left))
    members = list({each.id: each for each in wanted.values() if each is not None}.values())
    if (refusal := await uninvited(ctx, Circle(0, label), members)) is not None:
        raise Invalid({"first": refusal})
    rule = forms.read_rule(USUAL, rhythm, _usual_day(), f"{USUAL.at:%H:%M}", today(ctx.now, ctx.community.zone))
    stored = ctx.use(Circles)
    await stored.lock()
    number = await stored.create(label, rule, ctx.now)
    circle = await _one(ctx, number)
    told, _unread = await invite(ctx, circle, members, ctx.me)
    return [Reply(await _card(ctx, await _one(ctx, number), _("They are asked. It begins once three are in."))), *told]


def _usual_day() -> str:
    return str(USUAL.dates.weekdays[0]) if isinstance(USUAL.dates, Weekly) else "0"


@circles.action("add", animator=True, opens=True)
async def add(ctx: Context, key: int) -> Effects:
    """Ask whom to invite."""
    return OpenForm(animator_cards.add_form(await _one(ctx, key)))


@circles.submit("added", animator=True)
async def added(ctx: Context, key: int, member: Member) -> Effects:
    """Invite somebody."""
    circle = await _one(ctx, key)
    peer = circle.peer(member.id)
    if not circle.alive:
        raise gone()
    if member.left:
        raise Invalid({"member": _("{name} is no longer here.", name=member.name)})
    if peer is not None and peer.part in (Part.IN, Part.INVITED):
        raise Invalid({"member": _("{name} is in it, or invited already.", name=member.name)})
    if circle.room_left <= len(circle.invited):
        raise Invalid({"member": _("A circle has eight members at most, those who are invited among them.")})
    if (refusal := await uninvited(ctx, circle, [member])) is not None:
        raise Invalid({"member": refusal})
    told, _unread = await invite(ctx, circle, [member], ctx.me)
    return [Reply(await _card(ctx, await _one(ctx, key), _("They are asked."))), *told]


# ---------------------------------------------------------------- by the engine


@circles.action("propose", animator=True, opens=True)
async def propose(ctx: Context) -> Effects:
    """Ask what the engine is to propose."""
    del ctx
    return OpenForm(animator_cards.propose_form())


@circles.submit("proposed", animator=True)
async def proposed(ctx: Context, whom: str, size: str) -> Effects:
    """Let the engine propose circles; what it proposed before is left."""
    if not size.isdecimal() or not SMALLEST <= int(size) <= LARGEST:
        raise Invalid({"size": _("Choose one of the list.")})
    if whom not in (animator_cards.SEEKERS, animator_cards.EVERYONE):
        raise Invalid({"whom": _("Choose one of the list.")})
    proposals = ctx.use(CircleProposals)
    await ctx.use(Circles).lock()
    outgoing: list[Outgoing] = []
    while (before := await proposals.open()) is not None:
        outgoing += await _settle(ctx, before)
    await proposals.want(ctx.me.id, int(size), ctx.now, everyone=whom == animator_cards.EVERYONE)
    await ctx.use(Schedules).hurry(ADVANCE, ctx.now)
    return [Reply(animator_cards.working_card()), *outgoing]


async def _settle(ctx: Context, proposal: CircleProposal) -> list[Outgoing]:
    """Let a proposal be over, with the circles that nobody else saw."""
    stored = ctx.use(Circles)
    await stored.forget([circle.id for circle in await stored.all(State.PROPOSED, proposal=proposal.id)])
    await ctx.use(CircleProposals).change(proposal.id, over=True)
    return [Remove(proposal_name(proposal.id))]


async def _open(ctx: Context, key: int) -> CircleProposal:
    await ctx.use(Circles).lock()
    proposal = await ctx.use(CircleProposals).get(key)
    if proposal is None or proposal.over:
        raise UserError(_("This proposal is settled."))
    return proposal


@circles.action("preview", animator=True)
async def preview(ctx: Context, key: str) -> Effects:
    """Show a page of what the engine proposes."""
    number, _colon, page = key.partition(":")
    if not number.isdecimal() or not (page or "0").isdecimal():
        raise UserError(_("This proposal is settled."))
    proposal = await _open(ctx, int(number))
    found = await ctx.use(Circles).all(State.PROPOSED, proposal=proposal.id)
    return Reply(animator_cards.preview_card(proposal, found, int(page or 0)), edit=bool(page))


async def _group(ctx: Context, key: int) -> Circle:
    circle = await ctx.use(Circles).locked(key)
    if circle is None or circle.state is not State.PROPOSED:
        raise UserError(_("This proposal is settled."))
    return circle


@circles.action("group", animator=True)
async def group(ctx: Context, key: int) -> Effects:
    """Show one circle of a proposal."""
    return Reply(animator_cards.group_card(await _group(ctx, key)))


@circles.action("out", animator=True)
async def out(ctx: Context, key: int, values: list[str]) -> Effects:
    """Take somebody out of a circle that nobody else saw."""
    circle = await _group(ctx, key)
    if len(circle.members) > SMALLEST and values and values[0].isdecimal():
        await ctx.use(Circles).drop(key, int(values[0]))
        await ctx.use(Circles).change(key, reasons="")  # they may be about whoever is no longer in it
    circle = await _group(ctx, key)
    return [Reply(animator_cards.group_card(circle), edit=True), *await _shown(ctx, circle)]


@circles.action("without", animator=True)
async def without(ctx: Context, key: int) -> Effects:
    """Leave out one circle of a proposal."""
    circle = await _group(ctx, key)
    await ctx.use(Circles).forget([key])
    proposal = await _open(ctx, circle.proposal or 0)
    found = await ctx.use(Circles).all(State.PROPOSED, proposal=proposal.id)
    return [Reply(animator_cards.preview_card(proposal, found), edit=True), *await _shown(ctx, circle)]


async def _shown(ctx: Context, circle: Circle) -> list[Outgoing]:
    """Return the change of the preview in the animator's messages."""
    proposal = await _open(ctx, circle.proposal or 0)
    found = await ctx.use(Circles).all(State.PROPOSED, proposal=proposal.id)
    return [Update(proposal_name(proposal.id), animator_cards.preview_card(proposal, found))]


@circles.action("mix", animator=True)
async def mix(ctx: Context, key: int) -> Effects:
    """Let the engine begin anew, with another seed."""
    proposal = await _open(ctx, key)
    await ctx.use(CircleProposals).change(key, seed=proposal.seed + 1, ready=False)
    await ctx.use(Schedules).hurry(ADVANCE, ctx.now)
    return Reply(animator_cards.working_card(), edit=True)


@circles.action("drop", animator=True)
async def drop(ctx: Context, key: int) -> Effects:
    """Leave a proposal."""
    proposal = await _open(ctx, key)
    await _settle(ctx, proposal)
    return Reply(await _panel(ctx), edit=True)


@circles.action("send", animator=True)
async def send(ctx: Context, key: int) -> Effects:
    """Invite everybody of a proposal; each circle begins once three said yes."""
    proposal = await _open(ctx, key)
    stored = ctx.use(Circles)
    outgoing: list[Outgoing] = []
    invited = 0
    for circle in await stored.all(State.PROPOSED, proposal=key):
        taken = await stored.taken()
        members = await together(ctx, [each for each in circle.members if not each.left and each.id not in taken])
        if len(members) < SMALLEST:
            await stored.forget([circle.id])
            continue
        for each in circle.members:
            await stored.drop(circle.id, each.id)
        reasons = {} if len(members) == len(circle.members) else {"reasons": ""}  # they may be about whoever is not in it
        await stored.change(circle.id, state=State.FORMING, created_at=ctx.now, **reasons)
        told, _unread = await invite(ctx, await _one(ctx, circle.id), members, None)
        outgoing += told
        invited += len(members)
    await ctx.use(CircleProposals).change(proposal.id, over=True)
    return [Reply(animator_cards.sent_card(invited), edit=True), Remove(proposal_name(key), waiting=True), *outgoing]
