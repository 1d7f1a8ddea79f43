"""The README's Python runs, in both languages, on the workspace that the demo makes (with the deliveries it needs)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks

NEEDED = {
    f"eingang/{name}_{year}.{end}"
    for year in (2022, 2023, 2024)
    for name, end in (("einwohner", "csv"), ("sgb2", "xlsx"))
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the invented county's workspace in it."""
    import sozialraum as sr
    from sozialraum.workspace.plans import demo_plan
    from sozialraum.workspace.starting import make_workspace

    place = tmp_path_factory.mktemp("readme")
    workspace = sr.open(make_workspace(place / "sozialraum-musterkreis", example="musterkreis"))
    plan = demo_plan(workspace.folder)
    for one in plan.delivery:
        if one.file in NEEDED:
            accept = dict.fromkeys(one.accept, plan.by)
            workspace.add(workspace.folder / one.file, one.source, received=one.received, accept=accept)
    return place


@pytest.mark.parametrize("page", ["README.md", "README.de.md"])
def test_the_shown_code_runs(
    page: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    (code,) = blocks(ROOT / page, "python")
    exec(compile(code, page, "exec"), {})
    assert "<html" in Path("kinderarmut.html").read_text(encoding="utf-8")[:500]
    assert os.listdir("sozialraum-musterkreis/releases") == ["kinderarmut"]
    assert "sgb2_2024.xlsx" in capsys.readouterr().out
