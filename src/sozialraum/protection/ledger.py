"""Everything that was ever released on the same people, beside what is to be released now.

A count that an earlier release shows is known outside, as far as today's facts still give the same number; where the house
counts another one today, the number was corrected and speaks of another state of the facts. A count that an earlier
release hides stays hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from sozialraum.figures import Figures
from sozialraum.protection.counts import (
    Counts,
    CountTable,
    Hidden,
    Own,
    Zoning,
    count_table,
    own_counts,
    rows_of,
    zonings,
)
from sozialraum.protection.groups import Count
from sozialraum.protection.proved import Earlier

Key = tuple[str, str]  # area, period


@dataclass(frozen=True)
class Shown:
    """Counts of one zoning: a row per area and period, a column per count; NaN where no number is known here.

    `wanted`: part of the release to be made; `known`: shown by an earlier release; `kept`: hidden by an earlier release.
    """

    places: Mapping[Key, int]
    counts: Sequence[Count]
    values: Counts
    wanted: Hidden
    known: Hidden
    kept: Hidden


def ledger(tables: Mapping[Zoning, CountTable], earlier: Sequence[Earlier]) -> dict[Zoning, Shown]:
    """What is to be released and what earlier releases show and hide, per zoning; the latest release comes last."""
    past = [(one, own_counts(one.figures.descriptions)) for one in earlier]
    every = dict.fromkeys([*tables, *(zoning for before, own in past for zoning in zonings(before.figures, own))])
    return {zoning: _together(zoning, tables.get(zoning), past) for zoning in every}


def _together(zoning: Zoning, now: CountTable | None, past: Sequence[tuple[Earlier, Mapping[str, Own]]]) -> Shown:
    before = [count_table(one.figures, zoning, own) for one, own in past]
    secrets = [count_table(one.secrets, zoning, own) for one, own in past if one.secrets is not None]
    today = [count_table(one.today, zoning, own) for one, own in past if one.today is not None]
    tables = [*secrets, *before, *today, *([now] if now else [])]
    places = {key: row for row, key in enumerate(dict.fromkeys(key for one in tables for key in one.places))}
    counts = list(dict.fromkeys(count for one in tables for count in one.counts))
    columns = {count: number for number, count in enumerate(counts)}
    values = np.full((len(places), len(counts)), np.nan)
    spread = [_spread(one, places, columns) for one in tables]
    for one in spread:
        values = np.where(np.isnan(one), values, one)
    wanted = np.zeros(values.shape, dtype=bool) if now is None else ~np.isnan(spread[-1])
    known = np.zeros(values.shape, dtype=bool)
    for one in spread[len(secrets) : len(secrets) + len(before)]:
        known |= one == values
    kept = np.zeros(values.shape, dtype=bool)
    for release, own in past:
        for key, count in _secret(release.figures, own, zoning):
            kept[places[key], columns[count]] = True
    return Shown(places, counts, values, wanted, known, kept & ~known)


def _spread(table: CountTable, places: Mapping[Key, int], columns: Mapping[Count, int]) -> Counts:
    """The numbers of a table, in the rows and columns of all."""
    found = np.full((len(places), len(columns)), np.nan)
    if table.places and table.counts:
        rows = [places[key] for key in table.places]
        found[np.ix_(rows, [columns[count] for count in table.counts])] = table.values
    return found


def _secret(before: Figures, own: Mapping[str, Own], zoning: Zoning) -> Iterator[tuple[Key, Count]]:
    """Area and period, and the count that a release hides there."""
    rows = rows_of(before, zoning)
    hidden = rows.filter(pc.equal(rows["flag"], "suppressed"))
    for row in hidden.select(["area", "period", "indicator", "numerator", "denominator"]).to_pylist():
        for role, count in own[row["indicator"]].counts.items() if row["indicator"] in own else ():
            if row[role] is None:
                yield (row["area"], row["period"]), count
