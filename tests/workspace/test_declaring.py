"""Definitions of a workspace's own are judged whole and written whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from sozialraum.errors import CallError, InputError
from sozialraum.indicators import named
from sozialraum.workspace import Workspace
from tests.docs.pages import ROOT, blocks
from tests.workspace.town import SOURCE, make_town

INDICATOR = blocks(ROOT / "docs" / "how-to" / "add-an-indicator.md", "toml")[0]
INDEX = blocks(ROOT / "docs" / "how-to" / "own-index.md", "toml")[0]


@pytest.fixture
def town(tmp_path: Path) -> Workspace:
    return make_town(tmp_path / "kleinstadt", delivered=False)


def files(town: Workspace) -> set[str]:
    return {str(one.relative_to(town.folder)) for one in town.folder.rglob("*.toml")}


def test_a_right_definition_is_written_and_counts_at_once(town: Workspace) -> None:
    assert "share_young_adults" not in town.catalogue
    path = town.declare("indicator", INDICATOR)
    assert path == town.folder / "indicators" / "share_young_adults.toml"
    assert path.read_text(encoding="utf-8") == INDICATOR
    assert town.catalogue["share_young_adults"].title["de"] == "Anteil junger Erwachsener"
    assert town.declare("index", INDEX) == town.folder / "indices" / "kinder-lage.toml"
    assert town.declare("indicator", INDICATOR.replace("Junge Erwachsene", "Jüngere")) == path
    assert "Jüngere" in path.read_text(encoding="utf-8")


def test_the_example_is_shown_as_it_comes_out(town: Workspace) -> None:
    found = town.judge("indicator", INDICATOR)
    assert (found.id, found.faults) == ("share_young_adults", ())
    assert [(one.area, one.wanted, one.value, one.equal) for _, one in found.examples] == [("A", "25.0", 25.0, True)]


def test_an_example_that_gives_another_result_is_refused(town: Workspace) -> None:
    before = files(town)
    with pytest.raises(InputError, match=r"gives 25\.0 \(ok\) for area A in 2024, not 26\.0"):
        town.declare("indicator", INDICATOR.replace("25.0", "26.0"))
    assert files(town) == before


def test_all_faults_come_at_once_each_with_its_key(town: Workspace) -> None:
    text = INDICATOR.replace('unit     = "percent"', 'unit = "prozent"').replace("polarity", "polartity")
    assert {one.place.column for one in town.judge("indicator", text).faults} == {"unit", "polarity", "polartity"}


@pytest.mark.parametrize(
    ("kind", "text", "word"),
    [
        ("indicator", INDICATOR.replace('"share_young_adults"', '"child_poverty_u15"'), "taken"),
        ("indicator", INDICATOR.replace('"share_young_adults"', '"../../evil"'), "small letter"),
        ("indicator", INDICATOR.replace('facts = "population"', 'facts = "popullation"'), "population"),
        ("indicator", "no toml", "no valid TOML"),
        ("index", INDEX.replace('input = "value"', 'input = "worth"'), "value"),
        ("index", INDEX.replace('id = "kinder-lage"', 'id = "mss-berlin-2013"'), "taken"),
        ("source", SOURCE.replace("population", "people"), "fact table"),
        ("source", SOURCE + "\n# TODO licence", "Still to decide"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(town: Workspace, kind: str, text: str, word: str) -> None:
    before = files(town)
    with pytest.raises(InputError, match=word) as caught:
        town.declare(kind, text)
    assert "/tmp/tmp" not in str(caught.value)
    assert files(town) == before


@pytest.mark.parametrize(
    ("asked", "meant"), [("einwoner", "Did you mean 'einwohner'? "), ("xyz", "")], ids=["near", "far"]
)
def test_an_unknown_name_is_answered_with_the_nearest_or_the_way_to_all(
    town: Workspace, asked: str, meant: str
) -> None:
    with pytest.raises(CallError, match=f"no source '{asked}'") as source:
        town.check(Path("x.csv"), asked)
    assert source.value.say().endswith(f". {meant}Without a source, sozialraum add FILE proposes one.")
    with pytest.raises(CallError) as indicator:
        named(asked, {"einwohner": town.catalogue["population_total"]})
    assert indicator.value.say() == f"There is no indicator '{asked}'. {meant}All ids: sozialraum catalogue"
