"""`run typology`: types of areas alike in their figures, on a plain table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from sozialraum.analysis.classification import (
    DOUBTFUL,
    METHODS,
    STABLE,
    WEAK,
    Choice,
    Method,
    Partition,
    Portrait,
    by_burden,
    chosen_number,
    keeping_numbers,
    partition,
    portraits,
    stability_by_type,
    standardised,
)
from sozialraum.errors import CallError, Fault, InputError, NoAnswerError, Place
from sozialraum.runs.checks import key_faults, missing_column, whole
from sozialraum.runs.tables import TextTable, check_target, numbers, read_table, write_table
from sozialraum.texts import LANGUAGES, Numeral

Array = NDArray[np.float64]
MOST_NUMBER = 1000  # of an earlier type; a larger one is a key or a count


@dataclass(frozen=True)
class Request:
    """What the call asks for; `sides` says of each indicator whether more is worse (1), better (-1) or neither."""

    indicators: list[str]
    method: Method
    types: int | None
    sides: list[int]
    draws: int
    seed: int


@dataclass(frozen=True)
class Typed:
    """Types of the areas that have all values; `jaccard` by type, `overlap` with the earlier types (empty without)."""

    inside: NDArray[np.bool_]
    found: Partition
    jaccard: Mapping[int, float]
    overlap: Sequence[float]
    choice: Choice | None

    @property
    def labels(self) -> NDArray[np.int64]:
        """Type of every area, -1 = none."""
        return self.spread(self.found.labels, -1).astype(np.int64)

    def spread(self, values: NDArray[Any], empty: float = float("nan")) -> Array:
        """Values of the typed areas as a column of all areas."""
        whole = np.full(len(self.inside), empty)
        whole[self.inside] = values
        return whole


def run(source: str, target: str, options: Mapping[str, Any]) -> list[Fault]:
    """Type the areas of `source`, write area, type and how clear it is to `target`; notes say what each type is like.

    Raises: CallError (2), InputError with every fault (3), NoAnswerError (4).
    """
    request, sheet = _request(options), str(options.get("portraits") or "")
    check_target(source, target)
    check_target(source, sheet or "-", "portraits")
    areas, columns = read_values(read_table(source), request.indicators)
    typed = type_areas(areas, columns, request, _before(options.get("before")))
    told = portraits(areas, columns, request.indicators, typed.labels)
    write_table(target, _columns(areas, typed))
    if sheet:
        write_table(sheet, _portrait_columns(told, typed.jaccard, request.indicators))
    return [*_doubts(typed), *_told(told)]


def _request(options: Mapping[str, Any]) -> Request:
    indicators, method = listed(options, "indicators"), str(options.get("method") or "k-means")
    if method not in METHODS:
        raise CallError("There is no method '{method}'; there are: {known}.", method=method, known=", ".join(METHODS))
    draws, seed = whole(options, "draws", 0), whole(options, "seed", 0)
    return Request(
        indicators,
        cast(Method, method),
        whole(options, "types", 2),
        _sides(options, indicators),
        50 if draws is None else draws,
        1 if seed is None else seed,
    )


def type_areas(areas: Sequence[str], columns: Array, request: Request, before: Mapping[str, int]) -> Typed:
    """The types of the areas, numbered by burden, or as `before` (area -> type) where there is one.

    Raises: NoAnswerError where fewer than two areas have all values, or too few differ; MismatchError without common areas.
    """
    inside = np.asarray(~np.isnan(columns).any(axis=1))
    if inside.sum() < 2:
        raise NoAnswerError("Fewer than two areas have all values.")
    z, method, seed = standardised(columns[inside]), request.method, request.seed
    choice = chosen_number(z, method, draws=request.draws or 50, seed=seed) if request.types is None else None
    number = choice.types if choice else request.types or 2
    found, overlap = by_burden(partition(z, number, method, seed), request.sides), tuple[float, ...]()
    if before:
        found, overlap = keeping_numbers(found, [areas[at] for at in np.flatnonzero(inside).tolist()], before)
    return Typed(inside, found, stability_by_type(z, found.labels, method, request.draws, seed), overlap, choice)


def _columns(areas: Sequence[str], typed: Typed) -> dict[str, list[Any]]:
    found, labels = typed.found, typed.labels
    columns: dict[str, list[Any]] = {
        "area": list(areas),
        "type": _numbered(labels),
        "silhouette": [_known(one) for one in typed.spread(found.clearness).tolist()],
        "second": _numbered(typed.spread(found.second, -1).astype(np.int64)),
        "jaccard": [typed.jaccard.get(one) for one in labels.tolist()],
    }
    if not np.isnan(found.probability).all():
        columns["probability"] = [_known(one) for one in typed.spread(found.probability).tolist()]
    if typed.overlap:
        columns["overlap"] = [_known(typed.overlap[one]) if one >= 0 else None for one in labels.tolist()]
    return columns


def _numbered(labels: NDArray[np.int64]) -> list[int | None]:
    return [one + 1 if one >= 0 else None for one in labels.tolist()]


def _known(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else value


def _portrait_columns(
    told: Sequence[Portrait], jaccard: Mapping[int, float], indicators: Sequence[str]
) -> dict[str, list[Any]]:
    """One row per type and indicator: means, distance in standard deviations; the portrait in both languages."""
    titles = {one: one for one in indicators}
    rows = [(one, mark) for one in told for mark in one.marks]
    return {
        "type": [one.type + 1 for one, _ in rows],
        "areas": [one.areas for one, _ in rows],
        "jaccard": [jaccard.get(one.type) for one, _ in rows],
        "typical": [one.typical for one, _ in rows],
        "indicator": [mark.indicator for _, mark in rows],
        "mean": [mark.mean for _, mark in rows],
        "overall": [mark.overall for _, mark in rows],
        "distance": [mark.distance for _, mark in rows],
        **{f"portrait_{each}": [one.tell(titles, each) for one, _ in rows] for each in LANGUAGES},
    }


def _doubts(typed: Typed) -> Iterator[Fault]:
    left_out, choice = int((~typed.inside).sum()), typed.choice
    if left_out:
        what = "{count} areas lack a value and have no type."
        yield Fault("no_type", what, severity="warning", values={"count": left_out})
    if choice and not choice.supported:
        what = "no number of types is stable: in each, some type has a Jaccard below {least}."
        remedy = "Read the types as a rough sketch, or use fewer indicators."
        yield Fault("no_stable_number", what, remedy=remedy, severity="warning", values={"least": STABLE})
    for one, value in sorted(typed.jaccard.items()):
        if value < DOUBTFUL:
            what = "type {number} comes back with a Jaccard of {value} only; do not interpret it."
            told = {"number": one + 1, "value": Numeral(value, ".2f")}
            yield Fault("unstable_type", what, severity="warning", values=told)
    for one, value in enumerate(typed.overlap):
        if value < WEAK:
            what = "type {number} shares only {share} of its areas with the type of that number before."
            share = f"{100 * value:.0f} %"
            yield Fault("weak_match", what, severity="warning", values={"number": one + 1, "share": share})


def _told(told: Sequence[Portrait]) -> Iterator[Fault]:
    for one in told:
        marks = ", ".join(f"{mark.indicator} {mark.distance:+.1f}" for mark in one.striking) or "-"
        values = {"number": one.type + 1, "areas": one.areas, "marks": marks, "typical": one.typical}
        what = "type {number}: {areas} areas, typical {typical}; from the mean in standard deviations: {marks}."
        yield Fault("type", what, severity="note", values=values)


def listed(options: Mapping[str, Any], name: str) -> list[str]:
    """The names of an option that holds several. Raises: CallError for doubles, or fewer than two indicators."""
    given = [one.strip() for one in (options.get(name) or "").split(",") if one.strip()]
    if len(set(given)) < len(given):
        raise CallError("--{name} names a column twice.", name=name)
    if name == "indicators" and len(given) < 2:
        raise CallError("--indicators needs at least two different columns.")
    return given


def _sides(options: Mapping[str, Any], indicators: Sequence[str]) -> list[int]:
    worse, better = listed(options, "worse"), listed(options, "better")
    strange = [one for one in (*worse, *better) if one not in indicators]
    if strange:
        raise CallError("'{name}' is not among the --indicators.", name=strange[0])
    return [(one in worse) - (one in better) for one in indicators]


def read_values(table: TextTable, indicators: Sequence[str]) -> tuple[tuple[str, ...], Array]:
    """Areas and their values (NaN = empty). Raises: InputError with every fault."""
    absent = [missing_column(table, name) for name in ("area", *indicators) if name not in table.columns]
    if absent:
        raise InputError(absent)
    faults, columns = list(key_faults(table, "area")), []
    for name in indicators:
        found, wrong = numbers(table, name)
        columns.append(found)
        faults += wrong
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    return tuple(table.columns["area"]), np.array(columns).T


def _before(path: str | None) -> dict[str, int]:
    """Area -> type (0, 1, ...) of an earlier result. Raises: InputError with every fault."""
    if not path:
        return {}
    table = read_table(path)
    absent = [missing_column(table, name) for name in ("area", "type") if name not in table.columns]
    if absent:
        raise InputError(absent)
    values, faults = numbers(table, "type")
    faults += key_faults(table, "area")
    for row, value in enumerate(values):
        if value < 1 or value > MOST_NUMBER or value % 1 > 0:
            place, cell = table.place(row, "type"), table.columns["type"][row]
            faults.append(Fault("no_type_number", "types are numbered 1, 2, ...", place, cell))
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    known = {area: int(one) - 1 for area, one in zip(table.columns["area"], values, strict=True) if one == one}
    if not known:
        raise InputError([Fault("no_types", "no area has a type.", Place(table.file, column="type"))])
    return known
