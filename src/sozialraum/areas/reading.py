"""Reads all layers that the settings name, checks them, and puts them together; every fault in one error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely

from sozialraum.areas import checks
from sozialraum.areas.files import RawLayer, read_layer
from sozialraum.areas.layers import AreaLayer, Shapes, union_by
from sozialraum.areas.model import Areas, Vintage, dated
from sozialraum.areas.settings import AreasSettings, KeyPart, LayerSettings, VintageSettings
from sozialraum.errors import Fault, InputError, Place

Above = dict[str, dict[str, str]]


@dataclass(eq=False)
class _Read:
    """One layer of one vintage while it is being read: rows in the order of the keys."""

    level: str
    file: str
    keys: list[str]
    names: list[str]
    shapes: Shapes | None
    columns: Mapping[str, list[str]]
    parents: Above = field(default_factory=dict)
    parts_of: str = ""  # the finer level it is the union of


def read_areas(folder: Path, settings: AreasSettings, data: Path | None = None, thorough: bool = False) -> Areas:
    """The areas that the `[areas]` table declares; `folder` is the workspace, `data` where layers named by `data` lie.

    `thorough` also looks along every border for overlaps and gaps (slow), which become warnings.
    Raises: InputError with every fault of every layer; warnings alone are kept in `Areas.warnings`.
    """
    faults: list[Fault] = list(_setting_faults(settings))
    vintages = dated([Vintage(one.id, one.valid_from, one.valid_to) for one in settings.vintage])
    read = {one.id: _read_vintage(one, settings, folder, data, faults) for one in settings.vintage}
    _stop(faults)
    upward = {name: _upward(settings.levels, layers, faults) for name, layers in read.items()}
    _stop(faults)
    layers = {
        (level, name): one for name in read for level, one in _layers(name, settings, read[name], upward[name]).items()
    }
    faults += _layer_faults(settings, read, layers, upward, thorough)
    _stop(faults)
    titles = {level: _titles(level, settings) for level in settings.levels}
    stored = folder / settings.crosswalks
    return Areas(settings.levels, vintages, titles, settings.crs, layers, upward, tuple(faults), stored)


def _stop(faults: Sequence[Fault]) -> None:
    if any(one.severity == "error" for one in faults):
        raise InputError(faults)


def _titles(level: str, settings: AreasSettings) -> dict[str, tuple[str, str]]:
    title = settings.titles.get(level)
    if title is None:
        return {"de": (level, level), "en": (level.replace("_", " "), level.replace("_", " "))}
    return {"de": title.de, "en": title.en or title.de}


def _setting_faults(settings: AreasSettings) -> Iterator[Fault]:
    """Lengths that are no metres, missing layers, vintages without a date or with the same one."""
    place = Place(file="sozialraum.toml", column="areas")
    if not checks.is_metric(settings.crs):
        what = "'{crs}' does not measure in metres."
        remedy = "Use the UTM zone of the place: EPSG:25832 or EPSG:25833."
        yield Fault("crs_without_metres", what, place, remedy=remedy, values={"crs": settings.crs})
    for one in settings.vintage:
        for level in [level for level in settings.levels if level not in one.layer]:
            what = "The vintage '{vintage}' has no layer for the level '{level}'."
            remedy = "Add [areas.vintage.layer.{level}]: a file, or union_of a finer level."
            yield Fault("missing_level", what, place, remedy=remedy, values={"vintage": one.id, "level": level})
    yield from _date_faults(settings.vintage, place)


def _date_faults(vintages: Sequence[VintageSettings], place: Place) -> Iterator[Fault]:
    ids = [one.id for one in vintages]
    starts = [one.valid_from for one in vintages]
    if len(set(ids)) < len(ids) or len(set(starts)) < len(starts):
        what = "Two vintages have the same id or the same valid_from."
        remedy = "Give each vintage its own id and the day from which its boundaries were valid."
        yield Fault("vintages_not_distinct", what, place, remedy=remedy)
    ordered = dated([Vintage(one.id, one.valid_from, one.valid_to) for one in vintages])
    for one, following in pairwise(ordered):
        if one.valid_to and following.valid_from and one.valid_to >= following.valid_from:
            what = "The vintage '{one}' is still valid when '{other}' begins."
            remedy = "Leave valid_to out: the next vintage's valid_from implies it."
            yield Fault("vintages_overlap", what, place, remedy=remedy, values={"one": one.id, "other": following.id})


def _read_vintage(
    vintage: VintageSettings, settings: AreasSettings, folder: Path, data: Path | None, faults: list[Fault]
) -> dict[str, _Read]:
    """Level -> what was read, finest first; a layer that cannot be read is left out and its faults are noted."""
    found: dict[str, _Read] = {}
    for level in [level for level in settings.levels if level in vintage.layer]:
        wanted = vintage.layer[level]
        try:
            if wanted.union_of is not None:
                found[level] = _united(level, wanted, found, vintage.id)
            else:
                extra = _columns_for_unions(level, vintage)
                found[level] = _from_file(level, wanted, extra, settings.crs, folder, data, faults)
        except InputError as error:
            faults += error.faults
    return found


def _columns_for_unions(level: str, vintage: VintageSettings) -> list[str]:
    """Columns of this layer that group or name the areas of a coarser level."""
    unions = [one for one in vintage.layer.values() if one.union_of == level]
    parts = [part for one in unions for part in (one.key, one.name) if isinstance(part, KeyPart)]
    return [part.column for part in parts if part.column]


def _from_file(
    level: str,
    wanted: LayerSettings,
    extra: Sequence[str],
    crs: str,
    folder: Path,
    data: Path | None,
    faults: list[Fault],
) -> _Read:
    path, shown = _path(wanted, folder, data)
    key, name = _part(wanted.key), _part(wanted.name) if wanted.name is not None else None
    used = [key, *([name] if name else []), *wanted.parent.values()]
    columns = list(dict.fromkeys([*(one.column for one in used if one.column), *extra]))
    raw = read_layer(path, wanted.layer, columns, shown)
    keys = [key.cut(one) for one in raw.columns[key.column or ""]]
    if wanted.pad and wanted.width:
        keys = [one.zfill(wanted.width) for one in keys]
    names = (
        [wanted.names.get(one, one) for one in keys]
        if name is None
        else [name.cut(one) for one in raw.columns[name.column or ""]]
    )
    faults += checks.key_faults(raw, keys, names, key.column or "", wanted.width)
    shapes = _shapes(raw, keys, wanted, crs, faults)
    return _sorted(level, raw, keys, names, shapes, wanted)


def _path(wanted: LayerSettings, folder: Path, data: Path | None) -> tuple[Path, str]:
    if wanted.file is not None:
        return folder / wanted.file, wanted.file
    shown = wanted.data or ""
    if data is None:
        remedy = "Say where the publisher's files lie: --data FOLDER."
        raise InputError(
            [
                Fault(
                    "no_data_folder",
                    "The layer lies in a data folder that was not named.",
                    Place(file=shown),
                    remedy=remedy,
                )
            ]
        )
    return data / shown, shown


def _part(setting: str | KeyPart) -> KeyPart:
    return KeyPart(column=setting) if isinstance(setting, str) else setting


def _shapes(raw: RawLayer, keys: Sequence[str], wanted: LayerSettings, crs: str, faults: list[Fault]) -> Shapes:
    """The outlines in the workspace's reference system, repaired where the settings allow it."""
    found = [*checks.shape_faults(raw, keys, wanted.repair), *checks.crs_faults(raw, wanted.crs, crs)]
    faults += found
    if found:
        return raw.shapes
    shapes = shapely.make_valid(raw.shapes, method="structure") if wanted.repair else raw.shapes
    return _transformed(shapes, wanted.crs or raw.crs or crs, crs)


