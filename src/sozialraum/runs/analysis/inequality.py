"""`run inequality`: how unequal areas are: the slope along deprivation, Theil's T split between and within, Gini."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.analysis.uncertainty import gini_of_values, gradient_of, groups_by_deprivation, theil_t
from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.runs.analysis.interval import MOST_PER, limits, more_than_all, negatives
from sozialraum.runs.analysis.segregation import cell
from sozialraum.runs.checks import key_faults, missing_column, number, whole, without_parent
from sozialraum.runs.tables import TextTable, check_target, numbers, read_table, write_table

Array = NDArray[np.float64]
Options = Mapping[str, Any]
Row = dict[str, Any]
COLUMNS = ("measure", "part", "value", "lower", "upper")
GROUPS, MOST_GROUPS, DRAWS, MOST_DRAWS = 10, 1000, 2000, 100_000
COUNTED = ("deprivation", "cases", "of")


def run(source: str, target: str, options: Options) -> list[Fault]:
    """Measures of the table `source` as measure, part, value, lower, upper; warnings come back.

    Raises: CallError (2), InputError with every fault (3), NoAnswerError (4).
    """
    _must_ask(options)
    level, per = number(options, "level", 0.95), number(options, "per", 1.0)
    groups, draws = whole(options, "groups", 2) or GROUPS, whole(options, "draws", 2) or DRAWS
    seed = whole(options, "seed", 0)
    if not 0 < level < 1 or not 0 < per <= MOST_PER:
        raise CallError("--level lies between 0 and 1, --per is above 0 and at most 1,000,000,000.")
    if groups > MOST_GROUPS or draws > MOST_DRAWS:
        raise CallError("--groups is at most {groups}, --draws at most {draws}.", groups=MOST_GROUPS, draws=MOST_DRAWS)
    check_target(source, target)
    table = read_table(source)
    held = read_columns(table, options)
    rows: list[Row] = []
    if options.get("value"):
        rows += _spread(held["value"], table, options.get("within"))
    if options.get("deprivation"):
        generator = np.random.default_rng(1 if seed is None else seed)
        rows += _slope(held, options.get("kind") or "share", (groups, draws), (level, per), generator)
    write_table(target, {name: [cell(row.get(name)) for row in rows] for name in COLUMNS})
    return list(_left_out(table, held))


def _must_ask(options: Options) -> None:
    """Raises: CallError where the options do not say what to measure."""
    given = [bool(options.get(name)) for name in COUNTED]
    if any(given) != all(given):
        raise CallError("A slope needs --deprivation, --cases and --of together.")
    if not options.get("value") and not any(given):
        raise CallError("Name --value, or --deprivation with --cases and --of.")
    if options.get("within") and not options.get("value"):
        raise CallError("--within splits the inequality of --value; name that too.")


def read_columns(table: TextTable, options: Options) -> dict[str, Array]:
    """The columns that the options name, empty = NaN. Raises: InputError with every fault."""
    named = {name: str(options[name]) for name in ("value", *COUNTED) if options.get(name)}
    within = [str(options["within"])] if options.get("within") else []
    wanted = dict.fromkeys(("area", *named.values(), *within))
    absent = [missing_column(table, name) for name in wanted if name not in table.columns]
    if absent:
        raise InputError(absent)
    faults, held = list(key_faults(table, "area")), {}
    for name, column in named.items():
        found, wrong = numbers(table, column)
        held[name] = np.array(found)
        faults += wrong
        faults += negatives(table, column, held[name]) if name in ("cases", "of") else ()
    if "cases" in held and (options.get("kind") or "share") == "share":
        faults += more_than_all(table, named["cases"], held["cases"], held["of"])
    faults += [one for name in within for one in without_parent(table, name)]
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    return held


def _spread(values: Array, table: TextTable, within: str | None) -> Iterator[Row]:
    known = ~np.isnan(values)
    places = np.array(table.columns[within])[known] if within else None
    found = theil_t(values[known], places)
    yield {"measure": "Theil T", "part": "total", "value": found.total}
    if within:
        yield {"measure": "Theil T", "part": "between", "value": found.between}
        yield {"measure": "Theil T", "part": "within", "value": found.within}
    yield {"measure": "Gini", "part": "total", "value": gini_of_values(values[known])}


def _slope(
    held: Mapping[str, Array], kind: str, size: tuple[int, int], scale: tuple[float, float], chance: np.random.Generator
) -> Iterator[Row]:
    """SII, RII, fitted rate at the deprived end, then the rate of each group with its limits."""
    (groups, draws), (level, per) = size, scale
    cases, people = groups_by_deprivation(held["cases"], held["of"], held["deprivation"], groups)
    found = gradient_of(cases, people, kind == "share", draws, chance, level)
    low, high = found.slope_limits or (np.nan, np.nan)
    yield {"measure": "SII", "part": "total", "value": per * found.slope, "lower": per * low, "upper": per * high}
    low, high = found.ratio_limits or (np.nan, np.nan)
    yield {"measure": "RII", "part": "total", "value": found.ratio, "lower": low, "upper": high}
    yield {"measure": "fitted rate", "part": "most deprived", "value": per * found.intercept}
    yield {"measure": "fitted rate", "part": "least deprived", "value": per * (found.intercept + found.slope)}
    rates = zip(*(per * one for one in limits(cases, people, kind, level)), strict=True)
    for at, (value, lower, upper) in enumerate(rates, start=1):
        numbers_ = {"value": float(value), "lower": float(lower), "upper": float(upper)}
        yield {"measure": "rate", "part": str(at), **numbers_}


def _left_out(table: TextTable, held: Mapping[str, Array]) -> Iterator[Fault]:
    count = int(np.any([np.isnan(one) for one in held.values()], axis=0).sum())
    if count:
        what = "{count} areas lack a value and are left out."
        yield Fault("left_out", what, Place(table.file), severity="warning", values={"count": count})
