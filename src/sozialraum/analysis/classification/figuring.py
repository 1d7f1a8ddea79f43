"""Area types on figures: every period in types of its own, numbered so that a type keeps its meaning over the years."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.analysis.classification.clustering import (
    Array,
    Method,
    Partition,
    Places,
    by_burden,
    partition,
    standardised,
)
from sozialraum.analysis.classification.matching import matched
from sozialraum.analysis.classification.portrait import Portrait, portraits
from sozialraum.analysis.classification.stability import MOST_TYPES, Choice, chosen_number, stability_by_type
from sozialraum.analysis.doubles import must_be_of_one_vintage, must_stand_once
from sozialraum.errors import CallError, MismatchError, NoAnswerError
from sozialraum.figures import CORE, ClassScale, Description, Figures

ID = "area_type"
RESULT = pa.schema([("class", pa.string()), ("class_probability", pa.float64()), ("likely_class", pa.string())])
SIDES: Mapping[str, int] = {"higher_worse": 1, "lower_worse": -1}
Row = dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """Values of one period: (areas, indicators), NaN = unknown."""

    areas: tuple[str, ...]
    columns: Array
    period: str
    level: str
    vintage: str

    @property
    def complete(self) -> Any:
        """Areas with every value."""
        return ~np.isnan(self.columns).any(axis=1)


def area_types(
    figures: Figures, types: int | None = None, method: Method = "k-means", draws: int = 50, seed: int = 1
) -> Figures:
    """Types of areas that are alike in the given figures (Gebietstypen), every period by itself.

    Shape:  rows `area_type` by area and period: `class` = number of the type as text, value = silhouette width (how clearly
            it belongs there, -1 to 1), `likely_class` = the type it is next nearest to, `class_probability` with a Gaussian
            mixture; an area that lacks a figure has no class and the flag `missing`.
    types:  without a number the largest one of which every type is stable in the latest period (bootstrap Jaccard from 0.75).
    numbers: in the first period from the least to the most burdened by the indicators' polarity, later the number of the
            earlier type with which most areas are shared (Kuhn 1955); a type without such a partner gets a new number.
    notes:  `notes["area_type"]`: method, indicators, draws, per period the Jaccard of each type (below 0.6: do not interpret) and
            its overlap with the period before.
    Raises: CallError for several levels or one indicator, MismatchError where boundaries of the periods differ,
            NoAnswerError where too few areas differ.
    """
    sheets = sheets_of(figures)
    if len({one.vintage for one in sheets}) > 1:
        raise MismatchError("The boundaries of the periods differ.", remedy="Compute all on one set of boundaries.")
    choice = _choice(sheets[-1], method, draws, seed) if types is None else None
    number = choice.types if choice else int(types or 0)
    parts = list(_numbered(sheets, number, method, seed, [SIDES.get(one.polarity, 0) for one in figures.descriptions]))
    found = [_checked(sheet, one, overlap, method, draws, seed) for sheet, one, overlap in parts]
    rows = [row for sheet, one, _ in parts for row in _rows(sheet, one)]
    notes: dict[str, Any] = {
        "method": method,
        "indicators": list(figures.indicators),
        "draws": draws,
        "seed": seed,
        "periods": found,
    }
    if choice:
        notes["tried"] = {str(many): list(values) for many, values in choice.tried.items()}
        notes["supported"] = choice.supported
    most = max(int(one.labels.max()) for _, one, _ in parts) + 1
    table = pa.Table.from_pylist(rows, pa.schema([*CORE, *RESULT]))
    return Figures(table, (_described(figures, most),), figures.credits, {ID: notes})


def sheets_of(figures: Figures) -> list[Sheet]:
    """The values by period. Raises: CallError for several levels or fewer than two indicators; InputError for doubles."""
    if len(figures.levels) != 1:
        raise CallError("A typology needs figures of one level.", remedy="Choose one: figures.on(...).")
    if len(figures.indicators) < 2:
        raise CallError("A typology needs at least two indicators.")
    must_stand_once(figures)
    must_be_of_one_vintage(figures)
    return [_sheet(figures.at(period), period) for period in figures.periods]


def _sheet(figures: Figures, period: str) -> Sheet:
    areas, names, values = (figures.table[name].to_pylist() for name in ("area", "indicator", "value"))
    keys = sorted(set(areas))
    row = {key: at for at, key in enumerate(keys)}
    column = {name: at for at, name in enumerate(figures.indicators)}
    places = [(row[area], column[name]) for area, name in zip(areas, names, strict=True)]
    held = np.full((len(keys), len(column)), np.nan)
    held[tuple(np.array(places).T)] = [np.nan if one is None else one for one in values]
    return Sheet(tuple(keys), held, period, figures.levels[0], min(figures.table["vintage"].to_pylist()))


def _columns(sheet: Sheet) -> Array:
    if sheet.complete.sum() < 2:
        raise NoAnswerError("In {period} fewer than two areas have all figures.", period=sheet.period)
    return standardised(sheet.columns[sheet.complete])


def _choice(sheet: Sheet, method: Method, draws: int, seed: int) -> Choice:
    return chosen_number(_columns(sheet), method, MOST_TYPES, draws, seed)


def _numbered(
    sheets: Sequence[Sheet], types: int, method: Method, seed: int, sides: Sequence[int]
) -> Iterator[tuple[Sheet, Partition, tuple[float, ...]]]:
    """Each period with its types under lasting numbers, and the overlap of each type with its forerunner."""
    before: dict[str, int] = {}
    for sheet in sheets:
        found = by_burden(partition(_columns(sheet), types, method, seed), sides)
        overlap: tuple[float, ...] = ()
        areas = [area for area, inside in zip(sheet.areas, sheet.complete.tolist(), strict=True) if inside]
        if before:
            found, overlap = keeping_numbers(found, areas, before)
        before = dict(zip(areas, found.labels.tolist(), strict=True))
        yield sheet, found, overlap


def keeping_numbers(
    found: Partition, areas: Sequence[str], before: Mapping[str, int]
) -> tuple[Partition, tuple[float, ...]]:
    """The partition with the numbers of the earlier types its own share most areas with, and the overlap of each.

    Numbers may leave gaps where an earlier type has no successor; its centre is then NaN. Raises: MismatchError.
    """
    match = matched(dict(zip(areas, found.labels.tolist(), strict=True)), before)
    new = np.array(match.numbers, np.int64)
    centres = np.full((int(new.max()) + 1, found.centres.shape[1]), np.nan)
    centres[new] = found.centres
    overlap = np.full(len(centres), np.nan)
    overlap[new] = match.overlap
    second = np.where(found.second >= 0, new[found.second], -1)
    kept = Partition(new[found.labels], centres, found.clearness, second, found.probability, found.bic)
    return kept, tuple(overlap.tolist())


def _checked(
    sheet: Sheet, found: Partition, overlap: Sequence[float], method: Method, draws: int, seed: int
) -> dict[str, Any]:
    """Period, number of areas and, by type, Jaccard and overlap with the period before."""
    stable = stability_by_type(_columns(sheet), found.labels, method, draws, seed)
    by_type = {str(one + 1): value for one, value in stable.items()}
    before = {str(one + 1): value for one, value in enumerate(overlap) if not np.isnan(value)}
    told: dict[str, Any] = {"period": sheet.period, "jaccard": by_type, "overlap": before}
    return told | ({"bic": found.bic} if not np.isnan(found.bic) else {})


def _rows(sheet: Sheet, found: Partition) -> Iterator[Row]:
    inside = iter(range(len(found.labels)))
    for area, known in zip(sheet.areas, sheet.complete.tolist(), strict=True):
        row: Row = {"area": area, "level": sheet.level, "vintage": sheet.vintage, "period": sheet.period}
        row |= {"indicator": ID, "flag": "ok" if known else "missing"}
        yield row | (_typed(found, next(inside)) if known else {})


def _typed(found: Partition, at: int) -> Row:
    chance = float(found.probability[at])
    return {
        "value": float(found.clearness[at]),
        "class": str(found.labels[at] + 1),
        "class_probability": None if np.isnan(chance) else chance,
        "likely_class": str(found.second[at] + 1) if found.second[at] >= 0 else None,
    }


def _described(figures: Figures, types: int) -> Description:
    ids = tuple(str(one + 1) for one in range(types))
    return Description(
        ID,
        {"de": "Gebietstyp", "en": "Area type"},
        unit="score",
        field="index",
        kind="combined",
        decimals=2,
        counts=False,
        part_of_denominator=False,
        parts=figures.indicators,
        compares=True,
        limits={
            "de": "Typen sind Beschreibungen, keine Ursachen; Gebiete zwischen zwei Typen gehören kaum zu einem davon.",
            "en": "Types describe, they do not explain; areas between two types hardly belong to one of them.",
        },
        scale=ClassScale(ids, tuple(f"Typ {one}" for one in ids), tuple(f"Type {one}" for one in ids)),
    )


def type_portraits(figures: Figures, types: Figures, period: str | int | None = None) -> tuple[Portrait, ...]:
    """The portrait of each type in one period (the last), from the figures behind it; `type` counts from 0.

    Raises: CallError for a period without types.
    """
    chosen = str(period) if period is not None else (types.periods or ("",))[-1]
    rows = types.select(ID).at(chosen).table
    known = {
        area: int(one) - 1
        for area, one in zip(rows["area"].to_pylist(), rows["class"].to_pylist(), strict=True)
        if one is not None
    }
    if not known:
        raise CallError("There are no types in {period}.", period=chosen)
    sheet = _sheet(figures.select(*types.description(ID).parts).at(chosen), chosen)
    labels: Places = np.array([known.get(area, -1) for area in sheet.areas], np.int64)
    return portraits(sheet.areas, sheet.columns, types.description(ID).parts, labels)
