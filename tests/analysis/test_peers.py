"""An area beside its peers: pooled counts with limits, medians without, unknown values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sozialraum.analysis import peers, similar
from sozialraum.errors import CallError
from sozialraum.figures import Figures
from sozialraum.indicators.intervals import difference, wilson
from tests.analysis.cities import CITY, figures

VALUES = {"a": [10.0, 12.0, 30.0, 33.0, None], "b": [5.0, 5.5, 40.0, 41.0, 4.0]}


def counted(given: Figures) -> Figures:
    """The figures with numerators, and Wilson limits of 1,000 people."""
    rows = given.table.to_pylist()
    for row in rows:
        if row["value"] is not None:
            row["numerator"] = row["value"] * 10
            low, high = wilson(row["numerator"], 1000)
            row |= {"lower": 100 * float(low), "upper": 100 * float(high)}
    return replace(given, table=type(given.table).from_pylist(rows, given.table.schema))


def test_peers_are_pooled_and_the_difference_has_limits() -> None:
    given = counted(figures({"2018": VALUES}))
    found = peers(given, similar(given, count=1)).table.to_pylist()
    first = next(one for one in found if one["area"] == "01" and one["indicator"] == "a.peers")
    assert (first["value"], first["peer_value"], first["peer_kind"], first["peers_higher"]) == (-2.0, 12.0, "pooled", 1)
    limits = [100 * np.array(one) for one in (wilson([100], [1000]), wilson([120], [1000]))]
    low, high = difference(np.array([10.0]), tuple(limits[0]), np.array([12.0]), tuple(limits[1]))  # type: ignore[arg-type]
    assert (first["lower"], first["upper"]) == pytest.approx((float(low[0]), float(high[0])))
    assert first["direction"] == "unclear"
    assert {one["area"] for one in found} == {"01", "02", "03", "04"}


def test_a_clear_difference_and_a_figure_that_did_not_choose() -> None:
    given = counted(figures({"2018": VALUES | {"c": [50.0, 10.0, 30.0, 31.0, 2.0]}}))
    found = peers(given.select("c"), similar(given.select("a", "b"), count=1)).table.to_pylist()
    assert [one["direction"] for one in found] == ["higher", "lower", "unclear", "unclear"]


def test_without_counts_the_median_stands_without_a_direction() -> None:
    given = figures({"2018": VALUES}, limits=0.5)
    found = peers(given, similar(given, ["01"], count=3)).table.to_pylist()[0]
    assert (found["peer_kind"], found["peer_value"], found["peers"]) == ("median", 30.0, 3)
    assert (found["lower"], found["direction"], found["value"]) == (None, None, -20.0)


def test_an_unknown_value_stays_unknown() -> None:
    given = figures({"2018": VALUES | {"c": [None, 1.0, 2.0, None, 3.0]}})
    alike = similar(given.select("a", "b"), count=1)
    found = {one["area"]: one for one in peers(given.select("c"), alike).table.to_pylist()}
    assert (found["01"]["value"], found["01"]["flag"], found["01"]["peers_higher"]) == (None, "missing", None)
    assert (found["03"]["value"], found["03"]["flag"], found["03"]["peers"]) == (None, "missing", 0)
    assert peers(given.select("c"), alike).description("c.peers").unit == "percentage_points"


def test_peers_need_one_period_and_the_same_level() -> None:
    given = figures(CITY)
    with pytest.raises(CallError, match="one period"):
        peers(given, similar(given.at("2018")))
