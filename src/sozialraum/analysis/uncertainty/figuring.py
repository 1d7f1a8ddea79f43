"""Shrinking and comparing on figures with numerator and denominator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.analysis.doubles import must_be_of_one_vintage, must_stand_once
from sozialraum.analysis.uncertainty.comparing import Array, false_discovery, funnel
from sozialraum.analysis.uncertainty.shrinkage import Shrunk, empirical_bayes, local_empirical_bayes, logit_shrinkage
from sozialraum.errors import CallError, Fault, InputError, MismatchError
from sozialraum.figures import CORE, Description, Figures

PER: Mapping[str, float] = {"percent": 100.0, "per_100": 100.0, "per_1000": 1000.0, "per_10000": 1e4, "per_100000": 1e5}
SHRINK: Mapping[str, Callable[[Array, Array], Shrunk]] = {"marshall": empirical_bayes, "logit": logit_shrinkage}


def shrunken(
    figures: Figures, method: Literal["marshall", "logit"] = "marshall", neighbours: pa.Table | None = None
) -> Figures:
    """Rates of small areas drawn towards that of all areas of their level, by indicator and period.

    With `neighbours` (columns area, neighbour; each pair both ways round) they are drawn towards that of the area and its
    neighbours (Marshall's local form); an area without neighbours has no value.

    Shape: rows `<indicator>.shrunk` with the column `weight` (how much the area's own rate counts); value in the
           indicator's unit; areas whose counts are not known stay in with their flag and no value.
    Raises: CallError where an indicator has no counts or, for logit, is no share; InputError for an area twice or impossible
            counts; NoAnswerError with fewer than two areas.
    """
    parts = []
    for one, table in slices(figures):
        counts, people = cases_and_people(table, one)
        if method == "logit" and not one.part_of_denominator:
            raise CallError("'{id}' is no share, so the logit does not fit; use marshall.", id=one.id)
        found = SHRINK[method](counts, people) if neighbours is None else _local(table, neighbours)
        parts.append(_written(table, one, "shrunk", PER[one.unit] * found.value, {"weight": found.weight}))
    described = tuple(_described(one, "shrunk", "ausgeglichen", "shrunk") for one in figures.descriptions)
    return Figures(pa.concat_tables(parts), described, figures.credits, figures.notes)


def _local(table: pa.Table, neighbours: pa.Table) -> Shrunk:
    place = {area: at for at, area in enumerate(table["area"].to_pylist())}
    pairs = zip(neighbours["area"].to_pylist(), neighbours["neighbour"].to_pylist(), strict=True)
    inside = [(place[one], place[other]) for one, other in pairs if one in place and other in place]
    first, second = np.array(inside, dtype=np.int64).reshape(-1, 2).T
    counts, people = (table[name].to_numpy(zero_copy_only=False) for name in ("numerator", "denominator"))
    return local_empirical_bayes(counts, people, first, second)


def compared(figures: Figures, level: float = 0.95, within: Mapping[str, str] | None = None) -> Figures:
    """Each area against all areas of its level together (funnel), by indicator and period, false findings held down.

    With `within` (area -> key of its coarser area) each area is compared with the areas of its own coarser area together.

    Shape: rows `<indicator>.compared`: value = difference from the whole in the indicator's unit, `lower` and `upper` =
           funnel limits of the difference for an area of its size; `whole`, `p_value`, `q_value` (Benjamini & Hochberg over all
           areas), `differs`: higher or lower where q is at most 1 - level, otherwise unclear.
    Raises: CallError where an indicator has no counts; InputError for an area twice or impossible counts; MismatchError for an
            area without a coarser area.
    """
    parts = [_against_whole(table, one, level, within) for one, table in slices(figures)]
    words = ("Abstand zum Ganzen", "difference from the whole")
    if within is not None:
        words = ("Abstand zum übergeordneten Gebiet", "difference from the coarser area")
    described = tuple(_described(one, "compared", *words) for one in figures.descriptions)
    return Figures(pa.concat_tables(parts), described, figures.credits, figures.notes)


def _against_whole(table: pa.Table, one: Description, level: float, within: Mapping[str, str] | None) -> pa.Table:
    counts, people = cases_and_people(table, one)
    places = None if within is None else parents_of(table["area"].to_pylist(), within)
    whole = together(counts, people, places)
    found = funnel(counts, people, whole, "share" if one.part_of_denominator else "rate", level)
    gap = np.divide(counts, people, out=np.full(len(counts), np.nan), where=people > 0) - whole
    q, per = false_discovery(found.p), PER[one.unit]
    more = {"whole": per * whole, "p_value": found.p, "q_value": q}
    limits = {"lower": per * (found.lower - whole), "upper": per * (found.upper - whole)}
    written = _written(table, one, "compared", per * gap, more, **limits)
    return written.append_column("differs", pa.array(differs(gap, q, level), pa.string()))


def together(cases: Array, people: Array, places: Sequence[str] | None = None) -> Array:
    """For each area the rate of all areas together, or of those with the same place; NaN where none of them is known."""
    known = ~np.isnan(cases) & (people > 0)
    at = np.zeros(len(cases), np.int64) if places is None else np.unique(np.array(places), return_inverse=True)[1]
    counts, living = (np.bincount(at, np.where(known, one, 0.0)) for one in (cases, people))
    return np.asarray(np.divide(counts, living, out=np.full(len(living), np.nan), where=living > 0)[at])


def parents_of(areas: Sequence[str], within: Mapping[str, str]) -> list[str]:
    """The coarser area of each. Raises: MismatchError for an area without one."""
    lacking = [area for area in areas if area not in within]
    if lacking:
        what = "{count} areas have no coarser area, the first is '{area}'."
        raise MismatchError(what, count=len(lacking), area=lacking[0])
    return [within[area] for area in areas]


def differs(gap: Array, q: Array, level: float = 0.95) -> list[str | None]:
    """higher or lower where the adjusted p is at most 1 - level, otherwise unclear; None where nothing is known."""
    sure = q <= 1 - level
    words = np.select([np.isnan(q), sure & (gap > 0), sure & (gap < 0)], ["", "higher", "lower"], "unclear")
    return [word or None for word in words.tolist()]


def slices(figures: Figures) -> Iterator[tuple[Description, pa.Table]]:
    """The rows of each indicator, level and period.

    Raises: CallError where there are none; InputError where an area stands twice; MismatchError for areas of several
            boundaries at one level and period.
    """
    if not len(figures):
        raise CallError("There are no figures.", remedy="Choose indicators, areas and periods that are there.")
    must_stand_once(figures)
    for level in figures.levels:
        must_be_of_one_vintage(figures.on(level))
    for one in figures.descriptions:
        chosen = figures.select(one.id)
        for level in chosen.levels:
            for period in chosen.periods:
                table = chosen.on(level).at(period).table.select(CORE.names)
                if table.num_rows:
                    yield one, table


def cases_and_people(table: pa.Table, one: Description) -> tuple[Array, Array]:
    """Numerators and denominators of the rows, NaN = not known.

    Raises: CallError where there are none; InputError for negative counts, and for more cases than people in a share.
    """
    counts, people = (
        table[name].to_numpy(zero_copy_only=False).astype(np.float64) for name in ("numerator", "denominator")
    )
    if np.isnan(people).all() or one.unit not in PER:
        raise CallError("'{id}' has no cases and people behind it.", remedy="Choose shares or rates.", id=one.id)
    wrong = {
        "the area '{area}' has a negative count for '{id}'.": (counts < 0) | (people < 0),
        "the area '{area}' has more cases than people for '{id}', which is a share.": (
            (counts > people) & (people > 0) & one.part_of_denominator
        ),
    }
    areas = table["area"].to_pylist()
    faults = [
        Fault("impossible_count", what, remedy="Correct the count.", values={"area": areas[at], "id": one.id})
        for what, where in wrong.items()
        for at in np.flatnonzero(where).tolist()
    ]
    if faults:
        raise InputError(faults[:10])
    return counts, people


def _written(
    table: pa.Table, one: Description, name: str, values: Array, more: Mapping[str, Array], **limits: Array
) -> pa.Table:
    """The rows of the table as results: new indicator and value, no counts, further columns behind."""
    rows = table.num_rows
    made: dict[str, Any] = {column: table[column] for column in ("area", "level", "vintage", "period", "flag")}
    made["indicator"] = pa.array([f"{one.id}.{name}"] * rows, pa.string())
    for column, numbers in {"value": values, **limits, **more}.items():
        made[column] = pa.array(numbers, pa.float64(), from_pandas=True)
    kept = pc.is_null(made["value"])
    made["flag"] = pc.if_else(pc.and_(kept, pc.equal(made["flag"], "ok")), "not_applicable", made["flag"])
    schema = pa.schema([*CORE, *((column, pa.float64()) for column in more)])
    return pa.table([made.get(field.name, pa.nulls(rows, field.type)) for field in schema], schema=schema)


def _described(one: Description, name: str, de: str, en: str) -> Description:
    title = {"de": f"{one.title['de']}, {de}", "en": f"{one.title.get('en', one.title['de'])}, {en}"}
    return replace(
        one,
        id=f"{one.id}.{name}",
        title=title,
        kind="combined",
        counts=False,
        part_of_denominator=False,
        parts=(one.id,),
        compares=True,
    )
