"""The mapping of an unknown file as a form: from the proposal to its fields, and from what a person chose to a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sozialraum.sources import FactTable, vocabulary

AREA, PERIOD, VALUE, IGNORED = "area", "period", "value", ""
MEANINGS = ("zero", "suppressed", "missing", "not_yet", "not_applicable", "unreliable")
SIGNS = ("-", "–", ".", "...", "…", "x", "X", "/", "*", "•", "·")
"""What offices write in place of a number."""
FEW = 12
"""So many different texts of a column are shown to be given a meaning."""


@dataclass(frozen=True)
class Seen:
    """A column as it stands in the file: its name, some of its texts, and whether these are all."""

    name: str
    texts: tuple[str, ...]
    all_texts: bool


@dataclass(frozen=True)
class Field:
    """One line of the column table: what the column is, and what else is asked about it."""

    number: int
    column: Seen
    role: str
    age: str
    codes: tuple[tuple[int, str, str], ...]
    kinds: tuple[str, ...]


def fields(settings: Mapping[str, Any], seen: Sequence[Seen]) -> list[Field]:
    """A line per column of the file, filled in as the settings say."""
    part = _part(settings)
    table = vocabulary().get(str(part.get("table")))
    return [_field(number, one, settings, part, table) for number, one in enumerate(seen)]


def _field(
    number: int, one: Seen, settings: Mapping[str, Any], part: Mapping[str, Any], table: FactTable | None
) -> Field:
    role, age = _role(one.name, settings, part), ""
    if role == VALUE:
        age = _age_text(part.get("columns", {}).get(one.name, {}).get("age"))
    kinds = table.dimensions.get(role.partition(":")[2], ()) if table else ()
    given = part.get("dimensions", {}).get(role.partition(":")[2], {})
    known = given.get("codes", {}) if isinstance(given, Mapping) else {}
    ask = isinstance(kinds, tuple) and bool(kinds)
    codes = tuple((at, text, str(known.get(text, ""))) for at, text in enumerate(one.texts)) if ask else ()
    return Field(number, one, role, age, codes, kinds if isinstance(kinds, tuple) else ())


def _role(name: str, settings: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    if name in _many(settings.get("area", {}).get("column")):
        return AREA
    if name == settings.get("period", {}).get("column"):
        return PERIOD
    for dimension, one in part.get("dimensions", {}).items():
        if name == (one if isinstance(one, str) else one.get("column")):
            return f"dimension:{dimension}"
    return VALUE if name in part.get("columns", {}) or name in part.get("measures", {}).values() else IGNORED


def _part(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first fact table of the settings: the form speaks of one, the text of several."""
    facts = settings.get("facts", {})
    return facts[0] if isinstance(facts, (list, tuple)) else facts


def _many(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else list(given or ())


def _age_text(age: Any) -> str:
    if not age:
        return ""
    return f"{age[0]}-{age[1] - 1}" if len(age) > 1 and age[1] is not None else f"{age[0]}+"


def age_of(text: str) -> list[int] | None:
    """`[from, to)` of an age written as `6-17`, `65+` or `15`; None for anything else."""
    plain = text.replace(" ", "").replace("–", "-")
    if plain.endswith("+") and plain[:-1].isdecimal():
        return [int(plain[:-1])]
    first, dash, last = plain.partition("-")
    if first.isdecimal() and (last.isdecimal() or not dash):
        return [int(first), int(last or first) + 1]
    return None


def signs(seen: Sequence[Seen], settings: Mapping[str, Any]) -> list[tuple[int, str, str]]:
    """Signs that stand in the file in place of numbers: number, sign and the meaning chosen so far."""
    known = settings.get("signs", {})
    found = dict.fromkeys(text for one in seen for text in one.texts if text.strip() in SIGNS)
    return [(at, sign, str(known.get(sign, ""))) for at, sign in enumerate({**found, **known})]


def constants(settings: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...], str]]:
    """Dimensions with codes that no column fills: name, codes, and the one that holds for the whole file."""
    part = _part(settings)
    table = vocabulary().get(str(part.get("table")))
    filled = part.get("dimensions", {})
    found = []
    for name, kinds in (table.dimensions if table else {}).items():
        one = filled.get(name, {})
        column = one if isinstance(one, str) else one.get("column")
        if isinstance(kinds, tuple) and not column:
            found.append((name, kinds, str(one.get("constant", "")) if isinstance(one, Mapping) else ""))
    return found


