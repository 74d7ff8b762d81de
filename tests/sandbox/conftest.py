"""Fixtures of the sandbox's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.workshop import SmallBot


@pytest.fixture
async def bot() -> AsyncIterator[SmallBot]:
    """A small bot in a workspace without a page, with Ada who runs it and Ben."""
    bot = SmallBot()
    await bot.start()
    bot.workspace.add_person("Ada Moreau", person_id="ada", administrator=True)
    bot.workspace.add_person("Benoît Garnier", person_id="ben", locale="fr")
    yield bot
    await bot.stop()
