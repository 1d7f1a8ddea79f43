"""Own selection of areas: sums are rebuilt from released counts, bounded where one is hidden, refused where none is released."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.reports import prepared
from sozialraum.web.figures.maps.choice import chosen
from sozialraum.web.figures.relations.selection import selected
from tests.reports.conftest import make_release
from tests.web.conftest import Show
from tests.web.figures.test_relations import POVERTY, counted
from tests.web.maps.test_map import by_key

RELEASE = counted(make_release())
VIEW = prepared(RELEASE, "en")
KEYS = VIEW.layer.keys
ROWS = {row["area"]: row for row in RELEASE.table.to_pylist()
        if (row["indicator"], row["period"], row["level"]) == (POVERTY, "2020", "planning_area")}  # fmt: skip


def told(keys: tuple[str, ...], indicator: str = POVERTY) -> Any:
    choice = chosen(VIEW, {"indicator": indicator, "period": "2020"})
    assert choice is not None
    own = selected(VIEW, choice, keys)
    return own.sums[0] if own else None


def test_a_share_is_that_of_the_summed_counts() -> None:
    keys = ("0101", "0201", "0402")
    cases = sum(ROWS[key]["numerator"] for key in keys)
    found = told(keys)
    assert found.value == f"{100 * cases / 600:.1f}%"
    assert found.notes[0] == f"{cases:.0f} of 600"
    assert found.notes[1].startswith("Random range ")


def test_a_hidden_count_gives_bounds_and_no_value_inside_them() -> None:
    cases = ROWS["0101"]["numerator"]
    found = told(("0101", "0103"))
    low, high = (float(one) for one in re.findall(r"[\d.]+", found.value)[:2])
    assert (low, high) == (
        pytest.approx(100 * cases / 400, abs=0.05),
        pytest.approx(100 * (cases + 200) / 400, abs=0.05),
    )
    assert "secret count" in found.notes[0]


def test_an_area_without_a_value_is_left_out_and_said() -> None:
    assert (
        told(("0101", "0104")).notes[-1]
        == "Left out, because there is no value for them on these boundaries: one area."
    )


def test_rates_without_released_counts_are_not_averaged() -> None:
    found = told(("0101", "0201"), "share_under_18")
    assert (found.value, found.notes[0][:25]) == ("", "Cannot be put together: t")


def test_people_are_added() -> None:
    rows = [
        row for row in RELEASE.table.to_pylist() if row["indicator"] == "population_total" and row["period"] == "2020"
    ]
    whole = sum(row["value"] for row in rows if row["level"] == "planning_area")
    assert told(KEYS, "population_total").value.replace(",", "").startswith(f"{whole:.0f}")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(KEYS), min_size=1, max_size=24))
def test_nothing_is_told_that_the_released_rows_do_not_tell(keys: list[str]) -> None:
    """The whole lies inside the bounds for every count that a hidden area could have."""
    found, several = told(tuple(keys)), set(keys) - {"0104"}
    known = sum(ROWS[key]["numerator"] or 0 for key in several)
    hidden = 200 * ("0103" in several)
    numbers = [float(one) for one in re.findall(r"\d+\.?\d*", found.value)[: 2 if hidden else 1]]
    if several:
        people = 200 * len(several)
        ends = [100 * known / people, 100 * (known + hidden) / people][: len(numbers)]
        assert numbers == pytest.approx(ends, abs=0.051)


def test_the_link_reopens_the_selection_and_unknown_areas_are_passed_over(show: Show) -> None:
    client = show(RELEASE)
    asked = {"indicator": POVERTY, "period": "2020", "choose": ["0101", "0103", "' OR 1=1", "9999"]}
    page = unescape(client.get("/karte/", asked).content.decode())
    piece = unescape(client.get("/karte/auswahl/", asked).content.decode())
    assert "Eigene Auswahl: zwei Gebiete" in page
    assert re.findall(r"<li>([^<]+)</li>", piece) == ["Gebiet 0101", "Gebiet 0103"]
    assert "choose=0101&choose=0103" in page  # in the link to the other language
    assert client.get("/karte/auswahl/", {"choose": "9999"}).content.strip() == b""


def test_the_index_is_a_layer_of_the_map(client: Any) -> None:
    told_values = client.get("/karte/werte.json?indicator=index").json()
    table = {
        row["area"]: row
        for row in RELEASE.table.to_pylist()
        if row["indicator"].endswith(".status") and row["period"] == "2020"
    }
    fills, _ = by_key(client, told_values)
    order = [row["class"] for row in table.values() if row["class"]]
    assert {fills[key] for key, row in table.items() if row["class"] == "very_low"} == {"status-4"}
    assert sum(one.startswith("status") for one in fills.values()) == len(order)
    assert set(told_values["marks"]["names"]) <= {"", "up", "down"}
    page = client.get("/karte/?indicator=index&beside=index").content.decode()
    assert "Status und Entwicklung" in page
    assert (
        "lassen sich nicht zusammenfassen" in client.get("/karte/auswahl/?indicator=index&choose=0101").content.decode()
    )


def test_pictures_to_take_along_name_source_and_counts(client: Any) -> None:
    for query in ("indicator=index", f"indicator={POVERTY}"):
        drawing = client.get(f"/karte/karte.svg?{query}").content.decode()
        assert "Quelle: Erfundenes Register" in drawing
        assert "Freigabe 2021-1" in drawing
        dots = client.get(f"/karte/karte.png?{query}")
        assert dots.headers["Content-Type"] == "image/png"
        assert dots.content[:8] == b"\x89PNG\r\n\x1a\n"
        assert dots.headers["Content-Disposition"].endswith('.png"')
