"""The rules of `run protect` and `run verify` as options: what each names, checked before any work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import CallError, Fault
from sozialraum.protection.tables import Attribute, Demand, Magnitude, Unit, stated
from sozialraum.runs.checks import counts
from sozialraum.runs.tables import TextTable, numbers


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
        magnitude=_magnitude(options),
        effort=options.get("effort") or "usual",
    )


def rule_of(options: Mapping[str, Any]) -> dict[str, object]:
    """The parts of the rule that the call names, as certificates state them. Raises: CallError."""
    rule = stated(demand_of(options))
    named = {"insiders": "insiders", "attributes": "attribute", "differences": "difference"}
    found = {part: rule[part] for part, option in named.items() if options.get(option)}
    return found | {part: rule[part] for part in ("units", "magnitude") if part in rule}


def _magnitude(options: Mapping[str, Any]) -> Magnitude | None:
    """The rules on amounts. Raises: CallError for rules without amounts and amounts without rules."""
    given = {name: options.get(name) for name in ("contributor", "dominance", "p_percent", "pq", "sampling_weight")}
    amount = options.get("amount")
    if not amount and not any(given.values()):
        return None
    if not amount or not given["contributor"] or not (given["dominance"] or given["p_percent"] or given["pq"]):
        remedy = "Give --amount and --contributor with --dominance 1,80, --p-percent 10 or --pq 10,30."
        raise CallError("Rules on amounts need the amounts, their contributors and a rule.", remedy=remedy)
    for name in ("count", "unit", "unit_key", "attribute", "difference", "minimum"):
        if options.get(name):
            raise CallError("--{name} is a rule on persons.", remedy="Leave it out beside --amount.", name=name)
    count, share = _fractions(given["dominance"], "dominance", 2) or (None, None)
    one, pair = _fractions(given["p_percent"], "p-percent", 1), _fractions(given["pq"], "pq", 2)
    return Magnitude(
        str(given["contributor"]),
        (int(count), share) if count and share else None,
        one[0] if one else None,
        (pair[0], pair[1]) if pair else None,
        str(given["sampling_weight"] or ""),
        str(amount),
    )


def _fractions(given: str | None, option: str, count: int) -> list[Fraction]:
    if given is None:
        return []
    try:
        found = [Fraction(part.strip()) for part in given.split(",")]
    except (ValueError, ZeroDivisionError):
        found = []
    whole = option != "dominance" or (bool(found) and found[0].denominator == 1 and found[-1] < 100)
    if len(found) != count or not all(one > 0 for one in found) or not whole:
        remedy = "Write --dominance 1,80, --p-percent 10 or --pq 10,30."
        raise CallError("--{option} '{given}' is no such rule.", remedy=remedy, option=option, given=given)
    return found


def amounts_of(table: TextTable, rule: Mapping[str, Any] | None, amounts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The amount of every line, rounded line by line where the rule (its part `magnitude`) weights them."""
    if not rule or not rule.get("weight"):
        return amounts
    weights = np.array(numbers(table, str(rule["weight"]))[0])
    weighted: NDArray[np.int64] = np.floor(weights * amounts + 0.5).astype(np.int64)
    return weighted


def named_columns(rule: Mapping[str, Any] | None) -> list[str]:
    """The columns that the part `magnitude` of a rule names."""
    return [str(rule[name]) for name in ("contributor", "weight") if rule.get(name)] if rule else []


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
    """The columns that the rules need, of a table without faults."""
    found: dict[str, Sequence[object]] = {}
    if demand.magnitude:
        rule = demand.magnitude
        found = {name: table.columns[name] for name in (rule.contributor, rule.weight) if name}
        found |= {rule.amount: persons.tolist()}
    for unit in demand.units:
        if unit.keys:
            found[unit.column] = table.columns[unit.column]
        else:
            found[unit.column] = np.array(numbers(table, unit.column)[0]).astype(np.int64).tolist()
    return found


def rule_faults(
    table: TextTable, units: Sequence[Unit], amounts: Mapping[str, Any] | None, persons: NDArray[np.float64]
) -> list[Fault]:
    """Every fault of the columns that units and amounts name, as far as these are there.

    `persons`: the count of every line, NaN where it is none.
    """
    faults: list[Fault] = []
    if amounts:
        faults += _no_keys(table, str(amounts.get("contributor")))
        faults += _no_weights(table, str(amounts.get("contributor")), str(amounts.get("weight") or ""))
    for column, keys in {one.column: one.keys for one in units}.items():
        faults += _no_keys(table, column) if keys else _no_units(table, column, persons)
    return faults


def _no_keys(table: TextTable, column: str) -> Iterator[Fault]:
    for row in [row for row, key in enumerate(table.columns.get(column, ())) if not key]:
        yield Fault("empty_key", "the key is empty.", table.place(row, column), remedy="Fill it in every line.")


def _no_weights(table: TextTable, contributor: str, column: str) -> list[Fault]:
    if column not in table.columns:
        return []
    weights, faults = numbers(table, column)
    wrong, first = {one.place.row for one in faults}, dict[str, float]()
    for row, (name, weight) in enumerate(zip(table.columns.get(contributor, ()), weights, strict=False)):
        place = table.place(row, column)
        if place.row not in wrong and (not weight > 0 or first.setdefault(name, weight) != weight):
            what = "a contributor has one sampling weight, above 0, in all its lines."
            faults.append(Fault("weight", what, place))
    return faults


def _no_units(table: TextTable, column: str, persons: NDArray[np.float64]) -> list[Fault]:
    if column not in table.columns:
        return []
    values, faults = counts(table, column)
    unfit = (values % 1 > 0) | ((values > 0) != (persons > 0)) & (persons >= 0)
    for row in np.flatnonzero(unfit & (values >= 0)).tolist():
        what = "the number of units does not fit the count beside it."
        remedy = "Count in each cell the units with a person in it, as whole number; 0 where nobody is."
        cell = table.columns[column][row]
        faults.append(Fault("units_without_persons", what, table.place(row, column), cell, remedy=remedy))
    return faults
