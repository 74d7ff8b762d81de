"""What Slack tells by itself: who joins and leaves, messages to the bot, retries, the app being removed."""

from __future__ import annotations

import pytest

from bot.errors import ConfigError
from bot.model import Kind, Where
from tests.slack.community import Bot


async def test_the_workspace_is_told_at_the_start(bot: Bot) -> None:
    [told] = await bot.core.heard("workspace_ready")
    assert (told.kind, told.account) == (Kind.EVENT, None)
    assert (told.workspace.platform, told.workspace.external_id, told.workspace.name) == ("slack", "T0000TEAM", "Independents")


async def test_a_newcomer_is_told_with_language_and_time_zone(bot: Bot) -> None:
    user = bot.slack.workspace.add_user("Chloé", locale="fr-FR", tz="America/Montreal")
    await bot.slack.event({"type": "team_join", "user": user})
    [told] = bot.core.named("member_joined")
    assert told.account is not None
    assert (told.account.name, told.account.locale, told.account.zone) == ("Chloé", "fr-FR", "America/Montreal")


async def test_joining_a_channel_makes_nobody_a_newcomer(bot: Bot) -> None:
    await bot.slack.event({"type": "member_joined_channel", "user": bot.bruno, "channel": bot.general, "team": "T0000TEAM"})
    assert bot.core.named("member_joined") == []


async def test_bots_and_the_bot_itself_are_nobody(bot: Bot) -> None:
    robot = bot.slack.workspace.add_user("Robot", bot=True)
    await bot.slack.event({"type": "team_join", "user": robot})
    assert bot.core.named("member_joined") == []


async def test_somebody_who_leaves_is_told_and_a_change_of_name_is_not(bot: Bot) -> None:
    user = bot.slack.workspace.users[bot.bruno]
    await bot.slack.event({"type": "user_change", "user": {**user, "real_name": "Bruno B."}})
    await bot.slack.event({"type": "user_change", "user": {**user, "deleted": True}})
    assert [told.account.external_id for told in bot.core.named("member_left") if told.account] == [bot.bruno]


async def test_what_changed_about_somebody_is_asked_again(bot: Bot) -> None:
    await bot.slack.command(bot.ada, bot.general, "ask x")
    bot.slack.workspace.users[bot.ada]["locale"] = "en-GB"
    await bot.slack.event({"type": "user_change", "user": bot.slack.workspace.users[bot.ada]})
    await bot.slack.command(bot.ada, bot.general, "ask x")
    assert [told.account.locale for told in bot.core.named("ask") if told.account] == ["fr-FR", "en-GB"]


async def test_words_said_to_the_bot_are_told_and_its_own_are_not(bot: Bot) -> None:
    await bot.slack.say(bot.ada, "Hello &lt;3 <@U0000BOT>")
    await bot.slack.say(bot.ada, "edited", subtype="message_changed")
    await bot.slack.say(bot.ada, "robot", bot_id="B1")
    await bot.slack.event(
        {"type": "message", "channel": bot.general, "channel_type": "channel", "user": bot.ada, "text": "not for us"}
    )
    [told] = bot.core.named("direct_message")
    assert told.values == {"words": "Hello <3 @U0000BOT"}
    assert told.place.kind is Where.DIRECT


async def test_an_event_delivered_again_has_the_same_identity(bot: Bot) -> None:
    user = bot.slack.workspace.add_user("Chloé")
    await bot.slack.event({"type": "team_join", "user": user})
    await bot.slack.repeat()
    first, again = bot.core.named("member_joined")
    assert first.delivery_id == again.delivery_id


async def test_interactions_delivered_again_have_the_same_identity(bot: Bot) -> None:
    await bot.slack.command(bot.ada, bot.general, "ask x")
    await bot.slack.repeat()
    first, again = bot.core.named("ask")
    assert first.delivery_id == again.delivery_id


async def test_the_other_tab_of_the_home_opens_nothing(bot: Bot) -> None:
    await bot.slack.event({"type": "app_home_opened", "user": bot.ada, "channel": "D1", "tab": "messages"})
    assert bot.core.named("home_opened") == []


@pytest.mark.parametrize(
    "event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0000BOT"]}}]
)
async def test_a_removed_app_is_told_once_and_ends_the_connection(bot: Bot, event: dict[str, object]) -> None:
    await bot.slack.event(event)
    await bot.slack.event(event)
    assert len(bot.core.named("workspace_gone")) == 1
    ended = await bot.adapter.failed()
    assert isinstance(ended, ConfigError)
    assert str(ended).startswith("slack.bot_token:")


async def test_a_user_token_revoked_is_none_of_our_business(bot: Bot) -> None:
    await bot.slack.event({"type": "tokens_revoked", "tokens": {"oauth": [bot.ada], "bot": []}})
    assert bot.core.named("workspace_gone") == []


async def test_a_slack_that_does_not_tell_who_somebody_is_does_not_stop_them(bot: Bot) -> None:
    bot.slack.api.fail("users.info", status=429, retry_after=30)
    await bot.slack.command(bot.ada, bot.general, "ask x")
    [told] = bot.core.named("ask")
    assert told.account is not None
    assert (told.account.external_id, told.account.name, told.account.administrator) == (bot.ada, "", None)
    assert told.account.handle == "ada.lovelace"


async def test_an_event_that_comes_twice_has_one_id(bot: Bot) -> None:
    bot.slack.control.set(events={"duplicate": 1.0})
    await bot.slack.open_home(bot.ada)
    first, second = await bot.core.heard("home_opened", 2)
    assert first.delivery_id == second.delivery_id


async def test_events_that_overtake_each_other_are_all_told(bot: Bot) -> None:
    users = [bot.slack.workspace.add_user(name) for name in ("Chloé", "Dmitri", "Emma")]
    bot.slack.mishaps.shuffle(3)
    for user in users:
        await bot.slack.event({"type": "team_join", "user": user})
    told = [invocation.account.external_id for invocation in await bot.core.heard("member_joined", 3) if invocation.account]
    assert told == [users[2]["id"], users[1]["id"], users[0]["id"]]
