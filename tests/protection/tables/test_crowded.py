"""Crowded tables, where nearly everything is hidden: the program over inner cells, and the whole search."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.protection.tables import Claim, Column, Demand, protected, verify
from sozialraum.protection.tables.audit import DOWN, UP, Proof, hidden_groups
from sozialraum.protection.tables.inner import Inner, as_sums
from sozialraum.protection.tables.suppression.crowded import SMALL, crowded
from tests.protection.tables.overlapping import AGES, GEOGRAPHIES
from tests.protection.tables.test_audit import TABLES, built, check_witnesses, possible, some_hidden

CHAINS = [["block", "district", "town"], ["age"], ["group"]]


def sparse_table(seed: int) -> tuple[dict[str, list[str]], np.ndarray]:
    """Few persons in many cells: most counts are 0."""
    chance = np.random.default_rng(seed)
    places = list(product(range(9), range(5), range(5)))
    cells = {
        "block": [f"b{one:02d}" for one, _, _ in places],
        "district": [f"d{one // 3}" for one, _, _ in places],
        "town": [f"t{one // 6}" for one, _, _ in places],
        "age": [f"a{one}" for _, one, _ in places],
        "group": [f"g{one}" for _, _, one in places],
    }
    return cells, chance.poisson(2, len(places)) * (chance.random(len(places)) < 0.3)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.2, 1.0), st.integers(2, 9))
def test_hidden_cells_are_sums_of_inner_ones(seed: int, share: float, blocks: int) -> None:
    made, asked = built(seed, [*GEOGRAPHIES, *AGES], blocks)
    cells = np.flatnonzero(some_hidden(made, asked, seed, share))
    sums, inner = as_sums(made.relations[:, cells])
    assert (np.diff(sums[inner].indptr) == 1).all()
    moves = np.random.default_rng(seed).integers(-9, 9, len(inner))
    change = np.zeros(len(made.values), dtype=np.int64)
    change[cells] = sums @ moves
    assert (change[cells[inner]] == moves).all()
    broken = np.flatnonzero(made.relations @ change)
    assert np.isin(broken, np.flatnonzero(np.diff(made.relations[:, cells].indptr))).all()
    everywhere, leaves = as_sums(made.relations)
    assert (everywhere @ made.values[leaves] == made.values).all()


@pytest.mark.parametrize("chains", TABLES.values(), ids=TABLES.keys())
@pytest.mark.parametrize("seed", range(3))
def test_tables_of_inner_cells_prove_what_is_possible_and_nothing_else(seed: int, chains: list[list[str]]) -> None:
    made, asked = built(seed, chains)
    hidden = some_hidden(made, asked, seed, 0.8)
    proof = Proof(np.zeros((2, len(hidden)), dtype=bool))
    inner = Inner(made, asked, hidden)
    inner.prove(proof)
    inner.prove_each(proof)
    check_witnesses(made, hidden, proof)
    for direction, need in ((UP, asked.up), (DOWN, -asked.down)):
        for cell in np.flatnonzero(asked.sensitive).tolist():
            assert proof.reached[direction, cell] == possible(made, hidden, cell, int(need[cell]))


def test_where_everything_is_hidden_tables_of_inner_cells_prove_all() -> None:
    made, asked = built(4, TABLES["three, ages twice"])
    proof = Proof(np.zeros((2, len(asked.free)), dtype=bool))
    Inner(made, asked, asked.free).prove(proof)
    assert proof.reached[:, asked.sensitive].all()


@pytest.mark.parametrize("weight", ["value"])
def test_a_table_of_mostly_zeros_that_are_sensitive_is_protected_and_verified(weight: str) -> None:
    cells, counts = sparse_table(1)
    columns = [[Column(name, cells[name]) for name in chain] for chain in CHAINS]
    table = protected(columns, counts, Demand(zeros=True, top=True, weight=weight))
    assert table.hidden("primary") > SMALL
    shown = {**table.codes, "n": ["" if one is None else str(one) for one in table.counts], "flag": table.flags}
    stated = {**table.certificates, "dimensions": [" < ".join(chain) for chain in CHAINS]}
    assert verify(Claim(cells, counts.tolist(), CHAINS, shown, stated)).faults == ()


def test_only_tables_with_many_hidden_cells_that_hardly_hang_in_pairs_are_crowded() -> None:
    made, asked = built(1, TABLES["three, ages twice"], 30)
    assert crowded(hidden_groups(made, asked.free))
    assert not crowded(hidden_groups(made, asked.sensitive))
