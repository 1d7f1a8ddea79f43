"""The counts that figures show, as one table per zoning (level and boundaries); hiding happens here and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.figures import Description, Figures
from sozialraum.protection.groups import Count

Zoning = tuple[str, str]  # level, vintage
Counts = npt.NDArray[np.float64]
Hidden = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Own:
    """The counts that an indicator shows, by role, and its rule."""

    counts: Mapping[str, Count]
    minimum: int
    part_of_denominator: bool


@dataclass
class CountTable:
    """Counts of one zoning: a row per area and period, a column per count; `why` counts the reasons of hiding."""

    places: dict[tuple[str, str], int]
    counts: list[Count]
    values: Counts
    hidden: Hidden
    why: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def hide(self, column: int, rows: Hidden, reason: str) -> bool:
        """Hide these rows of a count; whether any was still open."""
        fresh = rows & ~self.hidden[:, column] & ~np.isnan(self.values[:, column])
        self.hidden[fresh, column] = True
        self.why[reason] += int(fresh.sum())
        return bool(fresh.any())

    def hide_one(self, key: tuple[str, str], count: Count) -> None:
        """Hide a count of one area and period to protect others."""
        rows = np.arange(len(self.values)) == self.places[key]
        self.hide(self.counts.index(count), rows, "secondary")

    def hidden_cells(self) -> Iterator[tuple[tuple[str, str], Count]]:
        """Area and period of every hidden count, and the count."""
        keys = list(self.places)
        yield from ((keys[row], self.counts[column]) for row, column in np.argwhere(self.hidden).tolist())


def own_counts(descriptions: Sequence[Description]) -> dict[str, Own]:
    """Indicators that show counts of this house."""
    found = {}
    for one in descriptions:
        if one.counts and not one.protected_at_source:
            counts = {role: Count.of(declared) for role, declared in one.conditions.items()}
            kept = {role: count for role, count in counts.items() if count is not None}
            if kept:
                found[one.id] = Own(kept, one.minimum, one.part_of_denominator)
    return found


def contributors(one: Description) -> list[Count]:
    """The counts of those who contribute to the amounts that an indicator shows."""
    found = (Count.of(amount["contributors"]) for amount in one.amounts.values())
    return [count for count in found if count is not None]


def zonings(figures: Figures, own: Mapping[str, Own]) -> list[Zoning]:
    """Every level and boundaries in which indicators show counts; results about the whole stand at a level of their own."""
    names = ("level", "vintage", "indicator")
    rows = zip(*(figures.table[name].to_pylist() for name in names), strict=True)
    return sorted({(level, vintage) for level, vintage, indicator in rows if indicator in own})


def rows_of(figures: Figures, zoning: Zoning) -> pa.Table:
    """The rows of one level and boundaries."""
    table = figures.table
    return table.filter(pc.and_(pc.equal(table["level"], zoning[0]), pc.equal(table["vintage"], zoning[1])))


def count_table(figures: Figures, zoning: Zoning, own: Mapping[str, Own]) -> CountTable:
    """The counts of one zoning, as the indicators show them; nothing is hidden yet."""
    rows = rows_of(figures, zoning)
    areas, periods, ids = (rows[name].to_pylist() for name in ("area", "period", "indicator"))
    places = {key: number for number, key in enumerate(dict.fromkeys(zip(areas, periods, strict=True)))}
    counts = list(dict.fromkeys(count for one in own.values() for count in one.counts.values()))
    columns = {count: number for number, count in enumerate(counts)}
    values = np.full((len(places), len(counts)), np.nan)
    shown = {"numerator": rows["numerator"].to_pylist(), "denominator": rows["denominator"].to_pylist()}
    for row, (area, period, indicator) in enumerate(zip(areas, periods, ids, strict=True)):
        for role, count in own[indicator].counts.items() if indicator in own else ():
            number = shown[role][row]
            if number is not None:
                values[places[area, period], columns[count]] = number
    return CountTable(places, counts, values, np.zeros(values.shape, dtype=bool))


def tops(places: Mapping[Zoning, Iterable[tuple[str, str]]]) -> dict[Zoning, str]:
    """Levels of one area above others, and that area: the city or county as a whole. `places`: areas and periods."""
    areas = {zoning: {area for area, _ in inside} for zoning, inside in places.items()}
    return {zoning: min(names) for zoning, names in areas.items() if len(names) == 1 and len(areas) > 1}


def using(own: Mapping[str, Own], counts: set[Count]) -> list[str]:
    """Ids of the indicators that show one of these counts, in order."""
    return sorted(id_ for id_, one in own.items() if counts & set(one.counts.values()))
