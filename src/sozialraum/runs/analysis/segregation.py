"""`run segregation`: who lives apart from whom, on a plain table of areas and groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.analysis.segregation import (
    Groups,
    certainties,
    changed,
    difference_test,
    local_rows,
    measured,
    must_be_mixed,
    split_rows,
)
from sozialraum.analysis.segregation.measures import theil
from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.runs.checks import counts, key_faults, missing_column, whole
from sozialraum.runs.tables import TextTable, check_target, read_table, write_table

COLUMNS = ("measure", "group", "other", "part", "value")
DRAWN = ("lower", "upper", "corrected", "expected", "p_value")
LOCAL = ("measure", "area", "group", "value")
CHANGE = ("component", "value", "lower", "upper", "corrected", "p_value")
MOST_DRAWS = 100_000
Options = Mapping[str, Any]


def run(source: str, target: str, options: Options) -> list[Fault]:
    """Measure the table `source` and write measure, group, other, part, value; what comes back are warnings.

    Raises: CallError (2), InputError or MismatchError (3), NoAnswerError (4).
    """
    groups, draws, seed = named_groups(str(options["groups"])), *_settings(options)
    for option in ("out", "local", "change"):
        check_target(source, target if option == "out" else str(options.get(option) or "-"), option)
    table = read_table(source)
    within = named_levels(table, options.get("within"))
    people = read_groups(table, groups, within)
    must_be_mixed(people)
    sure = certainties(people, draws, np.random.default_rng(seed)) if draws else {}
    rows = [row | {"part": "total"} | sure.get(row["measure"], {}) for row in measured(people, groups)]
    if within:
        rows += split_rows(people, {level: table.columns[level] for level in within})
    if options.get("change"):
        one = Groups(tuple(table.columns["area"]), tuple(groups), people)
        _write(str(options["change"]), CHANGE, _change(one, options, draws, seed))
    if options.get("local"):
        _write(str(options["local"]), LOCAL, local_rows(people, table.columns["area"], groups))
    _write(target, (*COLUMNS, *(DRAWN if draws else ())), rows)
    return list(empty_groups(table, groups, people))


def _settings(options: Options) -> tuple[int, int]:
    """Draws and seed. Raises: CallError."""
    draws, seed = whole(options, "draws", 0) or 0, whole(options, "seed", 0)
    if draws > MOST_DRAWS:
        raise CallError("--draws is at most {most}.", most=MOST_DRAWS)
    if bool(options.get("before")) != bool(options.get("change")):
        raise CallError("--before names the earlier table and --change the file for what changed; give both.")
    return draws, 1 if seed is None else seed


def _write(target: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    held = list(rows)
    write_table(target, {name: [cell(row.get(name)) for row in held] for name in columns})


def _change(now: Groups, options: Options, draws: int, seed: int) -> Iterator[dict[str, Any]]:
    """What made M change since the earlier table, and with redraws whether H differs where the areas are the same."""
    table = read_table(str(options["before"]))
    people = read_groups(table, now.groups)
    must_be_mixed(people)
    before = Groups(tuple(table.columns["area"]), now.groups, people)
    generator = np.random.default_rng(seed)
    for name, row in changed((before, now), options.get("method") or "elbers", draws, generator).items():
        yield {"component": name, **row}
    place = {area: at for at, area in enumerate(before.areas)}
    if draws and set(now.areas) == set(before.areas):
        found = difference_test(people[[place[area] for area in now.areas]], now.table, theil, draws, generator)
        yield {"component": "difference of H", "value": found.value, "p_value": found.p}


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
