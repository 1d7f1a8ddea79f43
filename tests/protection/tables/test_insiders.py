"""Whoever is the only case of a hidden cell: an attack from inside succeeds without the option and fails with it."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.errors import UnsafeReleaseError
from sozialraum.protection.tables import Claim, Column, Demand, Insider, Task, Unit, protected, verify
from sozialraum.protection.tables.audit import DOWN, UP
from sozialraum.protection.tables.rules.insiders import Pairs
from tests.protection.tables.attack import Attacker
from tests.protection.tables.towns import Cells, check, protect, shown, town

TWO_GEOGRAPHIES = [["block", "quarter"], ["block", "school"], ["age"], ["sex"]]
ONE_GEOGRAPHY = [["block", "quarter"], ["age"], ["sex"]]


def narrowed_from_inside(
    cells: Cells, counts: list[int], chains: list[list[str]], table: Cells
) -> list[tuple[int, int]]:
    """Inner cell of the only person, and the line that this person can narrow: below the own part, or below 3."""
    outside = Attacker(cells, chains, table)
    truth = outside.sums @ counts
    hidden = [line for line, flag in enumerate(table["flag"]) if flag == "primary"]
    found = []
    for inner in np.flatnonzero(np.array(counts) == 1).tolist():
        around = np.flatnonzero(outside.sums[:, inner])
        known = {int(line): 1 for line in around if truth[line] == 1}
        inside = Attacker(cells, chains, table, known)
        for line in hidden:
            own = int(outside.sums[line, inner])
            if truth[line] == own:
                continue
            low, high = inside.bounds(line)
            if low > own + 1e-6 or high < 3 - 1e-6:
                found.append((inner, line))
    return found


def young(cells: Cells, counts: list[int]) -> tuple[Cells, list[int]]:
    """The two young ages alone: an attack on every pair takes its time."""
    rows = [row for row, age in enumerate(cells["age"]) if age != "a2"]
    return {name: [column[row] for row in rows] for name, column in cells.items()}, [counts[row] for row in rows]


@pytest.mark.parametrize(("seed", "chains"), [(0, ONE_GEOGRAPHY), (7, TWO_GEOGRAPHIES)])
def test_attack_from_inside(seed: int, chains: list[list[str]]) -> None:
    cells, counts = young(*town(seed, blocks=4, mean=2))
    open_, safe = (shown(protect(cells, counts, Demand(top=True, insiders=one), chains)) for one in (False, True))
    assert narrowed_from_inside(cells, counts, chains, open_)
    assert narrowed_from_inside(cells, counts, chains, safe) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_town_is_proved_against_everybody_inside(seed: int) -> None:
    cells, counts = town(seed, blocks=8, mean=5)
    table = protect(cells, counts, Demand(top=True, insiders=True))
    assert check(cells, counts, shown(table), table.certificates).faults == ()
    weak = protect(cells, counts, Demand(top=True))
    verdict = check(cells, counts, shown(weak), weak.certificates | {"insiders": True})
    assert {fault.code for fault in verdict.faults} == {"narrowed_inside"}


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=24, max_size=24), st.integers(2, 5), st.booleans())
def test_any_small_table_is_proved_or_refused(counts: list[int], minimum: int, zeros: bool) -> None:
    cells, _ = town(0, blocks=4)
    try:
        table = protect(cells, counts, Demand(minimum=minimum, zeros=zeros, top=True, insiders=True))
    except UnsafeReleaseError:
        return
    assert check(cells, counts, shown(table), table.certificates).faults == ()


def test_one_and_one_need_a_third() -> None:
    """Row B1: f 1, m 1, sum 2, all hidden. Either of the two sees the other when B1 is all that moves."""
    cells = {"block": ["B1", "B1", "B2", "B2", "B3", "B3"], "sex": ["f", "m"] * 3}
    counts = [1, 1, 8, 9, 7, 6]
    weak, strong = (protect(cells, counts, Demand(insiders=one), [["block"], ["sex"]]) for one in (False, True))
    assert strong.hidden_value >= weak.hidden_value
    stated = strong.certificates | {"certificates": weak.certificates["certificates"]}
    codes = {fault.code for fault in check(cells, counts, shown(strong), stated, [["block"], ["sex"]]).faults}
    assert codes <= {"narrowed_inside"}
    assert check(cells, counts, shown(strong), strong.certificates, [["block"], ["sex"]]).faults == ()


def test_a_certificate_that_moves_the_insider_does_not_count_for_it() -> None:
    cells, counts = town(3, blocks=4, mean=3)
    table = protect(cells, counts, Demand(top=True, insiders=True))
    content = copy.deepcopy(table.certificates)
    given_, codes = content["certificates"], set()
    assert isinstance(given_, list)
    for number in range(len(given_)):
        rest = {**content, "certificates": given_[:number] + given_[number + 1 :]}
        codes |= {fault.code for fault in check(cells, counts, shown(table), rest).faults}
    assert "narrowed_inside" in codes


def test_a_household_alone_in_two_cells_knows_both() -> None:
    """Household a is all there is in B1/f and in B1/m: what it sees of B2 must still be open."""
    people = {"B1f": "aaa", "B1m": "aa", "B2f": "bcdef", "B2m": "bghi", "B3f": "jjkl", "B3m": "mnopq"}
    rows = [(place[:2], place[2], key) for place, keys in people.items() for key in keys]
    cells = dict(zip(("block", "sex", "household"), map(list, zip(*rows, strict=True)), strict=True))
    chains = [["block"], ["sex"]]
    columns = [[Column(name, cells[name]) for name in chain] for chain in chains]
    demand = Demand(top=True, insiders=True, units=(Unit("household", 4, keys=True),))
    counts = np.ones(len(rows), dtype=np.int64)
    table = protected(columns, counts, demand, {"household": cells["household"]})
    verdict = verify(Claim(cells, counts.tolist(), chains, shown(table), table.certificates))
    assert verdict.faults == ()
    weak = protected(columns, counts, Demand(top=True, units=demand.units), {"household": cells["household"]})
    stated = weak.certificates | {"insiders": True}
    found = verify(Claim(cells, counts.tolist(), chains, shown(weak), stated)).faults
    assert {fault.code for fault in found} <= {"narrowed_inside"}


def test_an_audit_against_one_person_looks_at_what_is_open_against_that_one() -> None:
    sensitive = np.array([True, True, False])
    up, down = np.array([2, 1, 0]), np.array([1, 2, 0])
    asked = Task(sensitive, sensitive, np.ones(3), up, down, ~sensitive & sensitive)
    nobody = np.empty(0, dtype=np.int64)
    people = [Insider(np.array([cell]), np.array([1]), np.array([cell]), nobody, nobody) for cell in (0, 1)]
    pairs = Pairs(asked, people, open={(1, UP): {0}, (0, UP): {1}, (0, DOWN): {1}})
    assert pairs.most_open() == [1, 0]
    assert np.argwhere(~pairs.still_open(0).reached).tolist() == [[UP, 1]]
    assert np.argwhere(~pairs.still_open(1).reached).tolist() == [[UP, 0], [DOWN, 0]]
