"""What members see on Slack, from their command to the bot's answer, over HTTP and in Socket Mode."""

from __future__ import annotations

import asyncio

from bot.i18n import _
from bot.model import AccountRef, Channel, Invocation, Kind, Where
from bot.ports import Responder
from bot.ui import (
    Button,
    Card,
    Choice,
    Form,
    LongText,
    MemberField,
    OneChoice,
    Picture,
    SearchField,
    Select,
    ShortText,
    Style,
)
from tests.emulators.slack.blocks import elements
from tests.emulators.slack.seen import shown
from tests.emulators.slack.workspace import Posted
from tests.slack.community import ENGLISH, FRENCH, Bot

PICTURE = Picture("pulse.png", b"\x89PNG not really", "Three bars")
HELLO = Card(title="Hello", body="How are you?", controls=(Button(_("Try again"), "small:wave:7", Style.PRIMARY),))
NEED = Form(
    "small:need:7",
    _("Try again"),
    (
        ShortText(name="need", label="Need", minimum=3, maximum=40),
        LongText(name="details", label="Details", required=False),
        OneChoice(name="kind", label="Kind", choices=(Choice("a", "First"), Choice("b", "Second"))),
        MemberField(name="whom", label="Whom", required=False),
        SearchField(name="city", label="City", suggest="small:cities", required=False),
    ),
)


def need_of(text: str = "a lawyer", **more: object) -> dict[str, object]:
    return {
        "need": {"need": {"type": "plain_text_input", "value": text}},
        "kind": {"kind": {"type": "static_select", "selected_option": {"text": {}, "value": "b"}}},
        **more,
    }


async def opens(_invocation: Invocation, responder: Responder) -> None:
    await responder.form(NEED, ENGLISH)


async def press(bot: Bot, user: str, label: str) -> None:
    for message in reversed(bot.seen(user)):
        for block, element in elements(message.blocks):
            if element.get("text", {}).get("text") == label:
                assert (await bot.slack.click(user, element, block, message=message)).status == 200
                return
    raise AssertionError(label)


async def test_a_command_is_answered_privately_in_its_acknowledgement(bot: Bot) -> None:
    bot.core.replies("ask", HELLO)
    answer = await bot.slack.command(bot.ada, bot.general, "ask a bookkeeper &amp; a <@U0000BOT|confrere>")
    assert answer.status == 200
    [seen] = bot.seen(bot.ada)
    assert shown(seen.blocks, str) == "Hello\nHow are you?"
    assert seen.only == bot.ada
    assert bot.seen(bot.bruno) == []
    [told] = bot.core.named("ask")
    assert told.kind is Kind.COMMAND
    assert told.values == {"need": "a bookkeeper & a @confrere"}
    assert told.account == AccountRef(bot.ada, "Ada Lovelace", "fr-FR", "Europe/Paris", administrator=True)
    assert (told.place.kind, told.place.external_id) == (Where.CHANNEL, bot.general)
    assert bot.slack.api.count("chat.postEphemeral") == 0


async def test_people_are_asked_about_once(bot: Bot) -> None:
    for _times in range(3):
        await bot.slack.command(bot.ada, bot.general, "ask x")
    assert bot.slack.api.count("users.info") == 1
    assert bot.slack.api.count("auth.test") == 1


async def test_a_member_named_in_a_command_is_known(bot: Bot) -> None:
    await bot.slack.command(bot.ada, bot.general, f"profile <@{bot.bruno}|Bruno of somewhere>")
    [told] = bot.core.named("profile")
    assert told.values == {"member": AccountRef(bot.bruno, "Bruno", "en-US", "Europe/Paris", administrator=False)}


async def test_a_second_reply_is_a_second_message(bot: Bot) -> None:
    async def twice(_invocation: Invocation, responder: Responder) -> None:
        await responder.reply(HELLO, ENGLISH)
        await responder.reply(Card(body="And another"), ENGLISH)

    bot.core.answers["ask"] = twice
    await bot.slack.command(bot.ada, bot.general, "ask x")
    assert [shown(message.blocks, str) for message in bot.seen(bot.ada)] == ["Hello\nHow are you?", "And another"]
    assert [message.only for message in bot.seen(bot.ada)] == [bot.ada, bot.ada]


