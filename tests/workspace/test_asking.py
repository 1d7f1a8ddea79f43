"""What is asked of a workspace is checked before any work, and every fault of a declared release is told at once."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.compute as pc
import pytest

from sozialraum.errors import CallError, InputError
from sozialraum.figures import Figures
from sozialraum.workspace import Workspace

PLANS = """
[[release.bericht.figures]]
level = "planing_area"
totals = ["district", "countyy"]
indicators = ["child_povrty_u15", "xyz"]
years = { first = 2024, last = 2024 }

[[release.bericht.figures]]
level = "district"
indicators = []
"""


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.fixture
def totals(town: Workspace) -> Figures:
    return town.figures(["population_total"], "district", [2024])


def test_every_fault_of_a_declared_release_is_told_with_its_key(town: Workspace) -> None:
    file, before = town.folder / "release.toml", files(town.folder)
    file.write_text(PLANS, encoding="utf-8")
    for act in (town.release_planned, lambda name: town.prepare(name, by="Petra Plan")):
        with pytest.raises(InputError) as refused:
            act("bericht")
        lines = [
            line.removeprefix(f"{file}, Spalte „release.bericht.figures.")
            for line in refused.value.say("de").split("\n")
        ]
        assert lines == [
            "0.level“: Eine Ebene „planing_area“ gibt es nicht; vorhanden sind: planning_area, district.",
            "0.totals“: Eine Ebene „countyy“ gibt es nicht; vorhanden sind: planning_area, district.",
            "0.indicators“: Es gibt keine Kennzahl „child_povrty_u15“. Meinten Sie „child_poverty_u15“? "
            "Alle Kennzahlen: sozialraum catalogue",
            "0.indicators“: Es gibt keine Kennzahl „xyz“. Alle Kennzahlen: sozialraum catalogue",
            '1.indicators“: Es ist keine Kennzahl genannt. indicators = ["child_poverty_u15"] schreiben.',
            "1“: Es ist kein Zeitpunkt genannt. years = { first = 2022, last = 2024 } schreiben.",
        ]
    assert files(town.folder) == before


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ("{ first = 2024, last = 2020 }", "the first year lies after the last."),
        ("{ first = 2020, last = 2024, step = 0 }", "value '0': It must be 1 or more."),
    ],
)
def test_years_that_are_none_are_the_only_fault(town: Workspace, years: str, said: str) -> None:
    part = f'[[release.bericht.figures]]\nlevel = "district"\nindicators = ["population_total"]\nyears = {years}\n'
    (town.folder / "release.toml").write_text(part, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        town.plan("bericht")
    assert len(refused.value.faults) == 1
    assert said in refused.value.say()


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda ws: ws.figures("population_total", "district", [2024]), "indicators is a list, and 'population_total' is none."),
        (lambda ws: ws.figures(["population_total"], "district", 2024), "periods is a list, and 2024 is none."),
        (lambda ws: ws.figures([], "district", [2024]), "The list indicators is empty."),
        (lambda ws: ws.figures(["population_total"], "district", []), "The list periods is empty."),
        (lambda ws: ws.figures(["a_b", "population_totals", "x_y"], "district", [2024]),
         "There is no indicator 'a_b', 'population_totals', 'x_y'. Did you mean 'population_total'?"),
    ],
)  # fmt: skip
def test_calls_that_ask_for_no_figures_are_told_why(
    town: Workspace, ask: Callable[[Workspace], Figures], said: str
) -> None:
    with pytest.raises(CallError, match=re.escape(said)):
        ask(town)


@pytest.mark.parametrize("name", ["", "../x", "a/../../x", "a\nb", "-", "x" * 82, "a\\b"])
def test_a_release_has_a_name_that_can_be_a_folder(town: Workspace, totals: Figures, name: str) -> None:
    before = files(town.folder.parent)
    with pytest.raises(CallError, match="can be no name of a release"):
        town.release([totals], name)
    assert files(town.folder.parent) == before


def test_a_release_is_made_of_a_list_of_figures(town: Workspace, totals: Figures) -> None:
    for parts, given in (
        (totals, "a single Figures"),
        ("population_total", "a single str"),
        ([totals, "x"], "str in it"),
    ):
        with pytest.raises(CallError, match=f"takes a list of Figures, got {given}"):
            town.release(parts, "bericht")  # type: ignore[arg-type]


def test_what_two_parts_say_alike_is_released_once(town: Workspace, totals: Figures) -> None:
    areas = town.figures(["population_total"], "planning_area", [2024])
    release = town.release([totals, areas, totals], "zweimal")
    assert release.table.num_rows == totals.table.num_rows + areas.table.num_rows
    assert release.table["area"].to_pylist()[: totals.table.num_rows] == totals.table["area"].to_pylist()


def test_what_two_parts_say_differently_is_refused(town: Workspace, totals: Figures) -> None:
    table = totals.table
    at = table.column_names.index("value")
    other = Figures(table.set_column(at, "value", pc.add(table["value"], 1.0)), totals.descriptions)
    with pytest.raises(CallError, match="different numbers of 'population_total' on 'district' in 2024"):
        town.release([totals, other], "bericht")


@pytest.mark.parametrize(
    ("protocol", "said"), [("p.docx", "endet weder auf .html noch auf .pdf."), ("p.html", "ist ein Ordner.")]
)
def test_nothing_is_released_where_its_protocol_cannot_be_written(
    town: Workspace, tmp_path: Path, protocol: str, said: str
) -> None:
    (tmp_path / "p.html").mkdir()
    before = files(town.folder)
    command = ["release", "bericht", "--by", "A", "--protocol", str(tmp_path / protocol), "-w", str(town.folder)]
    done = subprocess.run(
        [sys.executable, "-m", "sozialraum", *command, "--lang", "de"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert files(town.folder) == before
