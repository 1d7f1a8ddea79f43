"""Hierarchies of codes: a file with leading signs (.hrc), or digits per level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sozialraum.errors import Fault, InputError, Place
from sozialraum.protection.argus.files import text_lines


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Way from the top of each code that records may have (without the total, the code itself last), and all sums."""

    ways: Mapping[str, tuple[str, ...]]
    sums: frozenset[str]

    @property
    def depth(self) -> int:
        """The longest way."""
        return max(map(len, self.ways.values()), default=1)


def read_hierarchy(path: Path, sign: str) -> Hierarchy:
    """The hierarchy in a .hrc file: the number of leading signs is the level below the total.

    Raises: CallError, InputError with every fault: gaps, a code with two parents, a line without a code.
    """
    lines = [(line, text) for line, text in enumerate(text_lines(path), start=1) if text.strip()]
    faults: list[Fault] = []
    ways: dict[str, tuple[str, ...]] = {}
    above: list[str] = []
    for line, text in lines:
        level, code = _level(text, sign)
        place = Place(path.name, row=line)
        faults += _line_faults(level, code, len(above), sign, place)
        way = (*above[:level], code)
        if code in ways:
            faults.append(_two_parents(code, ways[code], way, place))
        elif code:
            ways[code] = way
        above = list(way)
    if faults:
        raise InputError(faults)
    sums = frozenset(code for way in ways.values() for code in way[:-1])
    return Hierarchy({code: way for code, way in ways.items() if code not in sums}, sums)


def _level(text: str, sign: str) -> tuple[int, str]:
    level, rest = 0, text.lstrip() if not text.startswith(sign) else text
    while rest.startswith(sign):
        level, rest = level + 1, rest[len(sign) :]
    return level, rest.strip()


def _line_faults(level: int, code: str, above: int, sign: str, place: Place) -> Iterator[Fault]:
    if not code:
        remedy = "Write the code behind the leading signs."
        yield Fault("hierarchy_gap", "the line holds no code.", place, remedy=remedy)
    if level > above:
        what = "the code lies {steps} levels below the line above: the hierarchy has a gap."
        remedy = "Each line may lie one '{sign}' deeper than the line above."
        values = {"steps": level - above + 1, "sign": sign}
        yield Fault("hierarchy_gap", what, place, code, remedy=remedy, values=values)


def _two_parents(code: str, first: Sequence[str], second: Sequence[str], place: Place) -> Fault:
    if first[:-1] == second[:-1]:
        return Fault("code_twice", "the code stands twice.", place, code, remedy="Keep one of them.")
    what = "the code belongs to '{first}' and to '{second}'."
    values = {"first": " / ".join(first[:-1]) or "Total", "second": " / ".join(second[:-1]) or "Total"}
    return Fault("two_parents", what, place, code, remedy="Give every code one parent.", values=values)


def hierarchy_of_digits(codes: Sequence[str], digits: Sequence[int]) -> Hierarchy:
    """The hierarchy of codes whose first digits are the code of the level above, `digits` more per level."""
    ends = [sum(digits[: at + 1]) for at in range(len(digits)) if digits[at]]
    ways = {code: tuple(dict.fromkeys(code[:end] for end in ends)) for code in codes}
    return Hierarchy(ways, frozenset(code for way in ways.values() for code in way[:-1]))
