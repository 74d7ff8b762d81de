"""What a member does on Discord and what comes back, through the real SDK."""

from __future__ import annotations

import asyncio
import re

import pytest
import structlog

from adapters.discord.client import DiscordAdapter
from bot.files import File
from bot.i18n import Text
from bot.model import AccountRef, Channel, Invocation, Kind, Where
from bot.ports import Responder
from bot.ui import (
    Button,
    Card,
    ChannelField,
    Choice,
    DateField,
    Form,
    LongText,
    MemberField,
    NumberField,
    OneChoice,
    SearchField,
    Select,
    SeveralChoices,
    ShortText,
    Style,
)
from tests.discord.stage import ENGLISH, Play, shown
from tests.emulators.discord import Discord, Message

pytestmark = pytest.mark.usefixtures("adapter")
FIELDS = (
    ShortText(name="craft", label="Craft"),
    OneChoice(name="kind", label="Kind", choices=(Choice("a", "A"), Choice("b", "B"))),
    SeveralChoices(name="gains", label="Gains", choices=(Choice("x", "X"), Choice("y", "Y"), Choice("z", "Z"))),
    MemberField(name="who", label="Who", required=False),
    ChannelField(name="where", label="Where"),
)
OTHER_FIELDS = (
    LongText(name="story", label="Story", initial="Once", hint="As it was"),
    DateField(name="day", label="Day"),
    NumberField(name="count", label="Count", initial=3),
    SearchField(name="found", label="Found", suggest="showcase:needs"),
)


async def newest(discord: Discord) -> Message:
    return list(discord.world.messages.values())[-1]


async def test_a_command_is_understood_with_its_options_and_answered_privately(discord: Discord, play: Play) -> None:
    ada, grace = discord.user("Ada", locale="fr"), discord.user("Grace")
    await discord.slash(ada, "ask", need="un relecteur")
    (heard,) = await play.hear("ask")
    assert heard.kind is Kind.COMMAND
    assert dict(heard.values) == {"need": "un relecteur"}
    assert heard.account == AccountRef(ada.id, "Ada", "fr", administrator=False)
    assert (heard.workspace.platform, heard.workspace.external_id) == ("discord", discord.guild.id)
    assert (heard.place.kind, heard.place.external_id) == (Where.CHANNEL, discord.channel("general").id)
    assert shown(discord, ada) == ["hello"]
    assert shown(discord, grace) == []


async def test_members_channels_numbers_and_dates_arrive_as_what_they_are(discord: Discord, play: Play) -> None:
    boss, grace = discord.user("Boss", administrator=True), discord.user("Grace")
    room = discord.channel("help")
    await discord.slash(boss, "animator setup", channel=room, kind="team", day="2027-01-31", count=4, loud=True)
    await discord.slash(boss, "profile", member=grace)
    (setup,), (profile,) = await play.hear("animator setup"), await play.hear("profile")
    assert setup.account is not None
    assert setup.account.administrator
    assert dict(setup.values) == {
        "channel": Channel(room.id, "help"),
        "kind": "team",
        "day": "2027-01-31",
        "count": 4,
        "loud": True,
    }
    assert profile.values["member"] == AccountRef(grace.id, "Grace", administrator=False)


async def test_context_menus_run_their_command_on_the_person_or_the_message(discord: Discord, play: Play) -> None:
    ada, grace = discord.user("Ada"), discord.user("Grace")
    message = await discord.say(grace, "I look for somebody who knows Rust well", discord.channel("help"))
    await discord.menu(ada, "Profile", grace)
    await discord.menu(ada, "Ask who can help", message)
    assert (await play.hear("profile"))[0].values == {"member": AccountRef(grace.id, "Grace")}
    assert (await play.hear("ask"))[0].values == {"need": "I look for somebody "}


async def test_typing_an_option_offers_suggestions(discord: Discord, play: Play) -> None:
    async def script(invocation: Invocation, responder: Responder) -> None:
        await responder.suggest([Choice("rust", f"{invocation.values['words']} on rails")], ENGLISH)

    play.script = script
    offered = await discord.autocomplete(discord.user("Ada"), "ask", "need", "ruby")
    assert offered == [{"name": "ruby on rails", "value": "rust"}]
    assert (await play.hear("showcase:needs"))[0].kind is Kind.SUGGEST


