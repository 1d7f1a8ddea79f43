"""Where and when each row is: area keys against the geometry, periods against calendar and file name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.errors import CallError, Fault, Place
from sozialraum.periods import Period
from sozialraum.sources.definition import AreaSettings, SourceDefinition
from sozialraum.sources.mapping import cells
from sozialraum.sources.mapping.cells import Codes
from sozialraum.sources.mapping.facts import Axes, Mask
from sozialraum.sources.patterns import searched
from sozialraum.sources.readers import Sheet, coded

if TYPE_CHECKING:
    from sozialraum.areas import Areas

TOTAL_WORDS = ("insgesamt", "gesamt", "summe", "total", "zusammen", "gesamtstadt", "stadt insgesamt", "alle", "∑")


@dataclass(frozen=True)
class _Key:
    """One written area key and what became of it: a key, or a fault code; `restored` = zeros or ".0" were put right."""

    text: str
    key: str = ""
    fault: str = ""
    total: bool = False
    restored: bool = False


def locate(sheet: Sheet, definition: SourceDefinition, areas: Areas | None) -> tuple[Axes, list[Fault]]:
    """Area and period of every row, and the faults of both."""
    period, periods, faults = _periods(sheet, definition)
    vintages, more = _vintages(sheet, definition, areas, periods)
    faults += more
    if definition.area.constant:
        texts = pa.repeat(pa.scalar(definition.area.constant), len(sheet.rows))
    elif sheet.points is not None and not definition.area.column:
        texts, more = _inside(sheet, definition, areas, vintages)
        faults += more
    else:
        texts = _joined(sheet, definition.area.column)
    area, keys, totals, more = _areas(sheet, texts, definition, areas, vintages, period)
    if not periods:  # which boundaries hold is not known before
        more = [one for one in more if one.code != "area_unknown"]
    usable = (area >= 0) & (period >= 0) & ~totals
    return Axes(area, keys, period, tuple(periods), tuple(vintages), usable, totals), faults + more


def _vintages(
    sheet: Sheet, definition: SourceDefinition, areas: Areas | None, periods: Sequence[Period]
) -> tuple[list[str], list[Fault]]:
    """The boundaries of each period; "" and a fault where none are declared."""
    if definition.area.vintage or areas is None:
        return [definition.area.vintage] * len(periods), []
    found, faults = [], []
    for one in periods:
        try:
            found.append(areas.vintage_of(one.label))
        except CallError:
            found.append("")
            faults.append(_no_boundaries(sheet.place(column=definition.period.column), one))
    return found, faults


def _no_boundaries(place: Place, period: Period) -> Fault:
    return Fault(
        "no_boundaries",
        "No area boundaries are declared for this period.",
        place,
        period.label,
        remedy="Correct the period by a correction, or add a vintage to [areas] in sozialraum.toml.",
    )


def _periods(sheet: Sheet, definition: SourceDefinition) -> tuple[Codes, list[Period], list[Fault]]:
    settings = definition.period
    if settings.column:
        codes, found, faults = cells.periods(sheet, settings.column)
    elif settings.columns:
        codes, found, faults = _from_columns(sheet, definition)
    else:
        codes, found, faults = _one_period(sheet, definition)
    return codes, found, faults + _year_faults(sheet, definition, codes, found)


def _one_period(sheet: Sheet, definition: SourceDefinition) -> tuple[Codes, list[Period], list[Fault]]:
    settings = definition.period
    match = searched(settings.file_name).search(sheet.file) if settings.file_name else None
    text = settings.constant or (match[1] if match else "")
    try:
        return np.zeros(len(sheet.rows), np.int32), [Period.parse(text)], []
    except CallError:
        fault = Fault(
            "no_period",
            "The file's name holds no period; the source expects '{pattern}'.",
            sheet.place(),
            remedy="Rename the file as the supplier names it, or change file_name under [period].",
            values={"pattern": settings.file_name or settings.constant},
        )
        return np.full(len(sheet.rows), -1, np.int32), [], [fault]


def _from_columns(sheet: Sheet, definition: SourceDefinition) -> tuple[Codes, list[Period], list[Fault]]:
    """Periods that stand in the names of the value columns; each block of facts brings its own."""
    given = {str(codes["period"]) for part in definition.facts for codes in part.columns.values() if "period" in codes}
    found = sorted({Period.parse(one) for one in given})
    return np.zeros(len(sheet.rows), np.int32), found, []


def _year_faults(sheet: Sheet, definition: SourceDefinition, codes: Codes, periods: Sequence[Period]) -> list[Fault]:
    faults = [
        _outside_years(sheet, definition, codes, place, one)
        for place, one in enumerate(periods)
        if _beyond(definition, one)
    ]
    named = {int(one) for one in re.findall(r"(?<!\d)(?:19|20)\d{2}(?!\d)", sheet.file)}
    named |= {int(one[:4]) for one in re.findall(r"(?<!\d)(?:19|20)\d{6}(?!\d)", sheet.file)}
    years = {one.year for one in periods} | {one.start.year for one in periods}
    said = bool(definition.period.constant)  # whoever writes a constant has decided against the file's name
    if not said and named and years and not named & years and len(named) == 1 and max(years) - min(years) <= 1:
        faults.append(_other_year(sheet, definition, min(named), periods[-1]))
    return faults


def _beyond(definition: SourceDefinition, one: Period) -> bool:
    years = definition.period.years
    return years is not None and not years[0] <= one.year <= years[1]


def _outside_years(sheet: Sheet, definition: SourceDefinition, codes: Codes, place: int, one: Period) -> Fault:
    first = int(sheet.rows[np.flatnonzero(codes == place)[0]])
    years = definition.period.years or (0, 0)
    return Fault(
        "wrong_year",
        "The period is outside the years {first} to {last} that the source declares.",
        sheet.place(first, definition.period.column),
        one.label,
        remedy="Correct it by a correction, or widen years under [period].",
        values={"first": years[0], "last": years[1]},
    )


def _other_year(sheet: Sheet, definition: SourceDefinition, named: int, one: Period) -> Fault:
    return Fault(
        "wrong_year",
        "The file's name says {named}, its rows say {found}.",
        sheet.place(int(sheet.rows[0]) if len(sheet.rows) else None, definition.period.column),
        one.label,
        "Figures would be stored under a wrong year.",
        "Ask the supplier which is right; correct the rows by a correction, or rename the file.",
        values={"named": named, "found": one.label},
    )


def _joined(sheet: Sheet, columns: Sequence[str]) -> pa.ChunkedArray:
    if len(columns) == 1:
        return sheet.table[columns[0]]
    return pc.binary_join_element_wise(*(pc.utf8_trim_whitespace(sheet.table[one]) for one in columns), "")


def _areas(
    sheet: Sheet,
    texts: pa.ChunkedArray,
    definition: SourceDefinition,
    areas: Areas | None,
    vintages: Sequence[str],
    period: Codes,
) -> tuple[Codes, tuple[str, ...], Mask, list[Fault]]:
    codes, written = coded(texts)
    column = "+".join(definition.area.column)
    layers = {one: _keys(areas, definition.area.level, one) for one in dict.fromkeys(vintages)} if areas else {}
    known = set().union(*layers.values())
    read = [_read_key(text, definition.area, known if areas else None) for text in written]
    keys = tuple(sorted({one.key for one in read if one.key}))
    place = {key: number for number, key in enumerate(keys)}
    lookup = np.array([place.get(one.key, -1) for one in read] + [-1], np.int32)
    total = np.array([one.total for one in read] + [False])
    faults = cells.at_most(
        sheet,
        codes,
        {code: _key_fault(sheet, column, one, definition, areas) for code, one in enumerate(read) if one.fault},
    )
    faults += _restored(sheet, column, codes, read)
    area = lookup[codes]
    if layers:
        area, more = _of_the_vintage(sheet, column, area, keys, period, vintages, layers)
        faults += more
    return area, keys, total[codes], faults


def _keys(areas: Areas, level: str, vintage: str) -> set[str]:
    return set(areas.layer(level, vintage).keys) if vintage else set()


def _read_key(text: str, settings: AreaSettings, known: set[str] | None) -> _Key:
    plain = text.strip()
    if plain in settings.total:
        return _Key(text, total=True)
    plain = settings.codes.get(plain, plain)
    if settings.pattern:
        match = searched(settings.pattern).search(plain)
        plain = match[1] if match else plain
    whole = re.sub(r"\.0+$", "", plain) if re.fullmatch(r"\d+\.0+", plain) else plain
    key = whole.zfill(settings.width) if settings.width and whole.isdigit() else whole
    if not key:
        return _Key(text, fault="area_empty")
    if known is None or key in known:
        return _Key(text, key, restored=key != plain)
    return _Key(text, fault=_why_unknown(key, known))


def _why_unknown(key: str, known: set[str]) -> str:
    if is_total(key):
        return "total_row"
    widths = {len(one) for one in known}
    return (
        "leading_zero_lost" if key.isdigit() and any(key.zfill(width) in known for width in widths) else "area_unknown"
    )


def is_total(text: str) -> bool:
    """Whether a text in the area column names a sum."""
    plain = text.strip().lower().rstrip(":")
    return plain in TOTAL_WORDS or any(word in TOTAL_WORDS for word in plain.split())


_KEY_TEXTS = {
    "area_empty": (
        "The area key is empty (rows: {count}).",
        "The row belongs nowhere.",
        "Ask the supplier for the key; footnotes are left out by stop under [file].",
    ),
    "total_row": (
        "This is a row of sums between the areas (rows: {count}).",
        "It would count everybody twice.",
        'Write total = "{text}" under [area]: it is then compared with its parts and not stored.',
    ),
    "leading_zero_lost": (
        "The key has lost its leading zero (rows: {count}).",
        "A spreadsheet has taken it for a number.",
        "Write the number of digits as width under [area]: the zeros are then restored and reported.",
    ),
    "area_unknown": (
        "There is no area with this key among the areas of level '{level}' (rows: {count}).",
        "The row would fall out of every map and sum.",
        "Correct the key by a correction, check level and vintage under [area], or leave sums out by total.",
    ),
}


_KNOWN_ELSEWHERE = "On level '{other}' there is one in the boundaries '{vintage}': check period, level and vintage."


def _key_fault(
    sheet: Sheet, column: str, one: _Key, definition: SourceDefinition, areas: Areas | None
) -> Callable[[int, int], Fault]:
    what, why, remedy = _KEY_TEXTS[one.fault]
    text, level = one.text.strip()[:40], definition.area.level
    elsewhere = _elsewhere(text.zfill(definition.area.width), level, areas) if one.fault == "area_unknown" else None
    values = {"text": text, "level": level, **(elsewhere or {})}
    remedy = _KNOWN_ELSEWHERE if elsewhere else remedy
    return lambda row, count: Fault(
        one.fault, what, sheet.place(row, column), text, why, remedy, values={**values, "count": count}
    )


def _elsewhere(key: str, level: str, areas: Areas | None) -> dict[str, str] | None:
    """Level and vintage that do have the key: the declared level first."""
    if areas is None:
        return None
    for other in (level, *areas.levels):
        for vintage in areas.vintages:
            if key in areas.layer(other, vintage.id).keys:
                return {"other": other, "vintage": vintage.id}
    return None


def _restored(sheet: Sheet, column: str, codes: Codes, read: Sequence[_Key]) -> list[Fault]:
    restored = np.array([one.restored for one in read] + [False])[codes]
    places = np.flatnonzero(restored)
    if not len(places):
        return []
    one = read[codes[places[0]]]
    return [
        Fault(
            "key_restored",
            "Keys were read as {key} and so on, as the source declares (rows: {count}).",
            sheet.place(int(sheet.rows[places[0]]), column),
            one.text.strip(),
            severity="note",
            values={"key": one.key, "count": len(places)},
        )
    ]


def _of_the_vintage(
    sheet: Sheet,
    column: str,
    area: Codes,
    keys: Sequence[str],
    period: Codes,
    vintages: Sequence[str],
    layers: dict[str, set[str]],
) -> tuple[Codes, list[Fault]]:
    """Rows whose key is not valid at their period lose it; one fault per key and vintage."""
    order = list(layers)
    valid = np.array([[key in layers[vintage] for key in keys] + [True] for vintage in order])
    vintage_codes = np.array([order.index(one) for one in vintages] + [0])[period]
    wrong = np.flatnonzero(~valid[vintage_codes, area] & (period >= 0))
    if not len(wrong):
        return area, []
    pairs = vintage_codes[wrong].astype(np.int64) * (len(keys) + 1) + area[wrong]
    _, first, count = np.unique(pairs, return_index=True, return_counts=True)
    faults = [
        _not_then(sheet, column, keys[area[wrong[one]]], order[vintage_codes[wrong[one]]], int(wrong[one]), int(many))
        for one, many in zip(first[:50], count[:50], strict=True)
    ]
    area = area.copy()
    area[wrong] = -1
    return area, faults


def _not_then(sheet: Sheet, column: str, key: str, vintage: str, place: int, count: int) -> Fault:
    return Fault(
        "area_of_other_vintage",
        "This area does not exist in the boundaries '{vintage}' that hold for the row's period (rows: {count}).",
        sheet.place(int(sheet.rows[place]), column),
        key,
        "Either the year is wrong, or the supplier still uses old boundaries.",
        "Check the period; if the supplier uses other boundaries, write vintage under [area].",
        values={"vintage": vintage, "count": count},
    )


def _inside(
    sheet: Sheet, definition: SourceDefinition, areas: Areas | None, vintages: Sequence[str]
) -> tuple[pa.ChunkedArray, list[Fault]]:
    """The key of the area that each point lies in."""
    if areas is None or not vintages:
        return pa.nulls(len(sheet.rows), pa.string()), []
    from sozialraum.sources.readers.points import assign

    layer = areas.layer(definition.area.level, vintages[-1])
    keys = assign(sheet.points, sheet.crs, layer.keys, layer.geometry, str(layer.crs))
    outside = [place for place, key in enumerate(keys) if key is None]
    faults = [
        Fault(
            "point_outside",
            "The point lies in no area of level '{level}'.",
            sheet.place(int(sheet.rows[place])),
            remedy="Check its coordinates; leave places outside the city out by skip_rows.",
            severity="warning",
            values={"level": definition.area.level},
        )
        for place in outside[:50]
    ]
    return pa.array(keys, pa.string()), faults
