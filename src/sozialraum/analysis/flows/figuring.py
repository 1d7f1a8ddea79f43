"""Flows on figures: an indicator of counts with the other end of the flow in the column `other`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.analysis.doubles import must_be_finite
from sozialraum.analysis.flows.balances import balances
from sozialraum.analysis.flows.matrix import Flows, flows
from sozialraum.analysis.flows.structure import functional_areas, main_flows, partner_entropy
from sozialraum.errors import CallError, Fault, InputError
from sozialraum.figures import CORE, Description, Figures

RESULT = pa.schema([("other", pa.string()), ("hidden_pairs", pa.int64())])
TITLES: Mapping[str, tuple[str, str, str, int]] = {
    "in": ("Einpendelnde", "People who come in", "persons", 0),
    "out": ("Auspendelnde", "People who go out", "persons", 0),
    "inside": ("Bleibende", "People who stay", "persons", 0),
    "balance": ("Pendlersaldo", "Balance of in and out", "persons", 0),
    "in_rate": ("Einpendlerquote", "Share of workplaces held from outside", "percent", 1),
    "out_rate": ("Auspendlerquote", "Share of residents who go out", "percent", 1),
    "centrality": ("Arbeitsplatzzentralität", "Workplaces per working resident", "score", 2),
    "self_containment": ("Anteil der am Wohnort Arbeitenden", "Self-containment", "percent", 1),
    "self_sufficiency": ("Anteil der Arbeitsplätze für Ansässige", "Self-sufficiency", "percent", 1),
    "effectiveness": ("Wirksamkeit der Bewegung", "Effectiveness of movement", "score", 2),
    "partner_entropy": ("Streuung der Ziele", "Spread of destinations", "score", 2),
    "main_flow": ("Hauptziel", "Main destination", "persons", 0),
    "functional_area": ("Zentrum des Verflechtungsraums", "Centre of the functional area", "score", 0),
}
Row = dict[str, Any]


def interchange(figures: Figures, smallest: float | None = None, most_hidden: float | None = None) -> Figures:
    """Balances, rates, main destination and functional area of every area, from figures whose column `other` is the target.

    Shape:   one indicator of counts in, rows from `area` (home) to `other` (work); out rows `<id>.<measure>` by area and
             period. `main_flow` and `functional_area` (with `smallest`, the fewest workplaces of a centre) name an area in
             `other`. Percent for rates and shares.
    hidden:  a missing or suppressed count stays apart: values are of the known pairs, `hidden_pairs` says how many touch
             them, flag `estimated`; `lower` and `upper` hold what they can be where `most_hidden` is known.
    Raises:  CallError where there is no column `other`, or not one indicator of one level; InputError for negative
             counts, an empty key or a pair twice.
    """
    if "other" not in figures.table.schema.names:
        raise CallError("Flows need the column 'other' for the other end.")
    if len(figures.indicators) != 1 or len(figures.levels) != 1:
        raise CallError("Flows need one indicator of one level.")
    if most_hidden is not None and not 0 <= most_hidden < float("inf"):
        raise CallError("The largest hidden count is a number from 0 on, not {most}.", most=most_hidden)
    rows = [row for period in figures.periods for row in _period(figures.at(period), smallest, most_hidden)]
    names = [name for name in TITLES if name != "functional_area" or smallest is not None]
    described = tuple(_described(figures.descriptions[0], name) for name in names)
    return Figures(pa.Table.from_pylist(rows, pa.schema([*CORE, *RESULT])), described, figures.credits)


def _period(figures: Figures, smallest: float | None, most_hidden: float | None) -> Iterator[Row]:
    given = _read(figures, most_hidden)
    first = figures.table.slice(0, 1).to_pylist()[0]
    head = {name: first[name] for name in ("level", "vintage", "period")}
    name = figures.indicators[0]
    for measure, row in measured(given, smallest):
        yield head | row | {"indicator": f"{name}.{measure}"}


def _read(figures: Figures, most_hidden: float | None) -> Flows:
    origins, targets, counts = (figures.table[name].to_pylist() for name in ("area", "other", "value"))
    must_be_finite(figures)
    if not all(origins) or not all(targets):
        raise InputError([Fault("empty_area", "the area key is empty.")])
    if len(set(zip(origins, targets, strict=True))) < len(origins):
        raise InputError([Fault("pair_twice", "a pair of areas stands more than once.")])
    if any(one is not None and one < 0 for one in counts):
        raise InputError([Fault("negative", "a count cannot be negative.")])
    return flows(origins, targets, counts, most_hidden)


def measured(given: Flows, smallest: float | None = None) -> Iterator[tuple[str, Row]]:
    """Measure and row (area, value, lower, upper, flag, other, hidden_pairs) for every area."""
    for name, one in balances(given).items():
        per = 100.0 if TITLES[name][2] == "percent" else 1.0
        for at, area in enumerate(given.areas):
            yield name, _row(area, per * one.value[at], per * one.lower[at], per * one.upper[at], int(one.hidden[at]))
    hidden = given.outward(given.hidden)
    for at, (area, value) in enumerate(zip(given.areas, partner_entropy(given).tolist(), strict=True)):
        yield "partner_entropy", _row(area, value, hidden=int(hidden[at]))
    yield from _named("main_flow", given, main_flows(given).tolist())
    if smallest is not None:
        yield from _named("functional_area", given, functional_areas(given, smallest).tolist())


def _named(name: str, given: Flows, found: list[int]) -> Iterator[tuple[str, Row]]:
    known = dict(zip(zip(given.origin.tolist(), given.target.tolist(), strict=True), given.known.tolist(), strict=True))
    for at, (area, other) in enumerate(zip(given.areas, found, strict=True)):
        row = _row(area, known.get((at, other), 0.0) if other >= 0 and name == "main_flow" else float("nan"))
        yield name, row | {"other": given.areas[other] if other >= 0 else None}


def _row(area: str, value: float, lower: float = float("nan"), upper: float = float("nan"), hidden: int = 0) -> Row:
    flag = "not_applicable" if np.isnan(value) else "estimated" if hidden else "ok"
    limits = (lower, upper) if hidden else (float("nan"), float("nan"))
    cells = {
        name: None if np.isnan(one) else float(one)
        for name, one in zip(("value", "lower", "upper"), (value, *limits), strict=True)
    }
    return {"area": area, **cells, "flag": flag, "hidden_pairs": hidden}


def _described(one: Description, name: str) -> Description:
    de, en, unit, decimals = TITLES[name]
    return Description(
        f"{one.id}.{name}",
        {"de": de, "en": en},
        unit=unit,
        field="mobility",
        kind="total" if unit == "persons" else "combined",
        decimals=decimals,
        counts=name in ("in", "out", "inside", "main_flow"),
        part_of_denominator=False,
        parts=(one.id,),
    )
