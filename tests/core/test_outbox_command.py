"""`confrere outbox`, as a process of its own beside the bot: what did not arrive, sent again or discarded."""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from bot.clock import SystemClock
from bot.errors import Undeliverable
from tests.core import terminal
from tests.features.refusing import RefusingPlatform
from tests.features.village import Village, Villager

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NEED = "Somebody who reads contracts"


class Shell:
    """A terminal beside the bot, on the same database."""

    def __init__(self, url: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CONFRERE_")}
        self._environment = {**kept, "CONFRERE_DATABASE_URL": url}

    async def run(self, *arguments: str) -> tuple[int, str]:
        """Run `confrere outbox …` and return its exit status and what it wrote."""
        return await asyncio.to_thread(terminal.run, ["outbox", *arguments], self._environment)

    async def json(self, *arguments: str) -> dict[str, Any]:
        status, written = await self.run("list", "--output", "json", *arguments)
        assert status == 0, written
        return json.loads(written)


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    """A community that lives now, by the same clock as the terminal beside it."""
    village = Village(tmp_path, database_url, platform=RefusingPlatform)
    village.clock.set(SystemClock().now(), running=True)
    await village.open()
    await village.channel("help")
    yield village
    await village.close()


@pytest.fixture
async def ada(village: Village) -> Villager:
    return await village.person("Ada", "Translation")


@pytest.fixture
def shell(database_url: str) -> Shell:
    return Shell(database_url)


async def ask(village: Village, ada: Villager, refusal: Undeliverable | None = None, need: str = NEED) -> None:
    """Let Ada ask everybody, which the platform refuses at first, for a reason."""
    platform = village.adapter.platform
    assert isinstance(platform, RefusingPlatform)
    if refusal is not None:
        platform.refusals["help"] = refusal
    await ada.command("ask", need=need)
    await ada.press("Post to everyone")
    platform.refusals.clear()


async def test_nothing_is_there(village: Village, shell: Shell) -> None:
    assert await shell.run("list") == (0, "Given up: nothing\nStopped: nothing\n")
    assert await shell.run("retry", "--all") == (0, "outbox: there was nothing to do\n")


async def test_a_message_is_sent_again_while_the_bot_runs(village: Village, ada: Villager, shell: Shell) -> None:
    await ask(village, ada, Undeliverable("missing_permission"))
    (letter,) = (await shell.json())["given_up"]
    assert (letter["reason"], letter["channel"], letter["role"]) == ("missing_permission", "help", "help")
    status, written = await shell.run("list")
    assert status == 0
    assert "Given up: 1\n" in written
    assert "missing_permission  post, channel help (help) in sandbox" in written

    assert await shell.run("retry", letter["id"]) == (0, f"{letter['id']}: on its way again\n")
    await village.app.idle()
    assert sum(NEED in words for words in ada.reads("#help")) == 1
    status, written = await shell.run("retry", letter["id"])
    assert (status, "dealt with before" in written) == (0, True)
    await village.app.idle()
    assert sum(NEED in words for words in ada.reads("#help")) == 1


async def test_what_is_stopped_goes_on(village: Village, ada: Villager, shell: Shell) -> None:
    await ask(village, ada, Undeliverable("is_archived", gone=True))
    await ask(village, ada, need="A second need")
    found = await shell.json("--waiting")
    (stoppage,) = found["stopped"]
    assert (stoppage["reason"], stoppage["waiting"], len(found["waiting"])) == ("is_archived", 2, 2)
    assert ada.reads("#help") == []

    assert await shell.run("retry", stoppage["id"]) == (0, f"{stoppage['id']}: goes on, 2 waiting\n")
    await village.app.idle()
    assert len(ada.reads("#help")) == 2
    assert await shell.run("discard", stoppage["id"]) == (0, f"{stoppage['id']}: over before\n")


async def test_all_of_it_is_discarded(village: Village, ada: Villager, shell: Shell) -> None:
    await ask(village, ada, Undeliverable("missing_permission"))
    await ask(village, ada, Undeliverable("is_archived", gone=True), "A second need")
    status, written = await shell.run("discard", "--all")
    assert status == 0
    assert ": discarded" in written
    assert "ended, 1 discarded" in written
    assert await shell.json("--waiting") == {"given_up": [], "stopped": [], "waiting": []}
    await village.app.idle()
    assert ada.reads("#help") == []


async def test_nothing_private_is_written(village: Village, ada: Villager, shell: Shell) -> None:
    basile = await village.person("Basile", "Bookkeeping")
    platform = village.adapter.platform
    assert isinstance(platform, RefusingPlatform)
    platform.refusals[basile.id] = Undeliverable("msg_too_long")
    await ada.command("thanks", member=basile, what="The divorce papers", seen_by="private")
    written = (await shell.run("list"))[1] + json.dumps(await shell.json())
    assert f"direct, member {basile.member.id} in sandbox" in written
    assert "divorce" not in written
    assert "Basile" not in written
    assert "Ada" not in written


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("retry",), "outbox retry: name what you mean by its ID, or all of it by --all"),
        (("retry", "1", "--all"), "outbox retry: name what you mean by its ID, or all of it by --all"),
        (("discard", "twelve"), "outbox discard: 'twelve' is no ID; they look like 12 or s3"),
        (("retry", "4711", "s9"), "outbox retry: there is no 4711, s9; nothing was done"),
    ],
)
async def test_a_mistake_is_one_sentence(village: Village, shell: Shell, arguments: tuple[str, ...], sentence: str) -> None:
    status, written = await shell.run(*arguments)
    assert (status, written.count("\n")) == (2, 1)
    assert sentence in written


async def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    status, written = await Shell(f"sqlite:///{tmp_path / 'none.db'}").run("list")
    assert (status, written.count("\n")) == (2, 1)
    assert "there is no" in written
    assert not (tmp_path / "none.db").exists()
