"""Sums of a facts table by area, which several doubts look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from sozialraum.errors import Fault
from sozialraum.sources.vocabulary import vocabulary

SHOWN = 20


def measures(name: str, *kinds: str) -> list[str]:
    """Measures of a fact table of these kinds."""
    return [measure for measure, kind in vocabulary()[name].measures.items() if kind in kinds]


def by_area(table: pa.Table, measure: str, extra: Sequence[str] = ("breakdown",)) -> pa.Table:
    """One row per level, vintage, period, area (and extra columns): `sum`, `rows`, and `valid` rows with a value."""
    keys = ["level", "vintage", "period", *extra, "area"]
    grouped = table.group_by(keys, use_threads=False).aggregate(
        [(measure, "sum"), (measure, "count"), ([], "count_all")]
    )
    return grouped.rename_columns([*keys, "sum", "valid", "rows"])


def groups(table: pa.Table, keys: Sequence[str]) -> Iterator[tuple[tuple[Any, ...], pa.Table]]:
    """Each distinct combination of the key columns, in order, with its rows."""
    rows: dict[tuple[Any, ...], list[int]] = {}
    for place, key in enumerate(zip(*(table[name].to_pylist() for name in keys), strict=True)):
        rows.setdefault(key, []).append(place)
    for key in sorted(rows, key=str):
        yield key, table.take(pa.array(rows[key]))


def listed(keys: Sequence[str], most: int = SHOWN) -> str:
    """`A, B, C` and how many more."""
    more = len(keys) - most
    return ", ".join(keys[:most]) + (f", ... (+{more})" if more > 0 else "")


def first_faults(faults: list[Fault]) -> list[Fault]:
    """At most twenty of a kind; the last one then says how many there are."""
    if len(faults) <= SHOWN:
        return faults
    last = faults[SHOWN - 1]
    return [
        *faults[: SHOWN - 1],
        Fault(
            last.code,
            "{count} rows have this fault; the first are listed.",
            last.place,
            severity=last.severity,
            values={"count": len(faults)},
        ),
    ]
