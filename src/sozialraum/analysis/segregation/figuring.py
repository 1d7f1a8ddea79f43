"""Segregation on figures: one indicator of counts per group in, measures and local contributions out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.analysis.doubles import must_be_finite, must_be_of_one_vintage
from sozialraum.analysis.segregation import certainty, decomposition, measures
from sozialraum.analysis.segregation import change as changes
from sozialraum.analysis.segregation.described import IDS, described, descriptions
from sozialraum.analysis.segregation.measures import Array
from sozialraum.errors import CallError, Fault, InputError, MismatchError, NoAnswerError
from sozialraum.figures import CORE, Figures

RESULT = pa.schema(
    [
        ("group", pa.string()),
        ("other", pa.string()),
        ("part", pa.string()),
        ("expected", pa.float64()),
        ("corrected", pa.float64()),
        ("p_value", pa.float64()),
    ]
)
Row = dict[str, Any]


@dataclass(frozen=True)
class Groups:
    """People by area and group at one period; `table` is (areas, groups)."""

    areas: tuple[str, ...]
    groups: tuple[str, ...]
    table: Array
    level: str = ""
    vintage: str = ""
    period: str = ""


def segregation(
    figures: Figures,
    groups: Sequence[str] | None = None,
    within: Mapping[str, Mapping[str, str]] | None = None,
    draws: int = 0,
    seed: int = 1,
) -> Figures:
    """Every measure of docs/methods/segregation.md, from counts of one level; each period by itself.

    Shape:   indicators `segregation.<measure>`; for the whole the area is `total`, with `group`, `other` (exposure) and
             `part`; local contributions, local diversity and location quotients stand in rows of their areas.
    within:  level -> area -> key of the coarser area, coarsest level first: M and H are split exactly into `between`, each
             further level, and `within`; M, H and E inside a coarser area have its key as `part`.
    Unit:    0 = even, 1 = apart, except entropy, M and its local parts (natural logarithm) and location quotients.
    draws:   with redraws M, H and the multigroup D get bootstrap limits, the value without bootstrap bias
             (`corrected`), what chance alone gives (`expected`) and p for "no more than chance"; a measure that a redraw
             leaves without a second group has no limits.
    A measure of a group with nobody has no value (`not_applicable`); an area with nobody drops out.
    Raises:  CallError for several levels; InputError for negative counts; NoAnswerError where counts are missing
             (a suppressed count is not 0), or fewer than two areas or groups have people.
    """
    chosen = tuple(groups or figures.indicators)
    tables = [must_count(one) for one in counted(figures, chosen)]
    rows = [row for one in tables for row in _rows(one, within, draws, np.random.default_rng(seed))]
    names = {row.pop("measure") for row in rows}
    schema = pa.schema([*CORE, *RESULT])
    return Figures(pa.Table.from_pylist(rows, schema), descriptions(names, chosen), figures.credits)


def segregation_change(
    figures: Figures,
    first: str | int,
    last: str | int,
    groups: Sequence[str] | None = None,
    method: str = "elbers",
    draws: int = 0,
    seed: int = 1,
) -> Figures:
    """What made M change between two periods; `method` is elbers, karmel_maclachlan or mora_ruiz_castillo.

    Shape:   one row `segregation_change.<component>` each, area `total`: diff, additions, removals, group_marginal,
             area_marginal, structural (and interaction with karmel_maclachlan); all but diff add up to diff.
    Unit:    M, natural logarithm.
    draws:   with redraws every component gets bootstrap limits and `corrected`, from people drawn anew at both dates; none
             where the dates share no second group in a redraw.
    Raises:  CallError for an unknown method or period, or boundaries that differ; otherwise as `segregation`.
    """
    if method not in changes.METHODS:
        raise CallError("There is no method '{method}'; there are: {known}.", method=method, known=_known_methods())
    chosen = tuple(groups or figures.indicators)
    pair = [_at(figures, chosen, str(period)) for period in (first, last)]
    if pair[0].vintage != pair[1].vintage:
        raise MismatchError("The boundaries of both dates differ.", remedy="Compute both on one set of boundaries.")
    found = changed(pair, method, draws, np.random.default_rng(seed))
    rows = [_total(pair[1], f"segregation_change.{name}", **one) for name, one in found.items()]
    parts = tuple(described(f"segregation_change.{name}", *COMPONENTS[name], chosen) for name in found)
    notes = {"segregation_change": {"method": method, "first": str(first), "last": str(last)}}
    return Figures(pa.Table.from_pylist(rows, pa.schema([*CORE, *RESULT])), parts, figures.credits, notes)


def changed(pair: Sequence[Groups], method: str, draws: int, generator: np.random.Generator) -> dict[str, Row]:
    """Component -> `value`, and with redraws `lower`, `upper` and `corrected`. Raises: MismatchError, NoAnswerError."""
    found = _components(pair, [one.table for one in pair], method)
    sure = _redrawn(pair, found, method, draws, generator) if draws else {}
    return {name: {"value": value} | sure.get(name, {}) for name, value in found.items()}


def _components(pair: Sequence[Groups], tables: Sequence[Array], method: str) -> Mapping[str, float]:
    keys = [(one.areas, one.groups) for one in pair]
    return changes.change(tables[0], tables[1], keys[0], keys[1], method)


def _redrawn(
    pair: Sequence[Groups], found: Mapping[str, float], method: str, draws: int, generator: np.random.Generator
) -> dict[str, Row]:
    """Limits and corrected value of every component."""
    drawn = []
    for _ in range(draws):
        tables = [certainty.bootstrap(one.table, np.asarray, 1, generator)[0] for one in pair]
        try:
            drawn.append(list(_components(pair, tables, method).values()))
        except (MismatchError, NoAnswerError):  # a group so small that nobody of it is drawn: limits are not known
            drawn.append([float("nan")] * len(found))
    sure = certainty.corrected(np.array(list(found.values())), np.array(drawn))
    limits = zip(found, sure.lower.tolist(), sure.upper.tolist(), sure.value.tolist(), strict=True)
    return {name: _without_nan({"lower": low, "upper": high, "corrected": value}) for name, low, high, value in limits}


def _without_nan(cells: Row) -> Row:
    return {name: None if np.isnan(value) else value for name, value in cells.items()}


COMPONENTS: Mapping[str, tuple[str, str]] = {
    "diff": ("Veränderung von M", "Change of M"),
    "additions": ("durch neue Gebiete und Gruppen", "by new areas and groups"),
    "removals": ("durch weggefallene Gebiete und Gruppen", "by areas and groups that are gone"),
    "group_marginal": ("durch die Größe der Gruppen", "by the size of the groups"),
    "area_marginal": ("durch die Größe der Gebiete", "by the size of the areas"),
    "interaction": ("durch beide Größen zusammen", "by both sizes together"),
    "structural": ("durch die Verteilung selbst", "by the distribution itself"),
}


def _known_methods() -> str:
    return ", ".join(changes.METHODS)


def _at(figures: Figures, groups: Sequence[str], period: str) -> Groups:
    found = [one for one in counted(figures, groups) if one.period == period]
    if not found:
        raise CallError("There are no figures for {period}.", period=period)
    return must_count(found[0])


def counted(figures: Figures, groups: Sequence[str]) -> list[Groups]:
    """The counts of every period as a table of areas and groups; a missing row or value is NaN.

    Raises: CallError for fewer than two groups or several levels; InputError where an area stands twice or a value is no
             number; MismatchError for areas of several boundaries.
    """
    if len(groups) < 2:
        raise CallError("Segregation needs at least two groups.")
    chosen = figures.select(*groups)
    must_be_finite(chosen)
    must_be_of_one_vintage(chosen)
    if len(chosen.levels) != 1:
        raise CallError("Segregation needs figures of one level.", remedy="Choose one: figures.on(...).")
    return [_table(chosen.at(period), groups, period) for period in chosen.periods]


def _table(figures: Figures, groups: Sequence[str], period: str) -> Groups:
    names = ("area", "indicator", "value", "vintage")
    areas, held, values, vintages = (figures.table[name].to_pylist() for name in names)
    keys = sorted(set(areas))
    row, column = {key: at for at, key in enumerate(keys)}, {name: at for at, name in enumerate(groups)}
    places = [(row[area], column[name]) for area, name in zip(areas, held, strict=True)]
    if len(set(places)) < len(places):
        raise InputError([Fault("area_twice", "an area stands more than once for a group.")])
    table = np.full((len(keys), len(groups)), np.nan)
    table[tuple(np.array(places).T)] = [np.nan if value is None else value for value in values]
    return Groups(tuple(keys), tuple(groups), table, figures.levels[0], min(vintages), period)


def must_count(one: Groups) -> Groups:
    """The table itself. Raises: InputError, NoAnswerError when it cannot be measured."""
    unknown = int(np.isnan(one.table).any(axis=1).sum())
    if unknown:
        raise NoAnswerError(
            "In {period} {unknown} of {all} areas lack a count.",
            why="A suppressed or missing count is not 0, and measures of the other areas are not those of the whole.",
            remedy="Use a coarser level or groups without gaps.",
            period=one.period,
            unknown=unknown,
            all=len(one.areas),
        )
    if (one.table < 0).any():
        raise InputError([Fault("negative", "a count cannot be negative.")])
    must_be_mixed(one.table)
    return one


def must_be_mixed(table: Array) -> None:
    """Raises: NoAnswerError when fewer than two areas or two groups have people."""
    if (table.sum(axis=1) > 0).sum() < 2 or (table.sum(axis=0) > 0).sum() < 2:
        raise NoAnswerError("Segregation needs at least two areas and two groups with people.")


def measured(table: Array, groups: Sequence[str]) -> Iterator[Row]:
    """Rows measure, group, other, value for the whole; NaN where a group has nobody."""
    for name, measure in measures.WHOLE.items():
        yield {"measure": name, "group": None, "other": None, "value": float(measure(table))}
    for name, measure in measures.OF_GROUP.items():
        for group, value in zip(groups, measure(table).tolist(), strict=True):
            yield {"measure": name, "group": group, "other": None, "value": value}
    for group, shares in zip(groups, measures.exposure(table).tolist(), strict=True):
        for other, value in zip(groups, shares, strict=True):
            yield {"measure": "Exposure/interaction", "group": group, "other": other, "value": value}


def split_rows(table: Array, levels: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """Rows measure, part, level, value for coarser areas (name of the level -> key of each area), coarsest level first.

    Parts `between` (the coarsest), the names of further levels (between these inside the level before) and `within` add up
    to the whole; then M, H and E inside every coarser area, by its key.
    """
    keys = {level: sorted(set(parents)) for level, parents in levels.items()}
    places = [np.searchsorted(keys[level], parents).astype(np.int64) for level, parents in levels.items()]
    parts = ["between", *list(levels)[1:], "within"]
    for part, (m, h) in zip(parts, decomposition.nested(table, places), strict=True):
        yield {"measure": "Mutual information M", "part": part, "level": "total", "value": float(m)}
        yield {"measure": "Theil H", "part": part, "level": "total", "value": float(h)}
    for level, place in zip(levels, places, strict=True):
        for at, key in enumerate(keys[level]):
            yield from _inside(table[place == at], key, level)


def _inside(table: Array, key: str, level: str) -> Iterator[Row]:
    for name in ("Mutual information M", "Theil H", "Entropy/diversity E"):
        yield {"measure": name, "part": key, "level": level, "value": float(measures.WHOLE[name](table))}


def _rows(
    one: Groups, within: Mapping[str, Mapping[str, str]] | None, draws: int, generator: np.random.Generator
) -> Iterator[Row]:
    sure = certainties(one.table, draws, generator) if draws else {}
    for row in measured(one.table, one.groups):
        yield _total(one, IDS[row["measure"]], part="total", **row) | sure.get(row["measure"], {})
    if within:
        levels = {level: _parents(one, parents) for level, parents in within.items()}
        for row in split_rows(one.table, levels):
            yield _total(one, IDS[row["measure"]], **row)
    yield from _local(one)


def _parents(one: Groups, within: Mapping[str, str]) -> list[str]:
    unknown = [area for area in one.areas if area not in within]
    if unknown:
        what = "{count} areas have no coarser area, the first is '{area}'."
        raise MismatchError(what, count=len(unknown), area=unknown[0])
    return [within[area] for area in one.areas]


def _total(one: Groups, indicator: str, value: float, area: str = "total", level: str = "total", **more: Any) -> Row:
    known = not np.isnan(value)
    return {
        "area": area,
        "level": level,
        "vintage": one.vintage,
        "period": one.period,
        "indicator": indicator,
        "value": value if known else None,
        "flag": "ok" if known else "not_applicable",
        **more,
    }


_DRAWN = ("Mutual information M", "Theil H", "Multigroup D")


def certainties(table: Array, draws: int, generator: np.random.Generator) -> dict[str, Row]:
    """By measure: limits, corrected value, what chance gives and p, of the measures that speak of all groups."""
    found = {}
    for name in _DRAWN:
        measure = measures.WHOLE[name]
        estimate = measure(table)
        drawn = certainty.corrected(estimate, certainty.bootstrap(table, measure, draws, generator))
        test = certainty.chance_test(table, measure, draws, generator)
        limits = {"lower": float(drawn.lower), "upper": float(drawn.upper), "corrected": float(drawn.value)}
        found[name] = _without_nan(limits | {"expected": test.expected, "p_value": test.p})
    return found


def _local(one: Groups) -> Iterator[Row]:
    for row in local_rows(one.table, one.areas, one.groups):
        yield _total(one, IDS[row["measure"]], level=one.level, **row)


def local_rows(table: Array, areas: Sequence[str], groups: Sequence[str]) -> Iterator[Row]:
    """Rows measure, area, group (location quotients only), value: what each area adds; NaN where it has nobody."""
    local = {
        "Local M": measures.local_mutual_information(table),
        "Local diversity": measures.local_diversity(table),
    }
    for name, values in local.items():
        for area, value in zip(areas, values.tolist(), strict=True):
            yield {"measure": name, "area": area, "value": value}
    for area, quotients in zip(areas, measures.location_quotient(table).tolist(), strict=True):
        for group, value in zip(groups, quotients, strict=True):
            yield {"measure": "Location quotient", "area": area, "group": group, "value": value}
