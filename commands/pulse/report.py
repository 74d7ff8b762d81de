"""The report: one page to print, with the figures and their pictures in it and nothing to fetch from anywhere."""

from __future__ import annotations

import base64
from importlib import resources
from typing import TYPE_CHECKING, Final

from bot.drawing import draw
from bot.i18n import _, plain
from bot.text import Day
from commands.pulse.cards import NOTE, period_of
from commands.pulse.figures import FIGURES
from commands.pulse.picture import chart, in_words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable

    from bot.drawing import Chart
    from bot.text import Text
    from commands.pulse.looking import Seen

TEMPLATE: Final = "report.html"


async def report(
    seen: Seen,
    community: str,
    locale: str,
    written: dt.date,
    drawer: Callable[[Chart], Awaitable[bytes | None]] = draw,
) -> str:
    """Return the page, in a language; a picture that could not be drawn is left to its words."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only where a report is written

    def words(content: Text) -> str:
        return plain(content, locale)

    picture = await drawer(chart(seen, community, locale, "svg"))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(resources.files("commands.pulse").joinpath(TEMPLATE).read_text(encoding="utf-8"))
    span = seen.span
    return template.render(
        locale=locale,
        title=words(_("{community}: how it is doing", community=community)),
        period=words(period_of(span)),
        picture=None if picture is None else f"data:image/svg+xml;base64,{base64.b64encode(picture).decode()}",
        picture_words=words(in_words(seen)),
        figures=[
            {"title": words(figure.title), "value": words(said), "meaning": words(figure.meaning)}
            for figure in FIGURES
            if (said := figure.said(seen)) is not None
        ],
        headings=[words(_("Figure")), words(_("Value")), words(_("What it means"))],
        note=words(NOTE),
        written=words(_("Written on {date}", date=Day(written))),
    )
