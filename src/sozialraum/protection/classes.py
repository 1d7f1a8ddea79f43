"""Which classes of an index go out: only those that every other population of the proof gives as well.

A class can tell that a hidden count is not 0: an index is relative, so one count moves the classes of all areas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sozialraum.analysis import Point, Recipe, recipe_of
from sozialraum.figures import Figures
from sozialraum.protection.counts import Counts, Hidden, Own
from sozialraum.protection.linked import Otherwise

CLASSES = ("class", "attention", "excluded", "class_probability", "likely_class")
"""Everything that says or presumes a class."""
_CLOSE = 1e-9


@dataclass(frozen=True)
class Told:
    """The classes of an edition in each other population.

    `rows`: of every area and dimension the row of the figures; `other`: (populations, those), whether the class is
    another one. `types`: rows that join the classes of all dimensions, each with its places among `rows`.
    """

    rows: Sequence[int]
    other: NDArray[np.bool_]
    types: Mapping[int, Sequence[int]]

    def lost(self, chosen: Hidden) -> list[int]:
        """Rows whose class some chosen population does not give."""
        gone: NDArray[np.bool_] = np.asarray(self.other[chosen].any(axis=0))
        joined = [row for row, places in self.types.items() if gone[list(places)].any()]
        return [*(self.rows[at] for at in np.flatnonzero(gone).tolist()), *joined]


def told(
    figures: Figures, safe: Figures, own: Mapping[str, Own], others: Sequence[Otherwise]
) -> tuple[list[Told], list[int]]:
    """Of every edition that rests on hidden numbers what its classes tell; and rows of which that cannot be computed."""
    known = _Known(figures, safe, own, others)
    found, unknown = [], set(known.unexplained())
    for rows in known.editions():
        unknown -= set(rows.all)
        one = rows.told() if rows.hidden else Told((), np.zeros((known.size - 1, 0), dtype=bool), {})
        if one is None:
            unknown |= set(rows.all)
        else:
            found.append(one)
    return found, sorted(unknown)


def with_proved_classes(
    figures: Figures, safe: Figures, own: Mapping[str, Own], others: Sequence[Otherwise]
) -> Figures:
    """The hidden figures without the classes that some other population does not give."""
    found, unknown = told(figures, safe, own, others)
    every = np.ones(sum(len(one.others) for one in others), dtype=bool)
    return without_classes(safe, [*unknown, *(row for one in found for row in one.lost(every))])


def without_classes(safe: Figures, rows: Sequence[int]) -> Figures:
    """The figures without anything about the classes in these rows, which are marked as hidden."""
    mask = np.zeros(safe.table.num_rows, dtype=bool)
    mask[list(rows)] = True
    table, gone = safe.table, pa.array(mask)
    for name in (*CLASSES, "flag"):
        if name in table.schema.names:
            at = table.schema.get_field_index(name)
            instead = pa.scalar("suppressed" if name == "flag" else None, table.schema.field(name).type)
            table = table.set_column(at, table.schema.field(name), pc.if_else(gone, instead, table[name]))
    return Figures(table, safe.descriptions, safe.credits, safe.notes)


class _UnknownError(ValueError):
    """What a column is in another population cannot be computed from counts."""


@dataclass(frozen=True)
class _Known:
    """The figures before and after hiding, and what other populations change."""

    figures: Figures
    safe: Figures
    own: Mapping[str, Own]
    others: Sequence[Otherwise]

    def editions(self) -> Iterator[_Rows]:
        """The editions of every index that says how it was computed."""
        for note in self.figures.notes.values():
            if isinstance(note, Mapping) and "recipe" in note:
                yield _Rows(self, recipe_of(note))

    @property
    def size(self) -> int:
        """How many populations there are, the first one included."""
        return 1 + sum(len(one.others) for one in self.others)

    def unexplained(self) -> Iterator[int]:
        """Rows with a class of whatever was computed from an indicator that is hidden somewhere."""
        names = self.figures.table["indicator"].to_pylist()
        hidden = {names[row] for row in np.flatnonzero(self.gone).tolist()}
        for _ in self.figures.descriptions:
            hidden |= {one.id for one in self.figures.descriptions if hidden & set(one.parts)}
        for row, (name, given) in enumerate(zip(names, self._classes, strict=False)):
            if given is not None and name in hidden:
                yield row

    @property
    def _classes(self) -> list[str | None]:
        if "class" not in self.figures.table.schema.names:
            return []
        found: list[str | None] = self.figures.table["class"].to_pylist()
        return found

    @cached_property
    def columns(self) -> dict[str, Counts]:
        """Value, numerator and denominator of every row; NaN where there is none."""
        names = ("value", "numerator", "denominator")
        return {name: self.figures.table[name].to_numpy(zero_copy_only=False) for name in names}

    @cached_property
    def gone(self) -> Hidden:
        """Rows in which something was hidden."""
        was, now = self.figures.table, self.safe.table
        changed = [pc.and_(pc.is_valid(was[name]), pc.is_null(now[name])) for name in self.columns]
        found: Hidden = np.logical_or.reduce([one.to_numpy() for one in changed])
        return found

    @cached_property
    def rows(self) -> dict[tuple[str, str, str], dict[str, int]]:
        """By indicator, level and period the row of every area."""
        names = ("indicator", "level", "period", "area")
        found: dict[tuple[str, str, str], dict[str, int]] = {}
        for row, (indicator, level, period, area) in enumerate(
            zip(*(self.figures.table[name].to_pylist() for name in names), strict=True)
        ):
            found.setdefault((indicator, level, period), {})[area] = row
        return found

    def otherwise(self, point: Point, level: str, areas: Sequence[str]) -> Counts:
        """The values of an indicator in every population, the first one first; shape (populations, areas).

        Raises: _UnknownError where they do not follow from counts.
        """
        rows = self.rows.get((point[0], level, point[1]), {})
        at = np.array([rows.get(area, -1) for area in areas])
        value, above, below = (np.where(at < 0, np.nan, one[at]) for one in self.columns.values())
        if not self.gone[at[at >= 0]].any():
            return np.broadcast_to(value, (self.size, len(areas)))
        counts = self.own[point[0]].counts if point[0] in self.own else {}
        if "numerator" not in counts:
            raise _UnknownError(point[0])
        below = np.where(np.isnan(below), 1.0, below)
        factor = _factor(value, above / np.where(below == 0, np.nan, below))
        moved = {role: self._moved(counts.get(role), point[1], at, areas, numbers)
                 for role, numbers in (("numerator", above), ("denominator", below))}  # fmt: skip
        with np.errstate(divide="ignore", invalid="ignore"):
            now = factor * (above + moved["numerator"]) / (below + moved["denominator"])
        now[~np.isfinite(now)] = np.nan
        same = (moved["numerator"] == 0) & (moved["denominator"] == 0)
        return np.asarray(np.where(same, value, now))

    def _moved(self, count: Any, label: str, at: Counts, areas: Sequence[str], numbers: Counts) -> Counts:
        """By how much a count changes in every population."""
        first = np.zeros((1, len(areas)))
        if count is None:
            return first
        table = self.figures.table.take(pa.array(np.maximum(at, 0)))
        places = [
            ((level, vintage), area)
            for level, vintage, area in zip(
                table["level"].to_pylist(), table["vintage"].to_pylist(), areas, strict=True
            )
        ]
        parts = [
            one.changes(count, label, places, numbers)
            if label in one.labels
            else np.zeros((len(one.others), len(areas)))
            for one in self.others
        ]
        return np.concatenate([first, *parts])


def _factor(value: Counts, plain: Counts) -> float:
    """By what the quotient of the counts was multiplied. Raises: _UnknownError when a value does not follow from it."""
    known = np.isfinite(value) & np.isfinite(plain)
    factor = median([*(value[known & (plain != 0)] / plain[known & (plain != 0)]).tolist()] or [1.0])
    if (np.abs(value[known] - factor * plain[known]) > _CLOSE * np.maximum(1.0, np.abs(value[known]))).any():
        raise _UnknownError("factor")
    return float(factor)


@dataclass(frozen=True)
class _Rows:
    """The rows of an edition: per dimension with classes one for every area, and those that join them."""

    known: _Known
    recipe: Recipe

    def _of(self, name: str) -> dict[str, int]:
        key = f"{self.recipe.definition.id}.{name}", self.recipe.level, self.recipe.period
        return self.known.rows.get(key, {})

    @cached_property
    def dimensions(self) -> dict[str, dict[str, int]]:
        """Row of every area, by dimension."""
        return {name: self._of(name) for name in self.recipe.classed}

    @property
    def all(self) -> list[int]:
        """Every row with a class."""
        return [row for rows in (*self.dimensions.values(), self._of("type")) for row in rows.values()]

    @cached_property
    def delivered(self) -> set[str]:
        """Indicators with figures at the period."""
        here = [self.recipe.level, self.recipe.period]
        return {indicator for indicator, *at in self.known.rows if at == here}

    @cached_property
    def points(self) -> set[Point]:
        """Everything that goes in."""
        columns = self.recipe.columns(self.delivered).values()
        return {point for one in (*columns, self.recipe.residents_at) for point in one}

    @property
    def hidden(self) -> bool:
        """Whether something that goes in is hidden."""
        inputs = (self.known.rows.get((name, self.recipe.level, period), {}) for name, period in self.points)
        return bool(self.known.gone[[row for one in inputs for row in one.values()]].any())

    def told(self) -> Told | None:
        """What the classes tell; None where it cannot be computed."""
        areas = sorted({area for rows in self.dimensions.values() for area in rows})
        rows = {name: [found[area] for area in areas] for name, found in self.dimensions.items()}
        if self.recipe.definition.input == "rank" or not areas:
            return None
        try:
            values = {point: self.known.otherwise(point, self.recipe.level, areas) for point in self.points}
        except _UnknownError:
            return None
        vintage = self.known.figures.table["vintage"][next(iter(rows.values()))[0]].as_py()
        codes = self.recipe.classes(areas, vintage, values, self.delivered)
        if any(self._given(rows[name]) != self._named(name, codes[name][0].tolist()) for name in rows):
            return None
        other = np.concatenate([codes[name][1:] != codes[name][0] for name in rows], axis=1)
        place = {area: at for at, area in enumerate(areas)}
        joint = {row: [place[area] + turn * len(areas) for turn in range(len(rows))]
                 for area, row in self._of("type").items()}  # fmt: skip
        return Told([row for one in rows.values() for row in one], other, joint)

    def _given(self, rows: Sequence[int]) -> list[str | None]:
        given: list[str | None] = self.known.figures.table["class"].take(pa.array(rows)).to_pylist()
        return given

    def _named(self, dimension: str, codes: Sequence[int]) -> list[str | None]:
        return [self.recipe.classed[dimension][code] if code >= 0 else None for code in codes]
