"""What strangers may send: no question breaks a page or the interface, nothing that was sent comes back as markup or formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.figures import Release
from tests.reports.conftest import make_release
from tests.web.conftest import Show
from tests.web.crawl import links

NASTY = (
    "' OR '1'='1", "1; DROP TABLE accounts_account;--", '"><script>alert(1)</script>', "../../../../etc/passwd", "..%2f..%2fetc",
    "\x00", "\ud7ff", "{{7*7}}", "%s%n", "=1+1", "0101", "child_poverty_u15", "A" * 3000, "-1", "1e309", "٣", "🏠", " ",
)  # fmt: skip
PUBLIC = (
    "/", "/karte/", "/karte/werte.json", "/karte/gebiete.json", "/karte/gebiet.json",
    "/karte/auswahl/", "/karte/karte.{}", "/gebiete/",
    "/gebiete/vorschlaege.json", "/vergleich/", "/vergleich/zusammenhang/", "/vergleich/verteilung/", "/gebiete/{}/",
    "/gebiete/{}/profil.pdf", "/gebiete/{}/zahlen.csv", "/index/", "/kennzahlen/{}/", "/kennzahlen/{}/zahlen.csv",
    "/geschichten/{}/", "/berichte/{}/", "/berichte/{}/bericht.pdf",
    "/berichte/{}/bericht.html", "/impressum/", "/en/areas/{}/", "/en/map/", "/{}", "/en/{}",
    "/static/{}", "/health",
)  # fmt: skip
NAMES = ("indicator", "level", "period", "classes", "beside", "beside_period", "choose", "area", "q", "a", "b", "across", "up",
         "status", "dynamic")  # fmt: skip
sent = st.one_of(st.sampled_from(NASTY), st.text(max_size=30))


@settings(max_examples=150, deadline=None)
@given(address=st.sampled_from(PUBLIC), key=sent, asked=st.dictionaries(st.sampled_from(NAMES), sent, max_size=4))
def test_no_address_and_no_question_breaks_a_page(client: Any, address: str, key: str, asked: dict[str, str]) -> None:
    path = address.replace("{}", quote(key.encode("utf-8", "replace"), safe=""))
    query = urlencode({name: text.encode("utf-8", "replace") for name, text in asked.items()})
    answer = client.get(f"{path}?{query}")
    assert answer.status_code in (200, 301, 304, 400, 404), (path, query)
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        assert links(answer.content.decode()).forbidden == [], (path, query)


def described(client: Any) -> Iterator[tuple[str, list[dict[str, Any]], dict[str, Any]]]:
    """Path, parameters and answers of everything that the description of the interface names."""
    for path, methods in client.get("/api/v1/openapi.json").json()["paths"].items():
        yield path, methods["get"].get("parameters", []), methods["get"]["responses"]


def fitting(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that the description allows."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "integer":
        return st.integers(schema.get("minimum"), schema.get("maximum"))
    known = st.sampled_from(["child_poverty_u15", "0101", "2020", "planning_area", ""])
    return st.one_of(known, st.text(max_size=schema.get("maxLength", 50)))


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_the_description_allows_is_answered_as_it_says_and_the_rest_is_refused(client: Any, data: Any) -> None:
    told = client.get("/api/v1/openapi.json").json()
    for path, parameters, responses in described(client):
        values = {one["name"]: data.draw(st.one_of(fitting(one["schema"]), sent), path) for one in parameters}
        key = quote(str(values.pop("id", "")).encode("utf-8", "replace"), safe="")
        asked = {name: str(one).encode("utf-8", "replace") for name, one in values.items()}
        answer = client.get(f"{path.replace('{id}', key)}?{urlencode(asked)}")
        assert answer.status_code in (200, 400, 404, 422), (path, asked)
        if answer.status_code == 200:
            schema = responses["200"]["content"]["application/json"]["schema"]
            jsonschema.validate(answer.json(), {**schema, "components": told["components"]})


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", [one for one in PUBLIC if "{}" not in one])
def test_public_pages_are_only_read(client: Any, address: str, method: str) -> None:
    assert getattr(client, method)(address).status_code == 405


NAMED = '<img src=x onerror=alert(1)>"\'&=HYPERLINK("http://evil")'


def renamed(release: Release, name: str) -> Release:
    """The same with that name for the first area."""
    rows = release.areas.to_pylist()
    for row in rows:
        if row["area"] == "0101":
            row |= {"name": name, "label": name}
    return replace(release, areas=pa.Table.from_pylist(rows, release.areas.schema))


SHOWN = (
    "/", "/gebiete/", "/gebiete/0101/", "/gebiete/0102/", "/index/", "/karte/?choose=0101", "/karte/auswahl/?choose=0101",
    "/karte/karte.svg", "/vergleich/?a=0101", "/vergleich/zusammenhang/", "/kennzahlen/child_poverty_u15/",
    "/gebiete/?q=img",
)  # fmt: skip


def test_markup_in_the_name_of_an_area_is_text_everywhere(show: Show) -> None:
    client = show(renamed(make_release(), NAMED))
    told = {address: client.get(address) for address in SHOWN}
    assert {one.status_code for one in told.values()} == {200}
    texts = {address: one.content.decode() for address, one in told.items()}
    assert [address for address, text in texts.items() if "<img src=x" in text or links(text).forbidden] == []
    assert sum("&lt;img" in text for text in texts.values()) > 5


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", " =", "\n="])
def test_a_name_is_no_formula_in_a_file(show: Show, sign: str) -> None:
    client = show(renamed(make_release(), f"{sign}cmd|' /C calc'!A0"))
    for address in ("/kennzahlen/child_poverty_u15/zahlen.csv", "/karte/karte.csv"):
        rows = csv.reader(io.StringIO(client.get(address).content.decode("utf-8-sig")), delimiter=";")
        cells = [cell for row in rows for cell in row if "cmd|" in cell]
        assert cells, address
        assert [cell for cell in cells if not cell.startswith("'")] == []
