"""Sections about analyses on the invented release: sentences word by word, pictures with their twins, nothing without data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
import shapely

from sozialraum import reports
from sozialraum.analysis.autocorrelation import autocorrelation
from sozialraum.analysis.classification import area_types
from sozialraum.analysis.flows import interchange
from sozialraum.analysis.places import places_of
from sozialraum.analysis.segregation import segregation, segregation_change
from sozialraum.analysis.spatial_segregation import environment
from sozialraum.areas import AreaLayer, area_layer
from sozialraum.figures import Break, Figures, Release
from sozialraum.reports import blocks
from sozialraum.reports.charts import draw
from sozialraum.reports.sections import SECTIONS, Settings
from sozialraum.reports.sections.analysed.trends import courses
from sozialraum.reports.view import View

from .conftest import (
    CHILDREN,
    DYNAMIC_INDEX,
    NUMBER,
    PLAIN,
    STATUS_INDEX,
    UNEMPLOYED,
    areas,
    described,
    indexed,
    key,
    measured,
    row,
)
from .test_sections import inside, written

Make = Callable[..., Release]
KINDS = ("few-cases", "standardised", "gradient", "segregation", "surroundings", "likeness", "area-types", "flows")


def made(make: Make, *parts: Figures, rows: Iterable[dict[str, Any]] | None = None, **record: Any) -> Release:
    """The invented figures with the results of analyses behind them."""
    plain = list(measured() if rows is None else rows)
    told = {name: value for part in parts for name, value in part.notes.items()}
    every = [*plain, *(one for part in parts for one in part.table.to_pylist())]
    descriptions = {one.id: one for one in (*PLAIN, *(one for part in parts for one in part.descriptions))}
    return make(every, tuple(descriptions.values()), notes=told, **record)


def section(release: Release, kind: str, language: str = "de", *indicators: str) -> blocks.Section | None:
    return SECTIONS[kind](View(release, language), Settings(kind, kind, indicators=indicators))


def told(found: blocks.Section | None) -> list[str]:
    assert found is not None
    return [
        written(one.runs) for one in inside(found.blocks) if isinstance(one, blocks.Paragraph) and one.role == "text"
    ]


def charts(found: blocks.Section | None, kind: str) -> list[blocks.Chart]:
    assert found is not None
    return [one for one in inside(found.blocks) if isinstance(one, blocks.Chart) and one.kind == kind]


def people() -> Figures:
    """Two groups in the 24 areas: the second one lives in the last district in 2016, and has spread by 2020."""
    rows = []
    for period, shares in (("2016", (50.0, 50.0, 50.0, 850.0)), ("2020", (150.0, 150.0, 250.0, 450.0))):
        for number in range(NUMBER):
            guests = shares[number // 6]
            rows += [row("guests", key(number), period, guests), row("locals", key(number), period, 1000.0 - guests)]
    names = (
        described("guests", "Gäste", "Guests", "migration"),
        described("locals", "Ansässige", "Locals", "migration"),
    )
    return figures(rows, names)


def figures(rows: list[dict[str, Any]], names: tuple[Any, ...]) -> Figures:
    import pyarrow as pa

    from sozialraum.figures import CORE

    extra = [pa.field("other", pa.string())] if any("other" in one for one in rows) else []
    return Figures(pa.Table.from_pylist(rows, pa.schema([*CORE, *extra])), names)


@pytest.mark.parametrize("kind", KINDS)
def test_without_its_data_a_section_is_left_out(release: Release, kind: str) -> None:
    assert section(release, kind) is None


def test_courses_say_where_there_is_no_sign_of_change(release: Release) -> None:
    found = section(release, "trends", "de", "unemployment_share")
    assert told(found) == ["Arbeitslosigkeit: in keinem Gebiet ein Zeichen einer Veränderung seit Ende 2016."]
    (chart,) = charts(found, "small_multiples")
    assert list(dict.fromkeys(chart.data["label"].to_pylist())) == ["Nordstadt", "Auental", "Hafen", "Südhang"]
    assert set(chart.data["note"].to_pylist()) == {"kein Zeichen einer Veränderung"}
    for width in (300, 480, 800):  # the words are never cut
        assert draw(chart, width, "print").svg("alt").count("kein Zeichen einer Veränderung<") == 4
    assert chart.table is not None
    assert [written((one[-1].text,)) for one in chart.table.rows if isinstance(one[-1], blocks.Cell)] == [
        "kein Zeichen einer Veränderung"
    ] * 4


def test_a_break_cuts_the_course(make: Make) -> None:
    broken = replace(UNEMPLOYED, breaks=(Break("2018", "neue Definition", "new definition"),))
    release = make(descriptions=(*(one for one in PLAIN if one.id != UNEMPLOYED.id), broken), rows=measured())
    series = View(release, "de").series("unemployment_share")
    assert {series.periods[one.since] for one in courses(series)} == {"2018"}
    (chart,) = charts(section(release, "trends", "en", "unemployment_share"), "small_multiples")
    assert len(chart.options["breaks"]) == 1
    picture = draw(chart, 640, language="en").svg("alt")
    assert picture.count("stroke-dasharray") == 4


def test_many_areas_show_those_that_changed_most(make: Make) -> None:
    rows = [one for one in measured() if one["level"] != "district"]
    found = section(made(make, rows=rows), "trends", "en", "unemployment_share")
    assert told(found)[0] == (
        "Since the end of 2016, unemployment share has risen recognisably in 18 of 24 areas, fallen in 0; no sign of change in 6."
    )
    (chart,) = charts(found, "small_multiples")
    assert len(set(chart.data["label"].to_pylist())) == 24


def test_the_funnel_tells_chance_from_difference(make: Make) -> None:
    rows = measured()
    for one in rows:
        if one["indicator"] == "child_poverty_u15" and one["value"] is not None:
            one.update(denominator=1000.0, numerator=10 * one["value"])
    found = section(made(make, rows=rows), "few-cases", "de", "child_poverty_u15")
    (chart,) = charts(found, "funnel")
    assert chart.table is not None
    assert (chart.data.num_rows, len(chart.table.rows)) == (22, 22)  # one area is hidden, one unknown
    whole = sum(10 * (4 + 2 * at - 3) for at in range(NUMBER) if at not in (0, 2, 3)) / 22 / 10
    assert chart.options["whole"] == pytest.approx(whole)
    own, drawn = ([cells[at].number for cells in chart.table.rows] for at in (2, 4))  # type: ignore[union-attr]
    assert all(min(one, whole) <= other <= max(one, whole) for one, other in zip(own, drawn, strict=True))
    assert drawn != own
    assert told(found) == [
        "Ende 2020 liegt die Kinderarmut in 10 von 22 Gebieten erkennbar höher als in allen zusammen (25,6 %), in 9 niedriger. "
        "Der Abstand der übrigen 3 kann Zufall sein."
    ]
    fills = chart.data["fill"].to_pylist()
    assert (fills.count("rate-4"), fills.count("own"), fills.count("others")) == (10, 9, 3)
    assert draw(chart, 600).svg("alt").count("<path") >= 5


def test_segregation_with_its_course_its_groups_and_what_changed_it(make: Make) -> None:
    given = people()
    found = section(
        made(make, given, segregation(given, draws=50), segregation_change(given, 2016, 2020)), "segregation"
    )
    sentences = told(found)
    assert sentences == [
        "Ende 2020 beträgt die Segregation H der Gruppen Gäste und Ansässige 0,067 (0,062 bis 0,073): 0 wäre überall dieselbe "
        "Mischung, 1 in keinem Gebiet eine. Zufall allein ergäbe 0,001; es ist mehr als Zufall. Seit Ende 2016 ist sie erkennbar "
        "gesunken (von 0,547).",
        "M hat sich um −0,2694 verändert: −0,2694, weil die Menschen anders über die Gebiete verteilt wohnen, 0,0000, weil "
        "Gruppen und Gebiete anders groß oder neu sind.",
    ]
    (line,) = charts(found, "line")
    (bars,) = charts(found, "bar")
    assert line.data["label"].to_pylist() == ["2016", "2020"]
    assert bars.data["label"].to_pylist() == ["Gäste", "Ansässige"]
    assert bars.data["value"][0] == bars.data["value"][1]  # of two groups each is as uneven as the other
    assert [one for one in inside(found.blocks) if isinstance(one, blocks.Map)]  # type: ignore[union-attr]


def test_area_types_have_a_map_a_key_and_portraits(make: Make) -> None:
    parts = ("unemployment_share", "share_under_18")
    given = made(make).figures.select(*parts).on("planning_area").at("2018", "2020")
    found = section(made(make, area_types(given, 2, draws=10)), "area-types")
    sentences = told(found)
    assert sentences[0] == (
        "Ende 2020 verteilen sich 24 Gebiete auf 2 Typen, die sich ähneln in: Arbeitslosigkeit und Anteil unter 18-Jährige. "
        "Stabil (bei neu gezogenen Gebieten wiedergefunden): 2 von 2."
    )
    assert sentences[1] == (
        "Seit Ende 2018 haben 23 von 24 Gebieten ihren Typ behalten; jeder Zeitpunkt hat eigene Typen, nummeriert nach den "
        "gemeinsamen Gebieten."
    )
    (shown,) = (one for one in inside(found.blocks) if isinstance(one, blocks.Map))  # type: ignore[union-attr]
    assert set(shown.areas["fill"].to_pylist()) == {"type-1", "type-2"}
    assert shown.key is not None
    assert [written((one[0].text,)) for one in shown.key.rows if isinstance(one[0], blocks.Cell)] == [
        "Typ 1: niedrig: Anteil unter 18-Jährige, Arbeitslosigkeit",
        "Typ 2: hoch: Anteil unter 18-Jährige, Arbeitslosigkeit",
    ]


def test_flows_name_the_centre_and_keep_hidden_pairs_apart(make: Make) -> None:
    rows = [
        row("commuters", key(at), "2020", 300.0 if at else 900.0, other=key(at), lower=None, upper=None)
        for at in range(NUMBER)
    ]
    rows += [row("commuters", key(at), "2020", 100.0, other=key(0), lower=None, upper=None) for at in range(1, NUMBER)]
    rows += [row("commuters", key(0), "2020", None, other=key(1), flag="suppressed_at_source", lower=None, upper=None)]
    given = figures(rows, (described("commuters", "Pendelnde", "Commuters", "mobility", unit="persons"),))
    found = section(made(make, interchange(given, most_hidden=9)), "flows", "en")
    assert told(found) == [
        "At the end of 2020, Gebiet 0101 gains most people through commuting (+2,300); more go than come in 23 of 24 areas. "
        "Most depend on Gebiet 0101: it is the main destination of 23 areas. Hidden pairs: 1; the sums are of the known ones."
    ]
    (bars,) = charts(found, "stacked_bar")
    assert bars.data.num_rows == 2 * 16
    table = next(one for one in inside(found.blocks) if isinstance(one, blocks.Table) and len(one.rows) == NUMBER)  # type: ignore[union-attr]
    assert [cell.text if isinstance(cell, blocks.Cell) else cell for cell in table.rows[1]][-2:] == ["Gebiet 0101", "1"]


def test_areas_beside_their_peers_in_another_figure(make: Make) -> None:
    rows = measured()
    for number in range(NUMBER):
        value = 30.0 if number == 10 else 10.0
        cases = {"numerator": 10 * value, "denominator": 1000.0}
        rows.append(row("hze_rate", key(number), "2020", value, **cases))
    extra = described("hze_rate", "Erziehungshilfen", "Help in bringing up", "youth_welfare", polarity="higher_worse")
    release = make([*rows, *indexed()], (*PLAIN, STATUS_INDEX, DYNAMIC_INDEX, extra))
    found = section(release, "peers", "en", "hze_rate")
    assert told(found)[1] == (
        "At the end of 2020, help in bringing up is recognisably higher than in the peers in one of 22 areas, "
        "lower in 5; no recognisable difference in 16."
    )
    (chart,) = charts(found, "ordered_intervals")
    assert chart.data["fill"].to_pylist().count("rate-4") == 1


def grid() -> AreaLayer:
    """The 24 squares of the invented release as a layer."""
    table = areas().slice(0, NUMBER)
    shapes = list(shapely.from_wkb(table["geometry"].to_pylist()))
    keys = table["area"].to_pylist()
    return area_layer("planning_area", "2016", keys, keys, shapes, "EPSG:25832")


def test_the_profile_over_radii_tells_large_from_small_scale(make: Make) -> None:
    given = people()
    found = section(
        made(make, given, environment(given, places_of(grid()), radii=(900.0, 3000.0))), "surroundings", "en"
    )
    # no other square's middle lies within 900 m, so H is that of the areas: 0.068 (see above); wider surroundings mix
    assert told(found)[0].startswith(
        "At the end of 2020, segregation H of the groups Guests and Locals in surroundings of 900 m is 0.068, of 3 km 0.0"
    )
    (chart,) = charts(found, "line")
    assert chart.data["series"].to_pylist() == ["2016", "2016", "2020", "2020"]
    assert chart.table is not None
    assert [one[0] for one in chart.table.rows] == ["900\u00a0m", "3\u00a0km"]
    (table,) = (one for one in inside(found.blocks) if isinstance(one, blocks.Table) and one is not chart.table)  # type: ignore[union-attr]
    heads = [one.head for one in table.columns]
    row_of_guests = dict(zip(heads, table.rows[0], strict=True))
    assert row_of_guests["Group"] == "Guests"
    # equal areas, shares 0.025, 0.025, 1/24 and 0.075 of all guests in each area of the four districts
    assert row_of_guests["Concentration Delta"].number == pytest.approx(6 * (2 * (1 / 24 - 0.025) + 0.075 - 1 / 24) / 2)  # type: ignore[union-attr]


def test_like_by_like_is_mapped_with_its_doubt(make: Make) -> None:
    given = made(make).figures.select("unemployment_share").on("planning_area").at("2020")
    found = section(made(make, autocorrelation(given, grid(), draws=999)), "likeness", "en")
    (text,) = told(found)
    assert text.startswith("At the end of 2020, neighbouring areas are alike (Unemployment share): Moran's I 0.")
    (shown,) = (one for one in inside(found.blocks) if isinstance(one, blocks.Map))  # type: ignore[union-attr]
    assert set(shown.areas["fill"].to_pylist()) <= {"rate-5", "own", "flat", "rate-2", "zero"}
    assert shown.key is not None
    counts = [one[1].number for one in shown.key.rows if isinstance(one[1], blocks.Cell)]
    assert sum(counts) == NUMBER  # type: ignore[arg-type]
    assert shown.table is not None
    assert len(shown.table.rows) == NUMBER


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_report_says_which_sections_have_no_data(release: Release, language: str) -> None:
    document = reports.compose("unequal-places", release, language).document
    assert [one.id for one in document.sections] == ["trends", "inequality", "limits", "sources"]
    assert CHILDREN.id in release.figures.indicators


def test_converted_values_are_told_by_date(make: Make) -> None:
    """Ten of 24 areas are converted in 2016 and three in 2018; 2020 stands as counted."""
    converted = {("2016", key(number)) for number in range(10)} | {("2018", key(number)) for number in range(3)}
    rows = [
        {**one, "flag": "estimated"}
        if (one["period"], one["area"]) in converted and one["indicator"] == UNEMPLOYED.id
        else one
        for one in measured()
    ]
    found = section(made(make, rows=rows), "converted")
    assert told(found) == [
        "Ende 2018 ist der Wert in 3 von 24 Gebieten umgerechnet oder geschätzt. "
        "Spätere Werte stehen so da, wie sie gezählt wurden."
    ]
    (chart,) = charts(found, "stacked_bar")
    assert chart.table is not None
    assert [[cell if isinstance(cell, str) else cell.text for cell in line] for line in chart.table.rows] == [
        ["2016", "14", "10", "0"],
        ["2018", "21", "3", "0"],
        ["2020", "24", "0", "0"],
    ]
    assert section(make(), "converted") is None
