"""What the search proved, written down for a check that knows nothing of the search: people, and how they could be others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from sozialraum.protection.linked.block import Ints
from sozialraum.protection.linked.columns import Columns
from sozialraum.protection.linked.extending import People
from sozialraum.protection.linked.parts import Part
from sozialraum.protection.linked.zones import Piece
from sozialraum.protection.proved import Block, Cell
from sozialraum.protection.tables import Proof


def written_down(
    labels: Sequence[str],
    pieces: Sequence[Piece],
    sums: Mapping[int, Sequence[int]],
    columns: Columns,
    people: People,
    done: Iterable[tuple[Part, Proof]],
) -> Block:
    """The proof of a block of periods; what is missing in it, the check finds. `sums`: pieces that stand for others."""
    atoms = [atom for cut in columns.cuts for atom in cut.atoms]
    number = {atom: place for place, atom in enumerate(atoms)}
    here = people.population.cells.values[np.ix_(people.population.at, np.array(atoms, dtype=np.int64))]
    held = np.argwhere(here != 0)
    lines = np.column_stack([held, here[tuple(held.T)].astype(np.int64)])
    others = tuple(one for part, proof in done for one in _others(people, part, proof, number))
    inside = {piece: tuple(numbers) for piece, numbers in sums.items()}
    return Block(tuple(labels), tuple(map(dict, pieces)), inside, tuple(_cells(columns)), lines, others)


def _cells(columns: Columns) -> Iterator[Cell]:
    for cut in columns.cuts:
        period = columns.columns[cut.atoms[0]].label if cut.atoms else ""
        for facts, where in cut.names:
            yield Cell(facts, period, where)


def _others(people: People, part: Part, proof: Proof, number: Mapping[int, int]) -> Iterator[Ints]:
    for table in people.tables(part, proof):
        yield np.array([(piece, number[atom], amount) for piece, atom, amount in table], dtype=np.int64).reshape(-1, 3)
