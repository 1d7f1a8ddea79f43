"""Inequality between areas on figures: slope along deprivation, Theil's T and Gini of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.analysis.doubles import must_be_of_one_vintage, must_stand_once
from sozialraum.analysis.uncertainty.comparing import Array
from sozialraum.analysis.uncertainty.figuring import PER, cases_and_people, parents_of
from sozialraum.analysis.uncertainty.inequality import gini_of_values, gradient_of, groups_by_deprivation, theil_t
from sozialraum.errors import CallError, MismatchError
from sozialraum.figures import CORE, Description, Figures

Row = dict[str, Any]
TITLES = {
    "slope": ("Steigungsindex der Ungleichheit (SII)", "Slope index of inequality (SII)"),
    "ratio": ("Relativer Index der Ungleichheit (RII)", "Relative index of inequality (RII)"),
    "theil": ("Ungleichheit der Gebiete (Theil T)", "Inequality of areas (Theil T)"),
    "theil_between": (
        "Ungleichheit zwischen den gröberen Gebieten (Theil T)",
        "Inequality between coarser areas (Theil T)",
    ),
    "theil_within": ("Ungleichheit in den gröberen Gebieten (Theil T)", "Inequality within coarser areas (Theil T)"),
    "gini": ("Ungleichheit der Gebiete (Gini)", "Inequality of areas (Gini)"),
}


def gradient(figures: Figures, deprivation: Figures, groups: int = 10, draws: int = 2000, seed: int = 1) -> Figures:
    """How much an indicator falls from the most to the least deprived areas, each period by itself.

    `deprivation` is one index of the same areas and one period, higher = more deprived. Areas are put into `groups` of
    about equal population in its order; then weighted least squares on the midpoints of cumulative population.
    Shape: rows `<indicator>.slope` (in the indicator's unit, negative = higher where deprived) and `.ratio`, area `total`,
           with limits from redraws of the groups' rates.
    Raises: CallError where an indicator has no counts; InputError for an area twice or impossible counts; MismatchError where
            areas have no deprivation.
    """
    place = _deprivation(deprivation)
    generator = np.random.default_rng(seed)
    rows = [row for one, table in _by_period(figures) for row in _slope(table, one, place, groups, draws, generator)]
    return _figures(rows, figures, ("slope", "ratio"))


def inequality(figures: Figures, within: Mapping[str, str] | None = None) -> Figures:
    """Theil's T and Gini of the values of all areas, unweighted, by indicator and period; area `total`, 0 = all equal.

    `within` (area -> key of its coarser area) also splits T exactly: `<indicator>.theil_between` and `.theil_within`.
    Areas without a value are left out. Raises: NoAnswerError with fewer than two values, or negative ones; InputError for an
    area twice; MismatchError for an area without a coarser area.
    """
    names = ("theil", "gini") if within is None else ("theil", "theil_between", "theil_within", "gini")
    rows = []
    for one, table in _by_period(figures):
        known = table.filter(table["value"].is_valid())
        values = known["value"].to_numpy()
        t = theil_t(values, None if within is None else parents_of(known["area"].to_pylist(), within))
        found = {"theil": t.total, "theil_between": t.between, "theil_within": t.within, "gini": gini_of_values(values)}
        rows += [_row(table, one, name, found[name]) for name in names]
    return _figures(rows, figures, names)


def _by_period(figures: Figures) -> Iterator[tuple[Description, pa.Table]]:
    if len(figures.levels) != 1:
        raise CallError("Inequality needs figures of one level.", remedy="Choose one: figures.on(...).")
    must_stand_once(figures)
    must_be_of_one_vintage(figures)
    for one in figures.descriptions:
        for period in figures.periods:
            table = figures.select(one.id).at(period).table
            if table.num_rows:
                yield one, table


def _deprivation(given: Figures) -> dict[str, float]:
    if len(given.indicators) != 1 or len(given.periods) != 1:
        raise CallError("Deprivation is one index at one period.")
    must_stand_once(given)
    pairs = zip(given.table["area"].to_pylist(), given.table["value"].to_pylist(), strict=True)
    return {area: value for area, value in pairs if value is not None}


def _slope(
    table: pa.Table,
    one: Description,
    place: Mapping[str, float],
    groups: int,
    draws: int,
    generator: np.random.Generator,
) -> Iterator[Row]:
    cases, people = _grouped(table, one, place, groups)
    found = gradient_of(cases, people, one.part_of_denominator, draws, generator)
    per = PER[one.unit]
    low, high = found.slope_limits or (np.nan, np.nan)
    yield _row(table, one, "slope", per * found.slope, per * low, per * high)
    yield _row(table, one, "ratio", found.ratio, *(found.ratio_limits or (np.nan, np.nan)))


def _grouped(table: pa.Table, one: Description, place: Mapping[str, float], groups: int) -> tuple[Array, Array]:
    """Cases and people of the groups, most deprived first; areas without counts are left out."""
    cases, people = cases_and_people(table, one)
    known = ~np.isnan(cases) & (people > 0)
    if not known.any():
        raise CallError("'{id}' has no cases and people behind it.", remedy="Choose shares or rates.", id=one.id)
    areas = np.array(table["area"].to_pylist(), dtype=object)
    lacking = [area for area in areas[known] if area not in place]
    if lacking:
        what = "{count} areas have no deprivation, the first is '{area}'."
        raise MismatchError(what, count=len(lacking), area=lacking[0])
    order = np.argsort(areas.astype(str), kind="stable")
    deprived = np.array([place.get(area, np.nan) for area in areas])
    return groups_by_deprivation(cases[order], people[order], deprived[order], groups)


def _row(
    table: pa.Table, one: Description, name: str, value: float, lower: float = np.nan, upper: float = np.nan
) -> Row:
    numbers = {"value": value, "lower": lower, "upper": upper}
    cells = {key: None if np.isnan(number) else float(number) for key, number in numbers.items()}
    head = {key: table[key][0].as_py() for key in ("vintage", "period")}
    flag = "not_applicable" if cells["value"] is None else "ok"
    return {"area": "total", "level": "total", **head, "indicator": f"{one.id}.{name}", **cells, "flag": flag}


def _figures(rows: list[Row], figures: Figures, names: tuple[str, ...]) -> Figures:
    described = tuple(_described(one, name) for one in figures.descriptions for name in names)
    return Figures(pa.Table.from_pylist(rows, CORE), described, figures.credits)


def _described(one: Description, name: str) -> Description:
    de, en = TITLES[name]
    unit = {"percent": "percentage_points"}.get(one.unit, one.unit) if name == "slope" else "score"
    title = {"de": f"{one.title['de']}: {de}", "en": f"{one.title.get('en', one.title['de'])}: {en}"}
    return Description(
        f"{one.id}.{name}",
        title,
        unit=unit,
        field=one.field,
        kind="combined",
        decimals=one.decimals if name == "slope" else 2,
        counts=False,
        part_of_denominator=False,
        parts=(one.id,),
        compares=True,
    )
