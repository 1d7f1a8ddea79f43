"""Declared things (workspace, areas, sources, indicators, indices, reports) are TOML files checked against a model.

All faults of a file come at once, each with the key, the value and the nearest known word.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sozialraum.errors import Fault, InputError, Place
from sozialraum.texts import Phrase, say

LOOK = "Look at this line and the one above: brackets, quotation marks, equals signs, names that stand twice."
TOML = (
    "Cannot overwrite a value",
    "Expected '=' after a key in a key/value pair",
    "Expected ']' at the end of a table declaration",
    "Expected ']]' at the end of an array declaration",
    "Expected newline or end of document after a statement",
    "Invalid initial character for a key part",
    "Invalid statement",
    "Invalid value",
    "Unclosed array",
    "Unclosed inline table",
    "Unterminated string",
)
"""What Python's reader of TOML says of a whole kind of fault."""
SINGLE = {
    "Illegal character": "the quotation marks are not closed on this line, or a sign that nobody sees stands in it",
    "Found invalid character": "a sign that nobody sees stands in this line",
    "Unescaped": "a backslash in a text needs a second one before it",
    "Invalid hex value": "after a backslash with u, signs from 0 to 9 and a to f must follow",
    "Escaped character": "after a backslash with u, signs from 0 to 9 and a to f must follow",
    "Invalid date": "there is no such date or time",
    "Expected": "a text over several lines is not closed",
    "Cannot declare": "a table stands twice",
    "Cannot redefine": "a table stands twice",
    "Cannot mutate": "a table stands twice",
    "Duplicate inline": "a name stands twice in curly brackets",
}
"""How it begins what it says of a single sign or name, and what stands here instead."""
Model = TypeVar("Model", bound=BaseModel)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, or an empty text."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.5)), "")


def read_declared(path: Path, model: type[Model]) -> Model:
    """The TOML file as a checked value. Raises: InputError with every fault of the file."""
    return checked(parsed(declared_text(path, str(path)), str(path)), model, str(path))


def declared_text(path: Path, file: str) -> str:
    """The text of a declared file; `file` names it in faults. Raises: InputError where it is missing or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError([Fault("file_missing", "The file does not exist.", Place(file))]) from None
    except UnicodeDecodeError:
        remedy = "Save the file as UTF-8."
        raise InputError([Fault("encoding", "The file is not UTF-8.", Place(file), remedy=remedy)]) from None


def parsed(text: str, file: str) -> dict[str, Any]:
    """The tables of a TOML text; `file` names it in the fault. Raises: InputError where it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told, _, line = str(error).removesuffix(")").partition(" (at line ")
        row = int(line.partition(",")[0]) if line else None
        what = "The file is no valid TOML: {reason}."
        values = {"reason": Phrase(_spelling(told.removesuffix(" (at end of document")))}
        raise InputError([Fault("toml", what, Place(file, row=row), remedy=LOOK, values=values)]) from None


def _spelling(told: str) -> str:
    return told if told in TOML else next((words for start, words in SINGLE.items() if told.startswith(start)), told)


def as_toml(content: Mapping[str, Any], *under: str) -> str:
    """The content as a TOML text: plain values first, then tables, then lists of tables; long texts keep their lines.

    `under` names the table that it stands in.
    """
    path = ".".join(map(toml_key, under))
    lines = [f"[{path}]", *_lines(content, f"{path}.")] if path else _lines(content, "")
    return "\n".join(lines).lstrip("\n") + "\n"


def toml_value(value: Any) -> str:
    """One value as TOML writes it on a line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float, date)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{toml_key(key)} = {toml_value(one)}" for key, one in value.items()) + " }"
    return _quoted(str(value))


def toml_key(text: str) -> str:
    """A key, in quotes where it needs them."""
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else _quoted(text)


def _quoted(text: str) -> str:
    named = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    plain = "".join(named.get(sign, sign if sign.isprintable() else f"\\U{ord(sign):08x}") for sign in text)
    return f'"{plain}"'


def _lines(content: Mapping[str, Any], path: str) -> Iterator[str]:
    tables = {key: one for key, one in content.items() if isinstance(one, Mapping) and not _is_short(one)}
    many = {key: one for key, one in content.items() if _is_tables(one)}
    for key, one in content.items():
        if key not in tables and key not in many:
            yield f"{toml_key(key)} = {_long(one) if _is_long(one) else toml_value(one)}"
    for key, one in tables.items():
        yield from ("", f"[{path}{toml_key(key)}]", *_lines(one, f"{path}{toml_key(key)}."))
    for key, ones in many.items():
        for one in ones:
            yield from ("", f"[[{path}{toml_key(key)}]]", *_lines(one, f"{path}{toml_key(key)}."))


def _is_short(one: Mapping[str, Any]) -> bool:
    """Whether a table reads well on one line."""
    plain = all(not isinstance(held, Mapping) or _is_short(held) for held in one.values())
    return plain and not any(map(_is_long, one.values())) and len(toml_value(one)) <= 60


def _is_tables(one: Any) -> bool:
    return isinstance(one, (list, tuple)) and bool(one) and all(isinstance(held, Mapping) for held in one)


def _is_long(one: Any) -> bool:
    return isinstance(one, str) and "\n" in one and one.replace("\n", "").replace("\t", "").isprintable()


def _long(text: str) -> str:
    kept = text.replace("\\", "\\\\").replace('"""', '""\\"')
    return f'"""\n{kept}"""'


