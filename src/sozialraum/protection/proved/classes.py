"""Whether every published class of an index is the same in every population: the index computed again, from its recipe.

An index is relative: one hidden count moves the classes of all areas. The recipe stands in the release; what it says is
computed here once more, without any code of the index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

from sozialraum.errors import Fault
from sozialraum.figures import Figures
from sozialraum.protection.proved.counting import before, declared_counts
from sozialraum.protection.proved.populations import Populations
from sozialraum.protection.proved.scoring import REASONS, borders, left_out, scores

Floats = npt.NDArray[np.float64]
Point = tuple[str, str]
"""An indicator and a period."""
Place = tuple[str, str, str]
"""Level, boundaries and area."""
ROLES = ("numerator", "denominator")
CLOSE = 1e-9
PRESUMED = ("class_probability", "likely_class")
"""How sure a class is: what says it of one area depends on the hidden numbers of all."""


@dataclass
class _Column:
    """Numbers behind an indicator in a period, a row per area: places, value, and counts by role."""

    places: list[Place | None]
    value: Floats
    counts: dict[str, Floats]
    sums: Mapping[str, Any]
    hidden: bool
    moved: dict[str, list[Floats]] = field(default_factory=dict)
    at: dict[tuple[int, str], tuple[npt.NDArray[np.int64], int, Floats]] = field(default_factory=dict)

    def take(self, one: Populations, label: str, change: npt.NDArray[np.int64]) -> None:
        """Note what a population changes in the counts."""
        for role in self.counts if self.hidden else ():
            if (id(one), role) not in self.at:
                self.at[id(one), role] = _places(one, self, (self.sums.get(role), label))
            rows, column, factor = self.at[id(one), role]
            self.moved.setdefault(role, []).append(change[rows, column] * factor)

    def otherwise(self, size: int) -> Floats:
        """The values in the first population and all others, `size` of them."""
        if not self.hidden:
            return self.value[np.newaxis].repeat(size, axis=0)
        above, below = self.counts["numerator"], self.counts.get("denominator", np.ones_like(self.value))
        plain = np.divide(above, below, out=np.full_like(above, np.nan), where=below != 0)
        known = np.isfinite(self.value) & np.isfinite(plain) & (plain != 0)
        factor = median((self.value[known] / plain[known]).tolist() or [1.0])
        first = [np.zeros_like(self.value)]
        up, down = (np.array([*first, *self.moved.get(role, first * (size - 1))]) for role in ROLES)
        now = np.full(up.shape, np.nan)
        np.divide(factor * (above + up), below + down, out=now, where=below + down != 0)
        return np.where((up == 0) & (down == 0), self.value, now)


def _places(one: Populations, column: _Column, count: tuple[Any, str]) -> tuple[npt.NDArray[np.int64], int, Floats]:
    """Row and column of the count of every area, and how much of its change the area takes: nothing where it has none.

    An area of changed boundaries takes its share of the sum of such areas.
    """
    at = one.columns.get(count, -1)
    rows = np.zeros(len(column.places), dtype=np.int64)
    factor = np.zeros(len(rows))
    shared = {
        int(area): (whole, part / parts.sum() if parts.sum() else 0.0)
        for (whole, mine), (areas, parts) in one.shares.items()
        if mine == at
        for area, part in zip(areas.tolist(), parts, strict=True)
    }
    for number, place in enumerate(column.places):
        row = one.rows.get(place) if place is not None else None
        if row is not None and at >= 0:
            rows[number], share = shared.get(row, (row, 1.0))
            factor[number] = share / float(one.scale[at])
    return rows, max(at, 0), factor


class Classes:
    """The editions of every index of a release that rest on hidden numbers, as populations are taken.

    `today`: rows of it with the numbers that the facts of today give.
    """

    def __init__(self, released: Figures, secrets: Figures, today: Figures | None = None) -> None:
        rows = _rows(released, secrets, today)
        every = [_Edition(note, rows) for note in released.notes.values() if _is_recipe(note)]
        self.editions = [one for one in every if one.hidden]
        self.unexplained = list(_unexplained(released, rows, every))
        self.size = 1

    def take(self, one: Populations, change: npt.NDArray[np.int64]) -> None:
        """Note what another population changes."""
        self.size += 1
        for edition in self.editions:
            for (_, label), column in edition.columns.items():
                column.take(one, label, change)

    def other(self) -> list[int]:
        """Populations, counted through all blocks, that give another class; of editions that can be computed."""
        wrong = [edition.other(self.size) for edition in self.editions]
        return np.flatnonzero(np.logical_or.reduce([np.zeros(self.size, dtype=bool), *wrong])).tolist()

    @property
    def told(self) -> int:
        """How many classes are told that rest on hidden numbers."""
        return sum(row["now"].get("class") is not None
                   for one in self.editions for rows in one.dimensions.values() for row in rows.values())  # fmt: skip

    def faults(self) -> Iterator[Fault]:
        """Classes that are told although some population does not give them."""
        for row in self.unexplained:
            yield _fault("unknown_class", "nothing proves what the class of an area tells: {place}.", row)
        for edition in self.editions:
            yield from edition.faults(self.size)


def _unexplained(released: Figures, rows: Rows, editions: Sequence[_Edition]) -> Iterator[Mapping[str, Any]]:
    """Rows with a class that no recipe explains, of whatever was computed from an indicator with hidden numbers."""
    hidden = {key[0] for key, found in rows.items() if any(_is_hidden(row) for row in found.values())}
    for _ in released.descriptions:
        hidden |= {one.id for one in released.descriptions if hidden & set(one.parts)}
    explained = {(f"{one.recipe['id']}.{name}", one.level, one.period)
                 for one in editions for name in (*one.dimensions, "type")}  # fmt: skip
    for key in rows.keys() - explained:
        yield from (row for row in rows[key].values() if key[0] in hidden and _says(row))


def _is_hidden(row: Mapping[str, Any]) -> bool:
    return any(row[name] is not None and row["now"][name] is None for name in ("value", *ROLES))


def _is_recipe(note: Any) -> bool:
    return isinstance(note, Mapping) and "recipe" in note


Rows = Mapping[tuple[str, str, str], Mapping[str, Mapping[str, Any]]]


def _rows(released: Figures, secrets: Figures, today: Figures | None) -> Rows:
    """By indicator, level and period the row of every area as it was before hiding, or is today; `now`: what is published
    of it."""
    counts = {one.id: declared_counts(one) for one in released.descriptions}
    hidden = {_key(row): row for one in (secrets, today) if one is not None for row in one.table.to_pylist()}
    found: dict[tuple[str, str, str], dict[str, Mapping[str, Any]]] = {}
    for row in released.table.to_pylist():
        was = hidden.get(_key(row), row)
        sums = counts.get(row["indicator"], {})
        mine = {**{name: was[name] for name in ("level", "vintage", "area", "value", *ROLES)}, "now": row, "sums": sums}
        found.setdefault((row["indicator"], row["level"], row["period"]), {})[row["area"]] = mine
    return found


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in ("indicator", "level", "vintage", "period", "area"))


class _Edition:
    """One edition of an index: its recipe, the columns behind it, and the rows with its classes."""

    def __init__(self, note: Mapping[str, Any], rows: Rows) -> None:
        self.recipe, self.level, self.period = note["recipe"], note["level"], note["period"]
        self.rows, self.residents = rows, note.get("residents", "")
        own = {one["id"]: self._of(one["id"]) for one in self.recipe["dimension"]}
        self.dimensions = {name: found for name, found in own.items() if found}
        self.areas = sorted({area for found in self.dimensions.values() for area in found})
        self.points = {column["id"]: self._points(column) for column in self._indicators()}
        wanted = {point for points in self.points.values() for point in points} | set(self._residents())
        self.columns = {point: self._column(point) for point in sorted(wanted)}

    def _indicators(self) -> list[Mapping[str, Any]]:
        return [column for one in self.recipe["dimension"] for column in one["indicator"]]

    def _of(self, name: str) -> Mapping[str, Mapping[str, Any]]:
        return self.rows.get((f"{self.recipe['id']}.{name}", self.level, self.period), {})

    def _points(self, column: Mapping[str, Any]) -> tuple[Point, ...]:
        """What a column is made of: one number, or the change from the second to the first."""
        own = column.get("figure") or column["id"]
        if not column.get("change_of") or (own, self.level, self.period) in self.rows:
            return ((own, self.period),)
        of = next(one.get("figure") or one["id"] for one in self._indicators() if one["id"] == column["change_of"])
        return (of, self.period), (of, before(self.period, column.get("years", 2)))

    def _residents(self) -> tuple[Point, Point]:
        years = max((one.get("years", 2) for one in self._indicators() if one.get("change_of")), default=0)
        return (self.residents, self.period), (self.residents, before(self.period, years))

    def _column(self, point: Point) -> _Column:
        known = self.rows.get((point[0], self.level, point[1]), {})
        rows = [known.get(area) for area in self.areas]
        sums = next((dict(row["sums"]) for row in rows if row), {})
        hidden = any(row is not None and _is_hidden(row) for row in rows)
        numbers = {name: np.array([np.nan if row is None or row[name] is None else row[name] for row in rows], float)
                   for name in ("value", *ROLES)}  # fmt: skip
        counts = {role: numbers[role] for role in ROLES if role == "numerator" or not np.isnan(numbers[role]).all()}
        places = [(row["level"], row["vintage"], row["area"]) if row else None for row in rows]
        return _Column(places, numbers["value"], counts, sums, hidden)

    @property
    def hidden(self) -> bool:
        """Whether something that goes in is hidden."""
        return any(one.hidden for one in self.columns.values())

    def faults(self, size: int) -> Iterator[Fault]:
        """Classes that one of `size` populations does not give, and what presumes a class that nobody may know."""
        yield from self._presumed()
        if not self._computed:
            for row in (row for rows in self.dimensions.values() for row in rows.values()):
                if _says(row):
                    yield _fault("unknown_class", "nothing proves what the class of an area tells: {place}.", row)
            return
        for row, wrong in self._wrong(size):
            for population in np.flatnonzero(wrong)[:1].tolist():
                what = "population {number} gives another class: {place}."
                yield _fault("other_class", what, row, number=population)

    def other(self, size: int) -> npt.NDArray[np.bool_]:
        """Which of `size` populations give another class than one that is told and that the first of them gives."""
        wrong = [one for _, one in self._wrong(size) if not one[0]] if self._computed else []
        return np.asarray(np.logical_or.reduce([np.zeros(size, dtype=bool), *wrong]))

    @property
    def _computed(self) -> bool:
        """Whether the index can be computed in other populations."""
        counted = all("numerator" in one.sums for one in self.columns.values() if one.hidden)
        return bool(counted and self.recipe.get("input") != "rank")

    def _wrong(self, size: int) -> Iterator[tuple[Mapping[str, Any], npt.NDArray[np.bool_]]]:
        """Every told class, or reason for none, and which populations give another one."""
        columns = {point: one.otherwise(size) for point, one in self.columns.items()}
        values = {name: columns[one[0]] - columns[one[1]] if len(one) > 1 else columns[one[0]]
                  for name, one in self.points.items()}  # fmt: skip
        residents = [columns[point] for point in self._residents()]
        reasons = left_out(self.recipe, self.areas, self._vintage, list(values.values()), residents)
        for one in self.recipe["dimension"]:
            inside = np.array([values[column["id"]] for column in one["indicator"]])
            found = scores(one, inside, reasons == 0, residents[0])
            for at, area in enumerate(self.areas):
                row = self.dimensions[one["id"]][area]
                wrong = _differing(one.get("classes", ()), row, found[:, at], reasons[:, at])
                if wrong is not None:
                    yield row, wrong

    @property
    def _vintage(self) -> str:
        return str(next(iter(next(iter(self.dimensions.values())).values()))["vintage"])

    def _presumed(self) -> Iterator[Fault]:
        """How sure classes are, where their areas are compared with hidden numbers; joint classes of which one is hidden."""
        joint = self._of("type")
        for row in (row for rows in (*self.dimensions.values(), joint) for row in rows.values()):
            if any(row["now"].get(name) is not None for name in PRESUMED):
                what = "how sure a class is depends on hidden numbers: {place}."
                yield _fault("class_probability", what, row)
        classed = [one["id"] for one in self.recipe["dimension"] if one.get("classes")]
        for area, row in joint.items():
            parts = [self.dimensions[name][area]["now"] for name in classed]
            told = [str(part.get("class")) for part in parts]
            reason = {part.get("excluded") for part in parts}
            if _says(row) and (
                row["now"].get("class") not in (None, "/".join(told))
                or (row["now"].get("attention") is not None and row["now"].get("class") is None)
                or (row["now"].get("excluded") is not None and reason != {row["now"]["excluded"]})
            ):
                yield _fault("joint_class", "this joins classes that are not told: {place}.", row)


def _differing(
    classes: Sequence[Any], row: Mapping[str, Any], found: Floats, reasons: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_] | None:
    """Which populations give another class of an area than the told one, or another reason; None where nothing is told."""
    told, reason = row["now"].get("class"), row["now"].get("excluded")
    if told is not None:
        low, high = borders(classes, told)
        return np.asarray((reasons != 0) | ~((found > low - CLOSE) & (found < high + CLOSE)))
    return None if reason is None else np.asarray(reasons != REASONS.index(reason))


def _says(row: Mapping[str, Any]) -> bool:
    return any(row["now"].get(name) is not None for name in ("class", "attention", "excluded"))


def _fault(kind: str, what: str, row: Mapping[str, Any], **values: object) -> Fault:
    place = ", ".join(row["now"][name] for name in ("indicator", "area", "period"))
    return Fault(kind, what, values={"place": place, **values})
