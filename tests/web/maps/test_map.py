"""The map: classes, counts, empty states and values are those of the release; every address opens some view."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from sozialraum.reports import prepared
from sozialraum.reports.sections.topic import rate_map
from sozialraum.web.figures.maps.choice import chosen
from sozialraum.web.figures.maps.classes import classed
from sozialraum.web.figures.maps.geometry import DEGREE, geometry
from tests.reports.conftest import areas, make_release, measured
from tests.web.conftest import Show

POVERTY = "indicator=child_poverty_u15&period=2020"


@pytest.fixture(scope="module")
def view() -> Any:
    return prepared(make_release(), "de")


def test_values_are_those_of_the_release(client: Any) -> None:
    told = client.get(f"/karte/werte.json?{POVERTY}").json()
    released = {one["area"]: one for one in measured()
                if (one["indicator"], one["period"], one["level"]) == ("child_poverty_u15", "2020", "planning_area")}  # fmt: skip
    fills, texts = by_key(client, told)
    assert set(fills) == set(released)
    assert (fills["0103"], texts["0103"]) == ("hidden", "geheim")
    assert (fills["0104"], texts["0104"]) == ("unknown", "kein Wert")
    assert fills["0101"] == "zero"
    for key, one in released.items():
        if one["value"]:
            assert texts[key].startswith(f"{one['value']:.1f}".replace(".", ",") + "\xa0%"), key


def by_key(client: Any, told: Any) -> tuple[dict[str, str], dict[str, str]]:
    """The colour and the words of every area, joined as the browser joins them: by the place of the area in its level."""
    outlines = client.get("/karte/gebiete.json?level=planning_area").json()["areas"]["features"]
    assert [one["id"] for one in outlines] == list(range(len(outlines)))
    keys, names = [one["properties"]["k"] for one in outlines], told["fills"]["names"]
    fills = [names[ord(letter) - ord("a")] for letter in told["fills"]["areas"]]
    return dict(zip(keys, fills, strict=True)), dict(zip(keys, told["texts"], strict=True))


def test_classes_are_the_same_at_every_date_and_hold_their_values(view: Any) -> None:
    for method in ("quantiles", "steps"):
        asked = {"indicator": "child_poverty_u15", "classes": method}
        choices = [chosen(view, {**asked, "period": period}) for period in ("2016", "2018", "2020")]
        found = [classed(view, choice, choice.first) for choice in choices if choice is not None]
        assert len({one.borders for one in found}) == 1
        for one in found:
            for area, fill in enumerate(one.fills):
                if fill.startswith("rate-"):
                    step = int(fill[-1]) - 1
                    low, high = ([-np.inf, *one.borders][step], [*one.borders, np.inf][step])
                    assert low <= one.series.value[one.at, area] < high


def test_the_page_of_a_figure_and_the_map_show_the_newest_date_alike(view: Any) -> None:
    """One figure, one date, two pages: same colours, same key; each class holds about a fifth of the areas."""
    choice = chosen(view, {"indicator": "child_poverty_u15", "period": "2020"})
    assert choice is not None
    there, here = classed(view, choice, choice.first), rate_map(view, "child_poverty_u15")
    assert here is not None
    assert list(there.fills) == here.areas["fill"].to_pylist()
    told = [(cell.text, cell.fill, count) for cell, count in there.key]
    assert told == [(cell.text, cell.fill, count.number) for cell, count in here.key.rows]
    known = sorted(one["value"] for one in measured()
                   if (one["indicator"], one["period"], one["level"]) == ("child_poverty_u15", "2020", "planning_area")
                   and one["value"])  # fmt: skip
    assert there.borders == tuple(np.round(np.quantile(known, (0.2, 0.4, 0.6, 0.8)), 1).tolist())


def test_the_legend_counts_every_area_once(client: Any) -> None:
    page = client.get(f"/karte/?{POVERTY}").content.decode()
    legend = page[page.index('id="legend"') : page.index('id="time"')]
    assert sum(int(one) for one in re.findall(r"</svg>(\d+)<", legend)) == 24
    assert "Geheim heißt nicht null" in legend
    assert "Gepunktet" in legend


def test_the_table_under_the_map_holds_every_area_and_the_change(client: Any) -> None:
    page = client.get(f"/karte/?{POVERTY}&beside=child_poverty_u15&beside_period=2016").content.decode()
    table = page[page.index('id="numbers"') :]
    assert table.count("<tr") == 25
    row = next(one for one in table.split("<tr") if "Gebiet 0402" in one)
    assert re.findall(r">([−+\d,]+)<", row) == ["42,0", "39,0", "−3,0"]  # the earlier date first


def test_the_change_of_an_area_is_that_of_the_table(client: Any) -> None:
    page = client.get(f"/karte/?{POVERTY}&beside=child_poverty_u15&beside_period=2016").content.decode()
    told = re.search(r'data-changes="([^"]+)"', page)
    assert told is not None
    keys = [
        one["properties"]["k"]
        for one in client.get("/karte/gebiete.json?level=planning_area").json()["areas"]["features"]
    ]
    changes = dict(zip(keys, client.get(told[1].replace("&amp;", "&")).json()["changes"], strict=True))
    assert (changes["0402"], changes["0103"]) == ("−3,0", "–")
    for other in ("", "&beside=share_under_18", "&beside=index"):
        assert "data-changes" not in client.get(f"/karte/?{POVERTY}{other}").content.decode()


@pytest.mark.parametrize("query", ["", "?indicator=nothing&level=moon&period=1&classes=x&beside=y", "?beside=share_under_18",
                                   "?level=district&indicator=unemployment_share", "?level=district&beside=share_under_18",
                                   "?indicator=%00&period='%20OR%201=1"])  # fmt: skip
def test_every_address_opens_some_view(client: Any, query: str) -> None:
    for address in ("/karte/", "/karte/werte.json", "/karte/gebiete.json", "/karte/karte.csv", "/karte/karte.xlsx",
                    "/karte/karte.geojson", "/karte/karte.svg"):  # fmt: skip
        assert client.get(address + query).status_code == 200, address


def test_the_link_reopens_exactly_this_view(client: Any) -> None:
    asked = "indicator=share_under_18&level=planning_area&period=2018&classes=steps&beside=child_poverty_u15&beside_period=2016"
    page = client.get(f"/karte/?{asked}").content.decode()
    link = re.search(r'href="\?([^"]+)" id="permanent"', page)
    assert link is not None
    assert link[1].replace("&amp;", "&") == asked
    assert f'href="/en/map/?{link[1]}"' in page


def test_files_hold_the_numbers_of_the_view_with_their_source(client: Any) -> None:
    text = client.get(f"/karte/karte.csv?{POVERTY}").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"/karte/karte.xlsx?{POVERTY}").content))
    cells = sheet.get_sheet_by_index(0).to_python()
    assert rows[0] == cells[0]
    assert len(rows) == len(cells) == 1 + 24 + 2
    for line, row in zip(rows[1:25], cells[1:25], strict=True):
        assert line[0] == row[0]
        assert line[8] == row[8]
        if line[5]:
            assert float(line[5].replace(",", ".")) == pytest.approx(row[5])
    assert rows[-1][0].startswith("Quelle: Erfundenes Register")
    assert rows[-1][0] == cells[-1][0]


def test_geojson_lies_where_the_workspace_says(show: Show) -> None:
    release = make_release()
    shifted = release.areas.to_pylist()
    for one in shifted:
        moved = shapely.transform(
            shapely.from_wkb(one["geometry"]), lambda points: points + np.array([390_000, 5_820_000])
        )
        one["geometry"] = shapely.to_wkb(moved)
    client = show(make_release(places=release.areas.schema.empty_table().from_pylist(shifted)))
    told = json.loads(client.get(f"/karte/karte.geojson?{POVERTY}").content)
    assert len(told["features"]) == 24
    first = next(one for one in told["features"] if one["properties"]["area"] == "0101")
    longitude, latitude = shapely.from_geojson(json.dumps(first["geometry"])).centroid.coords[0]
    assert (longitude, latitude) == (pytest.approx(13.38, abs=0.01), pytest.approx(52.52, abs=0.01))
    assert told["source"].startswith("Quelle:")
    assert next(one["properties"]["value"] for one in told["features"] if one["properties"]["area"] == "0103") is None


def test_outlines_keep_their_sizes_and_meet(view: Any) -> None:
    told = json.loads(geometry(view, "planning_area").plain)
    shapes = [shapely.from_geojson(json.dumps(one["geometry"])) for one in told["areas"]["features"]]
    assert [round(one.area * DEGREE**2 / 1e6, 2) for one in shapes] == pytest.approx([1.0] * 24, abs=0.005)
    assert shapely.union_all(shapes).area == pytest.approx(sum(one.area for one in shapes))
    keys = [one["properties"]["k"] for one in told["areas"]["features"]]
    assert keys == sorted(one for one in areas()["area"].to_pylist() if len(one) == 4)
    assert told["areas"]["features"][0]["properties"]["g"] == "Nordstadt"


def test_the_page_asks_for_what_its_script_will_fetch_and_for_nothing_else(client: Any) -> None:
    page = client.get("/karte/?indicator=child_poverty_u15&beside=index").content.decode()
    early = re.findall(r'<link rel="preload" href="([^"]+)" as="fetch"', page)
    assert early == re.findall(r'data-values="([^"]+)"', page)
    assert len(early) == 2


def test_with_two_dates_each_class_in_the_table_says_its_own_where_the_heads_are_hidden(client: Any) -> None:
    page = client.get("/karte/?indicator=index&beside=index").content.decode()
    heads = re.findall(r'<td[^>]*data-head="([^"]+)"', page)
    assert list(dict.fromkeys(heads)) == ["Bezirk", "Status, Ende 2018", "Entwicklung", "Status, Ende 2020"]


def test_who_has_the_pictures_gets_the_rest_of_the_page(client: Any) -> None:
    whole, bare = (client.get(f"/karte/?{POVERTY}{more}").content.decode() for more in ("", "&pictures=none"))
    assert whole.count("data-k=") == 24
    assert bare.count("data-k=") == 0
    cut = re.compile(r'<div class="stage">.*?</div></section>', re.S)
    assert cut.sub("", whole) == cut.sub("", bare)


def test_an_area_without_outline_moves_no_colour(show: Show) -> None:
    told = areas().to_pylist()
    at = next(place for place, one in enumerate(told) if one["area"] == "0102")
    told[at]["geometry"] = None
    client = show(make_release(places=areas().from_pylist(told, schema=areas().schema)))
    page = client.get(f"/karte/?{POVERTY}").content.decode()
    assert 'data-without="1"' in page
    assert page.count("data-k=") == 23
    outlines = client.get("/karte/gebiete.json?level=planning_area").json()["areas"]["features"]
    assert [one["id"] for one in outlines] == [at for at in range(24) if at != 1]
    file = json.loads(client.get(f"/karte/karte.geojson?{POVERTY}").content)
    assert [one["properties"]["area"] for one in file["features"] if one["geometry"] is None] == ["0102"]
    assert client.get("/karte/gebiet.json?area=0102").json()["geometry"] is None
    for address in ("/karte/karte.svg", "/"):
        assert client.get(address).status_code == 200, address


def test_another_figure_moves_no_outline(client: Any) -> None:
    pages = [client.get(f"/karte/?indicator={one}").content.decode() for one in ("share_under_18", "child_poverty_u15")]
    addresses = {re.search(r'data-geometry="([^"]+)"', page)[1] for page in pages}  # type: ignore[index]
    assert len(addresses) == 1


ASKED = st.sampled_from(["indicator", "level", "period", "classes", "beside", "beside_period"])
TOLD = st.one_of(st.text(max_size=12), st.sampled_from(["child_poverty_u15", "district", "2018", "steps"]))


@settings(max_examples=60, deadline=None)
@given(asked=st.dictionaries(ASKED, TOLD))
def test_whatever_is_asked_a_choice_can_be_drawn_and_asked_again(asked: dict[str, str]) -> None:
    from urllib.parse import parse_qsl

    view = prepared(RELEASE, "de")
    choice = chosen(view, asked)
    assert choice is not None
    for one in choice.pictures:
        assert len(classed(view, choice, one).fills) == len(view.layer_of(choice.level))
    assert chosen(view, dict(parse_qsl(choice.query()))) == choice


RELEASE = make_release()
