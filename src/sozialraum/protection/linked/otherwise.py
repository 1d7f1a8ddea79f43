"""What other populations of a proof change in the counts of areas: hidden ones only, all of them possible at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sozialraum.protection.counts import Zoning
from sozialraum.protection.groups import Count
from sozialraum.protection.linked.block import Ints, Values
from sozialraum.protection.linked.columns import Columns
from sozialraum.protection.linked.populating import Population
from sozialraum.protection.linked.zones import Nodes
from sozialraum.protection.tables import Dimension

Moved = Mapping[tuple[int, int], int]


@dataclass(frozen=True)
class Otherwise:
    """The other populations of a block, each as lines of piece, group of people (numbered through) and change.

    `moved`: numbers of estimated areas (node, column) with the node of their sum; they change as it does.
    """

    labels: Sequence[str]
    others: Sequence[Ints]
    columns: Columns
    nodes: Nodes
    areas: Dimension
    people: Population
    moved: Moved

    def changes(self, count: Count, label: str, places: Sequence[tuple[Zoning, str]], numbers: Values) -> Values:
        """By how much the count of a period changes in these areas, in which it is `numbers`; (populations, areas).

        An estimated area takes its share of what changes in the sum of such areas.
        """
        from scipy.sparse import csr_matrix

        column = self.columns.places.get((count, label))
        if column is None or column not in self.people.owner or not self.others:
            return np.zeros((len(self.others), len(places)))
        nodes = np.array([self.nodes.get(place, -1) for place in places])
        sums = np.array([self.moved.get((node, column), node) for node in nodes.tolist()])
        whole = np.where(nodes == sums, 1.0, self.people.cells.values[sums, column])
        share = np.where(nodes == sums, 1.0 / self.columns.columns[column].scale, np.nan_to_num(numbers))
        found = (csr_matrix(self.areas.members[sums], dtype=np.float64) @ self._pieces(column).T).T
        return np.asarray(np.where(nodes >= 0, found * share / np.where(whole == 0, 1.0, whole), 0.0))

    def _pieces(self, column: int) -> Values:
        """The change of a column in every piece, shape (populations, pieces)."""
        lines, population = self._lines
        weights = self._weights(column)[lines[:, 1]] * lines[:, 2]
        size = self.areas.members.shape[1]
        flat = np.bincount(population * size + lines[:, 0], weights=weights, minlength=len(self.others) * size)
        return np.asarray(flat.reshape(len(self.others), size), dtype=np.float64)

    @cached_property
    def _lines(self) -> tuple[Ints, Ints]:
        """All lines, and of each the population."""
        return np.concatenate(self.others), np.repeat(np.arange(len(self.others)), [len(one) for one in self.others])

    def _weights(self, column: int) -> Values:
        """How often a column counts every group of people."""
        facts = self.people.facts[self.people.owner[column]]
        row = facts.matrix[[int(np.flatnonzero(facts.places == column)[0])]]
        found = np.zeros(len(self.columns.columns))
        found[facts.atoms[row.indices]] = row.data
        return found[np.array([atom for cut in self.columns.cuts for atom in cut.atoms], dtype=np.int64)]
