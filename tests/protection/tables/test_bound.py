"""The proved bound of the cost against every choice of hidden cells there is, in tables small enough to try them all."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from sozialraum.errors import UnsafeReleaseError
from sozialraum.protection.tables import Column, Demand, System, Task, protected
from sozialraum.protection.tables.dimension import dimensions
from sozialraum.protection.tables.model import holding, system
from sozialraum.protection.tables.primary import task
from sozialraum.protection.tables.suppression import cover as covering
from sozialraum.protection.tables.suppression.bound import least, lower_bound
from sozialraum.protection.tables.suppression.cover import Cover
from sozialraum.protection.tables.suppression.groups import FAR, grouped
from tests.protection.tables.towns import CHAINS, town

Ints = NDArray[np.int64]
BLOCKS = {"block": ["b0", "b1", "b2", "b3"], "quarter": ["q0", "q0", "q1", "q1"], "school": ["s0", "s1", "s1", "s0"]}
NESTED = [["block", "quarter"], ["sex"]]
CROSSED = [["block", "quarter"], ["block", "school"], ["sex"]]


def tried(chains: list[list[str]], counts: list[int], demand: Demand) -> tuple[System, Task, list[list[Column]]]:
    """The system of four blocks and two sexes with these counts, and what is asked for."""
    cells = {name: [code for code in codes for _ in "fm"] for name, codes in BLOCKS.items()} | {"sex": [*"fm"] * 4}
    columns = [[Column(name, cells[name]) for name in chain] for chain in chains]
    found, rows = dimensions(columns)
    whole = system(found, rows, np.array(counts))
    return whole, task(whole, demand), columns


def alternatives(whole: System) -> Ints:
    """Every table (one a row) that has the city's counts by sex, which stay published."""
    truth = whole.values.reshape(whole.shape)[whole.dimensions[0].top, [1, 2]]
    women, men = (np.array([one for one in product(range(many + 1), repeat=4) if sum(one) == many]) for many in truth)
    pairs = np.repeat(women, len(men), axis=0), np.tile(men, (len(women), 1))
    inner = np.stack(pairs, axis=2).reshape(len(pairs[0]), -1)
    return np.asarray(holding(whole) @ inner.T).T


def cheapest(whole: System, asked: Task) -> float:
    """The least cost over all choices of cells that may be hidden: infinite when none is safe."""
    tables = alternatives(whole)
    free = np.flatnonzero(asked.free)
    changed = tables != whole.values
    keeping = ~changed[:, ~asked.free].any(axis=1)
    marks = changed[:, free] @ (1 << np.arange(len(free)))  # which free cells must be hidden for this table
    asks = [tables[:, one] > 2 for one in np.flatnonzero(asked.sensitive)]
    asks += [tables[:, one] == 0 for one in np.flatnonzero(asked.sensitive)]
    choices = np.arange(1 << len(free))
    safe = (choices & marks_of(asked.sensitive[free])) == marks_of(asked.sensitive[free])
    for wanted in asks:
        ways = np.unique(marks[keeping & wanted])
        safe[safe] = (ways[:, None] & ~choices[safe] == 0).any(axis=0)
    costs = ((choices[safe][:, None] >> np.arange(len(free))) & 1) @ asked.cost[free]
    return float(costs.min(initial=np.inf))


def marks_of(chosen: NDArray[np.bool_]) -> int:
    """One bit a cell."""
    return int(chosen @ (1 << np.arange(len(chosen))))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([0, 0, 1, 1, 2, 3]), min_size=8, max_size=8),
    st.sampled_from([NESTED, CROSSED]),
    st.sampled_from(["value", "cells", "mix"]),
)
def test_no_safe_choice_costs_less_than_the_bound(counts: list[int], chains: list[list[str]], weight: str) -> None:
    demand = Demand(weight=weight)
    try:
        whole, asked, columns = tried(chains, counts, demand)
    except UnsafeReleaseError:
        return
    if np.count_nonzero(asked.free) > 15 or max(sum(counts[::2]), sum(counts[1::2])) > 7:
        return
    best = cheapest(whole, asked)
    assert lower_bound(whole, asked) <= best + 1e-6
    try:
        table = protected(columns, np.array(counts), demand)
    except UnsafeReleaseError:
        return
    assert table.least <= best + 1e-6 <= table.cost + 2e-6


def test_the_bound_is_close_in_a_small_town() -> None:
    counts = [1, 3, 3, 2, 3, 0, 0, 0]
    whole, asked, columns = tried(NESTED, counts, Demand())
    table = protected(columns, np.array(counts), Demand())
    assert table.cost == pytest.approx(cheapest(whole, asked))
    assert 0.8 * table.cost < lower_bound(whole, asked) <= table.cost


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_is_nearly_the_best_that_the_model_can_prove(seed: int) -> None:
    """Against the simplex method of another package."""
    model = cover(seed)
    inside = np.stack([model.groups.fixed.astype(float), np.ones(model.groups.size)], axis=1)
    best = linprog(model.groups.cost, A_ub=-model.matrix, b_ub=-model.sides, bounds=inside).fun
    assert 0.998 * best <= least(model) <= best + 1e-6


def test_a_model_made_in_many_steps_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = cover(1)
    monkeypatch.setattr(covering, "PAIRS", 20)
    small = cover(1)
    assert (whole.matrix != small.matrix).nnz == 0
    assert whole.sides.tolist() == small.sides.tolist()


def cover(seed: int) -> Cover:
    """The cover model of all cells of a small town with two geographies."""
    cells, counts = town(seed, blocks=5)
    found, rows = dimensions([[Column(name, cells[name]) for name in chain] for chain in CHAINS])
    whole = system(found, rows, np.array(counts))
    asked = task(whole, Demand(top=True))
    reach = np.stack([np.full(len(whole.values), FAR), whole.values])
    return Cover(grouped(whole.relations, reach, asked, np.flatnonzero(asked.free), asked.kept)[0])
