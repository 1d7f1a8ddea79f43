"""Sums on coarser levels or crossing boundaries that contain a hidden count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sozialraum.errors import UnsafeReleaseError
from sozialraum.protection.counts import (
    CountTable,
    Hidden,
    Nesting,
    Own,
    Zoning,
    using,
)
from sozialraum.protection.rule import Rule
from sozialraum.protection.years import hide_what_follows


def hide_sums_over_hidden(
    tables: Mapping[Zoning, CountTable], own: Mapping[str, Own], rule: Rule, nesting: Nesting
) -> dict[str, int]:
    """Sums that contain a hidden count would give it away: the release is refused, or they are hidden as well.

    Gives the number of sums hidden per level. A sum without a hidden part stays: it says nothing that its parts do not.
    """
    pairs = list(nested_pairs(tables, nesting))
    unsafe = {column for pair in pairs for column in unsafe_columns(tables, pair)}
    if unsafe and rule.several_levels == "refuse":
        counts = next(iter(tables.values())).counts
        raise UnsafeReleaseError(
            "{indicators}: a value hidden on one level can be computed from values on another ({levels}).",
            why="Tables with margins need secondary suppression, which this version does not do yet.",
            remedy='Release one level only, or set several_levels = "withhold" under [protection]: '
            "then the sums that would give a value away are hidden as well.",
            indicators=", ".join(using(own, {counts[column] for column in unsafe})),
            levels=", ".join(sorted({zoning[0] for zoning in tables})),
        )
    changed = bool(unsafe)
    while changed:
        sums = [_hide_sums(tables, pair) for pair in pairs]
        parts = [_hide_smallest_parts(tables, pair) for pair in pairs]
        before = sum(int(table.hidden.sum()) for table in tables.values())
        for table in tables.values():
            hide_what_follows(table)
        after = sum(int(table.hidden.sum()) for table in tables.values())
        changed = any(sums) or any(parts) or after > before
    return {level: table.why["several_levels"] for (level, _), table in tables.items() if table.why["several_levels"]}


@dataclass(frozen=True)
class _Pair:
    """Two zonings: `above` is the row of the coarser table that contains each row of the finer one (-1: none)."""

    fine: Zoning
    coarse: Zoning
    above: npt.NDArray[np.int64] | None  # None: the boundaries cross, so every sum of the period may contain it


def nested_pairs(tables: Mapping[Zoning, CountTable], nesting: Nesting) -> Iterator[_Pair]:
    """Every two zonings, the one with more areas as the finer one; finest first."""
    order = sorted(tables, key=lambda zoning: (-len({area for area, _ in tables[zoning].places}), zoning))
    for number, fine in enumerate(order):
        for coarse in order[number + 1 :]:
            parents = nesting(fine, coarse)
            places = tables[coarse].places
            rows = (
                [places.get((parents[area], period), -1) for area, period in tables[fine].places] if parents else None
            )
            yield _Pair(fine, coarse, None if rows is None else np.array(rows, dtype=np.int64))


def unsafe_columns(tables: Mapping[Zoning, CountTable], pair: _Pair) -> list[int]:
    """Counts of which a hidden value on one side follows from shown values on the other."""
    return np.flatnonzero((_open_sums(tables, pair) | _open_parts(tables, pair)).any(axis=0)).tolist()


def _somewhere(pair: _Pair, fine: CountTable, coarse: CountTable, mask: Hidden) -> Hidden:
    """For each coarser row, the counts for which the mask holds in some row inside it."""
    over = np.zeros(coarse.values.shape, dtype=bool)
    if pair.above is not None:
        inside = pair.above >= 0
        np.logical_or.at(over, pair.above[inside], mask[inside])
        return over
    for period in {when for _, when in fine.places}:
        rows = [row for (_, when), row in fine.places.items() if when == period]
        sums = [row for (_, when), row in coarse.places.items() if when == period]
        over[sums] |= mask[rows].any(axis=0)
    return over


def _open_sums(tables: Mapping[Zoning, CountTable], pair: _Pair) -> Hidden:
    """Coarser counts that are shown although a part of them is hidden."""
    fine, coarse = tables[pair.fine], tables[pair.coarse]
    return np.asarray(_somewhere(pair, fine, coarse, fine.hidden) & ~coarse.hidden & ~np.isnan(coarse.values))


def _open_parts(tables: Mapping[Zoning, CountTable], pair: _Pair) -> Hidden:
    """Coarser counts that are hidden although all their parts are shown."""
    fine, coarse = tables[pair.fine], tables[pair.coarse]
    shown = _somewhere(pair, fine, coarse, np.abs(fine.values) > 0)
    return np.asarray(coarse.hidden & shown & ~_somewhere(pair, fine, coarse, fine.hidden))


def _hide_sums(tables: Mapping[Zoning, CountTable], pair: _Pair) -> bool:
    over, table = _open_sums(tables, pair), tables[pair.coarse]
    columns = np.flatnonzero(over.any(axis=0)).tolist()
    hidden = [table.hide(column, over[:, column], "several_levels") for column in columns]
    return any(hidden)


def _hide_smallest_parts(tables: Mapping[Zoning, CountTable], pair: _Pair) -> bool:
    """A sum that must stay hidden takes its smallest part with it."""
    fine, found = tables[pair.fine], np.argwhere(_open_parts(tables, pair)).tolist()
    for row, column in found:
        rows = np.arange(len(fine.values)) if pair.above is None else np.flatnonzero(pair.above == row)
        values = np.abs(fine.values[rows, column])
        chosen = np.zeros(len(fine.values), dtype=bool)
        chosen[rows[np.nanargmin(np.where(values > 0, values, np.nan))]] = True
        fine.hide(column, chosen, "determined")
    return bool(found)
