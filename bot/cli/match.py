"""`confrere match`: who meets whom, for anybody's list."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - Typer reads annotations at run time
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from bot.clock import SystemClock
from bot.errors import ConfigError
from bot.i18n import LOCALES, plain
from bot.matching.model import LARGEST, SMALLEST, Odd, Rules, Trade

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.matching.model import Matching


class Output(StrEnum):
    """How the groups are written."""

    TABLE = "table"
    JSON = "json"


def match_people(  # noqa: PLR0913 - each is an option of the command line
    file: Annotated[
        Path, typer.Argument(help="People, one a line: JSON Lines or CSV; - reads from standard input.", show_default=False)
    ],
    *,
    size: Annotated[int, typer.Option(help="Members of a group, 2 to 8.")] = 2,
    seed: Annotated[int, typer.Option(help="The same list with the same seed gives the same groups.")] = 0,
    history: Annotated[Path | None, typer.Option(help="Meetings that took place.", show_default=False)] = None,
    exclude: Annotated[
        Path | None, typer.Option(help="Pairs who are not to meet; nothing written tells of them.", show_default=False)
    ] = None,
    output: Annotated[Output, typer.Option(help="For people or for programs.")] = Output.TABLE,
    odd: Annotated[
        Odd, typer.Option(help="Where people do not divide by the size: a larger group, or left out in turns.")
    ] = Odd.TRIO,
    trade: Annotated[Trade, typer.Option(help="Whether people of one trade meet.")] = Trade.ANY,
    hours: Annotated[float, typer.Option(help="Working hours a day in common, at least.")] = 1.0,
    window: Annotated[int, typer.Option(help="Days after which two may meet again; 0: not while there is somebody else.")] = 0,
    today: Annotated[
        str, typer.Option("--date", help="Day of the round, as 2026-11-23; today by default.", show_default=False)
    ] = "",
    locale: Annotated[str, typer.Option(help="Language of the reasons, en or fr.")] = "en",
) -> None:
    """Match the people of a list into groups, with the reason for each."""
    from bot.cli import people as lists  # noqa: PLC0415 - keeps --help quick
    from bot.matching.engine import match  # noqa: PLC0415

    if locale not in LOCALES:
        _refuse(f"--locale: {locale!r} is neither en nor fr")
    if not SMALLEST <= size <= LARGEST:
        _refuse(f"--size: {size} is not possible; groups have {SMALLEST} to {LARGEST} members")
    if seed < 0:
        _refuse(f"--seed: {seed} is not possible; a seed is a whole number from 0 on")
    if not 0 <= hours <= 24:  # noqa: PLR2004 - hours of a day
        _refuse(f"--hours: {hours:g} is not possible; a day has 0 to 24 hours")
    if window < 0:
        _refuse(f"--window: {window} is not possible; it is a number of days from 0 on")
    people, written = lists.people(file)
    if size > len(people) > 1:
        _refuse(f"--size: {size} is not possible; there are only {len(people)} people in {file}")
    rules = Rules(size, odd, trade, hours, dt.timedelta(window) if window else None)
    found = match(
        people,
        rules,
        lists.meetings(history) if history is not None else (),
        lists.exclusions(exclude) if exclude is not None else (),
        today=_date(today),
        seed=seed,
    )
    typer.echo(_json(found, written, locale) if output is Output.JSON else _table(found, locale))


def _refuse(message: str) -> None:
    raise ConfigError(message)


def _date(words: str) -> dt.date:
    if not words:
        return SystemClock().now().date()
    try:
        return dt.date.fromisoformat(words)
    except ValueError:
        message = f"--date: {words!r} is no date; they are written as 2026-11-23"
        raise ConfigError(message) from None


def _json(found: Matching, written: Mapping[str, str | int], locale: str) -> str:
    content: dict[str, Any] = {
        "groups": [
            {
                "members": [written[one] for one in group.members],
                "score": group.score,
                "reasons": [plain(reason, locale) for reason in group.reasons],
            }
            for group in found.groups
        ],
        "left_out": [written[one.id] for one in found.left_out],
        "score": found.score,
        "bound": found.bound,
        "why_left_out": {one.id: plain(one.reason, locale) for one in found.left_out},
        "relaxed": [
            {"rule": one.step.value, "members": [written[member] for member in one.members], "reason": plain(one.text, locale)}
            for one in found.relaxed
        ],
        "seed": found.seed,
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode()


def _table(found: Matching, locale: str) -> str:
    names = [", ".join(group.members) for group in found.groups]
    width = min(max(map(len, names), default=0), 60)
    lines: list[str] = []
    for name, group in zip(names, found.groups, strict=True):
        reasons = [plain(reason, locale) for reason in group.reasons] or [""]
        lines.append(f"{name:<{width}}  {group.score:>6.2f}  {reasons[0]}".rstrip())
        lines += [f"{'':<{width}}  {'':>6}  {reason}" for reason in reasons[1:]]
    lines += [f"left out: {one.id}. {plain(one.reason, locale)}" for one in found.left_out]
    lines += [f"stretched: {plain(one.text, locale)}" for one in found.relaxed]
    groups = "1 group" if len(found.groups) == 1 else f"{len(found.groups):,} groups"
    lines.append(f"{groups}, score {found.score:,.2f} of at most {found.bound:,.2f}, seed {found.seed}")
    return "\n".join(lines)
