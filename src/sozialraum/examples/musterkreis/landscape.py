"""The land of the invented county: outline, river, settlements and the building blocks (Baublöcke) between them.

Blocks are a Voronoi mosaic of points that stand close together where people live. Pairs of points mirrored at the
river make block borders follow it; one smooth displacement of all corners bends the borders and keeps them shared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[Any]

ORIGIN = np.array([512_000.0, 5_790_000.0])
"""EPSG:25832 coordinates of the market square; all other places here are metres from it."""

TOWN_BLOCKS = 430
CENTRES = np.array(
    [
        [0, 600],
        [8_700, 6_500],
        [12_000, -1_800],
        [7_400, -8_300],
        [-1_800, -9_200],
        [-9_800, -7_200],
        [-11_800, 1_500],
        [-7_600, 8_600],
        [600, 9_800],
    ],
    dtype=np.float64,
)
"""Main settlement of each municipality, the county town first."""

COMMUNE_BLOCKS = np.array([0, 58, 44, 38, 30, 48, 34, 40, 28])


@dataclass(frozen=True)
class Landscape:
    """Blocks with their shared borders: `polygons` (n), `points` (n x 2), `edges` (pairs of blocks), in metres."""

    polygons: Geometries
    points: Floats
    edges: Ints
    edge_lengths: Floats
    river_between: NDArray[np.bool_]
    municipality_seeds: Ints
    river: Any


def landscape(rng: np.random.Generator) -> Landscape:
    """The blocks of the county on both sides of the river."""
    import shapely

    outline, course = _outline(rng), _river_course()
    points = _block_points(rng, outline, course)
    flat = _clipped_cells(points, outline)
    polygons = _bend(flat)
    inside = ~shapely.is_empty(flat)
    points, flat, polygons = points[inside], flat[inside], polygons[inside]
    edges, lengths = _borders(flat)
    side = _side_of_river(points, course)
    seeds = np.array([int(np.argmin(((points - centre) ** 2).sum(axis=1))) for centre in CENTRES])
    river = _bend(np.array([shapely.intersection(shapely.linestrings(course), outline)]))[0]
    return Landscape(
        polygons=polygons,
        points=shapely.get_coordinates(shapely.point_on_surface(polygons)) - ORIGIN,
        edges=edges,
        edge_lengths=lengths,
        river_between=side[edges[:, 0]] != side[edges[:, 1]],
        municipality_seeds=seeds,
        river=river,
    )


def expected_residents(points: Floats, town: NDArray[np.bool_]) -> Floats:
    """Residents that a block at these places has on average; `town` says which lie in the county town."""
    to_town = np.hypot(*(points - CENTRES[0]).T)
    to_commune = np.min([np.hypot(*(points - centre).T) for centre in CENTRES[1:]], axis=0)
    in_town = 66 - 44 * np.clip(to_town / 6_500, 0, 1)
    return np.asarray(np.where(town, in_town, 19 + 46 * np.exp(-to_commune / 1_100)))


def _outline(rng: np.random.Generator) -> Any:
    """A smooth closed line round all settlements: an ellipse with waves of falling size."""
    import shapely

    angle = np.linspace(0, 2 * np.pi, 361)[:-1]
    radius = np.full_like(angle, 15_500.0)
    for wave in range(2, 12):
        size = 1_900 / wave**0.9
        radius += size * np.cos(wave * angle + rng.uniform(0, 2 * np.pi))
    return shapely.polygons(np.column_stack([1.12 * radius * np.cos(angle), 0.92 * radius * np.sin(angle)]))


def _river_course() -> Floats:
    """The middle line of the river from west to east, through the town a little south of the market square."""
    x = np.linspace(-24_000, 24_000, 481)
    y = 0.12 * x + 1_500 * np.sin(x / 3_300) * np.exp(-((x / 13_000) ** 2)) + 900 * np.sin(x / 6_100 + 0.6) - 700
    return np.column_stack([x, y])


def _side_of_river(points: Floats, course: Floats) -> NDArray[np.bool_]:
    return np.asarray(points[:, 1] > np.interp(points[:, 0], course[:, 0], course[:, 1]))


def _spacing(points: Floats) -> Floats:
    """Typical distance between block points at these places: tight in the centre, wide in the fields."""
    to_town = np.hypot(*(points - CENTRES[0]).T)
    to_commune = np.min([np.hypot(*(points - centre).T) for centre in CENTRES[1:]], axis=0)
    town = 130 + 0.16 * np.maximum(to_town - 500, 0)
    commune = 190 + 0.42 * np.maximum(to_commune - 350, 0)
    return np.asarray(np.minimum(np.minimum(town, commune), 1_150))


def _block_points(rng: np.random.Generator, outline: Any, course: Floats) -> Floats:
    """Points of settlements, hamlets and fields, evened out, plus the pairs along the river."""
    import shapely

    banks = _river_banks(course)
    town = CENTRES[0] + rng.normal(0, 1, (TOWN_BLOCKS, 2)) * rng.uniform(500, 2_700, (TOWN_BLOCKS, 1))
    communes = np.repeat(CENTRES[1:], COMMUNE_BLOCKS[1:], axis=0)
    communes = communes + rng.normal(0, 1, communes.shape) * rng.uniform(250, 900, (len(communes), 1))
    hamlets = rng.uniform(-18_000, 18_000, (70, 2))
    hamlets = (hamlets[:, None, :] + rng.normal(0, 260, (70, 3, 2))).reshape(-1, 2)
    fields = rng.uniform(-19_000, 19_000, (520, 2))
    loose = np.concatenate([town, communes, hamlets, fields])
    loose = loose[shapely.contains_xy(outline, loose)]
    for _ in range(3):
        loose = _evened(loose, banks, outline)
    loose = _thinned(loose, np.concatenate([banks, CENTRES]), 0.62)
    return np.concatenate([CENTRES, loose, banks])


def _river_banks(course: Floats) -> Floats:
    """Pairs of points on both banks, at distances that follow the density of the land."""
    steps = np.hypot(*np.diff(course, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    stations, here = [], 0.0
    while here < along[-1]:
        place = np.array([[np.interp(here, along, course[:, 0]), np.interp(here, along, course[:, 1])]])
        gap = float(_spacing(place)[0])
        stations.append((here + gap / 2, gap))
        here += gap
    where = np.array([one for one, _ in stations])
    x, y = np.interp(where, along, course[:, 0]), np.interp(where, along, course[:, 1])
    slope = np.gradient(y, x)
    normal = np.column_stack([-slope, np.ones_like(slope)]) / np.hypot(slope, 1)[:, None]
    reach = 0.42 * np.array([gap for _, gap in stations])[:, None]
    middle = np.column_stack([x, y])
    return np.concatenate([middle + reach * normal, middle - reach * normal])


def _evened(loose: Floats, fixed: Floats, outline: Any) -> Floats:
    """One step of Lloyd's relaxation: each loose point goes to the middle of its cell."""
    import shapely

    cells = _clipped_cells(np.concatenate([loose, fixed]), outline)[: len(loose)]
    return np.asarray(shapely.get_coordinates(shapely.centroid(cells[~shapely.is_empty(cells)])))


