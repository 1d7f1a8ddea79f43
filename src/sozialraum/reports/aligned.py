"""The tables of a release, aligned to the areas of today.

Values of an older boundary vintage are taken over only for areas whose boundary did not change; the rest is marked as
`other_boundaries`, never compared.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.figures import HIDDEN, Description, Release
from sozialraum.reports.series import Flags, Floats, Layer, Objects, Places, Series, States

SAME_BOUNDARY = 0.01
"""Two areas of different vintages count as equal when they differ in less than this share of their joint surface."""


@dataclass(frozen=True)
class Aligned:
    """Layers and series of a release, read from its tables when they are first asked for."""

    release: Release

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """Levels with areas, finest (most areas) first."""
        counts = {level: self._counts[level, vintage] for level, vintage in self._last_vintage.items()}
        return tuple(sorted(counts, key=lambda level: (-counts[level], level)))

    @cached_property
    def periods(self) -> list[str]:
        """All periods that any figure is measured at."""
        return self._codes("period")[1]

    def layer(self, level: str) -> Layer:
        """Areas of a level at its newest vintage."""
        if level not in self._layers:
            self._layers[level] = self._read_layer(level, self._last_vintage[level])
        return self._layers[level]

    @cached_property
    def _layers(self) -> dict[str, Layer]:
        return {}

    @cached_property
    def _counts(self) -> dict[tuple[str, str], int]:
        """Number of areas of each level at each boundary vintage."""
        areas = self.release.areas
        return Counter(zip(areas["level"].to_pylist(), areas["vintage"].to_pylist(), strict=True))

    @cached_property
    def _last_vintage(self) -> dict[str, str]:
        """The newest boundary vintage of each level: the one whose figures reach farthest, then begin last."""
        last: dict[str, str] = {}
        for level, vintage in self._counts:
            last[level] = max(vintage, last.get(level, vintage), key=self._age_of_vintage)
        return last

    def _age_of_vintage(self, vintage: str) -> tuple[str, str, str]:
        return (*self._vintage_periods.get(vintage, ("", "")), vintage)

    @cached_property
    def _vintage_periods(self) -> dict[str, tuple[str, str]]:
        """Last and first period measured on each vintage; names of vintages say nothing about their order."""
        (vintage, vintages), (period, periods) = self._codes("vintage"), self._codes("period")
        joint = (vintage * len(periods) + period)[(vintage >= 0) & (period >= 0)]
        found: dict[str, list[str]] = {}
        for one, when in (divmod(int(pair), len(periods)) for pair in np.flatnonzero(np.bincount(joint))):
            found.setdefault(vintages[one], []).append(periods[when])
        return {one: (max(when), min(when)) for one, when in found.items()}

    def _read_layer(self, level: str, vintage: str) -> Layer:
        areas = self.release.areas
        here = pc.and_(pc.equal(areas["level"], level), pc.equal(areas["vintage"], vintage))
        rows = pc.indices_nonzero(here)
        rows = rows.take(pc.sort_indices(areas["area"].take(rows)))

        def column(name: str) -> tuple[Any, ...]:
            return tuple(areas[name].take(rows).to_pylist()) if name in areas.column_names else (None,) * len(rows)

        above = column("parents")
        parents = {text: json.loads(text) if text else {} for text in set(above)}  # many areas lie in the same ones
        return Layer(
            level=level,
            vintage=vintage,
            keys=column("area"),
            names=tuple(name or key for name, key in zip(column("name"), column("area"), strict=True)),
            labels=tuple(label or key for label, key in zip(column("label"), column("area"), strict=True)),
            residents=np.array([np.nan if one is None else one for one in column("residents")], dtype=np.float64),
            parents=tuple(parents[one] for one in above),
            geometry=column("geometry"),
        )

    def _codes(self, name: str) -> tuple[Places, list[str]]:
        kept = self._coded.get(name)
        if kept is None:
            encoded = self.release.table[name].combine_chunks().dictionary_encode()
            if isinstance(encoded, pa.ChunkedArray):
                encoded = encoded.combine_chunks()
            codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
            kept = self._coded[name] = (codes, encoded.dictionary.to_pylist())
        return kept

    @cached_property
    def _coded(self) -> dict[str, tuple[Places, list[str]]]:
        return {}

    @cached_property
    def _numbers(self) -> dict[str, Floats]:
        return {name: self.release.table[name].to_numpy(zero_copy_only=False) for name in ("value", "lower", "upper")}

    @cached_property
    def rows(self) -> dict[tuple[str, str], Places]:
        """Rows of the table for each indicator and level that has figures."""
        (indicator, ids), (level, levels) = self._codes("indicator"), self._codes("level")
        joint = indicator * max(len(levels), 1) + level
        order = np.argsort(joint, kind="stable")
        starts = np.flatnonzero(np.diff(joint[order], prepend=-1))
        parts = np.split(order, starts[1:])
        return {(ids[indicator[part[0]]], levels[level[part[0]]]): part for part in parts if len(part)}

    def _columns_of_areas(self, level: str, vintage: str) -> Places:
        """For each area code the column of today's layer it stands for, -1 where boundaries differ."""
        if (level, vintage) not in self._columns:
            layer, known = self.layer(level), self._codes("area")[1]
            today = layer.place if vintage == layer.vintage else self._equal_areas(level, vintage)
            self._columns[level, vintage] = np.array([today.get(key, -1) for key in known], dtype=np.int64)
        return self._columns[level, vintage]

    @cached_property
    def _columns(self) -> dict[tuple[str, str], Places]:
        return {}

    def _equal_areas(self, level: str, vintage: str) -> dict[str, int]:
        """Old key -> column of today's layer, for areas whose boundary did not change."""
        if (level, vintage) not in self._equal:
            self._equal[level, vintage] = equal_boundaries(self._read_layer(level, vintage), self.layer(level))
        return self._equal[level, vintage]

    @cached_property
    def _equal(self) -> dict[tuple[str, str], dict[str, int]]:
        return {}

    def series(self, indicator: Description, level: str, since: str) -> Series:
        """One indicator on one level, read anew; `since` is the period it is to be compared with, where there is one."""
        layer, rows = self.layer(level), self.rows[indicator.id, level]
        codes, periods = self._codes("period")
        sheet = _Sheet(layer, tuple(sorted(periods[code] for code in np.unique(codes[rows]))), tuple(self._extra))
        for (vintage, period), chosen in self._measured(rows):  # today's boundaries come last and win
            columns = self._columns_of_areas(level, vintage)[self._codes("area")[0][chosen]]
            self._fill(sheet, sheet.periods.index(period), vintage, chosen, columns)
        return sheet.series(indicator, since)

    def _measured(self, rows: Places) -> Iterator[tuple[tuple[str, str], Places]]:
        """The rows of each boundary vintage and period, newest vintage last."""
        (vintage, vintages), (period, periods) = self._codes("vintage"), self._codes("period")
        for one in sorted({vintages[code] for code in np.unique(vintage[rows])}, key=self._age_of_vintage):
            of_vintage = rows[vintage[rows] == vintages.index(one)]
            for code in np.unique(period[of_vintage]):
                yield (one, periods[code]), of_vintage[period[of_vintage] == code]

    def _fill(self, sheet: _Sheet, row: int, vintage: str, chosen: Places, columns: Places) -> None:
        codes, flags = self._codes("flag")
        states = np.array([_state(flag) for flag in flags])[codes[chosen]]
        values = {name: self._numbers[name][chosen] for name in ("value", "lower", "upper")}
        sheet.tell(row, vintage, values["value"][states == "ok"], int((states == "hidden").sum()))
        here = columns >= 0
        guessed = np.isin(np.array([flag or "" for flag in flags])[codes[chosen]], ("estimated", "projected"))
        sheet.fill(row, columns[here], {name: held[here] for name, held in values.items()}, states[here], guessed[here])
        for name, held in self._extra.items():
            sheet.extra[name][row, columns[here]] = held[chosen][here]

    @cached_property
    def _extra(self) -> dict[str, Objects]:
        names = (
            "class",
            "class_probability",
            "rank",
            "rank_lower",
            "rank_upper",
            "decile",
            "excluded",
            "likely_class",
            "attention",
        )
        table = self.release.table
        return {
            name: table[name].to_numpy(zero_copy_only=False).astype(object)
            for name in names
            if name in table.column_names
        }


