"""The rules of `run protect` and `run verify` as options: what each names, checked before any work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import CallError, Fault, InputError
from sozialraum.protection.tables import Attribute, Demand, Unit, stated
from sozialraum.runs.checks import counts
from sozialraum.runs.tables import TextTable


def demand_of(options: Mapping[str, Any]) -> Demand:
    """What the call asks for. Raises: CallError."""
    zeros, minimum = options.get("zeros"), minimum_of(str(options.get("minimum") or "3"), "--minimum")
    return Demand(
        minimum,
        zeros == "hide",
        options.get("top") == "may-hide",
        options.get("weight") or "value",
        partners=zeros == "may-hide",
        units=units_of(options),
        insiders=options.get("insiders") == "safe",
        attributes=_attributes(options, minimum),
        differences=tuple(options.get("difference") or ()),
    )


def rule_of(options: Mapping[str, Any]) -> dict[str, object]:
    """The parts of the rule that the call names, as certificates state them. Raises: CallError."""
    rule = stated(demand_of(options))
    named = {"insiders": "insiders", "attributes": "attribute", "differences": "difference"}
    found = {part: rule[part] for part, option in named.items() if options.get(option)}
    return found | ({"units": rule["units"]} if "units" in rule else {})


def _attributes(options: Mapping[str, Any], minimum: int) -> tuple[Attribute, ...]:
    given = options.get("rest")
    rest = minimum_of(str(given), "--rest") if given else minimum
    return tuple(Attribute(*_pair(one, "attribute"), rest) for one in options.get("attribute") or ())


def minimum_of(given: str, option: str) -> int:
    """A minimum as whole number from 2 to 1000. Raises: CallError."""
    if not given.isdecimal() or not 2 <= int(given) <= 1000:
        what = "{option} '{given}' is no whole number from 2 to 1000."
        remedy = "Counts from 1 to one below it are hidden; 3 is usual."
        raise CallError(what, remedy=remedy, option=option, given=given)
    return int(given)


def units_of(options: Mapping[str, Any]) -> tuple[Unit, ...]:
    """Further counting units: `households=3` counts per cell, `household_id=3` keys per line. Raises: CallError."""
    found = [
        Unit(name, minimum_of(minimum, f"--{option} {name}="), option == "unit-key")
        for option in ("unit", "unit-key")
        for name, minimum in (_pair(one, option) for one in options.get(option.replace("-", "_")) or ())
    ]
    if len({one.column for one in found}) < len(found):
        raise CallError("A counting unit is given twice.", remedy="Give each column once.")
    return tuple(found)


def _pair(given: str, option: str) -> tuple[str, str]:
    name, sign, value = (part.strip() for part in given.rpartition("="))
    if not sign or not name:
        remedy = 'Write "households=3" or "status=benefit".'
        raise CallError("--{option} '{given}' is no pair with '='.", remedy=remedy, option=option, given=given)
    return name, value


def columns_behind(table: TextTable, demand: Demand, persons: NDArray[np.int64]) -> dict[str, Sequence[object]]:
    """The columns that the rules need, checked. Raises: InputError with every fault."""
    found: dict[str, Sequence[object]] = {}
    faults: list[Fault] = []
    for unit in demand.units:
        if unit.keys:
            found[unit.column] = table.columns[unit.column]
            faults += _no_keys(table, unit.column)
        else:
            values, wrong = counts(table, unit.column)
            found[unit.column] = np.nan_to_num(values).astype(np.int64).tolist()
            faults += wrong or _no_units(table, unit.column, values, persons)
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    return found


def _no_keys(table: TextTable, column: str) -> Iterator[Fault]:
    for row in [row for row, key in enumerate(table.columns[column]) if not key]:
        yield Fault("empty_key", "the key is empty.", table.place(row, column), remedy="Fill it in every line.")


def _no_units(
    table: TextTable, column: str, values: NDArray[np.float64], persons: NDArray[np.int64]
) -> Iterator[Fault]:
    for row in np.flatnonzero((values % 1 > 0) | ((values > 0) != (persons > 0))).tolist():
        what = "the number of units does not fit the count beside it."
        remedy = "Count in each cell the units with a person in it, as whole number; 0 where nobody is."
        yield Fault("units_without_persons", what, table.place(row, column), table.columns[column][row], remedy=remedy)
