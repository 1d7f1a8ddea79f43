"""Long tables come in parts: every row stands on exactly one page, and the way to the others keeps what was chosen."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import parse_qsl

import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.web.paging import ALL, MOST, ROWS, part, ways
from tests.reports.conftest import CHILDREN, make_release, row
from tests.web.conftest import Show

COUNT = 2 * ROWS + 20
KEYS = [f"{at:04d}" for at in range(COUNT)]


def places() -> pa.Table:
    boxes = {
        key: shapely.box(at % 20 * 100, at // 20 * 100, at % 20 * 100 + 100, at // 20 * 100 + 100)
        for at, key in enumerate(KEYS)
    }
    told = [
        {"area": key, "level": level, "vintage": "2016", "name": f"Ort {key}", "label": f"Ort {key}", "parent": None,
         "parents": above, "residents": 500.0, "area_m2": box.area, "geometry": shapely.to_wkb(box)}
        for key, level, above, box in (
            *((key, "planning_area", json.dumps({"city": "0"}), box) for key, box in boxes.items()),
            ("0", "city", "{}", shapely.union_all(list(boxes.values()))),
        )
    ]  # fmt: skip
    return pa.Table.from_pylist(told, schema=make_release().areas.schema)


@pytest.fixture
def site(show: Show) -> Any:
    rows = [row("child_poverty_u15", key, "2020", 5 + at / 10) for at, key in enumerate(KEYS)]
    return show(make_release(rows, (CHILDREN,), places()))


def listed(client: Any, address: str) -> list[str]:
    return re.findall(r"<tr><th[^>]*><a[^>]*>(Ort \d+)", client.get(address).content.decode())


@given(total=st.integers(0, 12_000))
def test_every_row_stands_on_exactly_one_page(total: int) -> None:
    rows = list(range(total))
    shown = [row for number in range(part(total, "1").count) for row in rows[part(total, str(number + 1)).rows]]
    assert shown == rows


@pytest.mark.parametrize(
    ("asked", "number"), [("", 1), ("0", 1), ("-1", 1), ("x", 1), ("2", 2), ("²", 1), ("9" * 30, 1), ("99", 3)]
)
def test_whatever_is_asked_leads_to_a_page_that_there_is(asked: str, number: int) -> None:
    assert part(COUNT, asked).number == number


def test_all_rows_at_once_only_where_a_browser_can_bear_them() -> None:
    assert part(MOST, ALL).number == 0
    assert part(MOST + 1, ALL).number == 1
    found = ways(part(MOST + 1, ""), "", "de", "all")
    assert found is not None
    assert found.all == ""


@pytest.mark.parametrize(
    "address", ["/gebiete/?", "/karte/?indicator=child_poverty_u15&classes=steps&", "/gebiete/?q=ort&"]
)
def test_the_pages_together_are_the_whole_table(site: Any, address: str) -> None:
    pages = [listed(site, f"{address}page={number}") for number in (1, 2, 3)]
    assert [len(one) for one in pages] == [ROWS, ROWS, 20]
    assert sorted(name for one in pages for name in one) == [f"Ort {key}" for key in KEYS]
    assert listed(site, f"{address}page=all") == [name for one in pages for name in one]
    assert listed(site, f"{address}page=99") == pages[2]


def test_the_way_to_other_rows_keeps_the_choice_and_says_where_one_is(site: Any) -> None:
    page = site.get("/karte/?indicator=child_poverty_u15&classes=steps&page=2").content.decode()
    nav = page[page.index('class="rows"') :].partition("</nav>")[0]
    assert f"Zeilen {ROWS + 1} bis {2 * ROWS} von {COUNT}" in nav
    assert re.findall(r'aria-current="page"><span class="hidden">Seite </span>(\d)', nav) == ["2"]
    asked = [dict(parse_qsl(html.unescape(one))) for one in re.findall(r'href="\?([^"#]*)#told"', nav)]
    assert {(one["indicator"], one["classes"]) for one in asked} == {("child_poverty_u15", "steps")}
    assert [one.get("page", "1") for one in asked] == ["1", "1", "2", "3", "3", "all"]


def test_short_tables_have_no_pages(client: Any) -> None:
    assert 'class="rows"' not in client.get("/karte/").content.decode()
    assert 'class="rows"' not in client.get("/gebiete/").content.decode()