def _thinned(loose: Floats, fixed: Floats, share: float) -> Floats:
    """The points without those that stand closer than `share` of the local spacing to an earlier one."""
    import shapely

    points = np.concatenate([fixed, loose])
    places = shapely.points(points)
    one, other = shapely.STRtree(places).query(places, predicate="dwithin", distance=share * _spacing(points))
    keep = np.ones(len(points), dtype=bool)
    for late, early in zip(one[one > other], other[one > other], strict=True):  # in the order of `late`
        if late >= len(fixed) and keep[early]:
            keep[late] = False
    return np.asarray(points[len(fixed) :][keep[len(fixed) :]])


def _clipped_cells(points: Floats, outline: Any) -> Geometries:
    """The Voronoi cell of each point inside the outline, in the order of the points; empty for points far outside."""
    import shapely

    cells = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=outline.buffer(4_000), ordered=True)
    shapely.prepare(outline)
    clipped = shapely.intersection(shapely.get_parts(cells), outline)
    return np.asarray(_largest_parts(clipped))


def _largest_parts(geometries: Geometries) -> Geometries:
    """Each geometry, or its largest polygon where clipping cut it into several."""
    import shapely

    several = np.flatnonzero(shapely.get_num_geometries(geometries) > 1)
    for place in several:
        parts = shapely.get_parts(geometries[place])
        geometries[place] = parts[np.argmax(shapely.area(parts))]
    return geometries


def _borders(polygons: Geometries) -> tuple[Ints, Floats]:
    """Pairs of neighbouring blocks (first smaller) with the length of their common border in metres."""
    import shapely

    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    lengths = shapely.length(shapely.intersection(polygons[first], polygons[second]))
    real = lengths > 5
    return np.column_stack([first[real], second[real]]), np.asarray(lengths[real])


def _bend(flat: Geometries) -> Geometries:
    """The geometries with bent borders at their place in EPSG:25832, to the centimetre."""
    import shapely

    return np.asarray(shapely.transform(shapely.segmentize(flat, 90.0), _displaced))


def _displaced(points: Floats) -> Floats:
    """A smooth, one-to-one shift of the plane: strong in the countryside, weak in the streets of the town."""
    x, y = points.T
    strength = np.clip((np.hypot(x, y - CENTRES[0][1]) - 600) / 5_000, 0.06, 1.0)
    shift_x = 110 * np.sin(y / 520 + x / 1_900) + 55 * np.sin(y / 210 - x / 400)
    shift_y = 110 * np.sin(x / 560 - y / 1_700) + 55 * np.sin(x / 230 + y / 430)
    moved = points + np.column_stack([shift_x, shift_y]) * strength[:, None]
    return np.asarray(np.round(moved + ORIGIN, 2))
