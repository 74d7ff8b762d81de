"""`confrere match`, as its user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.commands import cli
from bot.errors import ConfigError

PEOPLE = """{"id": "Ada", "offers": ["bookkeeping"], "seeks": ["logo"], "languages": ["fr"], "timezone": "Europe/Paris"}
{"id": "Bo", "offers": ["logo design"], "hours": "9h-18h", "workspace": "slack", "since": "2026-01-01"}

{"id": 3, "trade": "plumber", "workspace": ["discord"]}
{"id": "Di", "languages": null}
""".replace(', "languages": null', "")
CSV = """id;offers;seeks;languages;timezone
Ada;bookkeeping, taxes;logo;fr|en;Europe/Paris
Bo;"logo; posters";compta;fr;
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, given: str = "") -> str:
    done = CliRunner().invoke(cli, ["match", *arguments], input=given, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def refused(*arguments: str) -> str:
    with pytest.raises(ConfigError) as error:
        CliRunner().invoke(cli, ["match", *arguments], catch_exceptions=False)
    return str(error.value)


def test_a_list_is_matched(folder: Path) -> None:
    (folder / "people.jsonl").write_text("\ufeff" + PEOPLE, encoding="utf-8")
    (folder / "met.jsonl").write_text(
        '{"members": ["Ada", "Bo"], "date": "2026-11-16"}\n{"members": ["x", "y"], "date": "2020-01-01"}\n'
    )
    (folder / "apart.csv").write_text('members\n"Ada, 3"\n')
    options = ("--date", "2026-11-23", "--output", "json")

    found = json.loads(run("people.jsonl", *options))
    assert list(found)[:4] == ["groups", "left_out", "score", "bound"]
    assert sorted(sorted(map(str, group["members"])) for group in found["groups"]) == [["3", "Di"], ["Ada", "Bo"]]
    assert any(3 in group["members"] for group in found["groups"]), "an id stays what it was"
    assert "Bo offers “logo design”, which Ada seeks" in found["groups"][-1]["reasons"] + found["groups"][0]["reasons"]
    assert found["bound"] >= found["score"] > 0
    assert run("-", *options, given=PEOPLE) == run("people.jsonl", *options)

    other = json.loads(run("people.jsonl", *options, "--history", "met.jsonl", "--exclude", "apart.csv"))
    assert sorted(sorted(map(str, group["members"])) for group in other["groups"]) == [["3", "Bo"], ["Ada", "Di"]]
    assert "première rencontre" in run("people.jsonl", "--locale", "fr", "--history", "met.jsonl", "--exclude", "apart.csv")


def test_a_table_of_a_csv_list(folder: Path) -> None:
    (folder / "people.csv").write_text(CSV, encoding="utf-8")
    written = run("people.csv", "--seed", "4")
    assert "Ada, Bo" in written or "Bo, Ada" in written
    assert "Ada offers “bookkeeping”, which Bo seeks" in written
    assert "1 groups" not in written
    assert "seed 4" in written


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "there is nobody in it"),
        ("\n\n", "there is nobody in it"),
        ('{"id": "a"}\n{"id": "b"', "line 2: Input data was truncated"),
        ('{"offers": ["a"]}', "line 1: Object missing required field `id`"),
        ('{"id": "a"}\n{"id": "b"}\n{"id": "a"}', "line 3: 'a' is the id of line 1 too"),
        ('{"id": " "}', "line 1: `id` is empty"),
        ('{"id": "a", "timezone": "Paris"}', "line 1: `timezone`: 'Paris' is no time zone; they are written as Europe/Paris"),
        ('{"id": "a", "hours": "late"}', "line 1: `hours`: 'late' are no working hours; they are written as 09:00-18:00"),
        ('{"id": "a", "offers": "logo"}', "line 1: Expected `array`, got `str` - at `$.offers`"),
        ("name,offers\nAda,logo\n", "line 1: there is no column `id`; a CSV file begins with the names of its columns"),
        ("id,since\nAda,2026-01-01\nBo,soon\n", "line 3: `since`: dates are written as 2026-11-23"),
        ("id,trade\nAda,logo,more\n", "line 2: there are more cells than columns"),
    ],
)
def test_a_wrong_line_is_named(folder: Path, content: str, problem: str) -> None:
    (folder / "list").write_text(content, encoding="utf-8")
    assert refused("list") == f"list{':' if problem.startswith('there is nobody') else ','} {problem}"


def test_what_is_not_possible_is_said_in_a_sentence(folder: Path) -> None:
    (folder / "list").write_text('{"id": "a"}\n{"id": "b"}\n', encoding="utf-8")
    (folder / "apart").write_text('{"members": ["a"]}\n', encoding="utf-8")
    (folder / "latin").write_bytes(b'{"id": "a"}\n{"id": "\xe9"}\n')
    assert refused("list", "--size", "9") == "--size: 9 is not possible; groups have 2 to 8 members"
    assert refused("list", "--size", "3") == "--size: 3 is not possible; there are only 2 people in list"
    assert refused("list", "--seed", "-1").startswith("--seed: -1 is not possible")
    assert refused("list", "--date", "soon") == "--date: 'soon' is no date; they are written as 2026-11-23"
    assert refused("list", "--locale", "de") == "--locale: 'de' is neither en nor fr"
    assert refused("list", "--exclude", "apart") == "apart, line 1: `members` are two different ids at least"
    assert refused("nowhere") == "nowhere: cannot be read: No such file or directory"
    assert refused("latin") == "latin, line 2: it is not UTF-8"
