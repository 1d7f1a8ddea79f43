"""Sections about slope, inequality and ages on the invented release; expected numbers come from the formulas, not from us."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sozialraum.figures import Release
from sozialraum.reports import blocks
from sozialraum.reports.charts import draw
from sozialraum.reports.composing import source_line
from sozialraum.reports.view import View

from .conftest import DYNAMIC_INDEX, NUMBER, PLAIN, STATUS, STATUS_INDEX, described, indexed, key, measured, row
from .test_sections import inside
from .test_sections_analysed import charts, section, told

Make = Callable[..., Release]
HELP = described("hze_rate", "Erziehungshilfen", "Help in bringing up", "youth_welfare", polarity="higher_worse")
INDEX = (*PLAIN, STATUS_INDEX, DYNAMIC_INDEX, HELP)
OF_CLASS = {"high": 4.0, "middle": 9.0, "low": 12.0, "very_low": 20.0}


def helped(value: Callable[[int], float], period: str = "2020") -> Iterator[dict[str, Any]]:
    """A figure with counts in every area, of 1,000 people each."""
    for number in range(NUMBER):
        yield row(HELP.id, key(number), period, value(number), numerator=10 * value(number), denominator=1000.0)


def classes(hide_scores: bool) -> list[dict[str, Any]]:
    rows = indexed()
    for one in rows if hide_scores else ():
        one["value"] = None
    return rows


def fitted(values: list[float], people: list[float]) -> tuple[float, float]:
    """Value at the first end and slope, by numpy's own weighted fit on the midpoints."""
    share = np.array(people) / sum(people)
    slope, start = np.polyfit(np.cumsum(share) - share / 2, values, 1, w=np.sqrt(people))
    return float(start), float(slope)


