"""The description of the data (.rda): its variables, where each stands, its codes and its hierarchy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sozialraum.errors import Fault, InputError, Place
from sozialraum.protection.argus.files import text_lines

_WORDS = re.compile(r'"([^"]*)"|(\S+)')
_SETTING = re.compile(r"<\s*(\w+)\s*>([^<]*)")
_PLAIN = {"NUMERIC", "FREQUENCY", "RECORDKEY", "STATUS", "WEIGHT", "HOLDING", "REQUEST", "MAXSCORE", "COSTVAR"}


@dataclass(slots=True)
class Variable:
    """One variable: its place in a line of fixed format (0 when separated), its missing codes, and its settings.

    `settings`: name in capitals -> what stands behind it. `line`: in the description.
    """

    name: str
    line: int
    start: int = 0
    length: int = 0
    missing: tuple[str, ...] = ()
    settings: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_key(self) -> bool:
        """Whether it holds codes and not numbers or other fields."""
        return not self.settings.keys() & _PLAIN

    def first(self, setting: str, usual: str = "") -> str:
        """The first word behind a setting."""
        return next(iter(self.settings.get(setting, [])), usual)


@dataclass(slots=True)
class Description:
    """`separator`: between the fields, empty in fixed format. `is_table`: whether the data hold sums, not records."""

    path: Path
    separator: str
    variables: list[Variable]

    @property
    def frequency(self) -> str:
        """The variable of the counts; empty where none is named."""
        return next((one.name for one in self.variables if "FREQUENCY" in one.settings), "")

    @property
    def is_table(self) -> bool:
        """Whether the data hold cells with their sums: then counts, statuses or codes of totals are described."""
        return any(one.settings.keys() & {"FREQUENCY", "STATUS", "TOTCODE"} for one in self.variables)


def read_description(path: Path) -> Description:
    """The description. Raises: CallError, InputError with every fault."""
    found = Description(path, "", [])
    faults: list[Fault] = []
    for line, text in enumerate(text_lines(path), start=1):
        settings = _SETTING.findall(text)
        if settings:
            faults += _set(found, settings, Place(path.name, row=line))
        elif text.strip() and not text.lstrip().startswith("//"):
            found.variables.append(_variable(text, line))
    faults += _placed(found)
    if faults:
        raise InputError(faults)
    return found


def _set(found: Description, settings: list[tuple[str, str]], place: Place) -> Iterator[Fault]:
    for name, rest in settings:
        words = [quoted or plain for quoted, plain in _WORDS.findall(rest)]
        if name.upper() == "SEPARATOR":
            found.separator = {"\\t": "\t"}.get(words[0], words[0]) if words else ""
            if len(found.separator) != 1 or found.separator in '"\r\n':
                found.separator = ";"
                what, remedy = "the separator is no single sign.", 'Write <SEPARATOR> ";" or another sign.'
                yield Fault("argus_separator", what, place, rest.strip(), remedy=remedy)
        elif not found.variables:
            what, remedy = "the setting stands before any variable.", "Name the variable in a line above it."
            yield Fault("argus_order", what, place, f"<{name}>", remedy=remedy)
        else:
            found.variables[-1].settings[name.upper()] = words


def _variable(text: str, line: int) -> Variable:
    words = [(quoted or plain, not plain) for quoted, plain in _WORDS.findall(text)]
    name, rest = words[0][0], words[1:]
    numbers: list[int] = []
    while rest and not rest[0][1] and rest[0][0].isdecimal() and len(numbers) < 2:
        numbers.append(int(rest.pop(0)[0]))
    missing = tuple(word.strip() for word, _ in rest)
    start, length = (numbers[0], numbers[1]) if len(numbers) == 2 else (0, numbers[0] if numbers else 0)
    return Variable(name, line, start, length, missing)


def _placed(found: Description) -> Iterator[Fault]:
    """Faults of the variables; where fields are separated, a second number is a missing code and no length."""
    if not found.variables:
        yield Fault("argus_empty", "the description names no variable.", Place(found.path.name))
    for at, one in enumerate(found.variables):
        place = Place(found.path.name, row=one.line, column=one.name)
        if found.separator and one.start:
            one.length, one.start, one.missing = one.start, 0, (str(one.length), *one.missing)
        if not found.separator and not (one.start and one.length):
            what = "in fixed format the variable needs its first position and its length."
            yield Fault("argus_position", what, place, remedy="Write: name, first position, length, missing codes.")
        if one.name in {other.name for other in found.variables[:at]}:
            yield Fault("column_twice", "this column stands twice.", place, remedy="Keep one of them.")
