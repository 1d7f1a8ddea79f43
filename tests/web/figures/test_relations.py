"""Figures in relation: numbers of the sentence and the curve are those of the released counts, dots name their areas."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from sozialraum.figures import Release
from sozialraum.reports import prepared
from sozialraum.web.figures.pages.indicator import courses
from sozialraum.web.figures.relations import correlate, spread
from sozialraum.web.figures.relations.counts import released_counts
from tests.reports.conftest import make_release
from tests.web.conftest import Show

POVERTY = "child_poverty_u15"


def counted(release: Release, hide: tuple[str, ...] = ()) -> Release:
    """The same with counts behind child poverty: 200 children in every area, the rest of the value follows from them."""
    rows = release.table.to_pylist()
    for row in rows:
        if row["indicator"] == POVERTY and row["flag"] != "missing":
            secret = row["flag"] == "suppressed" or row["area"] in hide
            cases = None if secret else round(2 * row["value"])
            row |= {"denominator": 200.0, "numerator": cases, "value": None if secret else cases / 2.0}
            row["flag"] = "suppressed" if secret else row["flag"]
    return replace(release, table=pa.Table.from_pylist(rows, release.table.schema))


def test_counts_are_read_with_what_their_quotient_is_multiplied_by() -> None:
    view = prepared(counted(make_release()), "de")
    counts = released_counts(view, POVERTY, "planning_area", "2020")
    assert counts is not None
    known = ~np.isnan(counts.numerator)
    assert (counts.per, known.sum()) == (100.0, 22)
    assert counts.value[known] == pytest.approx(counts.numerator[known] / 2)
    assert released_counts(view, "population_total", "planning_area", "2020").per == 0  # type: ignore[union-attr]
    plain = prepared(make_release(), "de")
    assert released_counts(plain, POVERTY, "planning_area", "2020") is None


def test_the_sentence_tells_the_shares_of_the_released_counts(show: Show) -> None:
    release = counted(make_release())
    page = unescape(show(release).get("/vergleich/verteilung/").content.decode())
    rows = [row for row in release.table.to_pylist() if row["indicator"] == POVERTY and row["level"] == "planning_area"
            and row["period"] == "2020" and row["numerator"] is not None]  # fmt: skip
    group = np.array([row["numerator"] for row in rows])
    rest = 200 - group
    moved = 0.5 * np.abs(group / group.sum() - rest / rest.sum()).sum()
    alone = (group / group.sum() * group / 200).sum()
    assert f"{100 * moved:.0f}\xa0% der Gezählten".replace(".", ",") in page
    assert f"beträgt der Anteil {100 * alone:.1f}\xa0%".replace(".", ",") in page
    assert "2 Gebiete fehlen" in page


def test_without_released_counts_the_page_says_so(client: Any) -> None:
    page = client.get("/vergleich/verteilung/").content.decode()
    assert "enthält keinen Anteil mit Anzahlen" in page


def test_many_hidden_counts_draw_no_curve() -> None:
    keys = tuple(f"01{at:02d}" for at in range(1, 7))
    assert spread.figures(prepared(counted(make_release(), keys), "de")) == []


def test_every_area_with_both_values_is_a_dot_that_tells_its_name(client: Any) -> None:
    asked = {"across": "share_under_18", "up": POVERTY}
    page = client.get("/vergleich/zusammenhang/", asked).content.decode()
    wide = page[page.index('class="wide"') : page.index('class="narrow"')]
    keys = re.findall(r'data-k="(\d+)"', wide)
    assert (len(keys), len(set(keys))) == (22, 22)
    assert "0103" not in keys  # its value is hidden
    assert page.count("<tr") == 25
    assert client.get("/vergleich/zusammenhang/", {"across": "x", "up": "' OR 1=1"}).status_code == 200


def test_a_direction_is_told_only_where_the_range_leaves_out_zero() -> None:
    assert correlate._direction(0.4, -0.1, 0.7).startswith("{first} and {second}: no connection")
    assert "mostly lower" in correlate._direction(-0.6, -0.8, -0.3)
    assert "somewhat more often higher" in correlate._direction(0.3, 0.1, 0.5)


def test_places_in_the_radar_are_those_of_the_profile(client: Any) -> None:
    page = client.get("/vergleich/?a=0101&b=0203").content.decode()
    assert ("Plätze unter allen Gebieten" in page) == (page.count("<path") > 0 and "Äußerer Rand" in page)


def test_more_areas_than_dots_can_show_stand_in_parts_of_a_table(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    """No page of a figure draws or lists hundreds of thousands of areas at once."""
    from sozialraum.web import paging
    from sozialraum.web.figures.pages import indicator
    from sozialraum.web.figures.relations import views

    for one in (correlate, views, indicator):
        monkeypatch.setattr(one, "MANY", 3)
    monkeypatch.setattr(paging, "ROWS", 2)
    monkeypatch.setattr(paging.part, "__defaults__", (2,))
    client = show(make_release())
    pages = [client.get(f"/vergleich/zusammenhang/?page={number}").content.decode() for number in (1, 2)]
    bodies = [one.partition("<tbody>")[2].partition("</tbody>")[0] for one in pages]
    rows = [re.findall(r'<a href="/gebiete/([^"/]+)/"', one) for one in bodies]
    assert [len(one) for one in rows] == [2, 2]
    assert not set(rows[0]) & set(rows[1])
    assert all("Jeder Punkt ist ein Gebiet" not in unescape(one) for one in pages)
    told = client.get(f"/kennzahlen/{POVERTY}/").content.decode()
    assert f'href="/karte/?indicator={POVERTY}#numbers"' in told
    assert "ranking" not in told


def test_only_median_lines_that_there_are_stand_in_the_key() -> None:
    release = make_release()
    rows = release.table.to_pylist()
    for row in rows:
        if row["indicator"] == POVERTY and row["area"] <= "0103":
            row |= {"value": None, "lower": None, "upper": None, "flag": "suppressed"}
    view = prepared(replace(release, table=pa.Table.from_pylist(rows, release.table.schema)), "de")
    one, other = view.series("share_under_18"), view.series(POVERTY)
    assert correlate._legend(one, one, "de").endswith("gestrichelt: das mittlere Gebiet jeder Kennzahl.")
    assert "das mittlere Gebiet für „" in correlate._legend(one, other, "de")
    assert correlate._legend(other, other, "de") == "Jeder Punkt ist ein Gebiet."


def test_the_course_of_all_areas_reaches_the_newest_date() -> None:
    """A newest date with too many secret values is a gap at the end, not a course that ends before."""
    release = make_release()
    rows = release.table.to_pylist()
    for row in rows:
        if row["indicator"] == POVERTY and row["area"] <= "0103" and row["period"] == "2020":
            row |= {"value": None, "lower": None, "upper": None, "flag": "suppressed"}
    view = prepared(replace(release, table=pa.Table.from_pylist(rows, release.table.schema)), "de")
    chart = courses(view, POVERTY)
    assert chart is not None
    assert [(one["label"], one["value"] is None) for one in chart.data.to_pylist()][-2:] == [
        ("2018", False),
        ("2020", True),
    ]
