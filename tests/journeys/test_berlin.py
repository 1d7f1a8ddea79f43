"""Berlin's official monitoring rebuilt from the publishers' files, area for area."""

from __future__ import annotations

from tests.journeys.conftest import Built


def test_the_published_classes_are_rebuilt_in_every_area(berlin: Built) -> None:
    assert berlin.answer.code == 0, berlin.answer.err
    counted = [line for line in berlin.answer.out.splitlines() if "veröffentlichten" in line]
    assert counted == [
        f"{kind} gleich der veröffentlichten in {areas} von {areas} Gebieten ({edition})"
        for edition, areas in (("2013", 434), ("2017", 436), ("2019", 436))
        for kind in ("Statusklasse", "Dynamikklasse")
    ]


def test_berlin_ends_with_its_report(berlin: Built) -> None:
    assert sorted(path.name for path in (berlin.folder / "output").iterdir()) == [
        "social-report-monitoring-1.html",
        "social-report-monitoring-1.pdf",
    ]


def test_the_edition_of_2021_rates_536_areas(berlin: Built) -> None:
    from sozialraum.workspace import open as open_workspace

    release = open_workspace(berlin.folder).released("monitoring")
    rows = release.figures.select("mss-berlin-2019.status").at(2020).table.to_pylist()
    rated = [row["class"] for row in rows if row["class"]]
    assert (len(rows), len(rated)) == (542, 536)
    sure = [row for row in rows if row["class_probability"] is not None]
    assert len(sure) == 536
