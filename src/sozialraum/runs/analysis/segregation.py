"""`run segregation`: who lives apart from whom, on a plain table of areas and groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.analysis.segregation import measured, must_be_mixed, split_rows
from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.runs.checks import counts, key_faults, missing_column
from sozialraum.runs.tables import TextTable, check_target, read_table, write_table

COLUMNS = ("measure", "group", "other", "part", "value")


def run(source: str, target: str, options: Mapping[str, Any]) -> list[Fault]:
    """Measure the table `source` and write measure, group, other, part, value; what comes back are warnings.

    Raises: CallError (2), InputError with every fault (3), NoAnswerError (4).
    """
    groups = named_groups(str(options["groups"]))
    check_target(source, target)
    table = read_table(source)
    within = named_levels(table, options.get("within"))
    people = read_groups(table, groups, within)
    must_be_mixed(people)
    rows = [row | {"part": "total"} for row in measured(people, groups)]
    if within:
        rows += split_rows(people, {level: table.columns[level] for level in within})
    write_table(target, {name: [cell(row.get(name)) for row in rows] for name in COLUMNS})
    return list(empty_groups(table, groups, people))


def cell(value: Any) -> Any:
    """A value as it is written: NaN becomes empty."""
    return None if isinstance(value, float) and np.isnan(value) else value


def named_groups(named: str) -> list[str]:
    """The columns of --groups. Raises: CallError for fewer than two."""
    groups = [one.strip() for one in named.split(",") if one.strip()]
    if len(groups) < 2 or len(set(groups)) < len(groups):
        raise CallError("--groups needs at least two different columns.", remedy="Write --groups german,foreign.")
    return groups


def named_levels(table: TextTable, named: str | None) -> list[str]:
    """The columns of --within, coarsest first; a column whose own name has a comma is one column. Raises: CallError."""
    if named is None or named in table.columns:
        return [] if named is None else [named]
    levels = [one.strip() for one in named.split(",") if one.strip()]
    if len(set(levels)) < len(levels):
        raise CallError("--within names a column twice.")
    return levels


def read_groups(table: TextTable, groups: Sequence[str], within: Sequence[str] = ()) -> NDArray[np.float64]:
    """The checked counts, (areas, groups). Raises: InputError with every fault."""
    wanted = ["area", *groups, *within]
    absent = [missing_column(table, name) for name in dict.fromkeys(wanted) if name not in table.columns]
    if absent:
        raise InputError(absent)
    faults = list(key_faults(table, "area"))
    columns = []
    for group in groups:
        values, wrong = counts(table, group)
        columns.append(values)
        faults += wrong
    faults += _of_levels(table, within)
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    return np.stack(columns, axis=1)


def _of_levels(table: TextTable, within: Sequence[str]) -> Iterator[Fault]:
    """Faults of the coarser areas: without a key, or with one that would mean two things in the column `part`."""
    taken: dict[str, str] = dict.fromkeys(("total", "between", "within", *within[1:]), "")
    for level in within:
        for row, parent in enumerate(table.columns[level]):
            if not parent:
                what, remedy = "the coarser area is empty.", "Fill it in, or leave out --within."
                yield Fault("empty_area", what, table.place(row, level), remedy=remedy)
            elif taken.setdefault(parent, level) != level:
                what = "a coarser area cannot be called '{name}': results use that word."
                yield Fault("name", what, table.place(row, level), remedy="Rename it.", values={"name": parent})


def empty_groups(table: TextTable, groups: Sequence[str], people: NDArray[np.float64]) -> Iterator[Fault]:
    """A warning for each group with nobody."""
    what = "nobody is in this group, so its own measures are empty; those of all groups are of the others."
    for group, total in zip(groups, people.sum(axis=0).tolist(), strict=True):
        if total == 0:
            yield Fault("empty_group", what, Place(table.file, column=group), severity="warning")
