"""The gate's proof: another check than the search; it must fail for every lie in certificate or release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from sozialraum.errors import InputError
from sozialraum.figures import Figures
from sozialraum.protection import (
    Certificate,
    Earlier,
    Evidence,
    Protected,
    Rule,
    protect,
    read_certificate,
    verify,
    write_certificate,
)
from sozialraum.protection.proved import Block
from tests.protection.test_attack import SEEDS, figures, pieces, town
from tests.protection.test_attack_ways import TWO, crossing, only
from tests.protection.test_gate import count, levels, nested

RULE = Rule(top="may-hide")


@cache
def done(seed: int = 1) -> Protected:
    """An invented town through the gate."""
    return protect(figures(town(seed)), RULE, pieces=pieces)


def evidence(one: Protected, **changes: Any) -> Evidence:
    """Everything that the check asks for."""
    given = Evidence(one.figures, one.secrets, (), pieces, 3, True, one.certificate)
    return replace(given, **changes)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_secret_of_a_town_is_proved(seed: int) -> None:
    verdict = verify(evidence(done(seed)))
    assert verdict.faults == ()
    assert (verdict.secrets > 20, verdict.populations > 3, min(verdict.ranges) >= 3) == (True, True, True)


def test_two_geographies_and_two_releases_are_proved() -> None:
    """Districts and school districts that cut across them; then the same with the areas released before."""
    people, few = town(3), ("residents", "children", "sgb2", "arrivals")
    one = protect(figures(people, TWO, few), RULE, pieces=crossing)
    assert verify(evidence(one, pieces=crossing)).faults == ()
    before = protect(figures(people, only(TWO, "planning_area"), few), RULE, pieces=crossing)
    earlier = [Earlier(before.figures, before.secrets)]
    now = protect(figures(people, only(TWO, "school", "city"), few), RULE, earlier, crossing)
    told = [Earlier(before.figures, before.secrets)]
    assert verify(evidence(now, pieces=crossing, earlier=told)).faults == ()
    alone = protect(figures(people, only(TWO, "school", "city"), few), RULE, (), crossing)
    assert verify(evidence(alone, pieces=crossing, earlier=told)).faults != ()


def test_the_file_gives_back_the_certificate_and_stays_small() -> None:
    content = write_certificate(done().certificate)
    assert write_certificate(read_certificate(content)) == content
    assert len(content) < 10_000
    for damaged in (content[:-20], b"", write_certificate(done().certificate)[::-1]):
        with pytest.raises(InputError, match="damaged"):
            read_certificate(damaged)


def block(change: Callable[[Block], Block]) -> Certificate:
    """The certificate with its block changed."""
    whole = done().certificate
    return replace(whole, blocks=(change(whole.blocks[0]), *whole.blocks[1:]))


def lines(one: Block, at: int, value: int) -> Block:
    """A line of the first other population with another number."""
    other = one.others[0].copy()
    other[at, 2] = value
    return replace(one, others=(other, *one.others[1:]))


def first_cell(one: Block, **where: Any) -> Block:
    """The first group of people described otherwise."""
    return replace(one, cells=(replace(one.cells[0], where=where), *one.cells[1:]))


LIES: dict[str, tuple[Callable[[Block], Block], str]] = {
    "no other population": (lambda one: replace(one, others=()), "unproved"),
    "one less": (lambda one: replace(one, others=one.others[1:]), "unproved"),
    "somebody more": (lambda one: lines(one, 0, int(one.others[0][0, 2]) + 1), "other_number"),
    "less than nobody": (lambda one: lines(one, 0, -(10**6)), "negative"),
    "fewer people": (lambda one: replace(one, people=one.people[1:]), "other_count"),
    "nobody below zero": (lambda one: replace(one, people=one.people * [1, 1, -1]), "negative"),
    "other ground": (lambda one: replace(one, pieces=one.pieces[1:]), "other_ground"),
    "a piece of no area": (lambda one: replace(one, pieces=(*one.pieces, {}), sums={}), "other_ground"),
    "a cell twice": (lambda one: replace(one, cells=(*one.cells, one.cells[0])), "cell_twice"),
    "nobody of that age": (lambda one: first_cell(one, age=(9, 9)), "impossible_cell"),
    "a cell across a limit": (lambda one: first_cell(one, age=(0, 1000), nationality=None), "cell_cut"),
    "a year left out": (lambda one: replace(one, periods=one.periods[1:]), "not_covered"),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_certificate_that_lies_is_refused(lie: str) -> None:
    change, kind = LIES[lie]
    assert kind in {one.code for one in verify(evidence(done(), certificate=block(change))).faults}


def table(change: Callable[[list[dict[str, Any]]], None], which: Figures) -> Figures:
    """Figures with changed rows."""
    rows = which.table.to_pylist()
    change(rows)
    return replace(which, table=pa.Table.from_pylist(rows, schema=which.table.schema))


def shown(rows: list[dict[str, Any]]) -> None:
    """A hidden count that is published after all, as it is."""
    secret = next(row for row in done().secrets.table.to_pylist() if 0 < row["numerator"] < 3)
    key = ("area", "period", "indicator")
    next(row for row in rows if [row[name] for name in key] == [secret[name] for name in key]).update(secret)


def corrected(rows: list[dict[str, Any]]) -> None:
    """A published count that is not what was counted."""
    next(row for row in rows if row["indicator"] == "arrivals" and row["numerator"])["numerator"] += 3


def doubled(rows: list[dict[str, Any]]) -> None:
    """A count with another number than the rate beside it has."""
    next(row for row in rows if row["indicator"] == "residents" and row["numerator"])["numerator"] += 1


def rated(rows: list[dict[str, Any]]) -> None:
    """A rate that its counts do not give."""
    next(row for row in rows if row["indicator"] == "children" and row["value"])["value"] += 0.5


CHANGES = {shown: "other_number", corrected: "other_count", doubled: "two_numbers", rated: "other_value"}


@pytest.mark.parametrize("change", CHANGES)
def test_a_release_that_was_changed_is_refused(change: Callable[[list[dict[str, Any]]], None]) -> None:
    verdict = verify(evidence(done(), released=table(change, done().figures)))
    assert CHANGES[change] in {one.code for one in verdict.faults}


def test_another_rule_than_asked_for_is_refused() -> None:
    assert {one.code for one in verify(evidence(done(), minimum=4)).faults} >= {"other_rule"}
    assert [one.code for one in verify(evidence(done(), rest=False)).faults] == ["other_rule"]


def test_earlier_releases_bind_the_populations() -> None:
    """What went out before must not change either; what is hidden there must stay open."""
    before = protect(levels([count("u15")], u15=(2, 30, 40, 50)), Rule(), pieces=nested)
    now = levels([count("u18")], u18=(9, 50, 60, 70))
    earlier = [Earlier(before.figures, before.secrets)]
    together = protect(now, Rule(), earlier, nested)
    told = earlier
    given = Evidence(together.figures, together.secrets, told, nested, 3, True, together.certificate)
    assert verify(given).faults == ()
    assert verify(given).secrets >= 1
    alone = protect(now, Rule(), (), nested).certificate
    assert {one.code for one in verify(replace(given, certificate=alone)).faults} & {"cell_cut", "other_count"}


def test_the_proof_of_a_gate_that_hides_too_little_is_refused() -> None:
    """Only the small counts hidden: their sums give them away, and no other population can be found."""
    one = done()
    rows = one.figures.table.to_pylist()
    secret = {
        tuple(row[name] for name in ("area", "period", "indicator")): row for row in one.secrets.table.to_pylist()
    }
    for row in rows:
        kept = secret.get((row["area"], row["period"], row["indicator"]))
        if kept is not None and not 0 < kept["numerator"] < 3:
            row.update(kept)
    weak = replace(one.figures, table=pa.Table.from_pylist(rows, schema=one.figures.table.schema))
    assert verify(evidence(one, released=weak)).faults


def test_numbers_beyond_whole_ones_are_no_certificate() -> None:
    one = done().certificate
    broken = replace(one, blocks=(replace(one.blocks[0], people=one.blocks[0].people.astype(np.float64)),))
    with pytest.raises(InputError):
        read_certificate(write_certificate(broken))
