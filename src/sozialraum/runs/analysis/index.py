"""`run index`: a composite index on a plain table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from sozialraum.analysis import IndexDefinition, index_definition
from sozialraum.analysis.index.edition import REASONS, Edition, Result, excluded, results
from sozialraum.errors import Fault, InputError, Place
from sozialraum.runs.checks import key_faults, missing_column
from sozialraum.runs.tables import TextTable, check_target, looks_like_thousands, numbers, read_table, write_table


def run(source: str, target: str, options: Mapping[str, Any]) -> list[Fault]:
    """Compute the index of the table `source` and write it to `target`; what comes back are warnings.

    Raises: CallError (2), InputError with every fault (3), NoAnswerError (4).
    """
    definition = index_definition(str(options["definition"]))
    check_target(source, target)
    edition, warnings = read_edition(read_table(source), definition)
    reasons = excluded(edition, definition)
    write_table(target, _columns(edition, reasons, results(edition, definition, reasons)))
    return warnings


def read_edition(table: TextTable, definition: IndexDefinition) -> tuple[Edition, list[Fault]]:
    """The checked table as an edition, and warnings about areas that are left out anyway.

    Raises: InputError with every fault.
    """
    names, faults = _names(table, definition)
    if faults:
        raise InputError(faults)
    columns: dict[str, Any] = {}
    for wanted, name in names.items():
        if wanted != "area":
            values, wrong = numbers(table, name)
            columns[wanted] = np.array(values)
            faults += wrong
    faults += key_faults(table, names["area"])
    edition = _edition(table, names, columns)
    faults += _residents_faults(table, names, edition)
    outside, warnings = _outside(table, names, edition, definition)
    faults += outside
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    return edition, warnings + _all_zero(table, names, edition, definition)


def _edition(table: TextTable, names: Mapping[str, str], columns: Mapping[str, Any]) -> Edition:
    unknown = np.full(len(table.lines), np.nan)
    return Edition(
        np.array(table.columns[names["area"]], dtype=object),
        columns.get("residents", unknown),
        columns.get("residents_before", unknown),
        columns,
    )


def _names(table: TextTable, definition: IndexDefinition) -> tuple[dict[str, str], list[Fault]]:
    """Which column of the file holds which wanted one; the publisher's heading counts where the id is not there."""
    names: dict[str, str] = {}
    faults: list[Fault] = []
    for wanted, others, required in _wanted(definition):
        found = [name for name in (wanted, *others) if name in table.columns]
        if found and (found[0] == wanted or len(found) == 1):
            names[wanted] = found[0]
        elif found:
            what = "more than one column may be '{wanted}': {found}."
            values = {"wanted": wanted, "found": ", ".join(found)}
            faults.append(
                Fault("ambiguous_column", what, Place(table.file), remedy="Name one '{wanted}'.", values=values)
            )
        elif required:
            faults.append(missing_column(table, wanted))
    return names, faults


def _wanted(definition: IndexDefinition) -> Iterator[tuple[str, Sequence[str], bool]]:
    weighted = any(one.weighted for one in definition.dimension)
    yield "area", definition.area_columns, True
    yield "residents", definition.residents_columns, weighted or definition.exclusion.minimum_residents > 0
    yield "residents_before", (), False
    for one in definition.indicators:
        yield one.id, one.columns, True


def _residents_faults(table: TextTable, names: Mapping[str, str], edition: Edition) -> Iterator[Fault]:
    for wanted, values in (("residents", edition.residents), ("residents_before", edition.residents_before)):
        if wanted not in names:
            continue
        cells = table.columns[names[wanted]]
        for row in np.flatnonzero(values < 0):
            what, remedy = "residents cannot be negative.", "Leave the cell empty where the number is not known."
            yield Fault("negative", what, table.place(int(row), names[wanted]), cells[row], remedy=remedy)
        for row in np.flatnonzero(values % 1 > 0):
            if looks_like_thousands(cells[row]):
                what, remedy = (
                    "this is {value} persons, or a sign for thousands?",
                    "Write the number without a sign for thousands.",
                )
                values_ = {"value": f"{values[row]:g}"}
                yield Fault(
                    "thousands", what, table.place(int(row), names[wanted]), cells[row], remedy=remedy, values=values_
                )


def _outside(
    table: TextTable, names: Mapping[str, str], edition: Edition, definition: IndexDefinition
) -> tuple[list[Fault], list[Fault]]:
    """Values out of their bounds: faults where the area goes in, warnings where it is left out anyway."""
    used = ~np.isin(excluded(edition, definition), [1, 2])
    if definition.exclusion.minimum_residents:
        used &= ~np.isnan(
            edition.residents
        )  # nobody knows whether it is large enough: it stays out whatever its values
    found: list[Fault] = []
    for one in definition.indicators:
        low, high = one.bounds or (-np.inf, np.inf)
        values = edition.columns[one.id]
        for row in np.flatnonzero((values < low) | (values > high)):
            place, cell = table.place(int(row), names[one.id]), table.columns[names[one.id]][row]
            found.append(_out_of_bounds(place, cell, (low, high), bool(used[row])))
    return [one for one in found if one.severity == "error"], [one for one in found if one.severity == "warning"]


def _out_of_bounds(place: Place, cell: str, bounds: tuple[float, float], used: bool) -> Fault:
    missing, unused = (
        "Leave the cell empty where the value is missing.",
        "The area is left out, so the value is not used.",
    )
    return Fault(
        "out_of_bounds",
        "not between {low} and {high}.",
        place,
        cell,
        remedy=missing if used else unused,
        severity="error" if used else "warning",
        values={"low": f"{bounds[0]:g}", "high": f"{bounds[1]:g}"},
    )


def _all_zero(table: TextTable, names: Mapping[str, str], edition: Edition, definition: IndexDefinition) -> list[Fault]:
    """Areas that go in with nothing but zeros: publishers write 0 for areas that they left out."""
    if definition.input == "rank":
        return []
    inside = excluded(edition, definition) == 0
    zero = np.all([edition.columns[one.id] == 0 for one in definition.indicators], axis=0)
    what = "every indicator of this area is 0; is the area left out by the publisher?"
    remedy = "Leave the cells empty where the values are missing."
    rows = np.flatnonzero(inside & zero)
    return [
        Fault("all_zero", what, table.place(int(row), names["area"]), remedy=remedy, severity="warning") for row in rows
    ]


def _columns(edition: Edition, reasons: Any, dimensions: Iterable[Result]) -> dict[str, list[object]]:
    chosen = list(dimensions)
    inside = (reasons == 0).tolist()
    columns: dict[str, list[object]] = {
        "area": edition.areas.tolist(),
        "excluded": [REASONS[one] or None for one in reasons],
    }
    for one in chosen:
        if one.dimension.standardise != "none":
            for name, values in one.standardised.items():
                columns[f"z_{name}"] = _kept(values.tolist(), inside)
    for one in chosen:
        name = one.dimension.id
        columns[f"{name}_index"] = _kept(one.index.tolist(), inside)
        columns[f"{name}_class"] = _kept(_class_ids(one), inside)
        columns[f"{name}_rank"] = _kept(one.rank.tolist(), inside)
        if one.dimension.deciles:
            columns[f"{name}_decile"] = _kept(one.decile.tolist(), inside)
    return columns


def _class_ids(result: Result) -> list[object]:
    ids = [one.id for one in result.dimension.classes]
    return [ids[place] if ids and place >= 0 else None for place in result.classes.tolist()]


def _kept(values: Iterable[object], inside: Iterable[bool]) -> list[object]:
    return [value if keep else None for value, keep in zip(values, inside, strict=True)]
