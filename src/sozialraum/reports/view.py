"""A release prepared once for reading: figures as arrays aligned to the areas of today, so that each page costs little.

Values of an older boundary vintage are taken over only for areas whose boundary did not change; the rest is marked as
`other_boundaries`, never compared.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.figures import HIDDEN, Description, Release

Floats = npt.NDArray[np.float64]
States = npt.NDArray[np.str_]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
Objects = npt.NDArray[np.object_]

MOST_HIDDEN = 0.1
"""Above this share of hidden values there is no median and no place among areas."""

SAME_BOUNDARY = 0.01
"""Two areas of different vintages count as equal when they differ in less than this share of their joint surface."""


@dataclass(frozen=True)
class Layer:
    """The areas of one level at one boundary vintage, sorted by key."""

    level: str
    vintage: str
    keys: tuple[str, ...]
    names: tuple[str, ...]
    labels: tuple[str, ...]
    residents: Floats
    parents: tuple[dict[str, str], ...]
    geometry: tuple[bytes | None, ...]

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def place(self) -> dict[str, int]:
        """Row of each key."""
        return {key: row for row, key in enumerate(self.keys)}


@dataclass(frozen=True)
class Series:
    """One indicator on one level: arrays with one row per period and one column per area of the layer.

    `state` is "ok", "hidden", "unknown", "not_applicable", "other_boundaries" or "absent" (no row at all).
    `vintages` names the boundary vintage each period was measured on.
    """

    description: Description
    layer: Layer
    periods: tuple[str, ...]
    vintages: tuple[str, ...]
    value: Floats
    lower: Floats
    upper: Floats
    state: States
    estimated: npt.NDArray[np.bool_]
    everywhere: tuple[Floats, ...] = ()  # per period the values of all areas of the boundaries of that time
    hidden: tuple[int, ...] = ()  # per period the number of hidden values
    since: str = ""  # the period to compare with, where the report has one
    extra: dict[str, npt.NDArray[np.object_]] = field(default_factory=dict)

    def at(self, period: int, area: int) -> dict[str, Any]:
        """One figure as `change` and the writers of cells want it."""
        return {
            "value": float(self.value[period, area]),
            "lower": float(self.lower[period, area]),
            "upper": float(self.upper[period, area]),
            "state": str(self.state[period, area]),
            "estimated": bool(self.estimated[period, area]),
        }

    @cached_property
    def median(self) -> Floats:
        """Median of the areas per period; NaN where no area has a value."""
        return self.quantile(0.5)

    @cached_property
    def middle_half(self) -> tuple[Floats, Floats]:
        """First and third quartile of the areas per period."""
        return self.quantile(0.25), self.quantile(0.75)

    def quantile(self, share: float) -> Floats:
        """That quantile of all areas with a value, per period, on the boundaries of the time."""
        pairs = zip(self.everywhere, self.thin, strict=True)
        return np.array([np.quantile(one, share) if len(one) and not thin else np.nan for one, thin in pairs])

    @cached_property
    def thin(self) -> tuple[bool, ...]:
        """Per period, whether so many values are hidden that median and place among areas would be misleading.

        Hidden counts are small ones, so the values that are left stand too high.
        """
        pairs = zip(self.everywhere, self.hidden, strict=True)
        return tuple(hidden > MOST_HIDDEN * (len(one) + hidden) for one, hidden in pairs)

    @cached_property
    def shares_beside(self) -> tuple[Floats, Floats]:
        """At the last period, for each area the shares of the other areas with a lower and with a higher value."""
        last = self.value[-1]
        known = np.sort(last[~np.isnan(last)])
        others = max(len(known) - 1, 1)
        lower = np.searchsorted(known, last, "left") / others
        higher = (len(known) - np.searchsorted(known, last, "right")) / others
        gone = np.isnan(last) | self.thin[-1]
        return np.where(gone, np.nan, lower), np.where(gone, np.nan, higher)

    def breaks_between(self, earlier: int, later: int) -> bool:
        """Whether a change of definition lies between two periods, so that they are not one series."""
        return any(self.periods[earlier] < one.period <= self.periods[later] for one in self.description.breaks)

    @cached_property
    def earlier(self) -> int | None:
        """The earlier period to compare with: the report's, else the last one that is comparable at all.

        Comparable means: the same definition, and some area with equal boundaries and a value at both dates.
        """
        last = len(self.periods) - 1
        wished = [at for at in range(last) if self.periods[at] == self.since]
        return next((at for at in (*wished, *range(last - 1, -1, -1)) if self._comparable(at)), None)

    def _comparable(self, period: int) -> bool:
        both = ~np.isnan(self.value[period]) & ~np.isnan(self.value[-1])
        return bool(both.any()) and not self.breaks_between(period, -1)

    @cached_property
    def steps(self) -> tuple[Floats, Floats, Floats]:
        """Change since `earlier` per area with the bounds of its 95 % interval (NaN where unknown)."""
        if self.earlier is None:
            gone = np.full(len(self.layer), np.nan)
            return gone, gone, gone
        return self.moved(self.earlier, -1)

    def moved(self, old: int, new: int) -> tuple[Floats, Floats, Floats]:
        """Change per area between two periods with the bounds of its 95 % interval (NaN where unknown)."""
        value = self.value[new] - self.value[old]
        below = np.hypot(self.value[new] - self.lower[new], self.upper[old] - self.value[old])
        above = np.hypot(self.upper[new] - self.value[new], self.value[old] - self.lower[old])
        return value, value - below, value + above


Address: TypeAlias = Callable[[str, str], str]
"""Where a reader finds more about an `area` or an `indicator` with that key; empty where there is no such page."""


def nowhere(_kind: str, _key: str) -> str:
    """No address: reports on paper and in one file have no pages to link to."""
    return ""


@dataclass(frozen=True)
class View:
    """A release in one language, with what every section asks for computed at first use and then kept."""

    release: Release
    language: str = "de"
    address: Address = nowhere

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What sections prepared once for the whole release (editions, neighbours in kind, shared map parts), by name."""
        return {}

    @cached_property
    def place(self) -> str:
        """Name of the city or county."""
        record = self.release.record
        return str(record.get("title") or record.get("workspace") or self.release.name)

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """Levels with areas, finest (most areas) first."""
        counts: dict[str, int] = {}
        for level, vintage in zip(self._areas["level"], self._areas["vintage"], strict=True):
            if vintage == self._last_vintage.get(level):
                counts[level] = counts.get(level, 0) + 1
        return tuple(sorted(counts, key=lambda level: (-counts[level], level)))

    @cached_property
    def level(self) -> str:
        """The finest level that has figures."""
        told = str(self.release.record.get("finest_level") or self.release.record.get("level") or "")
        used = {level for _, level in self._rows}
        if told in used:
            return told
        return next((level for level in self.levels if level in used), self.levels[0])

    @cached_property
    def layer(self) -> Layer:
        """Areas of the finest level at the newest vintage."""
        return self.layer_of(self.level)

    @cached_property
    def group_level(self) -> str | None:
        """The coarser level for comparisons: the coarsest with more than one area."""
        known = {level for parents in self.layer.parents for level in parents}
        fits = [level for level in self.levels if level in known and 1 < len(self.layer_of(level)) < len(self.layer)]
        return fits[-1] if fits else None

    @cached_property
    def top_level(self) -> str | None:
        """The level that is the whole city or county, where the release holds figures for it."""
        used = {level for _, level in self._rows}
        coarser = [level for level in reversed(self.levels) if level in used and level != self.level]
        return next((level for level in coarser if len(self.layer_of(level)) == 1), None)

    def level_title(self, level: str, many: bool = True) -> str:
        """The level's name in the language: `Planungsräume`; the word for areas where nobody named it."""
        titles = self.release.record.get("level_titles", {}).get(level, {}).get(self.language)
        if titles:
            return str(titles[1 if many else 0])
        return {"de": ("Gebiet", "Gebiete"), "en": ("area", "areas")}[self.language][1 if many else 0]

    def layer_of(self, level: str) -> Layer:
        """Areas of a level at its newest vintage."""
        if level not in self._layers:
            self._layers[level] = self._read_layer(level, self._last_vintage[level])
        return self._layers[level]

    def has(self, indicator: str, level: str | None = None) -> bool:
        """Whether the release holds rows of that indicator on that level (finest if not named)."""
        return indicator in self.descriptions and (indicator, level or self.level) in self._rows

    def series(self, indicator: str, level: str | None = None) -> Series:
        """One indicator on one level (finest if not named), aligned to the newest areas."""
        key = (indicator, level or self.level)
        if key not in self._series:
            self._series[key] = self._read_series(*key)
        return self._series[key]

    @cached_property
    def descriptions(self) -> dict[str, Description]:
        """Id to description, in the release's order."""
        return {one.id: one for one in self.release.descriptions}

    def measures(self, fields: Sequence[str] = ()) -> tuple[str, ...]:
        """Ids of plain indicators of these fields with a value on the finest level: no parts of an index, and no results
        of an analysis, whose ids are those of what was analysed with a point and a word behind."""
        return tuple(
            one.id
            for one in self.release.descriptions
            if (not fields or one.field in fields)
            and "." not in one.id
            and one.kind != "index"
            and not (one.kind == "delivered" and is_change(one))
            and not one.field.startswith("index")
            and self._told(one.id)
        )

    @cached_property
    def compared_with(self) -> str:
        """The period that the newest index edition counts its development from; empty without one."""
        notes = self.release.record.get("notes", {})
        on_level = [name.split(" ") for name in notes if name.split(" ")[1:2] == [self.level]]
        newest = max((parts for parts in on_level if len(parts) == 3), key=lambda parts: parts[2], default=None)
        return str(notes[" ".join(newest)].get("before") or "") if newest else ""

    @cached_property
    def newest(self) -> str:
        """The latest period of any plain indicator."""
        found = [self.series(one).periods[-1] for one in self.measures()]
        return max(found, default=max(self._codes("period")[1], default=""))

    def _told(self, indicator: str) -> bool:
        return self.has(indicator) and bool((~np.isnan(self.series(indicator).value)).any())

    def rows(self, indicator: str) -> list[dict[str, Any]]:
        """The rows of one result of an analysis as they were released, also those of no area (`total`), in time order."""
        found = self.release.table.filter(pc.equal(self.release.table["indicator"], indicator)).to_pylist()
        return sorted(found, key=lambda row: str(row["period"]))

    # reading the tables

    @cached_property
    def _series(self) -> dict[tuple[str, str], Series]:
        return {}

    @cached_property
    def _layers(self) -> dict[str, Layer]:
        return {}

    @cached_property
    def _areas(self) -> dict[str, list[Any]]:
        return self.release.areas.to_pydict()  # type: ignore[no-any-return]

    @cached_property
    def _last_vintage(self) -> dict[str, str]:
        """The newest boundary vintage of each level: the one whose figures reach farthest, then begin last."""
        last: dict[str, str] = {}
        for level, vintage in zip(self._areas["level"], self._areas["vintage"], strict=True):
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
        found = self._areas
        rows = [row for row, one in enumerate(found["level"]) if one == level and found["vintage"][row] == vintage]
        rows.sort(key=lambda row: found["area"][row])

        def column(name: str) -> tuple[Any, ...]:
            return tuple(found[name][row] for row in rows) if name in found else (None,) * len(rows)

        return Layer(
            level=level,
            vintage=vintage,
            keys=column("area"),
            names=tuple(name or key for name, key in zip(column("name"), column("area"), strict=True)),
            labels=tuple(label or key for label, key in zip(column("label"), column("area"), strict=True)),
            residents=np.array([np.nan if one is None else one for one in column("residents")], dtype=np.float64),
            parents=tuple(json.loads(one) if one else {} for one in column("parents")),
            geometry=column("geometry"),
        )

    def _codes(self, name: str) -> tuple[npt.NDArray[np.int64], list[str]]:
        kept = self._coded.get(name)
        if kept is None:
            encoded = self.release.table[name].combine_chunks().dictionary_encode()
            if isinstance(encoded, pa.ChunkedArray):
                encoded = encoded.combine_chunks()
            codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
            kept = self._coded[name] = (codes, encoded.dictionary.to_pylist())
        return kept

    @cached_property
    def _coded(self) -> dict[str, tuple[npt.NDArray[np.int64], list[str]]]:
        return {}

    @cached_property
    def _numbers(self) -> dict[str, Floats]:
        return {name: self.release.table[name].to_numpy(zero_copy_only=False) for name in ("value", "lower", "upper")}

    @cached_property
    def _rows(self) -> dict[tuple[str, str], npt.NDArray[np.int64]]:
        """Rows of the table for each indicator and level."""
        (indicator, ids), (level, levels) = self._codes("indicator"), self._codes("level")
        joint = indicator * max(len(levels), 1) + level
        order = np.argsort(joint, kind="stable")
        starts = np.flatnonzero(np.diff(joint[order], prepend=-1))
        parts = np.split(order, starts[1:])
        return {(ids[indicator[part[0]]], levels[level[part[0]]]): part for part in parts if len(part)}

    def _columns_of_areas(self, level: str, vintage: str) -> npt.NDArray[np.int64]:
        """For each area code the column of today's layer it stands for, -1 where boundaries differ."""
        if (level, vintage) not in self._columns:
            layer, known = self.layer_of(level), self._codes("area")[1]
            today = layer.place if vintage == layer.vintage else self._equal_areas(level, vintage)
            self._columns[level, vintage] = np.array([today.get(key, -1) for key in known], dtype=np.int64)
        return self._columns[level, vintage]

    @cached_property
    def _columns(self) -> dict[tuple[str, str], npt.NDArray[np.int64]]:
        return {}

    def _equal_areas(self, level: str, vintage: str) -> dict[str, int]:
        """Old key -> column of today's layer, for areas whose boundary did not change."""
        if (level, vintage) not in self._equal:
            self._equal[level, vintage] = equal_boundaries(self._read_layer(level, vintage), self.layer_of(level))
        return self._equal[level, vintage]

    @cached_property
    def _equal(self) -> dict[tuple[str, str], dict[str, int]]:
        return {}

    def _read_series(self, indicator: str, level: str) -> Series:
        layer, rows = self.layer_of(level), self._rows[indicator, level]
        codes, periods = self._codes("period")
        sheet = _Sheet(layer, tuple(sorted(periods[code] for code in np.unique(codes[rows]))), tuple(self._extra))
        for (vintage, period), chosen in self._measured(rows):  # today's boundaries come last and win
            columns = self._columns_of_areas(level, vintage)[self._codes("area")[0][chosen]]
            self._fill(sheet, sheet.periods.index(period), vintage, chosen, columns)
        return sheet.series(self.descriptions[indicator], self.compared_with)

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
    def _extra(self) -> dict[str, npt.NDArray[np.object_]]:
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


def counts_people(one: Description) -> bool:
    """Whether the figure is a number of people or cases (or that per hectare): a full count without random range."""
    return one.kind in ("total", "density") or one.unit == "persons"


def is_change(one: Description) -> bool:
    """Whether the figure is itself a change between two dates."""
    return one.kind == "change" or (one.kind == "delivered" and one.unit == "percentage_points")


def is_level(one: Description) -> bool:
    """Whether the figure says how high something is, so that its change and its place among areas make sense."""
    return not counts_people(one) and not is_change(one)


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
