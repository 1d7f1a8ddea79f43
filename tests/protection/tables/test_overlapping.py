"""Towns with geographies and age groupings that cut across each other: protected jointly, attacked from outside."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.errors import UnsafeReleaseError
from sozialraum.protection.tables import Demand
from sozialraum.protection.tables.suppression import pieces, sparing
from tests.protection.tables.attack import Attacker
from tests.protection.tables.overlapping import AGES, GEOGRAPHIES, overlapping
from tests.protection.tables.towns import Cells, check, protect, shown

TWO = [*GEOGRAPHIES[:2], *AGES]
THREE = [*GEOGRAPHIES, *AGES, ["sex"]]
SSB = {
    "ssb_z1.csv": [["region"], ["hovedint"]],
    "ssb_z2.csv": [["region", "fylke"], ["region", "kostragr"], ["hovedint"]],
}
SOCIAL = [["region", "fylke"], ["region", "kostragr"], ["mnd", "mnd2"], ["hovedint"]]
MOST = 3_137  # hidden lines that the issue allows


@pytest.mark.parametrize("chains", [TWO, THREE], ids=["two geographies", "three"])
@pytest.mark.parametrize("seed", range(3))
def test_attacker_narrows_nothing(seed: int, chains: list[list[str]]) -> None:
    cells, counts = summed(*overlapping(seed, 5, 1.5 if chains is TWO else 3.0), chains)
    table = protect(cells, counts, Demand(top=True), chains)
    assert check(cells, counts, shown(table), table.certificates, chains).faults == ()
    lines = [line for line, flag in enumerate(table.flags) if flag == "primary"]
    assert lines
    assert Attacker(cells, chains, shown(table)).narrowed(lines[:40], 3) == []


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 7), st.integers(2, 6), st.sampled_from(["value", "cells", "mix"]))
def test_any_town_is_proved_or_refused(seed: int, blocks: int, minimum: int, weight: str) -> None:
    cells, counts = summed(*overlapping(seed, blocks), TWO)
    try:
        table = protect(cells, counts, Demand(minimum=minimum, weight=weight, top=True), TWO)
    except UnsafeReleaseError:
        return
    assert check(cells, counts, shown(table), table.certificates, TWO).faults == ()


def test_the_way_of_large_pieces_is_safe_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits set so low that every piece is large: near cuts only, the joint audit closes, short tables spare."""
    monkeypatch.setattr(pieces, "LARGE", 5)
    monkeypatch.setattr("sozialraum.protection.tables.suppression.search.HASTY", -1.0)
    monkeypatch.setattr(sparing, "LARGE", 5)
    cells, counts = summed(*overlapping(11, 8, 1.5), TWO)
    table = protect(cells, counts, Demand(top=True), TWO)
    assert check(cells, counts, shown(table), table.certificates, TWO).faults == ()
    lines = [line for line, flag in enumerate(table.flags) if flag == "primary"]
    assert Attacker(cells, TWO, shown(table)).narrowed(lines[:40], 3) == []


@pytest.mark.parametrize("name", SSB)
def test_small_tables_of_statistics_norway(name: str, real_data: Path) -> None:
    """Statistics Norway, package SSBtools 1.8.6, fictitious counts: every hidden cell attacked from outside."""
    cells, counts = read(real_data / "suppression" / name)
    table = protect(cells, counts, Demand(), SSB[name])
    assert check(cells, counts, shown(table), table.certificates, SSB[name]).faults == ()
    lines = [line for line, flag in enumerate(table.flags) if flag == "primary"]
    assert len(lines) == {"ssb_z1.csv": 2, "ssb_z2.csv": 7}[name]
    assert Attacker(cells, SSB[name], shown(table)).narrowed(lines, 3) == []


def test_social_assistance_in_two_geographies_and_two_groupings_of_months(real_data: Path) -> None:
    """Statistics Norway, package SSBtools 1.8.6, fictitious counts: the whole table, jointly."""
    cells, counts = read(real_data / "suppression" / "ssb_sosialfiktiv.csv")
    table = protect(cells, counts, Demand(), SOCIAL)
    verdict = check(cells, counts, shown(table), table.certificates, SOCIAL)
    assert verdict.faults == ()
    assert (verdict.lines, verdict.sensitive) == (14_160, 1_481)
    assert verdict.hidden <= MOST


def summed(cells: Cells, counts: list[int], chains: list[list[str]]) -> tuple[Cells, list[int]]:
    """One row per inner cell of these chains."""
    names = list(dict.fromkeys(name for chain in chains for name in chain))
    found: dict[tuple[str, ...], int] = {}
    for codes, count in zip(zip(*(cells[name] for name in names), strict=True), counts, strict=True):
        found[codes] = found.get(codes, 0) + count
    return dict(zip(names, map(list, zip(*found, strict=True)), strict=True)), list(found.values())


def read(file: Path) -> tuple[Cells, list[int]]:
    """The columns of codes and the counts (`ant`) of a file."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {name: [row[name] for row in rows] for name in rows[0] if name != "ant"}, [int(row["ant"]) for row in rows]
