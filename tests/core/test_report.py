"""`confrere report` and `confrere export`, as an operator runs them."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from bot.cli.report import write_members, write_report
from bot.errors import ConfigError
from bot.i18n import plain
from commands.pulse.exporting import COLUMNS, as_file, cell
from storage.profiles import Introduction, Profiles
from tests.features.village import Village

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.features.village import Villager

import asyncio


class Page(HTMLParser):
    """What a page fetches, and which elements it leaves open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action")]
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    village = Village(tmp_path, database_url)
    await village.open()
    await village.channel("help")
    yield village
    await village.close()


@pytest.fixture(autouse=True)
def configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONFRERE_DATABASE_URL", database_url)
    monkeypatch.setenv("CONFRERE_COMMUNITY_NAME", "Les Indés")


async def populate(village: Village) -> Villager:
    """A member who writes what a spreadsheet would run."""
    mallory = await village.person("=cmd|' /C calc'!A0")
    async with village.app.store.unit() as unit:
        told = Introduction("+33 1 23", "-2+3", '@SUM(1,"2")', link="https://example.org", expects=("support",), locale="en")
        await unit.use(Profiles, await village.community()).introduce(mallory.member.id, told, village.clock.now())
    return mallory


@pytest.mark.parametrize("locale", ["en", "fr"])
async def test_a_report_is_one_page_that_fetches_nothing(
    village: Village, tmp_path: Path, locale: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await populate(village)
    file = tmp_path / "report.html"
    await asyncio.to_thread(write_report, output=file, since="2026-11-01", until="2026-11-30", locale=locale)
    page = file.read_text(encoding="utf-8")
    found = Page(page)
    assert found.open == []
    assert all(address.startswith("data:image/svg+xml;base64,") for address in found.fetched)
    assert len(found.fetched) == 1
    assert f'<html lang="{locale}">' in page
    assert ("Introductions" in page, "Présentations" in page) == (locale == "en", locale == "fr")
    assert re.search(r"1 \(\+1\)", page)
    assert "cmd" not in page, "nobody is named"
    assert "2026-11-01 to 2026-11-30" in capsys.readouterr().out


async def test_the_name_of_a_community_is_no_markup(village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFRERE_COMMUNITY_NAME", "<script>alert(1)</script> & Co")
    file = tmp_path / "report.html"
    await asyncio.to_thread(write_report, output=file)
    page = file.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in page


async def test_what_cannot_be_is_one_sentence(village: Village, tmp_path: Path) -> None:
    for options, said in (
        ({"since": "1st of May"}, "--from: '1st of May' is no date"),
        ({"since": "2026-11-30", "until": "2026-11-01"}, "--from: has to come before"),
        ({"locale": "de"}, "--locale: 'de' is neither"),
        ({"output": tmp_path / "nowhere" / "report.html"}, "--output: "),
    ):
        with pytest.raises(ConfigError, match=re.escape(said)):
            await asyncio.to_thread(write_report, **{"output": tmp_path / "report.html", **options})  # type: ignore[arg-type]


async def test_the_members_are_a_table_whose_cells_nothing_runs(village: Village, tmp_path: Path) -> None:
    await populate(village)
    gone = await village.person("Gone", "Anything")
    await gone.leave()
    bo = await village.person("Bo", "Design")
    await bo.command("ask", need="Somebody for my secret diagnosis")
    file = tmp_path / "members.csv"
    await asyncio.to_thread(write_members, output=file)
    content = file.read_bytes()
    assert content.startswith("\ufeff".encode())
    header, *rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert header == [plain(column, "en") for column in COLUMNS]
    assert [row[0] for row in rows] == ["'=cmd|' /C calc'!A0", "Bo"]
    assert rows[0][3:7] == ["'+33 1 23", "'-2+3", '\'@SUM(1,"2")', "https://example.org"]
    assert rows[1][7:] == ["0", "0", "0", "0"], "what she asked was not posted to everyone"
    assert b"diagnosis" not in content
    assert b"support" not in content, "what somebody expects is for them and the animators"


async def test_an_animator_gets_the_same_as_a_file(village: Village) -> None:
    mallory = await populate(village)
    assert "Only the animators" in await mallory.command("animator export")
    from storage.people import Members  # noqa: PLC0415

    async with village.app.store.unit() as unit:
        await unit.use(Members, await village.community()).appoint(mallory.member.id, animator=True)
    assert "1 member, as everybody here may see them." in await mallory.command("animator export")
    card = mallory.sees()[-1].card
    assert card is not None
    assert [file.name for file in card.files] == ["members-2026-11-23.csv"]


def test_cells() -> None:
    for words in ("=1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", "＝1", "\u00a0=1", "\n=1"):
        assert cell(words) == f"'{words}"
    for words in ("", "a=1", "Zoé", " ", "3-4"):
        assert cell(words) == words


def test_a_long_list_is_packed() -> None:
    assert as_file(b"a" * (5 << 20), "members-2026-11-23").name == "members-2026-11-23.zip"
