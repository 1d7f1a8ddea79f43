"""The areas of the invented county with keys and names: five nested levels on two boundary dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sozialraum.examples.musterkreis import names
from sozialraum.examples.musterkreis.landscape import Floats, Geometries, Ints, Landscape, landscape
from sozialraum.examples.musterkreis.partition import Regions, reformed, regions

NDStrings = np.ndarray[Any, np.dtype[np.str_]]

VINTAGES = ("2015", "2020")
"""Boundaries of 1 January 2015 and 1 January 2020."""

LEVELS = ("block", "planning_area", "social_area", "municipality", "county")
CRS = "EPSG:25832"


@dataclass(frozen=True)
class Layer:
    """One level at one boundary date: keys (sorted), names, key of the next coarser area, polygons."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    parents: tuple[str, ...]
    polygons: Geometries


@dataclass(frozen=True)
class Geography:
    """The county: for every block its key, place and the keys of its areas per boundary date, and all layers."""

    block_keys: tuple[str, ...]
    points: Floats
    municipality: Ints
    social_area: Ints
    planning_keys: dict[str, NDStrings]
    social_keys: dict[str, NDStrings]
    layers: dict[tuple[str, str], Layer]
    river: Any

    def planning_key(self, year: int) -> NDStrings:
        """Key of the planning area of each block on 31 December of the year."""
        return self.planning_keys["2015" if year < 2020 else "2020"]


def geography(rng: np.random.Generator) -> Geography:
    """The whole county for this generator."""
    land = landscape(rng)
    before = regions(land, rng)
    after, named_after = reformed(land, before)
    blocks = _block_keys(before.municipality)
    planning_before = _planning_keys(before)
    planning_after = _keys_after_reform(after, before, planning_before)
    titles = _planning_names(planning_before)
    later = _names_after_reform(after, planning_after, titles, planning_before, before, named_after)
    social = {"2015": _social_keys(before), "2020": _social_keys(after)}
    planning = {"2015": planning_before, "2020": planning_after}
    layers: dict[tuple[str, str], Layer] = {}
    for vintage, own_names in zip(VINTAGES, (titles, later), strict=True):
        layers |= _layers(land, vintage, blocks, planning[vintage], social[vintage], own_names)
    return Geography(
        tuple(blocks.tolist()),
        land.points,
        before.municipality,
        before.social_area,
        planning,
        social,
        layers,
        land.river,
    )


def _block_keys(municipality: Ints) -> NDStrings:
    """Municipality (2 digits) and running number inside it (4 digits): independent of the planning areas."""
    running = np.zeros_like(municipality)
    for number in np.unique(municipality):
        inside = municipality == number
        running[inside] = 1 + np.arange(inside.sum())
    return np.array([f"{m + 1:02d}{r:04d}" for m, r in zip(municipality, running, strict=True)])


def _social_keys(own: Regions) -> NDStrings:
    """Municipality and number of the social area inside it, two digits each."""
    first = {int(m): int(own.social_area[own.municipality == m].min()) for m in np.unique(own.municipality)}
    pairs = zip(own.municipality.tolist(), own.social_area.tolist(), strict=True)
    return np.array([f"{m + 1:02d}{s - first[m] + 1:02d}" for m, s in pairs])


def _planning_keys(own: Regions) -> NDStrings:
    """Key of the social area and number of the planning area inside it."""
    first = {int(s): int(own.planning_area[own.social_area == s].min()) for s in np.unique(own.social_area)}
    social = _social_keys(own)
    numbers = own.planning_area - np.array([first[int(s)] for s in own.social_area]) + 1
    return np.array([f"{key}{number:02d}" for key, number in zip(social, numbers, strict=True)])


def _keys_after_reform(after: Regions, before: Regions, old: NDStrings) -> NDStrings:
    """Unchanged areas keep their key; changed ones get the next numbers from 21 on inside their social area."""
    keys, social = old.copy(), _social_keys(after)
    given: dict[str, int] = {}
    for area in np.unique(after.planning_area[after.planning_area > before.planning_area.max()]):
        inside = after.planning_area == area
        parent = str(social[inside][0])
        given[parent] = given.get(parent, 20) + 1
        keys[inside] = f"{parent}{given[parent]:02d}"
    return keys


def _planning_names(keys: NDStrings) -> dict[str, str]:
    """Town districts with an ending; in the communes the main settlement and its villages."""
    found: dict[str, str] = {}
    villages = iter(names.VILLAGES)
    for key in sorted(set(keys.tolist())):
        municipality, part, number = int(key[:2]) - 1, int(key[2:4]) - 1, int(key[4:]) - 1
        if municipality == 0:
            found[key] = names.TOWN_DISTRICTS[part] + names.TOWN_ENDINGS[number]
        else:
            found[key] = names.MUNICIPALITIES[municipality] + " Ort" if number == part == 0 else next(villages)
    return found


