"""The order of the rooms, and that the command line answers before heavy libraries are loaded."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator

import pytest

from tests.layout.code import PACKAGE, ROOT, modules, nodes, place

HEAVY = {"duckdb", "geopandas", "ibis", "pandas", "pyogrio", "python_calamine", "typst"}
HEAVY |= {"xlsxwriter", "scipy", "sklearn", "esda", "libpysal"}
QUERIES = {"store.py", "indicators/compile.py"}


def imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return {(node.module or "").split(".")[0]}
    return set()


def at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run when the module is imported; those under TYPE_CHECKING do not."""
    for node in body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With, ast.ClassDef)):
            yield from at_import(node.body)


def test_data_flows_from_left_to_right() -> None:
    check = "from importlinter.cli import lint_imports_command as check; check(['--no-cache'])"
    done = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_has_its_place_in_the_order() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = {one.strip("()") for one in settings["tool"]["importlinter"]["contracts"][0]["layers"]}
    rooms = {path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms - {"__init__", "__main__"} <= layers


def test_heavy_libraries_are_imported_where_they_are_used() -> None:
    early = [
        f"{place(path, node)} imports {', '.join(imported(node) & HEAVY)}"
        for path, tree in modules().items()
        for node in at_import(tree.body)
        if imported(node) & HEAVY
    ]
    assert early == []


def test_the_query_library_stays_in_two_files() -> None:
    others = [
        place(path, node)
        for path, tree in modules().items()
        if path.relative_to(PACKAGE).as_posix() not in QUERIES
        for node in nodes(tree)
        if "ibis" in imported(node)
    ]
    assert others == []


@pytest.mark.parametrize("module", ["sozialraum", "sozialraum.cli"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    tables = HEAVY | {"pyarrow", "shapely", "numpy", "pydantic"}
    look = f"import sys, {module}; print(*sorted({tables!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT / "src", capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
