"""Counts that nobody publishes but everybody can subtract: a sum without one of its parts, as a cell of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import CallError
from sozialraum.protection.tables.dimension import Dimension, depths
from sozialraum.protection.tables.model import System, summed

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
MOST = 10
"""Codes that a message names."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A code that nobody may be known to have: at least `rest` of every group must have another (group disclosure)."""

    dimension: str
    code: str
    rest: int


def with_differences(
    dimensions: Sequence[Dimension],
    inner: Ints,
    attributes: Sequence[Attribute],
    differences: Sequence[str],
    minimum: int,
) -> list[Dimension]:
    """The dimensions with a node that no code shows for every difference that the rules look at.

    That is the rest beside each attribute, and in the dimensions named by `differences` every code without a code in it
    where some count of that is from 1 to minimum - 1. Raises: CallError for dimensions and codes that are not there.
    """
    _known(dimensions, attributes, differences)
    sums = summed(dimensions, inner).reshape([len(one.members) for one in dimensions])
    found = []
    for axis, one in enumerate(dimensions):
        pairs = [(one.top, node_of(one, each.code)) for each in attributes if each.dimension == one.name]
        if one.name in differences:
            pairs += _small(one, np.moveaxis(sums, axis, 0), minimum)
        found.append(_extended(one, pairs))
    return found


def _known(dimensions: Sequence[Dimension], attributes: Sequence[Attribute], differences: Sequence[str]) -> None:
    codes = {one.name: one.codes for one in dimensions}
    for name in [*(one.dimension for one in attributes), *differences]:
        if name not in codes:
            known = ", ".join(codes)
            raise CallError(
                "'{name}' is no dimension of the table.", remedy="There are: {known}.", name=name, known=known
            )
    held = {one.name: one for one in dimensions}
    for each in attributes:
        if each.code not in codes[each.dimension]:
            known = ", ".join(codes[each.dimension][:MOST])
            what, remedy = "'{code}' is no code of '{name}'.", "It has: {known}."
            raise CallError(what, remedy=remedy, code=each.code, name=each.dimension, known=known)
        if node_of(held[each.dimension], each.code) == held[each.dimension].top:
            raise CallError("'{code}' of '{name}' holds everybody.", code=each.code, name=each.dimension)


def node_of(one: Dimension, code: str) -> int:
    """The node of a code."""
    return int(one.nodes[one.codes.index(code)])


def _small(one: Dimension, sums: Ints, minimum: int) -> Iterator[tuple[int, int]]:
    members = one.members.astype(np.int64)
    within = members @ (1 - members).T == 0
    for whole, part in np.argwhere(within.T & ~within).tolist():
        difference = sums[whole] - sums[part]
        if ((difference > 0) & (difference < minimum)).any():
            yield whole, part


def _extended(one: Dimension, pairs: Sequence[tuple[int, int]]) -> Dimension:
    """The dimension with the rest of each (whole, part) as a node, whether a code shows it or not."""
    known = {held.tobytes(): node for node, held in enumerate(one.members)}
    members, relations = list(one.members), list(one.relations)
    tied = {(parent, frozenset(children)) for parent, children in relations}
    for whole, part in pairs:
        rest = one.members[whole] & ~one.members[part]
        if not rest.any():
            continue
        node = known.setdefault(rest.tobytes(), len(members))
        if node == len(members):
            members.append(rest)
        if (whole, frozenset((part, node))) not in tied:
            tied.add((whole, frozenset((part, node))))
            relations.append((whole, (part, node)))
    return replace(
        one, members=np.stack(members), relations=tuple(relations), depth=depths(len(members), tuple(relations))
    )


def counted(system: System, differences: Sequence[str]) -> Bools:
    """Cells that the rules count: those that lines show, and differences in one of the named dimensions."""
    found: Bools = system.times > 0
    for axis, one in enumerate(system.dimensions):
        if one.name in differences:
            found = found | (_unseen(system) == 1) & ~_shown(one)[system.places(axis)]
    return found


def _shown(one: Dimension) -> Bools:
    return np.bincount(one.nodes, minlength=len(one.members)) > 0


def _unseen(system: System) -> Ints:
    """In how many dimensions no line shows the cell."""
    found = np.zeros(len(system.values), dtype=np.int64)
    for axis, one in enumerate(system.dimensions):
        found += ~_shown(one)[system.places(axis)]
    return found


def group_disclosure(system: System, attribute: Attribute) -> tuple[Bools, Ints]:
    """Cells that nearly fill their group, and what each cell of their rests must be able to go up (0: not asked)."""
    axis = [one.name for one in system.dimensions].index(attribute.dimension)
    one = system.dimensions[axis]
    node = node_of(one, attribute.code)
    rest = int(np.flatnonzero((one.members == one.members[one.top] & ~one.members[node]).all(axis=1))[0])
    others = _unseen(system) - ~_shown(one)[system.places(axis)] == 0
    cube, asked = (np.moveaxis(each.reshape(system.shape), axis, 0) for each in (system.values, others))
    few = (cube[node] > 0) & (cube[rest] < attribute.rest) & asked[node]
    full, up = np.zeros(cube.shape, dtype=bool), np.zeros(cube.shape, dtype=np.int64)
    full[node], up[rest] = few, np.where(few, attribute.rest - cube[rest], 0)
    return np.moveaxis(full, 0, axis).ravel(), np.moveaxis(up, 0, axis).ravel()
