"""Files to take along hold the released numbers, in the spelling of the reader's spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

import pikepdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sozialraum.web.figures.files import safe
from tests.reports.conftest import measured


def rows(client: Any, address: str, sign: str) -> list[list[str]]:
    text = client.get(address).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=sign))


def test_the_numbers_of_an_area_are_the_released_ones(client: Any) -> None:
    found = rows(client, "/gebiete/0103/zahlen.csv", ";")
    assert found[0] == ["indicator", "title", "period", "value", "lower", "upper", "state", "unit"]
    released = {(one["indicator"], one["period"]): one for one in measured() if one["area"] == "0103"}
    table = {(one[0], one[2]): one for one in found[1:-2]}
    assert set(table) == set(released)
    for place, one in released.items():
        told = "" if one["value"] is None else f"{one['value']:.10g}".replace(".", ",")
        assert table[place][3] == told, place
    assert table["child_poverty_u15", "2020"][6] == "geheim"
    assert found[-1] == ["Quelle: Erfundenes Register, Musterstadt, CC0. Freigabe 2021-1"]


def test_the_english_file_has_points_and_commas(client: Any) -> None:
    found = rows(client, "/en/indicators/share_under_18/zahlen.csv", ",")
    assert found[1][:4] == ["0101", "Gebiet 0101", "2016", "12"]
    assert found[4][:4] == ["0102", "Gebiet 0102", "2016", "12.25"]


@pytest.mark.parametrize("text", ["=1+1", "+49", "-x", "@SUM(A1)", "\tx", "\rx"])
def test_no_text_becomes_a_formula(text: str) -> None:
    assert safe(text, german=True) == f"'{text}"


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet="=+-@,;|\t\r\n \"'aé\uff1d", max_size=12), german=st.booleans())
@example(text="a;=1+1", german=False)
@example(text="a,=1+1", german=True)
@example(text='a";"=1', german=False)
def test_no_text_becomes_a_formula_where_another_sign_divides_the_line(text: str, german: bool) -> None:
    held = io.StringIO()
    csv.writer(held, delimiter=";" if german else ",", lineterminator="\r\n").writerow(["x", safe(text, german), "y"])
    for divided in (",", ";", "\t", "|"):
        cells = [cell.lstrip(' "') for line in held.getvalue().splitlines() for cell in line.split(divided)]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\uff1d"))] == []


def test_numbers_stay_numbers() -> None:
    assert [safe(one, german=True) for one in (-1.5, 0.0, 1234567.0, None, "Gebiet")] == [
        "-1,5",
        "0",
        "1234567",
        "",
        "Gebiet",
    ]


def test_the_profile_is_a_tagged_pdf_that_saves_itself(client: Any) -> None:
    answer = client.get("/gebiete/0101/profil.pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="profil-0101-2021-1.pdf"'
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert document.Root.Lang == "de"
