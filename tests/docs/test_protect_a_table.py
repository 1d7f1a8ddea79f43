"""The page on protecting one table: its commands are run as they stand, on the cells it shows."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.docs.pages import ROOT, blocks

PAGE = ROOT / "docs" / "how-to" / "protect-a-table.md"


def test_the_shown_table_is_what_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells, shown = blocks(PAGE, "csv")
    (tmp_path / "households.csv").write_text(cells, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    said = [
        run(line) for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("    sozialraum run")
    ]
    lines = (tmp_path / "table.csv").read_text(encoding="utf-8").splitlines()
    assert [lines[0], *(line for line in lines if line.startswith("Hafen"))] == shown.splitlines()
    assert [line.rsplit(",", 1)[1] for line in lines].count("primary") == 2
    assert [line.rsplit(",", 1)[1] for line in lines].count("secondary") == 6
    assert "Proved: 2 sensitive cells of 36, 8 hidden" in said[-1]


def run(line: str) -> str:
    """What the command says, typed as the page shows it."""
    from sozialraum.runs.command import run_group

    done = CliRunner().invoke(run_group("en"), shlex.split(line)[2:])
    assert done.exit_code == 0, done.output
    return done.output
