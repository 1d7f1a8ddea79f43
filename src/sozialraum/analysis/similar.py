"""Areas that are most alike (Vergleichsgebiete): near in standardised figures, wherever they lie."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sozialraum.analysis.classification import standardised
from sozialraum.analysis.doubles import must_be_of_one_vintage, must_stand_once
from sozialraum.analysis.index.scores import Array
from sozialraum.errors import CallError, NoAnswerError
from sozialraum.figures import CORE, Description, Figures

RESULT = pa.schema([("similar", pa.string()), ("rank", pa.int64())])
_CELLS = 4_000_000  # distances held at once


def similar(figures: Figures, areas: Sequence[str] | None = None, count: int = 5) -> Figures:
    """The `count` most similar areas of each area (or of the named ones), from figures of one level and period.

    Shape:    rows `similar` with the area, the other area in the column `similar`, rank 1 = most alike.
    Unit:     value = root mean square of the differences of standardised figures (0 = the same, about 1.4 = any two areas).
    Areas that lack one of the figures are left out; indicators without any difference carry no weight.
    Raises:   CallError for several levels or periods or an unknown area; InputError for an area twice; NoAnswerError with
              fewer than two areas.
    """
    if len(figures.levels) != 1 or len(figures.periods) != 1:
        raise CallError("Similar areas need figures of one level and one period.")
    must_stand_once(figures)
    must_be_of_one_vintage(figures)
    keys, columns = _complete(figures)
    asked = _asked(keys, areas)
    return _result(figures, keys, asked, *nearest(columns, asked, count))


def _complete(figures: Figures) -> tuple[list[str], Array]:
    """Keys of the areas that have every figure, and their standardised figures (areas, indicators)."""
    wide = figures.wide()
    columns = np.column_stack([wide[name].to_numpy() for name in figures.indicators])
    inside = ~np.isnan(columns).any(axis=1)
    if inside.sum() < 2:
        raise NoAnswerError("Fewer than two areas have all figures.")
    return wide["area"].filter(pa.array(inside)).to_pylist(), standardised(columns[inside])


def _asked(keys: Sequence[str], areas: Sequence[str] | None) -> NDArray[np.int64]:
    place = {key: at for at, key in enumerate(keys)}
    unknown = [area for area in areas or () if area not in place]
    if unknown:
        raise CallError("No complete figures for the areas: {areas}.", areas=", ".join(unknown))
    return np.array([place[area] for area in (keys if areas is None else areas)], dtype=np.int64)


def nearest(columns: Array, asked: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], Array]:
    """Places of the nearest areas and their distances, (asked, count), from standardised columns (areas, indicators).

    Distance: root mean square of the differences; equal distances in the order of the areas; at most all other areas.
    """
    places, distances, count = [], [], min(count, len(columns) - 1)
    step = max(1, _CELLS // columns.size)
    for at in range(0, len(asked), step):
        chunk = asked[at : at + step]
        apart = np.sqrt(((columns[chunk, None, :] - columns[None, :, :]) ** 2).mean(axis=2))
        apart[np.arange(len(chunk)), chunk] = np.inf
        order = np.argsort(apart, axis=1, kind="stable")[:, :count]
        places.append(order)
        distances.append(np.take_along_axis(apart, order, axis=1))
    return np.concatenate(places), np.concatenate(distances)


def _result(
    figures: Figures, keys: Sequence[str], asked: NDArray[np.int64], places: NDArray[np.int64], distances: Array
) -> Figures:
    rows, count = places.size, places.shape[1]
    named = pa.array(keys, pa.string())
    made = {
        "area": named.take(pa.array(np.repeat(asked, count))),
        "level": pa.array([figures.levels[0]] * rows, pa.string()),
        "vintage": pa.array([pc.min(figures.table["vintage"]).as_py()] * rows, pa.string()),
        "period": pa.array([figures.periods[0]] * rows, pa.string()),
        "indicator": pa.array(["similar"] * rows, pa.string()),
        "value": pa.array(distances.ravel()),
        "flag": pa.array(["ok"] * rows, pa.string()),
        "similar": named.take(pa.array(places.ravel())),
        "rank": pa.array(np.tile(np.arange(1, count + 1), len(asked))),
    }
    schema = pa.schema([*CORE, *RESULT])
    table = pa.table([made.get(field.name, pa.nulls(rows, field.type)) for field in schema], schema=schema)
    return Figures(table, (_description(figures),), figures.credits)


def _description(figures: Figures) -> Description:
    return Description(
        "similar",
        {"de": "Ähnlichste Gebiete", "en": "Most similar areas"},
        unit="score",
        field="index",
        kind="combined",
        decimals=2,
        counts=False,
        part_of_denominator=False,
        parts=figures.indicators,
        compares=True,
    )
