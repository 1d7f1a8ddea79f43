"""Declared things (workspace, areas, sources, indicators, indices, reports) are TOML files checked against a model.

All faults of a file come at once, each with the key, the value and the nearest known word.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sozialraum.errors import Fault, InputError, Place
from sozialraum.texts import Phrase

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
"""What Python's reader of TOML says most."""
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
        values = {"reason": Phrase(told.removesuffix(" (at end of document"))}
        raise InputError([Fault("toml", what, Place(file, row=row), remedy=LOOK, values=values)]) from None


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


def checked(content: Mapping[str, Any], model: type[Model], file: str) -> Model:
    """The content as a checked value; `file` names the place in faults. Raises: InputError with every fault."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise InputError([_fault(one, model, file) for one in error.errors()]) from None


def _fault(error: Any, model: type[BaseModel], file: str) -> Fault:
    place = Place(file, column=".".join(str(part) for part in error["loc"]))
    if error["type"] == "extra_forbidden":
        return _unknown_key(str(error["loc"][-1]), error["loc"][:-1], model, place)
    if error["type"] == "missing":
        return Fault("key_missing", "This key is required.", place)
    value = error["input"] if isinstance(error["input"], (str, int, float)) else ""
    reason = str(error["msg"]).removeprefix("Value error, ")
    return Fault("bad_value", "{reason}.", place, value=str(value), values={"reason": reason.rstrip(".")})


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
