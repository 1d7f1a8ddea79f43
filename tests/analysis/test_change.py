"""Change with interval, comparison of editions, similar areas."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sozialraum.analysis import comparison, similar, trend
from sozialraum.errors import CallError, InputError, MismatchError, NoAnswerError
from sozialraum.figures import Break, together
from tests.analysis.cities import CITY, A, B, definition, dimension, figures


def test_a_change_within_the_limits_is_unclear() -> None:
    found = trend(figures({"2016": {"a": [10.0, 10.0, 10.0]}, "2018": {"a": [10.5, 14.0, 6.0]}}, limits=1.0))
    assert found.indicators == ("a.change",)
    assert found.description("a.change").unit == "percentage_points"
    rows = found.table.to_pylist()
    assert [one["value"] for one in rows] == [0.5, 4.0, -4.0]
    assert [one["direction"] for one in rows] == ["unclear", "up", "down"]
    assert rows[1]["lower"] == pytest.approx(4 - 2**0.5)
    assert (rows[0]["period_before"], rows[0]["period"], rows[0]["value_before"]) == ("2016", "2018", 10.0)


def test_without_limits_there_is_no_direction_and_missing_stays_missing() -> None:
    found = trend(figures({"2016": {"a": [10.0, None]}, "2018": {"a": [11.0, 5.0]}})).table.to_pylist()
    assert [(one["value"], one["direction"], one["flag"]) for one in found] == [
        (1.0, None, "ok"),
        (None, None, "missing"),
    ]


def test_no_change_across_a_break_or_other_boundaries() -> None:
    given = figures({"2016": {"a": [1.0]}, "2018": {"a": [2.0]}}, limits=0.1)
    broken = replace(given, descriptions=(replace(given.descriptions[0], breaks=(Break("2017", "neu"),)),))
    other = together([figures({"2016": {"a": [1.0]}}, vintage="old"), figures({"2018": {"a": [2.0]}}, vintage="new")])
    for one in (broken, other):
        row = trend(one).table.to_pylist()[0]
        assert (row["value"], row["flag"]) == (None, "not_applicable")


def test_a_change_needs_two_periods() -> None:
    with pytest.raises(CallError, match="two periods; there are: 2018"):
        trend(figures({"2018": {"a": [1.0]}}))


def test_an_area_twice_and_dates_without_a_common_area_are_refused() -> None:
    given = figures({"2016": {"a": [1.0, 2.0]}, "2018": {"a": [2.0, 4.0]}})
    for call in (trend, lambda one: similar(one.at("2016"))):
        with pytest.raises(InputError, match="the area '01' stands 2 times for 'a' in 2016"):
            call(together([given, given]))
    other = figures({"2018": {"a": [1.0]}})
    moved = replace(other, table=other.table.set_column(0, "area", [["77"]]))
    with pytest.raises(MismatchError, match="No area stands in both 2016 and 2018"):
        trend(together([given.at("2016"), moved]))


STATUS = definition(dimension=[dimension("status", ("a", "b"))], attention=[])


def test_a_city_that_rises_as_a_whole_moves_on_the_fixed_base_only() -> None:
    later = {"a": [one + 40 for one in A], "b": [one + 10 for one in B]}
    found = comparison(figures({"2016": {"a": A, "b": B}, "2018": later}), STATUS, 2016, 2018)
    rows = found.table.to_pylist()
    assert found.indicators == ("city.status.moved",)
    assert [one["class"] for one in rows] == [one["class_before"] for one in rows]
    assert [one["class_fixed"] for one in rows] == ["low"] * 5
    assert [one["moved"] for one in rows] == [2, 1, 1, 1, 0]


def test_without_any_change_nobody_moves() -> None:
    rows = comparison(figures({"2016": CITY["2016"], "2018": CITY["2016"]}), STATUS, 2016, 2018).table.to_pylist()
    assert [(one["moved"], one["value"]) for one in rows] == [(0, 0.0)] * 5


def test_other_boundaries_need_the_unchanged_areas() -> None:
    both = together([figures({"2016": CITY["2016"]}, vintage="old"), figures({"2018": CITY["2018"]}, vintage="new")])
    with pytest.raises(MismatchError, match="different boundaries"):
        comparison(both, STATUS, 2016, 2018)
    found = comparison(both, STATUS, 2016, 2018, unchanged={"02", "04"})
    assert found.table["area"].to_pylist() == ["02", "04"]


def test_ranks_have_no_base_to_keep() -> None:
    ranked = definition(
        dimension=[dimension("status", ("a",), standardise="rank_exponential", restandardise=False)], attention=[]
    )
    with pytest.raises(NoAnswerError, match="needs z values"):
        comparison(figures(CITY), ranked, 2016, 2018)


def test_similar_areas_are_near_in_standardised_figures() -> None:
    given = figures({"2018": {"a": [1.0, 2.0, 9.0, 9.5, None], "b": [100.0, 110.0, 900.0, 905.0, 3.0]}})
    found = similar(given, count=2).table.to_pylist()
    assert [(one["area"], one["similar"]) for one in found if one["rank"] == 1] == [
        ("01", "02"), ("02", "01"), ("03", "04"), ("04", "03"),
    ]  # fmt: skip
    assert len(found) == 8
    assert all(one["value"] > 0 for one in found)
    alone = similar(given, ["03"], count=1).table.to_pylist()
    assert [(one["area"], one["similar"]) for one in alone] == [("03", "04")]


def test_similar_areas_refuse_what_they_cannot_compare() -> None:
    with pytest.raises(CallError, match="one level and one period"):
        similar(figures(CITY))
    with pytest.raises(CallError, match="areas: 09"):
        similar(figures({"2018": CITY["2018"]}), ["09"])
    with pytest.raises(NoAnswerError, match="Fewer than two"):
        similar(figures({"2018": {"a": [1.0, None]}}))
