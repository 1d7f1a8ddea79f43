"""Intervals computed by the engine are those of the plain forms, to 1e-9."""

from __future__ import annotations

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sozialraum.indicators import engine_intervals, intervals
from sozialraum.store import Store

Pairs = list[tuple[float | None, float | None]]


def asked(pairs: Pairs, level: float = 0.95) -> dict[str, np.ndarray]:
    """The limits of cases and people, computed in the engine; empty becomes NaN."""
    rows = ibis.memtable(
        pa.table(
            {name: pa.array(column, pa.float64()) for name, column in zip("rn", zip(*pairs, strict=True), strict=True)}
        )
    )
    found = {"wilson": engine_intervals.wilson(rows.r, rows.n, level), "byar": engine_intervals.byar(rows.r, level)}
    found["poisson"] = engine_intervals.poisson(rows.r, level)
    columns = {f"{name}{side}": limits[side] for name, limits in found.items() for side in (0, 1)}
    table = Store({}).run(rows.select(**columns))
    return {name: table[name].to_numpy(zero_copy_only=False).astype(np.float64) for name in table.column_names}


def plain(pairs: Pairs, level: float = 0.95) -> dict[str, np.ndarray]:
    r, n = (
        np.array([np.nan if one is None else one for one in column], np.float64) for column in zip(*pairs, strict=True)
    )
    with np.errstate(invalid="ignore"):
        found = {
            "wilson": intervals.wilson(r, n, level),
            "byar": intervals.byar(r, level),
            "poisson": intervals.poisson(r, level),
        }
    return {f"{name}{side}": np.asarray(limits[side]) for name, limits in found.items() for side in (0, 1)}


def test_published_limits_come_out_of_the_engine() -> None:
    found = asked([(3.0, 10.0), (65.0, 100.0), (5.0, 10.0)])
    assert found["wilson0"][:2] == pytest.approx([0.107791267406, 0.552544432969], abs=1e-11)
    assert found["wilson1"][:2] == pytest.approx([0.603221852539, 0.736357517569], abs=1e-11)
    assert (found["byar0"][1], found["byar1"][1]) == pytest.approx((50.16318771, 82.84913855), abs=1e-8)
    assert (found["poisson0"][2], found["poisson1"][2]) == pytest.approx((1.62348639012, 11.6683320793), rel=1e-11)


def test_unknown_counts_and_nobody_have_no_limits() -> None:
    pairs: Pairs = [(None, 10.0), (2.0, None), (0.0, 0.0), (3.0, -1.0), (0.0, 9.0), (9.0, 9.0)]
    found = asked(pairs)
    assert np.isnan(found["wilson0"]).tolist() == [True, True, True, True, False, False]
    assert (found["wilson0"][4], found["wilson1"][5]) == (0.0, 1.0)
    assert np.isnan(found["poisson1"]).tolist() == [True] + [False] * 5


def test_a_count_below_ten_that_is_not_whole_has_no_exact_limits() -> None:
    found = asked([(2.5, 10.0), (12.5, 20.0)])
    assert np.isnan(found["poisson0"]).tolist() == [True, False]


counts = some.one_of(some.none(), some.integers(0, 10**7), some.sampled_from([0, 1, 9, 10]))


@settings(max_examples=25, deadline=None)
@given(
    some.lists(some.tuples(counts, some.integers(0, 10**7)), min_size=1, max_size=60),
    some.sampled_from([0.9, 0.95, 0.998]),
)
def test_the_engine_agrees_with_the_plain_forms(given: list[tuple[int | None, int]], level: float) -> None:
    pairs: Pairs = [(None if r is None else float(min(r, n)), float(n)) for r, n in given]
    found, wanted = asked(pairs, level), plain(pairs, level)
    for name, values in wanted.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-9, atol=1e-12, err_msg=name)
