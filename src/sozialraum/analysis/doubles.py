"""A figure stands once for its area, level, period and indicator, and is a number or empty; all else would mislead."""

from __future__ import annotations

import functools

import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.errors import Fault, InputError, MismatchError
from sozialraum.figures import Figures

KEY = ("indicator", "level", "period", "area")
LARGEST = 1e60  # methods take fourth powers, which must stay finite


def must_stand_once(figures: Figures) -> None:
    """Raises: InputError with each area that stands more than once (at most ten are named); as `must_be_finite`."""
    must_be_finite(figures)
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


def must_be_finite(figures: Figures) -> None:
    """Raises: InputError for areas without a key, and with each value, numerator or denominator that is NaN, infinite or so
    large that its powers would be (at most ten are named).
    """
    if not all(figures.table["area"].to_pylist()):
        raise InputError([Fault("empty_area", "the area key is empty.")])
    columns = [figures.table[name] for name in ("value", "numerator", "denominator")]
    wrong = figures.table.filter(functools.reduce(pc.or_, [_no_number(column) for column in columns]))
    if wrong.num_rows:
        what, remedy = (
            "the figure '{indicator}' of the area '{area}' in {period} is no number, or too large for any measure.",
            "Leave it empty where it is missing.",
        )
        rows = wrong.select(KEY).slice(0, 10).to_pylist()
        raise InputError([Fault("no_number", what, values=row, remedy=remedy) for row in rows])


def _no_number(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(pc.or_(pc.invert(pc.is_finite(column)), pc.greater(pc.abs(column), LARGEST)), False)


def must_be_of_one_vintage(figures: Figures) -> None:
    """Raises: MismatchError where a period holds areas of several boundaries, whose people would count twice."""
    for period in figures.periods:
        vintages = sorted(set(figures.at(period).table["vintage"].to_pylist()), key=str)
        if len(vintages) > 1:
            raise MismatchError(
                "The areas of {period} are of several boundaries: {vintages}.",
                why="Their people would count twice.",
                remedy="Choose one, or compute all on one set of boundaries.",
                period=period,
                vintages=", ".join(map(str, vintages)),
            )


def must_have_counts(figures: Figures) -> None:
    """Raises: InputError with each negative numerator or denominator (at most ten are named)."""
    table = figures.table
    below = [pc.fill_null(pc.less(table[name], 0), False) for name in ("numerator", "denominator")]
    wrong = table.filter(pc.or_(*below)).select(KEY).slice(0, 10).to_pylist()
    if wrong:
        what = "the area '{area}' has a negative count for '{id}'."
        raise InputError(
            [
                Fault("impossible_count", what, remedy="Correct the count.", values={**row, "id": row["indicator"]})
                for row in wrong
            ]
        )
