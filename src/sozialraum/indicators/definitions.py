"""Definitions read from their files: the product's catalogue and the workspace's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from sozialraum.declared import nearest, read_declared
from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.figures import Break, Description
from sozialraum.indicators import schema
from sozialraum.indicators.schema import Indicator, operands_of
from sozialraum.sources import vocabulary
from sozialraum.texts import Names

_FOLDER = Path(str(files("sozialraum.indicators"))) / "catalogue"


def catalogue(extra: Path | None = None) -> dict[str, Indicator]:
    """Every definition by id, sorted: the product's own and those in the folder `extra` (and below it).

    Raises: InputError with every fault of every file: unknown keys, ids taken twice, facts nobody can deliver.
    """
    own = _shipped()
    if extra is None or not extra.is_dir():
        return dict(own[0])
    return _read([*sorted(extra.rglob("*.toml"))], dict(own[0]), dict(own[1]))[0]


def named(indicator: str, known: Mapping[str, Indicator]) -> Indicator:
    """The definition of this id. Raises: CallError with the id written most like it, where there is one."""
    return all_named([indicator], known)[0]


def all_named(indicators: Sequence[str], known: Mapping[str, Indicator]) -> list[Indicator]:
    """The definitions of these ids. Raises: CallError with all that are not known and the ids written most like them."""
    unknown = [one for one in dict.fromkeys(indicators) if one not in known]
    if unknown:
        close = list(dict.fromkeys(filter(None, (nearest(one, known) for one in unknown))))
        raise CallError(
            "There is no indicator {names}.",
            remedy="Did you mean {close}? All ids: sozialraum catalogue" if close else "All ids: sozialraum catalogue",
            names=Names(unknown),
            close=Names(close),
        )
    return [known[one] for one in indicators]


@cache
def _shipped() -> tuple[dict[str, Indicator], dict[str, str]]:
    return _read(sorted(_FOLDER.rglob("*.toml")), {}, {})


def _read(
    paths: Sequence[Path], found: dict[str, Indicator], places: dict[str, str]
) -> tuple[dict[str, Indicator], dict[str, str]]:
    faults: list[Fault] = []
    for path in paths:
        try:
            one = read(path)
        except InputError as error:
            faults += error.faults
            continue
        if one.id in found:
            faults.append(_taken(one.id, str(path), places[one.id]))
        found[one.id], places[one.id] = one, str(path)
    faults += [fault for one in found.values() for fault in _references(one, found, places[one.id])]
    if faults:
        raise InputError(faults)
    return dict(sorted(found.items())), places


def read(path: Path) -> Indicator:
    """The definition in one file. Raises: InputError with every fault found in it."""
    found = read_declared(path, Indicator)
    faults = list(_unknown_facts(found, path))
    if faults:
        raise InputError(faults)
    return found


def _taken(indicator: str, first: str, second: str) -> Fault:
    return Fault(
        "id_taken",
        "The id '{id}' is taken by {second}.",
        Place(file=first),
        remedy="Give your own definition another id.",
        values={"id": indicator, "second": second},
    )


def _hint(name: str, known: Iterable[str]) -> str:
    close = nearest(name, sorted(known))
    return f"; '{close}'?" if close else ""


def _unknown_facts(one: Indicator, path: Path) -> Iterable[Fault]:
    """Facts, measures, dimensions and codes that no source may deliver."""
    for operand in operands_of(one):
        table = vocabulary().get(operand.facts)
        if table is None:
            yield _not_known("facts", operand.facts, vocabulary(), path)
            continue
        if operand.sum not in table.measures:
            yield _not_known("measure", operand.sum, table.measures, path)
        for name, condition in operand.where.items():
            yield from _unknown_condition(name, condition, table.dimensions, path)


def _unknown_condition(
    name: str, condition: Any, dimensions: Mapping[str, tuple[str, ...] | str], path: Path
) -> Iterable[Fault]:
    if name not in dimensions:
        yield _not_known("dimension", name, dimensions, path)
    elif isinstance(dimensions[name], tuple):
        for code in condition if isinstance(condition, tuple) else (condition,):
            if code not in dimensions[name]:
                yield _not_known(name, str(code), dimensions[name], path)
    elif dimensions[name] == "age" and not isinstance(condition, schema.Limits):
        what = "The condition on '{name}' needs 'from' or 'below'."
        yield Fault("bad_condition", what, Place(str(path)), values={"name": name})


def _not_known(what: str, name: str, known: Iterable[str], path: Path) -> Fault:
    names = sorted(known)
    values = {"word": what, "name": name, "hint": _hint(name, names), "known": ", ".join(names)}
    template = "There is no {word} '{name}' in the vocabulary{hint}; it has: {known}."
    return Fault("unknown_word", template, Place(str(path)), values={**values})


def _references(one: Indicator, known: dict[str, Indicator], path: str) -> Iterable[Fault]:
    for name in (*([one.of] if one.of else []), *(part.indicator for part in one.parts)):
        if name not in known:
            values = {"name": name, "hint": _hint(name, known)}
            yield Fault("unknown_indicator", "There is no indicator '{name}'{hint}.", Place(path), values={**values})


def describe(one: Indicator) -> Description:
    """What a reader must know about an indicator, as it goes with its figures."""
    sides = _counted_sides(one)
    return Description(
        one.id, _texts(one.title), one.unit, one.field, one.polarity, one.kind, one.decimals,
        short=_texts(one.short or one.title), base=_texts(one.base),
        definition=_texts(one.definition), formula=_texts(one.formula), reading=_texts(one.reading),
        limits=_texts(one.limits), source=_texts(one.source),
        breaks=tuple(Break(entry.from_.isoformat(), entry.de, entry.en) for entry in one.breaks),
        minimum=one.protection.minimum, counts=one.counts or bool(sides), part_of_denominator=one.shares,
        facts=tuple(dict.fromkeys(operand.facts for operand in operands_of(one))),
        conditions={side: [_plain(operand) for operand in chosen] for side, chosen in sides.items()},
        amounts={side: _amount(chosen) for side, chosen in _sides(one).items() if _are_amounts(chosen)},
        parts=tuple(dict.fromkeys(name for name in (one.of, *(part.indicator for part in one.parts)) if name)),
    )  # fmt: skip


def _counted_sides(one: Indicator) -> dict[str, tuple[schema.Operand, ...]]:
    """Sides that count people or cases: a rate of doctors, metres or years still shows a number of residents.

    `counts = false` says that a numerator counts things; facts about people are counts all the same.
    """
    found = {side: chosen for side, chosen in _sides(one).items() if all(_is_count(operand) for operand in chosen)}
    if not one.counts and not any(_about_people(operand) for operand in one.numerator):
        found.pop("numerator", None)
    return found


def _sides(one: Indicator) -> dict[str, tuple[schema.Operand, ...]]:
    return {side: found for side, found in (("numerator", one.numerator), ("denominator", one.denominator)) if found}


def _is_count(operand: schema.Operand) -> bool:
    return not operand.times and vocabulary()[operand.facts].measures[operand.sum] == "count"


def _about_people(operand: schema.Operand) -> bool:
    return vocabulary()[operand.facts].about == "people"


def _are_amounts(chosen: Sequence[schema.Operand]) -> bool:
    """Whether ages or other amounts are added up to which somebody contributes: people, or dwellings with people in them."""
    return not all(map(_is_count, chosen)) and any(vocabulary()[one.facts].counted for one in chosen)


def _amount(chosen: Sequence[schema.Operand]) -> dict[str, Any]:
    """What is added up, and the counts of those who contribute to it."""
    contributors = [
        one.model_copy(update={"sum": one.sum if one.times else vocabulary()[one.facts].counted, "times": ""})
        for one in chosen
    ]
    return {"parts": [_plain(one) for one in chosen], "contributors": [_plain(one) for one in contributors]}


def _texts(texts: schema.Texts) -> dict[str, str]:
    return {str(language): text for language, text in texts.items()}


def _plain(operand: schema.Operand) -> dict[str, Any]:
    return operand.model_dump(mode="json", by_alias=True, exclude_defaults=True)
