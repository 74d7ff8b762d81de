"""`python -m bot.drawing`: reads a chart from standard input, writes its picture to standard output.

The background is the picture's own, so that it reads alike in light and dark surroundings. At 1,080 pixels, letters are still
eleven pixels high where a phone shows them at a third. The same chart gives the same bytes: fonts are those that come with
Matplotlib, nothing is dated.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import msgspec
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from bot.drawing import Chart

if TYPE_CHECKING:
    from typing import BinaryIO

    from bot.drawing import Panel

WIDTH: Final = 6.0
ROW, TOP = 2.5, 1.0
"""Inches."""
DPI: Final = 180
CROWDED: Final = 1000
"""From there on numbers over bars touch each other, and the newest stands above anyway."""
PAPER, INK, FAINT = "#fbfaf7", "#22252b", "#6b7078"
NEWEST, EARLIER = "#1f6f63", "#a9c9c2"
SETTINGS: Final[Any] = {
    "font.family": "DejaVu Sans",
    "svg.hashsalt": "confrere",
    "svg.fonttype": "path",
    "text.parse_math": False,
}


def picture(chart: Chart) -> Any:  # noqa: ANN401 - a figure, whose methods have half their types
    """Return the figure of a chart."""
    rows = (len(chart.panels) + 1) // 2
    figure: Any = Figure(figsize=(WIDTH, TOP + rows * ROW), dpi=DPI, facecolor=PAPER)
    height = TOP + rows * ROW
    figure.text(0.05, 1 - 0.55 / height, chart.title, fontsize=16, fontweight="bold", color=INK, va="center")
    grid = figure.add_gridspec(
        rows, 2, left=0.05, right=0.95, bottom=0.45 / height, top=1 - (TOP + 0.55) / height, hspace=0.75, wspace=0.14
    )
    for number, panel in enumerate(chart.panels):
        bars(figure.add_subplot(grid[number // 2, number % 2]), panel)
    return figure


def bars(axes: Any, panel: Panel) -> None:  # noqa: ANN401 - the same
    """Draw one figure: a bar for each time, the newest in another colour, with its words above."""
    places = range(len(panel.values))
    colours = [EARLIER] * (len(panel.values) - 1) + [NEWEST]
    drawn = axes.bar(places, panel.values, color=colours, width=0.72)
    if max(panel.values) < CROWDED:
        axes.bar_label(drawn, labels=[f"{value:g}" for value in panel.values], fontsize=12, color=INK, padding=2)
    axes.set_title(panel.title, fontsize=13, color=FAINT, loc="left", pad=30)
    axes.text(0, 1.04, panel.newest, transform=axes.transAxes, fontsize=16, fontweight="bold", color=NEWEST, va="bottom")
    axes.set_ylim(0, max(*panel.values, 1) * 1.22)
    axes.set_facecolor(PAPER)
    axes.set_yticks([])
    ends = [0, len(panel.values) - 1] if len(panel.values) > 1 else [0]
    axes.set_xticks(ends, [panel.labels[place] for place in ends], fontsize=12, color=FAINT)
    axes.tick_params(length=0)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(EARLIER)


def write(chart: Chart, output: BinaryIO) -> None:
    """Write the picture of a chart."""
    library: Any = mpl
    with library.rc_context(SETTINGS):
        figure = picture(chart)
        if chart.kind == "svg":
            vector: Any = FigureCanvasSVG(figure)
            vector.print_svg(output, metadata={"Date": None, "Creator": None})
        else:
            points: Any = FigureCanvasAgg(figure)
            points.print_png(output, metadata={"Software": None})


if __name__ == "__main__":
    write(msgspec.json.decode(sys.stdin.buffer.read(), type=Chart), sys.stdout.buffer)
