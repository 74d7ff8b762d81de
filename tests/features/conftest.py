"""Who most stories are about: Ada, a translator; Basile, a bookkeeper; Chloé, a photographer; a help channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.village import Village, Villager


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    village = Village(tmp_path, database_url)
    await village.open()
    await village.channel("help")
    yield village
    await village.close()


@pytest.fixture
async def ada(village: Village) -> Villager:
    return await village.person("Ada", "Translation")


@pytest.fixture
async def basile(village: Village) -> Villager:
    return await village.person("Basile", "Bookkeeping, tax advice", available="yes")


@pytest.fixture
async def chloe(village: Village) -> Villager:
    return await village.person("Chloé", "Photography")
