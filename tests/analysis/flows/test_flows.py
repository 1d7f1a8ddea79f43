"""Balances and shape of flows: the worked example, hidden pairs, centres."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from sozialraum.analysis.flows import (
    balances,
    exchange,
    flows,
    functional_areas,
    interchange,
    main_flows,
    net_rate,
    partner_entropy,
)
from sozialraum.analysis.flows.matrix import Flows
from sozialraum.errors import CallError, InputError
from sozialraum.figures import CORE, Description, Figures

close = pytest.approx
TOWN = [[50, 10, 5], [40, 20, 5], [30, 5, 10]]


def matrix(table: list[list[float | None]] | list[list[int]], most_hidden: float | None = None) -> Flows:
    places = [(home, work) for home in range(len(table)) for work in range(len(table))]
    counts = [table[home][work] for home, work in places]
    return flows([f"a{home}" for home, _ in places], [f"a{work}" for _, work in places], counts, most_hidden)


def test_the_worked_example() -> None:
    found = {name: one.value[0] for name, one in balances(matrix(TOWN)).items()}
    assert [found[name] for name in ("in", "out", "inside", "balance")] == [70, 15, 50, 55]
    assert found["in_rate"] == close(0.583333, abs=5e-7)
    assert found["out_rate"] == close(0.230769, abs=5e-7)
    assert found["centrality"] == close(1.846154, abs=5e-7)
    assert found["effectiveness"] == close(0.647059, abs=5e-7)
    assert found["self_containment"] == close(50 / 65)
    assert found["self_sufficiency"] == close(50 / 120)
    assert net_rate(matrix(TOWN), np.array([1000.0, 0, 500]))[[0, 2]] == close([0.055, -0.05])


def test_balances_add_up_to_nothing() -> None:
    assert balances(matrix(TOWN))["balance"].value.sum() == 0


def test_hidden_pairs_stay_apart_and_bounds_hold_the_truth() -> None:
    hidden: list[list[float | None]] = [[50, 10, None], [40, 20, None], [30, None, 10]]
    truth, found = balances(matrix(TOWN)), balances(matrix(hidden, 9))
    for name, one in found.items():
        assert (one.lower - 1e-12 <= truth[name].value).all(), name
        assert (truth[name].value <= one.upper + 1e-12).all(), name
    assert found["in"].hidden.tolist() == [0, 1, 2]
    assert found["in"].value.tolist() == [70, 10, 0]
    assert [found["in"].lower[2], found["in"].upper[2]] == [0, 18]
    assert found["in"].upper[0] == 70
    unsaid = balances(matrix(hidden))["in"]
    assert np.isnan(unsaid.upper).tolist() == [False, True, True]


def test_an_area_without_anybody_has_no_rate() -> None:
    found = balances(flows(["a", "a", "b"], ["a", "b", "b"], [0, 0, 5]))
    assert np.isnan(found["out_rate"].value).tolist() == [True, False]
    assert found["out_rate"].value[1] == 0


def test_main_flows_lead_to_areas_that_draw_more() -> None:
    assert main_flows(matrix(TOWN)).tolist() == [-1, 0, 0]
    tied = flows(["a", "a", "b", "c", "d"], ["b", "c", "c", "b", "b"], [5, 5, 1, 1, 3])
    assert tied.areas[main_flows(tied)[0]] == "b"
    assert main_flows(tied).tolist() == [1, -1, 1, 1]
    assert main_flows(flows(["a"], ["a"], [3])).tolist() == [-1]


def test_spread_of_partners() -> None:
    found = partner_entropy(matrix([[5, 3, 3], [8, 0, 0], [0, 0, 1]]))
    assert found[:2] == close([1, 0])
    assert np.isnan(found[2])


def test_functional_areas_follow_the_fifteen_percent_rule() -> None:
    table = [[100, 0, 0, 0], [15, 85, 0, 0], [14, 0, 86, 0], [0, 0, 20, 40]]
    assert functional_areas(matrix(table), 80).tolist() == [0, 0, 2, 2]
    assert functional_areas(matrix(table), 1000).tolist() == [-1, -1, -1, -1]


def test_exchange_with_a_centre() -> None:
    found = exchange(matrix(TOWN), 0)
    assert found["to_centre"][1:].tolist() == [40, 30]
    assert found["gain"][1:].tolist() == [30, 25]
    assert found["share_to_centre"][1:] == close([40 / 45, 30 / 35])
    assert all(np.isnan(one[0]) for one in found.values())
    hidden = exchange(matrix([[1, 2, 3], [None, 1, 1], [4, 4, 4]]), 0)
    assert np.isnan(hidden["to_centre"][1])


def commuters(counts: list[float | None]) -> Figures:
    pairs = [(home, work) for home in "ab" for work in "ab"]
    rows = [
        {"area": home, "other": work, "level": "town", "vintage": "v", "period": "2022", "indicator": "commuters"}
        | {"value": count, "flag": "ok"}
        for (home, work), count in zip(pairs, counts, strict=False)
    ]
    schema = pa.schema([*CORE, ("other", pa.string())])
    return Figures(pa.Table.from_pylist(rows, schema), (Description("commuters", {"de": "Pendelnde"}),))


def test_figures_in_and_out() -> None:
    found = interchange(commuters([10.0, 4.0, 12.0, None]), smallest=5, most_hidden=9)
    rows = {(one["indicator"], one["area"]): one for one in found.table.to_pylist()}
    assert rows["commuters.out_rate", "a"]["value"] == close(100 * 4 / 14)
    assert rows["commuters.out_rate", "a"]["flag"] == "ok"
    assert rows["commuters.out_rate", "b"]["flag"] == "estimated"
    assert rows["commuters.out_rate", "b"]["lower"] == close(100 * 12 / 21)
    assert rows["commuters.main_flow", "b"]["other"] == "a"
    assert rows["commuters.functional_area", "b"]["other"] == "a"
    assert {one.id for one in found.descriptions} == {one for one, _ in rows}
    with pytest.raises(InputError, match="negative"):
        interchange(commuters([10.0, -4.0]))
    with pytest.raises(CallError, match="column 'other'"):
        interchange(Figures(commuters([1.0]).table.drop_columns("other"), commuters([1.0]).descriptions))
