"""Contiguous regions of blocks: municipalities, social areas and planning areas, and the boundary reform.

A region grows from a seed along common borders, so it is always in one piece; the levels nest because each is made
inside the next coarser one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sozialraum.examples.musterkreis.landscape import CENTRES, Floats, Ints, Landscape, expected_residents

HEAD_START = np.array([3_600, 900, 700, 400, 0, 600, 300, 500, 0], dtype=np.float64)
"""How far, in metres, each municipality has grown before the others start."""

SOCIAL_AREAS = (8, 2, 2, 1, 1, 2, 1, 1, 1)
PLANNING_AREAS = ((5, 5, 6, 5, 5, 6, 5, 5), (3, 3), (3, 2), (4,), (3,), (3, 3), (3,), (4,), (3,))
"""Planning areas of each social area of each municipality before the reform."""


@dataclass(frozen=True)
class Regions:
    """The region numbers of every block: municipality 0.., social area and planning area 0.. over the whole county."""

    municipality: Ints
    social_area: Ints
    planning_area: Ints


def regions(land: Landscape, rng: np.random.Generator) -> Regions:
    """Nested regions before the reform."""
    municipality = _municipalities(land, rng)
    social, planning = np.zeros_like(municipality), np.zeros_like(municipality)
    social_count = planning_count = 0
    for number, parts in enumerate(PLANNING_AREAS):
        members = np.flatnonzero(municipality == number)
        labels = split(land, members, len(parts), number == 0)
        for part, wanted in enumerate(parts):
            inside = members[labels == part]
            social[inside] = social_count
            planning[inside] = planning_count + split(land, inside, wanted, number == 0)
            social_count, planning_count = social_count + 1, planning_count + wanted
    return Regions(municipality, social, planning)


def _municipalities(land: Landscape, rng: np.random.Generator) -> Ints:
    start, end = land.edges.T
    cost = np.hypot(*(land.points[start] - land.points[end]).T) * rng.uniform(0.85, 1.25, len(start))
    outside = np.hypot(*(land.points[start] - CENTRES[0]).T) > 3_300
    cost += np.where(land.river_between & outside, 3_500, 0)
    return _grown(len(land.points), land.edges, cost, land.municipality_seeds, HEAD_START.max() - HEAD_START)


def _grown(count: int, edges: Ints, cost: Floats, seeds: Ints, delay: Floats) -> Ints:
    """For each of `count` blocks the number of the seed that reaches it first."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    sources = count + np.arange(len(seeds))
    start = np.concatenate([edges[:, 0], sources])
    end = np.concatenate([edges[:, 1], seeds])
    graph = coo_array((np.concatenate([cost, delay + 1e-6]), (start, end)), shape=(count + len(seeds),) * 2)
    _, _, reached_by = dijkstra(graph.tocsr(), directed=False, indices=sources, min_only=True, return_predecessors=True)
    return np.asarray(reached_by[:count] - count, dtype=np.int64)


def split(land: Landscape, members: Ints, parts: int, town: bool) -> Ints:
    """A number 0..parts-1 for each member block: compact, contiguous regions with similar numbers of residents."""
    if parts == 1:
        return np.zeros(len(members), dtype=np.int64)
    place = np.full(len(land.points), -1)
    place[members] = np.arange(len(members))
    inner = (place[land.edges] >= 0).all(axis=1)
    distances = _steps(len(members), place[land.edges[inner]], land.river_between[inner])
    residents = expected_residents(land.points[members], np.full(len(members), town))
    seeds = _far_apart(distances, parts)
    for _ in range(10):
        seeds = _middles(distances, _balanced(distances, seeds, residents), residents)
    return _in_reading_order(land.points[members], _balanced(distances, seeds, residents), parts)


def _balanced(distances: Floats, seeds: Ints, residents: Floats) -> Ints:
    """The nearest seed of each block, where seeds with too many residents are moved away in small steps.

    No seed is moved so far that another one reaches it first, so every region keeps its seed and stays in one piece.
    """
    ways, between = distances[seeds], distances[np.ix_(seeds, seeds)]
    limit = 0.49 * between[between > 0].min()
    away = np.zeros(len(seeds))
    for _ in range(40):
        labels = np.argmin(ways + away[:, None], axis=0)
        sizes = np.bincount(labels, residents, len(seeds))
        away = away + 0.25 * np.log(np.maximum(sizes, 1) * len(seeds) / residents.sum())
        away = np.clip(away - away.mean(), -limit, limit)
    return np.asarray(np.argmin(ways + away[:, None], axis=0))


