"""Classes of an index over hidden counts: who computes the index for every possible count must not narrow any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from sozialraum.analysis import IndexDefinition, composite
from sozialraum.errors import UnsafeReleaseError
from sozialraum.figures import Figures, together
from sozialraum.protection import Earlier, Evidence, Protected, Rule, Zoning, protect, verify
from tests.protection.test_gate import AGES, figures, share

Mode = Literal["proved", "hide", "show"]
SEEDS = range(12)
AREAS = [f"a{at}" for at in range(9)]


def definition(*ids: str) -> IndexDefinition:
    """An index of these shares: their mean, standardised again; four classes, those most in need above 1.5."""
    words = {"de": "x", "en": "x"}
    borders = ("low", {}), ("middle", {"at_least": -1.0}), ("high", {"above": 1.0}), ("highest", {"above": 1.5})
    return IndexDefinition.model_validate(
        {
            "id": "lage", "title": words, "editions": words, "credit": {"source": "x", "publisher": "x"},
            "dimension": [{"id": "status", "title": words, "restandardise": True,
                           "indicator": [{"id": one, "title": words} for one in ids],
                           "classes": [{"id": name, "de": name, "en": name, **where} for name, where in borders]}],
        }
    )  # fmt: skip


@cache
def people(seed: int) -> tuple[dict[str, list[int]], list[int]]:
    """Cases by share, and the base, of every area: few people, many areas with nobody."""
    random = np.random.default_rng(seed)
    base = random.integers(15, 60, len(AREAS))
    small = random.choice([0, 0, 0, 1, 2, 4, 9], len(AREAS))
    small[random.integers(len(AREAS))] = random.integers(1, 3)
    return {"poor": small.tolist(), "alone": (base * random.uniform(0.3, 0.6, len(base))).astype(int).tolist()}, [
        int(one) for one in base
    ]


def pieces(zonings: Sequence[Zoning]) -> list[dict[Zoning, str]]:
    """All areas lie in one city."""
    return [{zoning: "city" if zoning[0] == "city" else area for zoning in zonings} for area in AREAS]


def given(seed: int, ids: tuple[str, ...]) -> Figures:
    """The shares, the index of them, and the shares of the whole city."""
    cases, base = people(seed)
    described = {"poor": share("poor", AGES["u15"], AGES["u15"]), "alone": share("alone", AGES["o65"], AGES["o65"])}
    rows = [(area, one, cases[one][at], base[at]) for one in ids for at, area in enumerate(AREAS)]
    inside = figures(rows, [described[one] for one in ids])
    whole = figures([("city", one, sum(cases[one]), sum(base)) for one in ids], [described[one] for one in ids], "city")
    return together([inside, whole, composite(inside, definition(*ids), draws=50)])


@cache
def released(seed: int, ids: tuple[str, ...], mode: Mode) -> Protected:
    """A release of a town."""
    return protect(given(seed, ids), Rule(classes=mode, top="may-hide"), pieces=pieces)


def scores(cases: NDArray[np.int64], base: NDArray[np.int64], beside: NDArray[np.float64]) -> NDArray[np.float64]:
    """The attacker's own arithmetic: worlds x areas."""
    rates = np.stack([cases / base, *(np.broadcast_to(one, cases.shape) for one in beside)])
    z = (rates - rates.mean(axis=-1, keepdims=True)) / rates.std(axis=-1, keepdims=True)
    whole = z.sum(axis=0)
    return (whole - whole.mean(axis=-1, keepdims=True)) / whole.std(axis=-1, keepdims=True)


def worlds(row: list[int | None], base: list[int], total: int | None) -> Iterator[list[int]]:
    """Every way to fill in what is hidden."""
    hidden = [at for at, one in enumerate(row) if one is None]
    free = hidden[:-1] if total is not None else hidden
    for filled in product(*(range(min(base[at], 12) + 1) for at in free)):
        one = [0 if count is None else count for count in row]
        for at, count in zip(free, filled, strict=True):
            one[at] = count
        if total is not None:
            one[hidden[-1]] = total - sum(one)
        if all(0 <= count <= most for count, most in zip(one, base, strict=True)):
            yield one


