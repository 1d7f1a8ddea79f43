"""People behind counts: whole numbers that miss the counts by as little as any, beside scipy's own solver."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, eye, hstack, random_array

from sozialraum.protection.linked import possible as room
from sozialraum.protection.linked.possible import possible
from sozialraum.protection.linked.remembered import Remembered


def least(matrix: csr_matrix, sides: np.ndarray) -> float:
    """By how many persons the counts are missed at least."""
    rows, size = matrix.shape
    slack = eye(rows)
    cost = np.concatenate([np.zeros(size), np.ones(2 * rows)])
    whole = np.concatenate([np.ones(size), np.zeros(2 * rows)])
    given = LinearConstraint(hstack([matrix, slack, -slack]).tocsr(), sides, sides)
    return float(milp(cost, constraints=given, bounds=Bounds(0, np.inf), integrality=whole).fun)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("wrong", [0, 3])
@pytest.mark.parametrize("short", [500, 4])
def test_as_little_is_lacking_as_can_be(seed: int, wrong: int, short: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "BATCH", short)  # 4: most rows are too long to be looked at around an odd number
    chance = np.random.default_rng(seed)
    matrix = csr_matrix(random_array((30, 40), density=0.12, rng=chance).astype(bool).astype(int))
    sides = (matrix @ chance.integers(0, 4, 40)).astype(float)
    sides[chance.integers(0, 30, wrong)] += 1
    found = possible(matrix, sides, Remembered())
    assert (found >= 0).all()
    assert np.abs(matrix @ found - sides).sum() == pytest.approx(least(matrix, sides))


def test_only_the_same_numbers_are_the_same_question() -> None:
    """Bytes alone do not tell a line of four from a square, or a whole number from a fraction."""
    memory, row = Remembered(), np.arange(4)
    questions = [
        (row,),
        (row.reshape(2, 2),),
        (row.astype(np.int32),),
        (row, 1),
        (row, 2),
        (csr_matrix(row),),
        (row, True),
    ]
    assert [memory.once(lambda number=number: number, *one) for number, one in enumerate(questions)] == list(range(7))
    assert memory.once(lambda: "anew", row.copy()) == 0
