"""The catalogue of verified definitions, and the compiler from a definition to figures."""

from __future__ import annotations

from sozialraum.indicators import engine_intervals, intervals
from sozialraum.indicators.counts import earlier
from sozialraum.indicators.definitions import all_named, catalogue, describe, named, read
from sozialraum.indicators.examples import Compared, compared, differences, run_example
from sozialraum.indicators.figuring import compute
from sozialraum.indicators.schema import Example, Indicator, Operand
from sozialraum.indicators.trace import trace

__all__ = [
    "Compared",
    "Example",
    "Indicator",
    "Operand",
    "all_named",
    "catalogue",
    "compared",
    "compute",
    "describe",
    "differences",
    "earlier",
    "engine_intervals",
    "intervals",
    "named",
    "read",
    "run_example",
    "trace",
]
