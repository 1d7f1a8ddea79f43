"""Noise on every combination of codes: cells of the same persons get the same noise in every table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.noise.keys import Keys
from sozialraum.protection.noise.perturbation import PerturbationTable
from sozialraum.protection.tables.codes import Column
from sozialraum.protection.tables.dimension import dimensions
from sozialraum.protection.tables.model import lines, summed


@dataclass(frozen=True, slots=True)
class NoisyTable:
    """`codes`: per dimension the code of every line; `counts` with noise, for publishing; `changes`: the noise, secret."""

    codes: dict[str, list[str]]
    counts: NDArray[np.int64]
    changes: NDArray[np.int64]


def perturbed(
    hierarchies: Sequence[Sequence[Column]], counts: NDArray[np.int64], keys: Keys, table: PerturbationTable
) -> NoisyTable:
    """Every combination of codes with noise. `counts` and `keys`: of each row of the columns; keys add up mod 2^64.

    Rows of count 0 must carry key 0, so that a cell's key depends on its persons only.
    Raises: InputError with every fault of the hierarchies. Source: Fraser and Wooton (2005).
    """
    return with_keys(hierarchies, counts, keys, table.noise)


def with_keys(
    hierarchies: Sequence[Sequence[Column]],
    counts: NDArray[np.int64],
    keys: Keys,
    change: Callable[[NDArray[np.int64], Keys], NDArray[np.int64]],
) -> NoisyTable:
    """Every combination of codes, changed by what `change` makes of its count and key.

    Raises: InputError with every fault of the hierarchies.
    """
    found, rows = dimensions(hierarchies)
    shape = tuple(len(one.leaves) for one in found)
    inner, key = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    np.add.at(inner, tuple(rows), counts)
    np.add.at(key, tuple(rows), keys.view(np.int64))  # two's complement adds up mod 2^64 just as well
    cells = summed(found, inner)
    changes = change(cells, summed(found, key).view(np.uint64))
    codes, shown = lines(found)
    return NoisyTable(codes, (cells + changes)[shown], changes[shown])
