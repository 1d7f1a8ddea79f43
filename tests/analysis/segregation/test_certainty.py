"""Bias of small numbers, limits and tests: known values, fixed seeds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sozialraum.analysis.segregation import (
    bootstrap,
    certainty,
    chance_test,
    corrected,
    difference_test,
    judged,
    measures,
    unbiased_dissimilarity,
    without_segregation,
)
from sozialraum.errors import NoAnswerError
from tests.analysis.segregation.town import FIRST, SECOND

close = pytest.approx


def seeded(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_chance_alone_makes_segregation() -> None:
    m = without_segregation(FIRST, measures.mutual_information, 2000, seeded())
    h = without_segregation(FIRST, measures.theil, 2000, seeded())
    assert m.mean() == close(0.0047, abs=0.0002)
    assert m.std() == close(0.0021, abs=0.0002)
    assert h.mean() == close(0.0051, abs=0.0003)


@pytest.mark.parametrize("border", [0, 1e9])
def test_both_ways_of_drawing_keep_the_totals_and_give_the_same(border: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certainty, "_LARGE_CELL", border)

    def kept(tables: Any) -> Any:
        assert (tables.sum(axis=-1) == FIRST.sum(axis=1)).all()
        assert (tables.sum(axis=-2) == FIRST.sum(axis=0)).all()
        return tables[:, 0, 0] * 1.0

    drawn = without_segregation(FIRST, kept, 4000, seeded(2))
    areas, groups, total = FIRST.sum(axis=1), FIRST.sum(axis=0), FIRST.sum()
    expected = areas[0] * groups[0] / total  # hypergeometric
    variance = expected * (1 - groups[0] / total) * (total - areas[0]) / (total - 1)
    assert drawn.mean() == close(expected, abs=0.4)
    assert drawn.std() == close(variance**0.5, rel=0.05)


@pytest.mark.parametrize("measure", [*measures.WHOLE.values(), *measures.OF_GROUP.values()])
def test_whole_numbers_and_numbers_with_a_fraction_give_the_same(measure: measures.Measure) -> None:
    tables = seeded().integers(0, 60, (40, 6, 3))
    assert measure(tables) == close(measure(tables.astype(float)), rel=1e-12, nan_ok=True)


def test_areas_may_keep_their_size_on_average_only() -> None:
    loose = without_segregation(FIRST, measures.theil, 2000, seeded(), fixed="groups")
    assert loose.mean() == close(0.0051, abs=0.0004)
    assert chance_test(FIRST, measures.theil, 99, seeded(), fixed="groups").p == 0.01


def test_the_p_value_counts_the_seen_table_too() -> None:
    found = chance_test(FIRST, measures.theil, 99, seeded())
    assert (found.p, found.value) == (0.01, close(0.168044024320))
    drawn = np.array([0.1, 0.2, 0.3])
    assert judged(0.25, drawn, "greater").p == 0.5
    assert judged(0.3, drawn, "greater").p == 0.5
    assert judged(0.05, drawn, "less").p == 0.25


def test_no_segregation_is_not_found_where_there_is_none() -> None:
    table = np.outer([100, 200, 300.0], [0.5, 0.3, 0.2])
    assert chance_test(table, measures.theil, 199, seeded()).p > 0.9
    same = difference_test(FIRST, FIRST, measures.theil, 99, seeded())
    assert (same.value, same.p) == (0, 1)


def test_a_difference_of_two_dates() -> None:
    other = FIRST.sum(axis=1, keepdims=True) * FIRST.sum(axis=0) / FIRST.sum()
    many, even = np.repeat(FIRST, 10, axis=0), np.repeat(other, 10, axis=0)
    assert difference_test(even, many, measures.theil, 199, seeded()).p == 0.005
    assert difference_test(FIRST, SECOND, measures.theil, 199, seeded()).p > 0.05


def test_the_correction_takes_the_bias_of_redraws_off() -> None:
    estimate = measures.mutual_information(FIRST)
    drawn = bootstrap(FIRST, measures.mutual_information, 2000, seeded())
    found = corrected(estimate, drawn)
    assert found.bias == close(0.0047, abs=0.0015)
    assert found.value == close(2 * estimate - drawn.mean())
    assert found.lower < found.value < found.upper
    assert bootstrap(FIRST, measures.theil, 5, seeded(7)) == close(bootstrap(FIRST, measures.theil, 5, seeded(7)))


def test_dissimilarity_of_small_areas_is_corrected_downwards() -> None:
    small = seeded(3).multinomial(4, [0.8, 0.2], size=100).astype(float)  # chance only
    raw = measures.dissimilarity(small)[0]
    assert raw > 0.35
    assert unbiased_dissimilarity(small, 200, seeded())[0] < 0.8 * raw
    assert np.isnan(unbiased_dissimilarity(np.hstack([small, np.zeros((100, 1))]), 2, seeded())[2])


def test_weighted_counts_are_not_redrawn() -> None:
    with pytest.raises(NoAnswerError, match="Weighted counts"):
        bootstrap(FIRST * 0.3, measures.theil, 5, seeded())
    with pytest.raises(NoAnswerError, match="at least two areas"):
        without_segregation(FIRST[:1], measures.theil, 5, seeded())
