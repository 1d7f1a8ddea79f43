"""The index on figures: rows, exclusion, redraws, typology."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from sozialraum.analysis import composite, typology
from sozialraum.errors import CallError, InputError, NoAnswerError
from sozialraum.figures import CORE
from tests.analysis.cities import CITY, CLASSES, definition, dimension, figures, words


def column(found: object, indicator: str, name: str) -> list[object]:
    return found.select(indicator).table[name].to_pylist()  # type: ignore[attr-defined]


def test_rows_of_one_edition_with_changes_made_from_two_periods() -> None:
    found = composite(figures(CITY), definition())
    assert found.periods == ("2018",)
    assert found.indicators == (
        "city.status",
        "city.z_a",
        "city.z_b",
        "city.dynamic",
        "city.z_da",
        "city.z_db",
        "city.type",
    )
    assert len(found) == 7 * 5
    change = np.array([-1.0, 2.0, 0.0, -1.0, 8.0])
    np.testing.assert_allclose(column(found, "city.z_da", "value"), (change - change.mean()) / change.std(), atol=1e-12)
    assert column(found, "city.status", "rank") == [5, 4, 3, 2, 1]
    assert column(found, "city.status", "class") == ["high", "medium", "medium", "medium", "low"]
    assert column(found, "city.type", "class")[4] == "low/low"
    assert column(found, "city.type", "attention") == [False, False, False, False, True]
    note = found.notes["city quarter 2018"]
    assert (note["edition"], note["before"], note["borders"]["status"]) == ("2018", "2016", [-1.0, 1.0])
    scale = found.description("city.status").scale
    assert scale is not None
    assert scale.ids == ("high", "medium", "low")


def test_delivered_changes_are_taken_as_they_are() -> None:
    values = {"2018": {**CITY["2018"], "da": [1.0, 2.0, 3.0, 4.0, 9.0], "db": [0.0, 0.0, 1.0, 0.0, 0.0]}}
    found = composite(figures(values), definition())
    given = np.array(values["2018"]["da"])
    np.testing.assert_array_equal(
        np.round(column(found, "city.z_da", "value"), 12), np.round((given - given.mean()) / given.std(), 12)
    )


def test_excluded_areas_keep_their_reason_and_hold_no_values() -> None:
    rule = {"minimum_residents": 300, "dates": ["end", "start"], "named": [{"area": "03", "reason": words("odd")}]}
    values = {period: {name: [*numbers, 1.0, None] for name, numbers in one.items()} for period, one in CITY.items()}
    residents = figures(
        {
            "2018": {"residents": [400.0, 299.0, 900.0, 300.0, 800.0, 900.0, 900.0]},
            "2016": {"residents": [400.0, 400.0, 900.0, 300.0, 299.0, None, 900.0]},
        },
        unit="persons",
    )
    found = composite(figures(values), definition(exclusion=rule), residents)
    reasons = ["below_minimum", "named_exception", None, "below_minimum", None, "missing_value"]
    assert column(found, "city.status", "excluded") == [None, *reasons]
    assert column(found, "city.status", "flag") == [
        "ok", "not_applicable", "not_applicable", "ok", "not_applicable", "ok", "missing",
    ]  # fmt: skip
    for name in ("value", "rank", "class"):
        assert [one is None for one in column(found, "city.status", name)] == [
            False,
            True,
            True,
            False,
            True,
            False,
            True,
        ]
    assert found.notes["city quarter 2018"]["excluded"] == {
        "below_minimum": 2,
        "named_exception": 1,
        "missing_value": 1,
    }


def test_a_named_exception_may_hold_for_one_boundary_set_only() -> None:
    rule = {"named": [{"area": "01", "vintage": "old", "reason": words("odd")}]}
    kept = composite(figures(CITY, vintage="new"), definition(exclusion=rule))
    left_out = composite(figures(CITY, vintage="old"), definition(exclusion=rule))
    assert column(kept, "city.status", "excluded")[0] is None
    assert column(left_out, "city.status", "excluded")[0] == "named_exception"


def test_refusals_say_what_is_missing() -> None:
    with pytest.raises(CallError, match=r"needs figures that are not there: b\b"):
        composite(figures({"2018": {"a": [1.0, 2.0]}}), definition())
    with pytest.raises(NoAnswerError, match="No period has values for all indicators"):
        composite(figures({"2018": CITY["2018"]}), definition())
    with pytest.raises(CallError, match="needs the residents"):
        composite(figures(CITY), definition(exclusion={"minimum_residents": 10}))
    gaps = {"2018": {"a": [1.0, None, 3.0], "b": [1.0, 2.0, 4.0]}}
    only = [dimension("status", ("a", "b"))]
    with pytest.raises(InputError, match="area '02' lacks a value"):
        composite(figures(gaps), definition(dimension=only, attention=[], missing="refuse"))


def test_a_wrong_residents_column_leaves_nothing_and_says_so() -> None:
    few = figures({"2018": {"residents": [3.0] * 5}}, unit="persons")
    with pytest.raises(NoAnswerError, match=r"Only 0 of 5 areas can be used.*below_minimum 5"):
        composite(figures(CITY), definition(exclusion={"minimum_residents": 10}), few)


def test_several_periods_and_levels_are_indices_of_their_own() -> None:
    three = {**CITY, "2020": CITY["2016"]}
    assert composite(figures(three), definition()).periods == ("2018", "2020")
    status = definition(dimension=[dimension("status", ("a", "b"))], attention=[])
    assert composite(figures(three), status).periods == ("2016", "2018", "2020")


def test_redraws_give_the_same_result_for_the_same_seed_in_any_order_of_rows() -> None:
    given = figures(CITY, denominator=60.0)
    turned = type(given)(given.table.take(pa.array(range(len(given) - 1, -1, -1))), given.descriptions)
    first = composite(given, definition(), draws=200, seed=7)
    assert first.table.equals(composite(turned, definition(), draws=200, seed=7).table)
    assert not first.table.equals(composite(given, definition(), draws=200, seed=8).table)


def test_large_counts_are_sure_and_small_ones_are_not() -> None:
    large = composite(figures(CITY, denominator=1e7), definition(), draws=100)
    small = composite(figures(CITY, denominator=30.0), definition(), draws=400)
    assert column(large, "city.status", "class_probability") == [1.0] * 5
    assert column(large, "city.status", "likely_class") == [None] * 5
    assert column(large, "city.status", "rank_lower") == column(large, "city.status", "rank")
    assert 0 < min(column(small, "city.dynamic", "class_probability")) < 0.9  # type: ignore[type-var,operator]
    unsure = [one for one in small.table.to_pylist() if one["class_probability"] is not None and one["likely_class"]]
    assert unsure
    assert all(one["likely_class"] != one["class"] and one["class_probability"] < 0.95 for one in unsure)
    joint = column(small, "city.type", "class_probability")
    parts = zip(
        column(small, "city.status", "class_probability"),
        column(small, "city.dynamic", "class_probability"),
        strict=True,
    )
    assert all(both <= min(each) for both, each in zip(joint, parts, strict=True))  # type: ignore[operator,type-var]


def test_probability_agrees_with_a_plain_slow_version() -> None:
    """Binomial counts, z, class by class, one draw after the other."""
    status = definition(dimension=[dimension("status", ("a",))], attention=[])
    shares = np.array([0.02, 0.05, 0.06, 0.10, 0.13])
    given = figures({"2018": {"a": (100 * shares).tolist()}}, denominator=200.0)
    found = composite(given, status, draws=2000)
    chance = np.random.default_rng(5)
    own = np.digitize((shares - shares.mean()) / shares.std(), [-1, 1])
    same = np.zeros(5)
    for _ in range(2000):
        drawn = chance.binomial(200, shares) / 200
        same += np.digitize((drawn - drawn.mean()) / drawn.std(), [-1, 1]) == own
    np.testing.assert_allclose(column(found, "city.status", "class_probability"), same / 2000, atol=0.05)


def test_the_range_of_a_score_is_that_of_the_formula_for_a_fixed_base() -> None:
    """With fixed means and deviations the score is a weighted sum of shares, and its spread is known without any draws."""
    base = {"a": {"mean": 6.0, "sd": 4.0}, "b": {"mean": 40.0, "sd": 10.0}}
    fixed = dimension("status", ("a", "b"), restandardise=False, base=base)
    a, b, people = np.array([2.0, 5.0, 6.0, 13.0]), np.array([20.0, 30.0, 45.0, 60.0]), 400.0
    given = figures({"2018": {"a": a.tolist(), "b": b.tolist()}}, denominator=people)
    rows = composite(given, definition(dimension=[fixed], attention=[], reference="fixed"), draws=20_000)
    score = (a - 6) / 4 + (b - 40) / 10
    half = 1.96 * np.sqrt(a * (100 - a) / people / 16 + b * (100 - b) / people / 100)
    np.testing.assert_allclose(column(rows, "city.status", "lower"), score - half, atol=0.02)
    np.testing.assert_allclose(column(rows, "city.status", "upper"), score + half, atol=0.02)


def test_the_range_of_a_score_holds_the_true_score_about_as_often_as_it_says() -> None:
    """Cities of 60 areas with known shares; their counts are drawn, and ranges are asked for the true scores."""
    chance = np.random.default_rng(3)
    status = definition(dimension=[dimension("status", ("a", "b"))], attention=[])
    held = []
    for seed in range(25):
        a = chance.beta(4, 30, 60)
        shares = {"a": a, "b": np.clip(2 * a + chance.normal(0, 0.04, 60), 0.01, 0.9)}
        z = {name: (one - one.mean()) / one.std() for name, one in shares.items()}
        true = (z["a"] + z["b"]) / (z["a"] + z["b"]).std()
        seen = {name: (chance.binomial(1000, one) / 10).tolist() for name, one in shares.items()}
        found = composite(figures({"2018": seen}, denominator=1000.0), status, draws=200, seed=seed)
        low, high = (np.array(column(found, "city.status", name), float) for name in ("lower", "upper"))
        held.append(np.mean((low <= true) & (true <= high)))
    assert 0.93 < np.mean(held) < 0.97


def test_ranges_of_scores_stay_inside_what_the_definition_allows() -> None:
    given = figures({"2018": {"a": [2.0, 5.0, 6.0, 13.0], "b": [9.0, 4.0, 2.0, 1.0]}}, denominator=30.0)
    for how, top in (("min_max", 2.0), ("rank_exponential", 200.0)):
        one = definition(
            dimension=[dimension("status", ("a", "b"), standardise=how, restandardise=False)], attention=[]
        )
        rows = composite(given, one, draws=200)
        low, high = (np.array(column(rows, "city.status", name), float) for name in ("lower", "upper"))
        value = np.array(column(rows, "city.status", "value"), float)
        assert np.all((low >= 0) & (low <= value) & (value <= high) & (high <= top))
        assert (high == top).any() or (low == 0).any()


def test_without_redraws_a_score_has_no_range() -> None:
    assert column(composite(figures(CITY, denominator=60.0), definition()), "city.status", "lower") == [None] * 5


def test_denominators_are_estimated_from_residents_where_the_definition_says_how() -> None:
    columns = [{"id": "a", "title": words("a"), "denominator_share": 0.1}]
    status = definition(dimension=[dimension("status", ("a",), indicator=columns)], attention=[])
    given = figures({"2018": {"a": [2.0, 5.0, 6.0, 13.0]}}, denominator=None)
    residents = figures({"2018": {"residents": [2000.0] * 4}}, unit="persons")
    direct = figures({"2018": {"a": [2.0, 5.0, 6.0, 13.0]}}, denominator=200.0)
    with pytest.raises(NoAnswerError, match="neither denominators nor residents"):
        composite(given, status, draws=10)
    name = "class_probability"
    estimated = column(composite(given, status, residents, draws=50), "city.status", name)
    assert estimated == column(composite(direct, status, draws=50), "city.status", name)


def test_what_is_no_share_is_not_redrawn() -> None:
    status = definition(dimension=[dimension("status", ("a",))], attention=[])
    with pytest.raises(NoAnswerError, match="'a' is no share"):
        composite(figures({"2018": {"a": [1.0, 2.0, 3.0]}}, unit="years"), status, draws=10)
    per_1000 = figures({"2018": {"a": [100.0, 200.0, 900.0]}}, unit="per_1000")
    assert len(composite(per_1000, status, draws=10)) == 6


def test_typology_counts_every_combination() -> None:
    table = typology(composite(figures(CITY), definition()), definition()).to_pylist()
    assert len(table) == len(CLASSES) ** 2
    assert sum(one["areas"] for one in table) == 5
    assert [(one["status"], one["dynamic"]) for one in table if one["attention"]] == [("low", "low")]


def test_rows_start_with_the_columns_of_figures() -> None:
    found = composite(figures(CITY), definition(), draws=5)
    assert found.table.schema.names[: len(CORE)] == CORE.names
    assert [one.source for one in found.credits] == ["invented"]


def test_an_area_without_a_denominator_keeps_its_share_and_gets_no_probability() -> None:
    status = definition(dimension=[dimension("status", ("a",))], attention=[])
    given = figures({"2018": {"a": [2.0, 5.0, 6.0, 13.0]}}, denominator=200.0)
    gap = pa.array([None, 200.0, 200.0, 200.0], pa.float64())
    place = given.table.schema.get_field_index("denominator")
    found = composite(
        type(given)(given.table.set_column(place, "denominator", gap), given.descriptions), status, draws=50
    )
    for name in ("class_probability", "lower", "upper"):
        assert [one is None for one in column(found, "city.status", name)] == [True, False, False, False]


def test_redraws_in_which_all_areas_are_alike_do_not_stop_the_others() -> None:
    status = definition(dimension=[dimension("status", ("a",))], attention=[])
    given = figures({"2018": {"a": [10.0, 10.0, 20.0]}}, denominator=3.0)
    for one in (status, definition(dimension=[dimension("status", ("a",), standardise="min_max")], attention=[])):
        chance = column(composite(given, one, draws=300), "city.status", "class_probability")
        assert all(0 < each < 1 for each in chance)  # type: ignore[operator]
