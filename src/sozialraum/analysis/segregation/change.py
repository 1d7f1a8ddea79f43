"""Change of M between two dates: areas and groups that came or went, changed margins, changed structure.

Source: Elbers 2021 (with Deming & Stephan 1940 and Shapley shares); beside it Karmel & Maclachlan 1988 and
Mora & Ruiz-Castillo 2009. The three disagree, even in sign, so a report must say which one it uses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from sozialraum.analysis.segregation.measures import Array, area_shares, diversity, mutual_information
from sozialraum.errors import MismatchError, NoAnswerError

PRECISION = 1e-9
FILLING = 1e-9  # share of all people put into an empty cell, so that margins can be reached
_ROUNDS = 200_000
Keys = Sequence[str]


def proportional_fit(structure: Array, areas: Array, groups: Array, precision: float = PRECISION) -> Array:
    """The table with these margins and the odds ratios of `structure`: areas and groups are scaled in turn.

    Stops when every margin is reached to `precision` of its size. Raises: NoAnswerError when it is not.
    """
    across, down = np.ones(len(groups)), np.ones(len(areas))
    for _ in range(_ROUNDS):
        down = areas / (structure @ across)
        reached = down @ structure
        if np.max(np.abs(reached * across - groups) / groups) < precision:
            return np.asarray(structure * down[:, None] * across)
        across = groups / reached
    raise NoAnswerError("The margins cannot be reached: too many cells are empty.")


def change(
    first: Array, second: Array, before: tuple[Keys, Keys], after: tuple[Keys, Keys], method: str = "elbers"
) -> Mapping[str, float]:
    """The components of M2 - M1, and `diff` = their sum; tables are areas x groups, keys (areas, groups).

    `additions` and `removals` are areas or groups that have people at one date only; on what both dates share,
    `group_marginal` and `area_marginal` are changed shares of groups and areas, `structural` is all else.
    Raises: MismatchError when the dates share fewer than two areas or groups.
    """
    one, two = _common(first, second, before, after)
    whole = [float(mutual_information(each)) for each in (first, one, two, second)]
    parts = METHODS[method](one, two)
    return {
        "diff": whole[3] - whole[0],
        "additions": whole[3] - whole[2],
        "removals": whole[1] - whole[0],
        **parts,
    }


def _common(first: Array, second: Array, before: tuple[Keys, Keys], after: tuple[Keys, Keys]) -> tuple[Array, Array]:
    """Both tables on the areas and groups that have people at both dates, in the order of the first."""
    one, two = first, second
    names = [list(each) for each in (*before, *after)]
    while True:  # leaving out a group may empty an area, and the other way round
        for axis in (0, 1):
            keep = _lived_in(one, two, names[axis], names[axis + 2], axis)
            one, names[axis] = _chosen(one, names[axis], keep, axis)
            two, names[axis + 2] = _chosen(two, names[axis + 2], keep, axis)
        if min(one.shape) < 2:
            raise MismatchError("The two dates share fewer than two areas or groups.")
        if all(each.sum(axis=axis).all() for each in (one, two) for axis in (0, 1)):
            return one, two


def _lived_in(one: Array, two: Array, names: Keys, others: Keys, axis: int) -> list[str]:
    here = {name for name, people in zip(names, one.sum(axis=1 - axis), strict=True) if people > 0}
    there = {name for name, people in zip(others, two.sum(axis=1 - axis), strict=True) if people > 0}
    return [name for name in names if name in here & there]


def _chosen(table: Array, names: list[str], keep: list[str], axis: int) -> tuple[Array, list[str]]:
    place = {name: at for at, name in enumerate(names)}
    return np.take(table, [place[name] for name in keep], axis=axis), keep


def shapley(first: Array, second: Array, precision: float = PRECISION) -> Mapping[str, float]:
    """Group margin, area margin and structure in M2 - M1 on a common table; they add up exactly."""
    m = _mixed(first, second, precision)
    structural = (m["AAB"] - m["AAA"] + m["BBB"] - m["BBA"]) / 2
    group = (m["BAA"] - m["AAA"] + m["BBA"] - m["ABA"] + m["BBB"] - m["ABB"] + m["BAB"] - m["AAB"]) / 4
    area = (m["ABA"] - m["AAA"] + m["BBA"] - m["BAA"] + m["BBB"] - m["BAB"] + m["ABB"] - m["AAB"]) / 4
    return {"group_marginal": group, "area_marginal": area, "structural": structural}


def _mixed(first: Array, second: Array, precision: float) -> dict[str, float]:
    """M of every table [group margin][area margin][structure] with A = first, B = second."""
    tables = {"A": first / first.sum(), "B": second / second.sum()}
    filled = {name: np.where(one > 0, one, FILLING) for name, one in tables.items()}
    found = {name * 3: float(mutual_information(one)) for name, one in tables.items()}
    for name in ("AAB", "ABA", "ABB", "BAA", "BAB", "BBA"):
        groups, areas = tables[name[0]].sum(axis=0), tables[name[1]].sum(axis=1)
        found[name] = float(mutual_information(proportional_fit(filled[name[2]], areas, groups, precision)))
    return found


def karmel_maclachlan(first: Array, second: Array, precision: float = PRECISION) -> Mapping[str, float]:
    """One direction: groups, then areas of the first date brought to their size at the second; the rest of what both
    margins change is `interaction`, what remains is `structural`."""
    before, after = (each / each.sum() for each in (first, second))
    filled = np.where(before > 0, before, FILLING)
    both = proportional_fit(filled, after.sum(axis=1), after.sum(axis=0), precision)
    start, end = float(mutual_information(before)), float(mutual_information(both))
    group = float(mutual_information(before * (after.sum(axis=0) / before.sum(axis=0)))) - start
    area = float(mutual_information(before * (after.sum(axis=1) / before.sum(axis=1))[:, None])) - start
    return {
        "group_marginal": group,
        "area_marginal": area,
        "interaction": end - start - group - area,
        "structural": float(mutual_information(after)) - end,
    }


def mora_ruiz_castillo(first: Array, second: Array) -> Mapping[str, float]:
    """Change of the diversity of all (group), of where people live (area) and of the diversity inside areas."""
    inside = [diversity(area_shares(each)[:, None, :]) for each in (first, second)]
    people = [each.sum(axis=1) / each.sum() for each in (first, second)]
    return {
        "group_marginal": float(diversity(second) - diversity(first)),
        "area_marginal": float(-((people[1] - people[0]) * (inside[0] + inside[1])).sum() / 2),
        "structural": float(-((people[0] + people[1]) * (inside[1] - inside[0])).sum() / 2),
    }


METHODS: Mapping[str, Callable[[Array, Array], Mapping[str, float]]] = {
    "elbers": shapley,
    "karmel_maclachlan": karmel_maclachlan,
    "mora_ruiz_castillo": mora_ruiz_castillo,
}
