"""Typology (Gebietstypen): the classes of all dimensions together, and which areas deserve attention."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sozialraum.analysis.index.definition import IndexDefinition
from sozialraum.analysis.index.edition import Result
from sozialraum.errors import CallError
from sozialraum.figures import Figures


def type_classes(found: Sequence[Result], inside: NDArray[np.bool_]) -> list[str | None]:
    """The classes of every area, joined: `mittel/stabil`; None for excluded areas."""
    columns = [[each.id for each in one.dimension.classes] for one in found if one.dimension.classes]
    places = zip(*(one.classes.tolist() for one in found if one.dimension.classes), strict=True)
    return [
        "/".join(ids[at] for ids, at in zip(columns, row, strict=True)) if keep else None
        for row, keep in zip(places, inside.tolist(), strict=True)
    ]


def needs_attention(
    found: Sequence[Result], definition: IndexDefinition, inside: NDArray[np.bool_]
) -> list[bool | None]:
    """Whether one of the definition's attention rules holds for the area; None for excluded areas."""
    by_id = {one.dimension.id: one for one in found}
    marked = np.zeros(len(inside), bool)
    for rule in definition.attention:
        marked |= np.all([_is_class(by_id[dimension], wanted) for dimension, wanted in rule.items()], axis=0)
    return [mark if keep else None for mark, keep in zip(marked.tolist(), inside.tolist(), strict=True)]


def _is_class(found: Result, wanted: str) -> NDArray[np.bool_]:
    place = [one.id for one in found.dimension.classes].index(wanted)
    return np.asarray(found.classes == place)


def typology(index: Figures, definition: IndexDefinition) -> pa.Table:
    """Number of areas per combination of classes: columns level, period, one per dimension, areas, attention.

    Every combination stands there, also those without areas, from the least to the most disadvantaged.
    Raises: CallError when the figures hold no `<id>.type`.
    """
    name = f"{definition.id}.type"
    index.description(name)
    rows = index.table.filter(pc.and_(pc.equal(index.table["indicator"], name), pc.is_valid(index.table["class"])))
    counted = rows.group_by(["level", "period", "class"]).aggregate([("area", "count")]).to_pylist()
    known = {(one["level"], one["period"], one["class"]): one["area_count"] for one in counted}
    return pa.Table.from_pylist(_combinations(known, definition))


def _combinations(known: dict[tuple[str, str, str], int], definition: IndexDefinition) -> list[dict[str, object]]:
    dimensions = [one for one in definition.dimension if one.classes]
    if len(dimensions) < 2:
        raise CallError("The index '{id}' has no two dimensions with classes.", id=definition.id)
    slots = sorted({(level, period) for level, period, _ in known})
    combined: list[tuple[str, ...]] = [()]
    for one in dimensions:
        combined = [(*before, each.id) for before in combined for each in one.classes]
    return [
        {
            "level": level,
            "period": period,
            **{one.id: at for one, at in zip(dimensions, row, strict=True)},
            "areas": known.get((level, period, "/".join(row)), 0),
            "attention": _attention(dict(zip((one.id for one in dimensions), row, strict=True)), definition),
        }
        for level, period in slots
        for row in combined
    ]


def _attention(classes: dict[str, str], definition: IndexDefinition) -> bool:
    return any(all(classes[dimension] == wanted for dimension, wanted in rule.items()) for rule in definition.attention)