def chosen(post: Mapping[str, str], before: Mapping[str, Any], seen: Sequence[Seen]) -> dict[str, Any]:
    """The settings that a filled-in form says; how the file is written stays as it was recognised."""
    roles = {one.name: post.get(f"role_{at}", IGNORED) for at, one in enumerate(seen)}
    settings: dict[str, Any] = {
        "id": post.get("id", "").strip(),
        "publisher": post.get("publisher", "").strip(),
        "licence": post.get("licence", "").strip(),
        "title": {"de": post.get("title", "").strip()},
        "file": before.get("file", {}),
        "area": _area(post, before.get("area", {}), [name for name, role in roles.items() if role == AREA]),
        "period": _period(post, next((name for name, role in roles.items() if role == PERIOD), "")),
        "signs": {sign: post[f"sign_{at}"] for at, sign, _ in signs(seen, before) if post.get(f"sign_{at}")},
        "facts": _facts(post, roles, seen),
    }
    if post.get("protected"):
        settings["protected"] = True
    return {name: one for name, one in settings.items() if one != {}}


def _area(post: Mapping[str, str], before: Mapping[str, Any], columns: list[str]) -> dict[str, Any]:
    kept = {name: before[name] for name in ("total", "pattern", "codes") if name in before}
    width = {"width": int(post["width"])} if post.get("width", "").isdecimal() and int(post["width"]) else {}
    key = {"column": columns[0] if len(columns) == 1 else columns} if columns else {}
    return {"level": post.get("level", ""), **key, **width, **kept}


def _period(post: Mapping[str, str], column: str) -> dict[str, Any]:
    if post.get("period_constant", "").strip():
        return {"constant": post["period_constant"].strip()}
    if column:
        return {"column": column}
    return {"file_name": r"(\d{4})"}


def _facts(post: Mapping[str, str], roles: Mapping[str, str], seen: Sequence[Seen]) -> dict[str, Any]:
    table = post.get("table", "")
    known = vocabulary().get(table)
    measure = post.get("measure", "") or next(iter(known.measures if known else ()), "")
    values = {one.name: age_of(post.get(f"age_{at}", "")) for at, one in enumerate(seen) if roles[one.name] == VALUE}
    found: dict[str, Any] = {"table": table}
    if len(values) > 1 or any(values.values()):
        found |= {"measure": measure, "columns": {name: {"age": age} if age else {} for name, age in values.items()}}
    else:
        found["measures"] = {measure: next(iter(values), 1)}
    dimensions = dict(_dimensions(post, roles, seen, known))
    return {**found, "dimensions": dimensions} if dimensions else found


def _dimensions(
    post: Mapping[str, str], roles: Mapping[str, str], seen: Sequence[Seen], table: FactTable | None
) -> Iterator[tuple[str, Any]]:
    names = table.dimensions if table else {}
    for at, one in enumerate(seen):
        name = roles[one.name].removeprefix("dimension:")
        if roles[one.name] != name and name in names:
            codes = {
                text: post[f"code_{at}_{place}"]
                for place, text in enumerate(one.texts)
                if post.get(f"code_{at}_{place}")
            }
            yield name, {"column": one.name, "codes": codes} if codes else one.name
    for name, kinds in names.items():
        if isinstance(kinds, tuple) and post.get(f"constant_{name}") and f"dimension:{name}" not in roles.values():
            yield name, {"constant": post[f"constant_{name}"]}
