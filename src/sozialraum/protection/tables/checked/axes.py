"""Codes and sums as the verifier reads them from the inner cells: apart from the engine's own model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

TOTAL = "Total"


@dataclass(frozen=True, slots=True)
class Axis:
    """One dimension: its inner codes, the codes of all levels, and which of these hold each inner code.

    `size`: codes, and behind them sums that no line of the table shows but that lines give away together.
    """

    name: str
    leaves: Mapping[str, int]
    codes: Mapping[str, int]
    above: tuple[NDArray[np.int64], ...]  # per inner code: the codes that hold it
    size: int


def axis_of(cells: Mapping[str, Sequence[str]], chains: Sequence[Sequence[str]], name: str) -> Axis:
    """The dimension with that finest column, over all its hierarchies."""
    own = [chain for chain in chains if chain[0] == name]
    columns = dict.fromkeys(column for chain in own for column in chain)
    leaves: dict[str, int] = {}
    codes: dict[str, int] = {TOTAL: 0}
    above: list[set[int]] = []
    for row in dict.fromkeys(zip(*(cells[column] for column in columns), strict=True)):
        leaf = leaves.setdefault(row[0], len(leaves))
        if leaf == len(above):
            above.append({0})
        above[leaf].update(codes.setdefault(code, len(codes)) for code in row)
    return Axis(name, leaves, codes, tuple(np.array(sorted(one), dtype=np.int64) for one in above), len(codes))


def with_rests(one: Axis, pairs: Sequence[tuple[str, str]]) -> Axis:
    """The dimension with the rest of every (whole, part) behind its codes, unless a code holds just that."""
    holds = held(one)
    known = {row.tobytes() for row in holds}
    above, size = [list(numbers) for numbers in one.above], one.size
    for whole, part in pairs:
        rest = holds[one.codes[whole]] - holds[one.codes[part]]
        if rest.any() and rest.tobytes() not in known:
            known.add(rest.tobytes())
            for leaf in np.flatnonzero(rest).tolist():
                above[leaf].append(size)
            size += 1
    return replace(one, above=tuple(np.array(each, dtype=np.int64) for each in above), size=size)


def nested(one: Axis) -> list[tuple[str, str]]:
    """Every code with every code that holds a part of it and nothing else."""
    holds = held(one)[: len(one.codes)]
    within = holds @ (1 - holds).T == 0
    codes = list(one.codes)
    return [(codes[whole], codes[part]) for whole, part in np.argwhere(within.T & ~within).tolist()]


def spread(
    axes: Sequence[Axis], at: Sequence[NDArray[np.int64]], amounts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every combination of codes that holds an inner cell, as flat position, with the amount."""
    flat = np.zeros(len(amounts), dtype=np.int64)
    origin = np.arange(len(amounts))
    for one, leaves in zip(axes, at, strict=True):
        sizes = np.array([len(codes) for codes in one.above], dtype=np.int64)
        first = np.cumsum(sizes) - sizes
        times = sizes[leaves[origin]]
        ahead = np.repeat(first[leaves[origin]] - (np.cumsum(times) - times), times)
        holders = np.concatenate(one.above)[ahead + np.arange(len(ahead))]
        flat = np.repeat(flat, times) * one.size + holders
        origin = np.repeat(origin, times)
    return flat, amounts[origin]


def sums(axes: Sequence[Axis], inner: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every combination of codes from the inner cells, flat."""
    found = inner
    for axis, one in enumerate(axes):
        found = np.moveaxis(np.tensordot(held(one), found, axes=(1, axis)), 0, axis)
    return found.ravel()


def held(one: Axis) -> NDArray[np.int64]:
    """Codes x inner codes: 1 where the code holds the inner code."""
    matrix = np.zeros((one.size, len(one.leaves)), dtype=np.int64)
    for leaf, above in enumerate(one.above):
        matrix[above, leaf] = 1
    return matrix


def placed(axes: Sequence[Axis], cells: Mapping[str, Sequence[str]]) -> list[NDArray[np.int64]]:
    """The inner code of every line of the cells, per dimension."""
    return [np.array([one.leaves[code] for code in cells[one.name]], dtype=np.int64) for one in axes]
