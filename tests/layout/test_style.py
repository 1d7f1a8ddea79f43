"""Habits of the code that no linter knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.layout.code import PACKAGE, ROOT, modules, nodes, place

FORBIDDEN_NAMES = {"utils", "util", "common", "core", "helpers", "helper", "misc", "manager", "data"}


def public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Functions, classes and their methods that another file may use."""
    for node in body:
        named = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        if named and not node.name.startswith("_") and not is_verb(node):  # type: ignore[attr-defined,arg-type]
            yield node  # type: ignore[misc]
            if isinstance(node, ast.ClassDef):
                yield from public(node.body)


def is_verb(node: ast.FunctionDef) -> bool:
    """A command's help text stands in its decorator, in two languages."""
    return any(word in ast.unparse(one) for one in node.decorator_list for word in ("_verb(", ".command("))


def test_public_names_say_what_comes_back() -> None:
    silent = [
        f"{place(path, node)} {node.name}"
        for path, tree in modules().items()
        for node in public(tree.body)
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_file_says_what_it_is_for() -> None:
    assert [place(path, tree) for path, tree in modules().items() if tree.body and not ast.get_docstring(tree)] == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [path.name for path in PACKAGE.rglob("*.py") if path.stem in FORBIDDEN_NAMES] == []


def test_nobody_prints_outside_the_command_line() -> None:
    loud = [
        place(path, node)
        for path, tree in modules().items()
        if path.name != "cli.py" and "cli" not in path.relative_to(PACKAGE).parts
        for node in nodes(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert loud == []


def test_chance_comes_from_a_passed_generator() -> None:
    loose = [
        place(path, node)
        for path, tree in modules().items()
        for node in nodes(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in LOOSE
    ]
    assert loose == []


LOOSE = {"random.random", "random.choice", "random.shuffle", "random.randint", "np.random.seed", "np.random.rand"}
LOOSE |= {"np.random.normal", "np.random.poisson", "np.random.choice", "np.random.binomial"}


READ_ONCE = {
    "count",
    "inner_text",
    "text_content",
    "get_attribute",
    "title",
    "is_visible",
    "is_hidden",
    "is_disabled",
    "is_enabled",
}


def test_what_a_browser_shows_is_waited_for() -> None:
    """A page that has begun to arrive is not yet whole: `expect` waits, a value read once fails on a busy computer."""
    hasty = [
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if "playwright" in (text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assert)
        for call in ast.walk(node.test)
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in READ_ONCE
        if call.func.attr != "count" or not call.args
    ]
    assert hasty == []