class _Sheet:
    """A series while it is filled, period by period and vintage by vintage."""

    def __init__(self, layer: Layer, periods: tuple[str, ...], extra: tuple[str, ...]):
        shape = (len(periods), len(layer))
        self.layer, self.periods = layer, periods
        self.vintages = [""] * len(periods)
        self.everywhere: list[Floats] = [np.empty(0)] * len(periods)
        self.hidden = [0] * len(periods)
        self.numbers = {name: np.full(shape, np.nan) for name in ("value", "lower", "upper")}
        self.state: States = np.full(shape, "absent", dtype="U16")
        self.estimated = np.zeros(shape, dtype=bool)
        self.extra: dict[str, Objects] = {name: np.full(shape, None, dtype=object) for name in extra}

    def tell(self, row: int, vintage: str, shown: Floats, hidden: int) -> None:
        """Note that a period was measured on a vintage, with the values of all its areas and the number of hidden ones."""
        self.hidden[row] = hidden
        self.vintages[row], self.everywhere[row] = vintage, shown[~np.isnan(shown)]
        missing = "absent" if vintage == self.layer.vintage else "other_boundaries"
        self.state[row, np.isin(self.state[row], ("absent", "other_boundaries"))] = missing

    def fill(self, row: int, at: Places, numbers: dict[str, Floats], states: States, guessed: Flags) -> None:
        """Write the figures of these areas; what is not shown gets no number."""
        for name, held in numbers.items():
            self.numbers[name][row, at] = np.where(states == "ok", held, np.nan)
        self.state[row, at], self.estimated[row, at] = states, guessed
        unknown = (states == "ok") & np.isnan(numbers["value"])
        self.state[row, at[unknown]] = "unknown"

    def series(self, description: Description, since: str) -> Series:
        """The filled series; periods in which nothing is known and nothing hidden are no part of it."""
        told = [at for at in range(len(self.periods)) if len(self.everywhere[at]) or self.hidden[at]]
        told = told or list(range(len(self.periods)))
        return Series(
            description,
            self.layer,
            tuple(self.periods[at] for at in told),
            tuple(self.vintages[at] for at in told),
            self.numbers["value"][told],
            self.numbers["lower"][told],
            self.numbers["upper"][told],
            self.state[told],
            self.estimated[told],
            tuple(self.everywhere[at] for at in told),
            tuple(self.hidden[at] for at in told),
            since,
            {name: held[told] for name, held in self.extra.items()},
        )


def _state(flag: str | None) -> str:
    if flag in HIDDEN:
        return "hidden"
    return {"missing": "unknown", "not_applicable": "not_applicable"}.get(flag or "", "ok")


def equal_boundaries(old: Layer, new: Layer) -> dict[str, int]:
    """Old key -> row in the newer layer, for areas that differ in less than 1 % of their joint surface.

    Compares drawn boundaries, because keys change at a reform even where the ground does not.
    """
    import shapely

    before, after = (shapely.make_valid(shapely.from_wkb(list(layer.geometry))) for layer in (old, new))
    if not len(before) or not len(after):
        return {}
    inner = shapely.point_on_surface(before)
    pairs = shapely.STRtree(after).query(inner, predicate="intersects")
    shared = shapely.area(shapely.intersection(before[pairs[0]], after[pairs[1]]))
    both = shapely.area(before)[pairs[0]] + shapely.area(after)[pairs[1]]
    same = both - 2 * shared < SAME_BOUNDARY * (both - shared)
    return {old.keys[a]: int(b) for a, b, fits in zip(*pairs, same, strict=True) if fits}
