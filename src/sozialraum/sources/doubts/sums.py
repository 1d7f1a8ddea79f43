"""Sums of a facts table by area, which several doubts look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sozialraum.errors import Fault
from sozialraum.sources.readers import coded
from sozialraum.sources.vocabulary import vocabulary

SHOWN = 20


def measures(name: str, *kinds: str) -> list[str]:
    """Measures of a fact table of these kinds."""
    return [measure for measure, kind in vocabulary()[name].measures.items() if kind in kinds]


def by_area(table: pa.Table, measure: str, extra: Sequence[str] = ("breakdown",)) -> pa.Table:
    """One row per level, vintage, period, area (and extra columns): `sum`, `rows`, and `valid` rows with a value."""
    keys = ["level", "vintage", "period", *extra, "area"]
    codes = [coded(table[name]) for name in keys]
    group, first = numbered([one for one, _ in codes])
    values = table[measure].to_numpy()
    valid = ~np.isnan(values)
    columns = {
        name: pa.array(words, pa.string()).take(pa.array(one[first]))
        for name, (one, words) in zip(keys, codes, strict=True)
    }
    columns["sum"] = pa.array(np.bincount(group, np.where(valid, values, 0), minlength=len(first)))
    columns["valid"] = pa.array(np.bincount(group, valid, minlength=len(first)).astype(np.int64))
    columns["rows"] = pa.array(np.bincount(group, minlength=len(first)))
    return pa.table(columns)


def numbered(parts: Sequence[npt.NDArray[np.int32]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """A number per row for each combination of codes (from 0, without gaps), and the first row of each number."""
    found = np.zeros(len(parts[0]), np.int64)
    for codes in parts:
        size = int(codes.max(initial=-1)) + 2
        if size > 2 or (codes < 0).any():  # a column with one text only divides nothing
            found = found * size + codes + 1
            if int(found.max(initial=0)) > 1 << 24:
                found = np.unique(found, return_inverse=True)[1].astype(np.int64)
    return _without_gaps(found)


def _without_gaps(found: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    size = int(found.max(initial=-1)) + 1
    first = np.full(size, len(found), np.int64)
    first[found[::-1]] = np.arange(len(found) - 1, -1, -1)
    used = np.flatnonzero(first < len(found))
    number = np.empty(size, np.int64)
    number[used] = np.arange(len(used))
    return number[found], first[used]


def groups(table: pa.Table, keys: Sequence[str]) -> Iterator[tuple[tuple[Any, ...], pa.Table]]:
    """Each distinct combination of the key columns, in order, with its rows."""
    rows: dict[tuple[Any, ...], list[int]] = {}
    for place, key in enumerate(zip(*(table[name].to_pylist() for name in keys), strict=True)):
        rows.setdefault(key, []).append(place)
    order = sorted(rows, key=str)
    together = table.take(pa.array([place for key in order for place in rows[key]], pa.int64()))
    start = 0
    for key in order:
        yield key, together.slice(start, len(rows[key]))
        start += len(rows[key])


def listed(keys: Sequence[str], most: int = SHOWN) -> str:
    """`A, B, C` and how many more."""
    more = len(keys) - most
    return ", ".join(keys[:most]) + (f", ... (+{more})" if more > 0 else "")


def first_faults(faults: list[Fault]) -> list[Fault]:
    """At most twenty of a kind; the last one then says how many there are."""
    kinds: dict[str, list[Fault]] = {}
    for one in faults:
        kinds.setdefault(one.code, []).append(one)
    return [one for kind in kinds.values() for one in _capped(kind)]


def _capped(faults: list[Fault]) -> list[Fault]:
    if len(faults) <= SHOWN:
        return faults
    last = faults[SHOWN - 1]
    what = "This kind of fault occurs {count} times; the first are listed."
    more = replace(last, what=what, why="", value="", values={**last.values, "count": len(faults)})
    return [*faults[: SHOWN - 1], more]
