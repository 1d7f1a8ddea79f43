"""Whether a table stands against people inside it, as the verifier sees it: who is alone in a hidden cell knows that cell.

A certificate counts for an insider when it leaves the cells alone that hold nobody else, and takes nothing of the own part
of any other inner cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.checked.asked import Asked, stated
from sozialraum.protection.tables.checked.axes import Axis, held, placed, spread, sums

Ints = NDArray[np.int64]
UP, DOWN, REST = 0, 1, 2


class Knowers:
    """Everybody who is alone in a hidden cell, and what is not yet proved against whom."""

    def __init__(self, axes: Sequence[Axis], values: Ints, wanted: Asked):
        self.axes, self.values, self.wanted = axes, values, wanted
        self.count = 0
        self.known: dict[int, set[int]] = {}
        self.parts: dict[int, dict[int, int]] = {}
        self.open: dict[tuple[int, int], set[int]] = {}
        self.shape = tuple(one.size for one in axes)
        self.inner = _inner(axes)

    def add(self, at: Sequence[Ints], amounts: Ints, who: Ints) -> None:
        """People by number (`who`, from 0), each with its part of inner cells; only those alone in a hidden cell count."""
        flat, line = spread(self.axes, at, np.arange(len(amounts)))
        pairs, where = np.unique(np.stack([who[line], flat]), axis=1, return_inverse=True)
        own = np.zeros(pairs.shape[1], dtype=np.int64)
        np.add.at(own, where.ravel(), amounts[line])
        alone = own == self.values[pairs[1]]
        inside = np.isin(pairs[0], pairs[0][alone & self.wanted.sensitive[pairs[1]]])
        number = {one: self.count + place for place, one in enumerate(np.unique(pairs[0][inside]).tolist())}
        self.count += len(number)
        for one, cell, part in zip(*pairs[:, inside].tolist(), own[inside].tolist(), strict=True):
            self.parts.setdefault(cell, {})[number[one]] = part
            if part == self.values[cell]:
                self.known.setdefault(cell, set()).add(number[one])

    def begin(self) -> None:
        """List what is to be proved against whom: nobody must be proved against who knows or fills the cell alone."""
        everybody = set(range(self.count))
        filled = self._filled()
        for cell in np.flatnonzero(self.wanted.sensitive).tolist():
            others = everybody - self.known.get(cell, set()) - filled.get(cell, set())
            within = set(self.parts.get(cell, ())) - self.known.get(cell, set())
            if self.values[cell] < self.wanted.high[cell]:
                self.open[cell, UP] = others
            if self.values[cell] > self.wanted.low[cell]:
                self.open[cell, DOWN] = others - within
                self.open[cell, REST] = {one for one in within if self._least(one, cell) < self.values[cell]}

    def _least(self, one: int, cell: int) -> int:
        """The count that must be possible for an insider in the cell: what is asked, but not less than the own part."""
        return int(max(self.wanted.low[cell], self.parts[cell][one]))

    def _filled(self) -> dict[int, set[int]]:
        """Zeros inside a cell that one insider fills: it knows of them by itself."""
        zeros = np.flatnonzero(self.wanted.sensitive & (self.values == 0))
        found: dict[int, set[int]] = {}
        if len(zeros):
            within = [_within(one) for one in self.axes]
            places = np.unravel_index(zeros, self.shape)
            for cell, people in self.known.items():
                outer = np.unravel_index(cell, self.shape)
                inside = np.all([one[at, top] for one, at, top in zip(within, places, outer, strict=True)], axis=0)
                for zero in zeros[inside].tolist():
                    found.setdefault(zero, set()).update(people)
        return found

    def take(self, cells: Ints, change: Ints) -> None:
        """What one certificate proves."""
        after = dict(zip(cells.tolist(), (self.values[cells] + change).tolist(), strict=True))
        touched = {one for cell in cells[change != 0].tolist() for one in self.known.get(cell, ())}
        for cell in cells[self.inner[cells]].tolist():
            touched |= {one for one, part in self.parts.get(cell, {}).items() if after[cell] < part}
        for cell, count in after.items():
            if self.open.get((cell, UP)) and count >= self.wanted.high[cell]:
                self.open[cell, UP] &= touched
            if self.open.get((cell, DOWN)) and count <= self.wanted.low[cell]:
                self.open[cell, DOWN] &= touched
            if self.open.get((cell, REST)):
                left = {one for one in self.open[cell, REST] if one in touched or count > self._least(one, cell)}
                self.open[cell, REST] = left

    def unproved(self) -> list[int]:
        """Cells that somebody inside could still narrow."""
        return sorted({cell for (cell, _), people in self.open.items() if people})


def knowers(
    rule: Mapping[str, object],
    axes: Sequence[Axis],
    cells: Mapping[str, Sequence[str]],
    counts: Sequence[int],
    wanted: Asked,
) -> Knowers:
    """Persons who are the only case of an inner cell, and units that are the only one of their kind in a cell."""
    at, numbers = placed(axes, cells), np.array(counts, dtype=np.int64)
    inner = np.zeros(tuple(len(one.leaves) for one in axes), dtype=np.int64)
    np.add.at(inner, tuple(at), numbers)
    found = Knowers(axes, sums(axes, inner), wanted)
    amounts = rule.get("magnitude")
    if isinstance(amounts, dict):
        number = {key: place for place, key in enumerate(dict.fromkeys(cells[str(amounts["contributor"])]))}
        found.add(at, numbers, np.array([number[key] for key in cells[str(amounts["contributor"])]], dtype=np.int64))
        found.begin()
        return found
    single = np.nonzero(inner == 1)
    found.add(single, inner[single], np.arange(len(single[0])))
    for unit in stated(rule, "units"):
        column = cells[str(unit["column"])]
        if unit.get("keys"):
            number = {key: place for place, key in enumerate(dict.fromkeys(column))}
            found.add(at, numbers, np.array([number[key] for key in column], dtype=np.int64))
        else:
            alone = np.flatnonzero(np.array([int(float(text)) for text in column]) == 1)
            found.add([part[alone] for part in at], numbers[alone], alone)
    found.begin()
    return found


def _inner(axes: Sequence[Axis]) -> NDArray[np.bool_]:
    """Per combination of codes: whether it is an inner cell."""
    own = np.meshgrid(*([one.codes[leaf] for leaf in one.leaves] for one in axes), indexing="ij")
    shape = tuple(one.size for one in axes)
    found = np.zeros(int(np.prod(shape)), dtype=bool)
    found[np.ravel_multi_index(tuple(part.ravel() for part in own), shape)] = True
    return found


def _within(one: Axis) -> NDArray[np.bool_]:
    """Codes x codes: the first holds nothing that the second does not hold."""
    holds = held(one)
    found: NDArray[np.bool_] = holds @ (1 - holds).T == 0
    return found
