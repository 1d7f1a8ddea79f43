"""Choices of groups under the rows of cover models: known optima where half of everything fulfils the relaxed model."""

from __future__ import annotations

import csv
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from benchmarks._towns import CHAINS
from sozialraum.protection.tables import Column, Demand, protected
from sozialraum.protection.tables.suppression.choices import MANY, Rows

NODES, GAP = 40, 5e-3


def meetings(pairs: list[tuple[int, int]], size: int) -> Rows:
    """One of each pair must be chosen; every group costs 1 and a little more than the one before it."""
    places = (np.repeat(np.arange(len(pairs)), 2), np.ravel(pairs))
    matrix = csr_matrix((np.ones(2 * len(pairs)), places), shape=(len(pairs), size))
    return Rows(matrix, np.ones(len(pairs)), 1 + np.arange(size) / 1e6)


def everybody_meets(many: int, friends: int) -> Rows:
    """Circles of friends in which each pair needs one of the two: all but one of each circle (relaxed: halves)."""
    circles = np.arange(many * friends).reshape(many, friends).tolist()
    return meetings([pair for circle in circles for pair in combinations(circle, 2)], many * friends)


@pytest.mark.parametrize(("many", "friends"), [(60, 3), (60, 5)])
def test_what_is_dived_into_has_the_known_cheapest_choice(many: int, friends: int) -> None:
    rows = everybody_meets(many, friends)
    assert rows.cheapest(None, NODES, GAP).sum() == many * (friends - 1)
    assert rows.dived is (many * friends > MANY)


def test_a_known_choice_is_never_made_dearer() -> None:
    rows = everybody_meets(60, 3)
    known = np.arange(rows.size) % 3 > 0
    found = rows.cheapest(known, NODES, GAP)
    assert rows.dived
    assert rows.cost[found].sum() <= rows.cost[known].sum()


@settings(deadline=None, max_examples=5)
@given(st.integers(0, 10_000))
def test_every_row_is_kept_also_those_of_partners(seed: int) -> None:
    chance = np.random.default_rng(seed)
    size = MANY + 50
    pairs = [(one, other) for one, other in chance.integers(0, size, (3 * size, 2)).tolist() if one != other]
    covers = meetings(pairs, size)
    partners = np.zeros((40, size))
    for row in partners:
        own, *others = chance.choice(size, 4, replace=False)
        row[others], row[own] = 1, -1
    matrix = csr_matrix(np.vstack([covers.matrix.toarray(), partners]))
    rows = Rows(matrix, np.concatenate([covers.sides, np.zeros(40)]), covers.cost)
    found = rows.cheapest(None, NODES, GAP)
    assert (matrix @ found >= rows.sides).all()
    assert (rows.cheapest(None, NODES, GAP) == found).all()


def test_town_m_hides_no_more_than_was_aimed_at(real_data: Path) -> None:
    with (real_data / "suppression" / "synth_m.csv").open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    columns = [[Column(name, [one[name] for one in lines]) for name in chain] for chain in CHAINS]
    table = protected(columns, np.array([int(one["n"]) for one in lines]), Demand())
    assert table.hidden("primary") == 485
    assert table.hidden("primary") + table.hidden("secondary") <= 2_000
    assert table.hidden_value <= 113_500
