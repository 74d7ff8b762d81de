"""The bot as it runs in a process that is killed or frozen: the real application on the real SDKs, in a hurry."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from adapters.discord import client as discord_client  # loaded once, by the process that forks
from adapters.discord.allowance import Allowance
from adapters.discord.platform import DiscordPlatform
from adapters.slack import client as slack_client
from bot import cli, log
from bot.app import Application
from bot.attempt import Timing
from bot.ports import Limits
from storage import db as database
from tests.faults.rounds import staging

if TYPE_CHECKING:
    from bot.config import Config
    from tests.faults.processes import Say

HURRIED: Final = Timing(lease=2.0, timeout=1.5, grace=0.5, poll=0.5, finish=2.0)
"""So that what a killed process held is free again before long."""
STEADY: Final = Timing(lease=4.0, timeout=3.0, grace=1.0, poll=0.5, finish=3.0)
"""The same, with patience for platforms that share a busy machine."""
MANY: Final = 1_000_000
"""Calls a second that no platform permits, and no bot makes."""
LOADED: Final = (discord_client, slack_client, database)


async def run(say: Say, config: Config) -> None:
    """Stage rounds and deliver them, as fast as it goes."""
    await _serve(_unlimited(Application(config, features=[staging()], timing=HURRIED)), say)


async def finish(say: Say, config: Config) -> None:
    """Deliver what is left, as fast as it goes."""
    await _serve(_unlimited(Application(config, features=[], timing=HURRIED)), say)


async def deliver(say: Say, config: Config) -> None:
    """Deliver what is there within the platforms' limits."""
    await _serve(Application(config, features=[], timing=STEADY), say)


def _unlimited(application: Application) -> Application:
    for adapter in application.adapters:
        # Not held back by limits, so that a round takes seconds.
        adapter.platform.limits = Limits(math.inf, 0.0, adapter.platform.limits.shared)  # pyright: ignore[reportAttributeAccessIssue]
        if isinstance(adapter.platform, DiscordPlatform):
            adapter.platform._wire._allowance = Allowance(MANY)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return application


async def _serve(application: Application, say: Say) -> None:
    log.configure("error", "json")
    await application.start()
    say("ready")
    await cli.until_stopped(application.run())
    await application.stop()
