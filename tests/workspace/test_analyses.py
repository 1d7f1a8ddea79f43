"""Analyses declared in release.toml are computed, pass the gate with their figures, and stand in the report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import shapely

from sozialraum.areas import area_layer
from sozialraum.declared import read_declared
from sozialraum.errors import InputError
from sozialraum.figures import Figures
from sozialraum.workspace import Workspace
from sozialraum.workspace.analyses import compute_analysis
from sozialraum.workspace.plans import AnalysisPlan, Plans
from tests.analysis.cities import figures
from tests.analysis.test_peers import counted

LOW, HIGH = [3.0, 4.0, 5.0, 4.5], [20.0, 22.0, 21.0, 23.0]
YEARS = {"2016": {"a": [*LOW, *HIGH], "b": [*HIGH, *LOW]}, "2018": {"a": [*HIGH, *LOW], "b": [*LOW, *HIGH]}}


def workspace() -> Workspace:
    """What the analyses ask of a workspace: its figures, and a layer of eight squares in a row."""

    def given(indicators: Sequence[str], _level: str, periods: Sequence[str], _vintage: str | None = None) -> Figures:
        return counted(figures(YEARS)).select(*indicators).at(*periods)

    keys = [f"{at:02d}" for at in range(1, 9)]
    squares = [shapely.box(1000.0 * at, 0, 1000.0 * at + 1000, 1000) for at in range(8)]
    layer = area_layer("quarter", "v", keys, keys, squares, "EPSG:25832")
    return cast(Workspace, SimpleNamespace(figures=given, areas=SimpleNamespace(layer=lambda *_: layer)))


def computed(kind: str, *indicators: str, **more: Any) -> list[Figures]:
    plan = AnalysisPlan(kind=kind, level="quarter", indicators=indicators, periods=("2016", "2018"), **more)  # type: ignore[arg-type]
    return compute_analysis(workspace(), plan)


def test_each_kind_gives_its_figures() -> None:
    groups, measures, change = computed("segregation", "a", draws=20)
    assert groups.indicators == ("a.inside", "a.outside")
    assert {one["period"] for one in measures.table.to_pylist() if one["indicator"] == "segregation.h"} == {
        "2016",
        "2018",
    }
    assert change.value("segregation_change.diff", "total", "2018") == pytest.approx(0.0)
    assert "segregation.spatial_h" in computed("surroundings", "a")[1].indicators
    assert computed("likeness", "a", draws=99)[0].indicators == ("a.moran", "a.geary", "a.local_moran", "a.hot_spot")
    (types,) = computed("area-types", "a", "b", types=2, draws=5)
    assert types.notes["area_type"]["periods"][1]["overlap"] == {
        "1": 1.0,
        "2": 1.0,
    }  # the same areas, the other way round
    assert len(set(types.table["class"].to_pylist())) == 2


def test_a_kind_that_nobody_knows_is_refused_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "release.toml"
    head = '[[release.x.figures]]\nlevel = "l"\nindicators = ["a"]\n[[release.x.analysis]]\nlevel = "l"\nindicators = ["a"]\n'
    file.write_text(head + 'kind = "magic"\ndraw = 3\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_declared(file, Plans)
    assert {one.code for one in caught.value.faults} == {"bad_value", "unknown_key"}
    file.write_text(head + 'kind = "area-types"\n', encoding="utf-8")
    assert read_declared(file, Plans).release["x"].analysis[0].kind == "area-types"
