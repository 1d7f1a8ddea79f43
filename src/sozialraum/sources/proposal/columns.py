"""What a column of an unknown file may be: area key, period, number, age, sex, with the evidence for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sozialraum.errors import CallError
from sozialraum.periods import Period
from sozialraum.sources.mapping.places import is_total

if TYPE_CHECKING:
    from sozialraum.areas import Areas

OFFICIAL = ("-", "–", ".", "...", "…", "x", "X", "/", "*", "•", "·")
SEX = {"m": "m", "w": "f", "d": "x", "f": "f", "männlich": "m", "weiblich": "f", "divers": "x"}
_OPEN_BELOW = re.compile(r"(?:unter|below|under|<)[ _]?(\d+)", re.I)
_BELOW = re.compile(r"(\d+)[ _]?(?:bis unter|-<|bis <|to[ _]under)[ _]?(\d+)", re.I)
_OPEN_ABOVE = re.compile(
    r"(\d+)(?: Jahren?| years)?[ _]?(?:und mehr|und älter|u\. ?ä\.|plus|\+|and[ _](?:above|over|older))"
    r"|(?:ab|above|over|über)[ _](\d+)",
    re.I,
)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
"""A point before each three digits is one between thousands, as German offices write."""
_BOTH = re.compile(r"(?<!\d)(\d{1,2})[ _]?(?:bis|to|-|_|–)[ _]?(\d{1,3})(?!\d)", re.I)


@dataclass(frozen=True, slots=True)
class AreaMatch:
    """How well the texts of a column fit the keys of a level, and in which vintages they occur."""

    column: str
    level: str
    vintages: str
    matched: int
    of: int
    width: int  # zeros must be restored to this width, 0 when they stand there
    total: tuple[str, ...]


def area_matches(column: str, texts: Sequence[str], areas: Areas) -> list[AreaMatch]:
    """Levels of which at least half of the texts are keys, best first."""
    sums = tuple(text for text in texts if is_total(text))
    plain = {re.sub(r"\.0$", "", text.strip()) for text in texts if text not in sums and text.strip()}
    found = []
    for level in areas.levels:
        by_vintage = {one.id: set(areas.layer(level, one.id).keys) for one in areas.vintages}
        keys = set().union(*by_vintage.values())
        widths = set(map(len, keys))
        width = widths.pop() if len(widths) == 1 else 0  # keys of many widths have lost no zeros
        written = {text.zfill(width) if text.isdigit() else text for text in plain}
        matched = len(written & keys)
        if plain and matched >= 0.5 * len(plain):
            vintages = ", ".join(one for one, known in by_vintage.items() if written & known)
            found.append(
                AreaMatch(column, level, vintages, matched, len(plain), 0 if plain & keys == plain else width, sums)
            )
    return sorted(found, key=lambda one: (-one.matched / one.of, areas.levels.index(one.level)))


def periods(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Labels of the periods between 1950 and 2100, and the texts that are none."""
    found, others = set(), []
    for text in texts:
        try:
            one = Period.parse(text)
        except CallError:
            others.append(text)
            continue
        if 1950 <= one.year <= 2100:
            found.add(one.label)
        else:
            others.append(text)
    return sorted(found), others


def number_shape(texts: Sequence[str]) -> tuple[str, str] | None:
    """Decimal and thousands sign when the texts are numbers (official signs aside); None when they are not."""
    plain = [text.strip() for text in texts if text.strip() and text.strip() not in OFFICIAL]
    if not plain:
        return None
    pointed = [text for text in plain if "." in text]
    grouped = pointed and all(_GROUPED.fullmatch(text) for text in pointed)
    first = ((",", "."),) if grouped else ()
    for decimal, thousands in (*first, (",", ""), (".", ""), (",", "."), (",", " "), (".", ",")):
        if all(_written(text, decimal, thousands) for text in plain):
            return decimal, thousands
    return None


def _written(text: str, decimal: str, thousands: str) -> bool:
    group = r"[\u00a0\u202f\u2009 ]" if thousands == " " else re.escape(thousands)
    whole = rf"\d{{1,3}}({group}\d{{3}})+|\d+" if thousands else r"\d+"
    return re.fullmatch(rf"[+-]?({whole})({re.escape(decimal)}\d+)?", text) is not None


def age_groups(names: Sequence[str]) -> dict[str, list[int]]:
    """`[from, to)` of the names that are age groups: "6 bis unter 18", "65 und älter", "age_18_27".

    A group that says neither "unter" nor the like ends where another begins, else it includes its last year.
    """
    found = {name: group for name in names if (group := _age_group(name))}
    begins = {group[0] for group in found.values()}
    for name, group in found.items():
        if len(group) == 3:
            found[name] = [group[0], group[1] if group[1] in begins else group[1] + 1]
    return found


def _age_group(name: str) -> list[int]:
    """Bounds; a third entry marks that the upper one may be included."""
    if match := _BELOW.search(name):
        return [int(match[1]), int(match[2])]
    if match := _OPEN_ABOVE.search(name):
        return [int(match[1] or match[2])]
    if match := _BOTH.search(name):
        return [int(match[1]), int(match[2]), 1]
    match = _OPEN_BELOW.search(name)
    return [0, int(match[1])] if match else []


def is_age(name: str, texts: Sequence[str]) -> bool:
    """Whether a column holds single years of age: its name says so, and its texts are whole numbers below 125."""
    whole = all(text.strip().isdigit() and int(text) < 125 for text in texts)
    return whole and re.search(r"\balter\b|\bage\b|^alter", name, re.I) is not None


def is_sex(texts: Sequence[str]) -> bool:
    """Whether the texts are words or letters for sex."""
    return 2 <= len(texts) <= 4 and all(text.strip().lower() in SEX for text in texts)


def signs(texts: Sequence[str]) -> list[str]:
    """Official signs among the texts, whose meaning only the supplier knows."""
    return sorted({text.strip() for text in texts} & {*OFFICIAL, "-9999", "-1"})
