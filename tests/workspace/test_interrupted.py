"""A release that is stopped leaves nothing behind, whether by Ctrl+C or by a power cut."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sozialraum.workspace import Workspace
from sozialraum.workspace import open as open_workspace
from sozialraum.writing import PARTIAL, sweep

SCRIPT = """
import signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from sozialraum.workspace.house import proving
def stand(*_all):
    print("here", flush=True)
    time.sleep(60)
proving.save_inside = stand
from sozialraum.cli import main
main()
"""
"""The work stands still where the release is written and proved, and the ledger is not yet.

Ctrl+C counts as at a terminal, also where the tests run in the background and would hand down that it is ignored.
"""


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stopped(town: Workspace, how: signal.Signals) -> tuple[int, str]:
    """Exit code and what was said of a release that was stopped at its end."""
    command = [sys.executable, "-c", SCRIPT, "release", "bericht", "--by", "A"]
    with subprocess.Popen([*command, "-w", str(town.folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env={**os.environ, "SOZIALRAUM_LANG": "de"}) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        process.send_signal(how)
        _, said = process.communicate(timeout=120)
    return process.returncode, said


def test_control_c_leaves_everything_as_it_was(town: Workspace) -> None:
    before = files(town.folder)
    code, said = stopped(town, signal.SIGINT)
    assert (code, said) == (130, "\nAbgebrochen. Es ist nichts Halbfertiges zurückgeblieben.\n")
    assert files(town.folder) == before


def test_a_power_cut_leaves_no_release(town: Workspace) -> None:
    code, _ = stopped(town, signal.SIGKILL)
    assert code == -signal.SIGKILL
    again = open_workspace(town.folder)
    assert (again.releases, again.drafts()) == ({}, ())
    left = [path for path in town.folder.rglob(f"{PARTIAL}*") if "releases" in path.parts]
    assert left
    for path in left:
        os.utime(path, (time.time() - 7200, time.time() - 7200))
    again.release_planned("bericht", by="A")
    assert open_workspace(town.folder).releases == {"bericht": [1]}
    assert [path for path in town.folder.rglob(f"{PARTIAL}*") if "releases" in path.parts] == []
    assert again.verify("bericht")[1].accepted


def test_what_somebody_writes_just_now_is_not_swept_away(tmp_path: Path) -> None:
    (tmp_path / f"{PARTIAL}old").mkdir()
    os.utime(tmp_path / f"{PARTIAL}old", (0, 0))
    (tmp_path / f"{PARTIAL}new.parquet").write_text("x")
    (tmp_path / "1.parquet").write_text("x")
    os.utime(tmp_path / "1.parquet", (0, 0))
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{PARTIAL}new.parquet", "1.parquet"]
