"""Doubts about values in the rows of a sheet: bounds, units, totals beside their parts, doubled cases, rows of sums."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from sozialraum.errors import Fault
from sozialraum.sources.definition import FactSettings, SourceDefinition, TotalCheck
from sozialraum.sources.doubts.sums import first_faults, numbered
from sozialraum.sources.mapping.cells import Numbers
from sozialraum.sources.mapping.facts import Axes, chosen_rows
from sozialraum.sources.readers import Sheet


def in_the_sheet(sheet: Sheet, definition: SourceDefinition, axes: Axes, read: Mapping[str, Numbers]) -> list[Fault]:
    """Faults that show in the rows alone."""
    faults: list[Fault] = []
    for column, (low, high) in definition.checks.between.items():
        faults += _bounds(sheet, column, read[column].values, low, high)
    for check in definition.checks.totals:
        faults += _totals(sheet, check, read)
    if definition.checks.unique:
        faults += _doubled(sheet, definition.checks.unique)
    if not definition.rows_add_up(definition.facts):
        faults += _same_key(sheet, definition, axes)
    if axes.totals.any():
        for part in definition.facts:
            faults += _total_rows(sheet, part, axes, read)
    return faults


def _bounds(sheet: Sheet, column: str, values: npt.NDArray[np.float64], low: float, high: float) -> list[Fault]:
    known = values[~np.isnan(values)]
    if low >= 0 and high >= 50 and len(known) >= 5 and 0 < known.max() <= 1:
        return [_share_scale(sheet, column, float(known.max()), high)]
    outside = np.flatnonzero((values < low) | (values > high))
    if not len(outside):
        return []
    return [
        Fault(
            "out_of_range",
            "Outside the declared bounds {low} to {high} (rows: {count}).",
            sheet.place(int(sheet.rows[outside[0]]), column),
            f"{values[outside[0]]:.12g}",
            remedy="If shares from 0 to 1 were expected and percent came, ask the supplier which is right."
            if high == 1
            else "If the value is right, change the bounds under [checks.between]; otherwise correct it.",
            values={"low": f"{low:.12g}", "high": f"{high:.12g}", "count": len(outside)},
        )
    ]


def _share_scale(sheet: Sheet, column: str, largest: float, high: float) -> Fault:
    return Fault(
        "share_scale",
        "No value is above {largest}, but the column is declared from 0 to {high}.",
        sheet.place(None, column),
        why="These are probably shares from 0 to 1 instead of percent; figures would be wrong by a factor of 100.",
        remedy="Ask the supplier for percent, or declare the bounds 0 to 1 if nothing computes with it.",
        values={"largest": f"{largest:.12g}", "high": f"{high:.12g}"},
    )


def _totals(sheet: Sheet, check: TotalCheck, read: Mapping[str, Numbers]) -> list[Fault]:
    total = read[check.total].values
    parts = np.sum([read[part].values for part in check.parts], axis=0)
    differs = np.flatnonzero(np.abs(total - parts) > check.tolerance + 1e-9)
    return first_faults(
        [
            Fault(
                "total_differs",
                "The total is {total}, its parts add up to {parts}.",
                sheet.place(int(sheet.rows[row]), check.total),
                why="One of the two is wrong.",
                remedy="Ask the supplier; correct the value, or accept the difference by name.",
                severity="warning",
                values={"total": f"{total[row]:.12g}", "parts": f"{parts[row]:.12g}"},
            )
            for row in differs
        ]
    )


def _doubled(sheet: Sheet, columns: tuple[str, ...]) -> list[Fault]:
    if len(columns) == 1 and len(pc.unique(sheet.table[columns[0]])) == len(sheet.rows):
        return []
    keys, _ = numbered([sheet.coded(column)[0] for column in columns])
    order = np.argsort(keys, kind="stable")
    again = order[1:][keys[order][1:] == keys[order][:-1]]
    if not len(again):
        return []
    row = int(again.min())
    return [
        Fault(
            "doubled_row",
            "What may occur once stands here again (rows: {count}).",
            sheet.place(int(sheet.rows[row]), "+".join(columns)),
            why="These cases would be counted twice.",
            remedy='Ask the supplier; leave the doubled rows out by a correction (action = "drop", rows = [...]).',
            values={"count": len(again)},
        )
    ]


def _same_key(sheet: Sheet, definition: SourceDefinition, axes: Axes) -> list[Fault]:
    """Rows that agree in area, period and every code that the source reads, as they are written."""
    columns = {one.column for part in definition.facts for one in part.dimensions.values() if one.column}
    columns |= {column for part in definition.facts for column in part.where}
    rows = np.flatnonzero(axes.usable)
    key, first = numbered([axes.area[rows], axes.period[rows], *(sheet.coded(one)[0][rows] for one in sorted(columns))])
    again = np.setdiff1d(np.arange(len(rows)), first)
    return first_faults([_twice(sheet, axes, int(rows[first[key[one]]]), int(rows[one]), definition) for one in again])


def _twice(sheet: Sheet, axes: Axes, first: int, again: int, definition: SourceDefinition) -> Fault:
    return Fault(
        "duplicate_key",
        "The same area, period and group stand in row {first} and again in row {last}.",
        sheet.place(int(sheet.rows[again]), "+".join(definition.area.column)),
        axes.keys[axes.area[again]],
        "These cases would be counted twice.",
        'Ask the supplier which row is right and leave the other out by a correction (action = "drop"); '
        "if the rows add up (one per facility), write repeats = true.",
        values={"first": int(sheet.rows[first]), "last": int(sheet.rows[again])},
    )


def _total_rows(sheet: Sheet, part: FactSettings, axes: Axes, read: Mapping[str, Numbers]) -> list[Fault]:
    """Rows of sums against the sum of the areas, for each period and combination of the part's codes."""
    chosen = chosen_rows(sheet, part)
    dimensions = [sheet.coded(one.column)[0] for one in part.dimensions.values() if one.column]
    group, _ = numbered([axes.period, *dimensions])
    faults = []
    for column in part.value_columns:
        values = read[column].values
        sums = np.bincount(group[axes.usable & chosen], values[axes.usable & chosen], minlength=int(group.max()) + 1)
        rows = np.flatnonzero(axes.totals & chosen)
        differs = rows[np.abs(sums[group[rows]] - values[rows]) > 0.5]
        faults += [_sum_differs(sheet, int(sheet.rows[row]), column, values[row], sums[group[row]]) for row in differs]
    return first_faults(faults)


def _sum_differs(sheet: Sheet, row: int, column: str, total: float, parts: float) -> Fault:
    return Fault(
        "total_differs",
        "The row of sums says {total}, the areas add up to {parts}.",
        sheet.place(row, column),
        why="Areas are missing or wrong, or cases without an area are counted in the sum.",
        remedy="Ask the supplier; accept the difference by name if cases without an area explain it.",
        severity="warning",
        values={"total": f"{total:.12g}", "parts": f"{parts:.12g}"},
    )
