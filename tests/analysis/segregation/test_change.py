"""What made M change: the three decompositions of the worked example, and areas that come and go."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.analysis.segregation import (
    karmel_maclachlan,
    measures,
    mora_ruiz_castillo,
    proportional_fit,
    segregation_change,
    shapley,
)
from sozialraum.errors import CallError, MismatchError
from tests.analysis.segregation.town import FIRST, SECOND, town

close = pytest.approx


def test_elbers() -> None:
    found = shapley(FIRST, SECOND)
    assert found["group_marginal"] == close(0.013915569148889, abs=1e-9)
    assert found["area_marginal"] == close(-0.000202205216795, abs=1e-9)
    assert found["structural"] == close(0.011356039282789, abs=1e-9)
    assert sum(found.values()) == close(0.025069403214883, abs=1e-12)


def test_the_other_two_disagree_even_in_sign() -> None:
    one, other = karmel_maclachlan(FIRST, SECOND), mora_ruiz_castillo(FIRST, SECOND)
    assert [one["group_marginal"], one["area_marginal"]] == close([0.0104707295836, 0.00000926672401144], rel=1e-9)
    assert [one["interaction"], one["structural"]] == close([0.00202365195066, 0.0125657549566], abs=1e-9)
    assert other == close(
        {"area_marginal": -0.00135822453992, "group_marginal": 0.06653473632698, "structural": -0.04010710857218},
        rel=1e-9,
    )
    for parts in (one, other):
        assert sum(parts.values()) == close(0.025069403214883, abs=1e-12)


def test_a_fitted_table_has_the_margins_and_the_odds_ratios() -> None:
    areas, groups = np.array([0.2, 0.3, 0.5]), np.array([0.6, 0.4])
    table = np.array([[1.0, 2], [3, 4], [5, 1]])
    found = proportional_fit(table, areas, groups)
    assert found.sum(axis=1) == close(areas, rel=1e-8)
    assert found.sum(axis=0) == close(groups, rel=1e-8)
    assert found[0, 0] * found[1, 1] / (found[0, 1] * found[1, 0]) == close(4 / 6)


def test_new_and_vanished_areas_and_groups_add_up() -> None:
    before, after = FIRST.copy(), SECOND.copy()
    before[5] = 0
    after[0] = 0
    after[:, 2] = 0
    figures = segregation_change(town({"2020": before, "2022": after}), 2020, 2022)
    values = {one["indicator"].partition(".")[2]: one["value"] for one in figures.table.to_pylist()}
    diff = float(measures.mutual_information(after) - measures.mutual_information(before))
    assert values.pop("diff") == close(diff)
    assert sum(values.values()) == close(diff, abs=1e-12)
    assert values["additions"] != 0
    assert values["removals"] != 0


def test_redraws_give_limits_of_every_component() -> None:
    given = town({"2020": FIRST, "2022": SECOND})
    found = {
        one["indicator"].partition(".")[2]: one
        for one in segregation_change(given, 2020, 2022, draws=50).table.to_pylist()
    }
    diff = found["diff"]
    assert diff["lower"] < 0 < diff["upper"]  # so few people leave it open whether anything changed
    assert diff["value"] == close(0.025069403214883)
    assert found["structural"]["lower"] < found["structural"]["value"] < found["structural"]["upper"]


def test_dates_without_common_ground_are_refused() -> None:
    left, right = FIRST.copy(), SECOND.copy()
    left[3:], right[:3] = 0, 0
    with pytest.raises(MismatchError, match="fewer than two"):
        segregation_change(town({"2020": left, "2022": right}), 2020, 2022)
    with pytest.raises(CallError, match="There is no method 'shap'; there are: elbers"):
        segregation_change(town({"2020": FIRST, "2022": SECOND}), 2020, 2022, method="shap")
    with pytest.raises(CallError, match="no figures for 2023"):
        segregation_change(town({"2020": FIRST, "2022": SECOND}), 2020, 2023)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 100_000), st.sampled_from(["elbers", "karmel_maclachlan", "mora_ruiz_castillo"]))
def test_the_components_of_any_two_dates_add_up_exactly(seed: int, method: str) -> None:
    chance = np.random.default_rng(seed)
    before, after = (chance.integers(1, 60, (6, 3)).astype(float) for _ in range(2))
    before[chance.integers(0, 6)], after[chance.integers(0, 6)] = 0, 0  # areas that come and go
    if seed % 2:
        after[:, chance.integers(0, 3)] = 0
    figures = segregation_change(town({"2020": before, "2022": after}), 2020, 2022, method=method)
    found = {one["indicator"].partition(".")[2]: one["value"] for one in figures.table.to_pylist()}
    diff = float(measures.mutual_information(after) - measures.mutual_information(before))
    assert found.pop("diff") == close(diff, abs=1e-12)
    assert sum(found.values()) == close(diff, abs=1e-9)
