"""Area types on figures: periods, numbers that last, missing values, notes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sozialraum.analysis.classification import area_types, type_portraits
from sozialraum.errors import CallError, InputError, MismatchError, NoAnswerError
from sozialraum.figures import Figures, together
from tests.analysis.cities import figures

LOW, HIGH = [3.0, 4.0, 5.0, 4.5, 3.5, 4.2], [20.0, 22.0, 21.0, 23.0, 19.0, 20.5]


def city(**more: str) -> Figures:
    """Six areas with little and six with much poverty; in 2018 the fourth has changed sides and one value is missing."""
    moved = [*LOW[:3], 21.5, *LOW[4:], *HIGH]
    given = figures(
        {
            "2016": {"poverty": [*LOW, *HIGH], "work": [*HIGH, *LOW]},
            "2018": {"poverty": moved, "work": [*HIGH[:3], 4.0, *HIGH[4:], *LOW[:5], None]},
        },
        **more,
    )
    sides = {"poverty": "higher_worse", "work": "lower_worse"}
    described = tuple(replace(one, polarity=sides[one.id]) for one in given.descriptions)
    return replace(given, descriptions=described)


def test_types_are_numbered_by_burden_and_keep_their_number() -> None:
    found = area_types(city(), 2, draws=5)
    classes = [one["class"] for one in found.table.to_pylist()]
    assert classes[:12] == ["1"] * 6 + ["2"] * 6
    assert classes[12:] == ["1", "1", "1", "2", "1", "1", "2", "2", "2", "2", "2", None]
    last = found.table.to_pylist()[-1]
    assert (last["flag"], last["value"], last["likely_class"]) == ("missing", None, None)
    first, second = found.notes["area_type"]["periods"]
    assert (first["period"], first["overlap"]) == ("2016", {})
    assert second["overlap"] == {"1": 5 / 6, "2": 5 / 6}
    assert set(first["jaccard"]) == {"1", "2"}
    assert found.description("area_type").scale.de == ("Typ 1", "Typ 2")  # type: ignore[union-attr]


def test_the_same_call_gives_the_same_types_and_a_stable_number_is_found() -> None:
    one, two = (area_types(city().at(2016), draws=5, seed=4) for _ in range(2))
    assert one.table == two.table
    assert one.notes == two.notes
    assert one.notes["area_type"]["supported"]
    assert len(set(one.table["class"].to_pylist())) == 2


@pytest.mark.parametrize("method", ["ward", "gaussian-mixture"])
def test_other_methods_find_the_same_two_types(method: str) -> None:
    found = area_types(city().at(2016), 2, method, draws=0).table  # type: ignore[arg-type]
    assert found["class"].to_pylist() == ["1"] * 6 + ["2"] * 6
    known = [one is not None for one in found["class_probability"].to_pylist()]
    assert known == [method == "gaussian-mixture"] * 12


def test_portraits_come_from_the_figures_behind_the_types() -> None:
    given = city().at(2016)
    low, high = type_portraits(given, area_types(given, 2, draws=0))
    assert (low.areas, high.areas) == (6, 6)
    assert {one.indicator: round(one.mean, 2) for one in high.marks} == {"poverty": 20.92, "work": 4.03}
    assert high.name({"poverty": "Armut", "work": "Arbeit"}, "de") == "hoch: Armut; niedrig: Arbeit"
    with pytest.raises(CallError, match="no types in 2030"):
        type_portraits(given, area_types(given, 2, draws=0), 2030)


def test_what_cannot_be_typed_is_refused() -> None:
    given = city()
    with pytest.raises(CallError, match="at least two indicators"):
        area_types(given.select("poverty"), 2)
    with pytest.raises(MismatchError, match="boundaries of the periods differ"):
        area_types(together([given.at(2016), city(vintage="new").at(2018)]), 2)
    with pytest.raises(InputError, match="stands 2 times for 'poverty' in 2016"):
        area_types(together([given.at(2016), given.at(2016)]), 2)
    with pytest.raises(NoAnswerError, match="In 2016 fewer than two areas"):
        area_types(figures({"2016": {"a": [1.0, None], "b": [None, 2.0]}}), 2)
    other = together([given.at(2016), figures({"2018": {"poverty": [1.0, 9.0], "work": [5.0, 2.0]}})])
    assert np.isfinite(area_types(other, 2, draws=0).table["value"].to_numpy()).all()
