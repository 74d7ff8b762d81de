"""`confrere outbox …`: what was not delivered and why; send it again or discard it, while the bot runs or not."""

from __future__ import annotations

import asyncio
import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bot import cli as entrance
from bot.cli.database import ConfigOption  # noqa: TC001 - Typer reads annotations at run time
from bot.clock import SystemClock
from bot.errors import ConfigError
from bot.i18n import plain
from bot.ui import shorten

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from storage.desk import Chosen, Done
    from storage.letters import Address, Letter
    from storage.stopped import Stoppage

outbox = typer.Typer(help="Messages on their way, and those that did not arrive.", no_args_is_help=True)

STOPPAGE: Final = "s"
"""What the number of something stopped begins with, to tell it from that of a message."""
TITLE: Final = 60


class Output(StrEnum):
    """How a list is written."""

    TABLE = "table"
    JSON = "json"


IdsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="ID…", help="As `outbox list` shows them: 12 is a message, s3 something stopped.", show_default=False),
]
AllOption = Annotated[bool, typer.Option("--all", help="Everything that was given up, and everything that is stopped.")]


@outbox.command("list")
def list_messages(
    *,
    waiting: Annotated[bool, typer.Option("--waiting", help="Also what is still to be sent.")] = False,
    output: Annotated[Output, typer.Option(help="For people or for programs.")] = Output.TABLE,
    limit: Annotated[int, typer.Option(help="At most so many messages of a kind.", min=1, max=10_000)] = 100,
    config: ConfigOption = None,
) -> None:
    """Show what was given up and what is stopped, newest first, with the reasons; never what a message says in private."""
    from storage.desk import overview  # noqa: PLC0415 - keeps --help quick

    found = asyncio.run(overview(entrance.load(config).database.url, limit=limit))
    if output is Output.JSON:
        content: dict[str, Any] = {
            "given_up": [_record(letter) for letter in found.letters],
            "stopped": [_stopped_record(stoppage) for stoppage in found.stopped],
        }
        if waiting:
            content["waiting"] = [_record(letter) for letter in found.waiting]
        typer.echo(json.dumps(content, indent=2, ensure_ascii=False))
        return
    lines = [*_table("Given up", [_row(letter) for letter in found.letters], found.given_up)]
    lines += _table("Stopped", [_stopped_row(stoppage) for stoppage in found.stopped], len(found.stopped))
    if waiting:
        lines += _table("Waiting", [_row(letter) for letter in found.waiting], found.open)
    typer.echo("\n".join(lines))


@outbox.command("retry")
def retry(ids: IdsArgument = None, *, everything: AllOption = False, config: ConfigOption = None) -> None:
    """Send again what was given up; let what is stopped go on. A running bot takes it up within half a minute."""
    _act("retry", ids, everything=everything, url=entrance.load(config).database.url)


@outbox.command("discard")
def discard(ids: IdsArgument = None, *, everything: AllOption = False, config: ConfigOption = None) -> None:
    """Discard what was given up, with its content; end what is stopped and discard what waits there."""
    _act("discard", ids, everything=everything, url=entrance.load(config).database.url)


def _act(verb: str, ids: Sequence[str] | None, *, everything: bool, url: str) -> None:
    from commands.animator_deliveries.cards import over_notice  # noqa: PLC0415 - keeps --help quick
    from storage.desk import act, unknown  # noqa: PLC0415

    chosen = _chosen(verb, ids or (), everything=everything)
    letters, stoppages = asyncio.run(unknown(url, chosen))
    if letters or stoppages:
        missing = [*map(str, sorted(letters)), *(f"{STOPPAGE}{number}" for number in sorted(stoppages))]
        message = f"outbox {verb}: there is no {', '.join(missing)}; nothing was done. `confrere outbox list` shows what there is"
        raise ConfigError(message)
    done = asyncio.run(act(url, chosen, over_notice(), SystemClock().now(), again=verb == "retry"))
    typer.echo("\n".join(_told(done, again=verb == "retry")) or "outbox: there was nothing to do")


