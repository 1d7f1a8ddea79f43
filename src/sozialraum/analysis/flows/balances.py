"""Who comes and who goes: balances, rates, centrality, self-containment, with bounds where counts are hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from sozialraum.analysis.flows.matrix import Array, Flows

Weights = tuple[int, int, int]  # of inward, outward, inside
MEASURES: Mapping[str, tuple[Weights, Weights | None]] = {  # above, and below the line where there is one
    "in": ((1, 0, 0), None),
    "out": ((0, 1, 0), None),
    "inside": ((0, 0, 1), None),
    "balance": ((1, -1, 0), None),
    "in_rate": ((1, 0, 0), (1, 0, 1)),
    "out_rate": ((0, 1, 0), (0, 1, 1)),
    "centrality": ((1, 0, 1), (0, 1, 1)),
    "self_containment": ((0, 0, 1), (0, 1, 1)),
    "self_sufficiency": ((0, 0, 1), (1, 0, 1)),
    "effectiveness": ((1, -1, 0), (1, 1, 0)),
}


def _over(above: Array, below: Array) -> Array:
    return np.asarray(np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0))


def _formula(name: str, parts: Array) -> Array:
    """The measure of inward, outward and inside, stacked on the last axis but one."""
    above, below = MEASURES[name]
    top = np.einsum("p,...pa->...a", np.array(above, np.float64), parts)
    return top if below is None else _over(top, np.einsum("p,...pa->...a", np.array(below, np.float64), parts))


@dataclass(frozen=True)
class Bounded:
    """A measure by area from the known pairs, what it can be at least and at most, and hidden pairs that touch it."""

    value: Array
    lower: Array
    upper: Array
    hidden: Array


def balances(given: Flows) -> Mapping[str, Bounded]:
    """Every measure of MEASURES by area; NaN where nobody comes, goes or stays that it could be a share of.

    in, out: people from and to other areas; in_rate: of those who work here; out_rate: of those who live here;
    centrality: workplaces per working resident; self_containment: residents who work here; self_sufficiency: workplaces
    held by residents; effectiveness: balance over all who move (Plane 1984). Bounds are exact: each measure is monotone in
    each of its three parts, so the extremes lie where every part is at its least or most.
    """
    parts = [_parts(given, values) for values in (given.known, given.most, given.hidden)]
    return {name: _bounded(name, *parts) for name in MEASURES}


def _parts(given: Flows, values: Array) -> Array:
    """Inward, outward, inside by area: (3, areas)."""
    return np.stack([given.inward(values), given.outward(values), given.inside(values)])


def _bounded(name: str, low: Array, high: Array, hidden: Array) -> Bounded:
    used = np.any([np.array(one or (0, 0, 0)) != 0 for one in MEASURES[name]], axis=0)
    touched, value = hidden[used].sum(axis=0), _formula(name, low)
    sides = np.stack([low, np.where(used[:, None], high, low)])  # a part that is not used may be unknown
    corners = np.stack([_formula(name, sides[list(one), [0, 1, 2]]) for one in product((0, 1), repeat=3)])
    known = np.isfinite(sides[1]).all(axis=0) & np.isfinite(corners).any(axis=0)
    limits = [
        np.where(known, extreme(np.where(np.isnan(corners), empty, corners), axis=0), np.nan)
        for extreme, empty in ((np.min, np.inf), (np.max, -np.inf))
    ]
    return Bounded(value, limits[0], limits[1], touched)


def net_rate(given: Flows, people: Array) -> Array:
    """(in - out) / mean population of the time, by area in the order of `given.areas`; NaN without people."""
    return _over(given.inward(given.known) - given.outward(given.known), people)
