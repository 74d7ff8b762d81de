"""Delivery to Slack: channels, people and groups, and what becomes of every way it can go wrong."""

from __future__ import annotations

import pytest

from bot.errors import ConfigError, Unavailable, Undeliverable, Unknown
from bot.i18n import _
from bot.ports import Envelope, Reference
from bot.text import Mention
from bot.ui import Button, Card, Picture
from tests.emulators.slack.seen import pings, shown
from tests.slack.community import FRENCH, Bot


def envelope(card: Card | None = None) -> Envelope:
    return Envelope("key-0001", "T0000TEAM", FRENCH, card or Card(title="Bonjour", body="Voici"))


async def test_a_post_carries_its_key_and_a_text_and_unfurls_nothing(bot: Bot) -> None:
    bot.slack.workspace.channels[bot.general].members.add(bot.slack.workspace.bot_user)
    reference = await bot.adapter.platform.post(envelope(), bot.general)
    [seen] = bot.seen(bot.bruno)
    assert reference == Reference(bot.general, seen.ts, seen.ts)
    assert seen.metadata == {"event_type": "confrere_outbox", "event_payload": {"key": "key-0001"}}
    assert seen.text == "Bonjour · Voici"
    [(_method, arguments)] = [call for call in bot.slack.api.calls if call[0] == "chat.postMessage"]
    assert (arguments["unfurl_links"], arguments["unfurl_media"], arguments["link_names"]) == (False, False, False)


async def test_the_bot_joins_a_public_channel_it_is_to_write_in(bot: Bot) -> None:
    await bot.adapter.platform.post(envelope(), bot.general)
    await bot.adapter.platform.post(envelope(), bot.general)
    assert len(bot.seen(bot.ada)) == 2
    assert bot.slack.api.count("conversations.join") == 1


async def test_a_private_channel_without_the_bot_is_undeliverable(bot: Bot) -> None:
    channel = bot.slack.workspace.private_channel("secret", bot.ada)
    with pytest.raises(Undeliverable):
        await bot.adapter.platform.post(envelope(), channel.id)


async def test_an_answer_stands_in_its_thread(bot: Bot) -> None:
    first = await bot.adapter.platform.post(envelope(), bot.general)
    second = await bot.adapter.platform.post(envelope(), bot.general, first.thread)
    assert second.thread == first.message
    assert bot.seen(bot.ada)[1].thread == first.message


async def test_somebody_is_written_to_in_one_conversation(bot: Bot) -> None:
    first = await bot.adapter.platform.direct(envelope(), bot.ada)
    second = await bot.adapter.platform.direct(envelope(), bot.ada)
    assert first.channel == second.channel
    assert bot.slack.api.count("conversations.open") == 1
    assert bot.seen(bot.bruno) == []


async def test_two_members_are_connected_in_a_group(bot: Bot) -> None:
    card = Card(body=_("Press to {name}", name=Mention("Ada", account=bot.ada)))
    reference = await bot.adapter.platform.connect(envelope(card), [bot.ada, bot.bruno], "Meeting")
    assert bot.slack.workspace.channels[reference.channel].kind == "mpim"
    [seen] = bot.seen(bot.bruno)
    assert bot.seen(bot.ada) == [seen]
    assert pings(seen.text, seen.blocks) == (bot.ada,)


async def test_more_people_than_slack_takes_are_refused(bot: Bot) -> None:
    with pytest.raises(Undeliverable, match="too_many_people"):
        await bot.adapter.platform.connect(envelope(), [f"U{number}" for number in range(9)], "Everybody")


async def test_a_message_is_changed_and_removed_and_may_be_gone(bot: Bot) -> None:
    platform = bot.adapter.platform
    reference = await platform.post(envelope(), bot.general)
    await platform.update(envelope(Card(body="Changed", controls=(Button("Go", "small:go"),))), reference)
    assert shown(bot.seen(bot.ada)[0].blocks, str) == "Changed"
    await platform.remove(envelope(), reference)
    assert bot.seen(bot.ada) == []
    await platform.remove(envelope(), reference)
    await platform.update(envelope(), reference)


