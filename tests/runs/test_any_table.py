"""Whatever stands in the file, methods on tables answer with an exit code and never with NaN or a traceback."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sozialraum.runs.command import run_group

CELLS = st.sampled_from(["", "0", "1", "3", "120", "7.5", "-2", "1e30", "x", "nan", "ä", '"', "1,5"])
LINES = st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6)
CALLS = {
    "segregation": ("area,g1,g2", ["--groups", "g1,g2"]),
    "interval": ("area,cases,people", ["--cases", "cases", "--of", "people", "--add", "compared,marshall"]),
    "inequality": (
        "area,cases,people",
        ["--deprivation", "people", "--cases", "cases", "--of", "people", "--value", "cases", "--draws", "20"],
    ),
    "standardised": ("area,age,cases", ["--age", "age", "--cases", "cases", "--of", "cases"]),
    "perturb": ("block,sex,key", ["--dimension", "block", "--dimension", "sex", "--key", "key"]),
    "round": ("block,sex,n", ["--dimension", "block", "--dimension", "sex", "--count", "n"]),
    "choose": ("block,sex,n", ["--dimension", "block", "--dimension", "sex", "--count", "n"]),
    "differences": ("area,district,n", ["--zoning", "district", "--count", "n"]),
    "flows": ("from,to,count", ["--hidden-at-most", "9", "--smallest", "5"]),
}


@pytest.mark.parametrize("method", CALLS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, own=st.booleans())
def test_any_table(tmp_path: Path, method: str, lines: list[list[str]], own: bool) -> None:
    header, options = CALLS[method]
    source, out = tmp_path / "table.csv", tmp_path / "out.csv"
    out.unlink(missing_ok=True)
    keyed = [[f"{at:03d}", *line[1:]] if own and method != "flows" else line for at, line in enumerate(lines)]
    source.write_text("\n".join([header, *(";".join(line) for line in keyed)]).replace(";", ","), encoding="utf-8")
    done = CliRunner().invoke(run_group("de"), [method, str(source), *options, "--out", str(out)])
    assert done.exit_code in (0, 3, 4), done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert out.exists() == (done.exit_code == 0)
    if out.exists():
        cells = {cell for line in csv.reader(out.read_text(encoding="utf-8").splitlines()) for cell in line}
        keys = {cell for line in keyed for cell in line[:2]}  # an area may be called nan
        assert not cells & {"nan", "inf", "-inf"} - keys