async def test_a_form_opens_as_a_modal_and_comes_back_with_every_kind_of_value(discord: Discord, play: Play) -> None:
    async def script(invocation: Invocation, responder: Responder) -> None:
        if invocation.kind is Kind.COMMAND:
            fields = FIELDS if invocation.name == "ask" else OTHER_FIELDS
            await responder.form(Form("showcase:save:7", "A form", fields), ENGLISH)

    play.script = script
    ada, grace = discord.user("Ada"), discord.user("Grace")
    room = discord.channel("help")
    opened = await discord.slash(ada, "ask", need="x")
    await discord.submit(ada, opened, {"craft": "Weaver", "kind": "b", "gains[]": ["x", "z"], "who": grace, "where": room})
    opened = await discord.slash(ada, "profile")
    await discord.submit(ada, opened, {"day": "2027-02-30", "found": "rust"})
    first, second = await play.hear("showcase:save:7", 2)
    assert first.kind is Kind.SUBMIT
    assert dict(first.values) == {
        "craft": "Weaver",
        "kind": "b",
        "gains": ("x", "z"),
        "who": AccountRef(grace.id, "Grace", administrator=False),
        "where": Channel(room.id, "help"),
    }
    assert dict(second.values) == {"story": "Once", "day": "2027-02-30", "count": "3", "found": "rust"}


async def test_what_was_typed_wrong_is_answered_by_a_private_card(discord: Discord, play: Play) -> None:
    form = Form("showcase:save", "A form", OTHER_FIELDS)

    async def script(invocation: Invocation, responder: Responder) -> None:
        if invocation.kind is Kind.COMMAND:
            await responder.form(form, ENGLISH)
        else:
            correct = Card(body="look again", controls=(Button("Correct", "form:correct:showcase:save"),))
            await responder.invalid(form, {"day": "no such day"}, correct, ENGLISH)

    play.script = script
    ada, grace = discord.user("Ada"), discord.user("Grace")
    opened = await discord.slash(ada, "profile")
    await discord.submit(ada, opened, {"day": "2027-02-30", "found": "rust"})
    assert (shown(discord, ada), shown(discord, grace)) == (["look again"], [])


async def test_a_button_edits_its_message_or_answers_whoever_pressed(discord: Discord, play: Play) -> None:
    ada, grace = discord.user("Ada"), discord.user("Grace")
    file, other = File("a.ics", b"first", "text/calendar"), File("b.ics", b"second", "text/calendar")
    card = Card(body="first", files=(file,), controls=(Button("Change", "showcase:change:1"), Button("Tell", "showcase:tell")))

    async def script(invocation: Invocation, responder: Responder) -> None:
        if invocation.kind is Kind.COMMAND:
            await responder.reply(card, ENGLISH, private=False)
        elif invocation.name == "showcase:change:1":
            await responder.reply(Card(body="second", files=(file, other), controls=card.controls), ENGLISH, edit=True)
        else:
            await responder.reply(Card(body="for you", files=(other,)), ENGLISH)
            await responder.reply(Card(body="and more"), ENGLISH)

    play.script = script
    await discord.slash(ada, "ask", need="x")
    message = await newest(discord)
    assert message.files == {"a.ics": b"first"}
    await discord.press(grace, message, "showcase:change:1")
    assert shown(discord, ada) == ["second"]
    assert message.files == {"a.ics": b"first", "b.ics": b"second"}
    await discord.press(grace, message, "showcase:tell")
    await play.hear("showcase:tell")
    assert shown(discord, grace) == ["second", "for you", "and more"]
    assert [list(seen.files) for seen in discord.world.visible(grace.id)] == [["a.ics", "b.ics"], ["b.ics"], []]
    assert shown(discord, ada) == ["second"]


async def test_a_select_tells_what_was_chosen(discord: Discord, play: Play) -> None:
    choices = (Choice("a", "A"), Choice("b", "B"))
    select = Select("showcase:pick", "Which", choices, maximum=2)

    async def script(invocation: Invocation, responder: Responder) -> None:
        if invocation.kind is Kind.COMMAND:
            await responder.reply(Card(body="choose", controls=(select,)), ENGLISH)

    play.script = script
    ada = discord.user("Ada")
    await discord.slash(ada, "ask", need="x")
    pressed = await discord.press(ada, await newest(discord), "showcase:pick", ["b", "a"])
    assert (await play.hear("showcase:pick"))[0].values == {"values": ("b", "a")}
    assert pressed.acknowledged == 6, "nothing said: acknowledged silently"


async def test_nothing_said_to_a_command_leaves_nothing_behind(discord: Discord, play: Play) -> None:
    async def silent(_invocation: Invocation, _responder: Responder) -> None:
        return

    play.script = silent
    ada = discord.user("Ada")
    run = await discord.slash(ada, "ask", need="x")
    await discord.world.until(lambda: not run.waiting)
    assert (run.acknowledged, shown(discord, ada)) == (5, [])


