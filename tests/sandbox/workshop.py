"""A feature with one of everything the sandbox can show, and a bot on a store in memory that offers it."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from adapters.sandbox.client import SandboxAdapter
from bot.clock import MovableClock
from bot.config import SandboxConfig
from bot.context import Context, mention
from bot.effects import Direct, Effects, OpenForm, Post, Reply
from bot.errors import Invalid, UserError
from bot.feature import Feature, Registry
from bot.files import File
from bot.i18n import _, word
from bot.model import Channel, Member
from bot.notices import Notice
from bot.ports import Envelope, Reader
from bot.runner import Runner
from bot.signature import Option
from bot.text import Moment
from bot.ui import (
    Button,
    Card,
    ChannelField,
    Choice,
    DateField,
    Fact,
    Form,
    Item,
    Link,
    LongText,
    MemberField,
    NumberField,
    OneChoice,
    Picture,
    SearchField,
    Select,
    SeveralChoices,
    ShortText,
    Style,
    Tone,
)
from tests.core.fakes import MemoryStore

if TYPE_CHECKING:
    from pathlib import Path

START = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)

PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

TRADES = ("Bookkeeping", "Photography", "Law", "Illustration", "Translation")

workshop = Feature("workshop")


@workshop.command(word("offer"), _("Offer a tool to everyone"), dialog=_("Offer a tool"), message_menu=_("Offer this"))
async def offer(
    ctx: Context,
    tool: Annotated[str, Option(_("Which tool?"), max_length=40)],
    trade: Annotated[str, Option(_("For which trade?"), suggest="workshop:trades")] = "",
) -> Effects:
    card = Card(title=_("A tool to borrow"), body=tool, controls=(Button(_("Borrow"), workshop.id("borrow", tool), Style.PRIMARY),))
    note = _("For {trade}", trade=trade) if trade else ""
    return Reply(Card(body=_("**{tool}** is on offer.", tool=tool), note=note, tone=Tone.GOOD)), Post("general", card, "tool")


@workshop.command(word("lend"), _("Lend a tool to somebody"), member_menu=_("Lend a tool"))
async def lend(
    ctx: Context,
    member: Annotated[Member, Option(_("To whom?"))],
    tool: Annotated[str, Option(_("Which tool?"))] = "hammer",
) -> Effects:
    card = Card(title=_("A tool for you"), body=_("{name} lends you: {tool}", name=mention(ctx.me), tool=tool))
    return Reply(Card(body=_("{name} will be told.", name=mention(member)))), Direct(member.id, card, notice=Notice.REQUEST)


@workshop.command(word("bench"), _("Open your bench"), opens=True)
async def bench(ctx: Context) -> Effects:
    fields = (
        ShortText(name="title", label=_("Title"), hint=_("What is it called?"), maximum=40),
        LongText(name="story", label=_("Story"), required=False, maximum=300),
        OneChoice(
            name="size",
            label=_("Size"),
            choices=(Choice("s", _("Small")), Choice("l", _("Large"), _("Needs two people"))),
            required=False,
        ),
        NumberField(name="price", label=_("Price"), required=False),
        MemberField(name="helper", label=_("Helper"), required=False),
    )
    return OpenForm(Form(workshop.id("bench"), _("Your bench"), fields, _("Build")))


@workshop.submit("bench")
async def built(ctx: Context, title: str, story: str = "", price: int = 0, size: str = "", helper: Member | None = None) -> Effects:
    if title == "nothing":
        raise Invalid({"title": _("A bench needs a name of its own.")})
    del size
    who = helper.name if helper else "nobody"
    return Reply(Card(title=_("Built: {title}", title=title), body=_("{story}, {price}, {who}", story=story, price=price, who=who)))


@workshop.command(word("drawer"), _("Open a drawer"), opens=True)
async def drawer(ctx: Context) -> Effects:
    fields = (
        SeveralChoices(name="tools", label=_("Tools"), choices=tuple(Choice(one, one) for one in ("saw", "file", "plane"))),
        DateField(name="day", label=_("Day"), required=False),
        ChannelField(name="channel", label=_("Channel"), required=False),
        SearchField(name="trade", label=_("Trade"), suggest="workshop:trades", required=False),
        OneChoice(name="shelf", label=_("Shelf"), choices=tuple(Choice(str(one), str(one)) for one in range(9)), required=False),
    )
    return OpenForm(Form(workshop.id("drawer"), _("Your drawer"), fields))


@workshop.submit("drawer")
async def drawn(
    ctx: Context, tools: list[str], trade: str = "", shelf: str = "", day: dt.date | None = None, channel: Channel | None = None
) -> Effects:
    words = [*tools, str(day), channel.name if channel else "", trade, shelf]
    return Reply(Card(body=" / ".join(words)))


@workshop.command(word("show"), _("Show one of everything"))
async def show(ctx: Context) -> Effects:
    card = Card(
        title=_("One of everything"),
        body=(_("A **strong** word, {name}, at {moment}.", name=mention(ctx.me), moment=Moment(START)), "<b>Typed</b> & kept"),
        facts=(Fact(_("Offers"), "Ink & paper"), Fact(_("Seeks"), _("Time"))),
        items=(
            Item(_("First line"), Button(_("Touch"), workshop.id("touch", 1))),
            Item("Second line", Link(_("Read"), "https://example.org/?a=1&b=2")),
        ),
        picture=Picture("dot.png", PIXEL, _("A dot")),
        files=(File("bench.ics", b"BEGIN:VCALENDAR\r\n", "text/calendar", _("Bench day")),),
        tone=Tone.ATTENTION,
        controls=(
            Button(_("Break it"), workshop.id("break"), Style.DANGER, confirm=_("It cannot be mended.")),
            Select(workshop.id("pick"), _("Pick one"), (Choice("a", _("Apple")), Choice("b", "Bread", _("Fresh")))),
            Select(workshop.id("pick"), _("Pick some"), tuple(Choice(one, one) for one in ("red", "green", "blue")), 1, 2),
        ),
        note=_("A note"),
    )
    return Reply(card)


@workshop.action("break")
async def broken(ctx: Context) -> Effects:
    return Reply(Card(body=_("Broken.")), edit=True)


@workshop.action("touch")
async def touched(ctx: Context, key: int) -> Effects:
    return Reply(Card(body=_("Touched {key}", key=key)))


@workshop.action("borrow")
async def borrowed(ctx: Context, key: str) -> Effects:
    return Reply(Card(title=_("Borrowed by {name}", name=mention(ctx.me)), body=key), edit=True)


@workshop.action("pick")
async def picked(ctx: Context, values: list[str]) -> Effects:
    return Reply(Card(body=_("Picked {values}", values=", ".join(values))))


@workshop.suggest("trades")
async def trades(ctx: Context, words: str) -> Sequence[Choice]:
    return [Choice(trade.lower(), trade, "") for trade in TRADES if words.lower() in trade.lower()]


@workshop.command(word("fail"), _("Ask for what is refused"))
async def fail(ctx: Context) -> Effects:
    raise UserError(_("The workshop is closed on Mondays."))


@workshop.event("direct_message")
async def heard(ctx: Context, words: str) -> Effects:
    return Reply(Card(body=_("You wrote: {words}", words=words)))


@workshop.event("home_opened")
async def home(ctx: Context) -> Effects:
    return Reply(
        Card(
            title=_("Good morning, {name}", name=ctx.me.name),
            body=_("Your tools"),
            controls=(Button(_("Touch"), workshop.id("touch", 7)),),
        )
    )


@workshop.event("member_joined")
async def welcome(ctx: Context) -> Effects:
    return Direct(ctx.me.id, Card(title=_("Welcome, {name}", name=ctx.me.name)), notice=Notice.REQUEST)


class SmallBot:
    """The sandbox and the real runner on a store in memory; what is staged is delivered as soon as it is committed."""

    def __init__(self, file: Path | None = None, *, port: int = -1) -> None:
        self.clock = MovableClock(START)
        self.store = MemoryStore()
        registry = Registry([workshop])
        self.sandbox = SandboxAdapter(SandboxConfig(enabled=True, port=port, file=str(file or "")), registry, self.clock)
        self.runner = Runner(registry, self.store, self.clock, wake=lambda: None)
        self.delivered = 0

    @property
    def workspace(self):  # noqa: ANN201 - the adapter's own
        return self.sandbox.workspace

    @property
    def acts(self):  # noqa: ANN201 - the adapter's own
        return self.sandbox.acts

    async def start(self) -> None:
        await self.sandbox.start(self._handle)

    async def stop(self) -> None:
        await self.sandbox.stop()

    async def _handle(self, invocation, responder) -> None:  # noqa: ANN001
        await self.runner(invocation, responder)
        await self._deliver()

    async def _deliver(self) -> None:
        accounts = {member.id: account for account, member in self.store.members.items()}
        while self.store.outgoing:
            effect = self.store.outgoing.pop(0)
            self.delivered += 1
            reader = Reader("en", "Europe/Paris")
            match effect:
                case Post(to=channel, card=card):
                    await self.sandbox.platform.post(Envelope(f"key-{self.delivered}", "sandbox", reader, card), channel)
                case Direct(member=member, card=card):
                    await self.sandbox.platform.direct(Envelope(f"key-{self.delivered}", "sandbox", reader, card), accounts[member])
                case _:
                    raise AssertionError(effect)
