"""What `run protect` and `run round` write tells no hidden number, and nothing is written beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attack.outputs import told

CELLS = """block,quarter,kind,n
b1,q1,k1,2
b2,q1,k1,48611
b3,q1,k1,51407
b4,q2,k1,60013
b5,q2,k1,47123
b1,q1,k2,52361
b2,q1,k2,44017
b3,q1,k2,49123
b4,q2,k2,53777
b5,q2,k2,58111
"""
HIDDEN = (48_611, 52_361, 44_017)
"""What has to be hidden for the sake of the two persons in b1/k1."""
EVERY = [int(line.rsplit(",", 1)[1]) for line in CELLS.splitlines()[2:]]
SCRIPT = """
import os, sys
target = os.path.realpath(sys.argv[1])
def heard(event, given):
    if event == "open" and isinstance(given[0], (str, bytes, os.PathLike)) and given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        if os.path.realpath(os.fsdecode(given[0])) not in (target, os.devnull):
            os.write(2, b"opened to write: " + os.fsencode(given[0]))
sys.addaudithook(heard)
from sozialraum.cli import main
sys.argv = ["sozialraum", *sys.argv[2:]]
main()
"""
"""The command, telling of every file that it opens to write outside its own folder."""


def run(folder: Path, *words: str) -> str:
    """What the method said, and what it opened to write besides the folder `out`."""
    (folder / "out").mkdir()
    (folder / "cells.csv").write_text(CELLS, encoding="utf-8")
    call = [*words, "cells.csv", "--count", "n", "--dimension", "block < quarter", "--dimension", "kind"]
    command = [sys.executable, "-B", "-c", SCRIPT, "out", "run", *call]
    done = subprocess.run(command, cwd=folder, env={**os.environ}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    return done.stderr


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_protected_table_tells_no_hidden_number(tmp_path: Path, ending: str) -> None:
    said = run(tmp_path, "protect", "--out", f"out/table.{ending}")
    assert "opened to write" not in said
    written = (tmp_path / "out" / f"table.{ending}").read_bytes()
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"table.{ending}"]
    assert told([("table", written), ("said", said.encode())], HIDDEN) == set()
    assert told([("table", written)], EVERY) >= {("table/columns" if ending == "parquet" else "table", 51_407)}


def test_a_rounded_table_tells_no_number_as_it_was(tmp_path: Path) -> None:
    said = run(tmp_path, "round", "--base", "10", "--way", "controlled", "--out", "out/table.csv")
    assert "opened to write" not in said
    written = (tmp_path / "out" / "table.csv").read_bytes()
    assert told([("table", written), ("said", said.encode())], EVERY) == set()


def test_a_file_written_elsewhere_is_noticed(tmp_path: Path) -> None:
    said = run(tmp_path, "protect", "--out", "out/table.csv", "--certificates", "beside.json")
    assert "opened to write" in said
