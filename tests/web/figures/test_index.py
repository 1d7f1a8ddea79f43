"""The index page: every area stands in one field of the matrix, and each field leads to its areas."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sozialraum.web.figures import shelf
from tests.reports.conftest import PLAIN, indexed, make_release, measured
from tests.web.conftest import Show, later


def fields(page: str) -> list[tuple[str, int]]:
    """Address and number of every field of the matrix."""
    matrix = page[page.index('class="matrix types"') : page.index("</table>", page.index('class="matrix types"'))]
    return [(href.replace("&amp;", "&"), int(number)) for href, number in re.findall(r'href="([^"]+)">(\d+)<', matrix)]


def test_every_field_leads_to_as_many_areas_as_it_says(client: Any) -> None:
    found = fields(client.get("/index/").content.decode())
    assert len(found) == 12
    assert sum(number for _, number in found) == 23  # one area has too few people for a class
    for href, number in found:
        page = client.get(href.partition("#")[0]).content.decode()
        table = page[page.index('id="areas"') :]
        assert table.count('<th scope="row"') == number, href
        assert page.count("Alle Gebiete zeigen") == 1


def test_an_unknown_group_shows_all_areas(client: Any) -> None:
    page = client.get("/index/?status=none&dynamic=%00").content.decode()
    assert page.count("Alle Gebiete zeigen") == 0
    assert page[page.index('id="areas"') :].count('<th scope="row"') == 23


def test_how_sure_and_what_it_does_not_say_stand_there(client: Any) -> None:
    page = client.get("/index/").content.decode()
    for text in ("Wie sicher ist das?", "Was der Index nicht sagt", "Kein Pegel.", "eher sicher", "Grenzfall"):
        assert text in page


def test_where_nobody_knows_how_sure_a_class_is_no_column_stands_empty(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "LOOK_AGAIN", 0.0)
    told = [one | ({"class_probability": None} if "class_probability" in one else {}) for one in measured() + indexed()]
    client = show(make_release())
    known = client.get("/index/").content.decode()
    unknown = show(later(make_release(told), 2)).get("/index/").content.decode()
    heads = [page[page.index('id="areas"') :].count("Wie sicher?</th>") for page in (known, unknown)]
    assert heads == [2, 0]


def test_without_an_index_the_page_and_the_menu_say_so(show: Show) -> None:
    client = show(make_release(measured(), PLAIN))
    assert client.get("/index/").status_code == 404
    start = client.get("/")
    assert start.status_code == 200
    assert 'href="/index/"' not in start.content.decode()
    assert 'role="img"' in start.content.decode()
