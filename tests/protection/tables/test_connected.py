"""Connected pieces against those of scipy, an independent implementation."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_matrix, random_array
from scipy.sparse.csgraph import connected_components

from sozialraum.protection.tables.connected import connected, together


@given(st.integers(1, 40), st.integers(0, 60), st.integers(0, 2**32 - 1))
def test_pieces_of_a_graph_are_numbered_by_their_lowest_node(size: int, edges: int, seed: int) -> None:
    one, other = np.random.default_rng(seed).integers(0, size, (2, edges))
    graph = coo_matrix((np.ones(edges), (one, other)), shape=(size, size))
    assert connected(one, other, size).tolist() == connected_components(graph, directed=False)[1].tolist()


def test_a_long_chain_in_any_order_is_one_piece() -> None:
    order = np.random.default_rng(3).permutation(5_000)
    assert connected(order[:-1], order[1:], 5_000).max() == 0
    assert connected(order[:2_000], order[1:2_001], 5_000).max() == 5_000 - 2_001


def test_columns_that_share_a_row_hang_together() -> None:
    matrix = random_array((60, 80), density=0.02, rng=np.random.default_rng(5), format="csr")
    linked = abs(matrix).T @ abs(matrix)
    assert together(matrix).tolist() == connected_components(linked, directed=False)[1].tolist()
