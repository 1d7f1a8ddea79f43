"""Areas: all levels in all vintages, which area belongs to which, and how vintages and neighbours relate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from sozialraum.areas.borders import neighbour_table, simplified_shapes
from sozialraum.areas.crosswalks import Crosswalk, crosswalk_file
from sozialraum.areas.layers import AreaLayer
from sozialraum.areas.recipes import Recipe
from sozialraum.areas.weights import by_overlap
from sozialraum.errors import CallError, Fault
from sozialraum.periods import Period

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Vintage:
    """Boundaries valid from one day to another, both included; None means since ever, or until further notice."""

    id: str
    valid_from: date | None = None
    valid_to: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the boundaries were valid on that day."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


@dataclass(frozen=True, eq=False)
class Areas:
    """Areas (Gebiete) of a workspace: nested levels, finest first, in one or more vintages, in time order.

    `upward[vintage][level]` maps each finest area to its area on that level. `warnings` are findings that did not stop
    the reading. Unit: metres of `crs`.
    """

    levels: tuple[str, ...]
    vintages: tuple[Vintage, ...]
    level_titles: Mapping[str, Mapping[str, tuple[str, str]]]
    crs: str
    layers: Mapping[tuple[str, str], AreaLayer]
    upward: Mapping[str, Mapping[str, Mapping[str, str]]]
    warnings: tuple[Fault, ...] = ()
    crosswalks: Path | None = None
    recipes: Mapping[tuple[str, str, str], Recipe] = field(default_factory=dict)
    _made: dict[tuple[Any, ...], Any] = field(default_factory=dict, repr=False)

    def vintage(self, name: str) -> Vintage:
        """The vintage of that id. Raises: CallError for an unknown one."""
        for one in self.vintages:
            if one.id == name:
                return one
        known = ", ".join(one.id for one in self.vintages)
        raise CallError("There is no vintage '{name}'; there are: {known}.", name=name, known=known)

    def vintage_of(self, period: str) -> str:
        """Id of the vintage valid at the end of the period: for "2020" the boundaries of 31 December 2020.

        Raises: CallError when no vintage covers that day.
        """
        day = Period.parse(period).end
        for one in reversed(self.vintages):
            if one.covers(day):
                return one.id
        raise CallError(
            "No area boundaries are declared for {day}.",
            remedy="Add a vintage to [areas] in sozialraum.toml, or correct its valid_from.",
            day=day.isoformat(),
        )

    def layer(self, level: str, vintage: str) -> AreaLayer:
        """The areas of a level in a vintage. Raises: CallError for an unknown level or vintage."""
        self.vintage(vintage)
        self._demand(level)
        return self.layers[level, vintage]

    def _demand(self, level: str) -> int:
        if level not in self.levels:
            raise CallError(
                "There is no level '{level}'; there are: {known}.", level=level, known=", ".join(self.levels)
            )
        return self.levels.index(level)

    def parents(self, level: str, coarser: str, vintage: str) -> dict[str, str]:
        """Each key of `level` -> the key on the coarser level in which it lies. Raises: CallError if that is finer."""
        if self._demand(coarser) < self._demand(level):
            raise CallError("The level '{coarser}' is finer than '{level}'.", coarser=coarser, level=level)
        own, above = self.upward[self.vintage(vintage).id][level], self.upward[vintage][coarser]
        return dict(sorted((own[finest], above[finest]) for finest in own))

    def hierarchy(self, vintage: str) -> pa.Table:
        """One row per finest area (sorted), one text column per level."""
        upward = self.upward[self.vintage(vintage).id]
        keys = self.layers[self.levels[0], vintage].keys
        return pa.table({level: pa.array([upward[level][key] for key in keys], pa.string()) for level in self.levels})

    def table(self, level: str, vintage: str) -> pa.Table:
        """Columns area, level, vintage, name, label, area_m2, geometry (WKB), and one text column per coarser level."""
        found = self.layer(level, vintage).table()
        for coarser in self.levels[self.levels.index(level) + 1 :]:
            above = self.parents(level, coarser, vintage)
            found = found.append_column(
                coarser, pa.array([above[key] for key in found["area"].to_pylist()], pa.string())
            )
        return found

    def neighbours(self, level: str, vintage: str, points: bool = False) -> pa.Table:
        """Columns area, neighbour, shared_border_m, each pair twice; `points` adds contacts in a point (0 m)."""
        layer = self.layer(level, vintage)
        return self._once(
            ("neighbours", level, vintage, points), lambda: neighbour_table(layer.keys, layer.geometry, points)
        )

    def simplified(self, level: str, vintage: str, tolerance_m: float) -> AreaLayer:
        """The layer with plainer outlines; neighbours keep their common borders and no area vanishes."""
        layer = self.layer(level, vintage)
        name = ("simplified", level, vintage, tolerance_m)
        shapes = self._once(name, lambda: simplified_shapes(layer.geometry, tolerance_m))
        return AreaLayer(level, vintage, layer.keys, layer.names, layer.labels, layer.crs, lambda: shapes)

    def outlines(self, coarser: str, level: str, vintage: str, tolerance_m: float = 0.0) -> dict[str, Any]:
        """Outline of each coarser area, made of the (simplified) outlines of `level`, so that both fit on one map."""
        layer = self.simplified(level, vintage, tolerance_m) if tolerance_m else self.layer(level, vintage)
        return layer.outlines(self.parents(level, coarser, vintage))

    def crosswalk(self, from_vintage: str, to_vintage: str, level: str) -> Crosswalk:
        """How areas of one vintage divide among those of another: as declared or stored for this level, else added up
        from the one of a finer level (so by persons), else by area.

        Raises: CallError for an unknown vintage or level, InputError or MismatchError where a declared one has faults.
        """
        source, target = self.layer(level, from_vintage), self.layer(level, to_vintage)
        name = ("crosswalk", from_vintage, to_vintage, level)
        return self._once(
            name, lambda: self._own(source, target) or self._added_up(source, target) or by_overlap(source, target)
        )

    def declared_crosswalks(self) -> list[Crosswalk]:
        """The crosswalks that the workspace declares, with their method and measured error, in the declared order."""
        return [self.crosswalk(*name) for name in self.recipes]

    def _own(self, source: AreaLayer, target: AreaLayer) -> Crosswalk | None:
        """The crosswalk declared or stored for just this level."""
        recipe = self.recipes.get((source.vintage, target.vintage, source.level))
        if recipe is not None:
            return recipe.crosswalk(source, target)
        stored = self.crosswalks and self.crosswalks / crosswalk_file(source.level, source.vintage, target.vintage)
        return Crosswalk.read(stored) if stored and stored.is_file() else None

    def _added_up(self, source: AreaLayer, target: AreaLayer) -> Crosswalk | None:
        """The crosswalk of the coarsest finer level that has its own, added up."""
        for finer in reversed(self.levels[: self.levels.index(source.level)]):
            found = self._own(self.layers[finer, source.vintage], self.layers[finer, target.vintage])
            if found is not None:
                above = (self.parents(finer, source.level, one.vintage) for one in (source, target))
                return found.coarsened(source.level, *above)
        return None

    def _once(self, name: tuple[Any, ...], make: Callable[[], Made]) -> Made:
        """The value of that name, made at the first call only."""
        if name not in self._made:
            self._made[name] = make()
        found: Made = self._made[name]
        return found


def dated(vintages: Sequence[Vintage]) -> tuple[Vintage, ...]:
    """In time order, each ending the day before the next one begins unless it says otherwise."""
    ordered = sorted(vintages, key=lambda one: one.valid_from or date.min)
    ends = [
        following.valid_from and date.fromordinal(following.valid_from.toordinal() - 1) for following in ordered[1:]
    ]
    return tuple(
        Vintage(one.id, one.valid_from, one.valid_to or end) for one, end in zip(ordered, [*ends, None], strict=True)
    )
