"""Rates of old and young areas made comparable: the ages of one standard population for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.analysis.uncertainty.comparing import Array
from sozialraum.analysis.uncertainty.figuring import PER, cases_and_people, slices
from sozialraum.analysis.uncertainty.standardising import standardised
from sozialraum.errors import CallError
from sozialraum.figures import CORE, Description, Figures

_PLACE = ("area", "level", "vintage", "period")
Row = dict[str, Any]


def age_standardised(figures: Figures, standard: Mapping[str, float], level: float = 0.95) -> Figures:
    """Rates that areas would have with the ages of a standard population, so that old and young areas compare.

    `figures` hold one rate per age group (indicator), `standard` the people of each age group in the standard population.
    Shape: one row `standardised` per area, level and period, with Dobson's limits; value in the indicators' unit. No value
           (`not_applicable`) below ten cases or where an age group has nobody, `missing` where a count is not known.
    Raises: CallError where age groups and standard do not fit, or units differ; InputError for an area twice or impossible
            counts.
    Source: Dobson et al. 1991.
    """
    if set(standard) != set(figures.indicators) or not all(0 < one < float("inf") for one in standard.values()):
        raise CallError("The standard population needs people for each of: {ids}.", ids=", ".join(figures.indicators))
    if len({one.unit for one in figures.descriptions}) > 1:
        raise CallError("The rates of the age groups need one unit.")
    places, counts = _by_place(figures, list(standard))
    rows = list(_rows(places, counts, list(standard.values()), PER[figures.descriptions[0].unit], level))
    return Figures(pa.Table.from_pylist(rows, CORE), (_described(figures),), figures.credits, figures.notes)


def _by_place(figures: Figures, ages: Sequence[str]) -> tuple[list[tuple[str, ...]], Array]:
    """Area, level, vintage and period, and cases and people by age group there: (places, ages, 2), NaN = not known."""
    held: dict[tuple[str, ...], dict[str, tuple[float, float]]] = {}
    for one, table in slices(figures):
        places = zip(*(table[name].to_pylist() for name in _PLACE), strict=True)
        for place, cases, people in zip(places, *cases_and_people(table, one), strict=True):
            held.setdefault(place, {})[one.id] = (float(cases), float(people))
    unknown = (np.nan, np.nan)
    return list(held), np.array([[parts.get(name, unknown) for name in ages] for parts in held.values()])


def _rows(
    places: Sequence[tuple[str, ...]], counts: Array, standard: Sequence[float], per: float, level: float
) -> Iterator[Row]:
    found = standardised(counts[:, :, 0], counts[:, :, 1], standard, level)
    numbers = np.stack([found.value, found.lower, found.upper], axis=1) * per
    for place, of_place, three in zip(places, counts, numbers.tolist(), strict=True):
        flag = "missing" if np.isnan(of_place).any() else "not_applicable" if np.isnan(three[0]) else "ok"
        cells = {
            name: None if np.isnan(one) else one for name, one in zip(("value", "lower", "upper"), three, strict=True)
        }
        yield dict(zip(_PLACE, place, strict=True)) | {"indicator": "standardised", "flag": flag} | cells


def _described(figures: Figures) -> Description:
    return replace(
        figures.descriptions[0],
        id="standardised",
        title={"de": "Altersstandardisierte Rate", "en": "Age-standardised rate"},
        kind="combined",
        counts=False,
        part_of_denominator=False,
        parts=figures.indicators,
        compares=True,
    )
