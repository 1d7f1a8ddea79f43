"""Doubts about the facts of one delivery: lost areas, zeros for missing, periods that hardly occur."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from sozialraum.errors import Fault, Place
from sozialraum.sources.definition import SourceDefinition
from sozialraum.sources.doubts.sums import by_area, first_faults, groups, listed, measures
from sozialraum.sources.vocabulary import vocabulary

if TYPE_CHECKING:
    from sozialraum.areas import Areas


def in_the_facts(
    facts: Mapping[str, pa.Table], definition: SourceDefinition, areas: Areas | None, place: Place
) -> list[Fault]:
    """Faults that show when the facts are laid beside the areas."""
    faults: list[Fault] = []
    for name, table in facts.items():
        parts = [part for part in definition.facts if part.table == name]
        cases = definition.rows_add_up(parts)
        if not cases and definition.checks.zeros == "suspicious":
            faults += _zeros(name, table, place)
        every = definition.checks.areas == "all" or (
            not definition.checks.areas and (name == "population" or not cases)
        )
        if areas is not None and every and not definition.area.constant:
            faults += _lost(name, table, definition, areas, place)
        faults += _odd_periods(table, place)
    return faults


def _lost(name: str, table: pa.Table, definition: SourceDefinition, areas: Areas, place: Place) -> list[Fault]:
    present = by_area(table, next(iter(vocabulary()[name].measures)), ())
    faults = []
    for (level, vintage, period), rows in groups(present, ["level", "vintage", "period"]):
        wanted = (set(areas.layer(level, vintage).keys) if vintage else set()) - set(definition.checks.without)
        absent = sorted(wanted - set(rows["area"].to_pylist()))
        if absent:
            faults.append(_areas_lost(absent, len(wanted), period, place))
    return first_faults(faults)


def _areas_lost(absent: list[str], wanted: int, period: str, place: Place) -> Fault:
    return Fault(
        "lost_areas",
        "Areas are missing in {period}: {count} of {wanted}.",
        place,
        listed(absent),
        "A missing row is not a zero; sums and maps would be wrong.",
        "Ask the supplier for them; areas that are rightly absent are named by without under [checks].",
        values={"count": len(absent), "wanted": wanted, "period": period},
    )


def _zeros(name: str, table: pa.Table, place: Place) -> list[Fault]:
    faults = []
    for measure in measures(name, "count", "sum"):
        sums = by_area(table, measure, ("breakdown", "column"))
        for (period, _, column), rows in groups(sums, ["period", "breakdown", "column"]):
            faults += _suspicious(rows, period, column or measure, place)
    return first_faults(faults)


def _suspicious(rows: pa.Table, period: str, column: str, place: Place) -> list[Fault]:
    """Zeros where every other area has many; a column of zeros only."""
    sums = rows["sum"].to_numpy()
    known = rows["valid"].to_numpy() > 0
    zero = known & (sums == 0)
    others = sums[known & (sums != 0)]
    if not zero.any() or len(rows) < 5 or (len(others) and others.min() < 10):
        return []
    keys = [key for key, one in zip(rows["area"].to_pylist(), zero, strict=True) if one]
    return [
        Fault(
            "zero_for_missing",
            "Zero in {period} (areas: {count}), while all others have at least {least}."
            if len(others)
            else "Only zeros in {period}.",
            Place(place.file, place.sheet, column=column),
            listed(keys),
            "A zero is often written where the number is not known.",
            "Ask the supplier; write the sign for missing by a correction, or accept the warning by name.",
            "warning",
            {"count": len(keys), "period": period, "least": f"{others.min():.12g}" if len(others) else ""},
        )
    ]


def _odd_periods(table: pa.Table, place: Place) -> list[Fault]:
    counted = table.group_by("period", use_threads=False).aggregate([("row", "count"), ("row", "min")])
    usual = float(np.median(counted["row_count"].to_numpy())) if len(counted) > 1 else 0.0
    return [
        Fault(
            "odd_period",
            "The period {period} has {count} rows, the others have about {usual}.",
            Place(place.file, place.sheet, one["row_min"]),
            one["period"],
            "Probably a mistyped year.",
            "Correct it by a correction, or accept the warning by name.",
            "warning",
            {"period": one["period"], "count": one["row_count"], "usual": f"{usual:.12g}"},
        )
        for one in counted.sort_by("period").to_pylist()
        if one["row_count"] < 0.2 * usual
    ]
