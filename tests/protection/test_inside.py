"""People inside: the gate that reckons with them, the check of its proof, and an attack by people who are really there.

Whoever is counted knows the own part of every number, and all of a number that counts nobody else. The attacker is such a
person of the invented town, with the equations of the whole release. It fails against `insiders = "safe"` only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from sozialraum.figures import Figures
from sozialraum.protection import Earlier, Evidence, Protected, Rule, Zoning, protect, verify
from tests.protection.test_attack import DECLARED, UNKNOWNS, Row, equation, figures, pieces, places, town
from tests.protection.test_certificates import evidence
from tests.protection.test_gate import count, levels, nested
from tests.protection.test_gate import figures as rows_of

SEED = 3
TRIES = 30
CELLS_OF = list(UNKNOWNS)


@cache
def done(insiders: str) -> Protected:
    """The town through the gate."""
    return protect(figures(town(SEED)), Rule(top="may-hide", insiders=insiders), pieces=pieces)


def told(released: Figures) -> Iterator[tuple[tuple[Row, ...], tuple[float | None, ...]]]:
    """Per row the equations of count, base and rest, and what the release says of count and base."""
    for row in released.table.to_pylist():
        area, year = places()[row["level"], row["area"]], int(row["period"])
        sides = [None if one is None else equation(one, area, year) for one in DECLARED[row["indicator"]]]
        if row["indicator"] != "balance" and sides[0] is not None:
            rest = [] if sides[1] is None else [sides[1], sides[1] - sides[0]]
            yield (sides[0], *rest), (row["numerator"], row["denominator"])


class Knower:
    """Somebody of one cell of the town: numbers that hold nobody else, and at least one person in the own cell."""

    def __init__(self, cell: int, people: Row, released: Figures):
        self.cell, self.alone = cell, []
        for sides, _ in told(released):
            mine = [one for one in sides if one[cell] > 0 and one @ people == 1]
            self.alone += mine

    def narrows(self, secret: Row, released: Figures) -> bool:
        """Whether that person sees more of a number than "nobody but me, or 3 and more"."""
        left, right = _published(released)
        left, right = np.vstack([left, *self.alone]), np.concatenate([right, np.ones(len(self.alone))])
        bounds = [(0.0, None)] * len(secret)
        bounds[self.cell] = (1.0, None)
        least, most = (
            linprog(sign * secret, A_eq=left, b_eq=right, bounds=bounds, method="highs", options={"presolve": False})
            for sign in (1, -1)
        )
        own = max(secret[self.cell], 0)
        return bool(least.fun > own + 1e-6 or (most.status == 0 and -most.fun < 3 - 1e-6))


@cache
def _published_of(insiders: str) -> tuple[Row, Row]:
    left, right = [], []
    for sides, numbers in told(done(insiders).figures):
        for one, number in zip(sides, numbers, strict=False):
            if number is not None:
                left.append(one)
                right.append(number)
    return np.array(left), np.array(right)


def _published(released: Figures) -> tuple[Row, Row]:
    return _published_of("safe" if released is done("safe").figures else "outside")


def narrowed_inside(insiders: str) -> int:
    """How many of some pairs of a person and a small number of somebody else are narrowed."""
    people, released = town(SEED), done(insiders).figures
    small = {one.tobytes(): one for sides, _ in told(released) for one in sides if 0 < one @ people < 3}
    alone = [one for one in small.values() if one @ people == 1 and (one >= 0).all()]
    cells = sorted({int(np.flatnonzero(one * people > 0)[0]) for one in alone})
    knowers = [Knower(cell, people, released) for cell in cells]
    pairs = [(one, secret) for one, secret in product(knowers, small.values()) if _could_learn(one, secret)]
    chosen = np.random.default_rng(1).choice(len(pairs), TRIES, replace=False)
    return sum(pairs[at][0].narrows(pairs[at][1], released) for at in chosen.tolist())


def _could_learn(one: Knower, secret: Row) -> bool:
    """A number of the same year that is not only about that person."""
    _, year, _ = CELLS_OF[one.cell]
    return not any((secret <= mine).all() for mine in one.alone) and any(
        CELLS_OF[at][1] == year for at in np.flatnonzero(secret).tolist()
    )


def test_people_of_the_town_narrow_nothing() -> None:
    assert narrowed_inside("safe") == 0


def test_people_of_the_town_narrow_what_was_made_for_readers_outside() -> None:
    assert narrowed_inside("outside") > 0


@pytest.mark.parametrize("seed", [5])
def test_the_check_proves_every_secret_against_everybody_inside(seed: int) -> None:
    one = protect(figures(town(seed)), Rule(top="may-hide", insiders="safe"), pieces=pieces)
    verdict = verify(evidence(one, insiders=True))
    assert (verdict.faults, verdict.insiders > 40) == ((), True)


def test_the_check_refuses_a_release_that_was_made_for_readers_outside() -> None:
    one = done("outside")
    claimed = replace(one.certificate, insiders=True)
    assert {fault.code for fault in verify(evidence(one, insiders=True, certificate=claimed)).faults} >= {
        "narrowed_inside"
    }
    assert next(fault.code for fault in verify(evidence(one, insiders=True)).faults) == "other_rule"


def test_no_other_population_may_be_missing() -> None:
    """Every population that is kept proves something: without any of some, a number could be narrowed by somebody."""
    one = done("safe")
    whole = one.certificate.blocks[0]
    for number in range(0, len(whole.others), 40):
        less = replace(whole, others=whole.others[:number] + whole.others[number + 1 :])
        lie = replace(one.certificate, blocks=(less,))
        assert verify(evidence(one, insiders=True, certificate=lie)).faults != ()


def test_two_small_areas_of_a_district_need_a_third_number() -> None:
    """Whoever is the 1 of 1 + 2 = 3 must not learn the 2: the district's 3 is hidden as well."""
    rule = Rule(insiders="safe")
    rows = protect(levels([count("u18")], u18=(1, 2, 40, 50)), rule, pieces=nested).figures.table.to_pylist()
    shown = {row["area"]: row["numerator"] for row in rows}
    assert (shown["a"], shown["b"], shown["x"], shown["z"]) == (None, None, None, 93.0)


def drawn(zonings: Sequence[Zoning]) -> list[dict[Zoning, str]]:
    """Two pieces of a city, one of them in an area that somebody drew."""
    inside = {"drawn": "u", "city": "z"}, {"city": "z"}
    return [{zoning: one[zoning[0]] for zoning in zonings if zoning[0] in one} for one in inside]


def test_nobody_knows_an_own_part_of_ground_beside_a_number_that_no_release_has_today() -> None:
    """The city was corrected: who lives around the drawn area knows nothing of a number that stands nowhere."""
    young, old = count("u15"), count("o65")
    small = rows_of([("u", "u15", 2, None)], [young], "drawn")
    whole, today = (rows_of([("z", "u15", number, None)], [young], "city") for number in (42, 44))
    rule = Rule(top="may-hide", insiders="safe")
    first, second = protect(small, rule, pieces=drawn), protect(whole, rule, pieces=drawn)
    before = [Earlier(first.figures, first.secrets), Earlier(second.figures, second.secrets, today)]
    made = protect(rows_of([("z", "o65", 30, None)], [old], "city"), rule, before, drawn)
    verdict = verify(Evidence(made.figures, made.secrets, before, drawn, 3, True, made.certificate, insiders=True))
    assert (verdict.faults, verdict.corrected, verdict.insiders) == ((), 1, 1)
