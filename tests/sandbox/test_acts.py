"""What people do, answered by the real runner: commands, buttons, dialogs, menus, joining and leaving."""

from __future__ import annotations

import asyncio

import pytest

from adapters.sandbox.acts import words_of
from adapters.sandbox.records import Message
from adapters.sandbox.workspace import SandboxError
from bot.model import Invocation
from bot.ports import Responder
from tests.sandbox.workshop import SmallBot


def said(messages: list[Message]) -> list[str]:
    return [words_of(message) for message in messages]


async def test_a_command_answers_privately_where_it_was_given(bot: SmallBot) -> None:
    outcome = await bot.acts.command("ada", "offer", {"tool": "Saw"}, conversation="help")
    (answer,) = outcome.messages
    assert (answer.conversation, answer.only_for, words_of(answer)) == ("help", "ada", "Saw is on offer.")
    assert said([*bot.workspace.messages("general", "ben")]) == ["A tool to borrow\nSaw"]


@pytest.mark.parametrize("line", ["/offer A long saw", "/OFFER A long saw", "offer A long saw"])
async def test_a_command_typed_as_a_line(bot: SmallBot, line: str) -> None:
    outcome = await bot.acts.line("ada", line, conversation="help")
    assert said(outcome.messages) == ["A long saw is on offer."]


async def test_a_member_named_in_a_line(bot: SmallBot) -> None:
    await bot.acts.line("ada", "/lend @ben Saw")
    (message,) = bot.workspace.messages("direct.ben")
    assert words_of(message) == "A tool for you\nAda Moreau lends you: Saw"


async def test_an_unknown_command_is_not_understood_and_reaches_nobody(bot: SmallBot) -> None:
    outcome = await bot.acts.line("ada", "/fly home")
    assert not outcome.understood
    assert bot.workspace.messages("direct.ada") == []


async def test_an_option_that_was_not_given_is_asked_for_in_a_dialog(bot: SmallBot) -> None:
    outcome = await bot.acts.command("ada", "offer", conversation="help")
    assert outcome.form is not None
    sent = await bot.acts.submit("ada", outcome.form.form.submit, {"tool": "File"}, conversation=outcome.form.conversation)
    assert said(sent.messages) == ["File is on offer."]


async def test_errors_stay_at_the_fields_and_what_is_right_goes_through(bot: SmallBot) -> None:
    opened = (await bot.acts.command("ada", "bench")).form
    assert opened is not None
    refused = await bot.acts.submit("ada", opened.form.submit, {"title": "nothing", "price": "7"})
    assert refused.errors == {"title": "A bench needs a name of its own."}
    assert refused.messages == []
    accepted = await bot.acts.submit("ada", opened.form.submit, {"title": "Oak", "price": "7"})
    assert said(accepted.messages) == ["Built: Oak\n, 7, nobody"]


async def test_a_refusal_is_shown_to_whoever_asked(bot: SmallBot) -> None:
    (message,) = (await bot.acts.command("ben", "fail", conversation="general")).messages
    assert (message.only_for, words_of(message)) == ("ben", "The workshop is closed on Mondays.")


async def test_a_button_changes_the_message_it_stands_on(bot: SmallBot) -> None:
    await bot.acts.command("ada", "offer", {"tool": "Saw"})
    (posted,) = bot.workspace.messages("general")
    outcome = await bot.acts.press("ben", posted.id, "workshop:borrow:Saw")
    (edited,) = outcome.messages
    assert (edited.id, edited.only_for, words_of(edited)) == (posted.id, "", "Borrowed by Benoît Garnier\nSaw")


async def test_a_list_sends_what_was_chosen(bot: SmallBot) -> None:
    (card,) = (await bot.acts.command("ada", "show", conversation="help")).messages
    outcome = await bot.acts.press("ada", card.id, "workshop:pick", ["red", "blue"])
    assert said(outcome.messages) == ["Picked red, blue"]


async def test_a_button_of_something_gone_is_refused_by_the_bot_in_words(bot: SmallBot) -> None:
    (card,) = (await bot.acts.command("ada", "show", conversation="help")).messages
    outcome = await bot.acts.press("ada", card.id, "museum:open:1")
    assert "no longer here" in words_of(outcome.messages[0])


async def test_nobody_presses_what_they_do_not_see(bot: SmallBot) -> None:
    (card,) = (await bot.acts.command("ada", "show", conversation="help")).messages
    with pytest.raises(SandboxError, match="no longer here"):
        await bot.acts.press("ben", card.id, "workshop:touch:1")


