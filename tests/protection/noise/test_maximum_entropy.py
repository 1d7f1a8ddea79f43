"""Perturbation tables against published check values, real tables of statistical offices, and an independent solver."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from sozialraum.errors import CallError
from sozialraum.protection.noise import Shape, perturbation_table
from sozialraum.protection.noise.maximum_entropy import probabilities, variance_range

REAL = {
    "cellkey__Magnitude__ptab_freq.txt": Shape(5, 3.0, excluded=2, stay=0.5, monotone=True),
    "cellkey__Frequency__tau_testW_ptable.txt": Shape(7, 4.0, excluded=2, monotone=True),
}


@pytest.mark.parametrize(
    ("shape", "count", "changes", "wanted"),
    [
        (Shape(2, 1.0), 1, [-1, 0, 1, 2], [0.3981, 0.3058, 0.1942, 0.1019]),
        (Shape(2, 1.0), 2, [-2, -1, 0, 1, 2], [0.0638, 0.2447, 0.3830, 0.2447, 0.0638]),
        (Shape(5, 3.0, excluded=2), 1, [-1, 2, 3, 4, 5], [0.7345, 0.1367, 0.0728, 0.0374, 0.0186]),
        (
            Shape(5, 3.0, excluded=2),
            8,
            list(range(-5, 6)),
            [0.0038, 0.0166, 0.0523, 0.1187, 0.1942, 0.2288, 0.1942, 0.1187, 0.0523, 0.0166, 0.0038],
        ),
    ],
)
def test_check_values(shape: Shape, count: int, changes: list[int], wanted: list[float]) -> None:
    offsets, p = perturbation_table(shape).row(count)
    assert offsets.tolist() == changes
    assert np.round(p, 4).tolist() == wanted


@pytest.mark.parametrize("name", REAL)
def test_tables_of_statistical_offices_come_out_the_same(real_data: Path, name: str) -> None:
    with (real_data / "sdc-tauargus-testdata" / name).open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file, delimiter=";"))
    table = perturbation_table(REAL[name])
    assert len(table.rows) == 1 + max(int(line["i"]) for line in lines)
    for line in lines:
        offsets, p = table.row(int(line["i"]))
        assert p[offsets.tolist().index(int(line["v"]))] == pytest.approx(float(line["p"]), abs=2e-8)
    assert len(lines) == sum(len(offsets) for offsets, _ in table.rows)


SHAPES = st.builds(
    Shape,
    largest=st.integers(1, 8),
    variance=st.floats(0.3, 12),
    excluded=st.integers(0, 3),
    stay=st.none() | st.floats(0.05, 0.8),
    monotone=st.booleans(),
)


@settings(max_examples=40, deadline=None)
@given(shape=SHAPES, count=st.integers(1, 12))
def test_moments_hold_or_the_noise_does_not_exist(shape: Shape, count: int) -> None:
    assume(shape.excluded <= shape.largest)
    found = probabilities(shape, count)
    if found is None:
        possible = variance_range(shape, count)
        assert possible is None or not possible[0] + 1e-6 < shape.variance < possible[1] - 1e-6
        return
    offsets = shape.offsets(count)
    assert found.sum() == pytest.approx(1, abs=1e-12)
    assert offsets @ found == pytest.approx(0, abs=1e-8)
    assert offsets**2 @ found == pytest.approx(shape.variance, abs=1e-7)
    if shape.stay is not None and 0 in offsets:
        assert found[offsets == 0][0] == pytest.approx(shape.stay, abs=1e-9)
    if shape.monotone:
        assert (np.diff(found[offsets <= 0]) >= -1e-12).all()


@settings(max_examples=10, deadline=None)
@given(shape=SHAPES, count=st.integers(1, 8))
def test_no_other_noise_has_more_entropy(shape: Shape, count: int) -> None:
    """An optimiser of another kind, with the conditions as they stand, finds nothing better."""
    found = probabilities(shape, count)
    assume(found is not None and found.min() > 1e-4)
    assert found is not None
    offsets = shape.offsets(count).astype(float)
    rows = np.stack([np.ones_like(offsets), offsets, offsets**2])
    conditions = [{"type": "eq", "fun": lambda p: rows @ p - [1, 0, shape.variance]}]
    if shape.stay is not None and 0 in offsets:
        conditions.append({"type": "eq", "fun": lambda p: p[offsets == 0][0] - shape.stay})
    if shape.monotone:
        conditions.append({"type": "ineq", "fun": lambda p: np.diff(p[offsets <= 0])})
    other = minimize(
        lambda p: (p * np.log(np.maximum(p, 1e-12))).sum(),
        np.full(len(offsets), 1 / len(offsets)),
        bounds=[(0, 1)] * len(offsets),
        constraints=conditions,
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-12},
    )
    assume(other.success)
    assert (found * np.log(found)).sum() <= other.fun + 1e-6


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (
            Shape(5, 1.0, excluded=2),
            "A count of 1 can only change by -1, +2, +3, +4, +5: unbiased noise has a variance from 2 to 5",
        ),
        (Shape(2, 3.0), "variance from 0 to 2, not 3"),
        (Shape(5, 0.3, stay=0.5), "variance from 0.5 to"),
        (Shape(0, 1.0), "largest change"),
        (Shape(2, 1.0, excluded=3), "smallest count"),
        (Shape(2, 1.0, stay=1.0), "between 0 and 1"),
        (Shape(2, 0.0), "variance must lie above 0"),
        (Shape(2, 5.0), "square of the largest change"),
    ],
)
def test_what_cannot_be_is_named_with_its_reason(shape: Shape, said: str) -> None:
    with pytest.raises(CallError) as problem:
        perturbation_table(shape)
    assert said in problem.value.say()


def test_the_least_variance_itself_is_reached() -> None:
    p = perturbation_table(Shape(5, 2.0, excluded=2)).row(1)[1]
    assert p == pytest.approx([2 / 3, 1 / 3, 0, 0, 0], abs=1e-6)


def test_tables_are_solved_once_and_cannot_be_written() -> None:
    table = perturbation_table(Shape(4, 2.0))
    assert perturbation_table(Shape(4, 2.0)) is table
    with pytest.raises(ValueError, match="read-only"):
        table.rows[1][1][0] = 1
