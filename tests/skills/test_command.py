"""`confrere skills`, as its user runs it."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.core import terminal

DOCUMENTS = """{"id": "a", "text": "Comptable, déclarations fiscales", "locale": "fr"}
{"id": 2, "text": "Bookkeeping for shops", "locale": "en-GB"}

{"id": "c", "text": "Logo design"}
"""
ROME = '"code_ogr","libelle_appellation_long"\n"10201","Poseur / Poseuse de clôtures"\n'


class Shell:
    """A terminal, with an installation in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CONFRERE_")}
        self._environment = {**kept, "CONFRERE_DATABASE_URL": f"sqlite:///{folder}/confrere.db"}

    def file(self, name: str, content: str) -> str:
        (self.folder / name).write_text(content, encoding="utf-8")
        return name

    def run(self, *arguments: str, given: str = "") -> tuple[int, str]:
        """Run `confrere skills …` and return its exit status and what it wrote."""
        return terminal.run(["skills", *arguments], self._environment, folder=self.folder, given=given)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_texts_are_ranked_line_by_line(shell: Shell) -> None:
    documents = shell.file("d.jsonl", "\ufeff" + DOCUMENTS.replace('"locale": "en-GB"', '"locale": null'))
    asked = '{"id": "q", "text": "je cherche quelqu’un pour ma compta", "locale": "fr"}\n{"id": 7, "text": "🎉"}\n'
    status, written = shell.run("rank", "--documents", documents, "--queries", "-", "--top", "2", given=asked)
    assert status == 0, written
    first, second = map(json.loads, written.splitlines())
    assert (first["query"], first["ranking"]) == ("q", ["a", 2])
    assert first["scores"] == sorted(first["scores"], reverse=True)
    assert second == {"query": 7, "ranking": [], "scores": []}


def test_a_wrong_line_is_named(shell: Shell) -> None:
    good = shell.file("good.jsonl", DOCUMENTS)
    for name, content, problem in (
        ("bad.jsonl", DOCUMENTS + '{"id": 1}\n', "bad.jsonl, line 5: Object missing required field `text`"),
        ("half.jsonl", '{"id": 1, "text": "\\ud83d"}\n', "half.jsonl, line 1: a \\u escape is half a character"),
        ("torn.jsonl", '{"id": 1, "te', "torn.jsonl, line 1: Input data was truncated"),
        ("twice.jsonl", DOCUMENTS + DOCUMENTS, "twice.jsonl, line 5: 'a' is the id of an earlier line too"),
    ):
        status, written = shell.run("rank", "--documents", shell.file(name, content), "--queries", good)
        assert (status, written) == (2, f"confrere: {written.removeprefix('confrere: ')}")
        assert problem in written
    status, written = shell.run("rank", "--documents", good, "--queries", "nowhere.jsonl")
    assert (status, written) == (2, "confrere: nowhere.jsonl: cannot be read: No such file or directory\n")


def test_what_is_understood_is_explained(shell: Shell) -> None:
    status, written = shell.run("explain", "un develloppeur React pour ma boutique")
    assert status == 0, written
    lines = written.splitlines()
    assert lines[0] == "language: French"
    assert "corrected: develloppeur → developpeur" in lines
    assert any(line.startswith("concept: React (react)") for line in lines)
    assert any(line.startswith("close to it: ") for line in lines)
    assert shell.run("explain", "🎉")[1].splitlines()[-1] == "nothing in it says what is needed"
    assert shell.run("explain", "compta", "--locale", "xx") == (2, "confrere: --locale: 'xx' is neither en nor fr\n")


def test_an_older_database_is_not_upgraded_by_a_question(shell: Shell) -> None:
    with closing(sqlite3.connect(shell.folder / "confrere.db")) as database:
        database.executescript("CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('0001');")
    status, written = shell.run("explain", "logo")
    assert (status, written.count("\n")) == (2, 1)
    assert "at revision 0001, this version needs" in written


def test_a_list_is_imported_used_and_taken_out_again(shell: Shell) -> None:
    rome = shell.file("rome.csv", ROME)
    assert "word: clôtures" in shell.run("explain", "des clôtures")[1]

    status, written = shell.run("import", rome)
    assert status == 0, written
    assert "1 concepts of ROME" in written
    assert "Licence Ouverte 2.0" in written
    assert "0 of them new" in shell.run("import", rome)[1]
    assert "concept: Poseur de clôtures (rome-10201)" in shell.run("explain", "poseuse de clôtures")[1]
    assert "rome: 1 concepts" in shell.run("list")[1]

    (shell.folder / "iso.csv").write_bytes(ROME.replace("10201", "10202").encode("cp1252"))
    assert "1 of them new" in shell.run("import", "iso.csv")[1]

    broken = shell.file("broken.csv", ROME.replace("10201", "x"))
    status, written = shell.run("import", broken)
    assert (status, written) == (2, "confrere: broken.csv, line 2: 'x' is no code of ROME\n")

    assert shell.run("remove", "rome")[0] == 0
    assert shell.run("remove", "rome") == (2, "confrere: skills remove: 'rome' was not imported; none was\n")