def _chosen(verb: str, ids: Sequence[str], *, everything: bool) -> Chosen:
    """Read what was named.

    Raises:
        ConfigError: nothing was, or it cannot be a number.
    """
    from storage.desk import Chosen  # noqa: PLC0415

    if everything == bool(ids):
        message = f"outbox {verb}: name what you mean by its ID, or all of it by --all"
        raise ConfigError(message)
    if everything:
        return Chosen()
    wrong = [each for each in ids if not _number(each)]
    if wrong:
        message = f"outbox {verb}: {wrong[0]!r} is no ID; they look like 12 or {STOPPAGE}3"
        raise ConfigError(message)
    return Chosen(
        frozenset(int(each) for each in ids if not each.startswith(STOPPAGE)),
        frozenset(int(each.removeprefix(STOPPAGE)) for each in ids if each.startswith(STOPPAGE)),
    )


def _number(given: str) -> bool:
    digits = given.removeprefix(STOPPAGE)
    return digits.isascii() and digits.isdecimal() and int(digits) < 2**63


def _told(done: Done, *, again: bool) -> list[str]:
    from storage.letters import Fate  # noqa: PLC0415

    words = {
        Fate.AGAIN: "on its way again",
        Fate.DISCARDED: "discarded",
        Fate.OVER: "discarded: nobody needs it any more",
        Fate.BEFORE: "not among those given up: it was sent, or dealt with before",
    }
    told = [f"{number}: {words[fate]}" for number, fate in done.letters]
    for number, messages in done.stoppages:
        became = "over before" if messages is None else f"goes on, {messages} waiting" if again else f"ended, {messages} discarded"
        told.append(f"{STOPPAGE}{number}: {became}")
    return told


# ---------------------------------------------------------------- writing


def _where(address: Address) -> str:
    workspace = f"{address.workspace.platform} {address.workspace.name or address.workspace.external_id}"
    if address.channel:
        return f"channel {address.channel}{f' ({address.role})' if address.role else ''} in {workspace}"
    if address.people:
        return f"conversation of {address.people} in {workspace}"
    return f"member {address.member.id} in {workspace}" if address.member is not None else workspace


def _row(letter: Letter) -> tuple[str, ...]:
    title = shorten(plain(letter.title, "en"), TITLE)
    what = f"{letter.action}, {_where(letter.address)}{f': “{title}”' if title else ''}"
    maybe = " (may have arrived)" if letter.uncertain else ""
    return str(letter.id), _instant(letter.ended or letter.due), f"{letter.reason or letter.state}{maybe}", what


def _stopped_row(stoppage: Stoppage) -> tuple[str, ...]:
    where = f"{_where(stoppage.address)}: {stoppage.waiting} waiting"
    return f"{STOPPAGE}{stoppage.id}", _instant(stoppage.since), stoppage.reason, where


def _table(title: str, rows: Sequence[tuple[str, ...]], total: int) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    more = [f"  … and {total - len(rows)} more"] if total > len(rows) else []
    return [f"{title}: {total or 'nothing'}", *(f"  {line}" for line in lines), *more]


def _record(letter: Letter) -> dict[str, Any]:
    ended = (
        {"given_up": _instant(letter.ended)} if letter.ended is not None else {"state": letter.state, "due": _instant(letter.due)}
    )
    return {
        "id": str(letter.id),
        "action": letter.action,
        **_place(letter.address),
        "title": plain(letter.title, "en"),
        "reason": letter.reason,
        "may_have_arrived": letter.uncertain,
        "written": _instant(letter.written),
        **ended,
    }


def _stopped_record(stoppage: Stoppage) -> dict[str, Any]:
    return {
        "id": f"{STOPPAGE}{stoppage.id}",
        **_place(stoppage.address),
        "reason": stoppage.reason,
        "since": _instant(stoppage.since),
        "waiting": stoppage.waiting,
    }


def _place(address: Address) -> dict[str, Any]:
    return {
        "platform": address.workspace.platform,
        "workspace": address.workspace.external_id,
        "channel": address.channel,
        "role": address.role,
        "member": address.member.id if address.member is not None else None,
        "people": address.people,
    }


def _instant(at: dt.datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