async def test_an_answer_in_a_thread_stays_in_it(bot: SmallBot) -> None:
    await bot.acts.write("ben", "general", "A question")
    (root,) = bot.workspace.messages("general")
    await bot.acts.command("ada", "show", conversation="general", thread=root.id)
    (answer,) = bot.workspace.thread(root.id, "ada")
    assert (answer.thread, answer.only_for) == (root.id, "ada")


async def test_completions_while_typing(bot: SmallBot) -> None:
    outcome = await bot.acts.suggest("ada", "workshop:trades", "ill")
    assert outcome.choices == [("illustration", "Illustration", "")]


async def test_the_menu_on_a_message_hands_its_words_to_the_command(bot: SmallBot) -> None:
    await bot.acts.write("ben", "general", "An old and very heavy printing press from Lyon, in parts")
    (message,) = bot.workspace.messages("general")
    outcome = await bot.acts.command("ada", "offer", on=message.id)
    assert said(outcome.messages) == ["An old and very heavy printing press… is on offer."]


async def test_the_menu_on_a_message_hands_its_author_to_the_command(bot: SmallBot) -> None:
    await bot.acts.write("ben", "general", "Hello")
    (message,) = bot.workspace.messages("general")
    await bot.acts.command("ada", "lend", {"tool": "Saw"}, on=message.id)
    assert len(bot.workspace.messages("direct.ben")) == 1


async def test_only_what_is_written_to_the_bot_reaches_it(bot: SmallBot) -> None:
    heard: list[str] = []
    bot.acts.open(Listening(bot, heard))
    await bot.acts.write("ada", "general", "To everyone")
    outcome = await bot.acts.write("ada", "direct.ada", "To the bot")
    assert heard == ["direct_message"]
    assert said(outcome.messages) == ["You wrote: To the bot"]


async def test_a_home_is_filled_anew_each_time_it_is_opened(bot: SmallBot) -> None:
    await bot.acts.home("ada")
    await bot.acts.home("ada")
    (home,) = bot.workspace.messages("home.ada")
    assert words_of(home) == "Good morning, Ada Moreau\nYour tools"
    (answer,) = (await bot.acts.press("ada", home.id, "workshop:touch:7")).messages
    assert (answer.conversation, words_of(answer)) == ("direct.ada", "Touched 7")


async def test_somebody_joins_is_welcomed_leaves_and_comes_back(bot: SmallBot) -> None:
    zoe = (await bot.acts.join("  Zoé   Lambert ", locale="fr")).person
    assert zoe is not None
    assert zoe.name == "Zoé Lambert"
    assert said([*bot.workspace.messages("direct.zoe-lambert")]) == ["Welcome, Zoé Lambert"]
    await bot.acts.leave(zoe.id)
    assert zoe.id not in [person.id for person in bot.workspace.present()]
    with pytest.raises(SandboxError, match="left"):
        await bot.acts.command(zoe.id, "show")
    await bot.acts.come_back(zoe.id)
    assert (await bot.acts.command(zoe.id, "show")).messages


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
async def test_a_name_has_a_sensible_length(bot: SmallBot, name: str) -> None:
    with pytest.raises(SandboxError, match="80"):
        await bot.acts.join(name)


async def test_the_same_delivery_again_does_nothing(bot: SmallBot) -> None:
    await bot.acts.command("ada", "offer", {"tool": "Saw"}, conversation="help")
    again = await bot.acts.repeat()
    assert again.messages == []
    assert len(bot.workspace.messages("general")) == 1


async def test_stopping_waits_for_what_is_under_way_and_takes_nothing_new(bot: SmallBot) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    async def slow(invocation: Invocation, responder: Responder) -> None:
        del invocation, responder
        entered.set()
        await leave.wait()

    bot.acts.open(slow)
    acting = asyncio.create_task(bot.acts.command("ada", "show"))
    await entered.wait()
    closing = asyncio.create_task(bot.acts.close())
    await asyncio.sleep(0)
    assert not closing.done()
    with pytest.raises(SandboxError, match="closing"):
        await bot.acts.command("ada", "show")
    leave.set()
    await asyncio.gather(acting, closing)


class Listening:
    """Writes down what reaches the bot."""

    def __init__(self, bot: SmallBot, heard: list[str]) -> None:
        self._bot = bot
        self._heard = heard

    async def __call__(self, invocation: Invocation, responder: Responder) -> None:
        self._heard.append(invocation.name)
        await self._bot.runner(invocation, responder)
