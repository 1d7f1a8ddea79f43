"""Areas that lie within one another, each with a sum: between which bounds the sums of all can lie.

What every piece of ground can hold is known; a told sum is what it is. For areas that do not cross, the bounds of every
sum follow from the parts upwards and from the whole downwards, and each number between them is possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
CLOSE = 1e-7
"""By this part of a sum its parts may miss it: they were added up as decimals."""


@dataclass
class Node:
    """An area: its pieces, those in none of its parts (`leaves`), its parts, and its sum where that is told."""

    pieces: frozenset[int]
    told: float | None
    leaves: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    parent: int = -1


@dataclass
class Tree:
    """Areas from small to large; `crossing`: some of them overlap and neither lies within the other."""

    nodes: list[Node]
    crossing: bool
    inner: dict[int, int]

    @classmethod
    def of(cls, sums: Mapping[frozenset[int], float | None]) -> Tree:
        """The tree of these areas with their told sums."""
        nodes = [
            Node(pieces, told) for pieces, told in sorted(sums.items(), key=lambda one: (len(one[0]), sorted(one[0])))
        ]
        top: dict[int, int] = {}
        inner: dict[int, int] = {}
        crossing = False
        for number, node in enumerate(nodes):
            node.leaves = sorted(node.pieces - top.keys())
            node.parts = sorted({top[piece] for piece in node.pieces if piece in top})
            crossing |= len(node.leaves) + sum(len(nodes[one].pieces) for one in node.parts) != len(node.pieces)
            for part in node.parts:
                nodes[part].parent = number
            inner |= dict.fromkeys(node.leaves, number)
            top |= dict.fromkeys(node.pieces, number)
        return cls(nodes, crossing, inner)

    def bundle(self, piece: int) -> int:
        """The nearest told area around a piece, or the largest around it where none is told; -1 outside of all."""
        at = self.inner.get(piece, -1)
        while at >= 0 and self.nodes[at].told is None and self.nodes[at].parent >= 0:
            at = self.nodes[at].parent
        return at

    def ranges(self, bundle: int, low: Floats, high: Floats) -> dict[int, tuple[float, float]] | None:
        """The bounds of every area of a bundle that is not told, when pieces hold from `low` to `high`; None: impossible."""
        order = self._inside(bundle)
        bounds: dict[int, tuple[float, float]] = {}
        for at in reversed(order):
            node = self.nodes[at]
            parts = [self._own(one, bounds) for one in node.parts]
            least = sum(one[0] for one in parts) + float(low[node.leaves].sum())
            most = sum(one[1] for one in parts) + float(high[node.leaves].sum())
            bounds[at] = least, most
        told = self.nodes[bundle].told
        if told is not None:
            slack = CLOSE * max(1.0, abs(told))
            if not bounds[bundle][0] - slack <= told <= bounds[bundle][1] + slack:
                return None
        return self._narrowed(order, bounds, told, low, high)

    def _inside(self, bundle: int) -> list[int]:
        """The areas of a bundle, each before its parts."""
        found = [bundle]
        for at in found:
            found += [one for one in self.nodes[at].parts if self.nodes[one].told is None]
        return found

    def _own(self, at: int, bounds: Mapping[int, tuple[float, float]]) -> tuple[float, float]:
        told = self.nodes[at].told
        return bounds[at] if told is None else (told, told)

    def _narrowed(
        self, order: list[int], bounds: dict[int, tuple[float, float]], told: float | None, low: Floats, high: Floats
    ) -> dict[int, tuple[float, float]]:
        """From the whole downwards: a part is what the whole leaves over when the others are largest or smallest."""
        whole = {order[0]: bounds[order[0]] if told is None else (told, told)}
        for at in order:
            node = self.nodes[at]
            ends = {one: self._own(one, bounds) for one in node.parts}
            least = sum(one[0] for one in ends.values()) + float(low[node.leaves].sum())
            most = [one[1] for one in ends.values()] + high[node.leaves].tolist()
            endless, sure = most.count(inf), sum(one for one in most if one < inf)
            for part in (one for one in node.parts if self.nodes[one].told is None):
                lowest, highest = ends[part]
                others = inf if endless > (highest == inf) else sure - (highest if highest < inf else 0.0)
                rest = whole[at][0] - others, whole[at][1] - (least - lowest)
                whole[part] = max(lowest, rest[0]), min(highest, rest[1])
        return {at: ends for at, ends in whole.items() if self.nodes[at].told is None}
