"""`run interval`: shares, rates and counts with their limits, compared with the whole, shrunk towards it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.analysis.uncertainty import (
    Shrunk,
    differs,
    empirical_bayes,
    false_discovery,
    funnel,
    local_empirical_bayes,
    logit_shrinkage,
    together,
)
from sozialraum.errors import CallError, Fault, InputError
from sozialraum.indicators import intervals
from sozialraum.runs.checks import key_faults, missing_column, number, without_parent
from sozialraum.runs.tables import TextTable, cells, check_target, numbers, read_table, write_table

Array = NDArray[np.float64]
KINDS = ("share", "rate", "count")
MOST_PER = 1e9
ADDED = ("compared", "marshall", "logit", "local")


def run(source: str, target: str, options: Mapping[str, Any]) -> list[Fault]:
    """Limits of every row of `source`, written to `target`. Raises: CallError (2), InputError (3), NoAnswerError (4)."""
    kind, of = _kind(options)
    level, per = number(options, "level", 0.95), number(options, "per", 1.0)
    if not 0 < level < 1 or not 0 < per <= MOST_PER:
        raise CallError("--level lies between 0 and 1, --per is above 0 and at most 1,000,000,000.")
    added = _added(options, kind)
    check_target(source, target)
    table = read_table(source)
    within = options.get("within")
    cases, people = _counts(table, str(options["cases"]), of, kind, within)
    value, lower, upper = limits(cases, people, kind, level)
    columns: dict[str, list[Any]] = {"area": table.columns["area"]}
    columns |= {name: cells(one * per) for name, one in (("value", value), ("lower", lower), ("upper", upper))}
    if "compared" in added:
        columns |= _compared(cases, people, table.columns[within] if within else None, kind, level, per)
    for name, shrunk in _shrunken(cases, people, added, table, options.get("neighbours")):
        columns |= {name: cells(shrunk.value * per), f"{name}_weight": cells(shrunk.weight)}
    write_table(target, columns)
    return []


def _shrunken(
    cases: Array, people: Array, added: set[str], table: TextTable, file: str | None
) -> Iterator[tuple[str, Shrunk]]:
    if "marshall" in added:
        yield "marshall", empirical_bayes(cases, people)
    if "logit" in added:
        yield "logit", logit_shrinkage(cases, people)
    if "local" in added:
        yield "local", local_empirical_bayes(cases, people, *_pairs(str(file), table.columns["area"]))


def _pairs(file: str, areas: Sequence[str]) -> NDArray[np.int64]:
    """Places of neighbours, each pair both ways round, from a table with the columns area and neighbour."""
    pairs = read_table(file)
    absent = [missing_column(pairs, name) for name in ("area", "neighbour") if name not in pairs.columns]
    if absent:
        raise InputError(absent)
    place = {area: at for at, area in enumerate(areas)}
    both = zip(pairs.columns["area"], pairs.columns["neighbour"], strict=True)
    inside = [(place[one], place[other]) for one, other in both if one in place and other in place]
    found = np.array(inside, np.int64).reshape(-1, 2).T
    return np.concatenate([found, found[::-1]], axis=1)


def limits(cases: Array, people: Array, kind: str, level: float) -> tuple[Array, Array, Array]:
    """Value and limits: Wilson for shares, exact below 10 cases and Byar from 10 on for rates and counts."""
    known = ~np.isnan(cases) & (people > 0)
    of, seen = np.where(known, people, np.nan), np.where(known, cases, np.nan)
    if kind == "share":
        return seen / of, *intervals.wilson(seen, of, level)
    low, high = intervals.poisson(np.where(known, cases, 0.0), level)
    return seen / of, low / of, high / of


def _compared(
    cases: Array, people: Array, places: Sequence[str] | None, kind: str, level: float, per: float
) -> dict[str, list[Any]]:
    whole, known = together(cases, people, places), ~np.isnan(cases) & (people > 0)
    found = funnel(cases, people, whole, "share" if kind == "share" else "rate", level)
    q = false_discovery(found.p)
    gap = np.divide(cases, people, out=np.full(len(cases), np.nan), where=known) - whole
    numbers_ = {"funnel_lower": found.lower * per, "funnel_upper": found.upper * per, "p": found.p, "q": q}
    held = {
        "whole": cells(np.where(known, whole * per, np.nan)),
        **{name: cells(one) for name, one in numbers_.items()},
    }
    return held | {"differs": differs(gap, q, level)}


def _kind(options: Mapping[str, Any]) -> tuple[str, str | None]:
    of = options.get("of")
    kind = options.get("kind") or ("share" if of else "count")
    if kind not in KINDS:
        raise CallError("There is no kind '{kind}'; there are: {known}.", kind=kind, known=", ".join(KINDS))
    if (kind == "count") != (of is None):
        raise CallError("Shares and rates need --of, a count must not have it.")
    return kind, of


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
    if ("local" in added) != bool(options.get("neighbours")):
        raise CallError("--add local and --neighbours FILE go together.")
    if options.get("within") and "compared" not in added:
        raise CallError("--within names the areas to compare with; write --add compared, too.")
    return added


def _counts(table: TextTable, cases: str, of: str | None, kind: str, within: str | None) -> tuple[Array, Array]:
    """Cases and people (1 for counts), empty cells NaN. Raises: InputError with every fault."""
    wanted = ["area", cases, *([of] if of else [])]
    every = dict.fromkeys([*wanted, *([within] if within else [])])
    absent = [missing_column(table, name) for name in every if name not in table.columns]
    if absent:
        raise InputError(absent)
    faults = [*key_faults(table, "area"), *(without_parent(table, within) if within else ())]
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
