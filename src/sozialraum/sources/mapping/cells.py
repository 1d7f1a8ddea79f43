"""Texts in cells become numbers, signs, codes and ages; the work is done once per distinct text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from sozialraum.errors import CallError, Fault, Place
from sozialraum.periods import Period
from sozialraum.sources.definition import SourceDefinition
from sozialraum.sources.readers import Sheet
from sozialraum.sources.vocabulary import SIGNS, WITHOUT_VALUE

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]

_BLANKS = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007 '"), None)
_OFFICIAL = {"-", "–", "—", ".", "...", "…", "x", "X", "/", "*", "•", "·"}
_MARKS = {"r": "revised", "p": "provisional", "s": "estimated", "e": ""}


@dataclass(frozen=True)
class Numbers:
    """Numbers of one column: `values` (NaN where there is none) and `signs` (codes into SIGNS), one per row.

    `present` is false where the cell does not exist.
    """

    values: Floats
    signs: npt.NDArray[np.int8]
    present: npt.NDArray[np.bool_]


def at_most(sheet: Sheet, codes: Codes, wanted: Mapping[int, Callable[[int, int], Fault]]) -> list[Fault]:
    """One fault per distinct text: each maker gets the first row (as a spreadsheet counts) and how often it occurs."""
    if not wanted:
        return []
    first, count = first_and_count(codes, max(wanted) + 1)
    return [make(int(sheet.rows[first[code]]), int(count[code])) for code, make in wanted.items() if count[code]]


def first_and_count(codes: Codes, size: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each code below size: the place of its first occurrence, and how often it occurs."""
    count = np.bincount(codes[codes >= 0], minlength=size)
    first = np.full(len(count), len(codes), np.int64)
    places = np.flatnonzero(codes >= 0)[::-1]
    first[codes[places]] = places
    return first, count


def numbers(sheet: Sheet, column: str, definition: SourceDefinition) -> tuple[Numbers, list[Fault]]:
    """The numbers of a column, and a fault for each distinct text that is none."""
    codes, texts = sheet.coded(column)
    read = [_number(text, definition) for text in texts]
    values = np.array([value for value, _, _ in read] + [np.nan])
    signs = np.array([SIGNS.index(sign) for _, sign, _ in read] + [0], np.int8)
    problems = {code: problem for code, (_, _, problem) in enumerate(read) if problem}
    faults = _not_numbers(sheet, column, codes, texts, problems)
    return Numbers(values[codes], signs[codes], codes >= 0), faults


def _number(text: str, definition: SourceDefinition) -> tuple[float, str, str]:
    """Value, sign and problem (a code, empty when fine) of one text."""
    plain = text.strip()
    meaning = _meaning(plain, definition.signs)
    if meaning is not None:
        zero = meaning in ("zero", "rounded_zero")
        return (0.0 if zero else np.nan), ("" if meaning == "zero" else meaning), ""
    if plain in _OFFICIAL:
        return np.nan, "missing", "sign_undeclared"
    bare, sign = _unwrapped(plain, definition.signs)
    value = _plain_number(bare, definition.file.decimal, definition.file.thousands)
    if value is None:
        return np.nan, "missing", _why_no_number(bare, definition.file.decimal)
    if sign in WITHOUT_VALUE:
        return np.nan, sign, ""
    return value, sign, ""


def _meaning(plain: str, signs: Mapping[str, str]) -> str | None:
    if plain in signs:
        return signs[plain]
    if not plain:
        return "missing"
    for sign, meaning in signs.items():
        if re.fullmatch(r"-?\d+", sign) and re.fullmatch(re.escape(sign) + r"[.,]0+", plain):
            return meaning
    return None


def _unwrapped(plain: str, signs: Mapping[str, str]) -> tuple[str, str]:
    """Without the brackets or the letter that qualify a number: "(12)" is unreliable, "12r" revised."""
    if plain.startswith("(") and plain.endswith(")"):
        return plain[1:-1].strip(), signs.get("()", "unreliable")
    if len(plain) > 1 and plain[-1] in _MARKS and plain[-2].isdigit():
        return plain[:-1], signs.get(plain[-1], _MARKS[plain[-1]])
    return plain, ""


def _plain_number(text: str, decimal: str, thousands: str) -> float | None:
    if thousands == " ":
        text = (
            text.translate(_BLANKS)
            if re.fullmatch(r"-?\d{1,3}([\u00a0\u202f\u2009\u2007 ']\d{3})+(\D\d+)?", text)
            else text
        )
    elif thousands:
        grouped = rf"-?\d{{1,3}}({re.escape(thousands)}\d{{3}})+({re.escape(decimal)}\d+)?"
        text = text.replace(thousands, "") if re.fullmatch(grouped, text) else text
    pattern = rf"[+-]?(\d+({re.escape(decimal)}\d*)?|{re.escape(decimal)}\d+)([eE][+-]?\d+)?"
    return float(text.replace(decimal, ".")) if re.fullmatch(pattern, text) else None


def _why_no_number(text: str, decimal: str) -> str:
    if decimal == "," and re.fullmatch(r"-?\d*\.\d+", text):
        return "decimal_point"
    if decimal == "." and re.fullmatch(r"-?\d*,\d+", text):
        return "decimal_comma"
    if re.fullmatch(r"-?\d{1,3}([.,'\s]\d{3})+([.,]\d+)?", text):
        return "thousands"
    return "no_number"


