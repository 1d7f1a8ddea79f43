"""The engine: safe on every town, refused where nothing helps, the same bytes each time."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.errors import InputError, UnsafeReleaseError
from sozialraum.protection.tables import Column, Demand, protected
from tests.protection.tables.towns import CHAINS, check, protect, shown, town


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("weight", ["value", "cells", "mix"])
def test_every_town_is_proved(seed: int, weight: str) -> None:
    cells, counts = town(seed, blocks=8, mean=6)
    table = protect(cells, counts, Demand(weight=weight, top=True))
    assert check(cells, counts, shown(table), table.certificates).faults == ()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=24, max_size=24), st.integers(2, 6), st.booleans())
def test_any_small_table_is_proved_or_refused(counts: list[int], minimum: int, zeros: bool) -> None:
    cells, _ = town(0, blocks=4)
    try:
        table = protect(cells, counts, Demand(minimum=minimum, zeros=zeros, top=True))
    except UnsafeReleaseError:
        return
    assert check(cells, counts, shown(table), table.certificates).faults == ()


def test_cells_at_the_top_stay_published() -> None:
    cells, counts = town(5, blocks=8, mean=6)
    table = protect(cells, counts, Demand())
    top = [flag for code, flag in zip(table.codes["block"], table.flags, strict=True) if code == "Total"]
    assert set(top) == {"ok"}
    assert "secondary" in table.flags


def test_zeros_are_published_unless_asked() -> None:
    cells, counts = town(2, mean=2)
    table = protect(cells, counts, Demand(top=True))
    assert 0 in table.counts
    hidden = protect(cells, [max(count, 0) for count in counts], Demand(top=True, zeros=True))
    assert 0 not in hidden.counts


def test_same_cells_same_bytes() -> None:
    cells, counts = town(4, blocks=8)
    first, second = (protect(cells, counts, Demand(top=True)) for _ in range(2))
    assert first.flags == second.flags
    assert json.dumps(first.certificates) == json.dumps(second.certificates)


def test_codes_that_hold_the_same_cells_are_hidden_together() -> None:
    cells = {"block": ["B1", "B2", "B3"], "quarter": ["Q1", "Q2", "Q2"]}
    table = protect(cells, [1, 5, 9], Demand(top=True), [["block", "quarter"]])
    flags = dict(zip(table.codes["block"], table.flags, strict=True))
    assert flags["B1"] == flags["Q1"] == "primary"


def test_a_sensitive_cell_at_the_top_is_refused_by_name() -> None:
    cells = {"block": ["B1", "B2"], "sex": ["f", "m"]}
    with pytest.raises(UnsafeReleaseError, match="may-hide") as refused:
        protect(cells, [1, 8], Demand(), [["block"], ["sex"]])
    assert refused.value.exit_code == 4


def test_all_faults_of_all_hierarchies_are_named_at_once() -> None:
    cells = {
        "block": ["B1", "B1", "B2", "B2"],
        "quarter": ["Q1", "Q2", "", "Q1"],
        "age": ["a0", "Total", "a1", "a1"],
    }
    columns = [[Column("block", cells["block"]), Column("quarter", cells["quarter"])], [Column("age", cells["age"])]]
    with pytest.raises(InputError) as refused:
        protected(columns, np.array([5, 6, 7, 8]), Demand())
    codes = [fault.code for fault in refused.value.faults]
    assert codes == ["hierarchy_gap", "two_parents", "sum_among_cells"]


def test_one_code_with_two_meanings_is_named() -> None:
    columns = [[Column("block", ["X", "Y", "Z"]), Column("quarter", ["X", "X", "Q"])]]
    with pytest.raises(InputError, match="means something else"):
        protected(columns, np.array([5, 6, 7]), Demand())


def test_chains_of_the_same_column_are_one_dimension() -> None:
    cells, counts = town(1)
    table = protect(cells, counts, Demand(top=True))
    assert list(table.codes) == ["block", "age", "sex"]
    assert len(table.flags) == (1 + 3 + 2 + 6) * (1 + 2 + 3) * 3
    assert CHAINS[0][0] == CHAINS[1][0]