async def test_a_picture_goes_with_a_post(bot: Bot) -> None:
    bot.slack.api.slow_files = 2
    await bot.adapter.platform.post(envelope(Card(picture=Picture("pulse.png", b"png", "Bars"))), bot.general)
    [seen] = bot.seen(bot.ada)
    assert [block["type"] for block in seen.blocks] == ["image"]


async def test_a_picture_slack_never_accepts_does_not_hold_the_words_back(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.web._PROCESSING", (0.0, 0.0))
    bot.slack.api.slow_files = 1000
    await bot.adapter.platform.post(envelope(Card(body="Words", picture=Picture("pulse.png", b"png", "Bars"))), bot.general)
    [seen] = bot.seen(bot.ada)
    assert shown(seen.blocks, str) == "Words"


@pytest.mark.parametrize("error", ["cannot_dm_bot", "user_disabled", "user_not_visible", "channel_not_found"])
async def test_a_conversation_that_cannot_be_had_is_a_closed_one(bot: Bot, error: str) -> None:
    bot.slack.api.fail("conversations.open", error=error)
    with pytest.raises(Undeliverable, match="dm_closed"):
        await bot.adapter.platform.direct(envelope(), bot.ada)


async def test_somebody_who_left_or_cannot_be_seen_has_a_closed_conversation(bot: Bot) -> None:
    bot.slack.workspace.closed.add(bot.ada)
    bot.slack.workspace.users[bot.bruno]["deleted"] = True
    for account in (bot.ada, bot.bruno, "U0NOBODY"):
        with pytest.raises(Undeliverable, match="dm_closed"):
            await bot.adapter.platform.direct(envelope(), account)


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "restricted_action", "msg_too_long"])
async def test_what_trying_again_cannot_mend_is_undeliverable(bot: Bot, error: str) -> None:
    bot.slack.api.fail("chat.postMessage", error=error)
    with pytest.raises(Undeliverable, match=error):
        await bot.adapter.platform.post(envelope(), bot.general)


async def test_too_many_requests_are_tried_again_when_slack_says(bot: Bot) -> None:
    bot.slack.api.fail("chat.postMessage", status=429, retry_after=7)
    with pytest.raises(Unavailable) as raised:
        await bot.adapter.platform.post(envelope(), bot.general)
    assert raised.value.retry_after == 7
    assert bot.slack.api.count("chat.postMessage") == 1


@pytest.mark.parametrize(
    "how", [{"lose": True}, {"drop": True}, {"status": 500}, {"status": 503, "error": "fatal_error"}, {"error": "internal_error"}]
)
async def test_an_answer_that_is_lost_is_unknown_and_never_repeated_by_itself(bot: Bot, how: dict[str, object]) -> None:
    bot.slack.workspace.channels[bot.general].members.add(bot.slack.workspace.bot_user)
    bot.slack.api.fail("chat.postMessage", **how)
    with pytest.raises(Unknown):
        await bot.adapter.platform.post(envelope(), bot.general)
    assert bot.slack.api.count("chat.postMessage") == 1
    assert len(bot.seen(bot.ada)) == int("lose" in how)


async def test_a_slack_that_cannot_be_reached_took_nothing(bot: Bot) -> None:
    await bot.slack.stop()
    with pytest.raises((Unavailable, Unknown)):
        await bot.adapter.platform.post(envelope(), bot.general)
    await bot.slack.start()


async def test_a_token_revoked_is_told_and_ends_the_connection(bot: Bot) -> None:
    bot.slack.api.fail("chat.postMessage", error="token_revoked", times=2)
    for _times in range(2):
        with pytest.raises(Undeliverable, match="token_revoked"):
            await bot.adapter.platform.post(envelope(), bot.general)
    await bot.core.heard("workspace_gone")
    assert len(bot.core.named("workspace_gone")) == 1
    assert isinstance(await bot.adapter.failed(), ConfigError)


async def test_before_the_start_and_after_the_stop_delivery_is_for_later(bot: Bot) -> None:
    await bot.adapter.stop()
    with pytest.raises(Unavailable, match="not_connected"):
        await bot.adapter.platform.post(envelope(), bot.general)
