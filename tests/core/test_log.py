"""Logs tell what happened and where, never what somebody wrote, nor a token."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
import structlog

from bot import log

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def test_an_exception_shows_where_but_not_what_somebody_wrote(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "json")
    written_by_somebody = "need: " + str(4321)
    try:
        raise ValueError(written_by_somebody)
    except ValueError as error:
        structlog.get_logger().error("failed", exc_info=error)
        logging.getLogger("library").exception("failed")
    for line in map(json.loads, capsys.readouterr().err.splitlines()):
        assert "ValueError" in line["exception"]
        assert "test_log.py" in line["exception"]
        assert written_by_somebody not in str(line)


def test_what_the_operator_must_mend_keeps_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "json")
    structlog.get_logger().error("failed", exc_info=OSError("disk full"))
    assert "disk full" in json.loads(capsys.readouterr().err)["exception"]


@pytest.mark.parametrize(
    "secret",
    ["xoxb-1234-5678-abcdef", "xapp-1-A0-123-abc", "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789"],
)
def test_tokens_are_masked_in_our_lines_and_in_those_of_libraries(secret: str, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "json")
    structlog.get_logger().info("connecting", token=secret)
    logging.getLogger("library").warning("refused %s\nagain", secret)
    written = capsys.readouterr().err
    assert secret not in written
    assert written.count("\n") == 2
    assert written.count("•••") == 2


def test_a_password_in_an_address_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "json")
    structlog.get_logger().info("database", url="postgresql://ada:pass@host/name")
    assert json.loads(capsys.readouterr().err)["url"] == "postgresql://•••@host/name"


def test_a_line_break_cannot_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "console")
    structlog.get_logger().info("joined", workspace="x\nINFO forged")
    assert capsys.readouterr().err.count("\n") == 1
