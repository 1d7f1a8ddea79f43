"""What earlier releases of the workspace show and hide: who holds both could lay them side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow.compute as pc

from sozialraum.errors import UnsafeReleaseError
from sozialraum.figures import Figures
from sozialraum.protection.areawise import hide_differences
from sozialraum.protection.counts import (
    CountTable,
    Nesting,
    Own,
    Zoning,
    count_table,
    own_counts,
    rows_of,
    using,
    zonings,
)
from sozialraum.protection.groups import Count
from sozialraum.protection.levels import nested_pairs, unsafe_columns
from sozialraum.protection.rule import Rule
from sozialraum.protection.years import hide_around, hide_what_follows


def hide_again(table: CountTable, zoning: Zoning, earlier: Sequence[Figures]) -> None:
    """What an earlier release hides stays hidden, whatever else is released now: both lie on the same desk."""
    columns = {count: number for number, count in enumerate(table.counts)}
    for before in earlier:
        for (area, period), count in _secret(before, zoning):
            place = table.places.get((area, period))
            if place is not None and count in columns:
                rows = np.zeros(len(table.values), dtype=bool)
                rows[place] = True
                table.hide(columns[count], rows, "earlier")
        _hide_other_years(table, before, zoning)


def _hide_other_years(table: CountTable, before: Figures, zoning: Zoning) -> None:
    """The same people counted over other years than an earlier release did, where that one hides them."""
    known = {count for one in own_counts(before.descriptions).values() for count in one.counts.values()}
    fresh = [column for column, count in enumerate(table.counts) if count not in known]
    for place, count in _secret(before, zoning) if fresh else ():
        same = [column for column in fresh if table.counts[column].of_one_year == count.of_one_year]
        hide_around(table, same, place, count.span)


def _secret(before: Figures, zoning: Zoning) -> Iterator[tuple[tuple[str, str], Count]]:
    """Area and period, and the count that a release hides there."""
    own, rows = own_counts(before.descriptions), rows_of(before, zoning)
    hidden = rows.filter(pc.equal(rows["flag"], "suppressed"))
    for row in hidden.select(["area", "period", "indicator", "numerator", "denominator"]).to_pylist():
        for role, count in own[row["indicator"]].counts.items() if row["indicator"] in own else ():
            if row[role] is None:
                yield (row["area"], row["period"]), count


def refuse_against_earlier(
    tables: Mapping[Zoning, CountTable],
    own: Mapping[str, Own],
    earlier: Sequence[Figures],
    rule: Rule,
    nesting: Nesting,
) -> None:
    """Refuse to hide what an earlier release shows, and counts that together with it give anything away.

    Together: sums and parts on other levels, and differences of counts of the same area.
    """
    unsafe = {
        count
        for before in earlier
        for zoning, old in _published(before, tables).items()
        for now_zoning, now in tables.items()
        for count in (_reveals(now, old) if now_zoning == zoning else _crossing(now_zoning, now, zoning, old, nesting))
    }
    for zoning, now in tables.items():
        unsafe |= _side_by_side(now, [_shown(before, zoning) for before in earlier], rule)
    if unsafe:
        raise UnsafeReleaseError(
            "{indicators}: an earlier release shows counts from which values hidden now can be computed.",
            why="Who holds both releases could subtract one from the other.",
            remedy="Release these indicators on the same level and boundaries, with the same minimum.",
            indicators=", ".join(using(own, unsafe)) or ", ".join(sorted(own)),
        )


def _shown(before: Figures, zoning: Zoning) -> CountTable:
    """All counts of an earlier release in a zoning; what it hides is empty."""
    return count_table(before, zoning, own_counts(before.descriptions))


def _side_by_side(now: CountTable, earlier: Sequence[CountTable], rule: Rule) -> set[Count]:
    """Counts that would have to be hidden if both releases were one."""
    joined = _joined(now, earlier)
    before = joined.hidden.copy()
    hide_differences(joined, rule)
    hide_what_follows(joined)
    return {joined.counts[column] for column in np.flatnonzero((joined.hidden & ~before).any(axis=0)).tolist()}


def _joined(now: CountTable, earlier: Sequence[CountTable]) -> CountTable:
    """The areas and periods of a release with everything that it and earlier ones show or hide of them."""
    counts = list(dict.fromkeys(count for table in (now, *earlier) for count in table.counts))
    columns = {count: number for number, count in enumerate(counts)}
    values = np.full((len(now.places), len(counts)), np.nan)
    hidden = np.zeros(values.shape, dtype=bool)
    for table in (*earlier, now):
        there = [(row, table.places[key]) for key, row in now.places.items() if key in table.places]
        if there:
            rows, places = (np.array(side) for side in zip(*there, strict=True))
            chosen = np.array([columns[count] for count in table.counts], dtype=int)
            found = table.values[places]
            known = ~np.isnan(found)
            block = values[np.ix_(rows, chosen)]
            values[np.ix_(rows, chosen)] = np.where(known, found, block)
            hidden[np.ix_(rows, chosen)] |= table.hidden[places]
    joined = CountTable(now.places, counts, values, hidden)
    joined.echoes = hidden.copy()
    joined.echoes[:, [columns[count] for count in now.counts]] &= ~(now.hidden & ~now.echoes)
    return joined


def _published(before: Figures, tables: Mapping[Zoning, CountTable]) -> dict[Zoning, CountTable]:
    """The tables of an earlier release with the counts of the new one; hidden is what it keeps back."""
    counts = next(iter(tables.values())).counts
    known = {id_: one for id_, one in own_counts(before.descriptions).items() if set(one.counts.values()) & set(counts)}
    found = {}
    for zoning in zonings(before):
        old = count_table(before, zoning, known)
        values = np.full((len(old.places), len(counts)), np.nan)
        hidden = np.zeros(values.shape, dtype=bool)
        columns = {count: number for number, count in enumerate(counts)}
        for number, count in enumerate(old.counts):
            if count in columns:
                values[:, columns[count]] = old.values[:, number]
        for key, count in _secret(before, zoning):
            if count in columns:
                hidden[old.places[key], columns[count]] = True
        found[zoning] = CountTable(old.places, counts, values, hidden)
    return found


def _crossing(now_zoning: Zoning, now: CountTable, zoning: Zoning, old: CountTable, nesting: Nesting) -> set[Count]:
    """Counts hidden on one level in one release that follow from values shown on another level in the other."""
    both = {now_zoning: now, zoning: old}
    return {now.counts[column] for pair in nested_pairs(both, nesting) for column in unsafe_columns(both, pair)}


def _reveals(now: CountTable, before: CountTable) -> set[Count]:
    """Counts with a row hidden now that was open before, in the same zoning."""
    found = set()
    for key, row in now.places.items():
        place = before.places.get(key)
        if place is not None:
            found |= set(np.flatnonzero(now.hidden[row] & ~np.isnan(before.values[place])).tolist())
    return {now.counts[column] for column in found}
