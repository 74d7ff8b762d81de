"""Delivery to Slack: channels, people and groups, and what becomes of every way it can go wrong."""

from __future__ import annotations

import pytest

from bot.errors import ConfigError, Refused, Unavailable, Undeliverable, Unknown
from bot.i18n import _
from bot.ports import Envelope, Limits, Reference
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


async def test_the_limits_are_those_of_one_workspace(bot: Bot) -> None:
    assert bot.adapter.platform.limits == Limits(bot.config.messages_per_second, spacing=1.0, shared=False)


async def test_the_bot_joins_a_public_channel_it_is_to_write_in(bot: Bot) -> None:
    await bot.adapter.platform.post(envelope(), bot.general)
    await bot.adapter.platform.post(envelope(), bot.general)
    assert len(bot.seen(bot.ada)) == 2
    assert bot.slack.api.count("conversations.join") == 1


@pytest.mark.parametrize("error", ["channel_not_found", "not_in_channel"])
async def test_a_private_channel_waits_until_the_bot_is_invited(bot: Bot, error: str) -> None:
    channel = bot.slack.workspace.private_channel("secret", bot.ada)
    bot.slack.api.fail("chat.postMessage", error=error)
    with pytest.raises(Undeliverable) as raised:
        await bot.adapter.platform.post(envelope(), channel.id)
    assert raised.value.gone
    channel.members.add(bot.slack.workspace.bot_user)
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
    bot.slack.api.uploads.slow = 2
    await bot.adapter.platform.post(envelope(Card(picture=Picture("pulse.png", b"png", "Bars"))), bot.general)
    [seen] = bot.seen(bot.ada)
    assert [block["type"] for block in seen.blocks] == ["image"]


