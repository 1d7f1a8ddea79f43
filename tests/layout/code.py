"""The package's files and syntax trees, read once for all tests of the layout."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "sozialraum"


@cache
def modules() -> dict[Path, ast.Module]:
    """Every Python file of the package with its syntax tree."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Everything in a file's tree; walking it again for each question would take longer than all answers."""
    return tuple(ast.walk(tree))


def place(path: Path, node: ast.AST) -> str:
    """`analysis/trend.py:12`, for messages."""
    return f"{path.relative_to(PACKAGE).as_posix()}:{getattr(node, 'lineno', 0)}"


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the last part of the name that is called."""
    for node in nodes(tree):
        if isinstance(node, ast.Call):
            called = node.func
            yield called.id if isinstance(called, ast.Name) else getattr(called, "attr", ""), node


def literals(node: ast.AST | None, named: Mapping[str, Sequence[ast.AST]] | None = None) -> list[str]:
    """The texts that an expression may be: itself, both sides of a condition, or what a name was given in the file."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return literals(node.body, named) + literals(node.orelse, named)
    if isinstance(node, ast.Name) and named:
        return [text for value in named.get(node.id, []) for text in literals(value)]
    return []


def assigned(tree: ast.Module) -> dict[str, list[ast.AST]]:
    """Every value that a plain name is given anywhere in the file."""
    found: dict[str, list[ast.AST]] = {}
    for node in nodes(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return found
