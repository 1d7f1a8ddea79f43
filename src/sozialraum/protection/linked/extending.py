"""Whether another possible table of counts can also be one of people: changed atoms for every piece that it changes.

Counts of a piece may change together in a way that no people could bring about; each piece is asked alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from sozialraum.protection.linked.block import Cells, Ints, Marks
from sozialraum.protection.linked.parts import Part
from sozialraum.protection.linked.populating import Facts, Population
from sozialraum.protection.linked.possible import moved
from sozialraum.protection.linked.remembered import Remembered
from sozialraum.protection.tables import Dimension, Proof

Change = tuple[tuple[int, int], ...]
"""Columns and by how much they change."""
Where = tuple[int, int]
"""The node of a piece, and the number of the facts that hang together."""
Atoms = tuple[tuple[int, int], ...]
"""Columns of atoms and by how much they change."""
TOGETHER = 100
"""Pieces asked in one program."""


@dataclass
class People:
    """The people of a block, asked what each table changes in a piece; answers are remembered (None: nobody can)."""

    cells: Cells
    areas: Dimension
    population: Population
    remembered: Remembered
    said: Marks = field(init=False)
    numbers: dict[int, int] = field(init=False)
    answers: dict[tuple[Where, Change], Atoms | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        there = ~np.isnan(self.cells.values)
        self.said = self.areas.members.T.astype(np.int64) @ there.astype(np.int64) > 0
        self.numbers = {int(node): number for number, node in enumerate(self.population.at)}

    def missing(self, part: Part, proof: Proof) -> set[Where]:
        """Where no people can bring about a table that the proof rests on; everywhere, where numbers are unknown."""
        if self._unknown(part):
            owners = {self.population.owner[one] for one in part.columns.tolist() if one in self.population.owner}
            return {(node, group) for node in self.numbers for group in owners}
        asked = dict.fromkeys(key for cells, change in proof.witnesses for key in self._changes(part, cells, change))
        self._ask([key for key in asked if key not in self.answers])
        return {key[0] for key in asked if self.answers[key] is None}

    def tables(self, part: Part, proof: Proof) -> Iterator[list[tuple[int, int, int]]]:
        """Every table that the proof rests on, as changes of people: number of the piece, column of the atom, amount.

        Raises: KeyError for a part in which people are missing.
        """
        for cells, change in proof.witnesses:
            keys = self._changes(part, cells, change)
            self._ask([key for key in keys if key not in self.answers])
            yield [
                (self.numbers[where[0]], atom, amount)
                for where, changes in keys
                for atom, amount in self.answers[where, changes] or ()
            ]

    def _unknown(self, part: Part) -> bool:
        """Whether numbers are missing that a larger area's number says something about, or that were forgotten."""
        values = self.cells.values[:, part.columns]
        partly = ~np.isnan(values) & (self.areas.members.astype(int) @ np.isnan(values[self.population.at]) > 0)
        return bool(partly.any() or (self.cells.kept[:, part.columns] & np.isnan(values)).any())

    def _changes(self, part: Part, cells: Ints, change: Ints) -> list[tuple[Where, Change]]:
        """What a table changes in each piece and facts."""
        found: dict[Where, list[tuple[int, int]]] = defaultdict(list)
        owner = self.population.owner
        for cell, amount in zip(cells.tolist(), change.tolist(), strict=True):
            node, column = divmod(cell, len(part.columns))
            place = int(part.columns[column])
            if node in self.numbers and place in owner:
                found[node, owner[place]].append((place, amount))
        return [(where, tuple(sorted(changes))) for where, changes in found.items()]

    def _ask(self, keys: Sequence[tuple[Where, Change]]) -> None:
        by_facts: dict[int, list[tuple[Where, Change]]] = defaultdict(list)
        for key in keys:
            by_facts[key[0][1]].append(key)
        for group, mine in by_facts.items():
            for first in range(0, len(mine), TOGETHER):
                some = mine[first : first + TOGETHER]
                self.answers |= zip(some, self._answered(self.population.facts[group], some), strict=True)

    def _answered(self, facts: Facts, keys: Sequence[tuple[Where, Change]]) -> Iterator[Atoms | None]:
        """What changes in each of these pieces, in one program for all."""
        nodes = np.array([node for (node, _), _ in keys])
        have = self.population.cells.values[np.ix_(nodes, facts.atoms)]
        change = np.zeros((len(keys), len(facts.places)))
        number = {int(place): at for at, place in enumerate(facts.places)}
        held = self.said[np.ix_(np.array([self.numbers[node] for node in nodes.tolist()]), facts.places)].copy()
        for row, (_, changes) in enumerate(keys):
            for place, amount in changes:
                change[row, number[place]] = amount
                held[row, number[place]] = True
        about = facts.matrix, have, change, held
        for one in self.remembered.once(lambda: list(moved(*about)), *about):
            yield None if one is None else tuple((int(facts.atoms[at]), int(one[at])) for at in np.flatnonzero(one))
