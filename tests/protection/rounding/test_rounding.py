"""Rounding: sums are exact, counts lie next to the true ones, multiples stay, small counts vanish."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sozialraum.errors import CallError
from sozialraum.protection.noise import NoisyTable, Secret, record_keys
from sozialraum.protection.rounding import RoundedTable, by_chance, controlled, small_counts
from sozialraum.protection.tables import Column
from tests.protection.tables.overlapping import AGES, GEOGRAPHIES, overlapping
from tests.protection.tables.towns import CHAINS, Cells, town

COUNTS = st.lists(st.lists(st.integers(0, 14), min_size=4, max_size=4), min_size=2, max_size=7)
BASES = st.sampled_from([2, 3, 5, 10])


def chains(cells: Cells, names: list[list[str]] = CHAINS) -> list[list[Column]]:
    return [[Column(name, cells[name]) for name in chain] for chain in names]


def grid(rows: list[list[int]]) -> tuple[list[list[Column]], NDArray[np.int64]]:
    """Areas x groups without levels: two dimensions, where controlled rounding always exists."""
    codes = [(f"{area}", f"g{group}") for area, row in enumerate(rows) for group in range(len(row))]
    columns = [[Column(name, [one[at] for one in codes])] for at, name in enumerate(("area", "group"))]
    return columns, np.array(rows, dtype=np.int64).ravel()


def add_up(cells: Cells, found: RoundedTable) -> bool:
    """Every line is the sum of the lines of its inner codes."""
    names = list(found.codes)
    by_codes = dict(zip(zip(*found.codes.values(), strict=True), found.counts.tolist(), strict=True))
    of_line: dict[tuple[str, ...], int] = dict.fromkeys(by_codes, 0)
    held = {name: {name, *(one for chain in CHAINS if chain[0] == name for one in chain)} for name in names}
    for row in range(len(cells[names[0]])):
        inner = by_codes[tuple(cells[name][row] for name in names)]
        places = [{cells[column][row] for column in held[name] if column in cells} | {"Total"} for name in names]
        for codes in of_line:
            if all(code in place for code, place in zip(codes, places, strict=True)):
                of_line[codes] += inner
    return of_line == by_codes


def finest(cells: Cells, found: RoundedTable) -> NDArray[np.bool_]:
    """Lines of inner cells."""
    inner = [[code in set(cells[name]) for code in codes] for name, codes in found.codes.items()]
    return np.array(inner).all(axis=0)


@settings(max_examples=30, deadline=None)
@given(rows=COUNTS, base=BASES)
def test_two_dimensions_are_always_rounded_to_a_neighbour(rows: list[list[int]], base: int) -> None:
    columns, counts = grid(rows)
    found = controlled(columns, counts, base)
    truth = found.counts - found.changes
    assert (found.counts % base == 0).all()
    assert (np.abs(found.changes) < base).all()  # so multiples stay
    assert found.beyond == 0
    area, group = columns[0][0].cells, columns[1][0].cells
    assert add_up({"area": list(area), "group": list(group)}, found)
    assert truth[0] == counts.sum()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), base=BASES)
def test_two_dimensions_with_levels_in_one_too(seed: int, base: int) -> None:
    cells, counts = town(seed, blocks=6)
    added: dict[tuple[str, ...], int] = {}
    names = ("block", "quarter", "age")
    for codes, count in zip(zip(*(cells[name] for name in names), strict=True), counts, strict=True):
        added[codes] = added.get(codes, 0) + count
    columns = dict(zip(names, map(list, zip(*added, strict=True)), strict=True))
    found = controlled(chains(columns, [["block", "quarter"], ["age"]]), np.array(list(added.values())), base)
    assert found.beyond == 0
    assert (np.abs(found.changes) < base).all()


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 1000), base=st.sampled_from([3, 5]))
def test_levels_and_two_geographies(seed: int, base: int) -> None:
    cells, counts = town(seed, blocks=4)
    found = controlled(chains(cells), np.array(counts), base)
    assert (found.counts % base == 0).all()
    assert (found.counts >= 0).all()
    assert add_up(cells, found)
    truth = found.counts - found.changes
    far = np.maximum(found.counts - (truth + -truth % base), truth - truth % base - found.counts).max()
    assert found.beyond * base == max(far, 0)
    assert (np.abs(found.changes)[finest(cells, found)] < base).all()


def test_many_overlapping_areas_are_rounded_cell_by_cell() -> None:
    """Blocks in three geographies, ages in two groupings: more cells than are settled in one program."""
    cells, counts = overlapping(3, 40)
    names = [*GEOGRAPHIES, *AGES, ["sex"]]
    found = controlled(chains(cells, names), np.array(counts), 3)
    assert (found.counts % 3 == 0).all()
    totals = dict(zip(zip(*found.codes.values(), strict=True), found.counts.tolist(), strict=True))
    for age in set(cells["age"]):
        blocks = [totals[block, age, sex] for block in dict.fromkeys(cells["block"]) for sex in "fm"]
        assert totals["Total", age, "Total"] == sum(blocks)
    truth = found.counts - found.changes
    far = np.maximum(found.counts - (truth + -truth % 3), truth - truth % 3 - found.counts)
    assert far.max() == 3 * found.beyond == 3
    assert (far > 0).mean() < 0.05  # one in ten when every cell is taken to its nearest multiple
    assert (controlled(chains(cells, names), np.array(counts), 3).counts == found.counts).all()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), base=BASES)
def test_small_counts_vanish_and_sums_stay_exact(seed: int, base: int) -> None:
    cells, counts = town(seed, blocks=3, mean=3)
    found = small_counts(chains(cells), np.array(counts), base)
    assert ((found.counts == 0) | (found.counts >= base)).all()
    assert add_up(cells, found)
    truth = found.counts - found.changes
    large = finest(cells, found) & ((truth >= base) | (truth == 0))
    assert (found.changes[large] == 0).all()


@pytest.mark.parametrize("base", [3, 5, 10])
@pytest.mark.parametrize(
    ("name", "dimensions"),
    [("ssb_z1", [["region"], ["hovedint"]]), ("ssb_z2", [["region", "fylke"], ["region", "kostragr"], ["hovedint"]])],
)
def test_published_examples(real_data: Path, name: str, dimensions: list[list[str]], base: int) -> None:
    with (real_data / "suppression" / f"{name}.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    columns = {name: [line[name] for line in lines] for name in lines[0]}
    found = small_counts(chains(columns, dimensions), np.array([int(line["ant"]) for line in lines]), base)
    assert not ((found.counts > 0) & (found.counts < base)).any()
    assert np.abs(found.changes).max() <= base
    assert abs(found.changes[0]) < base  # the sum over all
    whole = controlled(chains(columns, dimensions), np.array([int(line["ant"]) for line in lines]), base)
    assert whole.beyond == 0


def test_the_best_rounding_of_a_small_table() -> None:
    """Row 1 + 1, row 1 + 0: sums 2, 1 and 2, 1, over all 3; to base 3 one of the ones becomes 3, and it is (1, 1)."""
    columns, counts = grid([[1, 1], [1, 0]])
    found = controlled(columns, counts, 3)
    by_codes = dict(zip(zip(*found.codes.values(), strict=True), found.counts.tolist(), strict=True))
    assert by_codes["Total", "Total"] == 3
    assert by_codes["0", "Total"] == 3
    assert by_codes["Total", "g0"] == 3
    assert by_codes["0", "g0"] == 3


def test_chance_is_unbiased_and_the_same_for_the_same_persons() -> None:
    keys = record_keys(Secret(b"only for tests, 28 bytes long"), map(str, range(60_000)))
    codes = [(f"{at // 300}", f"g{at % 300}") for at in range(60_000)]
    columns = [[Column(name, [one[at] for one in codes])] for at, name in enumerate(("area", "group"))]
    counts = np.arange(60_000, dtype=np.int64) % 7 % 5
    found = by_chance(columns, counts, keys, 5)
    assert isinstance(found, NoisyTable)
    assert (found.counts % 5 == 0).all()
    by_codes = dict(zip(zip(*found.codes.values(), strict=True), found.changes.tolist(), strict=True))
    changes = np.array([by_codes[one] for one in codes])
    assert set(changes[counts == 0].tolist()) == {0}
    for rest in (1, 2, 3, 4):
        of_rest = changes[counts == rest]
        assert set(of_rest.tolist()) == {-rest, 5 - rest}
        assert abs(of_rest.mean()) <= 3 * np.sqrt(rest * (5 - rest) / len(of_rest))
    alone = by_chance([[Column("area", ["x"])]], np.array([3]), keys[3:4], 5)
    assert counts[3] == 3
    assert alone.changes.tolist() == [changes[3], changes[3]]


def test_a_base_that_rounds_nothing_is_refused() -> None:
    columns, counts = grid([[1, 1, 1, 1]])
    with pytest.raises(CallError):
        small_counts(columns, counts, 1)
