"""A figure stands once for its area, level, period and indicator; everything else would count somewhere twice."""

from __future__ import annotations

import pyarrow.compute as pc

from sozialraum.errors import Fault, InputError
from sozialraum.figures import Figures

KEY = ("indicator", "level", "period", "area")


def must_stand_once(figures: Figures) -> None:
    """Raises: InputError with each area that stands more than once (at most ten are named)."""
    counted = figures.table.select(KEY).group_by(list(KEY)).aggregate([([], "count_all")])
    twice = counted.filter(pc.greater(counted["count_all"], 1)).sort_by([(name, "ascending") for name in KEY])
    if twice.num_rows:
        what = "the area '{area}' stands {count} times for '{indicator}' in {period}."
        rows = twice.slice(0, 10).to_pylist()
        raise InputError(
            [
                Fault("area_twice", what, values={**row, "count": row["count_all"]}, remedy="Keep one row.")
                for row in rows
            ]
        )
