"""The runner of the benchmarks: agreement of answers, one line each; the long runs themselves are started by hand."""

from __future__ import annotations

import ast

import pytest

from benchmarks.__main__ import HERE, line, names, same


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1.0, 1.0 + 1e-12, True),
        (1.0, 1.01, False),
        ([1, 2.0], [1.0, 2], True),
        ([1], [1, 2], False),
        ({"a": [0.0]}, {"a": [1e-12]}, True),
        ({"a": 1}, {"b": 1}, False),
        ("x", "x", True),
    ],
)
def test_answers_agree_up_to_the_last_digits(one: object, other: object, equal: bool) -> None:
    assert same(one, other) is equal


def test_a_line_shows_both_sides_and_says_when_answers_differ() -> None:
    side = {"seconds": 3.0, "cpu_seconds": 2.0, "peak_mb": 100.0, "answer": 1}
    result = {"title": "Work", "aim": "fast", "ours": side, "plain": {**side, "cpu_seconds": 9.0}, "agree": True}
    assert line(result).split() == ["Work", "3.00", "3.00", "2.00", "9.00", "4.5x", "100", "100", "fast"]
    assert line({**result, "agree": False}).endswith("THE ANSWERS DIFFER")
    assert "-" in line({key: value for key, value in result.items() if key != "plain"})


@pytest.mark.parametrize("name", names())
def test_every_benchmark_keeps_to_the_form(name: str) -> None:
    tree = ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8"))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert ast.get_docstring(tree)
    assert {"prepare", "ours"} <= functions
