"""The cell key: the same persons, the same noise; the noise has the moments it should; 0 stays 0."""

from __future__ import annotations

import hmac
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.errors import CallError
from sozialraum.protection.noise import (
    NoisyTable,
    PerturbationTable,
    Secret,
    Shape,
    difference_risk,
    perturbation_table,
    perturbed,
    record_keys,
    secret_from,
)
from sozialraum.protection.tables import Column

SECRET = Secret(b"only for tests, 28 bytes long")
Person = tuple[str, str, str, str]  # id, block, quarter, sex


def noisy(persons: list[Person], columns: dict[str, list[int]], table: PerturbationTable) -> dict[tuple[str, ...], int]:
    """Codes -> noisy count of the table with these hierarchies (places in a person)."""
    chains = [[Column(f"{at}", [one[at] for one in persons]) for at in chain] for chain in columns.values()]
    keys = record_keys(SECRET, [one[0] for one in persons])
    found = perturbed(chains, np.ones(len(persons), dtype=np.int64), keys, table)
    return by_codes(found)


def by_codes(found: NoisyTable) -> dict[tuple[str, ...], int]:
    return dict(zip(zip(*found.codes.values(), strict=True), found.counts.tolist(), strict=True))


def town(seed: int, size: int) -> list[Person]:
    chance = np.random.default_rng(seed)
    blocks = chance.integers(0, 40, size)
    ids = chance.permutation(10 * size)[:size]
    return [
        (f"P{one}", f"B{block:02d}", f"Q{block // 8}", sex)
        for one, block, sex in zip(ids, blocks, chance.choice(["f", "m"], size), strict=True)
    ]


def test_keys_are_the_first_bytes_of_hmac_sha256() -> None:
    for secret in (SECRET, Secret(b"k" * 200)):
        for one in ("P1", "ä", ""):
            expected = int.from_bytes(hmac.digest(secret.value, one.encode(), "sha256")[:8], "big")
            assert record_keys(secret, [one]).tolist() == [expected]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), shuffle=st.randoms(use_true_random=False))
def test_same_persons_same_noise_in_other_order_and_other_tables(seed: int, shuffle: object) -> None:
    table = perturbation_table(Shape(3, 2.0))
    persons = town(seed, 300)
    both = noisy(persons, {"block": [1, 2], "sex": [3]}, table)
    other = list(persons)
    shuffle.shuffle(other)  # type: ignore[attr-defined]
    assert noisy(other, {"block": [1, 2], "sex": [3]}, table) == both
    alone = noisy(persons, {"quarter": [2]}, table)
    assert {code: both[code[0], "Total"] for code in alone} == alone
    women = [one for one in persons if one[3] == "f"]  # another extraction: the sum over all is now what "f" was
    assert {code: both[code[0], "f"] for code in noisy(women, {"block": [1, 2]}, table)} == noisy(
        women, {"block": [1, 2]}, table
    )


def test_moments_are_within_three_standard_errors() -> None:
    shape = Shape(5, 3.0, excluded=2)
    table = perturbation_table(shape)
    keys = record_keys(SECRET, map(str, range(100_000)))
    fourth = float(table.rows[-1][0] ** 4 @ table.rows[-1][1])
    for count in (1, 2, 3, 5, 8, 500):
        noise = table.noise(np.full(len(keys), count), keys)
        assert set(noise.tolist()) <= set(shape.offsets(min(count, shape.last)).tolist())
        assert abs(noise.mean()) <= 3 * np.sqrt(shape.variance / len(keys))
        if count >= 8:
            assert abs((noise**2).mean() - shape.variance) <= 3 * np.sqrt((fourth - shape.variance**2) / len(keys))
    assert (table.noise(np.zeros(len(keys), dtype=np.int64), keys) == 0).all()


def test_noise_of_published_cells_has_the_moments_too() -> None:
    """Cells of one table: keys that share persons are still as good as drawn apart."""
    persons = town(5, 6000)
    table = perturbation_table(Shape(4, 2.0))
    found = noisy(persons, {"block": [1, 2], "sex": [3]}, table)
    truth = dict.fromkeys(found, 0)
    for _, block, quarter, sex in persons:
        for place in (block, quarter, "Total"):
            for who in (sex, "Total"):
                truth[place, who] += 1
    noise = np.array([found[code] - truth[code] for code in found])
    assert abs(noise.mean()) <= 3 * np.sqrt(2.0 / len(noise))
    assert 1 < noise.var() < 3
    assert {code: found[code] for code in found if truth[code] == 0} == {code: 0 for code in truth if truth[code] == 0}


def test_extreme_keys_stay_in_the_table() -> None:
    table = perturbation_table(Shape(2, 1.0))
    keys = np.array([0, 2**64 - 1], dtype=np.uint64)
    assert table.noise(np.array([5, 5]), keys).tolist() == [-2, 2]


def test_risk_of_a_difference_by_hand() -> None:
    """D = 1: noise -1, 0, 1 with 1/4, 1/2, 1/4; differences -2..2 with 1, 4, 6, 4, 1 sixteenths; prior 1 to 4."""
    row = (np.array([-1, 0, 1]), np.array([0.25, 0.5, 0.25]))
    risk = difference_risk(PerturbationTable(((np.array([0]), np.array([1.0])), row)))
    assert risk.observed.tolist() == [-1, 0, 1, 2, 3, 4, 5, 6]
    likely = {-1: (1, 0), 0: (5, 0), 1: (10, 1), 2: (10, 5), 3: (5, 10), 4: (1, 10), 5: (0, 5), 6: (0, 1)}
    expected = [small / (small + large) for small, large in likely.values()]
    assert risk.posterior.tolist() == pytest.approx(expected)
    assert risk.prior == 0.5
    assert risk.mean == pytest.approx(sum(s / 32 * s / (s + o) for s, o in likely.values()))
    assert risk.certain == pytest.approx(6 / 32)


def test_secret_is_shown_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(b"short words\n")
    with pytest.raises(CallError) as problem:
        secret_from(path)
    assert "short words" not in problem.value.say()
    assert "11 bytes" in problem.value.say()
    path.write_bytes(b"0123456789abcdef\r\n")
    assert secret_from(path).value == b"0123456789abcdef"
    assert "0123" not in repr(secret_from(path))
    with pytest.raises(CallError):
        secret_from(tmp_path / "missing")
