"""Shrinking and comparing on figures."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from sozialraum.analysis.uncertainty import (
    compared,
    empirical_bayes,
    gini_of_values,
    gradient,
    inequality,
    shrunken,
    slope_index,
)
from sozialraum.errors import CallError, MismatchError
from sozialraum.figures import CORE, Description, Figures

close = pytest.approx
COUNTED = [(20.0, 100.0), (40.0, 100.0), (300.0, 1000.0), (None, 100.0), (0.0, 0.0)]


def rates(unit: str = "percent", part: bool = True) -> Figures:
    rows = [
        {"area": f"a{at}", "level": "quarter", "vintage": "v", "period": "2020", "indicator": "poor", "flag": "ok"}
        | {"numerator": cases, "denominator": of, "value": 100 * cases / of if cases and of else None}
        for at, (cases, of) in enumerate(COUNTED)
    ]
    rows[3]["flag"] = "suppressed_at_source"
    described = Description("poor", {"de": "Arme", "en": "Poor"}, unit=unit, part_of_denominator=part)
    return Figures(pa.Table.from_pylist(rows, CORE), (described,))


def test_each_area_is_compared_with_all_of_them() -> None:
    rows = compared(rates()).table.to_pylist()
    assert [one["value"] for one in rows] == close([-10, 10, 0, None, None])
    assert [one["whole"] for one in rows][:3] == close([30, 30, 30])
    assert [one["differs"] for one in rows] == ["lower", "higher", "unclear", None, None]
    assert [one["flag"] for one in rows] == ["ok", "ok", "ok", "suppressed_at_source", "not_applicable"]
    assert rows[0]["p_value"] == close(0.0291, abs=1e-4)
    assert rows[0]["q_value"] == close(0.0291 * 3 / 2, abs=2e-4)
    assert rows[0]["lower"] == close(-rows[0]["upper"])


def test_rates_that_are_no_shares_use_counts() -> None:
    found = compared(rates("per_1000", part=False))
    assert found.indicators == ("poor.compared",)
    assert found.table["value"][0].as_py() == close(-100)


def test_shrunken_rates_lie_between_their_own_and_the_whole() -> None:
    found = shrunken(rates())
    own = empirical_bayes([np.nan if one is None else one for one, _ in COUNTED], [of for _, of in COUNTED])
    assert found.table["value"].to_pylist()[:3] == close((100 * own.value[:3]).tolist())
    assert 20 <= found.table["value"][0].as_py() <= 30
    assert 20 < shrunken(rates(), "logit").table["value"][0].as_py() < 30
    assert found.description("poor.shrunk").title["de"] == "Arme, ausgeglichen"
    with pytest.raises(CallError, match="no share"):
        shrunken(rates("per_1000", part=False), "logit")
    with pytest.raises(CallError, match="no cases and people"):
        shrunken(rates("years"))


def test_shrinking_towards_the_neighbourhood() -> None:
    pairs = [("a0", "a1"), ("a1", "a0"), ("a0", "elsewhere")]
    neighbours = pa.table({"area": [one for one, _ in pairs], "neighbour": [other for _, other in pairs]})
    rows = shrunken(rates(), neighbours=neighbours).table.to_pylist()
    assert 20 <= rows[0]["value"] <= rows[1]["value"] <= 40
    assert [one["flag"] for one in rows[2:]] == ["not_applicable", "suppressed_at_source", "not_applicable"]


def test_the_gradient_along_deprivation() -> None:
    deprived = rates().table.set_column(7, "value", pa.array([1.0, 3.0, 2.0, 1.0, None]))
    index = Figures(deprived, rates().descriptions)
    found = {one["indicator"]: one for one in gradient(rates(), index).table.to_pylist()}
    expected = slope_index([0.4, 0.3, 0.2], [100, 1000, 100])
    assert found["poor.slope"]["value"] == close(100 * expected.slope)
    assert found["poor.ratio"]["value"] == close(expected.ratio)
    assert found["poor.slope"]["lower"] < found["poor.slope"]["value"] < found["poor.slope"]["upper"]
    with pytest.raises(MismatchError, match="no deprivation"):
        gradient(rates(), Figures(deprived.slice(0, 2), rates().descriptions))
    with pytest.raises(CallError, match="no cases and people"):
        gradient(Figures(rates().table.slice(3), rates().descriptions), index)


def test_inequality_of_values() -> None:
    found = {one["indicator"]: one["value"] for one in inequality(rates()).table.to_pylist()}
    assert found["poor.gini"] == close(gini_of_values([20, 40, 30]))
    assert found["poor.theil"] > 0
