"""What only Slack has, on the whole bot: the Home tab, shortcuts, French words after the slash, an unknown word."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.slack import SlackDriver
from tests.contract.village import Village, having, newest, reads
from tests.emulators.slack.workspace import Posted


@pytest.fixture
async def village(tmp_path: Path) -> AsyncIterator[Village]:
    driver = SlackDriver(tmp_path)
    await driver.start()
    try:
        story = Village(driver)
        await story.set_up()
        yield story
    finally:
        await driver.stop()


@pytest.fixture
def slack(village: Village) -> SlackDriver:
    assert isinstance(village.driver, SlackDriver)
    return village.driver


async def test_the_home_tab_leads_to_a_form_and_back_to_the_menu(village: Village, slack: SlackDriver) -> None:
    await village.member("Grace", "translation")
    await village.member("Tom")
    tom = await slack.person("Tom")
    await tom.open_home()
    [home] = tom.sees("home")
    await tom.press("Ask for help", on=home.id)
    assert await tom.fill(need="A translation into Italian") == {}
    assert "A translation into Italian" in reads(tom, "home")
    assert tom.sees("dm") == []
    await tom.press("Menu")
    assert having(tom, "Ask for help", "home")


async def test_a_message_can_be_asked_about(village: Village, slack: SlackDriver) -> None:
    await village.member("Grace", "translation")
    grace, tom = await slack.person("Grace"), await slack.person("Tom")
    space = slack.slack.workspace
    message = space.post(
        Posted(space.channel("#general").id, space.ts(), tom.account, "Who does translation &amp; proofreading?", [])
    )
    await grace.command_on("ask", f"{message.channel}/{message.ts}")
    assert "Who does translation & proofreading?" in newest(grace, saying="proofreading").text
    assert newest(grace).private


async def test_a_message_of_the_bot_can_be_asked_about_and_nobody_is_asked(village: Village, slack: SlackDriver) -> None:
    grace, tom = await village.member("Grace", "translation"), await slack.person("Tom")
    await tom.command("ask", need="A first translation")
    await tom.press("Post to everyone")
    await tom.command_on("ask", having(grace, "I can help", "#help").id)
    assert "That is a bot" not in reads(tom)


async def test_french_words_are_commands_too(village: Village, slack: SlackDriver) -> None:
    lea = await slack.person("Léa", locale="fr")
    await village.member("Grace", "translation")
    await lea.line("demander traduire un contrat en italien")
    assert "traduire un contrat en italien" in newest(lea).text


async def test_a_word_nobody_knows_opens_the_menu_and_says_so(slack: SlackDriver) -> None:
    tom = await slack.person("Tom")
    await tom.line("dance <@U9|*eve*> &lt;!channel&gt;")
    seen = newest(tom)
    assert "dance @*eve* <!channel>" in seen.text
    assert seen.pings == ()
    assert "Ask for help" in seen.buttons
    await tom.line("help")
    assert "Ask for help" in newest(tom).buttons


async def test_somebody_whose_account_was_closed_has_left(village: Village, slack: SlackDriver) -> None:
    grace = await slack.person("Grace")
    await village.member("Grace", "translation")
    await slack.slack.event({"type": "user_change", "user": slack.slack.workspace.users[grace.account] | {"deleted": True}})
    tom = await slack.person("Tom")
    await tom.command("ask", need="A translation into Italian")
    assert "Grace" not in newest(tom, saying="A translation into Italian").text
