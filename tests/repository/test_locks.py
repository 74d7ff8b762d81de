"""The locks hold everything pyproject.toml asks for, pinned by hash, and say nothing about the machine that wrote them."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository.files import ROOT

LOCKS = ("base.txt", "dev.txt", "semantic.txt", "matching.txt", "compiler.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


PIN = re.compile(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    return {canonicalize_name(name): version for name, version in PIN.findall(text)}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    assert re.findall(r"https?:|file:|--(?:extra-)?index-url|--find-links|^-i |/opt|/home|/root", text, re.MULTILINE) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=[A-Za-z0-9])", text) if "==" in entry]
    assert len(entries) == len(PIN.findall(text))
    assert [entry.partition("=")[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("base.txt", PROJECT["dependencies"]),
        ("dev.txt", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]),
        ("semantic.txt", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["semantic"]),
        ("matching.txt", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["matching"]),
    ],
)
def test_a_lock_is_in_step_with_the_project(lock: str, wanted: list[str]) -> None:
    pinned = pins(lock)
    requirements = [Requirement(line) for line in wanted]
    missing = [
        str(wish)
        for wish in requirements
        if not wish.specifier.contains(pinned.get(canonicalize_name(wish.name), "0"), prereleases=True)
    ]
    assert missing == []


def test_tests_run_on_what_is_shipped() -> None:
    base = pins("base.txt")
    for lock in ("dev.txt", "semantic.txt", "matching.txt"):
        pinned = pins(lock)
        assert {name: pinned.get(name) for name in base} == base
