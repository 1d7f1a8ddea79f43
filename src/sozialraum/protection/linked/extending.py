"""Whether another possible table of counts can also be one of people: atoms for every area that it changes.

Counts of an area may change together in a way that no people could bring about; each area is asked alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from sozialraum.protection.linked.block import Cells, Ints, Marks, leaves, made_of, tied
from sozialraum.protection.linked.columns import Columns
from sozialraum.protection.linked.parts import Part
from sozialraum.protection.linked.possible import possible
from sozialraum.protection.tables import Dimension, Proof

Change = tuple[tuple[int, int], ...]
"""Columns and by how much they change."""
Where = tuple[int, int]
"""The node of a piece, and the number of the facts that hang together."""


@dataclass
class People:
    """The atoms of a block, asked for one area and facts at a time; answers are remembered.

    `loose`: columns whose cells may move.
    """

    cells: Cells
    columns: Columns
    areas: Dimension
    loose: Marks
    groups: list[list[int]] = field(init=False)
    made: list[dict[int, list[tuple[int, int]]]] = field(init=False)
    owner: dict[int, int] = field(init=False)
    pieces: frozenset[int] = field(init=False)
    answers: dict[tuple[int, int, Change], bool] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.groups = tied(self.columns, self.loose)
        self.made = [made_of(self.columns, group) for group in self.groups]
        self.owner = {place: at for at, made in enumerate(self.made) for place in made}
        self.pieces = frozenset(leaves(self.areas).tolist())

    def missing(self, part: Part, proof: Proof) -> set[Where]:
        """Where no people can bring about a table that the proof rests on; everywhere, where numbers are unknown."""
        if self._unknown(part):
            owners = {self.owner[place] for place in part.columns.tolist() if place in self.owner}
            return {(node, group) for node in self.pieces for group in owners}
        return {where for cells, change in proof.witnesses for where in self._table(part, cells, change)}

    def places(self, group: int) -> list[int]:
        """The columns of the counts that these atoms make up."""
        return list(self.made[group])

    def _unknown(self, part: Part) -> bool:
        """Whether numbers are missing that a larger area's number says something about, or that were forgotten."""
        values = self.cells.values[:, part.columns]
        at = leaves(self.areas)
        partly = ~np.isnan(values) & (self.areas.members.astype(int) @ np.isnan(values[at]) > 0)
        return bool(partly.any() or (self.cells.kept[:, part.columns] & np.isnan(values)).any())

    def _table(self, part: Part, cells: Ints, change: Ints) -> list[Where]:
        by_area: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for cell, amount in zip(cells.tolist(), change.tolist(), strict=True):
            node, column = divmod(cell, len(part.columns))
            place = int(part.columns[column])
            if node in self.pieces and place in self.owner:
                by_area[node, self.owner[place]].append((place, amount))
        return [where for where, changes in by_area.items() if not self._area(*where, tuple(sorted(changes)))]

    def _area(self, node: int, group: int, change: Change) -> bool:
        key = node, group, change
        if key not in self.answers:
            self.answers[key] = self._people(node, group, dict(change))
        return self.answers[key]

    def _people(self, node: int, group: int, change: dict[int, int]) -> bool:
        """Whether whole numbers of people add up to the changed counts of the area."""
        from scipy.sparse import coo_matrix

        made = {place: parts for place, parts in self.made[group].items() if not self._nothing(node, place)}
        entries = [(row, atom, factor) for row, parts in enumerate(made.values()) for atom, factor in parts]
        rows, at, data = np.array(entries, dtype=np.int64).T
        size = sum(len(self.columns.cuts[number][1]) for number in self.groups[group])
        matrix = coo_matrix((data, (rows, at)), shape=(len(made), size)).tocsr()
        sides = np.array([self.cells.values[node, place] + change.get(place, 0) for place in made])
        return bool((matrix @ possible(matrix, sides) == sides).all())

    def _nothing(self, node: int, place: int) -> bool:
        return bool(np.isnan(self.cells.values[node, place]))
