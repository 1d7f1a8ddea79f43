"""The two groups behind a share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sozialraum.analysis import groups_of_share
from sozialraum.analysis.segregation import segregation
from sozialraum.errors import CallError
from tests.analysis.cities import figures
from tests.analysis.test_peers import counted


def test_inside_and_outside_add_up_to_all() -> None:
    given = counted(figures({"2018": {"a": [10.0, 40.0, None]}}))
    found = groups_of_share(given)
    assert found.indicators == ("a.inside", "a.outside")
    assert [(one["area"], one["value"], one["flag"]) for one in found.table.to_pylist()] == [
        ("01", 100.0, "ok"), ("02", 400.0, "ok"), ("03", None, "missing"),
        ("01", 900.0, "ok"), ("02", 600.0, "ok"), ("03", None, "missing"),
    ]  # fmt: skip
    assert found.description("a.outside").title == {"de": "alle anderen", "en": "all others"}


def test_groups_of_a_share_can_be_measured() -> None:
    """D of 100 and 400 of 1,000 each: half of |1/5 - 9/15| + |4/5 - 6/15| = 0.4."""
    found = segregation(groups_of_share(counted(figures({"2018": {"a": [10.0, 40.0]}}))))
    rows = [one for one in found.table.to_pylist() if one["indicator"] == "segregation.dissimilarity"]
    assert [one["value"] for one in rows] == pytest.approx([0.4, 0.4])


def test_what_is_no_share_has_no_groups() -> None:
    given = figures({"2018": {"a": [1.0], "b": [2.0]}})
    with pytest.raises(CallError, match="come from one share"):
        groups_of_share(given)
    one = given.select("a")
    with pytest.raises(CallError, match="come from one share"):
        groups_of_share(replace(one, descriptions=(replace(one.descriptions[0], part_of_denominator=False),)))