@pytest.mark.parametrize(("private", "seen_by_others"), [(True, []), (False, ["late"])])
async def test_a_late_answer_takes_the_place_of_the_wait(
    discord: Discord,
    play: Play,
    private: bool,  # noqa: FBT001 - a parameter of the test
    seen_by_others: list[str],
) -> None:
    async def late(_invocation: Invocation, responder: Responder) -> None:
        await responder.defer()
        await responder.reply(Card(body="late"), ENGLISH, private=private)

    play.script = late
    ada, grace = discord.user("Ada"), discord.user("Grace")
    run = await discord.slash(ada, "ask", need="x")
    await play.hear("ask")
    assert (run.acknowledged, run.waiting) == (5, False)
    assert (shown(discord, ada), shown(discord, grace)) == (["late"], seen_by_others)


async def test_a_late_edit_changes_the_message_that_was_pressed(discord: Discord, play: Play) -> None:
    async def script(invocation: Invocation, responder: Responder) -> None:
        if invocation.kind is Kind.ACTION:
            await responder.defer()
        files = (File("a.ics", invocation.name.encode(), "text/calendar"),)
        await responder.reply(Card(body=invocation.name, files=files, controls=(Button("Go", "showcase:go"),)), ENGLISH, edit=True)

    play.script = script
    ada = discord.user("Ada")
    await discord.slash(ada, "ask", need="x")
    run = await discord.press(ada, await newest(discord), "showcase:go")
    await play.hear("showcase:go")
    assert (run.acknowledged, shown(discord, ada)) == (6, ["showcase:go"])
    assert (await newest(discord)).files == {"a.ics": b"showcase:go"}


async def test_a_form_after_a_form_is_reached_by_a_button(discord: Discord, play: Play) -> None:
    form = Form("showcase:save", "A form", (ShortText(name="craft", label="Craft"),))

    async def script(invocation: Invocation, responder: Responder) -> None:
        await responder.form(form, ENGLISH)
        del invocation

    play.script = script
    ada = discord.user("Ada")
    opened = await discord.slash(ada, "profile")
    await discord.submit(ada, opened, {"craft": "Weaver"})
    await play.hear("showcase:save")
    again = await discord.press(ada, await newest(discord), "form:correct:showcase:save")
    assert again.modal is not None


class TestConfirmation:
    """A button that asks before it counts: Discord has none, the adapter asks."""

    @pytest.fixture
    async def asking(self, discord: Discord, play: Play) -> Message:
        erase = Button("Erase", "showcase:erase:9", Style.DANGER, confirm=Text("Erase everything?"))

        async def script(invocation: Invocation, responder: Responder) -> None:
            if invocation.kind is Kind.ACTION:
                await responder.reply(Card(body="erased"), ENGLISH, edit=True)
            else:
                await responder.reply(Card(body="your data", controls=(erase,)), ENGLISH, private=invocation.name != "profile")

        play.script = script
        ada = discord.user("Ada")
        await discord.slash(ada, "ask", need="x")
        return await newest(discord)

    async def test_yes_counts_and_the_question_becomes_the_answer(self, discord: Discord, play: Play, asking: Message) -> None:
        ada = discord.world.users[asking.only_for]
        await discord.press(ada, asking, "?en?showcase:erase:9")
        assert play.named("showcase:erase:9") == []
        assert shown(discord, ada) == ["your data", "Erase everything?"]
        await discord.press(ada, await newest(discord), "showcase:erase:9")
        await play.hear("showcase:erase:9")
        assert shown(discord, ada) == ["your data", "erased"]

    async def test_no_takes_the_question_away(self, discord: Discord, play: Play, asking: Message) -> None:
        ada = discord.world.users[asking.only_for]
        await discord.press(ada, asking, "?en?showcase:erase:9")
        question = await newest(discord)
        refusal = next(one for one in re.findall(r'!no:[^"\']+', str(question.components)))
        await discord.press(ada, question, refusal)
        await discord.world.until(lambda: shown(discord, ada) == ["your data"])
        assert play.named("showcase:erase:9") == []

    async def test_a_public_message_is_changed_itself(self, discord: Discord, play: Play, asking: Message) -> None:
        ada = discord.world.users[asking.only_for]
        await discord.slash(ada, "profile")
        public = await newest(discord)
        await discord.press(ada, public, "?en?showcase:erase:9")
        await discord.press(ada, await newest(discord), "showcase:erase:9")
        await play.hear("showcase:erase:9")
        assert shown(discord, ada) == ["your data", "erased"]
        assert public.id in discord.world.messages

    async def test_after_a_restart_the_button_itself_is_asked_about(
        self, discord: Discord, play: Play, asking: Message, adapter: DiscordAdapter
    ) -> None:
        adapter._questions._asked.clear()  # noqa: SLF001 - what a restart forgets
        ada = discord.world.users[asking.only_for]
        await discord.press(ada, asking, "?en?showcase:erase:9")
        assert shown(discord, ada)[-1] == "Erase: are you sure?"