def _names_after_reform(
    after: Regions, keys: NDStrings, old_names: dict[str, str], old_keys: NDStrings, before: Regions, named_after: Ints
) -> dict[str, str]:
    """Names on the new boundaries: halves are told apart by number, merged areas carry one of the old names."""
    old_key = {int(area): str(key) for area, key in zip(before.planning_area, old_keys, strict=True)}
    found: dict[str, str] = {}
    for area, key in sorted(set(zip(after.planning_area.tolist(), keys.tolist(), strict=True))):
        name = old_names[old_key[int(named_after[area])]]
        halves = int((named_after[before.planning_area.max() + 1 :] == named_after[area]).sum())
        found[key] = f"{name} {'II' if f'{name} I' in found.values() else 'I'}" if halves == 2 else name
    return found


def _layers(
    land: Landscape, vintage: str, blocks: NDStrings, planning: NDStrings, social: NDStrings, own_names: dict[str, str]
) -> dict[tuple[str, str], Layer]:
    order = np.argsort(blocks)
    block_layer = Layer(
        tuple(blocks[order].tolist()),
        tuple(f"Baublock {key}" for key in blocks[order]),
        tuple(planning[order].tolist()),
        land.polygons[order],
    )
    planning_layer = _dissolved(planning, land.polygons, own_names, 4)
    social_layer = _dissolved(social, land.polygons, _social_names(social), 2)
    municipality = np.array([key[:2] for key in social.tolist()])
    town_names = {f"{number + 1:02d}": name for number, name in enumerate(names.MUNICIPALITIES)}
    municipality_layer = _dissolved(municipality, land.polygons, town_names, 0)
    county_layer = _dissolved(np.full(len(blocks), "00"), land.polygons, {"00": names.COUNTY}, 0)
    made = (block_layer, planning_layer, social_layer, municipality_layer, county_layer)
    return {(level, vintage): layer for level, layer in zip(LEVELS, made, strict=True)}


def _social_names(keys: NDStrings) -> dict[str, str]:
    found: dict[str, str] = {}
    unique = sorted(set(keys.tolist()))
    parts = {key[:2]: sum(other[:2] == key[:2] for other in unique) for key in unique}
    for key in unique:
        municipality, part = int(key[:2]) - 1, int(key[2:]) - 1
        if municipality == 0:
            found[key] = names.TOWN_DISTRICTS[part]
        else:
            ending = f"-{names.COMMUNE_PARTS[part]}" if parts[key[:2]] > 1 else ""
            found[key] = names.MUNICIPALITIES[municipality] + ending
    return found


def _dissolved(keys: NDStrings, polygons: Geometries, own_names: dict[str, str], parent_width: int) -> Layer:
    """Areas of all blocks with the same key; the parent's key is the beginning of the own one."""
    import shapely

    sorted_keys = sorted(set(keys.tolist()))
    shapes = [shapely.coverage_union_all(polygons[keys == key]) for key in sorted_keys]
    parents = tuple(key[:parent_width] or "00" for key in sorted_keys)
    return Layer(tuple(sorted_keys), tuple(own_names[key] for key in sorted_keys), parents, np.array(shapes))


def write_areas(county: Geography, folder: Path) -> None:
    """One GeoPackage per boundary date (`areas_2015.gpkg`, layer per level) and the river, written to the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for vintage in VINTAGES:
        for level in LEVELS:
            layer = county.layers[level, vintage]
            columns = {"key": layer.keys, "name": layer.names, "parent": layer.parents}
            write_layer(folder / f"areas_{vintage}.gpkg", level, layer.polygons, columns, "Polygon")
    write_layer(folder / "river.gpkg", "river", np.array([county.river]), {"name": ("Musterfluss",)}, "LineString")


def write_layer(path: Path, layer: str, geometry: Geometries, columns: Mapping[str, Sequence[Any]], kind: str) -> None:
    """Add a layer to a GeoPackage; its time stamp is fixed, so that the same areas give the same bytes."""
    import pyogrio
    import shapely

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2025-01-01T00:00:00.000Z"})
    try:
        pyogrio.raw.write(
            path,
            shapely.to_wkb(geometry),
            [_typed(values) for values in columns.values()],
            list(columns),
            layer=layer,
            driver="GPKG",
            geometry_type=kind,
            crs=CRS,
            append=path.exists(),
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _typed(values: Sequence[Any]) -> Any:
    """Whole numbers as such, everything else as text."""
    array = np.asarray(values)
    return array if array.dtype.kind == "i" else array.astype(object)
