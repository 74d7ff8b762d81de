"""An emulated Discord, the real adapter on it, and a scripted core behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.discord.client import DiscordAdapter
from tests.discord.stage import Play, adapter_on
from tests.emulators.discord import Discord


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord() as running:
        yield running


@pytest.fixture
def play() -> Play:
    return Play()


@pytest.fixture
async def adapter(discord: Discord, play: Play) -> AsyncIterator[DiscordAdapter]:
    connected = adapter_on(discord)
    await connected.start(play)
    yield connected
    await connected.stop()
