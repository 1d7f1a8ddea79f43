"""The ways in, one by one: margins, two geographies, two years, two releases, sums of hidden counts, rates, people inside.

Each fails against the gate, and succeeds against a release that was weakened in just that place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.figures import Figures
from sozialraum.protection import Earlier, Rule, Zoning, protect
from tests.protection.test_attack import (
    AREAS,
    DECLARED,
    Places,
    Row,
    equation,
    figures,
    narrowed,
    pieces,
    places,
    town,
)
from tests.protection.test_gate import count, levels, nested

RULE = Rule(top="may-hide")
SCHOOLS = {"a": "p", "b": "q", "c": "p", "d": "p", "e": "q"}
TWO: Places = places() | {("school", key): [a for a, school in SCHOOLS.items() if school == key] for key in "pq"}
FEW = ("residents", "children", "sgb2", "arrivals")
SEED = 3


def crossing(zonings: Sequence[Zoning]) -> list[dict[Zoning, str]]:
    """Areas lie in districts and in school districts that cut across them."""
    above = {a: {"planning_area": a, "district": AREAS[a], "school": SCHOOLS[a], "city": "z"} for a in AREAS}
    return [{zoning: one[zoning[0]] for zoning in zonings} for one in above.values()]


def both(*parts: Figures) -> Figures:
    """Everything that two releases tell."""
    return Figures(pa.concat_tables([one.table for one in parts]), parts[0].descriptions)


def only(where: Places, *levels: str) -> Places:
    """The areas of these levels."""
    return {key: inside for key, inside in where.items() if key[0] in levels}


@cache
def crossed() -> Figures:
    """Both geographies through the gate at once."""
    return protect(figures(town(SEED), TWO, FEW), RULE, pieces=crossing).figures


def test_two_geographies_judged_at_once_narrow_nothing() -> None:
    assert narrowed(crossed(), town(SEED), TWO) == []


def test_two_geographies_judged_each_alone_narrow_small_counts() -> None:
    alone = [
        protect(figures(town(SEED), only(TWO, *levels), FEW), RULE, pieces=crossing).figures
        for levels in (("planning_area", "district", "city"), ("planning_area", "school"))
    ]
    assert narrowed(both(*alone), town(SEED), TWO)


@cache
def first() -> Any:
    """Areas alone went out before."""
    return protect(figures(town(SEED), only(places(), "planning_area"), FEW), RULE, pieces=pieces)


def later(earlier: Sequence[Earlier]) -> Figures:
    """Districts and the city come afterwards."""
    return protect(figures(town(SEED), only(places(), "district", "city"), FEW), RULE, earlier, pieces).figures


def test_two_releases_judged_together_narrow_nothing() -> None:
    now = later([Earlier(first().figures, first().secrets)])
    assert narrowed(both(first().figures, now), town(SEED)) == []


def test_a_release_that_forgets_the_one_before_narrows_small_counts() -> None:
    assert narrowed(both(first().figures, later([])), town(SEED))


@cache
def years() -> Any:
    """Births of a year and of three years."""
    return protect(figures(town(SEED), None, ("births", "births_3y")), RULE, pieces=pieces)


def test_sums_over_years_narrow_nothing() -> None:
    assert narrowed(years().figures, town(SEED)) == []


def test_sums_over_years_judged_alone_narrow_small_counts() -> None:
    alone = [
        protect(figures(town(SEED), None, (name,)), RULE, pieces=pieces).figures for name in ("births", "births_3y")
    ]
    assert narrowed(both(*alone), town(SEED))


def shown_again(one: Any, which: Callable[[dict[str, Any]], bool], columns: Sequence[str]) -> Figures:
    """The release with some of its hidden values shown after all."""
    keys = ("level", "area", "period", "indicator")
    secret = {tuple(row[key] for key in keys): row for row in one.secrets.table.to_pylist()}
    rows = one.figures.table.to_pylist()
    for row in rows:
        before = secret.get(tuple(row[key] for key in keys))
        if before is not None and which(before):
            row.update({column: before[column] for column in columns})
    return replace(one.figures, table=pa.Table.from_pylist(rows, schema=one.figures.table.schema))


@cache
def whole() -> Any:
    """Everything at once, with secrets."""
    return protect(figures(town(SEED), None, FEW), RULE, pieces=pieces)


def test_margins_narrow_nothing_unless_only_small_counts_are_hidden() -> None:
    assert narrowed(whole().figures, town(SEED)) == []
    large = shown_again(whole(), lambda row: row["numerator"] >= 3, ("numerator", "denominator", "value"))
    assert narrowed(large, town(SEED))


def test_rates_with_published_bases_tell_their_numerators() -> None:
    """A rate left standing beside a hidden numerator is the numerator."""
    rates = shown_again(whole(), lambda row: row["denominator"] is not None, ("denominator", "value"))
    assert narrowed(rates, town(SEED))


def test_sums_of_hidden_counts_stay_open() -> None:
    """What the hidden areas of a district have together: where it is small, it is as open as each of them."""
    people, released = town(SEED), whole().figures
    rows = [row for row in released.table.to_pylist() if row["level"] == "planning_area" and row["numerator"] is None]
    sums = {}
    for row in rows:
        key = (AREAS[row["area"]], row["period"], row["indicator"])
        sums.setdefault(key, []).append(row["area"])
    small = {}
    for (district, period, name), hidden in sums.items():
        side = equation(DECLARED[name][0], hidden, int(period))
        if side is not None and 0 < side @ people < 3:
            small[district, period, name] = side
    assert all(_open(side, released) for side in small.values())
    told = {key for key, side in small.items() if not _open(side, with_districts())}
    assert told


def with_districts() -> Figures:
    """Weakened: sums of districts that are hidden stand there after all."""
    return shown_again(whole(), lambda row: row["level"] == "district", ("numerator", "denominator", "value"))


def _open(side: Row, released: Figures) -> bool:
    """Whether nobody and three or more both stay possible."""
    from scipy.optimize import linprog

    left, right = [], []
    for row in released.table.to_pylist():
        for role, parts in zip(("numerator", "denominator"), DECLARED[row["indicator"]], strict=True):
            one = None if parts is None else equation(parts, places()[row["level"], row["area"]], int(row["period"]))
            if one is not None and row[role] is not None:
                left.append(one)
                right.append(row[role])
    least, most = (
        linprog(sign * side, A_eq=np.array(left), b_eq=np.array(right), bounds=(0, None), method="highs")
        for sign in (1, -1)
    )
    return bool(least.fun < 1e-6 and (most.status == 3 or -most.fun > 3 - 1e-6))


def test_somebody_inside_learns_what_the_method_page_says() -> None:
    """People inside are not assumed by the gate: whoever is the 1 of 1 + 2 = 3 knows the other two."""
    done = protect(levels([count("u18")], u18=(1, 2, 40, 50)), Rule(), pieces=nested).figures
    shown = {row["area"]: row["numerator"] for row in done.table.to_pylist()}
    assert (shown["a"], shown["b"], shown["x"]) == (None, None, 3.0)