_NUMBER_TEXTS = {
    "sign_undeclared": (
        "This sign has no declared meaning (rows: {count}).",
        "Zero, secret, unknown and not applicable are four different things.",
        'Ask the supplier and declare it under [signs]: "{value}" = "zero", "suppressed", "missing" or another meaning.',
    ),
    "decimal_point": (
        "A decimal point where the source declares a comma (rows: {count}).",
        "With a point read as thousands, values would be wrong by a factor.",
        'If the whole file is written so, set decimal = "." under [file]; otherwise ask for the file again.',
    ),
    "decimal_comma": (
        "A decimal comma where the source declares a point (rows: {count}).",
        "The value cannot be read without doubt.",
        'If the whole file is written so, set decimal = "," under [file]; otherwise ask for the file again.',
    ),
    "thousands": (
        "A number with a thousands separator that is not declared (rows: {count}).",
        "The value cannot be read without doubt.",
        'Set thousands under [file]: "." or "," or " " (for every kind of blank).',
    ),
    "no_number": (
        "This is no number (rows: {count}).",
        "The column '{column}' is declared as a number.",
        "Correct the value by a correction, or declare the sign under [signs].",
    ),
}


_WRITTEN_OTHERWISE = ("decimal_point", "decimal_comma", "thousands")


def _not_numbers(sheet: Sheet, column: str, codes: Codes, texts: list[str], problems: Mapping[int, str]) -> list[Fault]:
    """One fault per way of writing, and one per sign or word."""
    if not problems:
        return []
    first, count = first_and_count(codes, len(texts))
    words = [code for code, problem in problems.items() if problem == "no_number"]
    if count[words].sum() > 0.5 * max(len(codes), 1):
        return [_shifted(sheet, column, texts[words[0]])]
    kinds: dict[tuple[str, int], list[int]] = {}
    for code, problem in problems.items():
        kinds.setdefault((problem, -1 if problem in _WRITTEN_OTHERWISE else code), []).append(code)
    faults = []
    for (problem, _), members in kinds.items():
        code = min(members, key=lambda one: int(first[one]))
        many = int(count[members].sum())
        faults.append(_no_number(sheet.place(int(sheet.rows[first[code]]), column), texts[code], problem, many))
    return faults


def _no_number(place: Place, text: str, problem: str, count: int) -> Fault:
    what, why, remedy = _NUMBER_TEXTS[problem]
    shown = text.strip()[:40]
    values = {"count": count, "column": place.column, "value": shown}
    return Fault(problem, what, place, shown, why, remedy, values=values)


def _shifted(sheet: Sheet, column: str, example: str) -> Fault:
    return Fault(
        "shifted_header",
        "Most values of this column are words, but it is declared as a number.",
        sheet.place(int(sheet.rows[0]), column),
        value=example.strip()[:40],
        why="The header is probably shifted against its values, so other columns are suspicious too.",
        remedy='Compare header and values; ask the supplier, or rename the columns by a correction (action = "rename").',
    )


def periods(sheet: Sheet, column: str) -> tuple[Codes, list[Period], list[Fault]]:
    """Codes per row into the distinct periods (-1 where unreadable), the periods, and the faults."""
    codes, texts = sheet.coded(column)
    read = [_period(text) for text in texts]
    distinct = sorted({one for one in read if one})
    place = {one: number for number, one in enumerate(distinct)}
    lookup = np.array([place[one] if one else -1 for one in read] + [-1], np.int32)
    faults = at_most(
        sheet, codes, {code: _no_period(sheet, column, texts[code]) for code, one in enumerate(read) if not one}
    )
    return lookup[codes], distinct, faults


def _period(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except CallError:
        return None


def _no_period(sheet: Sheet, column: str, text: str) -> Callable[[int, int], Fault]:
    return lambda row, count: Fault(
        "no_period",
        "This is no period (rows: {count}).",
        sheet.place(row, column),
        text.strip()[:40],
        remedy="Correct it by a correction: a year (2024), a date (31.12.2024), a quarter (2024-Q3) or a school year (2024/25).",
        values={"count": count},
    )


def years_since(texts: list[str], ends: list[date]) -> npt.NDArray[np.float64]:
    """Full years from each text (a date, month or year) to each period's end, NaN where unreadable; texts x ends."""
    begun = [_begin(text.strip()) for text in texts]
    return np.array([[_full_years(day, end) for end in ends] for day in begun], np.float64).reshape(
        len(texts), len(ends)
    )


def _begin(text: str) -> date | None:
    try:
        found = Period.parse(text)
    except CallError:
        return None
    return (
        date(found.start.year, 12, 31)
        if found.label == text and len(text) == 4 and text.isdigit()
        else _first_day(text, found)
    )


def _first_day(text: str, found: Period) -> date:
    """31.12. is read as a reporting year; as a birthday it is that day."""
    return found.end if text.startswith("31.12.") or text.endswith("-12-31") else found.start


def _full_years(day: date | None, end: date) -> float:
    if day is None:
        return np.nan
    return float(end.year - day.year - ((end.month, end.day) < (day.month, day.day)))


def as_codes(texts: list[str], codes: Mapping[str, Any]) -> list[Any]:
    """The declared code of each text (also with blanks around it), None where there is none."""
    return [codes.get(text, codes.get(text.strip())) for text in texts]
