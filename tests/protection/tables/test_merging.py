"""Relations that say the same are kept once: against a plain search through all rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from sozialraum.protection.tables.merging import _equal, distinct


def first_of_each(table: np.ndarray) -> list[int]:
    """The first of all rows that are equal but for their sign, without empty ones."""
    found: dict[tuple[int, ...], int] = {}
    for number, row in enumerate(table.tolist()):
        leading = next((entry for entry in row if entry), 0)
        if leading:
            found.setdefault(tuple(entry * (1 if leading > 0 else -1) for entry in row), number)
    return list(found.values())


@given(st.integers(0, 40), st.integers(1, 5), st.floats(0, 0.9), st.integers(0, 2**32 - 1))
def test_of_relations_that_say_the_same_the_first_is_kept(rows: int, columns: int, empty: float, seed: int) -> None:
    chance = np.random.default_rng(seed)
    table = chance.integers(-2, 3, (rows, columns)) * (chance.random((rows, columns)) >= empty)
    assert distinct(csr_matrix(table)).tolist() == first_of_each(table)


def test_rows_are_the_same_only_with_the_same_columns_and_amounts() -> None:
    """Asked for rows whose numbers agree: two that differ may have the same by chance."""
    matrix = csr_matrix(np.array([[1, 1, 0], [1, 0, 1], [1, -1, 0], [1, 1, 1], [1, 1, 0]]))
    some, others = np.array([0, 0, 0, 0, 3]), np.array([1, 2, 3, 4, 3])
    assert _equal(matrix, matrix.data, some, others).tolist() == [False, False, False, True, True]