def _transformed(shapes: Shapes, crs: str, wanted: str) -> Shapes:
    if crs.upper() == wanted.upper():
        return shapes
    from pyproj import Transformer

    turn = Transformer.from_crs(crs, wanted, always_xy=True).transform
    return shapely.transform(shapely.force_2d(shapes), lambda xy: np.column_stack(turn(xy[:, 0], xy[:, 1])))


def _sorted(
    level: str, raw: RawLayer, keys: list[str], names: list[str], shapes: Shapes, wanted: LayerSettings
) -> _Read:
    order = sorted(range(len(keys)), key=keys.__getitem__)
    columns = {name: [values[row] for row in order] for name, values in raw.columns.items()}
    ordered = [keys[row] for row in order]
    parents = {above: _cut(part, ordered, columns) for above, part in wanted.parent.items()}
    return _Read(level, raw.file, ordered, [names[row] for row in order], shapes[order], columns, parents)


def _cut(part: KeyPart, keys: Sequence[str], columns: Mapping[str, list[str]]) -> dict[str, str]:
    """Key -> the part of it, or of a column, that is meant."""
    values = columns[part.column] if part.column else keys
    return {key: part.cut(value) for key, value in zip(keys, values, strict=True)}


def _united(level: str, wanted: LayerSettings, found: Mapping[str, _Read], vintage: str) -> _Read:
    """A level made of the areas of a finer one."""
    place = Place(file="sozialraum.toml", column=f"areas.vintage.layer.{level}")
    finer = found.get(wanted.union_of or "")
    if finer is None:
        what = "The level '{finer}' that this one is the union of is not there in '{vintage}'."
        values: dict[str, object] = {"finer": wanted.union_of, "vintage": vintage}
        raise InputError([Fault("missing_level", what, place, values=values)])
    if isinstance(wanted.key, str):
        above = dict.fromkeys(finer.keys, wanted.key)
    else:
        above = _cut(wanted.key, finer.keys, finer.columns)
    keys = sorted(set(above.values()))
    names = _united_names(wanted, finer, above, keys, place)
    finer.parents[level] = above
    return _Read(level, finer.file, keys, names, None, {}, dict(_united_parents(wanted, keys)), finer.level)


