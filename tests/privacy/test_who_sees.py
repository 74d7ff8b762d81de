"""Who sees what: the table of the reference, held against everything that can be done in a community where each thing exists."""

from __future__ import annotations

import asyncio
import io
import re
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
import structlog

from bot import log
from bot.cli.report import write_members, write_report
from tests.core import terminal
from tests.features.village import Village
from tests.privacy.story import live
from tests.privacy.walk import Snapshot, Walk
from tests.privacy.witness import Witness
from tools.who_sees_what import NO, NOT_KEPT, READABLE, ROWS, SEALED, YES, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Databases

pytestmark = pytest.mark.timeout(300)  # one walk, of thousands of acts, before the first test
ROOT: Final = Path(__file__).parents[2]

OWNERS: Final = {"OPPORTUNITY": "bea", "TOPEER": "cyd", "TOTALS": "pia", "REPLY": "zoe"}
"""Whose a thing is, by the name of its marker, where it is not Ada's."""
CONCERNED: Final = {
    "RECOMMENDED": {"cyd"},
    "HAPPENED": {"bea", "cyd"},
    "COMMITMENT": {"bea", "cyd"},
    "HAND": {"bea", "cyd"},
    "UNDELIVERED": {"cyd"},
    "REPLY": {"ada"},
    "LETTER": {"zoe"},
}
"""Whom a thing concerns, where it is not Bea."""

UNREACHED: Final = {
    "action circle:merge": "two circles that are too small: tests/features/test_circles_formed.py",
    **dict.fromkeys(
        (
            *("action circle:preview", "action circle:group", "action circle:out", "action circle:without", "action circle:mix"),
            *("action circle:drop", "action circle:send", "action circle:yes", "action circle:rather_not"),
        ),
        "circles that the engine proposes, out of more members than there are here: tests/features/test_circles_formed.py",
    ),
    **dict.fromkeys(
        ("action circle:wish", "action circle:welcome", "action circle:not_now"),
        "a circle that one asks to come into: tests/features/test_circles_formed.py",
    ),
    **dict.fromkeys(
        ("action checkin:go", "submit checkin:reads"),
        "questions that leave no room in their form for who reads: tests/features/test_checkins.py",
    ),
    "submit circle:added": "whom the walk adds are in it or invited already: tests/features/test_circles_formed.py",
    "submit round:sent": "what the walk types is no video address: tests/features/test_rounds.py",
    "action notice:open": "a digest: tests/features/test_budget.py, as the wrong person too",
    **dict.fromkeys(
        ("action relay:write", "action relay:stop"),
        "members who share no workspace: tests/features/test_relay.py, as the wrong person too",
    ),
}
"""What the walk does not come to but as a refusal, and why; where it is shown instead."""


@dataclass
class Findings:
    """What came of the walk."""

    shown: dict[str, dict[str, str]]
    unreached: dict[str, str]
    broken: list[str]
    drawn: list[str]
    acts: int
    members: dict[str, str]
    log: str = ""
    stored: str = ""
    raw: bytes = b""
    told: dict[str, str] = field(default_factory=dict[str, str])

    def saw(self, person: str, marker: str) -> list[str]:
        """Return what somebody was shown that has a marker in it."""
        return [f"{person}, as {doing}: {words}" for words, doing in self.shown[person].items() if re.search(marker, words)]


@pytest.fixture(scope="module")
def findings(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Findings]:
    """What came of one walk by everybody; on SQLite, whose state can be put back quickly after each act."""
    folder = tmp_path_factory.mktemp("privacy")
    url = databases.make("sqlite")
    errors, sys.stderr = sys.stderr, io.StringIO()
    try:
        log.configure("debug", "json")
        found = asyncio.run(_walked(folder, url))
        found.log = sys.stderr.getvalue()
    finally:
        sys.stderr = errors
        structlog.reset_defaults()
    file = Path(url.removeprefix("sqlite:///"))
    found.stored = _dump(file)
    found.raw = b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
    _operates(found, url, folder)
    yield found
    databases.drop(url)


async def _walked(folder: Path, url: str) -> Findings:
    village, witness = Village(folder, url), Witness()
    await village.open()
    try:
        witness.attend(village)
        cast = await live(village, lambda chapter: setattr(witness, "doing", chapter))
        walk = Walk(village, witness, Snapshot(village, Path(url.removeprefix("sqlite:///"))))
        await walk.everywhere(cast.pia, cast.zoe, cast.bea, cast.ada, guessing=(cast.pia, cast.zoe, cast.ada))
        names = {one.id: one.name for one in cast.all()}
        return Findings(witness.shown, walk.unreached(), walk.broken, witness.drawn, walk.acts, names)
    finally:
        await village.close()


def _dump(file: Path) -> str:
    with closing(sqlite3.connect(file)) as database:
        return "\n".join(database.iterdump())


