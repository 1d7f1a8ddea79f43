"""Classes of an index from many other possible inputs at once: what a class tells of numbers that are not published."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.analysis.index.definition import Dimension, IndexDefinition
from sozialraum.analysis.index.edition import Edition, excluded, ranked_areas, results
from sozialraum.analysis.index.inputs import before, earlier
from sozialraum.analysis.index.scores import Array, classify, constant, score
from sozialraum.errors import NoAnswerError
from sozialraum.figures import Figures

Codes = NDArray[np.int8]
Point = tuple[str, str]
"""An indicator and a period."""
OUT, NONE = -1, -2
"""An area that is left out; no index at all, because a column shows no difference between areas."""
_CLOSE = 1e-9
"""Sums of many editions at once are not exact; a score so near to a border is computed alone."""


def recipe_note(definition: IndexDefinition, residents: Figures | None) -> dict[str, Any]:
    """What a release says so that anybody can compute its classes again: the definition, and who counts as resident."""
    return {
        "recipe": definition.model_dump(mode="json", exclude_defaults=True),
        "residents": residents.indicators[0] if residents is not None and residents.indicators else "",
    }


@dataclass(frozen=True)
class Recipe:
    """How an edition was made: definition, level, period, and the indicator that counts residents."""

    definition: IndexDefinition
    level: str
    period: str
    residents: str

    @property
    def classed(self) -> dict[str, list[str]]:
        """Ids of the classes, by dimension."""
        return {one.id: [each.id for each in one.classes] for one in self.definition.dimension if one.classes}

    @property
    def residents_at(self) -> tuple[Point, Point]:
        """Residents at the end and at the start."""
        return (self.residents, self.period), (self.residents, before(self.period, self.definition))

    def columns(self, delivered: Collection[str]) -> dict[str, tuple[Point, ...]]:
        """What every column is made of; two points where it is the change from the second to the first.

        `delivered`: indicators with figures at the period, changes among them.
        """
        by_id = {one.id: one for one in self.definition.indicators}
        found: dict[str, tuple[Point, ...]] = {}
        for one in self.definition.indicators:
            own = one.figure or one.id
            if one.change_of and own not in delivered:
                of = by_id[one.change_of].figure or one.change_of
                found[one.id] = (of, self.period), (of, earlier(self.period, one.years))
            else:
                found[one.id] = ((own, self.period),)
        return found

    def classes(
        self, areas: Sequence[str], vintage: str, values: Mapping[Point, Array], delivered: Collection[str]
    ) -> dict[str, Codes]:
        """The class of every area from several possible inputs, values of shape (inputs, areas); by dimension.

        Numbers of the classes, OUT where an area is left out, NONE where the inputs give no index.
        """
        columns = {
            name: values[end] - values[start[0]] if start else values[end]
            for name, (end, *start) in self.columns(delivered).items()
        }
        now, then = (values[point] for point in self.residents_at)
        return _classes_otherwise(Edition(np.array(areas, dtype=object), now, then, columns, vintage), self.definition)


def recipe_of(note: Mapping[str, Any]) -> Recipe:
    """How the edition with this note was made. Raises: KeyError, ValueError when the note does not say it."""
    definition = IndexDefinition.model_validate(note["recipe"])
    return Recipe(definition, note["level"], note["period"], note["residents"])


def _classes_otherwise(edition: Edition, definition: IndexDefinition) -> dict[str, Codes]:
    reasons = np.broadcast_to(excluded(edition, definition), edition.residents.shape)
    found = {one.id: np.full(reasons.shape, NONE, np.int8) for one in definition.dimension if one.classes}
    kinds, which = np.unique(reasons == 0, axis=0, return_inverse=True)
    for number, inside in enumerate(kinds):
        chosen = np.flatnonzero(which.ravel() == number)
        for dimension in definition.dimension if inside.sum() > 1 else ():
            if dimension.classes:
                part = _classes(edition, definition, dimension, chosen, inside)
                found[dimension.id][chosen] = part
    return found


def _classes(
    edition: Edition, definition: IndexDefinition, one: Dimension, chosen: NDArray[np.int64], inside: NDArray[np.bool_]
) -> Codes:
    """The classes from inputs that leave out the same areas."""
    at = np.ix_(chosen, np.flatnonzero(inside))
    values = np.stack([edition.columns[name] for name in one.indicators])
    column = values[:, at[0], at[1]]
    total = ranked_areas(values[:, 0], definition) if definition.input == "rank" else None
    index = score(column, one, edition.residents[at], total).index
    classes = np.full((len(chosen), len(inside)), OUT, np.int8)
    classes[:, inside] = classify(index, one)
    borders = np.array([each.begins for each in one.classes[1:]])
    near = (np.abs(index[..., np.newaxis] - borders) < _CLOSE).any(axis=(1, 2))
    alike = _alike(column, index, one)
    for place in np.flatnonzero(near | alike).tolist():
        classes[place] = _alone(edition, definition, one, int(chosen[place]), inside)
    return classes


def _alike(column: Array, index: Array, one: Dimension) -> NDArray[np.bool_]:
    """Inputs that have the same value in all areas somewhere."""
    names = [name not in one.base and one.standardise in ("z", "min_max") for name in one.indicators]
    found = (constant(column) & np.array(names)[:, np.newaxis]).any(axis=0)
    return np.asarray(found | (one.restandardise & constant(index)))


def _alone(
    edition: Edition, definition: IndexDefinition, one: Dimension, place: int, inside: NDArray[np.bool_]
) -> Codes:
    """The classes from one of the inputs, computed as the index itself is."""
    alone = Edition(
        edition.areas,
        edition.residents[place],
        edition.residents_before[place],
        {name: column[place] for name, column in edition.columns.items()},
        edition.vintage,
    )
    only = definition.model_copy(update={"dimension": (one,), "attention": (), "missing": "exclude"})
    try:
        return results(alone, only, np.where(inside, 0, 3).astype(np.int8))[0].classes
    except NoAnswerError:
        return np.full(len(inside), NONE, np.int8)
