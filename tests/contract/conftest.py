"""The platforms of the stories: each story is told on all of them, with the bot as `confrere run` starts it.

With the sandbox, whose stories take the least time, on PostgreSQL too: what a story asks of the database is the same on every
platform. The tests of one adapter (`tests/discord`, `tests/slack`, `tests/sandbox`, `tests/browser`) have SQLite only: adapters
import nothing of `storage`, which `make check` holds, so the other database could tell nothing new.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, cast

import pytest

from tests.contract.village import Village

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from tests.contract.village import StoryDriver
    from tests.databases import Databases

PLATFORMS: dict[str, tuple[str, str, dict[str, str]]] = {
    "sandbox": ("tests.contract.sandbox", "SandboxDriver", {}),
    "sandbox-postgresql": ("tests.contract.sandbox", "SandboxDriver", {"database": "postgresql"}),
    "slack-http": ("tests.contract.slack", "SlackDriver", {"mode": "http"}),
    "slack-socket": ("tests.contract.slack", "SlackDriver", {"mode": "socket"}),
    "discord": ("tests.contract.discord", "DiscordDriver", {}),
}


@pytest.fixture(params=list(PLATFORMS))
async def village(request: pytest.FixtureRequest, tmp_path: Path, databases: Databases) -> AsyncIterator[Village]:
    """A community on one platform whose animator has chosen its channels."""
    module, name, settings = PLATFORMS[str(request.param)]
    build = cast("Callable[..., StoryDriver]", getattr(importlib.import_module(module), name))
    if kind := settings.get("database"):
        settings = {**settings, "database": databases.make(kind)}
    driver = build(tmp_path, **settings)
    await driver.start()
    try:
        story = Village(driver)
        await story.set_up()
        yield story
    finally:
        await driver.stop()
        if kind:
            databases.drop(settings["database"])
