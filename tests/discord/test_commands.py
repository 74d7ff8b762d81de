"""The commands Discord is told about: within its limits, in both languages, with every kind of option."""

from __future__ import annotations

import copy
from typing import Annotated

import pytest

from adapters.discord.commands import Directory, application_commands, same
from bot.context import Context
from bot.errors import RegistrationError
from bot.feature import Feature, Registry
from bot.i18n import Text
from bot.signature import Option
from commands import FEATURES
from tests.discord.stage import showcase
from tests.emulators.discord import limits


def test_the_features_of_the_bot_fit() -> None:
    built = application_commands(Registry(FEATURES))
    limits.check_commands(built)
    for command in built:
        if command["type"] == 1:
            assert set(command["description_localizations"]) == {"fr"}
        assert set(command["name_localizations"]) == {"fr"}


def test_every_kind_of_option_is_offered_as_what_it_is() -> None:
    built = {command["name"]: command for command in application_commands(Registry([showcase()]))}
    limits.check_commands(list(built.values()))
    (setup,) = built["animator"]["options"]
    types = {option["name"]: option["type"] for option in setup["options"]}
    assert types == {"channel": 7, "kind": 3, "day": 3, "count": 4, "loud": 5}
    assert built["animator"]["default_member_permissions"] == "32"
    assert built["ask"]["default_member_permissions"] is None
    (need,) = built["ask"]["options"]
    assert (need["autocomplete"], need["max_length"], need["required"]) == (True, 20, True)
    assert (built["Profile"]["type"], built["Ask who can help"]["type"]) == (2, 3)
    assert {(tuple(command["contexts"]), tuple(command["integration_types"])) for command in built.values()} == {((0, 1), (0,))}


def test_what_discord_adds_is_no_difference_and_every_word_of_ours_is() -> None:
    wanted = application_commands(Registry([showcase()]))
    known = [
        {"id": "1", "version": "2", "application_id": "3", "nsfw": False, "dm_permission": True, **copy.deepcopy(command)}
        for command in reversed(wanted)
    ]
    for command in known:
        for key in ("name_localizations", "description_localizations"):
            command[key] = command.get(key) or None
        command["contexts"] = [1, 0]
        if not command.get("options"):
            command.pop("options", None)
    assert same(wanted, known)
    for change in (
        lambda command: command.update(description="other"),
        lambda command: command["description_localizations"].update(fr="autre"),
        lambda command: command["options"][0].update(max_length=21),
        lambda command: command["options"][0].update(required=False),
        lambda command: command.update(default_member_permissions="8"),
    ):
        changed = copy.deepcopy(known)
        change(next(command for command in changed if command["name"] == "ask"))
        assert not same(wanted, changed)
    assert not same(wanted, known[1:])


@pytest.mark.parametrize("name", ["Two Words", "three words here", "x" * 33, "sla/sh"])
def test_names_discord_cannot_show_are_refused(name: str) -> None:
    feature = Feature("showcase")

    @feature.command(Text(name), Text("Something"))
    async def odd(ctx: Context) -> None:
        del ctx

    with pytest.raises(RegistrationError):
        application_commands(Registry([feature]))


def test_a_command_cannot_be_a_group_too() -> None:
    feature = Feature("showcase")

    @feature.command(Text("animator"), Text("Something"))
    async def one(ctx: Context) -> None:
        del ctx

    @feature.command(Text("animator setup"), Text("Something"))
    async def two(ctx: Context, words: Annotated[str, Option(Text("Words"))]) -> None:
        del ctx, words

    with pytest.raises(RegistrationError):
        application_commands(Registry([feature]))


def test_suggestions_are_found_by_option() -> None:
    directory = Directory(Registry([showcase()]))
    assert directory.suggestion("ask", "need") == "showcase:needs"
    assert directory.suggestion("ask", "other") == directory.suggestion("gone", "need") == ""
