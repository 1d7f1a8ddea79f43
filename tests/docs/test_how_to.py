"""The how-to pages do what they say: their declarations are written to a workspace and used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sozialraum.errors import InputError
from tests.docs.pages import ROOT, blocks, commands

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


def test_the_source_that_the_readme_names_is_proposed_and_gives_figures_once_its_questions_are_answered(
    tmp_path: Path,
) -> None:
    """The lines to fill in stand below the questions; whoever takes them as they are has forgotten nothing."""
    import sozialraum as sr

    write_declarations("first-own-file.md", tmp_path)
    (tmp_path / "sources" / "einwohner.toml").unlink()
    write_areas(tmp_path / "areas")
    words = next(line.split() for line in commands(ROOT / "README.md") if " check einwohner_2024" in line)
    file, source = tmp_path / "einwohner_2024.csv", words[words.index("--source") + 1]
    file.write_text(DELIVERED, encoding="utf-8")
    written = sr.open(tmp_path).propose(file).write(tmp_path)
    text = re.sub(r"# TODO .*\n(?:# (\w+ = ))?", r"\1", written.read_text(encoding="utf-8"))
    written.write_text(text, encoding="utf-8")
    workspace = sr.open(tmp_path)
    workspace.add(file, source, received="2025-01-20T08:00:00")
    with pytest.raises(InputError, match=r"was added before, on 2025-01-20\."):
        workspace.add(file, source, received="2025-01-21T08:00:00")
    explained = workspace.explain("share_under_18", "0102", 2024)
    assert (explained.row["value"], explained.origins[0].file) == (pytest.approx(30.0), "einwohner_2024.csv")
    assert "Regel: Anzahlen von 1 bis 2 sind geheim" in explained.say("de")
    assert "Rule: Counts from 1 to 2 are hidden" in explained.say("en")


def test_the_shown_indicator_gives_its_example(tmp_path: Path) -> None:
    from sozialraum.indicators import catalogue, differences

    write_declarations("add-an-indicator.md", tmp_path)
    known = catalogue(tmp_path / "indicators")
    shown = known["share_young_adults"]
    assert [differences(shown, example, known) for example in shown.example] == [[]]
