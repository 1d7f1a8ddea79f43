"""The runner of the benchmarks: agreement of answers, one line each; the long runs themselves are started by hand."""

from __future__ import annotations

import ast

import pytest

from benchmarks.__main__ import HERE, line, median, members, missed, names, same


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
    side = {"seconds": 3.0, "cpu_seconds": 2.0, "peak_mb": 100.0, "more_mb": 5.0, "answer": 1}
    result = {"title": "Work", "aim": "fast", "ours": side, "plain": {**side, "cpu_seconds": 9.0}, "agree": True}
    result |= {"other": "peer", "missed": []}
    assert line(result).split() == ["Work", "3.00", "3.00", "2.00", "9.00", "4.5x", "100", "100", "fast", "(peer)"]
    assert line({**result, "agree": False}).endswith("THE ANSWERS DIFFER (peer)")
    assert line({**result, "missed": ["times"]}).endswith("MISSED: times")
    assert "-" in line({key: value for key, value in result.items() if key != "plain"})


def test_floors_hold_for_the_package_and_for_our_own_time_and_memory() -> None:
    side = {"cpu_seconds": 2.0, "more_mb": 50.0}
    result = {"ours": side, "plain": {"cpu_seconds": 9.0}, "other": "esda"}
    assert missed(result, {}) == []
    assert missed(result, {"times": 4, "seconds": 3, "more_mb": 100}) == []
    assert missed(result, {"times": 5, "seconds": 1, "more_mb": 10}) == ["seconds", "more_mb", "times"]
    assert missed({**result, "other": "pandas"}, {"times": 5}) == []


def test_of_several_runs_the_one_of_median_time_counts() -> None:
    runs = [{"seconds": seconds} for seconds in (1.3, 9.0, 1.2)]
    assert median(runs) is runs[0]
    assert median(runs[1:2]) is runs[1]


def test_a_group_names_benchmarks_that_exist() -> None:
    assert set(members("analysis")) <= set(names())
    assert members("index") == ("index",)


@pytest.mark.parametrize("name", names())
def test_every_benchmark_keeps_to_the_form(name: str) -> None:
    tree = ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8"))
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    shared = {one.name for node in tree.body if isinstance(node, ast.ImportFrom) for one in node.names}
    assert ast.get_docstring(tree)
    assert "ours" in own
    assert "prepare" in own | shared
