"""`run interval`: shares, rates and counts with their limits, compared with the whole, shrunk towards it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.analysis.uncertainty import differs, empirical_bayes, false_discovery, funnel, logit_shrinkage
from sozialraum.errors import CallError, Fault, InputError
from sozialraum.indicators import intervals
from sozialraum.runs.checks import key_faults, missing_column
from sozialraum.runs.tables import TextTable, check_target, numbers, read_table, write_table

Array = NDArray[np.float64]
KINDS = ("share", "rate", "count")
MOST_PER = 1e9
ADDED = ("compared", "marshall", "logit")


def run(source: str, target: str, options: Mapping[str, Any]) -> list[Fault]:
    """Limits of every row of `source`, written to `target`. Raises: CallError (2), InputError (3), NoAnswerError (4)."""
    kind, of = _kind(options)
    level, per = number(options, "level", 0.95), number(options, "per", 1.0)
    if not 0 < level < 1 or not 0 < per <= MOST_PER:
        raise CallError("--level lies between 0 and 1, --per is above 0 and at most 1,000,000,000.")
    added = _added(options, kind)
    check_target(source, target)
    table = read_table(source)
    cases, people = _counts(table, str(options["cases"]), of, kind)
    value, lower, upper = limits(cases, people, kind, level)
    columns: dict[str, list[Any]] = {"area": table.columns["area"]}
    columns |= {name: cells(one * per) for name, one in (("value", value), ("lower", lower), ("upper", upper))}
    if "compared" in added:
        columns |= _compared(cases, people, kind, level, per)
    for name in ("marshall", "logit"):
        if name in added:
            shrunk = empirical_bayes(cases, people) if name == "marshall" else logit_shrinkage(cases, people)
            columns |= {name: cells(shrunk.value * per), f"{name}_weight": cells(shrunk.weight)}
    write_table(target, columns)
    return []


def limits(cases: Array, people: Array, kind: str, level: float) -> tuple[Array, Array, Array]:
    """Value and limits: Wilson for shares, exact below 10 cases and Byar from 10 on for rates and counts."""
    known = ~np.isnan(cases) & (people > 0)
    of, seen = np.where(known, people, np.nan), np.where(known, cases, np.nan)
    if kind == "share":
        return seen / of, *intervals.wilson(seen, of, level)
    low, high = intervals.poisson(np.where(known, cases, 0.0), level)
    return seen / of, low / of, high / of


def _compared(cases: Array, people: Array, kind: str, level: float, per: float) -> dict[str, list[Any]]:
    known = ~np.isnan(cases) & (people > 0)
    whole = float(cases[known].sum() / people[known].sum()) if known.any() else float("nan")
    found = funnel(cases, people, whole, "share" if kind == "share" else "rate", level)
    q = false_discovery(found.p)
    gap = np.divide(cases, people, out=np.full(len(cases), np.nan), where=known) - whole
    numbers_ = {"funnel_lower": found.lower * per, "funnel_upper": found.upper * per, "p": found.p, "q": q}
    held = {
        "whole": cells(np.where(known, whole * per, np.nan)),
        **{name: cells(one) for name, one in numbers_.items()},
    }
    return held | {"differs": differs(gap, q, level)}


def cells(values: Array) -> list[float | None]:
    """Numbers as they are written: NaN becomes empty."""
    return [None if np.isnan(one) else one for one in values.tolist()]


def _kind(options: Mapping[str, Any]) -> tuple[str, str | None]:
    of = options.get("of")
    kind = options.get("kind") or ("share" if of else "count")
    if kind not in KINDS:
        raise CallError("There is no kind '{kind}'; there are: {known}.", kind=kind, known=", ".join(KINDS))
    if (kind == "count") != (of is None):
        raise CallError("Shares and rates need --of, a count must not have it.")
    return kind, of


def number(options: Mapping[str, Any], name: str, default: float) -> float:
    """An option as a number. Raises: CallError where it is none."""
    given = options.get(name)
    try:
        return default if given is None else float(given)
    except ValueError:
        raise CallError("--{name} is no number: '{given}'.", name=name, given=given) from None


def _added(options: Mapping[str, Any], kind: str) -> set[str]:
    added = {one.strip() for one in (options.get("add") or "").split(",") if one.strip()}
    unknown = sorted(added - set(ADDED))
    if unknown:
        raise CallError(
            "Nothing called '{name}' can be added; there are: {known}.", name=unknown[0], known=", ".join(ADDED)
        )
    if added and kind == "count":
        raise CallError("Counts alone cannot be compared or shrunk; name the people: --of.")
    if "logit" in added and kind != "share":
        raise CallError("The logit fits shares only; use marshall.")
    return added


def _counts(table: TextTable, cases: str, of: str | None, kind: str) -> tuple[Array, Array]:
    """Cases and people (1 for counts), empty cells NaN. Raises: InputError with every fault."""
    wanted = ["area", cases, *([of] if of else [])]
    absent = [missing_column(table, name) for name in dict.fromkeys(wanted) if name not in table.columns]
    if absent:
        raise InputError(absent)
    faults = list(key_faults(table, "area"))
    columns = []
    for name in wanted[1:]:
        found, wrong = numbers(table, name)
        columns.append(np.array(found))
        faults += [*wrong, *negatives(table, name, columns[-1])]
    people = columns[1] if of else np.ones(len(table.lines))
    if kind == "share":
        faults += more_than_all(table, cases, columns[0], people)
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    return columns[0], people


def negatives(table: TextTable, column: str, values: Array) -> Iterator[Fault]:
    """A fault for each count below 0."""
    for row in np.flatnonzero(values < 0).tolist():
        cell = table.columns[column][row]
        remedy = "Correct the count."
        yield Fault("negative", "a count cannot be negative.", table.place(row, column), cell, remedy=remedy)


def more_than_all(table: TextTable, column: str, cases: Array, people: Array) -> Iterator[Fault]:
    """A fault for each share above 1."""
    what, remedy = "more cases than people.", "Correct it, or use --kind rate where cases are no part of the people."
    for row in np.flatnonzero(cases > people).tolist():
        yield Fault("too_many", what, table.place(row, column), table.columns[column][row], remedy=remedy)
