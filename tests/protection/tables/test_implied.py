"""Which relations are enough: the same alternative tables are possible under them as under all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sozialraum.protection.tables import Column
from sozialraum.protection.tables.audit import groups
from sozialraum.protection.tables.dimension import dimensions
from sozialraum.protection.tables.implied import enough
from sozialraum.protection.tables.model import System, system
from sozialraum.protection.tables.primary import Demand
from sozialraum.protection.tables.rules.differences import with_differences
from tests.protection.tables.overlapping import AGES, GEOGRAPHIES, overlapping
from tests.protection.tables.test_audit import TABLES, built, some_hidden


def with_rests(seed: int) -> System:
    """A town in two geographies, in which what each code leaves of another stands as a cell of its own."""
    cells, counts = overlapping(seed, 6, mean=2)
    chains = [GEOGRAPHIES[0], GEOGRAPHIES[1], AGES[0], ["sex"]]
    found, rows = dimensions([[Column(name, cells[name]) for name in chain] for chain in chains])
    inner = np.zeros(tuple(len(one.leaves) for one in found), dtype=np.int64)
    np.add.at(inner, tuple(rows), np.array(counts))
    demand = Demand(differences=("block", "age"))
    found = with_differences(found, inner, demand.attributes, demand.differences, demand.minimum)
    return system(found, rows, np.array(counts, dtype=np.int64))


def implied(made: System, hidden: NDArray[np.bool_]) -> bool:
    """Whether the relations over these cells allow no more when only those that are enough are left."""
    relations = made.relations[:, np.flatnonzero(hidden)]
    rows = enough(relations)
    all_, few = (np.linalg.matrix_rank(one.toarray()) for one in (relations, relations[rows]))
    return bool(all_ == few)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 1.0), st.sampled_from(sorted(TABLES)))
def test_all_relations_follow_from_those_that_are_enough(seed: int, share: float, name: str) -> None:
    made, asked = built(seed, TABLES[name])
    assert implied(made, some_hidden(made, asked, seed, share))
    assert implied(made, np.ones(len(made.values), dtype=bool))


@pytest.mark.parametrize("seed", range(4))
def test_rests_that_no_other_sum_says_keep_their_relation(seed: int) -> None:
    made = with_rests(seed)
    assert implied(made, np.ones(len(made.values), dtype=bool))
    assert implied(made, np.random.default_rng(seed).random(len(made.values)) < 0.6)


@pytest.mark.parametrize("chains", TABLES.values(), ids=TABLES.keys())
def test_over_all_cells_there_is_one_relation_for_each_sum(chains: list[list[str]]) -> None:
    made, _ = built(2, chains)
    inner = int(np.prod([len(one.leaves) for one in made.dimensions]))
    assert len(enough(made.relations)) == len(made.values) - inner < made.relations.shape[0]


def test_cells_that_move_together_under_all_relations_are_one_group_under_few() -> None:
    made, asked = built(3, TABLES["three, ages twice"])
    hidden = np.flatnonzero(some_hidden(made, asked, 3, 0.5))
    relations = made.relations[:, hidden]
    found = groups(relations, made.values[hidden])
    moves = np.random.default_rng(3).integers(-3, 4, found.matrix.shape[1])
    broken = relations @ found.change(moves)
    assert (broken != 0).any() == (found.matrix @ moves != 0).any()
