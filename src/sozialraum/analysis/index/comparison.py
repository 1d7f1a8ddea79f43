"""Two editions of an index on the fixed base of the first: which areas moved, apart from the whole city moving."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.analysis.index.composite import describe
from sozialraum.analysis.index.definition import IndexDefinition
from sozialraum.analysis.index.edition import Result, excluded, results
from sozialraum.analysis.index.inputs import Slice, slices
from sozialraum.errors import CallError, MismatchError, NoAnswerError
from sozialraum.figures import CORE, Description, Figures

RESULT = pa.schema(
    [
        ("period_before", pa.string()),
        ("value_before", pa.float64()),
        ("class_before", pa.string()),
        ("class", pa.string()),
        ("class_fixed", pa.string()),
        ("moved", pa.int64()),
    ]
)


def comparison(
    figures: Figures,
    definition: IndexDefinition,
    before: str | int,
    after: str | int,
    residents: Figures | None = None,
    unchanged: Collection[str] | None = None,
) -> Figures:
    """Classes of two editions, the second also measured with the means and spreads of the first.

    Shape:   one row `<id>.<dimension>.moved` per area that goes into both editions, at the later period.
    Unit:    value = index after on the base of before, minus index before; `class_before` and `class` as each edition
             publishes them, `class_fixed` = after on the base of before, `moved` = classes moved on the fixed base
             (positive = worse).
    `unchanged` names the areas whose boundaries are the same; needed when the two editions have different boundaries.
    Raises:  MismatchError for different boundaries without `unchanged`; NoAnswerError for ranked or missing editions.
    """
    first, second = (_edition(figures, definition, str(period), residents) for period in (before, after))
    if first.edition.vintage != second.edition.vintage and unchanged is None:
        raise MismatchError(
            "The editions {before} and {after} have different boundaries.",
            remedy="Name the unchanged areas, or convert one edition.",
            before=str(before),
            after=str(after),
        )
    old = _results(first, definition)
    own, fixed = _results(second, definition), _results(second, on_base(definition, old))
    parts = [_moves(first, second, *three, unchanged) for three in zip(old, own, fixed, strict=True)]
    table = pa.Table.from_pylist([row for part in parts for row in part], schema=pa.schema([*CORE, *RESULT]))
    names = pa.array([f"{definition.id}.{one}.moved" for one in table["indicator"].to_pylist()], pa.string())
    table = table.set_column(table.schema.get_field_index("indicator"), "indicator", names)
    return Figures(table, tuple(_descriptions(definition)), figures.credits, figures.notes)


def on_base(definition: IndexDefinition, found: tuple[Result, ...]) -> IndexDefinition:
    """The definition with the means and spreads of these results as its fixed base.

    Raises: NoAnswerError for a dimension that is not standardised by z: ranks have no base to keep.
    """
    ranked = [one.dimension.id for one in found if one.dimension.standardise != "z"]
    if ranked:
        raise NoAnswerError("A fixed base needs z values; the dimension '{id}' has none.", id=ranked[0])
    fixed = [one.dimension.model_copy(update={"base": dict(one.scored.base)}) for one in found]
    return definition.model_copy(update={"reference": "fixed", "dimension": tuple(fixed)})


def _edition(figures: Figures, definition: IndexDefinition, period: str, residents: Figures | None) -> Slice:
    found = [one for one in slices(figures, definition, residents) if one.period == period]
    if len(found) != 1:
        raise CallError(
            "There are {count} editions for {period}; one level is needed.", count=len(found), period=period
        )
    return found[0]


def _results(part: Slice, definition: IndexDefinition) -> tuple[Result, ...]:
    return results(part.edition, definition, excluded(part.edition, definition))


def _moves(
    first: Slice, second: Slice, old: Result, own: Result, fixed: Result, unchanged: Collection[str] | None
) -> list[dict[str, Any]]:
    places = {area: at for at, area in enumerate(first.edition.areas.tolist())}
    rows = []
    for at, area in enumerate(second.edition.areas.tolist()):
        was = places.get(area)
        if was is None or old.rank[was] == 0 or own.rank[at] == 0 or (unchanged is not None and area not in unchanged):
            continue
        rows.append({"area": area, **_place(second), **_move(old, was, own, fixed, at), "period_before": first.period})
    return rows


def _place(part: Slice) -> Mapping[str, Any]:
    return {"level": part.level, "vintage": part.edition.vintage, "period": part.period, "flag": "ok"}


def _move(old: Result, was: int, own: Result, fixed: Result, at: int) -> Mapping[str, Any]:
    ids = [one.id for one in old.dimension.classes]
    classes = {"class_before": old.classes[was], "class": own.classes[at], "class_fixed": fixed.classes[at]}
    return {
        "indicator": old.dimension.id,
        "value": float(fixed.index[at] - old.index[was]),
        "value_before": float(old.index[was]),
        **({name: ids[place] for name, place in classes.items()} if ids else {}),
        "moved": int(np.int64(fixed.classes[at]) - old.classes[was]) if ids else None,
    }


def _descriptions(definition: IndexDefinition) -> list[Description]:
    from dataclasses import replace

    wanted = {f"{definition.id}.{one.id}" for one in definition.dimension}
    return [
        replace(
            one,
            id=f"{one.id}.moved",
            title={"de": f"Veränderung: {one.title['de']}", "en": f"Change: {one.title['en']}"},
        )
        for one in describe(definition)
        if one.id in wanted
    ]
