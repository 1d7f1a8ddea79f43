"""Shrinking and comparing on figures."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from sozialraum.analysis.uncertainty import (
    age_standardised,
    compared,
    empirical_bayes,
    gini_of_values,
    gradient,
    inequality,
    shrunken,
    slope_index,
)
from sozialraum.errors import CallError, MismatchError
from sozialraum.figures import CORE, Description, Figures, together

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


def test_each_area_is_compared_with_its_parent() -> None:
    """Parents p = (20, 40) of 200 people and q = 300 of 1,000: 30 percent each; the area alone in its parent is its own whole."""
    found = compared(rates(), within={"a0": "p", "a1": "p", "a2": "q", "a3": "q", "a4": "r"})
    rows = found.table.to_pylist()
    assert [one["whole"] for one in rows] == close([30, 30, 30, 30, None])
    assert rows[2]["value"] == 0
    assert [one["differs"] for one in rows] == ["lower", "higher", "unclear", None, None]
    assert found.description("poor.compared").title["de"] == "Arme, Abstand zum übergeordneten Gebiet"
    with pytest.raises(MismatchError, match="no coarser area"):
        compared(rates(), within={"a0": "p"})


def test_theil_is_split_between_and_within() -> None:
    rows = inequality(rates(), {"a0": "p", "a1": "q", "a2": "q"}).table.to_pylist()
    found = {one["indicator"]: one["value"] for one in rows}
    assert found["poor.theil"] == close(found["poor.theil_between"] + found["poor.theil_within"], rel=1e-12)
    assert found["poor.theil_between"] == close((20 * np.log(20 / 30) + 70 * np.log(35 / 30)) / 90)
    with pytest.raises(MismatchError, match="no coarser area"):
        inequality(rates(), {"a0": "p"})


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


def by_age(cases: list[float | None], people: list[float], area: str = "a") -> Figures:
    """Cases and people of an area by age group, per 100,000."""
    rows = [
        {"area": area, "level": "quarter", "vintage": "v", "period": "2020", "indicator": f"age{at}", "flag": "ok"}
        | {"numerator": case, "denominator": of, "value": None if case is None or not of else 1e5 * case / of}
        for at, (case, of) in enumerate(zip(cases, people, strict=True))
    ]
    described = tuple(Description(f"age{at}", {"de": "x"}, unit="per_100000") for at in range(len(cases)))
    return Figures(pa.Table.from_pylist(rows, CORE), described)


def test_age_standardised_rates_of_areas() -> None:
    """The published example, with an area of few cases, one with an unknown count and one without anybody of an age."""
    people = [1000.0, 2000, 1500, 1200, 300]
    parts: dict[str, list[float | None]] = {
        "a": [12.0, 30, 45, 60, 5],
        "b": [1.0, 2, 3, 2, 1],
        "c": [12.0, None, 45, 60, 5],
    }
    given = together([by_age(cases, people, area) for area, cases in parts.items()])
    given = together([given, by_age([*parts["a"][:4], 0.0], [*people[:4], 0.0], "d")])
    standard = {f"age{at}": of for at, of in enumerate([5500.0, 6000, 6500, 6000, 5000])}
    found = age_standardised(given, standard)
    rows = {one["area"]: one for one in found.table.to_pylist()}
    assert [rows["a"][name] for name in ("value", "lower", "upper")] == close(
        [2532.18390805, 2103.29381336, 3016.01068057], rel=1e-9
    )
    assert [(rows[area]["value"], rows[area]["flag"]) for area in "bcd"] == [
        (None, "not_applicable"),
        (None, "missing"),
        (None, "not_applicable"),
    ]
    assert found.description("standardised").parts == tuple(standard)
    for wrong in ({"age0": 1.0}, standard | {"age9": 1.0}, standard | {"age0": 0.0}):
        with pytest.raises(CallError, match="needs people for each of: age0, age1"):
            age_standardised(given, wrong)