def _operates(found: Findings, url: str, folder: Path) -> None:
    """Do what an operator does on the command line."""
    environment = {"CONFRERE_DATABASE_URL": url, "CONFRERE_COMMUNITY_NAME": "Les Indés"}
    status, found.told["outbox"] = terminal.run(["outbox", "list", "--waiting", "--output", "json"], environment)
    assert status == 0, found.told["outbox"]
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        for name, value in environment.items():
            patched.setenv(name, value)
        write_report(output=folder / "report.html", since="2026-11-01", until="2026-12-15")
        write_members(output=folder / "members.csv")
    found.told["report"] = (folder / "report.html").read_text(encoding="utf-8")
    found.told["members"] = (folder / "members.csv").read_text(encoding="utf-8-sig")


def _marked() -> list[object]:
    return [pytest.param(row, marker, id=marker) for row in ROWS for marker in row.markers]


def _name(marker: str) -> str:
    found = re.search(r"ZEBRA-([A-Z]+)", marker)
    return found[1] if found is not None else ""


def _columns(row: Row, marker: str) -> dict[str, str]:
    """Return what each person of the story sees of a thing."""
    owner = OWNERS.get(_name(marker), "ada")
    concerned = CONCERNED.get(_name(marker), {"bea"}) - {owner}
    seen = dict.fromkeys(("ada", "bea", "cyd", "pia"), row.peer) | {"zoe": row.animator}
    return seen | dict.fromkeys(concerned, row.concerned) | {owner: row.member}


@pytest.mark.parametrize(("row", "marker"), _marked())
def test_it_is_shown_to_those_whom_the_table_names_and_to_nobody_else(findings: Findings, row: Row, marker: str) -> None:
    for person, seen in _columns(row, marker).items():
        found = findings.saw(person, marker)
        if seen == NO:
            assert found == [], f"{row.thing}: not for {person}"
        if seen == YES:
            assert found, f"{row.thing}: {person} never saw it"


@pytest.mark.parametrize(("row", "marker"), _marked())
def test_it_lies_in_the_database_as_the_table_says(findings: Findings, row: Row, marker: str) -> None:
    if row.operator in {SEALED, NOT_KEPT}:
        assert not re.search(marker, findings.stored)
        assert not re.search(marker.encode(), findings.raw), "not in what is left of rows that are gone either"
    elif row.operator == READABLE and _name(marker):
        assert re.search(marker, findings.stored), "the table would promise less than there is"


def test_no_log_holds_anything_of_it(findings: Findings) -> None:
    assert '"event": "delivered"' in findings.log, "it is the log of all of it, at its most talkative"
    markers = [marker for row in ROWS for marker in row.markers]
    assert [marker for marker in (*markers, "ZEBRA") if re.search(marker, findings.log)] == []


def test_the_command_line_tells_the_operator_nothing_private(findings: Findings) -> None:
    assert "zebra" not in (findings.told["outbox"] + findings.told["report"]).lower()
    assert '"dm_closed"' in findings.told["outbox"], "why something did not arrive"


def test_figures_and_pictures_name_nobody(findings: Findings) -> None:
    assert findings.drawn, "pictures were drawn"
    for name in findings.members.values():
        assert not [words for words in findings.drawn if name in words]
        assert not re.search(rf"\b{name}\b", findings.told["report"])
    assert not [words for words in findings.drawn if "ZEBRA" in words]


def test_the_list_of_members_holds_what_everybody_may_see(findings: Findings) -> None:
    held = {marker for row in ROWS for marker in row.markers if re.search(marker, findings.told["members"])}
    assert held == {rf"ZEBRA-{name}\b" for name in ("DOES", "OFFERS", "SEEKS", "LINK")}
    assert findings.saw("zoe", "members-.*csv") or findings.saw("zoe", "Meetings that took place"), "as animators get it"


def test_whose_an_anonymous_voice_is_stands_nowhere_beside_it(findings: Findings) -> None:
    beside = [
        line
        for person in ("bea", "cyd", "pia", "zoe")
        for words in findings.saw(person, r"ZEBRA-ANONYMOUS")
        for line in (words.splitlines() if re.search(r"ZEBRA-(VOICE|ALOUD)", words) else [words])
        if "ZEBRA-ANONYMOUS" in line and re.search(r"\bAda\b", line)
    ]
    assert beside == []


def test_everything_that_can_be_done_was_done(findings: Findings) -> None:
    refused = {name for name, how in findings.unreached.items() if how == "never run"}
    assert refused == set(), "what is excused below is tried as well, and refused"
    assert sorted(findings.unreached.keys() - UNREACHED.keys()) == []
    assert sorted(UNREACHED.keys() - findings.unreached.keys()) == [], "these are reached by now"


def test_nothing_ended_in_an_apology(findings: Findings) -> None:
    assert findings.broken == []


@pytest.mark.parametrize("row", [row for row in ROWS if not row.markers], ids=lambda row: row.thing)
def test_what_has_no_words_of_its_own_is_shown_by_a_test_that_is_there(row: Row) -> None:
    file, *names = row.proved.split("::")
    written = (ROOT / file).read_text(encoding="utf-8")
    assert [name for name in names if not re.search(rf"\b(def|class) {name}\b", written)] == []
