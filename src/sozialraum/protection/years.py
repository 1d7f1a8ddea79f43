"""Counts over several years: two of them that share a year give away what each leaves out, once a third finds nobody."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from sozialraum.periods import Period
from sozialraum.protection.areawise import hide_determined
from sozialraum.protection.counts import CountTable
from sozialraum.protection.groups import Count


def hide_what_follows(table: CountTable) -> None:
    """Hide until no hidden count follows from others of its area, neither of the same period nor of the years around.

    Years: the sum of three years is hidden wherever it contains a year of a hidden sum; it then says nothing of it.
    """
    before = -1
    while before != (before := int(table.hidden.sum())):
        hide_determined(table)
        _hide_overlapping(table)


def _hide_overlapping(table: CountTable) -> None:
    for columns in _families(table):
        seeds = [
            (place, column)
            for place, row in table.places.items()
            for column in columns
            if table.hidden[row, column] and not table.echoes[row, column]
        ]
        for place, column in seeds:
            hide_around(table, columns, place, table.counts[column].span)


def _families(table: CountTable) -> list[list[int]]:
    """Columns that count the same people, where at least one of them looks at several years."""
    found: dict[Count, list[int]] = defaultdict(list)
    for column, count in enumerate(table.counts):
        found[count.of_one_year].append(column)
    return [columns for columns in found.values() if max(table.counts[one].span for one in columns) > 1]


def hide_around(table: CountTable, columns: list[int], place: tuple[str, str], span: int) -> None:
    """Hide these counts of the area wherever they look at one of the `span` years that a hidden one looks at."""
    for other in columns:
        rows = np.zeros(len(table.values), dtype=bool)
        rows[_overlapping(table, place, span, table.counts[other].span)] = True
        fresh = rows & ~table.hidden[:, other]
        table.hide(other, rows, "years")
        table.echoes[fresh & table.hidden[:, other], other] = True


def _overlapping(table: CountTable, place: tuple[str, str], span: int, other: int) -> list[int]:
    area, year = place[0], Period.parse(place[1]).year
    if span == other == 1:
        return []
    years = {when: Period.parse(when).year for at, when in table.places if at == area}
    return [table.places[area, when] for when, one in years.items() if -other < year - one < span]
