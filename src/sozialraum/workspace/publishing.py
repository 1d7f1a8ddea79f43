"""From figures to a release: the gate, the areas that pages and print need, and the record."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.areas import Areas
from sozialraum.figures import Figures, Release, together
from sozialraum.protection import Rule, protect
from sozialraum.workspace.archive import areas_table, earlier_figures, next_version
from sozialraum.workspace.settings import Settings

PRINT_WIDTH_M = 4000
"""A border may move by the width of the map divided by this: invisible on a printed page."""
RESIDENTS = "population_total"


def make_release(
    folder: Path, settings: Settings, areas: Areas, parts: Sequence[Figures], *, name: str, made: str, by: str, note: str = ""
) -> Release:
    """The release of all these figures together, not yet written.

    Raises: UnsafeReleaseError when the gate cannot make it safe.
    """
    figures = together(parts)
    protected = protect(figures, settings.protection, earlier_figures(folder))
    record = {
        "workspace": settings.workspace.name,
        "title": settings.workspace.title,
        "invented": settings.workspace.invented,
        "language": settings.workspace.language,
        "made": made,
        "by": by,
        "note": note,
        "rule": {**settings.protection.model_dump(), "de": _rule(settings.protection, "de"), "en": _rule(settings.protection, "en")},
        "levels": list(areas.levels),
        "level_titles": {level: _titles(areas, level) for level in areas.levels},
        "deliveries": sorted({one for credit in figures.credits for one in credit.deliveries}),
        "notes": dict(protected.figures.notes),
        "audit": dict(protected.audit),
    }
    return Release(
        name=name,
        version=next_version(folder, name),
        table=protected.figures.table,
        areas=released_areas(areas, protected.figures),
        descriptions=protected.figures.descriptions,
        credits=protected.figures.credits,
        record=record,
    )


def _rule(rule: Rule, language: str) -> str:
    return rule.say(language)


def _titles(areas: Areas, level: str) -> Mapping[str, Sequence[str]]:
    return {language: list(words) for language, words in areas.level_titles.get(level, {}).items()}


def released_areas(areas: Areas, figures: Figures) -> pa.Table:
    """One row per area that occurs, and per coarser area above it (for borders and names)."""
    residents = _residents(figures)
    rows: list[dict[str, Any]] = []
    for level, vintage in _zonings_with_coarser(areas, figures):
        layer = areas.simplified(level, vintage, _tolerance(areas, vintage))
        full = areas.layer(level, vintage)
        above = {coarser: areas.parents(level, coarser, vintage) for coarser in _coarser(areas, level, vintage)}
        for place, key in enumerate(layer.keys):
            rows.append(
                {
                    "area": key,
                    "level": level,
                    "vintage": vintage,
                    "name": layer.names[place],
                    "label": layer.labels[place],
                    "parents": json.dumps({coarser: found[key] for coarser, found in above.items() if key in found}),
                    "residents": residents.get((level, vintage, key)),
                    "area_m2": float(full.area_m2[place]),
                    "geometry": layer.wkb[place],
                }
            )
    return areas_table(rows)


def _tolerance(areas: Areas, vintage: str) -> float:
    west, south, east, north = areas.layer(areas.levels[-1], vintage).bounds
    return max(east - west, north - south) / PRINT_WIDTH_M


def _coarser(areas: Areas, level: str, vintage: str) -> list[str]:
    return [one for one in areas.levels[areas.levels.index(level) + 1 :] if areas.has(one, vintage)]


def _zonings_with_coarser(areas: Areas, figures: Figures) -> list[tuple[str, str]]:
    pairs = set(zip(figures.table["level"].to_pylist(), figures.table["vintage"].to_pylist(), strict=True))
    above = {(coarser, vintage) for level, vintage in pairs for coarser in _coarser(areas, level, vintage)}
    return sorted(pairs | above, key=lambda pair: (areas.levels.index(pair[0]), pair[1]))


def _residents(figures: Figures) -> dict[tuple[str, str, str], float]:
    """Residents of each area at the latest released period, where the release shows them."""
    rows = figures.table.filter(pc.equal(figures.table["indicator"], RESIDENTS)).sort_by("period")
    names = ("level", "vintage", "area", "value")
    columns = (rows[name].to_pylist() for name in names)
    return {(level, vintage, area): value for level, vintage, area, value in zip(*columns, strict=True) if value is not None}