async def test_a_picture_slack_never_accepts_does_not_hold_the_words_back(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.web._PROCESSING", (0.0, 0.0))
    bot.slack.api.uploads.slow = 1000
    await bot.adapter.platform.post(envelope(Card(body="Words", picture=Picture("pulse.png", b"png", "Bars"))), bot.general)
    [seen] = bot.seen(bot.ada)
    assert shown(seen.blocks, str) == "Words"


@pytest.mark.parametrize("error", ["cannot_dm_bot", "messages_tab_disabled", "user_not_visible", "channel_not_found"])
async def test_a_conversation_that_cannot_be_had_is_a_closed_one(bot: Bot, error: str) -> None:
    bot.slack.api.fail("conversations.open", error=error)
    with pytest.raises(Undeliverable, match="dm_closed") as raised:
        await bot.adapter.platform.direct(envelope(), bot.ada)
    assert not raised.value.gone


async def test_an_account_that_left_is_gone_and_one_that_cannot_be_seen_is_closed(bot: Bot) -> None:
    bot.slack.workspace.closed.add(bot.ada)
    bot.slack.workspace.deactivate(bot.bruno)
    for account, reason, gone in (
        (bot.ada, "dm_closed", False),
        (bot.bruno, "user_disabled", True),
        ("U0NOBODY", "user_not_found", True),
    ):
        with pytest.raises(Undeliverable) as raised:
            await bot.adapter.platform.direct(envelope(), account)
        assert (raised.value.reason, raised.value.gone) == (reason, gone)


async def test_of_several_people_one_who_left_closes_their_conversation_and_nothing_else(bot: Bot) -> None:
    bot.slack.workspace.deactivate(bot.bruno)
    with pytest.raises(Undeliverable, match="dm_closed") as raised:
        await bot.adapter.platform.connect(envelope(), [bot.ada, bot.bruno], "Meeting")
    assert not raised.value.gone


async def test_a_known_conversation_is_written_to_without_asking_for_it(bot: Bot) -> None:
    known = bot.slack.workspace.conversation([bot.ada]).id
    reference = await bot.adapter.platform.direct(envelope(), bot.ada, known)
    assert reference.channel == known
    assert bot.slack.api.count("conversations.open") == 0


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived"])
async def test_a_known_conversation_that_is_gone_is_opened_again_once(bot: Bot, error: str) -> None:
    known = (await bot.adapter.platform.direct(envelope(), bot.ada)).channel
    if error == "channel_not_found":
        bot.slack.workspace.delete(known)
        reference = await bot.adapter.platform.direct(envelope(), bot.ada, known)
        assert reference.channel not in ("", known)
    bot.slack.api.fail("chat.postMessage", error=error, times=2)
    before = bot.slack.api.count("conversations.open")
    with pytest.raises(Undeliverable, match="dm_closed"):
        await bot.adapter.platform.direct(envelope(), bot.ada, known)
    assert bot.slack.api.count("conversations.open") == before + 1


@pytest.mark.parametrize(
    ("error", "gone"), [("channel_not_found", True), ("is_archived", True), ("restricted_action", False), ("msg_too_long", False)]
)
async def test_what_trying_again_cannot_mend_is_undeliverable_and_a_channel_may_be_gone(bot: Bot, error: str, gone: bool) -> None:  # noqa: FBT001 - a parameter
    bot.slack.api.fail("chat.postMessage", error=error)
    with pytest.raises(Undeliverable, match=error) as raised:
        await bot.adapter.platform.post(envelope(), bot.general)
    assert raised.value.gone is gone


async def test_a_channel_that_ends_stops_what_is_to_be_changed_in_it_as_well(bot: Bot) -> None:
    platform, space = bot.adapter.platform, bot.slack.workspace
    reference = await platform.post(envelope(), bot.general)
    space.archive(bot.general)
    with pytest.raises(Undeliverable, match="is_archived") as archived:
        await platform.post(envelope(), bot.general)
    space.delete(bot.general)
    with pytest.raises(Undeliverable, match="channel_not_found") as deleted:
        await platform.update(envelope(), reference)
    assert archived.value.gone
    assert deleted.value.gone


async def test_what_was_to_be_removed_from_a_channel_that_is_archived_still_stands_there(bot: Bot) -> None:
    reference = await bot.adapter.platform.post(envelope(), bot.general)
    bot.slack.api.fail("chat.delete", error="is_archived")
    with pytest.raises(Undeliverable, match="is_archived") as raised:
        await bot.adapter.platform.remove(envelope(), reference)
    assert not raised.value.gone


async def test_a_conversation_that_ends_is_no_channel_that_is_gone(bot: Bot) -> None:
    reference = await bot.adapter.platform.direct(envelope(), bot.ada)
    bot.slack.workspace.delete(reference.channel)
    with pytest.raises(Undeliverable) as raised:
        await bot.adapter.platform.update(envelope(), reference)
    assert not raised.value.gone


async def test_too_many_requests_are_tried_again_when_slack_says(bot: Bot) -> None:
    bot.slack.api.fail("chat.postMessage", status=429, retry_after=7)
    with pytest.raises(Unavailable) as raised:
        await bot.adapter.platform.post(envelope(), bot.general)
    assert (raised.value.retry_after, raised.value.wide) == (7, True)
    assert bot.slack.api.count("chat.postMessage") == 1


@pytest.mark.parametrize(
    "how",
    [
        {"lose": True},
        {"drop": True},
        {"status": 500},
        {"status": 500, "lose": True},
        {"status": 503, "error": "fatal_error"},
        {"error": "internal_error"},
        {"body": '{"ok": true, "ts": "17'},
        {"body": "{}"},
    ],
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


CALLS = ["post", "direct", "connect", "update", "remove"]


async def deliver(bot: Bot, call: str, reference: Reference) -> None:
    """Make one call of the platform, on a channel and on conversations that are known."""
    platform = bot.adapter.platform
    match call:
        case "post":
            await platform.post(envelope(), bot.general)
        case "direct":
            await platform.direct(envelope(), bot.ada, bot.slack.workspace.conversation([bot.ada]).id)
        case "connect":
            await platform.connect(envelope(), [bot.ada, bot.bruno], "Meeting")
        case "update":
            await platform.update(envelope(), reference)
        case _:
            await platform.remove(envelope(), reference)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "how",
    [{"drop": True}, {"lose": True}, {"status": 500}, {"status": 503}, {"status": 429, "retry_after": 1}, {"error": "ratelimited"}],
)
async def test_nothing_between_the_platform_and_slack_repeats_a_call(http_bot: Bot, call: str, how: dict[str, object]) -> None:
    bot = http_bot
    reference = await bot.adapter.platform.post(envelope(), bot.general)
    methods = ("chat.postMessage", "chat.update", "chat.delete", "conversations.open")
    before = {method: bot.slack.api.count(method) for method in methods}
    for method in methods:
        bot.slack.api.fail(method, **how, times=10)
    with pytest.raises((Unavailable, Unknown)):
        await deliver(bot, call, reference)
    made = {method: bot.slack.api.count(method) - before[method] for method in methods}
    assert sum(made.values()) == 1, made


async def test_a_conversation_whose_opening_was_lost_has_no_message_yet(bot: Bot) -> None:
    bot.slack.api.fail("conversations.open", lose=True, times=2)
    with pytest.raises(Unavailable, match="connection_lost"):
        await bot.adapter.platform.direct(envelope(), bot.ada)
    with pytest.raises(Unavailable, match="connection_lost"):
        await bot.adapter.platform.connect(envelope(), [bot.ada, bot.bruno], "Meeting")
    assert bot.slack.api.count("chat.postMessage") == 0


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "invalid_auth"])
async def test_a_token_revoked_refuses_every_call_is_told_once_and_ends_the_connection(bot: Bot, code: str) -> None:
    reference = await bot.adapter.platform.post(envelope(), bot.general)
    bot.slack.control.set(revoked=code)
    for call in CALLS:
        with pytest.raises(Refused, match=code):
            await deliver(bot, call, reference)
    await bot.core.heard("workspace_gone")
    assert len(bot.core.named("workspace_gone")) == 1
    assert isinstance(await bot.adapter.failed(), ConfigError)


@pytest.mark.parametrize("code", ["missing_scope", "team_access_not_granted", "ekm_access_denied"])
async def test_a_right_taken_away_refuses_everything_and_leaves_the_connection(bot: Bot, code: str) -> None:
    bot.slack.api.fail("chat.postMessage", error=code)
    with pytest.raises(Refused, match=code):
        await bot.adapter.platform.post(envelope(), bot.general)
    assert bot.core.named("workspace_gone") == []
    await bot.adapter.platform.post(envelope(), bot.general)


async def test_a_proxy_that_refuses_has_not_passed_the_message_on(bot: Bot) -> None:
    bot.slack.api.fail("chat.postMessage", status=403, body="{}")
    with pytest.raises(Unavailable, match="http_403"):
        await bot.adapter.platform.post(envelope(), bot.general)


async def test_before_the_start_and_after_the_stop_delivery_is_for_later(bot: Bot) -> None:
    await bot.adapter.stop()
    with pytest.raises(Unavailable, match="not_connected"):
        await bot.adapter.platform.post(envelope(), bot.general)
