"""Ways to find the weights of a crosswalk: area, inhabited area, points, a finer population, both totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from sozialraum.areas import checks
from sozialraum.areas.crosswalks import Crosswalk, weights_table
from sozialraum.areas.layers import AreaLayer, Shapes
from sozialraum.errors import MismatchError

Numbers = np.ndarray[Any, np.dtype[Any]]
SMALLEST_PIECE_M2 = 1.0  # smaller overlaps are drawing noise
SAME_AREA = 0.995  # on Berlin's reform all 275 pairs that overlap so far have the same population to the person
LARGEST_MISFIT = 0.05  # totals that differ by more do not belong to the same day


def by_area(source: AreaLayer, target: AreaLayer, same: float = 1.0) -> Crosswalk:
    """Weights = share of the source's area in the target; assumes that people live evenly spread.

    Rows sum to less than 1 where a source reaches beyond all targets: people there stay outside. With `same` below 1
    (SAME_AREA), a source and a target that cover each other by that share are the same area redrawn: it goes over
    whole, and slivers of neighbours in it, smaller than the rest, are dropped.
    Source: Goodchild & Lam 1980.
    """
    one, other, pieces = _pieces(source, target)
    amount = shapely.area(pieces)
    if same >= 1:
        return _crosswalk(source, target, one, other, amount, source.area_m2, "area")
    amount = _redrawn(one, other, amount, source.area_m2, target.area_m2, same)
    keep = amount > 0
    return _crosswalk(
        source, target, one[keep], other[keep], amount[keep], source.area_m2, "area, unchanged areas whole"
    )


def by_overlap(source: AreaLayer, target: AreaLayer) -> Crosswalk:
    """`by_area` as it suits two vintages of one place: unchanged areas go over whole, redrawn outer borders are closed."""
    return by_area(source, target, same=SAME_AREA).closed()


def _redrawn(one: Numbers, other: Numbers, amount: Numbers, source: Numbers, target: Numbers, same: float) -> Numbers:
    """The overlaps, those of redrawn areas raised to the whole area and the slivers about them set to zero."""
    of_source, of_target = amount / source[one], amount / target[other]
    equal = (of_source >= same) & (of_target >= same)
    beside = np.isin(one, one[equal]) | (np.isin(other, other[equal]) & (of_source < 1 - same))
    return np.where(equal, source[one], np.where(beside, 0.0, amount))


def by_inhabited_area(
    source: AreaLayer, target: AreaLayer, mask: Shapes, densities: Sequence[float] | None = None
) -> Crosswalk:
    """Weights = share of the inhabited area (polygons of `mask`, which do not overlap), each with its relative density.

    Sources without inhabited area fall back to area; `notes["by_area_instead"]` names them.
    Source: Wright 1936; Eicher & Brewer 2001.
    """
    density = np.ones(len(mask)) if densities is None else np.asarray(densities, dtype=np.float64)
    return _by_zones(source, target, np.asarray(mask, dtype=object), density, "inhabited area")


def by_population(source: AreaLayer, target: AreaLayer, zones: Shapes, persons: Sequence[float]) -> Crosswalk:
    """Weights = share of the persons of finer zones (blocks, grid cells) that do not overlap, spread evenly in a zone.

    Sources without persons fall back to area; `notes["by_area_instead"]` names them.
    """
    shapes = np.asarray(zones, dtype=object)
    density = np.asarray(persons, dtype=np.float64) / shapely.area(shapes)
    return _by_zones(source, target, shapes, density, "finer population")


def by_points(source: AreaLayer, target: AreaLayer, points: Shapes, weight: Sequence[float] | None = None) -> Crosswalk:
    """Weights = share of the points (addresses, with persons as `weight`) of the source that lie in the target.

    Points in no source are counted in `notes["points_outside"]`; sources without points fall back to area.
    """
    _demand_one_system(source, target)
    amount = np.ones(len(points)) if weight is None else np.asarray(weight, dtype=np.float64)
    one, other = _within(source.geometry, points), _within(target.geometry, points)
    whole = np.bincount(one[one >= 0], weights=amount[one >= 0], minlength=len(source))
    both = (one >= 0) & (other >= 0)
    made = _crosswalk(source, target, one[both], other[both], amount[both], whole, "points")
    made.notes["points_outside"] = int((one < 0).sum())  # type: ignore[index]
    return made


def calibrated(start: Crosswalk, old: Mapping[str, float | None], new: Mapping[str, float | None]) -> Crosswalk:
    """Weights that carry the old population of the day of change exactly to the new one, as near to `start` as can be.

    `old` holds the population of every source area, `new` of the target areas; None or absent in `new` is unknown
    and leaves that target free. Rows and columns are scaled in turn until both fit; rows are then divided by their
    sum, so they sum to 1. `notes` holds iterations, column_wape (percent, what could not be met) and unknown targets.
    Raises: MismatchError when a source has no population figure, or the totals do not belong together.
    Source: Deming & Stephan 1940.
    """
    _demand_totals(start, old, new)
    one, other = _places(start.sources, start.table["from"]), _places(start.targets, start.table["to"])
    rows = np.array([old[key] for key in start.sources], dtype=np.float64)
    columns = np.array([np.nan if new.get(key) is None else new[key] for key in start.targets], dtype=np.float64)
    persons, notes = _fit(one, other, start.table["weight"].to_numpy(), rows, columns)
    whole = np.bincount(one, weights=persons, minlength=len(rows))
    found = [
        (start.sources[a], start.targets[b], float(amount), float(whole[a]))
        for a, b, amount in zip(one, other, persons, strict=True)
        if amount > 0
    ]
    notes |= {
        "outside": start.notes.get("outside", ()),
        "unknown": [key for key in start.targets if new.get(key) is None],
    }
    names = start.level, start.from_vintage, start.to_vintage
    return Crosswalk(*names, weights_table(found), f"calibrated from {start.method}", start.targets, {}, notes)


def _demand_totals(start: Crosswalk, old: Mapping[str, float | None], new: Mapping[str, float | None]) -> None:
    lost = [key for key in start.sources if old.get(key) is None]
    if lost:
        raise MismatchError("The old population is unknown for {keys}.", keys=", ".join(lost[:5]))
    strange = sorted(set(new) - set(start.targets))
    if strange:
        what = "The new population names areas that the crosswalk does not lead to: {keys}."
        raise MismatchError(what, keys=", ".join(strange[:5]))
    before = sum(value for value in old.values() if value is not None)
    after = sum(value for value in new.values() if value is not None)
    known = all(new.get(key) is not None for key in start.targets)
    if after > before * (1 + LARGEST_MISFIT) or (known and after < before * (1 - LARGEST_MISFIT)):
        raise MismatchError(
            "The totals do not belong to the same day: {before} before, {after} after.",
            remedy="Give both populations for the day of the change.",
            before=before,
            after=after,
        )


def _places(keys: Sequence[str], column: pa.ChunkedArray) -> Numbers:
    place = {key: number for number, key in enumerate(keys)}
    return np.array([place[key] for key in column.to_pylist()], dtype=np.int64)


def _fit(
    one: Numbers, other: Numbers, start: Numbers, rows: Numbers, columns: Numbers, most: int = 5000
) -> tuple[Numbers, dict[str, Any]]:
    """Persons per pair: iterative proportional fitting that ends with exact rows; unknown columns (NaN) stay free.

    A source without persons, or whose targets are all empty, keeps its weights of the start (with a vanishing amount).
    """
    persons, used, fixed = start * rows[one], 0, ~np.isnan(columns)
    while used < most:
        sums = np.bincount(other, weights=persons, minlength=len(columns))
        misfit = np.abs(sums - columns)[fixed].sum()
        if misfit <= 1e-9 * rows.sum():
            break
        used += 1
        factor = np.divide(columns, sums, out=np.ones_like(sums), where=fixed & (sums > 0))
        persons = persons * factor[other]
        sums = np.bincount(one, weights=persons, minlength=len(rows))
        persons = persons * np.divide(rows, sums, out=np.zeros_like(rows), where=sums > 0)[one]
    empty = np.bincount(one, weights=persons, minlength=len(rows)) <= 0
    sums = np.bincount(other, weights=persons, minlength=len(columns))
    wape = 100 * float(np.abs(sums - columns)[fixed].sum() / max(columns[fixed].sum(), 1.0))
    persons = np.where(empty[one], start * 1e-12, persons)
    return persons, {"iterations": used, "column_wape": wape, "rows_of_start": int(empty.sum())}


def _pieces(source: AreaLayer, target: AreaLayer) -> tuple[Numbers, Numbers, Shapes]:
    """Place in source, place in target and outline of every overlap above one square metre."""
    _demand_one_system(source, target)
    return _overlaps(source.geometry, target.geometry, SMALLEST_PIECE_M2)


def _demand_one_system(source: AreaLayer, target: AreaLayer) -> None:
    """Raises: MismatchError for different reference systems, or one that does not measure in metres."""
    if not checks.is_same(source.crs, target.crs):
        raise MismatchError(
            "The areas stand in different reference systems: {one} and {other}.",
            why="Their outlines would not meet.",
            remedy="Bring both into one, in Germany EPSG:25832 or EPSG:25833.",
            one=source.crs[:60],
            other=target.crs[:60],
        )
    if not checks.is_metric(source.crs):
        raise MismatchError(
            "The reference system '{crs}' does not measure in metres, so areas in it have no size.",
            remedy="Bring the areas into metres by naming a projected system, in Germany EPSG:25832 or EPSG:25833.",
            crs=source.crs[:60],
        )


def _overlaps(source: Shapes, target: Shapes, smallest: float) -> tuple[Numbers, Numbers, Shapes]:
    one, other = shapely.STRtree(target).query(source, predicate="intersects")
    shapes = shapely.intersection(source[one], target[other])
    keep = shapely.area(shapes) > smallest
    return one[keep], other[keep], shapes[keep]


def _by_zones(source: AreaLayer, target: AreaLayer, zones: Shapes, density: Numbers, method: str) -> Crosswalk:
    one, other, pieces = _pieces(source, target)
    piece, zone, parts = _overlaps(pieces, zones, 0.0)
    held, held_zone, held_parts = _overlaps(source.geometry, zones, 0.0)
    amount = np.bincount(piece, weights=shapely.area(parts) * density[zone], minlength=len(pieces))
    whole = np.bincount(held, weights=shapely.area(held_parts) * density[held_zone], minlength=len(source))
    return _crosswalk(source, target, one, other, amount, whole, method)


def _within(shapes: Shapes, points: Shapes) -> Numbers:
    """Place of the first shape that holds each point (borders belong to the lower place), or -1."""
    found = np.full(len(points), -1, dtype=np.int64)
    point, shape = shapely.STRtree(shapes).query(points, predicate="intersects")
    order = np.argsort(-shape, kind="stable")
    found[point[order]] = shape[order]
    return found


def _crosswalk(
    source: AreaLayer, target: AreaLayer, one: Numbers, other: Numbers, amount: Numbers, whole: Numbers, method: str
) -> Crosswalk:
    """Adds up the amounts per pair; sources without any amount take the weights of `by_area` instead."""
    codes, places = np.unique(one.astype(np.int64) * len(target) + other, return_inverse=True)
    sums = np.bincount(places, weights=amount, minlength=len(codes))
    whole, overlapping = _at_least(whole, np.bincount(codes // len(target), weights=sums, minlength=len(source)))
    pairs = [
        (divmod(int(code), len(target)), float(value)) for code, value in zip(codes, sums, strict=True) if value > 0
    ]
    rows = [(source.keys[a], target.keys[b], value, float(whole[a])) for (a, b), value in pairs]
    bare = {source.keys[place] for place in np.flatnonzero(whole <= 0)}
    rows += _by_area_rows(source, target, bare) if bare and method != "area" else []
    outside = sorted(set(source.keys) - {row[0] for row in rows})
    notes: dict[str, Any] = {"outside": outside, "by_area_instead": sorted(bare), "overlapping": overlapping}
    names = source.level, source.vintage, target.vintage
    return Crosswalk(*names, weights_table(rows), method, target.keys, {}, notes)


def _at_least(whole: Numbers, parts: Numbers) -> tuple[Numbers, int]:
    """The whole of each source, raised where overlapping targets make its parts more, and how many these are.

    Raises: MismatchError where the parts are more than a hundredth too many: people would be counted twice.
    """
    excess = parts > np.asarray(whole) * (1 + 1e-6)
    if (parts > np.asarray(whole) * 1.01).any():
        raise MismatchError(
            "Target areas, or zones, overlap by more than a hundredth of a source area.",
            remedy="Repair the overlaps first.",
        )
    return np.maximum(whole, parts), int(excess.sum())


def _by_area_rows(source: AreaLayer, target: AreaLayer, bare: set[str]) -> list[tuple[str, str, float, float]]:
    """Rows by area with a vanishing amount, so that they weigh nothing when areas are put together."""
    table = by_area(source, target).table.to_pylist()
    return [(row["from"], row["to"], row["weight"] * 1e-12, 1e-12) for row in table if row["from"] in bare]