async def test_an_answer_that_was_deferred_follows(bot: Bot) -> None:
    go_on = asyncio.Event()

    async def late(_invocation: Invocation, responder: Responder) -> None:
        await responder.defer()
        await go_on.wait()
        await responder.reply(HELLO, ENGLISH)

    bot.core.answers["ask"] = late
    bot.hurry()
    assert (await bot.slack.command(bot.ada, bot.general, "ask x")).body is None
    assert bot.seen(bot.ada) == []
    go_on.set()
    await bot.core.heard("ask")
    assert len(bot.seen(bot.ada)) == 1


async def test_a_slow_core_is_acknowledged_for(bot: Bot) -> None:
    go_on = asyncio.Event()

    async def slow(_invocation: Invocation, _responder: Responder) -> None:
        await go_on.wait()

    bot.core.answers["small:wave:7"] = slow
    bot.core.replies("ask", HELLO)
    await bot.slack.command(bot.ada, bot.general, "ask x")
    bot.hurry()
    await press(bot, bot.ada, "Try again")
    assert bot.core.named("small:wave:7") == []
    go_on.set()
    await bot.core.heard("small:wave:7")


async def test_a_button_edits_its_own_ephemeral_message(bot: Bot) -> None:
    bot.core.replies("ask", HELLO)
    bot.core.replies("small:wave:7", Card(body="Bonjour"), edit=True)
    await bot.slack.command(bot.ada, bot.general, "ask x")
    await press(bot, bot.ada, "Try again")
    assert [shown(message.blocks, str) for message in bot.seen(bot.ada)] == ["Bonjour"]


async def test_a_public_reply_is_seen_by_everybody_even_where_the_bot_is_no_member(bot: Bot) -> None:
    bot.core.replies("ask", HELLO, private=False)
    await bot.slack.command(bot.ada, bot.general, "ask x")
    assert len(bot.seen(bot.bruno)) == 1


async def test_in_its_own_conversation_the_bot_leaves_its_answers_there(bot: Bot) -> None:
    bot.core.replies("ask", HELLO)
    direct = bot.slack.workspace.conversation([bot.ada]).id
    await bot.slack.command(bot.ada, direct, "ask x")
    assert [message.only for message in bot.seen(bot.ada)] == [""]
    assert bot.core.named("ask")[0].place.kind is Where.DIRECT


async def test_a_select_tells_what_was_chosen(bot: Bot) -> None:
    choices = (Choice("a", "First"), Choice("b", "Second"), Choice("c", "Third"))
    bot.core.replies(
        "ask", Card(body="Choose", controls=(Select("small:pick", "Which?", choices, 1, 2), Select("small:one", "One", choices)))
    )
    await bot.slack.command(bot.ada, bot.general, "ask x")
    [message] = bot.seen(bot.ada)
    found = {element["type"]: (block, element) for block, element in elements(message.blocks)}
    block, element = found["multi_static_select"]
    await bot.slack.click(bot.ada, element, block, message=message, selected_options=element["options"][1:])
    block, element = found["static_select"]
    await bot.slack.click(bot.ada, element, block, message=message, selected_option=element["options"][0])
    assert bot.core.named("small:pick")[0].values == {"values": ("b", "c")}
    assert bot.core.named("small:one")[0].values == {"values": ("a",)}