def narrowed(seed: int, ids: tuple[str, ...], done: Figures) -> list[str]:
    """Areas whose hidden small count the attacker can tell from 0, or from 3 and more."""
    cases, base = people(seed)
    known = {(one["area"], one["indicator"]): one for one in done.table.to_pylist()}
    row = [known[area, "poor"]["numerator"] for area in AREAS]
    row = [None if one is None else int(one) for one in row]
    if row.count(None) == 0 or row.count(None) > 4:
        return []
    total = known["city", "poor"]["numerator"]
    every = np.array(list(worlds(row, base, None if total is None else int(total))))
    beside = np.array([np.array(cases[one]) / base for one in ids if one != "poor"])
    with np.errstate(invalid="ignore", divide="ignore"):
        found = scores(every, np.array(base), beside.reshape(-1, len(AREAS)))
    names = np.array(["low", "middle", "high", "highest"])
    classes = names[(found >= -1.0).astype(int) + (found > 1.0) + (found > 1.5)]
    told = [known[area, "lage.status"]["class"] for area in AREAS]
    fits = np.all([(classes[:, at] == one) | (one is None) for at, one in enumerate(told)], axis=0)
    fits &= ~np.isnan(found).any(axis=1)
    left = every[fits]
    hidden = [at for at, one in enumerate(row) if one is None and 0 < cases["poor"][at] < 3]
    return [AREAS[at] for at in hidden if left[:, at].min() > 0 or left[:, at].max() < 3]


@pytest.mark.parametrize("ids", [("poor",), ("poor", "alone")])
def test_nobody_narrows_a_hidden_count_by_the_classes(ids: tuple[str, ...]) -> None:
    for mode in ("proved", "hide"):
        assert [narrowed(seed, ids, released(seed, ids, mode).figures) for seed in SEEDS] == [[]] * len(SEEDS)


@pytest.mark.parametrize("ids", [("poor",), ("poor", "alone")])
def test_the_same_attack_succeeds_where_all_classes_are_shown(ids: tuple[str, ...]) -> None:
    assert sum(bool(narrowed(seed, ids, released(seed, ids, "show").figures)) for seed in SEEDS) > 2


def shown(done: Protected) -> int:
    """Classes that go out."""
    return sum(one is not None for one in done.figures.table["class"].to_pylist())


def test_proved_classes_keep_more_than_hiding_all_that_rest_on_hidden_counts() -> None:
    kept = {mode: sum(shown(released(seed, ("poor", "alone"), mode)) for seed in SEEDS) for mode in ("hide", "proved")}
    assert kept["proved"] > kept["hide"] > 0


def test_a_class_that_is_withheld_is_marked_as_hidden_and_nothing_presumes_it() -> None:
    for seed in SEEDS:
        rows = released(seed, ("poor",), "proved").figures.table.to_pylist()
        index = [one for one in rows if one["indicator"] == "lage.status"]
        if any(one["flag"] == "suppressed" for one in index):
            assert {one["class_probability"] for one in index} | {one["likely_class"] for one in index} == {None}
        assert {one["flag"] for one in index if one["class"] is None} <= {"suppressed"}


def evidence(done: Protected, **changes: Any) -> Evidence:
    """What the check asks for."""
    rule = Evidence(done.figures, done.secrets, (), pieces, 3, True, done.certificate)
    return replace(rule, **changes)


@pytest.mark.parametrize("ids", [("poor",), ("poor", "alone")])
def test_the_check_accepts_proved_classes_and_refuses_all_others(ids: tuple[str, ...]) -> None:
    refused = 0
    for seed in SEEDS:
        safe, whole = (released(seed, ids, mode) for mode in ("proved", "show"))
        assert verify(evidence(safe)).faults == ()
        put_back = whole.figures.table["class"]
        at = safe.figures.table.schema.get_field_index("class")
        lied = replace(safe.figures, table=safe.figures.table.set_column(at, "class", put_back))
        verdict = verify(evidence(safe, released=lied))
        lost = shown(whole) - shown(safe)
        assert sum(one.code == "other_class" for one in verdict.faults) == min(lost, 20)
        refused += lost
    assert refused > 5


def test_classes_that_tell_a_count_already_are_told_of_and_those_that_stayed_in_the_house_are_not() -> None:
    """All classes shown first: where they give a count away nothing safe can follow them, unless they stayed in the house."""
    whole = {seed: released(seed, ("poor",), "show") for seed in SEEDS}
    rule = Rule(classes="proved", top="may-hide")
    refused = []
    for seed in SEEDS:
        inside = [Earlier(whole[seed].figures, whole[seed].secrets, classes=False)]
        safe = protect(given(seed, ("poor",)), rule, inside, pieces=pieces)
        assert verify(evidence(safe, earlier=inside)).faults == ()
        outside = [replace(inside[0], classes=True)]
        assert {fault.code for fault in verify(evidence(safe, earlier=outside)).faults} <= {"unproved"}
        try:
            now = protect(given(seed, ("poor",)), rule, outside, pieces=pieces)
        except UnsafeReleaseError:
            refused.append(seed)
            continue
        assert verify(evidence(now, earlier=outside)).faults == ()
    known = {seed for seed in SEEDS if narrowed(seed, ("poor",), whole[seed].figures)}
    assert known <= set(refused) < set(SEEDS)
