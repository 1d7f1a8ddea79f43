"""Charts after the chart grammar (docs/methods/reading-charts.md): one drawing per kind, for screen and print alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sozialraum.reports.blocks import Block, Chart
from sozialraum.reports.charts.axes import Frame
from sozialraum.reports.charts.bars import age_bars, bar, histogram
from sozialraum.reports.charts.funnels import funnel
from sozialraum.reports.charts.intervals import class_band, ordered_intervals
from sozialraum.reports.charts.lines import line, sparkline
from sozialraum.reports.charts.multiples import small_multiples
from sozialraum.reports.charts.radars import radar
from sozialraum.reports.charts.relations import lorenz, scatter
from sozialraum.reports.charts.stacked import stacked_bar
from sozialraum.reports.charts.strips import dot_strip
from sozialraum.reports.drawing import Canvas

KINDS: dict[str, Callable[[Frame], Canvas]] = {
    "bar": bar,
    "stacked_bar": stacked_bar,
    "histogram": histogram,
    "line": line,
    "dot_strip": dot_strip,
    "ordered_intervals": ordered_intervals,
    "sparkline": sparkline,
    "age_bars": age_bars,
    "class_band": class_band,
    "small_multiples": small_multiples,
    "funnel": funnel,
    "scatter": scatter,
    "lorenz": lorenz,
    "radar": radar,
}


def draw(chart: Chart, width: float, medium: str = "screen", language: str = "de") -> Canvas:
    """The chart as a picture of that width in pixels; the height follows from its content.

    Raises: CallError for a kind or column that is not known.
    """
    return KINDS[chart.kind](Frame(chart, width, medium, language))


def common_height(parts: Sequence[Sequence[Block]], widths: Sequence[float]) -> float:
    """Height that lets the texts under untitled charts side by side start on one line (0: nothing to level)."""
    heads = [(part[0], width) for part, width in zip(parts, widths, strict=True) if part]
    charts = [(one, width) for one, width in heads if isinstance(one, Chart) and not one.show_title]
    return max(draw(one, width).height for one, width in charts) if len(charts) > 1 else 0.0
