"""The platforms of the stories: each story is told on all of them, with the bot as `confrere run` starts it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, cast

import pytest

from tests.contract.village import Village

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from tests.contract.village import StoryDriver

PLATFORMS = {
    "sandbox": ("tests.contract.sandbox", "SandboxDriver", {}),
    "slack-http": ("tests.contract.slack", "SlackDriver", {"mode": "http"}),
    "slack-socket": ("tests.contract.slack", "SlackDriver", {"mode": "socket"}),
    "discord": ("tests.contract.discord", "DiscordDriver", {}),
}


@pytest.fixture(params=list(PLATFORMS))
async def village(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Village]:
    """A community on one platform whose animator has chosen its channels."""
    module, name, settings = PLATFORMS[str(request.param)]
    build = cast("Callable[..., StoryDriver]", getattr(importlib.import_module(module), name))
    driver = build(tmp_path, **settings)
    await driver.start()
    try:
        story = Village(driver)
        await story.set_up()
        yield story
    finally:
        await driver.stop()
