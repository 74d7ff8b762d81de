"""The way of one interaction, on a store in memory: what the member sees, what is kept, what is sent."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Annotated

import pytest

from bot.clock import MovableClock
from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Post, Reply
from bot.errors import Invalid, UserError
from bot.feature import Feature, Registry
from bot.i18n import _, plain, word
from bot.model import AccountRef, Invocation, Kind, Member, Place, Value, WorkspaceRef
from bot.notices import Notice
from bot.runner import Runner
from bot.signature import Option
from bot.ui import Card, Choice, Form, LongText, ShortText
from tests.core.fakes import Listener, MemoryStore

WORKSHOP = WorkspaceRef("sandbox", "sandbox")
ADA = AccountRef("U1", "Ada", "en")

bakery = Feature("bakery")


@bakery.command(word("order"), _("Order bread"), dialog=_("Order"))
async def order(
    ctx: Context, bread: Annotated[str, Option(_("Which bread?"), max_length=20)], count: Annotated[int, Option(_("How many?"))] = 1
) -> Effects:
    if bread == "cake":
        raise UserError(_("We bake bread only."))
    if bread == "bug":
        raise RuntimeError("private words")
    del ctx
    return Reply(Card(body=_("{count} of {bread}", count=count, bread=bread))), Post("shop", Card(body=bread))


@bakery.command(word("oven"), _("Heat the oven"), animator=True)
async def oven(ctx: Context) -> Effects:
    return Reply(Card(body=_("Hot, {name}", name=ctx.me.name)))


@bakery.command(word("gift"), _("Give bread"))
async def gift(ctx: Context, member: Annotated[Member, Option(_("To whom?"))]) -> Effects:
    return Direct(member.id, Card(body=_("From {name}", name=ctx.me.name)), notice=Notice.REQUEST)


SLOW = asyncio.Event()


@bakery.action("slow")
async def slow(ctx: Context) -> Effects:
    del ctx
    await SLOW.wait()
    return Reply(Card(body="done"))


@bakery.action("recipe", opens=True)
async def recipe(ctx: Context, key: str) -> Effects:
    del ctx
    return OpenForm(recipe_form(key))


def recipe_form(key: str) -> Form:
    return Form(
        bakery.id("recipe", key),
        _("Recipe"),
        (ShortText(name="title", label=_("Title"), minimum=3), LongText(name="steps", label=_("Steps"), required=False)),
    )


@bakery.submit("recipe")
async def send_recipe(ctx: Context, key: int, title: str, steps: str = "") -> Effects:
    del ctx
    if title == "toast":
        raise Invalid({"title": _("That is no recipe.")})
    if title == "bug":
        raise RuntimeError(steps)
    return Reply(Card(body=f"{key}:{title}:{steps}"))


@bakery.suggest("breads")
async def breads(ctx: Context, words: str = "") -> list[Choice]:
    del ctx
    return [Choice(name, name) for name in ("rye", "wheat") if name.startswith(words)]


@bakery.event("member_joined")
async def welcome(ctx: Context) -> Effects:
    return Direct(ctx.me.id, Card(body="welcome"), keep=True, notice=Notice.REQUEST)


class Bakery:
    """A running core: `tell` delivers one interaction and returns what was shown."""

    def __init__(self, budget: float = 60) -> None:
        self.store = MemoryStore(animators={"U9"})
        self.woken = 0
        self.runner = Runner(
            Registry([bakery]), self.store, MovableClock(dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)), wake=self.wake, budget=budget
        )
        self.deliveries = 0

    def wake(self) -> None:
        self.woken += 1

    async def tell(
        self, kind: Kind, name: str, delivery: str = "", account: AccountRef | None = ADA, **values: Value
    ) -> list[tuple[str, object]]:
        self.deliveries += 1
        listener = Listener()
        await self.runner(Invocation(kind, name, delivery or f"d{self.deliveries}", WORKSHOP, account, Place(), values), listener)
        return listener.told


@pytest.fixture
def shop() -> Bakery:
    return Bakery()


def words(told: list[tuple[str, object]]) -> list[tuple[str, str]]:
    """What was shown, cards as English words."""
    shown: list[tuple[str, str]] = []
    for how, what in told:
        if isinstance(what, Card):
            shown.append((how, " | ".join(plain(content, "en") for content in what.contents() if content)))
        elif isinstance(what, Form):
            shown.append((how, what.submit))
        elif isinstance(what, dict):
            shown.append((how, " | ".join(f"{name}: {plain(text, 'en')}" for name, text in what.items())))
        else:
            shown.append((how, ""))
    return shown


async def test_a_command_is_answered_and_its_post_leaves_with_the_commit(shop: Bakery) -> None:
    told = await shop.tell(Kind.COMMAND, "order", bread="rye", count=2)
    assert words(told) == [("private", "2 of rye")]
    assert [effect.to for effect in shop.store.outgoing if isinstance(effect, Post)] == ["shop"]
    assert shop.woken == 1


async def test_a_delivery_that_comes_twice_is_handled_once(shop: Bakery) -> None:
    await shop.tell(Kind.COMMAND, "order", delivery="same", bread="rye")
    assert await shop.tell(Kind.COMMAND, "order", delivery="same", bread="rye") == []
    assert len(shop.store.outgoing) == 1


async def test_a_refusal_is_shown_and_sends_nothing(shop: Bakery) -> None:
    assert words(await shop.tell(Kind.COMMAND, "order", bread="cake")) == [("private", "We bake bread only.")]
    assert shop.store.outgoing == []
    assert shop.woken == 0


async def test_a_bug_shows_a_reference_and_logs_no_private_word(shop: Bakery, capsys: pytest.CaptureFixture[str]) -> None:
    shown = words(await shop.tell(Kind.COMMAND, "order", bread="bug"))
    reference = shown[0][1].rsplit(" ", 1)[1].rstrip(".")
    logged = "".join(capsys.readouterr())
    assert reference in logged
    assert "RuntimeError" in logged


async def test_only_animators_may(shop: Bakery) -> None:
    assert words(await shop.tell(Kind.COMMAND, "oven")) == [("private", "Only the animators of the community can do this.")]
    assert words(await shop.tell(Kind.COMMAND, "oven", account=AccountRef("U9", "Grace"))) == [("private", "Hot, Grace")]


async def test_whoever_left_may_not_but_their_leaving_is_heard(shop: Bakery) -> None:
    shop.store.members["U1"] = Member(1, "Ada", left=True)
    for kind, name in ((Kind.COMMAND, "order"), (Kind.ACTION, "bakery:recipe:7"), (Kind.SUBMIT, "command:run:order")):
        (shown,) = words(await shop.tell(kind, name, bread="rye"))
        assert shown[1].startswith("You have left")
    await shop.tell(Kind.EVENT, "member_joined")
    assert len(shop.store.outgoing) == 1


async def test_a_button_that_runs_a_command_asks_for_its_options(shop: Bakery) -> None:
    assert words(await shop.tell(Kind.ACTION, "command:run:order")) == [("form", "command:run:order")]
    assert words(await shop.tell(Kind.SUBMIT, "command:run:order", bread="rye", count="3")) == [("private", "3 of rye")]
    assert shop.store.drafts == {}


async def test_an_option_that_cannot_be_is_explained_and_everything_typed_comes_back(shop: Bakery) -> None:
    shown = words(await shop.tell(Kind.COMMAND, "order", bread="rye", count="many"))
    assert shown[0][1].endswith("How many? | A whole number, for example 3.")
    (_how, form), *_rest = await shop.tell(Kind.ACTION, "form:correct:command:run:order")
    assert isinstance(form, Form)
    assert [getattr(field, "initial", None) for field in form.fields] == ["rye", None]


async def test_over_long_words_are_refused_at_the_field(shop: Bakery) -> None:
    await shop.tell(Kind.ACTION, "command:run:order")
    assert words(await shop.tell(Kind.SUBMIT, "command:run:order", bread="r" * 21)) == [
        ("invalid", "bread: At most 20 characters.")
    ]


async def test_words_that_were_too_long_come_back_whole(shop: Bakery) -> None:
    await shop.tell(Kind.COMMAND, "order", bread="rye" * 400)
    (_how, form), *_rest = await shop.tell(Kind.ACTION, "form:correct:command:run:order")
    assert isinstance(form, Form)
    assert getattr(form.fields[0], "initial", None) == "rye" * 400
    assert words(await shop.tell(Kind.SUBMIT, "command:run:order", bread="rye" * 400))[0][0] == "invalid"


async def test_what_was_typed_in_a_refused_dialog_is_there_when_it_opens_again(shop: Bakery) -> None:
    await shop.tell(Kind.ACTION, "bakery:recipe:7")
    assert words(await shop.tell(Kind.SUBMIT, "bakery:recipe:7", title="toast", steps="a\nb")) == [
        ("invalid", "title: That is no recipe.")
    ]
    (_how, form), *_rest = await shop.tell(Kind.ACTION, "bakery:recipe:7")
    assert isinstance(form, Form)
    assert [getattr(field, "initial", None) for field in form.fields] == ["toast", "a\nb"]
    assert words(await shop.tell(Kind.SUBMIT, "bakery:recipe:7", title="brioche", steps="")) == [("private", "7:brioche:")]
    assert shop.store.drafts == {}


async def test_fields_are_checked_against_the_dialog_that_was_opened(shop: Bakery) -> None:
    await shop.tell(Kind.ACTION, "bakery:recipe:7")
    assert words(await shop.tell(Kind.SUBMIT, "bakery:recipe:7", title="ab")) == [("invalid", "title: At least 3 characters.")]


async def test_a_bug_in_a_dialog_loses_nothing(shop: Bakery) -> None:
    await shop.tell(Kind.ACTION, "bakery:recipe:7")
    told = await shop.tell(Kind.SUBMIT, "bakery:recipe:7", title="bug", steps="all my work")
    assert "nothing you typed is lost" in words(told)[0][1]
    (_how, form), *_rest = await shop.tell(Kind.ACTION, "form:correct:bakery:recipe:7")
    assert isinstance(form, Form)
    assert getattr(form.fields[1], "initial", None) == "all my work"


async def test_a_dialog_can_be_discarded(shop: Bakery) -> None:
    await shop.tell(Kind.ACTION, "bakery:recipe:7")
    await shop.tell(Kind.SUBMIT, "bakery:recipe:7", title="toast")
    assert words(await shop.tell(Kind.ACTION, "form:discard:bakery:recipe:7")) == [("edit", "Discarded. Nothing was sent.")]
    assert "already sent or discarded" in words(await shop.tell(Kind.ACTION, "form:correct:bakery:recipe:7"))[0][1]


async def test_a_button_of_a_feature_no_longer_there_is_answered_politely(shop: Bakery) -> None:
    for kind, name in (
        (Kind.ACTION, "raffle:enter:1"),
        (Kind.SUBMIT, "raffle:enter:1"),
        (Kind.ACTION, "nonsense"),
        (Kind.ACTION, "command:run:gone"),
    ):
        assert "no longer here" in words(await shop.tell(kind, name))[0][1]
    assert "no such command" in words(await shop.tell(Kind.COMMAND, "gone"))[0][1]


async def test_a_key_that_is_no_number_is_refused_not_raised(shop: Bakery) -> None:
    assert words(await shop.tell(Kind.SUBMIT, "bakery:recipe:seven", title="brioche"))[0][0] == "private"


async def test_a_bot_cannot_be_chosen_as_a_member(shop: Bakery) -> None:
    assert "That is a bot" in words(await shop.tell(Kind.COMMAND, "gift", member=AccountRef("B1", "Robot", bot=True)))[0][1]


async def test_a_member_option_becomes_a_member(shop: Bakery) -> None:
    assert await shop.tell(Kind.COMMAND, "gift", member=AccountRef("U2", "Grace")) == []
    assert [effect.member for effect in shop.store.outgoing if isinstance(effect, Direct)] == [shop.store.members["U2"].id]


async def test_suggestions_write_nothing(shop: Bakery) -> None:
    told = await shop.tell(Kind.SUGGEST, "bakery:breads", words="r")
    assert told == [("suggest", (Choice("rye", "rye"),))]
    assert shop.store.seen == set()


async def test_messages_that_could_not_reach_somebody_are_shown_at_their_next_command(shop: Bakery) -> None:
    shop.store.missed_cards.append(Card(body="welcome"))
    assert words(await shop.tell(Kind.COMMAND, "order", bread="rye")) == [("private", "1 of rye"), ("private", "welcome")]
    assert words(await shop.tell(Kind.COMMAND, "order", bread="rye")) == [("private", "1 of rye")]


async def test_an_event_reaches_its_listeners_once(shop: Bakery) -> None:
    for _time in range(2):
        await shop.tell(Kind.EVENT, "member_joined", delivery="join-1")
    assert len(shop.store.outgoing) == 1


async def test_a_slow_answer_is_deferred_then_given() -> None:
    shop = Bakery(budget=0.01)
    SLOW.clear()
    listener = Listener()
    answering = asyncio.create_task(shop.runner(Invocation(Kind.ACTION, "bakery:slow", "d", WORKSHOP, ADA), listener))
    await asyncio.wait_for(listener.deferred.wait(), 5)
    assert shop.runner.busy
    SLOW.set()
    await answering
    assert [how for how, _what in listener.told] == ["defer", "private"]
    assert not shop.runner.busy


async def test_what_opens_a_dialog_is_never_deferred() -> None:
    shop = Bakery(budget=0)
    told = await shop.tell(Kind.ACTION, "bakery:recipe:7")
    assert [how for how, _what in told] == ["form"]
    told = await shop.tell(Kind.COMMAND, "order")
    assert [how for how, _what in told] == ["form"]
