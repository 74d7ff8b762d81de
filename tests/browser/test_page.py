"""The page in a real browser: keyboard, forms, privacy, two people at once, dark, narrow, names for screen readers."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.async_api import expect

from adapters.sandbox.records import BOT
from bot.i18n import _
from bot.text import ChannelMention, Mention, Moment
from bot.ui import Card
from tests.browser.window import Windows
from tests.sandbox.workshop import SmallBot

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_page_opens_as_the_animator_and_shows_where_one_can_go(windows: Windows) -> None:
    window = await windows.open()
    await window.ready()
    await expect(window.page.locator("#me")).to_contain_text("Ada Moreau")
    await expect(window.page.locator(".place")).to_contain_text(["Home", "general", "introductions", "help"])
    await expect(window.page).to_have_title("general · Confrère")


async def test_a_command_is_found_described_and_run_with_the_keyboard_alone(windows: Windows, bot: SmallBot) -> None:
    window = await windows.open("ada", "help")
    await window.composer.focus()
    await window.type("/")
    options = window.page.locator("#composer [role=option]")
    await expect(options).to_have_count(6)
    await expect(options.first).to_have_text("/offerOffer a tool to everyone")
    await window.keys("ArrowDown")
    await expect(window.composer).to_have_attribute("aria-activedescendant", re.compile("-1$"))
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    await window.keys("Escape")
    await expect(options.first).to_be_hidden()
    await window.type("len")
    await window.keys("Enter")
    await expect(window.page.locator(".chip")).to_have_text("/lend")
    await expect(window.page.locator(".command-hint")).to_contain_text("To whom?")
    await window.type("beno")
    await expect(options).to_have_count(1)
    await window.keys("Enter")
    await expect(window.focused).to_have_value("Benoît Garnier")
    await window.keys("Tab")
    await window.type("Saw")
    await window.keys("Enter")
    await window.sees("@Benoît Garnier will be told.")
    assert len(bot.workspace.messages("direct.ben")) == 1
    await expect(window.composer).to_be_focused()


async def test_a_suggestion_of_the_bot_completes_an_option(windows: Windows) -> None:
    window = await windows.open("ada", "help")
    await window.composer.focus()
    await window.type("/offer Camera")
    await window.keys("Tab")
    await window.type("photo")
    await expect(window.page.locator("#composer [role=option]")).to_have_text(["Photography"])
    await window.keys("Enter", "Enter")
    await window.sees("For photography")


async def test_a_whole_line_works_as_it_is_typed(windows: Windows) -> None:
    window = await windows.open("ada", "help")
    await window.composer.fill("/offer A very long ladder")
    await window.keys("Enter")
    await window.sees("A very long ladder is on offer.")


async def test_an_unknown_command_is_told_and_stays_to_be_mended(windows: Windows) -> None:
    window = await windows.open("ada", "help")
    await window.composer.fill("/fly home")
    await window.keys("Escape", "Enter")
    await expect(window.page.locator("#status")).to_have_text("There is no such command. Type / to see them.")
    await expect(window.composer).to_have_value("/fly home")


async def test_a_form_with_wrong_input_keeps_all_that_was_typed(windows: Windows) -> None:
    window = await windows.open("ada", "help")
    await window.command("/bench")
    title = window.field("title").locator("input")
    await expect(title).to_be_focused()
    await title.fill("nothing")
    await window.field("story").locator("textarea").fill("Made of oak\nin 1907")
    await window.field("size").get_by_label("Large").check()
    await window.field("price").locator("input").fill("12")
    await window.field("helper").locator("input").fill("ben")
    await window.dialog.get_by_role("option", name="Benoît Garnier").click()
    await window.dialog.get_by_role("button", name="Build").click()
    await expect(window.field("title").locator(".error")).to_have_text("A bench needs a name of its own.")
    await expect(title).to_have_attribute("aria-invalid", "true")
    await expect(title).to_be_focused()
    await expect(title).to_have_accessible_description(re.compile("A bench needs a name of its own"))
    await expect(window.dialog.get_by_role("alert")).to_have_text("One field needs another look.")
    await expect(window.field("story").locator("textarea")).to_have_value("Made of oak\nin 1907")
    await expect(window.field("size").get_by_label("Large")).to_be_checked()
    await expect(window.field("helper").locator("input")).to_have_value("Benoît Garnier")
    await title.fill("Oak")
    await window.keys("Enter")
    await expect(window.dialog).to_be_hidden()
    await window.sees("Built: Oak")
    await window.sees("in 1907, 12, Benoît Garnier")


async def test_every_other_kind_of_field_can_be_filled(windows: Windows) -> None:
    window = await windows.open("ada", "help")
    await window.command("/drawer")
    await window.field("tools").get_by_label("saw").check()
    await window.field("tools").get_by_label("plane").check()
    await window.field("day").locator("input").fill("2027-01-31")
    await window.field("channel").locator("input").fill("intro")
    await window.dialog.get_by_role("option", name="introductions").click()
    await window.field("trade").locator("input").press_sequentially("law")
    await window.dialog.get_by_role("option", name="Law").click()
    await window.field("shelf").locator("select").select_option("7")
    await window.dialog.get_by_role("button", name="Send").click()
    await window.sees("saw / plane / 2027-01-31 / introductions / law / 7")


async def test_a_private_message_is_seen_by_one_and_marked_so(windows: Windows) -> None:
    ada = await windows.open("ada", "general")
    ben = await windows.open("ben", "general")
    await ada.command("/show")
    await expect(ada.message("One of everything").locator(".only-you")).to_have_text("Only you see this")
    await ben.composer.fill("Bonjour")
    await ben.keys("Enter")
    await ada.sees("Bonjour")
    await expect(ben.page.locator(".message")).to_have_count(1)


async def test_two_people_at_once_see_what_the_other_does(windows: Windows) -> None:
    ada = await windows.open("ada", "general")
    ben = await windows.open("ben", "general")
    await ada.composer.fill("/offer A printing press")
    await ada.keys("Enter")
    await ben.sees("A printing press")
    await ben.message("A printing press").get_by_role("button", name="Borrow").click()
    await ada.sees("Borrowed by @Benoît Garnier")
    await expect(ada.page.get_by_role("button", name="Borrow")).to_have_count(0)


async def test_what_others_write_elsewhere_is_counted_until_it_is_read(windows: Windows, bot: SmallBot) -> None:
    window = await windows.open("ada", "general")
    await bot.acts.write("ben", "help", "Quelqu’un ?")
    await expect(window.page.locator("#place-help")).to_have_accessible_name(re.compile("help.*1 unread message"))
    await expect(window.page).to_have_title("(1) general · Confrère")
    await window.go("help")
    await expect(window.page.locator("#place-help .count")).to_have_count(0)


async def test_a_press_on_a_place_opens_it_though_a_message_arrives_under_the_finger(windows: Windows, bot: SmallBot) -> None:
    window = await windows.open("ada", "general")
    await window.page.locator("#place-help").hover()
    await window.page.mouse.down()
    await bot.acts.write("ben", "help", "Quelqu’un ?")
    await expect(window.page.locator("#place-help .count")).to_be_visible()
    await window.page.mouse.up()
    await window.sees("Quelqu’un ?")


async def test_a_reload_keeps_who_one_is_where_and_what_was_done(windows: Windows) -> None:
    window = await windows.open("ben", "help")
    await window.composer.fill("Je reviens")
    await window.keys("Enter")
    await window.sees("Je reviens")
    await window.page.reload()
    await window.ready()
    await window.sees("Je reviens")
    await expect(window.page.locator("#me")).to_contain_text("Benoît Garnier")
    await window.page.goto("about:blank")
    await window.page.go_back()
    await window.ready()
    await window.sees("Je reviens")


async def test_the_page_finds_its_way_back_after_the_connection_was_lost(windows: Windows, bot: SmallBot) -> None:
    window = await windows.open("ada", "help")
    bot.workspace.hush()
    await window.page.wait_for_selector("html[data-connection=gone]")
    bot.workspace.write("help", "ben", text="Written meanwhile")
    await window.page.wait_for_selector("html[data-connection=live]")
    await window.sees("Written meanwhile")


async def test_an_answer_in_a_thread(windows: Windows, bot: SmallBot) -> None:
    await bot.acts.write("ben", "general", "Une question")
    window = await windows.open("ada", "general")
    await window.message("Une question").hover()
    await window.message("Une question").get_by_role("button", name="Answer in the thread").click()
    thread = window.page.get_by_role("complementary", name="Thread")
    await expect(thread).to_contain_text("Une question")
    await expect(thread.locator("textarea")).to_be_focused()
    await window.type("My answer")
    await window.keys("Enter")
    await expect(thread).to_contain_text("My answer")
    await expect(window.message("Une question").get_by_role("button", name="1 answer")).to_be_visible()
    await window.keys("Escape")
    await expect(thread).to_be_hidden()


async def test_a_button_that_asks_first(windows: Windows) -> None:
    window = await windows.open("ada", "help")
    await window.command("/show")
    await window.message("One of everything").get_by_role("button", name="Break it").click()
    await expect(window.page.get_by_role("alertdialog")).to_contain_text("It cannot be mended.")
    await window.page.get_by_role("button", name="Go back").click()
    await window.sees("One of everything")
    await window.message("One of everything").get_by_role("button", name="Break it").click()
    await window.page.get_by_role("alertdialog").get_by_role("button", name="Break it").click()
    await window.sees("Broken.")
    await expect(window.page.locator(".message")).to_have_count(1)


async def test_lists_in_a_card_for_one_and_for_several(windows: Windows) -> None:
    window = await windows.open("ada", "help")
    await window.command("/show")
    card = window.message("One of everything")
    await card.get_by_role("button", name="Pick one").click()
    await expect(window.focused).to_have_text("Apple")
    await window.keys("ArrowDown", "Enter")
    await window.sees("Picked b")
    card = window.page.locator(".message", has_text="One of everything")
    await card.get_by_role("button", name="Pick some").click()
    await window.page.get_by_label("red").check()
    await window.page.get_by_label("blue").check()
    await window.page.get_by_role("button", name="Choose").click()
    await window.sees("Picked red, blue")


async def test_the_menu_on_a_member_offers_what_the_bot_can_do_for_them(windows: Windows, bot: SmallBot) -> None:
    await bot.acts.write("ben", "general", "Bonjour")
    window = await windows.open("ada", "general")
    await window.page.get_by_role("button", name="Benoît Garnier").click()
    menu = window.page.get_by_role("menu", name="About Benoît Garnier")
    await expect(menu).to_contain_text("Français")
    await expect(menu.get_by_role("menuitem", name="Lend a tool")).to_be_focused()
    await window.keys("Enter")
    await window.sees("@Benoît Garnier will be told.")


async def test_the_menu_on_a_message_hands_it_to_the_bot(windows: Windows, bot: SmallBot) -> None:
    await bot.acts.write("ben", "general", "Une vieille presse")
    window = await windows.open("ada", "general")
    await window.message("Une vieille presse").hover()
    await window.page.get_by_role("button", name="What you can do with this message").click()
    await window.page.get_by_role("menuitem", name="Offer this").click()
    await window.sees("Une vieille presse is on offer.")


async def test_being_somebody_else_is_found_among_many_and_changes_the_language(windows: Windows, bot: SmallBot) -> None:
    for number in range(40):
        bot.workspace.add_person(f"Member {number}")
    window = await windows.open("ada", "general")
    await window.page.locator("#me").click()
    await window.type("benoit")
    await expect(window.dialog.locator(".person")).to_have_count(1)
    await window.keys("Enter")
    await expect(window.page.locator("#me")).to_contain_text("Benoît Garnier")
    await expect(window.page.locator("html")).to_have_attribute("lang", "fr")


async def test_somebody_joins_and_is_welcomed(windows: Windows) -> None:
    window = await windows.open("ada", "general")
    await window.page.locator("#me").click()
    await window.dialog.get_by_role("button", name="Somebody joins").click()
    await window.dialog.get_by_role("button", name="Join").click()
    await expect(window.dialog.get_by_role("alert")).to_have_text("A name has 1 to 80 characters.")
    await window.dialog.get_by_label("Name").fill("Zoé Lambert")
    await window.dialog.get_by_label("Language").select_option("en")
    await window.keys("Enter")
    await expect(window.page.locator("#me")).to_contain_text("Zoé Lambert")
    await window.go("Confrère, just you")
    await window.sees("Welcome, Zoé Lambert")


async def test_an_empty_workspace_begins_with_whoever_joins_first(windows: Windows, bot: SmallBot) -> None:
    for person in ("ada", "ben"):
        bot.workspace.change_person(person, left=True)
    window = await windows.open()
    await expect(window.dialog.get_by_role("heading", name="Somebody joins")).to_be_visible()
    await expect(window.dialog.get_by_label("Runs this workspace")).to_be_checked()
    await window.dialog.get_by_label("Name").fill("Grace")
    await window.keys("Enter")
    await expect(window.page.locator("#me")).to_contain_text("Grace")
    await expect(window.page.locator("#me")).to_contain_text("Animator")


async def test_whoever_was_somebody_that_is_gone_begins_again(windows: Windows, bot: SmallBot) -> None:
    window = await windows.open("ben", "general")
    bot.workspace.change_person("ben", left=True)
    await expect(window.dialog.get_by_role("heading")).to_have_text(re.compile("Qui êtes-vous"))
    await window.keys("Escape")
    await expect(window.dialog).to_be_visible()
    await window.dialog.get_by_role("button", name="Ada Moreau").click()
    await expect(window.page.locator("#me")).to_contain_text("Ada Moreau")


async def test_leaving_is_asked_first_and_told_to_the_bot(windows: Windows, bot: SmallBot) -> None:
    await bot.acts.write("ben", "general", "Je pars")
    window = await windows.open("ben", "general")
    await window.page.get_by_role("button", name="Benoît Garnier", exact=True).click()
    await window.page.get_by_role("menuitem", name="Quitter l’espace").click()
    await window.dialog.get_by_role("button", name="Quitter l’espace").click()
    await expect(window.page.locator("#me")).to_contain_text("Ada Moreau")
    assert bot.workspace.person("ben").left


async def test_home_is_filled_when_it_is_opened_and_its_buttons_work(windows: Windows) -> None:
    window = await windows.open("ada", "general")
    await window.go("Home")
    await window.sees("Good morning, Ada Moreau")
    await expect(window.composer).to_be_hidden()
    await window.message("Good morning").get_by_role("button", name="Touch").click()
    await window.sees("Touched 7")


async def test_an_instant_is_shown_in_the_readers_own_zone(windows: Windows, bot: SmallBot) -> None:
    """One message, which two people see in a group: it is four in the morning to her and ten to him."""
    bot.workspace.change_person("ada", zone="America/New_York")
    group = bot.workspace.add_group(["ada", "ben"], "Ada and Benoît")
    card = Card(body=_("At {moment}", moment=Moment(dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC))))
    bot.workspace.write(group.id, BOT, card=card, locale="en", zone="Asia/Tokyo")
    for person, time in (("ada", "4:00"), ("ben", "10:00")):
        window = await windows.open(person, group.id)
        await expect(window.page.locator(".card time")).to_have_text(re.compile(rf"\b{time}"))


async def test_a_file_is_saved_under_its_name(windows: Windows) -> None:
    window = await windows.open("ada", "help")
    await window.command("/show")
    async with window.page.expect_download() as waiting:
        await window.message("One of everything").get_by_role("link", name="Bench day").click()
    download = await waiting.value
    assert download.suggested_filename == "bench.ics"
    assert (await download.path()).read_bytes() == b"BEGIN:VCALENDAR\r\n"


async def test_typed_markup_stays_words(windows: Windows) -> None:
    window = await windows.open("ada", "general")
    await window.composer.fill('<img src=x onerror="document.title=1"> **no** <b>bold</b>')
    await window.keys("Enter")
    await window.sees('<img src=x onerror="document.title=1"> **no** <b>bold</b>')


async def test_dark_follows_the_system_and_ones_own_choice_over_it(windows: Windows) -> None:
    window = await windows.open("ada", "general", color_scheme="dark")
    brightness = "getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3).map(Number).reduce((a, b) => a + b)"
    assert await window.page.evaluate(brightness) < 150
    theme = window.page.locator("#theme")
    await expect(theme).to_have_accessible_name("Light or dark as your system")
    await theme.click()
    await expect(theme).to_have_accessible_name("Light")
    assert await window.page.evaluate(brightness) > 600
    await window.page.reload()
    await window.ready()
    assert await window.page.evaluate(brightness) > 600


async def test_a_narrow_screen_has_a_drawer_and_nothing_runs_out_of_it(windows: Windows) -> None:
    window = await windows.open("ada", "help", viewport={"width": 360, "height": 700})
    await window.command("/show")
    await window.sees("One of everything")
    sidebar = window.page.locator("#sidebar")
    await expect(sidebar).to_be_hidden()
    assert await window.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert await window.page.evaluate("document.querySelector('#scroller').scrollWidth") <= 360
    await window.page.get_by_role("button", name="Channels and messages").click()
    await expect(sidebar).to_be_visible()
    await window.go("general")
    await expect(sidebar).to_be_hidden()
    await expect(window.page.locator("h1")).to_have_text("#general")


async def test_everything_that_can_be_used_has_a_name_and_the_page_has_landmarks(windows: Windows, bot: SmallBot) -> None:
    await bot.acts.write("ben", "general", "Bonjour")
    await bot.acts.command("ada", "show", conversation="general")
    window = await windows.open("ada", "general")
    await window.sees("One of everything")
    await expect(window.page.get_by_role("navigation", name="Channels and messages")).to_be_visible()
    await expect(window.page.get_by_role("main", name="general")).to_be_visible()
    await expect(window.page.get_by_role("heading", level=1)).to_have_count(1)
    nameless = await window.page.evaluate(
        """[...document.querySelectorAll('button, a[href], input, textarea, select')]
          .filter((one) => one.checkVisibility())
          .filter((one) => !(one.getAttribute('aria-label') || one.labels?.length || one.textContent.trim()))
          .map((one) => one.outerHTML)"""
    )
    assert nameless == []
    await window.keys("Tab")
    await expect(window.focused).to_have_text("Skip to the messages")
    await window.keys("Enter")
    await expect(window.page.locator("#scroller")).to_be_focused()
    await expect(window.page.locator("#announcer")).to_have_attribute("aria-live", "polite")


async def test_a_new_message_is_announced(windows: Windows, bot: SmallBot) -> None:
    window = await windows.open("ada", "general")
    await bot.acts.write("ben", "general", "Bonjour")
    await expect(window.page.locator("#announcer")).to_have_text("New message from Benoît Garnier")


async def test_mentions_open_with_the_keyboard(windows: Windows, bot: SmallBot) -> None:
    card = Card(body=_("Ask {name} in {where}", name=Mention("Benoît Garnier", 2, "ben"), where=ChannelMention("introductions")))
    bot.workspace.write("help", BOT, card=card)
    window = await windows.open("ada", "help")
    await window.page.get_by_role("button", name="@Benoît Garnier").focus()
    await window.keys("Enter")
    await expect(window.page.get_by_role("menu", name="About Benoît Garnier")).to_be_visible()
    await window.keys("Escape")
    await window.page.get_by_role("button", name="#introductions").focus()
    await window.keys("Enter")
    await expect(window.page.locator("h1")).to_have_text("#introductions")
