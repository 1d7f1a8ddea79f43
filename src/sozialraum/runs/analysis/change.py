"""`run change`: did a share or rate really change between two dates, area by area, and where does a new definition forbid it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import CallError, Fault, InputError, MismatchError, Place
from sozialraum.indicators import intervals
from sozialraum.runs.analysis.interval import MOST_PER, limits, more_than_all, negatives
from sozialraum.runs.checks import key_faults, missing_column, number
from sozialraum.runs.tables import TextTable, cells, check_target, numbers, read_table, write_table

Array = NDArray[np.float64]
Options = Mapping[str, Any]
KINDS = ("share", "rate")


def run(source: str, target: str, options: Options) -> list[Fault]:
    """The change of every area that stands in both tables, written to `target`; what comes back are warnings.

    Raises: CallError (2), InputError or MismatchError (3).
    """
    level, per, kind = number(options, "level", 0.95), number(options, "per", 1.0), options.get("kind") or KINDS[0]
    if not 0 < level < 1 or not 0 < per <= MOST_PER:
        raise CallError("--level lies between 0 and 1, --per is above 0 and at most 1,000,000,000.")
    check_target(source, target)
    tables = [read_table(str(options["before"])), read_table(source)]
    before, now = (_rates(table, options, kind, level) for table in tables)
    place = {area: at for at, area in enumerate(tables[0].columns["area"])}
    areas = [area for area in tables[1].columns["area"] if area in place]
    if not areas:
        raise MismatchError("No area stands in both tables.", remedy="Compute both on one set of boundaries.")
    old = [part[[place[area] for area in areas]] for part in before]
    here = np.array([area in place for area in tables[1].columns["area"]])
    write_table(target, {"area": areas} | _columns(old, [part[here] for part in now], per))
    return list(_lost(tables, areas))


def _rates(table: TextTable, options: Options, kind: str, level: float) -> tuple[Array, Array, Array]:
    """Value and limits of every row. Raises: InputError with every fault."""
    names = [str(options[name]) for name in ("cases", "of")]
    absent = [missing_column(table, name) for name in dict.fromkeys(("area", *names)) if name not in table.columns]
    if absent:
        raise InputError(absent)
    faults, columns = list(key_faults(table, "area")), []
    for name in names:
        found, wrong = numbers(table, name)
        columns.append(np.array(found))
        faults += [*wrong, *negatives(table, name, columns[-1])]
    if kind == "share":
        faults += more_than_all(table, names[0], *columns)
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    return limits(columns[0], columns[1], kind, level)


def _columns(old: list[Array], new: list[Array], per: float) -> dict[str, list[Any]]:
    lower, upper = intervals.difference(new[0], (new[1], new[2]), old[0], (old[1], old[2]))
    known = ~np.isnan(lower)
    words = np.select([~known, lower > 0, upper < 0], ["", "up", "down"], "unclear")
    held = {"before": old[0], "now": new[0], "change": new[0] - old[0], "lower": lower, "upper": upper}
    return {name: cells(one * per) for name, one in held.items()} | {"direction": [one or None for one in words]}


def _lost(tables: list[TextTable], areas: list[str]) -> Iterator[Fault]:
    """A warning for areas that stand in one of the tables only."""
    for table in tables:
        count = len(set(table.columns["area"]) - set(areas))
        if count:
            what = "areas that the other table does not have, and that are left out: {count}."
            remedy = "If borders changed, carry the earlier counts over first: run crosswalk."
            yield Fault("lost", what, Place(table.file), remedy=remedy, severity="warning", values={"count": count})
