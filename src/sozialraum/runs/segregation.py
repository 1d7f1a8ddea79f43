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
    groups, within = named_groups(str(options["groups"])), options.get("within")
    check_target(source, target)
    table = read_table(source)
    people = read_groups(table, groups, within)
    must_be_mixed(people)
    rows = [row | {"part": "total"} for row in measured(people, groups)]
    if within is not None:
        rows += split_rows(people, {within: table.columns[within]})
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


def read_groups(table: TextTable, groups: Sequence[str], within: str | None = None) -> NDArray[np.float64]:
    """The checked counts, (areas, groups). Raises: InputError with every fault."""
    wanted = ["area", *groups, *([within] if within is not None else [])]
    absent = [missing_column(table, name) for name in dict.fromkeys(wanted) if name not in table.columns]
    if absent:
        raise InputError(absent)
    faults = list(key_faults(table, "area"))
    columns = []
    for group in groups:
        values, wrong = counts(table, group)
        columns.append(values)
        faults += wrong
    if within is not None:
        faults += _without_parent(table, within)
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    return np.stack(columns, axis=1)


def _without_parent(table: TextTable, within: str) -> Iterator[Fault]:
    for row, parent in enumerate(table.columns[within]):
        if not parent:
            what, remedy = "the coarser area is empty.", "Fill it in, or leave out --within."
            yield Fault("empty_area", what, table.place(row, within), remedy=remedy)
        elif parent in ("total", "between", "within"):
            what = "a coarser area cannot be called '{name}': results use that word."
            yield Fault("name", what, table.place(row, within), remedy="Rename it.", values={"name": parent})


def empty_groups(table: TextTable, groups: Sequence[str], people: NDArray[np.float64]) -> Iterator[Fault]:
    """A warning for each group with nobody."""
    what = "nobody is in this group, so its own measures are empty; those of all groups are of the others."
    for group, total in zip(groups, people.sum(axis=0).tolist(), strict=True):
        if total == 0:
            yield Fault("empty_group", what, Place(table.file, column=group), severity="warning")
