"""Each English template in the code has a German wording with the same names, and no wording has lost its template."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

from tests.layout.code import PACKAGE, assigned, calls, literals, modules, nodes, place

TEXTS = ("what", "why", "remedy")
SAYING = {"sozialraum.texts": "say", "sozialraum.cli.language": "t"}
HEADINGS = {"Options", "Commands"}  # of help pages, said by click
IN_TEMPLATE = re.compile(r"""\{% say (?:"([^"]+)"|'([^']+)')""")


def error_classes() -> set[str]:
    """SozialraumError and everything derived from it, by name."""
    found = {"SozialraumError"}
    bases = [
        (node.name, {ast.unparse(base).rpartition(".")[2] for base in node.bases})
        for tree in modules().values()
        for node in nodes(tree)
        if isinstance(node, ast.ClassDef)
    ]
    for _ in bases:
        found |= {name for name, parents in bases if parents & found}
    return found - {"InputError"}  # it takes faults, not a text


def sayings(tree: ast.Module) -> set[str]:
    """What a file calls the functions that put a template into words; `tell` is the demo's."""
    imports = [node for node in nodes(tree) if isinstance(node, ast.ImportFrom) and node.module in SAYING]
    names = {
        alias.asname or alias.name for one in imports for alias in one.names if alias.name == SAYING[one.module or ""]
    }
    return names | {"tell"}


@cache
def template_arguments() -> list[tuple[str, ast.expr, list[str]]]:
    """Place, expression and texts of everything in the code that is a template for people."""
    errors = error_classes()
    found = []
    for path, tree in modules().items():
        said, named = sayings(tree), assigned(tree)
        found += [
            (place(path, call), argument, literals(argument, named))
            for name, call in calls(tree)
            for argument in text_arguments(name, call, errors, said)
        ]
    return found


def text_arguments(name: str, call: ast.Call, errors: set[str], said: set[str]) -> list[ast.expr]:
    """The arguments of a call that are templates for people."""
    named = [keyword.value for keyword in call.keywords if keyword.arg in TEXTS]
    if name in said and isinstance(call.func, ast.Name):
        return call.args[:1]
    if name == "record":  # the log of who saw and did what
        return call.args[1:2]
    if name in ("Fault", "_verb"):
        return call.args[1:2] + named
    return call.args[:1] + named if name in errors | {"DeclaredError"} else []


def templates() -> dict[str, str]:
    """English template -> where it stands."""
    found = {text: where for where, _, texts in template_arguments() for text in texts if text}
    return found | dict(in_pages())


def in_pages() -> Iterator[tuple[str, str]]:
    """What the templates of web pages say, and in which file."""
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        for match in IN_TEMPLATE.finditer(path.read_text(encoding="utf-8")):
            yield match[1] or match[2], path.name


def wordings() -> dict[str, dict[str, str]]:
    """German wordings by file."""
    folder = PACKAGE / "wordings" / "de"
    return {path.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))}


def names(text: str) -> set[str]:
    return {name.partition(".")[0].partition("[")[0] for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_template_has_a_german_wording() -> None:
    known = {template for one in wordings().values() for template in one}
    assert [f"{where}: {text}" for text, where in templates().items() if text not in known] == []


def test_models_of_declared_things_say_what_is_wrong_in_the_readers_language() -> None:
    """A plain ValueError in a validator reaches people as it stands, in English."""
    assert [
        place(path, node)
        for path, tree in modules().items()
        if any(isinstance(one, ast.ImportFrom) and one.module == "pydantic" for one in nodes(tree))
        for node in nodes(tree)
        if isinstance(node, ast.Raise) and node.exc and ast.unparse(node.exc).startswith("ValueError")
    ] == []


def test_no_template_is_put_together_in_the_code() -> None:
    assert [
        where for where, argument, _ in template_arguments() if isinstance(argument, (ast.JoinedStr, ast.BinOp))
    ] == []


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
    said = HEADINGS | {
        node.value for tree in modules().values() for node in nodes(tree) if isinstance(node, ast.Constant)
    }
    said |= {text for text, _ in in_pages()}
    said |= {text for path in PACKAGE.rglob("*.toml") if "wordings" not in path.parts for text in declared(path)}
    assert [f"{file}: {text}" for file, one in wordings().items() for text in one if text not in said] == []


def declared(path: Path) -> list[str]:
    """Texts in a declaration; templates of checks may stand in data."""

    def texts(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        if isinstance(value, dict):
            return [text for one in value.values() for text in texts(one)]
        return [text for one in value for text in texts(one)] if isinstance(value, list) else []

    return texts(tomllib.loads(path.read_text(encoding="utf-8")))
