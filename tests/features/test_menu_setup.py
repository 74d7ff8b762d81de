"""Everything is reachable from the menu; an animator sets the community up; a member chooses how they are written to."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from adapters.sandbox.acts import words_of
from adapters.sandbox.records import direct_id, home_id, slug
from bot.feature import Registry
from bot.i18n import plain
from bot.model import Channel
from commands import FEATURES
from storage.people import MemberRow
from storage.repeats import DeliveryRow
from tests.features.village import Village, Villager, controls_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


USUAL_DAYS = ("0", "1", "2", "3", "4")


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    place = Village(tmp_path, database_url)
    await place.open()
    await place.passes(minutes=0)
    yield place
    await place.close()


async def animator(village: Village, name: str = "Anna", **account: object) -> Villager:
    """Somebody who may manage the workspace."""
    await village.acts.join(name, administrator=True, **account)  # type: ignore[arg-type]
    await village.app.idle()
    return Villager(village, slug(name), name, None)  # type: ignore[arg-type]


def channel(village: Village, name: str) -> Channel:
    """A channel of the workspace."""
    workspace = village.adapter.workspace
    if name not in workspace.conversations:
        workspace.add_channel(name)
    return Channel(name, name)


# ---------------------------------------------------------------- menu


async def test_the_menu_offers_every_command_of_members(village: Village) -> None:
    ada = await village.person("Ada")
    await ada.command("confrere")
    actions = {getattr(control, "action", "") for control in ada.sees()[-1].card.controls}  # type: ignore[union-attr]
    while "More" in ada.buttons() and "menu:page:0" not in actions:
        await ada.press("More")
        actions |= {getattr(control, "action", "") for control in ada.sees()[-1].card.controls}  # type: ignore[union-attr]

    expected = {
        command.action
        for feature in FEATURES
        for command in feature.commands
        if not command.animator and command.name != "confrere"
    }
    assert expected - actions == set()
    assert "command:run:animator setup" not in actions


async def test_preferences_and_the_menu_are_one_press_from_everywhere(village: Village) -> None:
    anna, nina = await animator(village), await village.person("Nina")
    ada = await village.person("Ada", "bookkeeping")
    for somebody in (anna, nina, ada):
        for words in ("", "my pofile"):
            await somebody.command("confrere", words=words)
            assert "My preferences" in somebody.buttons()
        await somebody.press("More")
        assert "My preferences" in somebody.buttons()
        assert ("For animators" in somebody.buttons()) is (somebody is anna)
        await village.acts.home(somebody.id)
        page = village.adapter.workspace.messages(home_id(somebody.id), somebody.id)[-1]
        offered = [plain(control.label, "en") for control in controls_of(page)]  # type: ignore[union-attr]
        assert offered[-2 - (somebody is anna) :][:2] == ["My preferences", "Menu"]
        await somebody.press_again(page, "command:run:preferences")
        assert somebody.form is not None
        assert "What can I do for you?" in await somebody.press_again(page, "command:run:confrere")


async def test_the_menu_names_an_introduction_by_whether_it_is_there(village: Village) -> None:
    newcomer, ada = await village.person("Nina"), await village.person("Ada", "bookkeeping")
    for somebody, offered, other in (
        (newcomer, "Introduce myself", "My introduction"),
        (ada, "My introduction", "Introduce myself"),
    ):
        await somebody.command("confrere")
        assert offered in somebody.buttons()
        assert other not in somebody.buttons()


async def test_a_button_of_the_menu_runs_the_command(village: Village) -> None:
    ada = await village.person("Ada", "bookkeeping")
    await ada.command("confrere")
    await ada.press("Find members")

    assert ada.told.startswith("Members\n1 member introduced themselves.")


def test_a_command_is_understood_by_its_names_of_today_and_of_before() -> None:
    registry = Registry(FEATURES)
    for typed in ("opportunity mine", "Opportunité les-miennes", "opportunite miennes"):
        found = registry.spoken(f"{typed} and more")
        assert found is not None, typed
        assert (found[0].name, found[1]) == ("opportunity mine", "and more")


async def test_words_that_mean_nothing_are_named_and_the_nearest_command_is_offered(village: Village) -> None:
    ada = await village.person("Ada")
    told = await ada.command("confrere", words="membres please")
    assert "I did not understand “membres please”." in told
    assert ada.buttons()[0] == "Find members"

    told = await ada.command("confrere", words="<!channel> *zzz*")
    assert "I did not understand “<!channel> *zzz*”." in told


async def test_writing_to_the_bot_brings_the_menu(village: Village) -> None:
    ada = await village.person("Ada")
    await village.acts.write(ada.id, direct_id(ada.id), "hello?")
    await village.app.idle()

    assert ada.reads("dm")[-1].startswith("What can I do for you?")


async def test_the_home_of_a_newcomer_invites_to_an_introduction(village: Village) -> None:
    ada = await village.person("Ada")
    await village.acts.home(ada.id)
    (page,) = village.adapter.workspace.messages(home_id(ada.id), ada.id)
    assert page.card is not None
    assert plain(page.card.title, "en") == "Hello Ada"
    assert plain(page.card.controls[0].label, "en") == "Introduce myself"  # type: ignore[union-attr]


async def test_the_home_shows_what_waits(village: Village) -> None:
    ada, bo = await village.person("Ada", "bookkeeping"), await village.person("Bo", "logos")
    await ada.command("profile", member=bo)
    await ada.press("Propose a meeting")
    await bo.command("ask", need="somebody to print posters")
    await village.acts.home(bo.id)

    page = village.adapter.workspace.messages(home_id(bo.id), bo.id)[-1]
    assert page.card is not None
    assert [plain(item.body, "en") for item in page.card.items] == [
        "Ada would like to meet you.",
        "You asked: “somebody to print posters”",
    ]
    (body,) = page.card.paragraphs
    assert plain(body, "en") == "1 thing is waiting for you."
    outcome = await village.acts.press(bo.id, page.id, page.card.items[0].button.action)  # type: ignore[union-attr]
    assert outcome.messages[0].card is not None
    assert plain(outcome.messages[0].card.title, "en") == "Ada would like to meet you"


# ---------------------------------------------------------------- setup


async def test_setup_is_for_animators(village: Village) -> None:
    ada = await village.person("Ada")
    assert await ada.command("animator setup") == "Only the animators of the community can do this."
    assert ada.form is None


async def test_an_animator_chooses_channels_language_and_zone(village: Village) -> None:
    anna = await animator(village)
    await anna.command("animator setup")
    assert anna.form is not None
    told = await anna.fill(
        introductions=channel(village, "welcome"), help=channel(village, "help"), thanks=None, language="fr", zone="montreal"
    )

    assert "Channel for introductions\n#welcome" in told
    assert "Not chosen yet: Channel for thanks." in told
    assert "America/Toronto" in told or "America/Montreal" in told
    community = await village.community()
    assert community.locale == "fr"

    await anna.command("animator setup")
    assert anna.form is not None
    initial = {field.name: getattr(field, "initial", "") for field in anna.form.form.fields}
    assert (initial["introductions"], initial["help"], initial["thanks"], initial["language"]) == ("welcome", "help", "", "fr")


async def test_a_test_message_shows_that_the_bot_may_write(village: Village) -> None:
    anna = await animator(village)
    await anna.command("animator setup")
    await anna.fill(introductions=channel(village, "welcome"), language="en", zone="Europe/Paris")
    assert anna.buttons() == ["Test message: introductions", "Opportunities", "Rounds", "Icebreakers", "Change"]
    await anna.press("Test message: introductions")

    assert anna.reads("#welcome") == ["A test message\nIf you can read this, I may write here.\nNewcomers’ cards appear there."]


async def test_a_test_message_without_a_channel_is_refused(village: Village) -> None:
    anna = await animator(village)
    await anna.command("confrere")
    told = await anna.press_again(anna.sees()[-1], "animator:test:help")
    assert told == "No channel has been chosen for this yet."


async def test_a_zone_that_does_not_exist_is_said_at_the_field_with_what_was_meant(village: Village) -> None:
    anna = await animator(village)
    await anna.command("animator setup")
    await anna.fill(introductions=channel(village, "welcome"), language="en", zone="Europe/Pariss")

    assert list(anna.errors) == ["zone"]
    assert "Europe/Paris" in anna.errors["zone"]
    assert (await village.community()).zone == "Europe/Paris"


async def test_introductions_that_waited_are_posted_after_the_setup(village: Village) -> None:
    ada = await village.person("Ada", "bookkeeping")
    anna = await animator(village)
    await anna.command("animator setup")
    told = await anna.fill(introductions=channel(village, "welcome"), language="en", zone="Europe/Paris")
    assert "1 introduction was waiting for a channel: it appears there within a minute." in told

    await village.passes(minutes=1)
    assert len(ada.reads("#welcome")) == 1


async def test_introductions_that_could_not_be_posted_are_posted_after_another_setup(village: Village) -> None:
    ada = await village.person("Ada", "bookkeeping")
    anna = await animator(village)
    told: list[str] = []
    for chosen in (Channel("closed"), channel(village, "welcome"), channel(village, "welcome")):
        await anna.command("animator setup")
        told.append(await anna.fill(introductions=chosen, language="en", zone="Europe/Paris"))
        await village.passes(minutes=1)

    # What waits for a channel that is not there goes to the one chosen instead, without being written anew.
    assert ["was waiting for a channel" in words for words in told] == [True, False, False]
    assert len(ada.reads("#welcome")) == 1


async def test_zones_are_suggested_in_the_language_of_whoever_types(village: Village) -> None:
    anna = await animator(village, locale="fr")
    outcome = await village.acts.suggest(anna.id, "animator:zones", "le caire")
    assert outcome.choices == [("Africa/Cairo", "Le Caire, Égypte (Africa/Cairo)", "")]


async def test_the_animators_are_told_once_that_nothing_is_set_up(village: Village) -> None:
    anna = await animator(village)
    await village.restart()
    await village.restart()

    arrivals = [words for words in anna.reads("dm") if "Choose where introductions and requests appear" in words]
    assert len(arrivals) == 1
    await anna.press("Set up")
    assert anna.form is not None


async def test_they_are_not_told_again_when_deliveries_are_forgotten(village: Village) -> None:
    anna = await animator(village)
    await village.restart()
    village.clock.move(dt.timedelta(days=30))
    async with village.app.store.unit() as unit:
        await unit.connection.execute(delete(DeliveryRow))
    await village.restart()

    assert sum("Choose where introductions and requests appear" in words for words in anna.reads("dm")) == 1


async def test_who_set_everything_up_and_undid_it_knows_the_bot(village: Village) -> None:
    anna = await animator(village)
    for chosen in (channel(village, "welcome"), None):
        await anna.command("animator setup")
        await anna.fill(introductions=chosen, language="en", zone="Europe/Paris")
    await village.restart()

    assert not [words for words in anna.reads("dm") if "Choose where introductions and requests appear" in words]


async def test_a_language_that_is_not_ours_is_refused(village: Village) -> None:
    anna = await animator(village)
    for form in ("animator:form", "preference:form"):
        outcome = await village.acts.submit(anna.id, form, {"language": "xx", "zone": "Europe/Paris"})
        assert "Choose one of the list." in " ".join((*map(words_of, outcome.messages), *outcome.errors.values()))
    assert (await village.community()).locale == "en"
    async with village.app.store.unit(write=False) as unit:
        assert {row.locale for row in await unit.connection.execute(select(MemberRow.locale))} == {""}


async def test_time_zones_are_named_in_the_language_of_the_reader(village: Village) -> None:
    anna = await animator(village, locale="fr")
    await anna.command("animator setup")
    assert "Le Caire, Égypte (Africa/Cairo)" in await anna.fill(language="en", zone="Africa/Cairo")
    await anna.command("preferences")
    assert "Cairo, Egypt (Africa/Cairo)" in await anna.fill(language="en", zone="le caire")


async def test_the_menu_leads_animators_to_the_setup(village: Village) -> None:
    anna = await animator(village)
    told = await anna.command("confrere")
    assert "Nothing is set up yet: no channel has been chosen." in told
    await anna.press("For animators")
    await anna.press("Choose channels, language and time zone")
    assert anna.form is not None


# ---------------------------------------------------------------- preferences


async def test_a_chosen_language_counts_from_the_answer_on(village: Village) -> None:
    ada = await village.person("Ada")
    await ada.command("preferences")
    told = await ada.fill(language="fr", zone="lyon")
    assert list(ada.errors) == ["zone"]

    told = await ada.fill(language="fr", zone="paris")
    assert "Français" in told
    assert "Europe/Paris" in told

    await ada.command("preferences")
    assert ada.form is not None
    assert [getattr(field, "initial", "") for field in ada.form.form.fields[:2]] == ["fr", "Europe/Paris"]
    assert ada.form.reader.locale == "fr"


async def test_one_goes_back_to_what_the_platform_says(village: Village) -> None:
    ada = await village.person("Ada", locale="fr")
    await ada.command("preferences")
    await ada.fill(language="en", zone="tokyo")
    await ada.command("preferences")
    assert ada.form is not None
    assert ada.form.reader.locale == "en"
    await ada.fill(language="platform", zone="")
    await ada.command("preferences")

    assert ada.form.reader.locale == "fr"
    assert [getattr(field, "initial", "") for field in ada.form.form.fields] == ["platform", "", USUAL_DAYS, "09:00-18:00"]


async def test_working_hours_are_read_as_people_write_them_and_shown_back(village: Village) -> None:
    ada = await village.person("Ada", locale="fr")
    await ada.command("preferences")
    told = await ada.fill(language="platform", days=("1", "3", "4"), hours="14h à 17h30")
    assert "Jours de travail\nmardi, jeudi et vendredi" in told
    assert "Horaires de travail\nde 14:00 à 17:30" in told

    await ada.command("preferences")
    assert ada.form is not None
    assert [getattr(field, "initial", "") for field in ada.form.form.fields[2:]] == [("1", "3", "4"), "14:00-17:30"]
    told = await ada.fill(language="en", days=("5", "6"), hours="10 pm - 6 am")
    assert "Working days\nSaturday and Sunday" in told
    assert "from 10:00 PM to 6:00 AM the next day" in told.replace("\u202f", " ")


async def test_hours_that_are_none_are_refused_with_an_example(village: Village) -> None:
    ada = await village.person("Ada", locale="fr")
    await ada.command("preferences")
    await ada.fill(language="platform", hours="le matin")
    assert ada.errors == {"hours": "Je ne comprends pas ces horaires. Indiquez le début et la fin, par exemple 9h-18h ou 22h-6h."}
    outcome = await village.acts.submit(ada.id, "preference:form", {"language": "en", "days": ("9",)})
    assert outcome.errors == {"days": "Choisissez dans la liste."}


async def test_fields_left_empty_mean_the_usual_hours(village: Village) -> None:
    ada = await village.person("Ada")
    await ada.command("preferences")
    await ada.fill(language="platform", days=("6",), hours="20-22")
    await ada.command("preferences")
    told = await ada.fill(language="platform", days=(), hours=" ")
    assert "Working days\nMonday to Friday" in told
    assert "from 9:00 AM to 6:00 PM" in told.replace("\u202f", " ")
