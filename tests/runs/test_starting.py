"""A method starts without what it does not use, and everything that waits can still be used."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from sozialraum.runs import METHODS
from sozialraum.texts import wordings

CELLS = "block,n\n" + "".join(f"b{number},{count}\n" for number, count in enumerate([1, 2, 5, 9, 30]))
CALL = """
import gc, sys
sys.argv = ["sozialraum", "run", "protect", {source!r}, "--count", "n", "--dimension", "block", "--out", {out!r}]
from sozialraum.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
heavy = ["numpy.f2py.crackfortran", "numpy.polynomial.chebyshev", "numpy.testing._private", "scipy.linalg"]
heavy += ["scipy.sparse.csgraph", "pydantic", "polars"]
print([name for name in heavy if name in sys.modules], gc.get_freeze_count() > len(sys.modules))
from threadpoolctl import threadpool_info
print(max([one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"], default=1))
from numpy.f2py import run_main
from numpy.polynomial.chebyshev import chebval
from numpy.testing import assert_allclose
print(run_main.__name__, chebval.__name__, assert_allclose.__name__)
"""


def test_protect_loads_nothing_that_it_does_not_use(tmp_path: Path) -> None:
    (tmp_path / "cells.csv").write_text(CELLS, encoding="utf-8")
    call = CALL.format(source=str(tmp_path / "cells.csv"), out=str(tmp_path / "table.csv"))
    done = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[] True", "1", "run_main chebval assert_allclose"]


def test_methods_are_read_one_by_one() -> None:
    assert list(METHODS) == sorted(METHODS)
    assert [METHODS[name].id for name in METHODS] == list(METHODS)
    assert "protection" not in METHODS
    with pytest.raises(KeyError):
        METHODS["protection"]


def test_wordings_are_read_as_toml_reads_them() -> None:
    folder = files("sozialraum") / "wordings" / "de"
    texts = [entry.read_text(encoding="utf-8") for entry in sorted(folder.iterdir(), key=lambda one: one.name)]
    assert wordings("de") == {key: value for text in texts for key, value in tomllib.loads(text).items()}