async def test_a_dialog_opens_shows_errors_at_its_fields_and_closes(bot: Bot) -> None:
    async def refuse(_invocation: Invocation, responder: Responder) -> None:
        await responder.invalid(NEED, {"need": "Too vague & short"}, Card(body="Correct it"), FRENCH)

    bot.core.answers["ask"] = opens
    bot.core.answers["small:need:7"] = refuse
    await bot.slack.command(bot.ada, bot.general, "ask")
    view = bot.slack.workspace.dialog(bot.ada)
    assert view is not None
    assert view.body["title"]["text"] == "Try again"
    assert await bot.slack.submit(bot.ada, need_of()) == {"need": "Too vague & short"}
    assert bot.slack.workspace.dialog(bot.ada) is view
    bot.core.replies("small:need:7", HELLO)
    whom = {"whom": {"type": "users_select", "selected_user": bot.bruno}}
    assert await bot.slack.submit(bot.ada, need_of("a lawyer 🦊", whom=whom)) == {}
    assert bot.slack.workspace.dialog(bot.ada) is None
    [seen] = bot.seen(bot.ada)
    assert seen.only == bot.ada
    told = bot.core.named("small:need:7")[1]
    assert told.kind is Kind.SUBMIT
    assert told.values["need"] == "a lawyer 🦊"
    assert told.values["kind"] == "b"
    assert told.values["whom"] == AccountRef(bot.bruno, "Bruno", "en-US", "Europe/Paris", administrator=False)
    assert told.place.external_id == bot.general


async def test_errors_of_a_dialog_that_is_closed_are_shown_privately(bot: Bot) -> None:
    async def refuse_late(_invocation: Invocation, responder: Responder) -> None:
        await responder.defer()
        await responder.invalid(NEED, {"need": "Too vague"}, Card(body="Correct it"), ENGLISH)

    bot.core.answers["ask"] = opens
    bot.core.answers["small:need:7"] = refuse_late
    await bot.slack.command(bot.ada, bot.general, "ask")
    assert await bot.slack.submit(bot.ada, need_of()) == {}
    await bot.core.heard("small:need:7")
    assert [shown(message.blocks, str) for message in bot.seen(bot.ada)] == ["Correct it"]


async def test_a_dialog_may_lead_to_the_next(bot: Bot) -> None:
    async def next_one(_invocation: Invocation, responder: Responder) -> None:
        await responder.form(Form("small:second", "Second", (ShortText(name="more", label="More"),)), ENGLISH)

    bot.core.answers |= {"ask": opens, "small:need:7": next_one}
    await bot.slack.command(bot.ada, bot.general, "ask")
    await bot.slack.submit(bot.ada, need_of())
    view = bot.slack.workspace.dialog(bot.ada)
    assert view is not None
    assert view.body["callback_id"] == "small:second"
    await bot.slack.submit(bot.ada, {"more": {"more": {"type": "plain_text_input", "value": None}}})
    assert bot.core.named("small:second")[0].values == {"more": ""}


async def test_a_dialog_asked_for_too_late_offers_itself_again(bot: Bot) -> None:
    async def too_late(invocation: Invocation, responder: Responder) -> None:
        for trigger in bot.slack.workspace.triggers.values():
            trigger.born -= 4
        await opens(invocation, responder)

    bot.core.answers["ask"] = too_late
    await bot.slack.command(bot.ada, bot.general, "ask")
    assert bot.slack.workspace.dialog(bot.ada) is None
    [seen] = bot.seen(bot.ada)
    assert "too long" in shown(seen.blocks, str)
    bot.core.answers["form:correct:small:need:7"] = opens
    await press(bot, bot.ada, "Try again")
    assert bot.slack.workspace.dialog(bot.ada) is not None


async def test_what_is_typed_in_a_search_field_brings_suggestions(bot: Bot) -> None:
    async def cities(invocation: Invocation, responder: Responder) -> None:
        words = str(invocation.values["words"])
        await responder.suggest([Choice(f"{words}-{n}", f"{words} {n}", "a hint") for n in range(3)], ENGLISH)

    bot.core.answers |= {"ask": opens, "small:cities": cities}
    await bot.slack.command(bot.ada, bot.general, "ask")
    view = bot.slack.workspace.dialog(bot.ada)
    assert view is not None
    [(block, element)] = [found for found in elements(view.body["blocks"]) if found[1]["type"] == "external_select"]
    assert [option["value"] for option in await bot.slack.suggest(bot.ada, view, element, block, "Lyon")] == [
        "Lyon-0",
        "Lyon-1",
        "Lyon-2",
    ]
    assert len(await bot.slack.suggest(bot.ada, view, element, block, "Lyon")) == 3
    first, second = bot.core.named("small:cities")
    assert first.delivery_id != second.delivery_id


