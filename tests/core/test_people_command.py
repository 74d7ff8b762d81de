"""`confrere people`, as an operator runs it for somebody who asks by mail."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING

import pytest

from bot.cli.own_data import erase, export, find
from bot.errors import ConfigError
from bot.model import AccountRef
from storage.communities import Communities
from storage.departures import Leavers
from tests.databases import KEY
from tests.features.test_voice import everything, sign
from tests.features.village import Village

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    village = Village(tmp_path, database_url)
    await village.open()
    for role in ("introductions", "voice"):
        await village.channel(role)
    yield village
    await village.close()


@pytest.fixture(autouse=True)
def configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONFRERE_DATABASE_URL", database_url)
    monkeypatch.setenv("CONFRERE_COMMUNITY_NAME", "Les Indés")
    monkeypatch.setenv("CONFRERE_SECURITY_KEYS", KEY)


async def found(capsys: pytest.CaptureFixture[str], name: str) -> str:
    """Return the number of the only member with this name."""
    capsys.readouterr()
    await asyncio.to_thread(find, name)
    (line,) = capsys.readouterr().out.splitlines()
    return line.partition("\t")[0]


async def test_somebody_who_asks_gets_their_data_and_is_erased_while_the_bot_runs(
    village: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = await village.person("Ada")
    await ada.command("intro")
    await ada.fill(does="Translator of murmurations", offers="Translation")
    await sign(ada, "There is a murmuration missing here", audience="all")
    basile = await village.person("Basile", "Bookkeeping")
    assert "murmuration" in "".join(basile.reads("#introductions") + basile.reads("#voice"))

    number = await found(capsys, "ada")
    file = tmp_path / "ada.json"
    file.touch(mode=0o644)
    await asyncio.to_thread(export, number, output=file)
    assert json.loads(file.read_bytes())["voices"][0]["words"] == "There is a murmuration missing here"
    assert file.stat().st_mode & 0o077 == 0, "nobody else reads it"
    file.unlink()

    await asyncio.to_thread(erase, number, yes=True, output=file)
    assert json.loads(file.read_bytes())["profile"][0]["does"] == "Translator of murmurations"
    await village.passes(days=400)  # the command goes by the clock of the machine
    assert "murmuration" not in "".join(basile.reads("#introductions") + basile.reads("#voice"))
    assert not re.search("Ada|murmuration", await everything(village))
    await asyncio.to_thread(find, "")
    assert "Ada" not in capsys.readouterr().out.partition("erased")[2].partition("\n")[2]


async def test_who_left_the_platform_long_ago_can_be_erased_too(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    ada = await village.person("Ada", "Translation")
    await ada.leave()
    await village.passes(days=90)
    await asyncio.to_thread(find, "ada")
    assert "(left)" in capsys.readouterr().out
    await asyncio.to_thread(erase, await found(capsys, "ada"), yes=True)
    assert "Ada" not in await everything(village)


async def test_neither_a_bot_nor_who_stands_for_the_erased_is_exported_or_erased(
    village: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = await village.person("Ada")
    await asyncio.to_thread(erase, await found(capsys, "ada"), yes=True)
    robot = AccountRef("robot", "Robot", bot=True)
    community = await village.community()
    async with village.app.store.unit() as unit:
        workspace = (await unit.use(Communities, community).workspaces())[0]
        (other,) = await unit.people.resolve(workspace, [robot], village.clock.now())
        former = await unit.use(Leavers, community).former()
    kept = await everything(village)
    for number in (former, other.id):
        assert number not in {0, ada.member.id}
        with pytest.raises(ConfigError, match="is no person"):
            await asyncio.to_thread(erase, str(number), yes=True)
        with pytest.raises(ConfigError, match="is no person"):
            await asyncio.to_thread(export, str(number), output=tmp_path / "nobody.json")
    assert await everything(village) == kept
    assert not (tmp_path / "nobody.json").exists()


@pytest.mark.usefixtures("village")
@pytest.mark.parametrize("member", ["99", "ada", ""])
async def test_nobody_is_erased_by_mistake(member: str) -> None:
    with pytest.raises(ConfigError, match="confrere people find"):
        await asyncio.to_thread(erase, member, yes=True)
