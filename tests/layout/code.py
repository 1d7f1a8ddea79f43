"""The package's files and syntax trees, read once for all tests of the layout."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "sozialraum"


@cache
def modules() -> dict[Path, ast.Module]:
    """Every Python file of the package with its syntax tree."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def place(path: Path, node: ast.AST) -> str:
    """`analysis/trend.py:12`, for messages."""
    return f"{path.relative_to(PACKAGE).as_posix()}:{getattr(node, 'lineno', 0)}"


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the last part of the name that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            yield called.id if isinstance(called, ast.Name) else getattr(called, "attr", ""), node


def literals(node: ast.AST | None) -> list[str]:
    """The texts that an expression may be: itself, or both sides of a condition."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    return []
