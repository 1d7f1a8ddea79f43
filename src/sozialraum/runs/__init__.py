"""Methods on plain files (`sozialraum run METHOD`): each a TOML file and a Python file, its code loaded when called."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from typing import Any

from sozialraum.runs.starting import prepare
from sozialraum.texts import LANGUAGES

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a method: its name without dashes, what to write behind it, what it does."""

    name: str
    value: str
    text: Words
    required: bool = False
    many: bool = False  # may be given several times; the method gets a tuple
    choice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """A method that reads one file and writes one: what `--list` and `--help` say, and where the function is.

    The function takes input path, output path (`-` = standard output, empty where it writes none) and the options by
    name, and returns what is worth saying on stderr: a list of warnings and notes (errors.Fault).
    """

    id: str
    sentence: Words
    input: str
    columns: tuple[tuple[str, Words], ...]
    result: tuple[tuple[str, Words], ...]
    options: tuple[Option, ...]
    example: str
    where: str
    notes: Words
    shows: str = ""  # "definitions": the help lists the shipped ones
    writes: bool = True  # a method that only checks has no --out

    def run(self, source: str, target: str, options: Mapping[str, Any]) -> list[Any]:
        """Run it. Raises: SozialraumError with the exit code in it."""
        prepare(self.where)
        module, _, name = self.where.partition(":")
        function: Callable[[str, str, Mapping[str, Any]], list[Any]] = getattr(import_module(module), name)
        return function(source, target, options)


def _read(content: Mapping[str, Any]) -> Method:
    columns, result = (tuple((one["name"], _words(one)) for one in content[name]) for name in ("columns", "result"))
    options = tuple(_option(one) for one in content.get("options", ()))
    texts = {name: content[name] for name in ("id", "sentence", "input", "example", "where", "notes")}
    rest = {name: content[name] for name in ("shows", "writes") if name in content}
    return Method(**texts, columns=columns, result=result, options=options, **rest)


def _option(one: Mapping[str, Any]) -> Option:
    rest = {name: one[name] for name in ("required", "many") if name in one}
    return Option(one["name"], one["value"], _words(one), choice=tuple(one.get("choice", ())), **rest)


def _words(entry: Mapping[str, str]) -> Words:
    return {language: entry[language] for language in LANGUAGES}


class _Methods(Mapping[str, Method]):
    """Every method by name; its description `NAME.toml` in a room of this one is read when somebody asks for it."""

    def __init__(self) -> None:
        entries = [
            entry for room in ("analysis", "protection") for entry in (files("sozialraum") / "runs" / room).iterdir()
        ]
        described = {entry.name.removesuffix(".toml"): entry for entry in entries if entry.name.endswith(".toml")}
        self._described = dict(sorted(described.items()))
        self._known: dict[str, Method] = {}

    def __getitem__(self, name: str) -> Method:
        if name not in self._known:
            self._known[name] = _read(tomllib.loads(self._described[name].read_text(encoding="utf-8")))
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._described)

    def __len__(self) -> int:
        return len(self._described)


METHODS: Mapping[str, Method] = _Methods()
