"""From figures to a release: the gate, the areas that pages and print need, and the record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from time import process_time
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import shapely

from sozialraum.areas import Areas
from sozialraum.figures import Figures, Release, once, together
from sozialraum.protection import Found, protect, silent
from sozialraum.texts import LANGUAGES
from sozialraum.workspace.archive import areas_table, next_version, releases_by_age
from sozialraum.workspace.ground import ground
from sozialraum.workspace.house.ledger import Inside, earlier_releases
from sozialraum.workspace.house.recounting import Recount, former_states

if TYPE_CHECKING:
    from sozialraum.workspace import Workspace

PRINT_WIDTH_M = 4000
"""A border may move by the width of the map divided by this: invisible on a printed page."""
RESIDENTS = "population_total"


def make_release(
    workspace: Workspace,
    parts: Sequence[Figures],
    *,
    name: str,
    made: str,
    by: str,
    note: str = "",
    found: Found = silent,
) -> tuple[Release, Inside]:
    """The release of all these figures together, not yet written, and what stays in the house beside it.

    `found` hears how many parts of the search are done, and of how many.

    Raises: UnsafeReleaseError when the gate cannot make it safe.
    """
    folder, settings, areas = workspace.folder, workspace.settings, workspace.areas
    figures, started = once(together(parts)), process_time()
    facts = [one.id for one in workspace.deliveries_in_force]
    earlier = earlier_releases(folder, Recount(workspace, frozenset(facts)))
    former = former_states(workspace, figures, facts, earlier)
    protected = protect(figures, settings.protection, earlier, ground(areas), found, former)
    record = {
        **_house(workspace),
        "made": made,
        "by": by,
        "note": note,
        "deliveries": sorted({one for credit in figures.credits for one in credit.deliveries}),
        "notes": dict(protected.figures.notes),
        "audit": {name: value for name, value in protected.audit.items() if name not in INSIDE},
    }
    release = Release(
        name=name,
        version=next_version(folder, name),
        table=protected.figures.table,
        areas=released_areas(areas, protected.figures),
        descriptions=protected.figures.descriptions,
        credits=protected.figures.credits,
        record=record,
    )
    house = {
        "audit": dict(protected.audit),
        "beside": [f"{one}-{last}" for one, last in releases_by_age(folder)],
        "facts": facts,
        "seconds": {"search": round(process_time() - started, 2)},
    }
    return release, Inside(protected.secrets, protected.certificate, house)


def _house(workspace: Workspace) -> dict[str, Any]:
    """What a release says of the house that it comes from: name, rule and levels."""
    settings, areas = workspace.settings, workspace.areas
    return {
        "workspace": settings.workspace.name,
        "title": settings.workspace.title,
        "invented": settings.workspace.invented,
        "language": settings.workspace.language,
        "rule": {**settings.protection.model_dump(), **{each: settings.protection.say(each) for each in LANGUAGES}},
        "levels": list(areas.levels),
        "level_titles": {level: _titles(areas, level) for level in areas.levels},
    }


INSIDE = ("hidden_counts_by_reason", "blocks")
"""Parts of the audit that no release carries: of few hidden counts they would tell how many are small."""


def _titles(areas: Areas, level: str) -> Mapping[str, Sequence[str]]:
    return {language: list(words) for language, words in areas.level_titles.get(level, {}).items()}


def released_areas(areas: Areas, figures: Figures) -> pa.Table:
    """One row per released area, and per coarser area above it (for borders and names)."""
    residents = _residents(figures)
    rows = [
        {**row, "residents": residents.get((row["level"], row["vintage"], row["area"]))}
        for level, vintage in _finest(areas, figures)
        for one in areas.levels[areas.levels.index(level) :]
        for row in _rows(areas, one, level, vintage)
    ]
    return areas_table(rows)


def _finest(areas: Areas, figures: Figures) -> list[tuple[str, str]]:
    """The finest released level of each vintage; results of an analysis for the whole have none."""
    every = zip(figures.table["level"].to_pylist(), figures.table["vintage"].to_pylist(), strict=True)
    pairs = {(level, vintage) for level, vintage in every if level in areas.levels}
    order = areas.levels.index
    return [
        (min((one for one, v in pairs if v == vintage), key=order), vintage)
        for vintage in sorted({v for _, v in pairs})
    ]


def _rows(areas: Areas, level: str, finest: str, vintage: str) -> Iterator[dict[str, Any]]:
    """The areas of a level with outlines made of the finest released ones, so that all borders meet in print."""
    layer = areas.layer(level, vintage)
    shapes = areas.outlines(level, finest, vintage, _tolerance(areas, vintage))
    above = {
        coarser: areas.parents(level, coarser, vintage) for coarser in areas.levels[areas.levels.index(level) + 1 :]
    }
    for place, key in enumerate(layer.keys):
        yield {
            "area": key,
            "level": level,
            "vintage": vintage,
            "name": layer.names[place],
            "label": layer.labels[place],
            "parents": json.dumps({coarser: found[key] for coarser, found in above.items()}),
            "area_m2": float(layer.area_m2[place]),
            "geometry": shapely.to_wkb(shapes[key]),
        }


def _tolerance(areas: Areas, vintage: str) -> float:
    west, south, east, north = areas.layer(areas.levels[-1], vintage).bounds
    return max(east - west, north - south) / PRINT_WIDTH_M


def _residents(figures: Figures) -> dict[tuple[str, str, str], float]:
    """Residents of each area at the latest released period, where the release shows them."""
    rows = figures.table.filter(pc.equal(figures.table["indicator"], RESIDENTS)).sort_by("period")
    names = ("level", "vintage", "area", "value")
    columns = (rows[name].to_pylist() for name in names)
    return {
        (level, vintage, area): value for level, vintage, area, value in zip(*columns, strict=True) if value is not None
    }