async def test_a_picture_is_uploaded_and_shown_once_slack_has_looked_at_it(bot: Bot) -> None:
    bot.slack.api.uploads.slow = 1
    bot.core.replies("ask", Card(body="Pulse", picture=PICTURE))
    await bot.slack.command(bot.ada, bot.general, "ask x")
    [seen] = bot.seen(bot.ada)
    [image] = [block for block in seen.blocks if block["type"] == "image"]
    assert bot.slack.workspace.files[image["slack_file"]["id"]] == PICTURE.content
    assert image["alt_text"] == "Three bars"


async def test_the_home_shows_what_its_opening_answers_and_what_is_pressed_there(bot: Bot) -> None:
    bot.core.replies("home_opened", HELLO)
    bot.core.replies("small:wave:7", Card(body="Bonjour"))
    await bot.slack.open_home(bot.ada)
    home = bot.slack.workspace.homes[bot.ada]
    assert shown(home.body["blocks"], str) == "Hello\nHow are you?"
    [(block, element)] = list(elements(home.body["blocks"]))
    await bot.slack.click(bot.ada, element, block, home=home)
    home = bot.slack.workspace.homes[bot.ada]
    assert shown(home.body["blocks"], str) == "Bonjour"
    assert [element["action_id"] for _block, element in elements(home.body["blocks"])] == ["command:run:confrere"]
    assert bot.core.named("small:wave:7")[0].place.kind is Where.HOME


async def test_a_shortcut_has_no_place_and_is_answered_in_the_bots_conversation(bot: Bot) -> None:
    bot.core.replies("ask", HELLO)
    await bot.slack.shortcut(bot.ada, "ask")
    [seen] = bot.seen(bot.ada)
    assert bot.slack.workspace.channels[seen.channel].kind == "im"


async def test_a_message_can_be_asked_about(bot: Bot) -> None:
    bot.core.replies("ask", HELLO)
    message = bot.slack.workspace.post(
        Posted(bot.general, bot.slack.workspace.ts(), bot.bruno, "Who knows <https://x.fr|VAT> &amp; co?", [])
    )
    await bot.slack.shortcut(bot.ada, "ask", message)
    assert bot.core.named("ask")[0].values == {"need": "Who knows https://x.fr & co?"}
    assert [seen.only for seen in bot.seen(bot.ada)] == ["", bot.ada]


async def test_a_used_up_response_address_does_not_lose_the_answer(bot: Bot) -> None:
    async def five_and_more(_invocation: Invocation, responder: Responder) -> None:
        for number in range(8):
            await responder.reply(Card(body=f"Answer {number}"), ENGLISH)

    bot.core.answers["ask"] = five_and_more
    await bot.slack.command(bot.ada, bot.general, "ask x")
    assert sorted(shown(message.blocks, str) for message in bot.seen(bot.ada)) == [f"Answer {number}" for number in range(8)]
    # The bot is not in the channel: what the address no longer takes goes to its conversation with Ada.
    assert bot.slack.workspace.channels[bot.seen(bot.ada)[-1].channel].kind == "im"
    assert all(message.only or bot.slack.workspace.channels[message.channel].kind == "im" for message in bot.seen(bot.ada))


async def test_channels_chosen_in_a_command_are_read(bot: Bot) -> None:
    await bot.slack.command(bot.ada, bot.general, f"animator setup <#{bot.general}|general> Our place")
    assert bot.core.named("animator setup")[0].values == {"channel": Channel(bot.general, "general"), "name": "Our place"}
