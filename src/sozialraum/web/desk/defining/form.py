"""A definition as fields: every value of the text under its place, and back; whatever the text holds has a field."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from sozialraum.declared import toml_value
from sozialraum.errors import Fault, Place

TEXT, VALUE = "s", "v"
"""First letter of a field's name: a text as it is, or any other value as TOML writes it."""
LONG = 45
"""Letters that a field of one line shows; a longer text gets several lines."""
DEPTH = 2
"""So deep tables become fields of their own; what lies deeper is one value, but for lists of tables and texts."""
WHERE = "where"
"""Key of the conditions that facts have to fulfil."""


@dataclass(frozen=True)
class Leaf:
    """One field: its place in the text, what stands there, and what is wrong with it."""

    path: tuple[str, ...]
    value: str
    kind: str
    options: tuple[str, ...] = ()
    faults: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        """Name of the field in the form."""
        return f"{self.kind}:{'/'.join(self.path)}"

    @property
    def id(self) -> str:
        """Its id on the page."""
        return "f-" + "-".join(self.path).replace(" ", "_")

    @property
    def long(self) -> bool:
        """Whether it needs several lines."""
        return "\n" in self.value or len(self.value) > LONG

    @property
    def rows(self) -> int:
        """Lines of its box."""
        return min(max(self.value.count("\n") + 1, len(self.value) // LONG + 1, 2), 20)


def leaves(content: Mapping[str, Any], model: type[BaseModel]) -> list[Leaf]:
    """Every value of a definition as a field, in the order of the text."""
    return [_leaf(path, value, kind, model) for path, value, kind in _walk(content, ())]


def _leaf(path: tuple[str, ...], value: str, kind: str, model: type[BaseModel]) -> Leaf:
    """A field; where several codes hold for a feature they are written, not chosen."""
    return Leaf(path, value, kind, () if kind == VALUE and WHERE in path else options(model, path))


def _walk(content: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    for key, one in content.items():
        place = (*path, str(key))
        if key == WHERE and isinstance(one, Mapping):
            yield from _conditions(one, place)
        elif isinstance(one, Mapping) and (_is_texts(one) or len(place) < DEPTH):
            yield from _walk(one, place)
        elif isinstance(one, (list, tuple)) and one and all(isinstance(each, Mapping) for each in one):
            for at, each in enumerate(one):
                yield from _walk(each, (*place, str(at)))
        elif isinstance(one, str):
            yield place, one, TEXT
        else:
            yield place, toml_value(one), VALUE


def _conditions(where: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """An empty field for a further condition, then each condition, a number between bounds as one field a bound."""
    yield place, "", VALUE
    for feature, one in where.items():
        bounds = (
            {(feature, bound): value for bound, value in one.items()} if isinstance(one, Mapping) else {(feature,): one}
        )
        for names, value in bounds.items():
            plain = isinstance(value, str)
            yield (*place, *names), value if plain else toml_value(value), TEXT if plain else VALUE


def _is_texts(one: Mapping[str, Any]) -> bool:
    return bool(one) and all(isinstance(each, str) for each in one.values())


def content_of(post: Iterable[tuple[str, str]]) -> tuple[dict[str, Any], list[Fault]]:
    """The definition that filled-in fields say; empty fields are left out. A value that is no TOML is a fault."""
    found: dict[str, Any] = {}
    faults = []
    for name, text in post:
        kind, colon, joined = name.partition(":")
        plain = text.replace("\r\n", "\n")
        if kind not in (TEXT, VALUE) or not colon or not plain.strip():
            continue
        path = tuple(joined.split("/"))
        try:
            _put(found, path, plain if kind == TEXT else _value(path, plain.strip()))
        except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError, RecursionError):
            what = "This is no value as TOML writes it; texts stand in quotes, lists in square brackets."
            faults.append(Fault("bad_value", what, Place(column=".".join(path)), plain[:80]))
    return _lists(found), faults


def _value(path: tuple[str, ...], text: str) -> Any:
    """What the text of a field says; conditions need no brackets around them."""
    bare = path[-1] == WHERE and not text.startswith("{")
    return tomllib.loads(f"value = {{ {text} }}\n" if bare else f"value = {text}\n")["value"]


def posted(post: Iterable[tuple[str, str]], model: type[BaseModel]) -> list[Leaf]:
    """The fields as they were filled in, also those that cannot be read."""
    found = []
    for name, text in post:
        kind, colon, joined = name.partition(":")
        if kind in (TEXT, VALUE) and colon and joined:
            found.append(_leaf(tuple(joined.split("/")), text.replace("\r\n", "\n"), kind, model))
    return found


def _put(found: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for part in path[:-1]:
        found = found.setdefault(part, {})
    found[path[-1]] = value


def _lists(found: Any) -> Any:
    """Tables whose keys are numbers are lists of tables."""
    if not isinstance(found, dict):
        return found
    inner = {key: _lists(one) for key, one in found.items()}
    return list(inner.values()) if inner and all(key.isdecimal() for key in inner) else inner


def options(model: type[BaseModel], path: tuple[str, ...]) -> tuple[str, ...]:
    """The words that may stand at a place, where these are few."""
    from sozialraum.sources import vocabulary

    names = [part for part in path if not part.isdecimal()]
    if names[-1] in ("facts", "table") and len(names) > 1:
        return tuple(vocabulary())
    if WHERE in names[:-1]:
        return _codes(names[-1])
    found: Any = model
    for name in names:
        inner = _model_in(found)
        if inner is None or name not in inner.model_fields:
            return ()
        found = inner.model_fields[name].annotation
    return _literals(found)


def _codes(feature: str) -> tuple[str, ...]:
    """The codes of a feature, where they are the same in all facts that have it."""
    from sozialraum.sources import vocabulary

    held = {one.dimensions[feature] for one in vocabulary().values() if feature in one.dimensions}
    codes = next(iter(held), ()) if len(held) == 1 else ()
    return codes if isinstance(codes, tuple) else ()


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((one for one in map(_model_in, get_args(annotation)) if one is not None), None)


def _literals(annotation: Any) -> tuple[str, ...]:
    if annotation is bool:
        return ("true", "false")
    if get_origin(annotation) is Literal:
        return tuple(str(one) for one in get_args(annotation) if one)
    if get_origin(annotation) in (dict, list, tuple):
        return ()
    return tuple(word for one in get_args(annotation) for word in _literals(one))
