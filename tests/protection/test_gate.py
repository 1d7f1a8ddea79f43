"""The gate: nothing small, no differences, nothing computed from a hidden count, on all levels and over releases."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Literal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.errors import UnsafeReleaseError
from sozialraum.figures import CORE, Description, Figures
from sozialraum.protection import Earlier, Evidence, Rule, Zoning, protect, verify

AGES = {"total": {}, "u18": {"age": {"below": 18}}, "u15": {"age": {"below": 15}}, "o65": {"age": {"from": 65}},
        "from15": {"age": {"from": 15}},
        "mid": {"age": {"from": 18, "below": 65}}}  # fmt: skip


def count(name: str) -> Description:
    """A total of residents by age."""
    conditions = {"numerator": {"facts": "population", "sum": "persons", "where": AGES[name]}}
    return Description(name, {"de": name}, kind="total", conditions=conditions, facts=("population",))


def share(name: str, part: dict, base: dict) -> Description:
    """A share of recipients."""
    conditions = {
        "numerator": {"facts": "sgb2_persons", "sum": "persons", "where": part},
        "denominator": {"facts": "population", "sum": "persons", "where": base},
    }
    return Description(name, {"de": name}, conditions=conditions, facts=("sgb2_persons", "population"))


def figures(rows: list[tuple], descriptions: list[Description], level: str = "planning_area") -> Figures:
    """Rows are (area, indicator, numerator, denominator)."""
    table = [
        {"area": area, "level": level, "vintage": "1", "period": "2024", "indicator": indicator, "numerator": float(n),
         "denominator": None if d is None else float(d), "value": float(n) if d is None else 100.0 * n / d,
         "lower": 0.0, "upper": 1.0, "flag": "ok"}
        for area, indicator, n, d in rows
    ]  # fmt: skip
    return Figures(pa.Table.from_pylist(table, schema=CORE), tuple(descriptions))


def flags(done: Figures) -> dict[tuple[str, str], str]:
    """Mark by area and indicator."""
    names = ("area", "indicator", "flag")
    return {(a, i): f for a, i, f in zip(*(done.table[name].to_pylist() for name in names), strict=True)}


def test_counts_below_the_minimum_are_hidden_and_zeros_shown() -> None:
    done = protect(
        figures([("a", "total", 0, None), ("b", "total", 2, None), ("c", "total", 3, None)], [count("total")]), Rule()
    )
    assert done.figures.table["value"].to_pylist() == [0.0, None, 3.0]
    assert done.figures.table["flag"].to_pylist() == ["ok", "suppressed", "ok"]
    assert done.figures.table["numerator"].to_pylist() == [0.0, None, 3.0]
    assert done.figures.table["lower"].to_pylist() == [0.0, None, 0.0]
    assert done.audit["hidden_counts_by_reason"] == {"minimum": 1}


def test_the_rest_of_the_base_needs_the_minimum_too() -> None:
    rows = [("a", "child_poverty", 18, 20), ("b", "child_poverty", 20, 20), ("c", "child_poverty", 10, 20)]
    described = [share("child_poverty", AGES["u15"], AGES["u15"])]
    assert flags(protect(figures(rows, described), Rule()).figures) == {
        ("a", "child_poverty"): "suppressed", ("b", "child_poverty"): "ok", ("c", "child_poverty"): "ok"}  # fmt: skip
    assert flags(protect(figures(rows, described), Rule(rest=False)).figures)["a", "child_poverty"] == "ok"


def test_a_difference_of_two_counts_is_hidden() -> None:
    rows = [("a", "u18", 40, None), ("a", "u15", 39, None), ("b", "u18", 40, None), ("b", "u15", 30, None)]
    done = protect(figures(rows, [count("u18"), count("u15")]), Rule())
    assert flags(done.figures) == {
        ("a", "u18"): "ok",
        ("a", "u15"): "suppressed",
        ("b", "u18"): "ok",
        ("b", "u15"): "ok",
    }


def test_a_hidden_count_is_not_the_rest_of_others() -> None:
    rows = [("a", "total", 100, None), ("a", "u18", 2, None), ("a", "mid", 60, None), ("a", "o65", 38, None)]
    marks = flags(protect(figures(rows, [count(name) for name in ("total", "u18", "mid", "o65")]), Rule()).figures)
    assert marks["a", "u18"] == "suppressed"
    assert [mark for (_, name), mark in marks.items() if name in ("mid", "o65")].count("suppressed") >= 1
    assert marks["a", "total"] == "ok"


def test_changes_and_scores_from_hidden_counts_are_hidden() -> None:
    change = Description("change", {"de": "change"}, kind="change", counts=False, parts=("u18",))
    index = Description("index", {"de": "index"}, kind="index", counts=False, parts=("u18",))
    other = Description("other", {"de": "other"}, kind="index", counts=False, parts=("total",))
    rows = [(area, name, n, None) for area, n in (("a", 2), ("b", 30)) for name in ("u18", "change", "index", "other")]
    rows += [(area, "total", 100, None) for area in ("a", "b")]
    done = protect(figures(rows, [count("u18"), count("total"), change, index, other]), Rule()).figures
    marks = flags(done)
    assert (marks["a", "change"], marks["b", "change"]) == ("suppressed", "ok")
    assert (marks["a", "index"], marks["b", "index"]) == ("suppressed", "suppressed")
    assert (marks["a", "other"], marks["b", "other"]) == ("ok", "ok")


def test_a_change_without_its_parts_is_refused() -> None:
    change = Description("change", {"de": "change"}, kind="change", counts=False, parts=("u18",))
    with pytest.raises(UnsafeReleaseError, match="u18"):
        protect(figures([("a", "change", 1, None)], [change]), Rule())


def nested(zonings: Sequence[Zoning]) -> list[dict[Zoning, str]]:
    """Areas a to d in districts x and y, all in the city z."""
    above = {area: {"planning_area": area, "district": "xxyy"["abcd".index(area)], "city": "z"} for area in "abcd"}
    return [{zoning: above[area][zoning[0]] for zoning in zonings} for area in "abcd"]


def levels(described: list[Description], **counts: tuple[int, int, int, int]) -> Figures:
    """Counts of four areas with their sums over two districts and the city."""
    tables = []
    for level, keys, sums in (("planning_area", "abcd", ((0,), (1,), (2,), (3,))), ("district", "xy", ((0, 1), (2, 3))),
                              ("city", "z", ((0, 1, 2, 3),))):  # fmt: skip
        rows = [
            (key, name, sum(values[at] for at in inside), None)
            for key, inside in zip(keys, sums, strict=True)
            for name, values in counts.items()
        ]
        tables.append(figures(rows, described, level).table)
    return Figures(pa.concat_tables(tables), tuple(described))


def test_a_hidden_count_takes_a_partner_with_it_and_the_sums_stay() -> None:
    done = protect(levels([count("u18")], u18=(2, 30, 40, 50)), Rule(), pieces=nested)
    hidden = {area for (area, _), mark in flags(done.figures).items() if mark == "suppressed"}
    assert hidden == {"a", "b"}
    assert done.audit["hidden_counts_by_reason"] == {"minimum": 1, "secondary": 1}


def test_a_level_without_any_number_stops_nothing() -> None:
    """The check asks only for ground of which something is known; the search spoke of the district as well."""
    asked = levels([count("u18")], u18=(2, 30, 40, 50))
    empty = [row | ({"numerator": None, "value": None, "flag": "missing"} if row["level"] == "district" else {})
             for row in asked.table.to_pylist()]  # fmt: skip
    done = protect(Figures(pa.Table.from_pylist(empty, schema=CORE), asked.descriptions), Rule(), pieces=nested)
    assert verify(Evidence(done.figures, done.secrets, (), nested, 3, True, done.certificate)).faults == ()


def test_the_cheapest_partner_is_hidden() -> None:
    done = protect(levels([count("u18")], u18=(2, 300, 4, 500)), Rule(), pieces=nested)
    hidden = {area for (area, _), mark in flags(done.figures).items() if mark == "suppressed"}
    assert hidden == {"a", "b"}  # the district's other area; hiding c would need both districts and d


def test_several_levels_without_their_pieces_are_refused() -> None:
    with pytest.raises(UnsafeReleaseError, match="lie in one another"):
        protect(levels([count("u18")], u18=(2, 30, 40, 50)), Rule())


def test_a_small_total_of_the_city_is_refused_or_hidden_on_request() -> None:
    everything = levels([count("u18")], u18=(1, 0, 0, 1))
    with pytest.raises(UnsafeReleaseError, match="u18"):
        protect(everything, Rule(), pieces=nested)
    done = protect(everything, Rule(top="may-hide"), pieces=nested).figures
    assert {area for (area, _), mark in flags(done).items() if mark == "suppressed"} == set("adxyz")


def test_an_earlier_release_is_remembered() -> None:
    described = [count("u18")]
    now = figures([("a", "u18", 2, None), ("b", "u18", 30, None)], described)
    before = figures([("x", "u18", 32, None), ("y", "u18", 40, None)], described, "district")
    done = protect(now, Rule(), [Earlier(before)], nested).figures
    assert flags(done) == {("a", "u18"): "suppressed", ("b", "u18"): "suppressed"}
    assert flags(protect(now, Rule(), [], nested).figures) == {("a", "u18"): "suppressed", ("b", "u18"): "ok"}
    again = protect(now, Rule(), [Earlier(before), Earlier(done)], nested).figures
    assert flags(again) == flags(done)


def test_protected_at_the_source_passes_through() -> None:
    given_rates = Description("s1", {"de": "s1"}, kind="delivered", protected_at_source=True)
    done = protect(figures([("a", "s1", 1, 5)], [given_rates]), Rule())
    assert flags(done.figures) == {("a", "s1"): "ok"}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), min_size=4, max_size=4), min_size=1, max_size=4))
def test_no_published_combination_gives_a_small_group_away(cells: list[list[int]]) -> None:
    """Every combination of published counts with coefficients -2..2 that is a real group counts nobody or enough."""
    ages = {"u15": [1, 0, 0, 0], "u18": [1, 1, 0, 0], "mid": [0, 0, 1, 0], "o65": [0, 0, 0, 1], "total": [1, 1, 1, 1]}
    rows = [
        (f"area{number}", name, int(np.dot(cell, mask)), None)
        for number, cell in enumerate(cells)
        for name, mask in ages.items()
    ]
    done = protect(figures(rows, [count(name) for name in ages]), Rule()).figures
    marks = flags(done)
    for number, cell in enumerate(cells):
        shown = [name for name in ages if marks[f"area{number}", name] == "ok"]
        for weights in product((-2, -1, 0, 1, 2), repeat=len(shown)):
            group = sum((w * np.array(ages[name]) for w, name in zip(weights, shown, strict=True)), np.zeros(4))
            if group.any() and set(group.tolist()) <= {0, 1}:
                people = float(np.dot(group, cell))
                assert people == 0 or people >= 3, (cell, shown, weights)


def test_a_sum_released_later_does_not_give_a_hidden_part_away() -> None:
    described = [count("u18")]
    parts = protect(figures([("a", "u18", 2, None), ("b", "u18", 30, None)], described), Rule()).figures
    assert flags(parts) == {("a", "u18"): "suppressed", ("b", "u18"): "ok"}
    sums = figures([("x", "u18", 32, None), ("y", "u18", 90, None)], described, "district")
    assert flags(protect(sums, Rule(), [Earlier(parts)], nested).figures) == {
        ("x", "u18"): "suppressed",
        ("y", "u18"): "ok",
    }
    others = figures([("c", "u18", 40, None), ("d", "u18", 50, None)], described)
    city = figures([("z", "u18", 122, None)], described, "city")
    both = Figures(pa.concat_tables([others.table, city.table]), tuple(described))
    marks = flags(protect(both, Rule(), [Earlier(parts)], nested).figures)
    assert marks == {("c", "u18"): "suppressed", ("d", "u18"): "ok", ("z", "u18"): "ok"}


def test_a_count_once_hidden_stays_hidden() -> None:
    everything = levels([count("u18")], u18=(2, 30, 40, 50))
    before = protect(everything, Rule(), pieces=nested).figures
    alone = figures([("b", "u18", 30, None)], [count("u18")])
    assert flags(protect(alone, Rule(), [Earlier(before)], nested).figures) == {("b", "u18"): "suppressed"}


def test_a_corrected_count_is_judged_with_what_was_right_before() -> None:
    """Area b keeps its number, so it is known; area a falls below the minimum, and its district would give it away."""
    before = protect(levels([count("u18")], u18=(5, 30, 40, 50)), Rule(), pieces=nested).figures
    now = levels([count("u18")], u18=(2, 30, 40, 50))
    with pytest.raises(UnsafeReleaseError, match="earlier release"):
        protect(now, Rule(), [Earlier(before)], nested)
    done = protect(now, Rule(top="may-hide"), [Earlier(before)], nested).figures
    assert {area for (area, _), mark in flags(done).items() if mark == "suppressed"} == {"a", "x", "z"}


def test_the_same_release_again_is_the_same() -> None:
    described = [share("rate", {}, {"age": {"below": 18}}), count("u18")]
    rows = [("a", "rate", 1, 40), ("b", "rate", 9, 60), ("a", "u18", 40, None), ("b", "u18", 60, None)]
    first = protect(figures(rows, described), Rule()).figures
    assert protect(figures(rows, described), Rule(), [Earlier(first)]).figures.table.equals(first.table)


def test_the_open_count_of_a_hidden_rate_stays() -> None:
    done = protect(figures([("a", "rate", 1, 40)], [share("rate", {}, {"age": {"below": 18}})]), Rule()).figures
    row = done.table.to_pylist()[0]
    assert (row["numerator"], row["denominator"], row["value"], row["flag"]) == (None, 40.0, None, "suppressed")


def test_counts_of_two_releases_give_no_small_group_away() -> None:
    """Under 15 went out last year; under 18 now would say how many are 15 to 17."""
    before = protect(figures([("a", "u15", 39, None), ("b", "u15", 20, None)], [count("u15")]), Rule()).figures
    now = figures([("a", "u18", 40, None), ("b", "u18", 40, None)], [count("u18")])
    assert flags(protect(now, Rule()).figures) == {("a", "u18"): "ok", ("b", "u18"): "ok"}
    assert flags(protect(now, Rule(), [Earlier(before)]).figures) == {("a", "u18"): "suppressed", ("b", "u18"): "ok"}


def test_means_over_all_areas_stay_inside_when_an_area_is_hidden() -> None:
    index = Description("soziale-lage.status", {"de": "index"}, kind="index", counts=False, parts=("u18",))
    note = {"definition": "soziale-lage", "edition": "2024", "base": {"status": {"u18": [16.0, 14.0]}}}
    for smallest, kept in ((2, {"definition", "edition"}), (3, {"definition", "edition", "base"})):
        rows = [
            (area, name, n, None) for area, n in (("a", smallest), ("b", 30)) for name in ("u18", "soziale-lage.status")
        ]
        part = figures(rows, [count("u18"), index])
        done = protect(Figures(part.table, part.descriptions, (), {"soziale-lage": note}), Rule()).figures
        assert set(done.notes["soziale-lage"]) == kept


def test_a_result_that_hides_its_counts_is_refused() -> None:
    """An analysis that does not say what it was computed from could carry any small count out."""
    unknown = Description("local_moran", {"de": "x"}, unit="score", kind="combined", counts=False)
    with pytest.raises(UnsafeReleaseError, match="local_moran"):
        protect(figures([("a", "local_moran", 1, None)], [unknown]), Rule())


def test_what_was_hidden_before_is_protected_even_where_it_is_no_longer_shown() -> None:
    """Under 15 was hidden last year; total less 15 and older would give it away now."""
    before = protect(levels([count("u15")], u15=(2, 30, 40, 50)), Rule(), pieces=nested)
    now = levels([count("total"), count("from15")], total=(52, 80, 90, 99), from15=(50, 50, 50, 49))
    done = protect(now, Rule(), [Earlier(before.figures, before.secrets)], nested).figures
    marks = flags(done)
    assert "suppressed" in (marks["a", "total"], marks["a", "from15"])


def test_a_count_is_protected_also_where_a_sum_over_years_comes_first() -> None:
    three = Description("three", {"de": "three"}, kind="total", facts=("population",),
                        conditions={"numerator": {"facts": "population", "sum": "persons", "where": {}, "pool": 3}})  # fmt: skip
    rows = [("a", "three", 90, None), ("a", "total", 2, None)]
    assert flags(protect(figures(rows, [three, count("total")]), Rule()).figures)["a", "total"] == "suppressed"


@pytest.mark.parametrize("compares", [False, True])
def test_results_about_the_whole_and_further_numbers_of_a_result_pass_the_gate(compares: bool) -> None:
    """A coefficient of all areas stands at a level without areas; what stands beside a hidden local value goes with it.

    Where results compare areas, each tells of all: one number hidden, all of them are.
    """
    local = Description("u18.local", {"de": "local"}, kind="combined", counts=False, parts=("u18",), compares=compares)
    whole = Description("u18.whole", {"de": "whole"}, kind="combined", counts=False, parts=("u18",), compares=compares)
    made = figures([("a", "u18", 2, None), ("b", "u18", 30, None)], [count("u18")])
    rows = [
        {"area": area, "level": level, "vintage": "1", "period": "2024", "indicator": name, "value": 0.5, "flag": "ok"}
        | {"p_value": 0.25, "pattern": "high-high"}
        for area, level, name in (
            ("a", "planning_area", "u18.local"),
            ("b", "planning_area", "u18.local"),
            ("total", "total", "u18.whole"),
        )
    ]
    schema = pa.schema([*CORE, ("p_value", pa.float64()), ("pattern", pa.string())])
    table = pa.Table.from_pylist([*made.table.to_pylist(), *rows], schema)
    pieces = [{("planning_area", "1"): area} for area in "ab"]
    given = Figures(table, (count("u18"), local, whole), notes={"u18.local": {"mean": 1.0}})
    before = protect(given, Rule(), pieces=lambda _: pieces)
    again = protect(given, Rule(), [Earlier(before.figures, before.secrets)], pieces=lambda _: pieces)
    for done in (before, again):
        shown = [
            (one["value"], one["p_value"], one["pattern"], one["flag"]) for one in done.figures.table.to_pylist()[2:]
        ]
        gone = None, None, None, "suppressed"
        assert shown == [gone, *[gone if compares else (0.5, 0.25, "high-high", "ok")] * 2]
        assert bool(done.figures.notes) != compares
    lied = Figures(table.slice(4), ()).table
    put_back = Figures(pa.concat_tables([before.figures.table.slice(0, 4), lied]), before.figures.descriptions)
    verdict = verify(Evidence(put_back, before.secrets, (), lambda _: pieces, 3, True, before.certificate))
    assert ([one.code for one in verdict.faults if one.code == "other_number"] != []) == compares


@pytest.mark.parametrize(("classes", "nobody"), [("show", False), ("hide", True), ("proved", True)])
def test_a_class_that_nobody_explains_tells_of_a_hidden_count_unless_it_is_hidden(
    classes: Literal["show", "hide", "proved"], nobody: bool
) -> None:
    """2 children of 6 make the one area of the highest class; with nobody there it would be like all others."""
    bases, hidden = [6, *[40] * 7], "a0"

    def classed(count: int) -> list[str]:
        rates = np.array([count, *[0] * 7]) / bases
        return ["high" if score > 1 else "middle" for score in (rates - rates.mean()) / (rates.std() or 1)]

    index = Description("lage", {"de": "lage"}, kind="index", counts=False, parts=("u15",))
    made = figures([(f"a{at}", "u15", [2, *[0] * 7][at], base) for at, base in enumerate(bases)],
                   [share("u15", AGES["u15"], AGES["total"])])  # fmt: skip
    rows = [
        {
            "area": f"a{at}",
            "level": "planning_area",
            "vintage": "1",
            "period": "2024",
            "indicator": "lage",
            "flag": "ok",
        }
        | {"value": 0.5, "class": one}
        for at, one in enumerate(classed(2))
    ]
    table = pa.Table.from_pylist([*made.table.to_pylist(), *rows], pa.schema([*CORE, ("class", pa.string())]))
    done = protect(Figures(table, (*made.descriptions, index)), Rule(classes=classes)).figures.table.to_pylist()
    shown = {one["area"]: one["class"] for one in done if one["indicator"] == "lage"}
    assert {one["flag"] for one in done if one["area"] == hidden} == {"suppressed"}
    told = [shown[f"a{at}"] for at in range(8)]
    possible = {
        count
        for count in range(7)
        if all(one in (None, other) for one, other in zip(told, classed(count), strict=True))
    }
    assert (0 in possible, 3 in possible) == (nobody, True)