async def test_in_a_direct_message_a_button_knows_its_server(discord: Discord, play: Play, adapter: DiscordAdapter) -> None:
    from tests.discord.stage import envelope  # noqa: PLC0415

    ada = discord.user("Ada")
    card = Card(body="welcome", controls=(Button("Go", "showcase:go:a@b"),))
    await adapter.platform.direct(envelope(discord, card), ada.id)
    message = await newest(discord)
    custom_id = message.components[0]["components"][-1]["components"][0]["custom_id"]
    await discord.press(ada, message, custom_id)
    (heard,) = await play.hear("showcase:go:a@b")
    assert heard.workspace.external_id == discord.guild.id
    assert heard.place.kind is Where.DIRECT
    assert heard.account is not None
    assert heard.account.administrator is None, "a private message says nothing of rights on the server"
    await discord.slash(ada, "ask", discord.world.direct(ada.id), need="x")
    assert (await play.hear("ask"))[0].workspace.external_id == ""


async def test_what_is_said_to_the_bot_arrives_and_is_answered(discord: Discord, play: Play) -> None:
    ada = discord.user("Ada")
    await discord.say(ada, "good morning")
    await discord.repeat()
    first, again = await play.hear("direct_message", 2)
    assert first.values == {"words": "good morning"}
    assert first.delivery_id == again.delivery_id
    assert shown(discord, ada) == ["good morning", "hello"], "a repeated delivery is answered with the same nonce: one message"


async def test_what_is_said_in_a_channel_never_arrives(discord: Discord, play: Play) -> None:
    ada = discord.user("Ada")
    await discord.say(ada, "not for the bot", discord.channel("general"))
    await discord.slash(ada, "ask", need="x")
    await play.hear("ask")
    assert play.named("direct_message") == []


async def test_people_who_come_and_go_are_told_once_each_time(discord: Discord, play: Play) -> None:
    ada = discord.user("Ada", present=False)
    await discord.join(ada)
    await discord.repeat()
    await discord.leave(ada)
    await discord.join(ada)
    await discord.leave(ada)
    joins, leaves = await play.hear("member_joined", 3), await play.hear("member_left", 2)
    assert joins[0].account == AccountRef(ada.id, "Ada")
    assert joins[0].delivery_id == joins[1].delivery_id != joins[2].delivery_id
    assert leaves[0].delivery_id != leaves[1].delivery_id


async def test_servers_that_appear_and_vanish_are_told(discord: Discord, play: Play) -> None:
    (ready,) = await play.hear("workspace_ready")
    assert (ready.workspace.external_id, ready.workspace.name) == (discord.guild.id, "Indépendants")
    await discord.expel_bot()
    assert (await play.hear("workspace_gone"))[0].workspace.external_id == discord.guild.id


class TestLostAnswers:
    """Interactions that Discord no longer takes an answer for."""

    async def test_too_late_is_logged_and_survived(self, discord: Discord, play: Play) -> None:
        release = asyncio.Event()

        async def slow(_invocation: Invocation, responder: Responder) -> None:
            await release.wait()
            await responder.reply(Card(body="too late"), ENGLISH)

        play.script = slow
        discord.world.answer_seconds = -1
        ada = discord.user("Ada")
        with structlog.testing.capture_logs() as logs:
            await discord.send(ada, 2, discord.channel("general"), {"id": "1", "name": "ask", "type": 1, "options": []})
            release.set()
            await play.hear("ask")
        assert [entry["code"] for entry in logs if entry["event"] == "discord_reply_lost"] == [10062]
        discord.world.answer_seconds = 3
        await discord.slash(ada, "ask", need="x")
        assert shown(discord, ada) == ["too late"]

    async def test_a_replayed_interaction_is_survived(self, discord: Discord, play: Play) -> None:
        ada = discord.user("Ada")
        with structlog.testing.capture_logs() as logs:
            await discord.slash(ada, "ask", need="x")
            await discord.repeat()
            first, again = await play.hear("ask", 2)
        assert first.delivery_id == again.delivery_id
        assert [entry["code"] for entry in logs if entry["event"] == "discord_reply_lost"] == [40060]
        assert shown(discord, ada) == ["hello"]

    async def test_a_lost_confirmation_counts_as_answered(self, discord: Discord, play: Play) -> None:
        discord.fail("POST", r"/interactions/.*", lose="after")
        ada = discord.user("Ada")
        with structlog.testing.capture_logs() as logs:
            await discord.slash(ada, "ask", need="x")
            await play.hear("ask")
        assert [entry for entry in logs if entry["event"] == "discord_reply_lost"] == []
        assert shown(discord, ada) == ["hello"]

    async def test_an_unreadable_interaction_is_survived(self, discord: Discord, play: Play) -> None:
        await discord.gateway.dispatch("INTERACTION_CREATE", {"id": "1", "type": 2})
        ada = discord.user("Ada")
        await discord.slash(ada, "ask", need="x")
        await play.hear("ask")
        assert shown(discord, ada) == ["hello"]
