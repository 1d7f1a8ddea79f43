"""Areas side by side show their released values, each area once, in the order chosen."""

from __future__ import annotations

import re
from statistics import median
from typing import Any

import pytest

from tests.reports.conftest import measured


def cells(page: str, name: str) -> list[str]:
    """The texts of the row of a figure."""
    table = page[page.index("<table") :]
    row = next(one for one in table.split("<tr") if f">{name}<" in one)
    return [
        re.sub(r"<span class=\"note\">.*?</span>|<[^>]+>", "", one) for one in re.findall(r"<td[^>]*>(.*?)</td>", row)
    ]


def released(indicator: str) -> dict[str, float | None]:
    """Values of the newest date by area."""
    asked = (indicator, "2020", "planning_area")
    return {one["area"]: one["value"] for one in measured() if (one["indicator"], one["period"], one["level"]) == asked}


def german(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def test_values_are_those_of_the_release(client: Any) -> None:
    page = client.get("/vergleich/?a=0402&b=0103&c=0101").content.decode()
    poverty, young = released("child_poverty_u15"), released("share_under_18")
    known = [one for one in poverty.values() if one is not None]
    assert cells(page, "Kinderarmut") == [german(poverty["0402"] or -1), "geheim", "0", german(median(known))]
    assert cells(page, "Anteil unter 18-Jährige")[:3] == [german(young[key] or -1) for key in ("0402", "0103", "0101")]


@pytest.mark.parametrize(
    ("query", "count"), [("", 0), ("?a=9999&b=%00", 0), ("?a=0101&b=0101&c=0102", 2), ("?c=0101", 1)]
)
def test_only_known_areas_and_each_once(client: Any, query: str, count: int) -> None:
    page = client.get(f"/vergleich/{query}").content.decode()
    assert page.count("selected") == count
    assert ("<table" in page) == bool(count)


def test_a_profile_leads_to_the_areas_like_it(client: Any) -> None:
    page = client.get("/gebiete/0203/").content.decode()
    assert re.search(r'href="/vergleich/\?a=0203&amp;b=\d{4}&amp;c=\d{4}"', page)
