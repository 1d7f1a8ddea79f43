"""What the person who decides sees of a draft: what is hidden, why, and what outsiders can still infer."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from sozialraum.protection.noise import Shape
from sozialraum.workspace.costs import Choice, Costs, counted, noise_price, rounding_price, visible_share
from tests.workspace.town import CHILDREN, make_town


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> Costs:
    draft = make_town(tmp_path_factory.mktemp("town") / "kleinstadt").prepare("bericht", by="Petra Plan")
    return Costs(draft.release, draft.secrets)


def test_the_choice_with_the_most_to_see_comes_first(costs: Costs) -> None:
    assert costs.choices == [
        Choice("share_under_18", "2024", "planning_area", "1"),
        Choice("population_total", "2024", "planning_area", "1"),
    ]


def test_a_figure_of_which_nothing_stays_visible_comes_last(costs: Costs) -> None:
    hidden = Costs(costs.release, costs.release.figures)
    hidden.rows = [replace(one, reason="derived" if one.row["indicator"] == "population_total" else one.reason)
                   for one in costs.rows]  # fmt: skip
    assert [one.indicator for one in hidden.choices] == ["share_under_18", "population_total"]


def test_every_value_is_counted_once_with_its_reason(costs: Costs) -> None:
    values = costs.of(costs.choices[0])
    assert counted(values) == {"shown": 8, "few": 2, "rest": 0, "source": 0, "others": 2, "derived": 0}
    assert {one.area for one in values if one.reason == "few"} == {"0101", "0203"}
    hidden = sum(one.row["numerator"] for one in values if one.reason != "shown")
    assert visible_share(values) == pytest.approx(100 * (1 - hidden / sum(CHILDREN)))


def test_the_worked_region_says_what_subtracting_gives(costs: Costs) -> None:
    regions = costs.regions(costs.choices[0])
    assert [one.area for one in regions] == ["01", "02"]
    north = regions[0]
    shown = sum(member.one.row["numerator"] for member in north.members if member.one.reason == "shown")
    assert north.total == sum(CHILDREN[:4])
    assert north.open_sum == north.total - shown
    for member in north.members:
        number = member.one.row["numerator"]
        expected = (number, number) if member.one.reason == "shown" else (0.0, north.open_sum)
        assert (member.low, member.high) == expected
    assert costs.regions(costs.choices[1]) == []


def test_rounding_to_five_moves_the_small_counts(costs: Costs) -> None:
    moved = [count for count in CHILDREN if abs(5 * round(count / 5) - count) >= 0.1 * count]
    assert rounding_price(costs.of(costs.choices[0]), 5) == {"step": 2, "moved": len(moved)}


def test_noise_of_one_moves_half_of_the_small_counts(costs: Costs) -> None:
    """One up, one down and none have 1/4, 1/4 and 1/2: the only chances on -1, 0, 1 with mean 0 and variance 1/2."""
    small = [count for count in CHILDREN if 0 < count <= 10]
    assert noise_price(costs.of(costs.choices[0]), Shape(1, 0.5)) == {"step": 1, "moved": pytest.approx(len(small) / 2)}


def test_a_large_count_with_a_small_rest_is_not_called_small(costs: Costs) -> None:
    """40 of 41 children: what is small is the one who is not among them."""
    rows = costs.release.figures.table.to_pylist()
    before = [
        {**row, "numerator": row["denominator"] - 1}
        if row["indicator"] == "share_under_18" and row["flag"] == "suppressed" and row["denominator"]
        else row
        for row in rows
    ]
    secrets = replace(costs.release.figures, table=pa.Table.from_pylist(before, costs.release.figures.table.schema))
    values = Costs(costs.release, secrets).of(costs.choices[0])
    assert counted(values) == {"shown": 8, "few": 0, "rest": 4, "source": 0, "others": 0, "derived": 0}