def _united_parents(wanted: LayerSettings, keys: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    for level, part in wanted.parent.items():
        yield level, {key: part.cut(key) for key in keys}


def _united_names(
    wanted: LayerSettings, finer: _Read, above: Mapping[str, str], keys: Sequence[str], place: Place
) -> list[str]:
    """One name per key: declared, or read from a column of the finer layer, where it must be the same in each area."""
    if isinstance(wanted.name, str):
        return [wanted.names.get(key, wanted.name) for key in keys]
    if wanted.name is None:
        return [wanted.names.get(key, key) for key in keys]
    said: dict[str, set[str]] = {key: set() for key in keys}
    for key, name in _cut(wanted.name, finer.keys, finer.columns).items():
        said[above[key]].add(name)
    faults = [
        _several_names(key, names, place) for key, names in said.items() if len(names) > 1 and key not in wanted.names
    ]
    if faults:
        raise InputError(faults)
    return [wanted.names.get(key) or min(said[key]) for key in keys]


def _several_names(key: str, names: set[str], place: Place) -> Fault:
    what = "The areas put together here carry several names: {names}."
    remedy = "Write the right one under `names` of this layer."
    return Fault("several_names", what, place, value=key, remedy=remedy, values={"names": ", ".join(sorted(names))})


def _upward(levels: Sequence[str], read: Mapping[str, _Read], faults: list[Fault]) -> Above:
    """Level -> (finest key -> key on that level), along every declared way; ways that disagree are faults."""
    finest = read[levels[0]]
    found: Above = {levels[0]: {key: key for key in finest.keys}}
    for coarser in levels[1:]:
        ways = [way for finer in found if (way := _way(found[finer], read[finer].parents.get(coarser)))]
        if ways:
            found[coarser] = ways[0]
            faults += _disagreements(ways, coarser, finest)
        else:
            what = "Nothing says to which area on the level '{level}' an area belongs."
            remedy = 'Write `parent` for a finer layer: {{ prefix = 2 }} or {{ column = "..." }}.'
            place = Place(file="sozialraum.toml", column=f"areas.vintage.layer.{finest.level}")
            faults.append(Fault("missing_parent", what, place, remedy=remedy, values={"level": coarser}))
    return found


def _way(below: Mapping[str, str], parents: Mapping[str, str] | None) -> dict[str, str] | None:
    if parents is None:
        return None
    return {key: parents.get(middle, "") for key, middle in below.items()}


def _disagreements(ways: Sequence[Mapping[str, str]], level: str, finest: _Read) -> Iterator[Fault]:
    for key, first in ways[0].items():
        said = {first} | {way[key] for way in ways[1:] if way[key]}
        if len(said) > 1:
            what = "The area belongs to several areas on the level '{level}': {keys}."
            why = "Its figures would be summed into the wrong area."
            values: dict[str, object] = {"level": level, "keys": ", ".join(sorted(said))}
            yield Fault(
                "broken_nesting",
                what,
                Place(file=finest.file),
                value=key,
                why=why,
                remedy="Correct the key or `parent`.",
                values=values,
            )


def _layers(vintage: str, settings: AreasSettings, read: Mapping[str, _Read], upward: Above) -> dict[str, AreaLayer]:
    found: dict[str, AreaLayer] = {}
    for level in settings.levels:
        one = read[level]
        coarser = settings.levels[settings.levels.index(level) + 1 :]
        labels = _labels(one, [settings.labels] if settings.labels in coarser else coarser, read, upward)
        if one.parts_of:
            finer = found[one.parts_of]
            make = _union_of(finer, read[one.parts_of].parents[level])
        else:
            make = _given(one.shapes)
        found[level] = AreaLayer(level, vintage, tuple(one.keys), tuple(one.names), labels, settings.crs, make)
    return found


def _given(shapes: Shapes) -> Shapes:
    return lambda: shapes


def _union_of(finer: AreaLayer, above: Mapping[str, str]) -> Shapes:
    return lambda: np.array(
        [shape for _, shape in union_by([above[key] for key in finer.keys], finer.geometry)], dtype=object
    )


def _labels(one: _Read, coarser_levels: Sequence[str], read: Mapping[str, _Read], upward: Above) -> tuple[str, ...]:
    """The name; where it occurs twice, with the name of the nearest parent that tells them apart, or with the key."""
    labels = list(one.names)
    for coarser in coarser_levels:
        twice = {label for label in labels if labels.count(label) > 1} if len(set(labels)) < len(labels) else set()
        if not twice:
            break
        above = {upward[one.level][key]: upward[coarser][key] for key in upward[one.level]}
        names = dict(zip(read[coarser].keys, read[coarser].names, strict=True))
        said = [names.get(above.get(key, ""), "") for key in one.keys]
        labels = [
            _told_apart(label, parent, labels, said) if label in twice else label
            for label, parent in zip(labels, said, strict=True)
        ]
    return tuple(
        f"{label} ({key})" if labels.count(label) > 1 else label for label, key in zip(labels, one.keys, strict=True)
    )


def _told_apart(name: str, parent: str, labels: Sequence[str], parents: Sequence[str]) -> str:
    """The name with its parent's, if all areas of that name lie in parents of different and other names."""
    of_name = [above for label, above in zip(labels, parents, strict=True) if label == name]
    clear = len(set(of_name)) == len(of_name) and name not in of_name and "" not in of_name
    return f"{name} ({parent})" if clear else name


def _layer_faults(
    settings: AreasSettings,
    read: Mapping[str, Mapping[str, _Read]],
    layers: Mapping[tuple[str, str], AreaLayer],
    upward: Mapping[str, Above],
    thorough: bool,
) -> Iterator[Fault]:
    """What only shows when layers are compared: names, nesting, holes, places."""
    from_files = [
        (read[vintage][level].file, one)
        for (level, vintage), one in layers.items()
        if not read[vintage][level].parts_of
    ]
    yield from checks.apart_faults(from_files)
    for vintage, found in read.items():
        for level, one in found.items():
            layer, column = layers[level, vintage], _name_column(settings, vintage, level)
            yield from checks.name_faults(layer, one.file, column)
            if thorough and not one.parts_of:
                yield from checks.coverage_faults(layer, one.file)
        yield from _vintage_faults(
            settings.levels, found, {level: layers[level, vintage] for level in found}, upward[vintage]
        )


def _name_column(settings: AreasSettings, vintage: str, level: str) -> str:
    setting = next(one for one in settings.vintage if one.id == vintage).layer[level].name
    return setting if isinstance(setting, str) else (setting.column or "" if setting else "")


def _vintage_faults(
    levels: Sequence[str], read: Mapping[str, _Read], layers: Mapping[str, AreaLayer], upward: Above
) -> Iterator[Fault]:
    """Each level read from a file against the finest one, which nests in all of them."""
    finest = layers[levels[0]]
    for level in [level for level in levels[1:] if not read[level].parts_of]:
        above, file = upward[level], read[levels[0]].file
        broken = list(checks.nesting_faults(finest, layers[level], above, file, read[level].file))
        yield from broken
        if not broken:
            yield from checks.filling_faults(finest, layers[level], above, read[level].file)