def _steps(count: int, edges: Ints, over_river: NDArray[np.bool_]) -> Floats:
    """Shortest ways between all member blocks; a step over the river counts three."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    graph = coo_array((1.0 + 2.0 * over_river, (edges[:, 0], edges[:, 1])), shape=(count, count))
    return np.asarray(dijkstra(graph.tocsr(), directed=False))


def _far_apart(distances: Floats, parts: int) -> Ints:
    """Seeds: the middle of all, then always the block farthest from the seeds so far."""
    seeds = [int(np.argmin(distances.sum(axis=1)))]
    while len(seeds) < parts:
        seeds.append(int(np.argmax(distances[seeds].min(axis=0))))
    return np.array(seeds)


def _middles(distances: Floats, labels: Ints, residents: Floats) -> Ints:
    """The block of each part with the shortest ways for all its residents."""
    members = [np.flatnonzero(labels == part) for part in range(labels.max() + 1)]
    ways = [(distances[np.ix_(own, own)] ** 2 * residents[own]).sum(axis=1) for own in members]
    return np.array([own[np.argmin(one)] for own, one in zip(members, ways, strict=True)])


def _in_reading_order(points: Floats, labels: Ints, parts: int) -> Ints:
    """The same parts numbered from north to south."""
    north = np.array([points[labels == part, 1].mean() for part in range(parts)])
    rank = np.empty(parts, dtype=np.int64)
    rank[np.argsort(-north, kind="stable")] = np.arange(parts)
    return np.asarray(rank[labels])


def reformed(land: Landscape, before: Regions) -> tuple[Regions, Ints]:
    """The regions after the reform, and the planning area before it from which each new one has its name.

    Two planning areas are cut in two, two pairs become one, two pairs exchange blocks along their border, and one of
    these exchanges goes over the border of two social areas. Changed areas get new numbers.
    """
    planning, social = before.planning_area.copy(), before.social_area.copy()
    next_number = int(planning.max()) + 1
    names = list(range(next_number))
    for area in _largest(planning, social, within=(0, 1, 2, 3, 4, 5, 6, 7))[:2]:
        members = np.flatnonzero(planning == area)
        planning[members] = next_number + split(land, members, 2, True)
        names += [area, area]
        next_number += 2
    for first, second in _pairs(land, before, same_social=True)[:2]:
        planning[np.isin(planning, (first, second))] = next_number
        names.append(first)
        next_number += 1
    exchanges = [*_pairs(land, before, same_social=True)[2:3], *_pairs(land, before, same_social=False)[:1]]
    for giver, taker in exchanges:
        moved = _border_blocks(land, planning, giver, taker)
        planning[moved] = taker
        social[moved] = social[before.planning_area == taker][0]
        for area in (giver, taker):
            planning[planning == area] = next_number
            names.append(area)
            next_number += 1
    return Regions(before.municipality, social, planning), np.array(names)


def _largest(planning: Ints, social: Ints, within: Sequence[int]) -> Ints:
    inside = np.isin(social, within)
    numbers, counts = np.unique(planning[inside], return_counts=True)
    return np.asarray(numbers[np.argsort(-counts, kind="stable")])


def _pairs(land: Landscape, before: Regions, same_social: bool) -> list[tuple[int, int]]:
    """Pairs of neighbouring planning areas of the town, the smallest first, each area at most once."""
    first, second = before.planning_area[land.edges].T
    same = before.social_area[land.edges[:, 0]] == before.social_area[land.edges[:, 1]]
    town = (before.municipality[land.edges] == 0).all(axis=1)
    chosen = (first != second) & (same == same_social) & town & ~land.river_between
    sizes = np.bincount(before.planning_area)
    split_up = set(_largest(before.planning_area, before.social_area, range(8))[:2].tolist())
    pairs = sorted({(int(a), int(b)) for a, b in np.sort(np.column_stack([first, second])[chosen], axis=1)})
    pairs.sort(key=lambda pair: int(sizes[list(pair)].sum()))
    used = set(split_up)
    found = []
    for pair in pairs:
        if not used & set(pair):
            found.append(pair)
            used |= set(pair)
    return found if same_social else _free_of(found, _pairs(land, before, same_social=True)[:3])


def _free_of(pairs: list[tuple[int, int]], taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    used = {area for pair in taken for area in pair}
    return [pair for pair in pairs if not used & set(pair)]


def _border_blocks(land: Landscape, planning: Ints, giver: int, taker: int) -> Ints:
    """Up to three blocks of `giver` on the border to `taker` whose loss leaves `giver` in one piece."""
    first, second = planning[land.edges].T
    touching = np.concatenate(
        [land.edges[(first == giver) & (second == taker), 0], land.edges[(first == taker) & (second == giver), 1]]
    )
    moved: list[int] = []
    for block in np.unique(touching):
        rest = np.setdiff1d(np.flatnonzero(planning == giver), [*moved, block])
        if len(moved) < 3 and _in_one_piece(land, rest):
            moved.append(int(block))
    return np.array(moved, dtype=np.int64)


def _in_one_piece(land: Landscape, members: Ints) -> bool:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    place = np.full(len(land.points), -1)
    place[members] = np.arange(len(members))
    edges = place[land.edges[(place[land.edges] >= 0).all(axis=1)]]
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(len(members),) * 2)
    return bool(connected_components(graph, directed=False, return_labels=False) == 1)
