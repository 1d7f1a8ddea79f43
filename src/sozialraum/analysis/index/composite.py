"""Composite social index (Sozialindex) on figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sozialraum.analysis.index.certainty import Certainty, class_probability
from sozialraum.analysis.index.definition import Dimension, IndexDefinition, IndexIndicator
from sozialraum.analysis.index.edition import REASONS, Result, excluded, results
from sozialraum.analysis.index.inputs import Slice, before, edition_label, slices
from sozialraum.analysis.index.otherwise import recipe_note
from sozialraum.analysis.index.typology import needs_attention, type_classes
from sozialraum.figures import CORE, ClassScale, Credit, Description, Figures

RESULT = pa.schema(
    [
        ("class", pa.string()),
        ("class_probability", pa.float64()),
        ("likely_class", pa.string()),
        ("rank", pa.int64()),
        ("rank_lower", pa.int64()),
        ("rank_upper", pa.int64()),
        ("decile", pa.int64()),
        ("excluded", pa.string()),
        ("attention", pa.bool_()),
    ]
)
_SURE = 0.95


def composite(
    figures: Figures, definition: IndexDefinition, residents: Figures | None = None, draws: int = 0, seed: int = 1
) -> Figures:
    """The index of every level and period in which all its indicators have values.

    Shape:   per area one row `<id>.<dimension>` per dimension, one `<id>.z_<indicator>` per standardised
             column, and `<id>.type` where there are two dimensions with classes.
    Unit:    score without unit, higher = worse; rank 1 = worst, decile 1 = worst tenth; class_probability 0 to 1.
    `residents` serves the exclusion rule and, at the earlier period, its start date; with `draws` every class gets the
    share of redraws in which it is the same, the other class met most often where that is below 0.95, and the middle 90
    percent of ranks; `lower` and `upper` are then the 95 percent range of the score. Excluded areas have rows with the
    reason and no values.
    Raises:  CallError when figures are missing; NoAnswerError when nothing can be computed.
    Source:  docs/methods/composite-index.md, docs/methods/class-probability.md.
    """
    tables: list[pa.Table] = []
    notes: dict[str, Any] = {}
    for part in slices(figures, definition, residents):
        reasons = excluded(part.edition, definition)
        found = results(part.edition, definition, reasons)
        sure, together = class_probability(part, definition, found, draws, seed) if draws else ({}, None)
        tables += _tables(part, definition, reasons, found, sure, together)
        note = _note(part, definition, reasons, found, draws, seed)
        notes[f"{definition.id} {part.level} {part.period}"] = {**note, **recipe_note(definition, residents)}
    credit = Credit(
        definition.credit.source,
        definition.credit.publisher,
        definition.title["de"],
        definition.credit.licence,
        definition.credit.note,
    )
    return Figures(
        pa.concat_tables(tables), tuple(describe(definition)), (*figures.credits, credit), {**figures.notes, **notes}
    )


def _note(
    part: Slice, definition: IndexDefinition, reasons: NDArray[np.int8], found: Iterable[Result], draws: int, seed: int
) -> dict[str, Any]:
    return {
        "definition": definition.id,
        "level": part.level,
        "period": part.period,
        "edition": edition_label(part.period, definition),
        "before": before(part.period, definition),
        "areas": len(reasons),
        "excluded": {name: int((reasons == at).sum()) for at, name in enumerate(REASONS) if at},
        "parts": {one.dimension.id: list(one.dimension.indicators) for one in found},
        "borders": {one.dimension.id: [each.begins for each in one.dimension.classes[1:]] for one in found},
        "base": {
            one.dimension.id: {name: [spread.mean, spread.sd] for name, spread in one.scored.base.items()}
            for one in found
        },
        "draws": draws,
        "seed": seed,
    }


def _tables(
    part: Slice,
    definition: IndexDefinition,
    reasons: NDArray[np.int8],
    found: Sequence[Result],
    sure: Mapping[str, Certainty],
    together: NDArray[np.float64] | None,
) -> Iterable[pa.Table]:
    inside = reasons == 0
    shared = _shared(part, reasons)
    for one in found:
        yield _rows(
            shared,
            f"{definition.id}.{one.dimension.id}",
            one.index,
            _class_columns(one, sure.get(one.dimension.id), inside),
        )
        if one.dimension.standardise != "none":
            for name, values in one.standardised.items():
                yield _rows(shared, f"{definition.id}.z_{name}", values, {})
    if len([one for one in found if one.dimension.classes]) > 1:
        columns = {"class": type_classes(found, inside), "attention": needs_attention(found, definition, inside)}
        if together is not None:
            columns["class_probability"] = _wide(together, inside)
        yield _rows(shared, f"{definition.id}.type", np.full(len(inside), np.nan), columns)


def _shared(part: Slice, reasons: NDArray[np.int8]) -> dict[str, pa.Array]:
    count = len(reasons)
    flags = pa.array(["ok", "not_applicable", "not_applicable", "missing"])
    words = pa.array([one or None for one in REASONS])
    return {
        "area": pa.array(part.edition.areas.tolist(), pa.string()),
        "level": pa.repeat(part.level, count),
        "vintage": pa.repeat(part.edition.vintage, count),
        "period": pa.repeat(part.period, count),
        "flag": flags.take(pa.array(reasons)),
        "excluded": words.take(pa.array(reasons)),
    }


def _rows(
    shared: Mapping[str, pa.Array], name: str, values: NDArray[np.float64], columns: Mapping[str, Any]
) -> pa.Table:
    schema = pa.schema([*CORE, *RESULT])
    own = {
        "indicator": pa.repeat(name, len(values)),
        "value": pa.array(values, pa.float64(), from_pandas=True),
    }
    made = {**shared, **own, **{key: pa.array(column, schema.field(key).type) for key, column in columns.items()}}
    return pa.table([made.get(field.name, pa.nulls(len(values), field.type)) for field in schema], schema=schema)


def _class_columns(found: Result, sure: Certainty | None, inside: NDArray[np.bool_]) -> dict[str, Any]:
    ids = [one.id for one in found.dimension.classes]
    columns: dict[str, Any] = {"rank": _positive(found.rank)}
    if ids:
        columns["class"] = [ids[place] if place >= 0 else None for place in found.classes.tolist()]
    if found.dimension.deciles:
        columns["decile"] = _positive(found.decile)
    if sure is not None:
        columns |= _sure_columns(sure, ids, inside)
    return columns


def _sure_columns(sure: Certainty, ids: Sequence[str], inside: NDArray[np.bool_]) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "lower": _wide(sure.lower, inside),
        "upper": _wide(sure.upper, inside),
        "rank_lower": _wide(sure.rank_lower, inside),
        "rank_upper": _wide(sure.rank_upper, inside),
    }
    if ids:
        other = [
            ids[at] if at >= 0 and p < _SURE else None
            for at, p in zip(sure.other.tolist(), sure.probability.tolist(), strict=True)
        ]
        columns["class_probability"] = _wide(sure.probability, inside)
        columns["likely_class"] = _wide(other, inside)
    return columns


def _positive(numbers: NDArray[np.int64]) -> list[int | None]:
    return [one or None for one in numbers.tolist()]


def _wide(values: Any, inside: NDArray[np.bool_]) -> list[Any]:
    """Values of the areas that go in, at their places among all; None for the others and for NaN."""
    following = iter(values.tolist() if hasattr(values, "tolist") else values)
    whole = [next(following) if keep else None for keep in inside.tolist()]
    return [None if one != one else one for one in whole]


def describe(definition: IndexDefinition) -> Iterable[Description]:
    """Descriptions of everything that `composite` gives back for the definition."""
    for one in definition.dimension:
        yield _dimension_description(definition, one)
        if one.standardise != "none":
            yield from (_column_description(definition, column) for column in one.indicator)
    classed = [one for one in definition.dimension if one.classes]
    if len(classed) > 1:
        yield _type_description(definition, classed)


def _dimension_description(definition: IndexDefinition, one: Dimension) -> Description:
    classes = one.classes
    scale = ClassScale(
        tuple(each.id for each in classes),
        tuple(each.de for each in classes),
        tuple(each.en for each in classes),
        tuple(each.begins for each in classes[1:] if each.begins is not None),
    )
    parts = tuple(dict.fromkeys(_part(definition, each) for each in one.indicator))
    return _description(definition, one.id, one.title, scale=scale if classes else None, parts=parts)


def _part(definition: IndexDefinition, one: IndexIndicator) -> str:
    """The figure behind a column; for a change that nobody delivered the figure that changes."""
    if one.figure or not one.change_of:
        return one.figure or one.id
    return next(_part(definition, each) for each in definition.indicators if each.id == one.change_of)


def _column_description(definition: IndexDefinition, one: IndexIndicator) -> Description:
    title = {"de": f"{one.title['de']} (standardisiert)", "en": f"{one.title['en']} (standardised)"}
    return _description(definition, f"z_{one.id}", title, parts=(_part(definition, one),))


def _type_description(definition: IndexDefinition, classed: Sequence[Dimension]) -> Description:
    names = [one.title for one in classed]
    title = {"de": " und ".join(one["de"] for one in names), "en": " and ".join(one["en"] for one in names)}
    return _description(definition, "type", title, parts=tuple(f"{definition.id}.{one.id}" for one in classed))


def _description(definition: IndexDefinition, name: str, title: Mapping[str, str], **more: Any) -> Description:
    return Description(
        f"{definition.id}.{name}",
        title,
        unit="score",
        field="index",
        polarity="higher_worse",
        kind="index",
        decimals=2,
        source={"de": definition.credit.source, "en": definition.credit.source},
        counts=False,
        part_of_denominator=False,
        **more,
    )
