"""The interface for programs gives the released values, keeps to its description, and the catalogue names real addresses."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.conftest import NUMBER, measured
from tests.web.conftest import Show

ADDRESSES = ("/api/v1/release", "/api/v1/indicators", "/api/v1/indicators/child_poverty_u15", "/api/v1/areas",
             "/api/v1/figures?indicator=child_poverty_u15")  # fmt: skip


def ask(client: Any, **asked: Any) -> Any:
    return client.get("/api/v1/figures", asked).json()


def test_a_program_reads_no_page_where_it_went_wrong(client: Any) -> None:
    lost = [client.get(f"/api/{one}") for one in ("v1/nowhere", "v1/", "v1/areas/", "v2/areas", "v1/indicators/x")]
    strange, sent = client.get("/api/v1/areas", HTTP_HOST="evil.example"), client.post("/api/v1/areas")
    every = (*lost, strange, sent)
    assert [one.status_code for one in every] == [404] * 5 + [400, 405]
    assert {one.headers["Content-Type"].partition(";")[0] for one in every} == {"application/json"}
    assert {type(one.json()["detail"]) for one in every} == {str}
    assert sent.headers["Allow"] == "GET, HEAD"


def test_values_are_those_of_the_release(client: Any) -> None:
    told = ask(client, indicator="child_poverty_u15", limit=10_000)
    released = [one for one in measured() if one["indicator"] == "child_poverty_u15"]
    assert told["count"] == len(told["figures"]) == len(released)
    values = {(one["level"], one["area"], one["period"]): one["value"] for one in told["figures"]}
    assert values == {(one["level"], one["area"], one["period"]): one["value"] for one in released}
    hidden = ask(client, indicator="child_poverty_u15", area="0103", period="2020")["figures"][0]
    assert (hidden["state"], hidden["value"], hidden["lower"]) == ("hidden", None, None)


def test_pages_put_together_are_the_whole(client: Any) -> None:
    whole = ask(client, indicator="share_under_18", limit=10_000)
    pieces = [ask(client, indicator="share_under_18", limit=25, offset=at)["figures"] for at in range(0, 100, 25)]
    assert [one for piece in pieces for one in piece] == whole["figures"]
    assert whole["count"] == NUMBER * 3


def test_every_answer_fits_its_description(client: Any) -> None:
    told = client.get("/api/v1/openapi.json").json()
    for address in ADDRESSES:
        path = address.partition("?")[0].replace("/child_poverty_u15", "/{id}")
        answer = told["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(client.get(address).json(), {**answer, "components": told["components"]})


def test_the_description_names_every_address_and_no_other_method(client: Any) -> None:
    told = client.get("/api/v1/openapi.json").json()
    known = ("release", "indicators", "indicators/{id}", "areas", "figures")
    assert {path: list(one) for path, one in told["paths"].items()} == {f"/api/v1/{one}": ["get"] for one in known}
    assert client.get("/api/v1/docs").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_only_read(client: Any, method: str) -> None:
    for address in ADDRESSES:
        assert getattr(client, method)(address).status_code == 405


WORDS = st.one_of(
    st.text(max_size=20), st.sampled_from(["child_poverty_u15", "2020", "planning_area", "0101", "-1", "1e9"])
)
NAMES = st.sampled_from(["indicator", "level", "period", "area", "limit", "offset", "language", "x"])


PATHS = st.sampled_from(["figures", "areas", "indicators", "indicators/x", "release"])


@settings(max_examples=80, deadline=None)
@given(
    asked=st.dictionaries(NAMES, WORDS),
    address=st.sampled_from(["figures", "areas", "indicators", "indicators/x", "release"]),
)
def test_no_question_breaks_it(client: Any, asked: dict[str, str], address: str) -> None:
    assert client.get(f"/api/v1/{address}", asked).status_code in (200, 404, 422)


def test_without_a_release_there_is_nothing(show: Show) -> None:
    client = show()
    assert {client.get(one).status_code for one in ADDRESSES} == {404}


def test_the_catalogue_names_real_addresses_and_the_licence(client: Any) -> None:
    answer = client.get("/daten/katalog.jsonld")
    assert answer.headers["Content-Type"] == "application/ld+json"
    told = json.loads(answer.content)
    assert [one["dct:identifier"] for one in told["dcat:dataset"]] == [
        f"2021-1/{one}"
        for one in ("population_total", "share_under_18", "share_65_plus", "unemployment_share", "child_poverty_u15")
    ]
    for one in told["dcat:dataset"]:
        for file in one["dcat:distribution"]:
            address = file["dcat:downloadURL"]["@id"].removeprefix("http://testserver")
            assert client.get(address).status_code == 200
            assert file["dct:license"] == {"@id": "http://dcat-ap.de/def/licenses/cc-zero"}
        assert one["dct:issued"]["@value"] == "2021-09-30"


def test_the_whole_release_as_one_file_hides_what_is_hidden(client: Any) -> None:
    lines = client.get("/daten/freigabe.csv").content.decode("utf-8-sig").splitlines()
    hidden = [line for line in lines if ";suppressed" in line]
    assert hidden == ["0103;planning_area;2016;2020;child_poverty_u15;;;;suppressed"]


def test_an_answer_is_known_by_its_mark_and_an_unknown_place_gets_the_same_empty_one(client: Any) -> None:
    first = client.get("/api/v1/figures", {"indicator": "child_poverty_u15", "limit": 10})
    again = client.get(
        "/api/v1/figures", {"indicator": "child_poverty_u15", "limit": 10}, HTTP_IF_NONE_MATCH=first["ETag"]
    )
    assert (again.status_code, again.content) == (304, b"")
    empty = [client.get("/api/v1/figures", {"indicator": "child_poverty_u15", "area": one}) for one in ("x", "y")]
    assert [one.json() for one in empty] == [{"count": 0, "figures": []}] * 2


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_asks_about_an_answer_hears_the_same_without_it(client: Any, address: str) -> None:
    whole, head = client.get(address), client.head(address)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"])
    assert client.post(address).status_code == 405
