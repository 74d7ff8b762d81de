"""What the documentation says is there, is there."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import msgspec
import pytest

from adapters.slack.manifest import BOT_SCOPES
from bot.config import Config
from tests.repository.files import ROOT, project_files
from tools.reference import EXAMPLE, explained, uncommented

if TYPE_CHECKING:
    from pathlib import Path

PAGES = [path for path in project_files() if path.suffix == ".md"]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(path: Path) -> set[str]:
    """The anchors that a page's headings get."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    broken: list[str] = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://", target):
            continue
        file, _, anchor = target.partition("#")
        aim = (page.parent / file).resolve() if file else page
        if not aim.exists() or (anchor and anchor not in anchors(aim)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_targets_named_in_the_text_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z]+)", text)) | set(re.findall(r"^\s*make ([a-z]+)", text, re.MULTILINE))
    assert named - targets == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_named_in_the_text_exist(page: Path) -> None:
    known = {"run", "demo", "db", "outbox", "secrets", "skills", "match", "report", "export", "config", "slack", "people"}
    named = re.findall(r"^\s*(?:[\w/-]+/)?confrere ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(named) - known == set()


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / target).resolve() for target in re.findall(r"\]\(([^)#]+)\)", index.read_text(encoding="utf-8"))}
    assert {name(page) for page in PAGES if page.is_relative_to(index.parent) and page != index and page not in linked} == set()


def test_the_example_configuration_holds_every_key_with_its_default() -> None:
    example = (ROOT / EXAMPLE).read_text(encoding="utf-8")
    settings = uncommented(example)
    converted = msgspec.convert(settings, Config)
    sections = {field.name: getattr(converted, field.name) for field in msgspec.structs.fields(Config)}
    defaults = {name: msgspec.json.decode(msgspec.json.encode(type(section)())) for name, section in sections.items()}
    assert defaults == settings


def test_the_example_configuration_works_as_it_is_and_explains_every_key() -> None:
    example = (ROOT / EXAMPLE).read_text(encoding="utf-8")
    assert msgspec.convert(tomllib.loads(example), Config) == Config()
    assert [key for key, meaning in explained(example) if not meaning.endswith(".")] == []


def test_every_right_asked_of_slack_is_explained() -> None:
    page = (ROOT / "docs" / "start" / "slack.md").read_text(encoding="utf-8")
    table = page.partition("| scope | for |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z]+(?::[a-z]+)?)`", table)) == set(BOT_SCOPES)
