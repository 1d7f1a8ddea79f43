"""From a share to the two groups behind it: those who are counted, and all others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from sozialraum.errors import CallError
from sozialraum.figures import Description, Figures

OTHERS = {"de": "alle anderen", "en": "all others"}


def groups_of_share(figures: Figures) -> Figures:
    """People inside and outside of a share, as measures of segregation want them.

    Shape: rows `<indicator>.inside` (value = numerator) and `<indicator>.outside` (value = denominator less numerator), in
           persons; a row whose counts are not known has no value and keeps its flag.
    Raises: CallError for anything but one indicator whose numerator is a part of its denominator.
    """
    if len(figures.indicators) != 1 or not figures.descriptions[0].part_of_denominator:
        raise CallError("Two groups come from one share: choose one indicator whose cases are a part of the people.")
    one, table = figures.descriptions[0], figures.table
    cases, people = (
        table[name].to_numpy(zero_copy_only=False).astype(np.float64) for name in ("numerator", "denominator")
    )
    parts = [
        _rows(table, f"{one.id}.{name}", values) for name, values in (("inside", cases), ("outside", people - cases))
    ]
    described = (_described(one, "inside", dict(one.short or one.title)), _described(one, "outside", OTHERS))
    return Figures(pa.concat_tables(parts), described, figures.credits, figures.notes)


def _rows(table: pa.Table, indicator: str, values: np.ndarray) -> pa.Table:
    empty = pa.nulls(table.num_rows, pa.float64())
    made = {
        "indicator": pa.array([indicator] * table.num_rows, pa.string()),
        "value": pa.array(values, from_pandas=True),
    }
    made |= dict.fromkeys(("numerator", "denominator", "lower", "upper"), empty)
    for name, column in made.items():
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table


def _described(one: Description, name: str, titles: Mapping[str, str]) -> Description:
    return replace(
        one,
        id=f"{one.id}.{name}",
        title=titles,
        short={},
        unit="persons",
        kind="total",
        decimals=0,
        counts=False,
        part_of_denominator=False,
        conditions={},
        parts=(one.id,),
    )
