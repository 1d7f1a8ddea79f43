"""Bad figures on every analysis: refused in words or answered, never NaN and never a library warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
import pytest
import shapely

from sozialraum.analysis import peers, similar, trend
from sozialraum.analysis.autocorrelation import autocorrelation
from sozialraum.analysis.classification import area_types
from sozialraum.analysis.flows import interchange
from sozialraum.analysis.places import Places, places_of
from sozialraum.analysis.segregation import segregation, segregation_change
from sozialraum.analysis.spatial_segregation import environment
from sozialraum.analysis.uncertainty import (
    age_standardised,
    compared,
    gradient,
    inequality,
    local_empirical_bayes,
    shrunken,
)
from sozialraum.areas import AreaLayer, area_layer
from sozialraum.errors import CallError, InputError, MismatchError, SozialraumError
from sozialraum.figures import CORE, Description, Figures, together

KEYS = [f"{at:02d}" for at in range(9)]
CASES, PEOPLE = [20.0, 4, 7, 9, 11, 3, 8, 2, 6], [100.0, 90, 80, 95, 70, 60, 88, 77, 66]
METRES = np.array([[383000.0 + 500 * (at % 3), 5820000.0 + 500 * (at // 3)] for at in range(9)])
Call = Callable[[Figures], Figures]


@pytest.fixture(autouse=True)
def no_library_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def rates(cases: list[float | None] = CASES, people: list[float] = PEOPLE, unit: str = "percent") -> Figures:  # type: ignore[assignment]
    """Cases of people by area, 2020, under the names `a` and `b`."""
    rows = [
        {"area": key, "level": "block", "vintage": "v", "period": "2020", "indicator": name, "flag": "ok"}
        | {"numerator": case, "denominator": of, "value": 100 * case / of if case is not None and of else None}
        for name in ("a", "b")
        for key, case, of in zip(KEYS, cases if name == "a" else CASES, people, strict=False)
    ]
    described = tuple(
        Description(one, {"de": one, "en": one}, unit=unit, part_of_denominator=unit == "percent") for one in "ab"
    )
    return Figures(pa.Table.from_pylist(rows, CORE), described)


def counts(table: list[list[float]], period: str = "2020") -> Figures:
    rows = [
        {
            "area": key,
            "level": "block",
            "vintage": "v",
            "period": period,
            "indicator": name,
            "flag": "ok",
            "value": value,
        }
        for key, line in zip(KEYS, table, strict=False)
        for name, value in zip("ab", line, strict=True)
    ]
    return Figures(
        pa.Table.from_pylist(rows, CORE), tuple(Description(one, {"de": one}, unit="persons") for one in "ab")
    )


def layer(crs: str = "EPSG:25833") -> AreaLayer:
    return area_layer("block", "v", KEYS, KEYS, [shapely.box(x, y, x + 500, y + 500) for x, y in METRES], crs)


PLACES = Places(tuple(KEYS), METRES)
DEPRIVED = counts([[float(at), 0.0] for at in range(9)]).select("a")
ANALYSES: dict[str, Call] = {
    "segregation": segregation,
    "environment": lambda given: environment(given, PLACES),
    "autocorrelation": lambda given: autocorrelation(given, layer(), draws=9),
    "compared": compared,
    "shrunken": shrunken,
    "logit": lambda given: shrunken(given, "logit"),
    "gradient": lambda given: gradient(given, DEPRIVED, groups=3, draws=9),
    "inequality": inequality,
    "standardised": lambda given: age_standardised(given, {"a": 1.0, "b": 2.0}),
    "area_types": lambda given: area_types(given, 2, draws=0),
    "similar": similar,
    "peers": lambda given: peers(given, similar(rates())),
    "trend": lambda given: trend(together([given, dated(rates())])),
}


def dated(given: Figures, period: str = "2022") -> Figures:
    column = pa.array([period] * len(given), pa.string())
    return Figures(given.table.set_column(CORE.get_field_index("period"), "period", column), given.descriptions)


def must_be_clean(found: Figures) -> None:
    for name in found.table.column_names:
        if pa.types.is_floating(found.table[name].type):
            assert np.isfinite(found.table[name].drop_null().to_numpy()).all(), name


@pytest.mark.parametrize("name", ANALYSES)
def test_good_figures_are_answered(name: str) -> None:
    must_be_clean(ANALYSES[name](rates()))


@pytest.mark.parametrize("name", ANALYSES)
def test_an_area_twice(name: str) -> None:
    with pytest.raises(InputError, match=r"more than once|stands 2 times"):
        ANALYSES[name](together([rates(), rates()]))


@pytest.mark.parametrize("name", ANALYSES)
@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), 1e300])
def test_a_value_that_is_no_number(name: str, wrong: float) -> None:
    with pytest.raises(InputError, match="the figure 'a' of the area '02' in 2020 is no number"):
        ANALYSES[name](rates([*CASES[:2], wrong, *CASES[3:]]))


@pytest.mark.parametrize("name", ANALYSES)
@pytest.mark.parametrize("key", [None, ""])
def test_an_area_without_a_key(name: str, key: str | None) -> None:
    rows = rates().table.to_pylist()
    rows[2]["area"] = key
    with pytest.raises(InputError, match="the area key is empty"):
        ANALYSES[name](Figures(pa.Table.from_pylist(rows, CORE), rates().descriptions))


@pytest.mark.parametrize("name", ANALYSES)
def test_no_figures_at_all(name: str) -> None:
    with pytest.raises(SozialraumError):
        ANALYSES[name](Figures(rates().table.slice(0, 0), rates().descriptions))


def redrawn(given: Figures) -> Figures:
    """The same figures for areas of other boundaries, with keys of their own."""
    rows = [row | {"area": f"n{row['area']}", "vintage": "w"} for row in given.table.to_pylist()]
    return Figures(pa.Table.from_pylist(rows, CORE), given.descriptions)


COUNTED_ONCE = [
    "segregation",
    "environment",
    "area_types",
    "similar",
    "compared",
    "shrunken",
    "logit",
    "gradient",
    "inequality",
]


@pytest.mark.parametrize("name", COUNTED_ONCE)
def test_areas_of_two_boundaries_in_one_period_would_count_twice(name: str) -> None:
    with pytest.raises(MismatchError, match="areas of 2020 are of several boundaries: v, w"):
        ANALYSES[name](together([rates(), redrawn(rates())]))


def test_a_layer_of_other_boundaries_does_not_fit() -> None:
    with pytest.raises(MismatchError, match="boundaries w, the layer of v"):
        autocorrelation(redrawn(rates()), layer())


def test_peers_with_negative_counts() -> None:
    with pytest.raises(InputError, match="the area '01' has a negative count for 'a'"):
        ANALYSES["peers"](rates([20.0, -4.0, *CASES[2:]]))


@pytest.mark.parametrize("name", ["compared", "shrunken", "logit", "gradient"])
def test_counts_that_cannot_be(name: str) -> None:
    with pytest.raises(InputError, match="the area '01' has a negative count for 'a'"):
        ANALYSES[name](rates([20.0, -4.0, *CASES[2:]]))
    with pytest.raises(
        InputError, match="the area '00' has more cases than people for 'a', which is a share"
    ) as raised:
        ANALYSES[name](rates([120.0, *CASES[1:]]))
    assert "mehr Fälle als Menschen" in raised.value.say("de")


@pytest.mark.parametrize("name", ["compared", "shrunken", "logit", "gradient", "peers"])
def test_no_case_at_all_is_an_answer(name: str) -> None:
    given = rates([0.0] * 9).select("a")
    must_be_clean(ANALYSES[name](given))


@pytest.mark.parametrize(
    ("unit", "per"), [("percent", 100), ("per_1000", 1e3), ("per_10000", 1e4), ("per_100000", 1e5)]
)
def test_the_slope_is_in_the_unit_of_its_indicator(unit: str, per: float) -> None:
    share = gradient(rates().select("a"), DEPRIVED, groups=3, draws=9)
    found = gradient(rates(unit=unit).select("a"), DEPRIVED, groups=3, draws=9)
    assert found.table["value"][0].as_py() == pytest.approx(share.table["value"][0].as_py() / 100 * per)


def test_a_group_of_one_person_leaves_no_limits() -> None:
    """Some redraws hold nobody of it: H is then not defined, and the dates share no second group."""
    before, after = counts([[30.0, 1], [40, 0], [20, 0]]), counts([[30.0, 2], [20, 0], [20, 1]], "2022")
    found = segregation(before, draws=60)
    must_be_clean(found)
    rows = {
        one["indicator"]: one for one in found.table.to_pylist() if one["area"] == "total" and one["part"] == "total"
    }
    assert rows["segregation.h"]["value"] is not None
    assert [rows["segregation.h"][name] for name in ("lower", "upper", "corrected")] == [None] * 3
    change = segregation_change(together([before, after]), 2020, 2022, draws=60)
    must_be_clean(change)
    assert change.table["lower"].null_count == len(change)
    assert change.table["value"].null_count == 0


def test_places_that_are_no_metres() -> None:
    degrees = np.column_stack([13 + METRES[:, 0] % 1000 / 1e4, 52 + METRES[:, 1] % 1000 / 1e4])
    mixed = np.vstack([METRES[:-1], degrees[-1:]])
    for places, said in (
        (degrees, "all coordinates look like degrees"),
        (mixed, "look like degrees, others like metres"),
    ):
        with pytest.raises(InputError, match=said):
            environment(rates(), Places(tuple(KEYS), places))
    with pytest.raises(InputError, match=r"layer 'block' does not measure in metres \(EPSG:4326\)"):
        places_of(layer("EPSG:4326"))


def test_flows_without_a_key_or_with_an_impossible_bound() -> None:
    rows = [{"area": "x", "other": None, "level": "town", "period": "2022", "indicator": "c", "value": 3.0}]
    given = Figures(
        pa.Table.from_pylist(rows, pa.schema([*CORE, ("other", pa.string())])), (Description("c", {"de": "c"}),)
    )
    with pytest.raises(InputError, match="the area key is empty"):
        interchange(given)
    for wrong in (-1.0, float("nan"), float("inf")):
        with pytest.raises(CallError, match="from 0 on"):
            interchange(given, most_hidden=wrong)


def test_a_neighbour_named_twice_counts_once_and_nobody_neighbours_itself() -> None:
    once = local_empirical_bayes(CASES[:3], PEOPLE[:3], [0, 1], [1, 0]).value
    doubled = local_empirical_bayes(CASES[:3], PEOPLE[:3], [0, 1, 0, 0, 2], [1, 0, 1, 0, 2]).value
    assert doubled[:2] == pytest.approx(once[:2])
    assert np.isnan([once[2], doubled[2]]).all()
