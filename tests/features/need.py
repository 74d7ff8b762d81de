"""The need that most stories of requests are about."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bot.i18n import plain
from bot.ui import Button
from tests.features.village import controls_of

if TYPE_CHECKING:
    from adapters.sandbox.records import Message
    from tests.features.village import Villager

NEED = "bookkeeping for a small online shop"
DAY = dt.timedelta(days=1)


async def accepted(asker: Villager, helper: Villager) -> None:
    """Let somebody ask a helper, who can help."""
    await asker.command("ask", need=NEED)
    await asker.choose(helper.name)
    await helper.press("I can help")


def action_of(message: Message, label: str) -> str:
    """Return what a button of a message does, to press it later."""
    return next(
        control.action for control in controls_of(message) if isinstance(control, Button) and plain(control.label, "en") == label
    )
