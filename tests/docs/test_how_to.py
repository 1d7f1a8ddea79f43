"""The how-to pages do what they say: their declarations are written to a workspace and used."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks

HOW_TO = ROOT / "docs" / "how-to"
DELIVERED = "Raum;unter 18;18 bis unter 65;65 und älter\n0101;20;60;20\n0102;30;50;20\n"


def write_declarations(page: str, folder: Path) -> list[Path]:
    """Writes each TOML block of a page to the file that its first line names."""
    written = []
    for block in blocks(HOW_TO / page, "toml"):
        path = folder / block.splitlines()[0].removeprefix("# ")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block, encoding="utf-8")
        written.append(path)
    return written


def write_areas(folder: Path) -> None:
    import geopandas as gpd
    from shapely import box

    folder.mkdir()
    squares = [box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000)]
    names = {"schluessel": ["0101", "0102"], "name": ["Altstadt", "Neustadt"]}
    gpd.GeoDataFrame(names, geometry=squares, crs=25832).to_file(folder / "planungsraeume.gpkg")


def test_the_first_own_file_is_stored_and_counted(tmp_path: Path) -> None:
    import sozialraum as sr

    folder = tmp_path / "unser-kreis"
    write_declarations("first-own-file.md", folder)
    write_areas(folder / "areas")
    file = tmp_path / "einwohner_2024.csv"
    file.write_text(DELIVERED, encoding="utf-8")
    workspace = sr.open(folder)
    assert [fault.say() for fault in workspace.check(file, "einwohner").faults] == []
    workspace.add(file, "einwohner", received="2025-01-20T08:00:00")
    figures = workspace.figures(["share_under_18"], "planning_area", [2024])
    assert figures.value("share_under_18", "0102", 2024) == pytest.approx(30.0)
    assert "einwohner_2024.csv" in workspace.explain("share_under_18", "0102", 2024).say("en")


def test_the_shown_indicator_gives_its_example(tmp_path: Path) -> None:
    from sozialraum.indicators import catalogue, differences

    write_declarations("add-an-indicator.md", tmp_path)
    known = catalogue(tmp_path / "indicators")
    shown = known["share_young_adults"]
    assert [differences(shown, example, known) for example in shown.example] == [[]]