def _plain(told: object) -> str:
    """A limit, a pattern, or the words that may stand there."""
    return f"{told:g}" if isinstance(told, float) else str(told).replace(" or ", ", ")


class DeclaredError(ValueError):
    """What a model says of a declared value: a template and its values, so that it is told in each language."""

    def __init__(self, template: str, **values: object):
        super().__init__(template.format(**values) if values else template)
        self.reason = Filled(template, values)


class Filled(Phrase):
    """A phrase with values inside."""

    def __new__(cls, template: str, values: Mapping[str, object]) -> Filled:
        """The phrase as it reads in English."""
        found = super().__new__(cls, say(template, **values))
        found.template, found.values = template, values
        return found

    template: str
    values: Mapping[str, object]

    def in_language(self, language: str) -> str:
        """The phrase as people of that language say it."""
        return say(self.template, language, **self.values)


EXPECTED = {
    "A text in quotation marks is expected.": ("string_type",),
    "The text must fit the pattern {pattern}.": ("string_pattern_mismatch",),
    "The text must have {min_length} signs or more.": ("string_too_short",),
    "The text may have {max_length} signs at most.": ("string_too_long",),
    "It must hold {min_length} or more.": ("too_short",),
    "It must be one of: {expected}.": ("literal_error", "enum"),
    "It may be {le} at most.": ("less_than_equal",),
    "It must be {ge} or more.": ("greater_than_equal",),
    "It must be less than {lt}.": ("less_than",),
    "It must be more than {gt}.": ("greater_than",),
    "A whole number is expected.": ("int_type", "int_parsing", "int_from_float", "int_parsing_size"),
    "A number is expected.": ("float_type", "float_parsing", "finite_number"),
    "true or false is expected.": ("bool_type", "bool_parsing"),
    "A list in square brackets is expected.": ("list_type", "tuple_type", "set_type", "frozen_set_type"),
    "Names with values are expected here.": ("dict_type", "mapping_type", "model_type", "model_attributes_type"),
    "A date is expected, such as 2024-12-31.": (
        "date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact",
    ),
}  # fmt: skip
"""What is said of a value -> the kinds of fault by which pydantic names it."""


def checked(content: Mapping[str, Any], model: type[Model], file: str) -> Model:
    """The content as a checked value; `file` names the place in faults. Raises: InputError with every fault."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise InputError([_fault(one, model, file) for one in _own(error.errors())]) from None


def _own(errors: Sequence[Any]) -> list[Any]:
    """Without lists that are called too short only because one of their entries is wrong."""
    places = [one["loc"] for one in errors]
    return [
        one
        for one in errors
        if one["type"] != "too_short" or not any(place[:-1][: len(one["loc"])] == one["loc"] for place in places)
    ]


def _fault(error: Any, model: type[BaseModel], file: str) -> Fault:
    place = Place(file, column=".".join(str(part) for part in error["loc"]))
    if error["type"] == "extra_forbidden":
        return _unknown_key(str(error["loc"][-1]), error["loc"][:-1], model, place)
    if error["type"] == "missing":
        return Fault("key_missing", "This key is required.", place)
    value = error["input"] if isinstance(error["input"], (str, int, float)) else ""
    what, values = _reason(error)
    return Fault("bad_value", what, place, value=str(value), values=values)


def _reason(error: Any) -> tuple[str, dict[str, object]]:
    """What is wrong with a value, as a template with its values."""
    told = error.get("ctx", {})
    if isinstance(told.get("error"), DeclaredError):
        return "{reason}.", {"reason": told["error"].reason}
    what = next((text for text, kinds in EXPECTED.items() if error["type"] in kinds), "")
    if what:
        return what, {name: _plain(one) for name, one in told.items()}
    return "{reason}.", {"reason": Phrase(str(error["msg"]).removeprefix("Value error, ").rstrip("."))}


def _unknown_key(key: str, above: tuple[Any, ...], model: type[BaseModel], place: Place) -> Fault:
    known = _keys(model, above)
    close = nearest(key, known)
    remedy = "Did you mean '{close}'?" if close else "Known keys: {known}."
    values = {"close": close, "known": ", ".join(known)}
    return Fault("unknown_key", "This key is not known.", place, remedy=remedy, values=values)


def _keys(model: type[BaseModel], above: tuple[Any, ...]) -> list[str]:
    """Keys that the model knows at this place of the document."""
    found: Any = model
    for part in above:
        if isinstance(found, type) and issubclass(found, BaseModel) and part in found.model_fields:
            found = _model_in(found.model_fields[str(part)].annotation)
    return list(found.model_fields) if isinstance(found, type) and issubclass(found, BaseModel) else []


def _model_in(annotation: Any) -> Any:
    """The model inside `list[Model]`, `dict[str, Model]`, `Model | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(one) for one in getattr(annotation, "__args__", ()))
    return next((one for one in inner if one is not None), None)
