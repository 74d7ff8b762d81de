"""Pictures of figures: what is to be drawn, as data, and drawing it in a process of its own.

Matplotlib takes 65 MiB and half a second to load, and what it took is never given back: it is loaded by `python -m bot.drawing`,
which draws one picture and ends. The bot waits for it without blocking, and does without a picture that fails or takes too long.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec
import structlog

from bot.text import Content  # noqa: TC001 - msgspec resolves these annotations at run time

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENCE: Final = 20.0
"""Seconds that a picture may take: far more than it needs, since the first on a machine builds a list of its fonts."""
LARGEST: Final = 4 << 20
"""Bytes of a picture that are taken."""
ROOT: Final = Path(__file__).resolve().parents[2]
COMMAND: Final = (sys.executable, "-m", "bot.drawing")
Kind: TypeAlias = Literal["png", "svg"]

logger = structlog.get_logger(__name__)


class Panel(msgspec.Struct, frozen=True):
    """Bars of one figure, oldest first: its name, what is said of the newest, the values, and a label under each."""

    title: str
    newest: str
    values: tuple[float, ...]
    labels: tuple[str, ...]


class Chart(msgspec.Struct, frozen=True):
    """A picture: a title and panels, two beside each other. Every word is written already, in one language."""

    title: str
    panels: tuple[Panel, ...]
    kind: Kind = "png"


class Drawing(msgspec.Struct, frozen=True):
    """A picture that a card is to show once it is drawn; `instead` is said where it could not be."""

    name: str
    chart: Chart
    alt: Content
    instead: Content


async def draw(chart: Chart, *, command: Sequence[str] = COMMAND, patience: float = PATIENCE) -> bytes | None:
    """Return a picture; None where it could not be drawn, or not in time."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            env=_environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        logger.warning("picture_not_drawn", reason=type(error).__name__)
        return None
    try:
        drawn, _nothing = await asyncio.wait_for(process.communicate(msgspec.json.encode(chart)), patience)
    except TimeoutError:
        logger.warning("picture_not_drawn", reason="too long")
        return None
    finally:
        if process.returncode is None:  # too long, or whoever waits was cancelled
            process.kill()
            await process.wait()
    if process.returncode or not 0 < len(drawn) <= LARGEST:
        logger.warning("picture_not_drawn", reason="failed", status=process.returncode)
        return None
    return drawn


def _environment() -> dict[str, str]:
    """Return the environment without what is ours: tokens and addresses are nothing that drawing needs."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CONFRERE_")}
