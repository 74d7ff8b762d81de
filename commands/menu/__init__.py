"""The menu: everything that can be done, as buttons; also the home page, and the answer to what the bot did not understand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.feature import Feature
from commands.menu.home import add_home
from commands.menu.showing import add_menu

if TYPE_CHECKING:
    from collections.abc import Sequence


def menu(features: Sequence[Feature]) -> Feature:
    """Return the menu over the commands of other features."""
    commands = [command for feature in features for command in feature.commands]
    everybody = [command for command in commands if not command.animator]
    animators = [command for command in commands if command.animator]
    feature = Feature("menu")
    add_menu(feature, everybody, animators)
    add_home(feature, everybody, animators)
    return feature
