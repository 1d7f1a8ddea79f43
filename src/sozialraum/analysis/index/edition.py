"""One edition of a composite index: the areas of one date with all that is known about them, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sozialraum.analysis.index.definition import Dimension, IndexDefinition
from sozialraum.analysis.index.scores import Array, Scored, classify, deciles, rank, score
from sozialraum.errors import Fault, InputError, NoAnswerError, Place

Kind = TypeVar("Kind", bound=np.generic)
REASONS = ("", "below_minimum", "named_exception", "missing_value")


@dataclass(frozen=True)
class Edition:
    """What goes in: keys of n areas, residents at the end and the start (NaN = unknown), one column per indicator."""

    areas: NDArray[np.object_]
    residents: Array
    residents_before: Array
    columns: Mapping[str, Array]
    vintage: str = ""


@dataclass(frozen=True)
class Result:
    """One dimension for the n areas of an edition; excluded areas hold NaN, class -1, rank and decile 0."""

    dimension: Dimension
    scored: Scored
    index: Array
    standardised: Mapping[str, Array]
    classes: NDArray[np.int8]
    rank: NDArray[np.int64]
    decile: NDArray[np.int64]


def excluded(edition: Edition, definition: IndexDefinition) -> NDArray[np.int8]:
    """Place in REASONS for every area: 0 = stays in.

    Residents that are not known at the end count as a missing value where the definition sets a minimum; residents that
    are not known at the start leave the area to be judged by the end alone.
    """
    rule = definition.exclusion
    values = np.stack([edition.columns[one.id] for one in definition.indicators])
    missing = np.isnan(values).any(axis=0)
    below = np.zeros(len(edition.areas), bool)
    if rule.minimum_residents:
        missing |= np.isnan(edition.residents)
        below = edition.residents < rule.minimum_residents
        if "start" in rule.dates:
            below |= edition.residents_before < rule.minimum_residents
    names = [one.area for one in rule.named if not (one.vintage and edition.vintage) or one.vintage == edition.vintage]
    named = np.isin(edition.areas.astype(str), names) if names else np.zeros(len(edition.areas), bool)
    return np.asarray(np.select([below, named, missing], [1, 2, 3], 0), dtype=np.int8)


def results(edition: Edition, definition: IndexDefinition, reasons: NDArray[np.int8]) -> tuple[Result, ...]:
    """Every dimension of the definition for the areas that stay in.

    Raises: NoAnswerError when fewer than two areas stay in or a column shows no difference; InputError when a value is
    missing and the definition refuses that.
    """
    _refuse_missing(edition, definition, reasons)
    inside = reasons == 0
    if inside.sum() < 2:
        raise NoAnswerError(
            "Only {count} of {all} areas can be used, and an index needs at least two: {reasons}.",
            remedy="Check the columns for residents and indicators, and the exclusion rule of the definition.",
            count=int(inside.sum()),
            all=len(reasons),
            reasons=", ".join(f"{name} {int((reasons == at).sum())}" for at, name in enumerate(REASONS) if at),
        )
    return tuple(_result(edition, definition, one, inside) for one in definition.dimension)


def _refuse_missing(edition: Edition, definition: IndexDefinition, reasons: NDArray[np.int8]) -> None:
    if definition.missing == "refuse" and (reasons == 3).any():
        what = "area '{area}' lacks a value, and the definition '{id}' refuses that."
        areas = edition.areas[reasons == 3]
        raise InputError(
            Fault("missing_value", what, Place(), values={"area": one, "id": definition.id}) for one in areas
        )


def _result(edition: Edition, definition: IndexDefinition, dimension: Dimension, inside: NDArray[np.bool_]) -> Result:
    values = np.stack([edition.columns[one] for one in dimension.indicators])
    total = ranked_areas(values, definition) if definition.input == "rank" else None
    scored = score(values[:, inside], dimension, edition.residents[inside], total)
    ranks = np.asarray(rank(scored.index), dtype=np.int64)
    return Result(
        dimension,
        scored,
        _spread_out(scored.index, inside, np.nan),
        {
            one: _spread_out(column, inside, np.nan)
            for one, column in zip(dimension.indicators, scored.standardised, strict=True)
        },
        _spread_out(classify(scored.index, dimension), inside, -1),
        _spread_out(ranks, inside, 0),
        _spread_out(deciles(ranks, len(ranks), dimension), inside, 0),
    )


def _spread_out(chosen: NDArray[Kind], inside: NDArray[np.bool_], otherwise: float) -> NDArray[Kind]:
    whole = np.full(inside.shape, otherwise, chosen.dtype)
    whole[inside] = chosen
    return whole


def ranked_areas(values: Array, definition: IndexDefinition) -> int:
    """Number of areas that the delivered ranks run over: those of the table, or of the whole country for a part of it.

    Raises: NoAnswerError when the table holds a part only and the definition does not say how many there are.
    """
    highest = float(np.nanmax(values, initial=1))
    areas = int(values.shape[1])
    if highest <= areas:
        return areas
    if definition.areas is None or highest > definition.areas:
        raise NoAnswerError(
            "Rank {rank} is higher than the number of areas ({count}).",
            remedy="Give all ranked areas, or say in the definition how many there are: areas = ...",
            rank=f"{highest:g}",
            count=definition.areas or areas,
        )
    return definition.areas
