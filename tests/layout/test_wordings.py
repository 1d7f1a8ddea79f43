"""Each English template in the code has a German wording with the same names, and no wording has lost its template."""

from __future__ import annotations

import ast
import tomllib
from string import Formatter

from tests.layout.code import PACKAGE, calls, literals, modules, place

TEXTS = ("what", "why", "remedy")


def error_classes() -> set[str]:
    """SozialraumError and everything derived from it, by name."""
    found = {"SozialraumError"}
    bases = [
        (node.name, {ast.unparse(base).rpartition(".")[2] for base in node.bases})
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]
    for _ in bases:
        found |= {name for name, parents in bases if parents & found}
    return found - {"InputError"}  # it takes faults, not a text


def text_arguments(name: str, call: ast.Call, errors: set[str]) -> list[ast.expr]:
    """The arguments of a call that are templates for people."""
    named = [keyword.value for keyword in call.keywords if keyword.arg in TEXTS]
    if name == "say" and isinstance(call.func, ast.Name):
        return call.args[:1]
    if name == "Fault":
        return call.args[1:2] + named
    return call.args[:1] + named if name in errors else []


def templates() -> dict[str, str]:
    """English template -> where it stands."""
    errors = error_classes()
    return {
        text: place(path, call)
        for path, tree in modules().items()
        for name, call in calls(tree)
        for argument in text_arguments(name, call, errors)
        for text in literals(argument)
        if text
    }


def wordings() -> dict[str, dict[str, str]]:
    """German wordings by file."""
    folder = PACKAGE / "wordings" / "de"
    return {path.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))}


def names(text: str) -> set[str]:
    return {name.partition(".")[0].partition("[")[0] for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_template_has_a_german_wording() -> None:
    known = {template for one in wordings().values() for template in one}
    assert [f"{where}: {text}" for text, where in templates().items() if text not in known] == []


def test_no_template_is_put_together_in_the_code() -> None:
    errors = error_classes()
    made = [
        place(path, call)
        for path, tree in modules().items()
        for name, call in calls(tree)
        for argument in text_arguments(name, call, errors)
        if isinstance(argument, (ast.JoinedStr, ast.BinOp))
    ]
    assert made == []


def test_german_wordings_use_the_same_names() -> None:
    wrong = [
        f"{file}: {template}"
        for file, one in wordings().items()
        for template, wording in one.items()
        if names(template) != names(wording)
    ]
    assert wrong == []


def test_one_template_has_one_german_wording() -> None:
    seen: dict[str, str] = {}
    twice = [
        f"{file}: {template}"
        for file, one in wordings().items()
        for template, wording in one.items()
        if seen.setdefault(template, wording) != wording
    ]
    assert twice == []


def test_no_wording_has_lost_its_template() -> None:
    said = {node.value for tree in modules().values() for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    said |= {text for path in PACKAGE.rglob("*.toml") if "wordings" not in path.parts for text in declared(path)}
    assert [f"{file}: {text}" for file, one in wordings().items() for text in one if text not in said] == []


def declared(path: object) -> list[str]:
    """Texts in a declaration (fault templates of checks may stand in data)."""

    def texts(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        if isinstance(value, dict):
            return [text for one in value.values() for text in texts(one)]
        return [text for one in value for text in texts(one)] if isinstance(value, list) else []

    from pathlib import Path

    return texts(tomllib.loads(Path(str(path)).read_text(encoding="utf-8")))
