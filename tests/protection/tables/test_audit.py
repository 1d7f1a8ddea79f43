"""The joint audit against an exact attack cell by cell: what can be proved is proved, nothing else is.

The yardstick asks scipy's mixed-integer solver for the least and the largest whole count of every hidden cell.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from sozialraum.protection.tables.audit import DOWN, UP, Attack, Proof, scatter, whole_parts
from sozialraum.protection.tables.codes import Column
from sozialraum.protection.tables.dimension import dimensions
from sozialraum.protection.tables.diving import odd, whole
from sozialraum.protection.tables.model import System, system
from sozialraum.protection.tables.primary import Demand, Task, task
from sozialraum.protection.tables.solver import Bounds as Columns
from sozialraum.protection.tables.solver import Program
from tests.protection.tables.overlapping import AGES, GEOGRAPHIES, overlapping

Bools = NDArray[np.bool_]


def built(seed: int, chains: list[list[str]], blocks: int = 7) -> tuple[System, Task]:
    cells, counts = overlapping(seed, blocks)
    found, rows = dimensions([[Column(name, cells[name]) for name in chain] for chain in chains])
    made = system(found, rows, np.array(counts))
    return made, task(made, Demand(top=True))


def some_hidden(made: System, asked: Task, seed: int, share: float) -> Bools:
    """The sensitive cells and some others, drawn."""
    chance = np.random.default_rng(seed)
    return asked.sensitive | asked.free & (chance.random(len(made.values)) < share)


def possible(made: System, hidden: Bools, cell: int, move: int) -> bool:
    """Whether some other table of whole numbers shows the same published cells and moves the cell so."""
    cells = np.flatnonzero(hidden)
    place = int(np.searchsorted(cells, cell))
    lower, upper = -made.values[cells].astype(float), np.full(len(cells), np.inf)
    lower[place] = max(lower[place], move) if move > 0 else lower[place]
    upper[place] = upper[place] if move > 0 else move
    rows = LinearConstraint(made.relations[:, cells].astype(float), 0, 0)
    return bool(milp(np.zeros(len(cells)), constraints=rows, bounds=Bounds(lower, upper), integrality=1).status == 0)


def proved(made: System, asked: Task, hidden: Bools) -> Proof:
    proof = Proof(np.zeros((2, len(hidden)), dtype=bool))
    Attack(made.relations, made, asked, hidden).prove(proof)
    return proof


def check_witnesses(made: System, hidden: Bools, proof: Proof) -> None:
    """Every witness is another possible table of whole numbers that only moves hidden cells."""
    for cells, change in proof.witnesses:
        assert hidden[cells].all()
        assert not (made.relations[:, cells] @ change).any()
        assert (made.values[cells] + change >= 0).all()


TABLES = {"two geographies": [*GEOGRAPHIES[:2], ["age"]], "three, ages twice": [*GEOGRAPHIES, *AGES]}


@pytest.mark.parametrize("chains", TABLES.values(), ids=TABLES.keys())
@pytest.mark.parametrize(("seed", "share"), [(1, 0.2), (2, 0.35), (3, 0.5)])
def test_proves_exactly_what_is_possible(seed: int, share: float, chains: list[list[str]]) -> None:
    made, asked = built(seed, chains)
    hidden = some_hidden(made, asked, seed, share)
    proof = proved(made, asked, hidden)
    check_witnesses(made, hidden, proof)
    cells = np.flatnonzero(asked.sensitive)
    expected = [
        (possible(made, hidden, cell, int(asked.up[cell])), possible(made, hidden, cell, -int(asked.down[cell])))
        for cell in cells.tolist()
    ]
    assert list(zip(proof.reached[UP, cells].tolist(), proof.reached[DOWN, cells].tolist(), strict=True)) == expected


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 0.9), st.integers(2, 9))
def test_witnesses_are_possible_tables(seed: int, share: float, blocks: int) -> None:
    made, asked = built(seed, [*GEOGRAPHIES, *AGES], blocks)
    hidden = some_hidden(made, asked, seed, share)
    proof = proved(made, asked, hidden)
    check_witnesses(made, hidden, proof)
    for direction, need in ((UP, asked.up), (DOWN, -asked.down)):
        for cell in np.flatnonzero(asked.sensitive & proof.reached[direction]).tolist():
            moves = [int(change[cells == cell][0]) for cells, change in proof.witnesses if cell in cells]
            assert any(move >= need[cell] if direction == UP else move <= need[cell] for move in [*moves, 0])


def test_all_hidden_is_proved_and_nothing_but_the_sensitive_is_not() -> None:
    made, asked = built(4, TABLES["three, ages twice"])
    assert proved(made, asked, asked.free).reached[:, asked.sensitive].all()
    alone = np.zeros_like(asked.sensitive)
    alone[np.flatnonzero(asked.sensitive)[0]] = True
    assert not proved(made, asked, alone).reached[:, alone].any()


def test_same_hidden_cells_same_witnesses() -> None:
    made, asked = built(5, TABLES["two geographies"])
    hidden = some_hidden(made, asked, 5, 0.5)
    first, second = (proved(made, asked, hidden) for _ in range(2))
    assert [[one.tolist() for one in pair] for pair in first.witnesses] == [
        [one.tolist() for one in pair] for pair in second.witnesses
    ]


def test_a_vertex_in_halves_is_rounded() -> None:
    """x + y = 1, y + z = 1, x + z = 1 with a fourth column that breaks the odd ring."""
    from scipy.sparse import csr_matrix

    matrix = csr_matrix(np.array([[1, 1, 0, 0], [0, 1, 1, 0], [1, 0, 1, -1]]))
    rows, columns = (
        Columns(np.array([1.0, 1, 0]), np.array([1.0, 1, 0])),
        Columns(np.zeros(4), np.array([1.0, 1, 1, 2])),
    )
    program = Program(matrix, rows, columns, np.array([0.0, 0, 0, 0]))
    half = np.array([0.5, 0.5, 0.5, 1])
    assert odd(half).sum() == 3
    found = whole(program, half, columns)
    assert not odd(found).any()
    assert (matrix @ found).tolist() == [1, 1, 0]


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30, unique=True), st.integers(0, 200))
def test_scattered_weights_stay_below_one(numbers: list[int], turn: int) -> None:
    weights = scatter(np.array(numbers), turn)
    assert ((weights >= 0) & (weights < 1)).all()


def test_scattered_weights_split_evenly() -> None:
    for turn in range(10):
        assert 450 < (scatter(np.arange(1000), turn) < 0.5).sum() < 550


def test_parts_in_fractions_prove_nothing_and_the_others_all() -> None:
    from scipy.sparse import csr_matrix

    matrix = csr_matrix(np.array([[1, -1, 0, 0, 0], [0, 0, 1, -1, 0], [0, 0, 0, 1, 1]]))
    assert whole_parts(matrix, np.array([2.0, 2, 0.5, 0.5, -0.5])).tolist() == [2, 2, 0, 0, 0]
    assert whole_parts(matrix, np.array([2.0, 2, 1, 1, 0])).tolist() == [2, 2, 0, 0, 0]