def of_class(number: int) -> float:
    return OF_CLASS["very_low" if number == 17 else STATUS.ids[number // 6]]


def test_the_slope_over_classes_where_scores_are_hidden(make: Make) -> None:
    release = make([*measured(), *classes(hide_scores=True), *helped(of_class)], INDEX)
    found = section(release, "gradient", "de", HELP.id)
    people = [7000.0, 5000.0, 6000.0, 5000.0]  # one area of the best class is below the minimum
    start, slope = fitted([20, 12, 9, 4], people)
    text = " ".join(told(found)[0].split())  # no signs that hold a line together
    expected = f"Steigungsindex −{abs(slope):.1f} Punkte (−".replace(".", ",")
    assert text.startswith(
        "Ende 2020 liegt der Wert „Erziehungshilfen“ bei 20,0 % in der am stärksten und bei 4,0 % in der am wenigsten "
        f"belasteten Gruppe: {expected}"
    )
    assert text.endswith(f"Relativer Index: {(start + slope) / start:.2f}.".replace(".", ",", 1))
    (chart,) = charts(found, "bar")
    assert chart.data["label"].to_pylist() == ["sehr niedrig", "niedrig", "mittel", "hoch"]
    assert chart.data["value"].to_pylist() == pytest.approx([20, 12, 9, 4])
    assert draw(chart, 500).svg("alt").count("<rect") >= 4


def test_the_slope_over_tenths_by_score(make: Make) -> None:
    release = make([*measured(), *classes(hide_scores=False), *helped(lambda number: 5.0 + number)], INDEX)
    found = section(release, "gradient", "en", HELP.id)
    (chart,) = charts(found, "bar")
    labels = chart.data["label"].to_pylist()
    assert (labels[0], labels[1], labels[-1]) == ("1 (most deprived)", "2", "10 (least deprived)")
    areas = [number for number in reversed(range(NUMBER)) if number != 5]  # most deprived first; 5 has no score
    place = [min(int(10 * (at + 0.5) / len(areas)), 9) for at in range(len(areas))]
    means = [np.mean([5.0 + areas[at] for at in range(len(areas)) if place[at] == group]) for group in range(10)]
    assert chart.data["value"].to_pylist() == pytest.approx(means)
    start, slope = fitted([float(one) for one in means], [1000.0 * place.count(group) for group in range(10)])
    (table,) = (one for one in inside(found.blocks) if isinstance(one, blocks.Table))  # type: ignore[union-attr]
    numbers = [cell.number for cell in table.rows[0] if isinstance(cell, blocks.Cell)]
    assert (numbers[1], numbers[3]) == (pytest.approx(slope), pytest.approx((start + slope) / start))


def test_a_figure_of_the_index_and_a_line_below_zero_have_no_relative_index(make: Make) -> None:
    steep = {"high": 0.0, "middle": 0.0, "low": 1.0, "very_low": 50.0}
    rows = helped(lambda number: steep["very_low" if number == 17 else STATUS.ids[number // 6]])
    release = make([*measured(), *classes(hide_scores=True), *rows], INDEX)
    assert told(section(release, "gradient", "en", HELP.id))[0].endswith(
        "A straight line would run below 0, so there is no relative index."
    )
    assert section(release, "gradient", "en", "child_poverty_u15") is None
    assert section(make(), "gradient", "en") is None  # nothing but parts of the index has counts


def test_inequality_lies_between_the_districts_where_they_are_even_inside(make: Make) -> None:
    rows = [*measured(), *helped(lambda number: 10.0 * (number // 6 + 1)), *helped(lambda _: 10.0, "2018")]
    found = section(make(rows, (*PLAIN, HELP)), "inequality", "de", HELP.id)
    theil = float(np.mean([y * np.log(y) for y in np.array([1, 2, 3, 4]) / 2.5]))
    (chart,) = charts(found, "stacked_bar")
    assert list(zip(*(chart.data[name].to_pylist() for name in ("label", "part")), strict=True)) == [
        ("Erziehungshilfen, 2018", "zwischen den Bezirken"),
        ("Erziehungshilfen, 2018", "in den Bezirken"),
        ("Erziehungshilfen, 2020", "zwischen den Bezirken"),
        ("Erziehungshilfen, 2020", "in den Bezirken"),
    ]
    assert chart.data["value"].to_pylist() == pytest.approx([0.0, 0.0, theil, 0.0], abs=1e-12)
    bullets = next(one for one in inside(found.blocks) if isinstance(one, blocks.Bullets))  # type: ignore[union-attr]
    expected = f"Theil T {theil:.3f}".replace(".", ",")
    assert bullets.items == (
        (f"Erziehungshilfen: {expected} Ende 2020, 0,000 Ende 2018; 100\u00a0% davon liegen zwischen den Bezirken.",),
    )
    assert section(make([]), "inequality") is None


def aged(rates: Callable[[int], tuple[float, float]]) -> Iterator[dict[str, Any]]:
    """Two age groups; the farther down the list, the older the area."""
    for number in range(NUMBER):
        counted = (5000.0 - 200 * number, 400.0 + 200 * number)
        for name, rate, people in zip(("young", "old"), rates(number), counted, strict=True):
            yield row(name, key(number), "2020", 100 * rate, numerator=rate * people, denominator=people)


AGES = (
    described("young", "Jüngere", "Younger", "income_poverty", ("der Jüngeren", "of the younger")),
    described("old", "Ältere", "Older", "income_poverty", ("der Älteren", "of the older")),
)


def test_equal_rates_at_every_age_leave_no_difference(make: Make) -> None:
    release = make([*measured(), *aged(lambda _: (0.1, 0.3))], (*PLAIN, *AGES))
    found = section(release, "standardised", "de", "young", "old")
    (chart,) = charts(found, "ordered_intervals")
    people = np.array([[5000.0 - 200 * at, 400.0 + 200 * at] for at in range(NUMBER)]).sum(axis=0)
    whole = 100 * float(people @ [0.1, 0.3] / people.sum())
    assert chart.data["value"].to_pylist() == pytest.approx([whole] * NUMBER)
    assert set(chart.data["fill"].to_pylist()) == {"others"}
    assert told(found)[0].startswith(
        "Mit überall gleichem Altersaufbau läge die Rate Ende 2020 in keinem der 24 Gebiete erkennbar höher als in allen "
        f"zusammen ({whole:.1f}".replace(".", ",")
    )


def test_an_area_that_differs_at_every_age_stands_out(make: Make) -> None:
    rows = [*measured(), *aged(lambda number: (0.2, 0.6) if number == 3 else (0.1, 0.3))]
    hidden = next(one for one in rows if (one["indicator"], one["area"]) == ("old", key(7)))
    hidden.update(numerator=None, value=None, flag="suppressed")
    found = section(make(rows, (*PLAIN, *AGES)), "standardised", "en", "young", "old")
    (chart,) = charts(found, "ordered_intervals")
    assert chart.data["fill"].to_pylist().count("rate-4") == 1
    assert told(found)[0].endswith("Areas without a rate: 1.")
    assert section(make(rows, (*PLAIN, *AGES)), "standardised", "en", "young") is None
    assert section(make(rows, (*PLAIN, *AGES)), "standardised", "en", "young", "absent") is None


def test_a_release_without_credits_names_the_sources_of_its_figures(make: Make) -> None:
    bare = replace(make(), credits=())
    assert source_line(View(bare, "de"), ()) == "Quelle: Erfundenes Register."
    nameless = replace(bare, descriptions=tuple(replace(one, source={}) for one in bare.descriptions))
    assert source_line(View(nameless, "de"), ()) == ""
