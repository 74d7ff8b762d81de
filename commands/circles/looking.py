"""What the parts of the feature look up together, and how a circle is spoken to in its own conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.effects import Connect, Outgoing, Post
from bot.errors import UserError
from bot.i18n import _, today
from commands.circles import cards, joining_cards
from commands.circles.feature import PEACE, room_name
from storage.circle import Part, Stage, State
from storage.circle_places import CirclePlaces
from storage.circle_seeking import CircleSeekers
from storage.circle_weeks import CircleWeeks
from storage.circles import Circles
from storage.participation import Participations
from storage.people import Members
from storage.profiles import Profiles

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bot.context import Context, JobContext
    from bot.model import Member
    from bot.text import Content
    from bot.ui import Card
    from storage.circle import Circle, Week


def gone() -> UserError:
    """Return the answer to whoever acts on a circle that is no more."""
    return UserError(_("This circle is no longer here. “circle” shows what is."))


def two(key: str) -> tuple[int, int]:
    """Return the two numbers that a button carries, 0 for what is none: nothing has that id."""
    one, _colon, other = key.partition(":")
    return (int(one) if one.isdecimal() else 0), (int(other) if other.isdecimal() else 0)


async def alive(ctx: JobContext, key: int) -> Circle:
    """Return a circle as nobody else can change it.

    Raises:
        UserError: it is no more.
    """
    circle = await ctx.use(Circles).locked(key)
    if circle is None or not circle.alive:
        raise gone()
    return circle


async def mine(ctx: Context, key: int) -> Circle:
    """Return a circle of whoever acts.

    Raises:
        UserError: it is no more, or it is others’.
    """
    circle = await alive(ctx, key)
    if not circle.has(ctx.me.id):
        raise UserError(_("You are not in this circle."))
    return circle


async def own_week(ctx: Context, key: int) -> tuple[Circle, Week]:
    """Return a week in which whoever acts was in the circle, and still is.

    Raises:
        UserError: it is gone, or others’.
    """
    await ctx.use(Circles).lock()
    week = await ctx.use(CircleWeeks).get(key)
    if week is None:
        raise gone()
    circle = await mine(ctx, week.circle_id)
    if not week.answers:  # forgotten, once it was kept long enough
        raise UserError(_("These questions are over, and what was answered is kept no longer."))
    answer = week.answer(ctx.me.id)
    if answer is None or answer.member not in week.readers:
        raise UserError(_("These questions were asked before you came in. The next ones are yours too."))
    return circle, week


async def current(ctx: JobContext, circle: Circle) -> Week | None:
    """Return the week of a circle that is under way, or None."""
    week = await ctx.use(CircleWeeks).latest(circle.id)
    return week if week is not None and week.stage is Stage.ASKED else None


async def introduced(ctx: Context) -> bool:
    """Tell whether whoever acts has introduced themselves."""
    profile = await ctx.use(Profiles).get(ctx.me.id)
    return profile is not None and profile.introduced_at is not None


async def own_card(ctx: Context, circle: Circle, news: Content = "") -> Card:
    """Return one's own circle as it stands."""
    stored = ctx.use(Circles)
    others = [other for other in await stored.of(ctx.me.id) if other.id != circle.id]
    return cards.circle_card(
        circle,
        ctx.me,
        await current(ctx, circle),
        await stored.next_date(circle, ctx.now) if circle.state is State.RUNNING else None,
        today=today(ctx.now, circle.rule.zone or ctx.community.zone),
        others=others,
        invitations=await stored.of(ctx.me.id, Part.INVITED),
        news=news,
    )


async def list_card(ctx: Context) -> Card:
    """Return the circles that whoever acts could be in."""
    stored = ctx.use(Circles)
    invitations = await stored.of(ctx.me.id, Part.INVITED)
    return cards.none_card(
        invitations,
        await ctx.use(CirclePlaces).for_member(ctx.me.id, ctx.now - PEACE, cards.FOUND),
        seeking=await ctx.use(CircleSeekers).has(ctx.me.id),
        introduced=await introduced(ctx),
    )


async def strangers(ctx: JobContext, member: int, others: set[int]) -> set[int]:
    """Return with whom of these somebody is not to be put together, whoever of the two wished it; nobody is told."""
    pairs = await ctx.use(Participations).exclusions({member, *others})
    return {other for pair in pairs if member in pair for other in pair if other != member}


async def speaking(ctx: JobContext, members: Collection[int]) -> Mapping[int, frozenset[str]]:
    """Return the languages that members can be in a circle in."""
    participations = ctx.use(Participations)
    around = await participations.around_anybody(members)
    known = await participations.several(members)
    return {one: frozenset((each.reader.locale, *(known[one].languages if one in known else ()))) for one, each in around.items()}


# ---------------------------------------------------------------- its conversation


async def speak(
    ctx: JobContext, circle: Circle, readers: Sequence[Member], said: Sequence[tuple[Card, str]] = ()
) -> list[Outgoing]:
    """Write to the readers together, where they talk, or in a new conversation: nobody who left reads on, nobody new reads back.

    Each card comes with the name it is remembered by.
    """
    if len(readers) < 2:  # noqa: PLR2004 - nobody talks to themselves
        return []
    stored = ctx.use(Circles)
    wanted = tuple(sorted(one.id for one in readers))
    room = circle.room
    outgoing: list[Outgoing] = []
    if room == 0 or set(circle.room_of) != set(wanted) or not await stored.room_stands(room_name(circle.id, room)):
        before = await ctx.use(Members).several([one for one in circle.room_of if one not in wanted])
        room += 1
        await stored.change(circle.id, room=room, room_of=wanted)
        opening = joining_cards.opening_card(circle, readers, await stored.next_date(circle, ctx.now), list(before.values()))
        outgoing.append(Connect(wanted, circle.name, opening, room_name(circle.id, room)))
    return [*outgoing, *(Post("circle", card, remember, thread=room_name(circle.id, room)) for card, remember in said)]


async def announce(ctx: JobContext, circle: Circle, card: Card) -> list[Outgoing]:
    """Write in the conversation that there is; nothing, where somebody who left could still read it."""
    inside = {one.id for one in circle.members}
    if not circle.room or not set(circle.room_of) <= inside or len(circle.room_of) < 2:  # noqa: PLR2004 - the same
        return []
    if not await ctx.use(Circles).room_stands(room_name(circle.id, circle.room)):
        return []
    return [Post("circle", card, thread=room_name(circle.id, circle.room))]
