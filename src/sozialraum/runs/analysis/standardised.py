"""`run standardised`: rates of areas with old and young people made comparable, from cases and people by age group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.analysis.uncertainty import indirectly_standardised, standardised
from sozialraum.errors import CallError, Fault, InputError, NoAnswerError, Place
from sozialraum.runs.analysis.interval import MOST_PER, negatives
from sozialraum.runs.checks import missing_column, number
from sozialraum.runs.tables import TextTable, cells, check_target, numbers, read_table, write_table

Array = NDArray[np.float64]
Options = Mapping[str, Any]
WAYS = ("direct", "indirect")


@dataclass(frozen=True)
class Ages:
    """Cases and people by area and age group, (areas, ages); NaN = not known."""

    areas: tuple[str, ...]
    ages: tuple[str, ...]
    cases: Array
    people: Array


def run(source: str, target: str, options: Options) -> list[Fault]:
    """Standardised rates of the areas in `source`, written to `target`; warnings come back.

    Raises: CallError (2), InputError with every fault (3), NoAnswerError (4).
    """
    level, per = number(options, "level", 0.95), number(options, "per", 100_000.0)
    if not 0 < level < 1 or not 0 < per <= MOST_PER:
        raise CallError("--level lies between 0 and 1, --per is above 0 and at most 1,000,000,000.")
    way = options.get("way") or WAYS[0]
    if way not in WAYS:
        raise CallError("--way is one of: {known}.", known=", ".join(WAYS))
    names = [str(options[name]) for name in ("age", "cases", "of")]
    check_target(source, target)
    table = read_table(source)
    given = read_ages(table, *names)
    standard = _standard(options.get("standard"), given, way, names)
    columns = _direct(given, standard, level, per) if way == "direct" else _indirect(given, standard, level)
    write_table(target, {"area": list(given.areas), **{name: cells(one) for name, one in columns.items()}})
    return list(_gaps(table, given))


def read_ages(table: TextTable, age: str, cases: str, of: str) -> Ages:
    """The checked counts; a line that is not there is not known. Raises: InputError with every fault."""
    absent = [
        missing_column(table, name) for name in dict.fromkeys(("area", age, cases, of)) if name not in table.columns
    ]
    if absent:
        raise InputError(absent)
    faults = list(_key_faults(table, age))
    held = {}
    for name in dict.fromkeys((cases, of)):
        found, wrong = numbers(table, name)
        held[name] = np.array(found)
        faults += [*wrong, *negatives(table, name, held[name])]
    columns = held[cases], held[of]
    faults += _nobody(table, cases, *columns)
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    return _sheet(table.columns["area"], table.columns[age], *columns)


def _sheet(areas: Sequence[str], ages: Sequence[str], cases: Array, people: Array) -> Ages:
    rows, columns = ({key: at for at, key in enumerate(dict.fromkeys(keys))} for keys in (areas, ages))
    place = tuple(np.array([(rows[area], columns[age]) for area, age in zip(areas, ages, strict=True)]).T)
    held = np.full((2, len(rows), len(columns)), np.nan)
    held[0][place], held[1][place] = cases, people
    return Ages(tuple(rows), tuple(columns), held[0], held[1])


def _key_faults(table: TextTable, age: str) -> Iterator[Fault]:
    for column in ("area", age):
        if column in table.numeric:
            what, remedy = "the area key is no text.", "Write it as text: numbers lose their leading zeros."
            yield Fault("key_not_text", what, Place(table.file, column=column), remedy=remedy)
    first: dict[tuple[str, str], int] = {}
    for row, pair in enumerate(zip(table.columns["area"], table.columns[age], strict=True)):
        if not all(pair):
            what, remedy = "area or age group is empty.", "Fill it, or remove the line."
            yield Fault("empty_key", what, table.place(row, "area" if not pair[0] else age), remedy=remedy)
        elif pair in first:
            what, values = "this area and age group stand already in line {line}.", {"line": table.lines[first[pair]]}
            remedy = "Keep one line for each."
            yield Fault("pair_twice", what, table.place(row), ", ".join(pair), remedy=remedy, values=values)
        first.setdefault(pair, row)


def _nobody(table: TextTable, column: str, cases: Array, people: Array) -> Iterator[Fault]:
    what, remedy = "there are cases, but nobody of that age.", "Correct one of the two counts."
    for row in np.flatnonzero((cases > 0) & (people == 0)).tolist():
        yield Fault("nobody", what, table.place(row, column), table.columns[column][row], remedy=remedy)


def _standard(file: str | None, given: Ages, way: str, names: Sequence[str]) -> Array:
    """People of each age group in the standard, or its rates; all areas together where no file is named."""
    if file is None:
        cases, people = given.cases, given.people
    else:
        cases, people = _of_file(file, given, way, names)
    known = ~np.isnan(cases) & ~np.isnan(people) if way == "indirect" else ~np.isnan(people)
    living = np.where(known, people, 0.0).sum(axis=0)
    if not (living > 0).all():
        ages = ", ".join(age for age, of in zip(given.ages, living.tolist(), strict=True) if not of > 0)
        problem = CallError if file else NoAnswerError
        raise problem("The standard population needs people for each of: {ids}.", ids=ages)
    return np.asarray(living if way == "direct" else np.where(known, cases, 0.0).sum(axis=0) / living)


def _of_file(file: str, given: Ages, way: str, names: Sequence[str]) -> tuple[Array, Array]:
    """Cases and people of the standard, one row; its columns are named as in the table."""
    table = read_table(file)
    wanted = [names[0], *([names[1]] if way == "indirect" else []), names[2]]
    absent = [missing_column(table, name) for name in wanted if name not in table.columns]
    if absent:
        raise InputError(absent)
    whole = TextTable(table.file, {**table.columns, "area": ["standard"] * len(table.lines)}, table.lines, table.comma)
    found = read_ages(whole, names[0], names[1] if way == "indirect" else names[2], names[2])
    place = {age: at for at, age in enumerate(found.ages)}
    lacking = [age for age in given.ages if age not in place]
    if lacking:
        raise CallError("The standard population needs people for each of: {ids}.", ids=", ".join(lacking))
    at = [place[age] for age in given.ages]
    return found.cases[:, at], found.people[:, at]


def _direct(given: Ages, standard: Array, level: float, per: float) -> dict[str, Array]:
    found = standardised(given.cases, given.people, standard, level)
    crude = _over(given.cases.sum(axis=1), given.people.sum(axis=1))
    rates = {"crude": crude, "value": found.value, "lower": found.lower, "upper": found.upper}
    return {"cases": given.cases.sum(axis=1), **{name: one * per for name, one in rates.items()}}


def _indirect(given: Ages, rates: Array, level: float) -> dict[str, Array]:
    cases = given.cases.sum(axis=1)
    found = indirectly_standardised(cases, given.people, rates, level)
    return {
        "cases": cases,
        "expected": found.expected,
        "value": found.ratio,
        "lower": found.lower,
        "upper": found.upper,
    }


def _over(above: Array, below: Array) -> Array:
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0))


def _gaps(table: TextTable, given: Ages) -> Iterator[Fault]:
    count = int(np.isnan(given.cases + given.people).any(axis=1).sum())
    if count:
        what = "areas without a value, because a count of an age group is missing: {count}."
        yield Fault("left_out", what, Place(table.file), severity="warning", values={"count": count})
