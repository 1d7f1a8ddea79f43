"""Reads all layers that the settings name, checks them, and puts them together; every fault in one error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely

from sozialraum.areas import checks, nesting
from sozialraum.areas.files import RawLayer, empty_layer, read_layer
from sozialraum.areas.layers import AreaLayer, Shapes, transformed, union_by
from sozialraum.areas.model import Areas, Vintage, dated
from sozialraum.areas.nesting import Above, ReadLayer
from sozialraum.areas.recipes import recipes
from sozialraum.areas.settings import AreasSettings, KeyCorrection, KeyPart, LayerSettings, VintageSettings
from sozialraum.errors import Fault, InputError, Place


def read_areas(folder: Path, settings: AreasSettings, data: Path | None = None, thorough: bool = False) -> Areas:
    """The areas that the `[areas]` table declares; `folder` is the workspace, `data` where layers named by `data` lie.

    `thorough` also looks along every border for overlaps and gaps (slow), which become warnings.
    Raises: InputError with every fault of every layer; warnings alone are kept in `Areas.warnings`.
    """
    faults: list[Fault] = list(_setting_faults(settings))
    if not checks.is_known(settings.crs):
        raise InputError(faults)
    read = {one.id: _read_vintage(one, settings, folder, data, faults) for one in settings.vintage}
    upward = {name: nesting.upward(settings.levels, layers, faults) for name, layers in read.items()}
    layers = {pair: one for name in read for pair, one in _layers(name, settings, read[name], upward[name])}
    faults += _outline_faults(layers, read, thorough)
    for one in settings.vintage:
        faults += _vintage_faults(one, settings.levels, read[one.id], layers, upward[one.id])
    stored = folder / settings.crosswalks
    declared = recipes(settings.crosswalk, folder, data, stored)
    faults += [fault for one in declared.values() for fault in one.faults()]
    if any(one.severity == "error" for one in faults):
        raise InputError(faults)
    vintages = dated([Vintage(one.id, one.valid_from, one.valid_to) for one in settings.vintage])
    return Areas(
        settings.levels, vintages, level_titles(settings), settings.crs, layers, upward, tuple(faults), stored, declared
    )


def level_titles(settings: AreasSettings) -> dict[str, dict[str, tuple[str, str]]]:
    """By level and language the words for one area and for many; no file of areas is read."""
    return {level: _titles(level, settings) for level in settings.levels}


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
    if any(
        max(Counter(said).values()) > 1 for said in ([one.id for one in vintages], [one.valid_from for one in vintages])
    ):
        what = "Two vintages have the same id or the same valid_from."
        remedy = "Give each vintage its own id and the day from which its boundaries were valid."
        yield Fault("vintages_not_distinct", what, place, remedy=remedy)
    for one, following in pairwise(dated([Vintage(one.id, one.valid_from, one.valid_to) for one in vintages])):
        if one.valid_to and following.valid_from and one.valid_to >= following.valid_from:
            what = "The vintage '{one}' is still valid when '{other}' begins."
            remedy = "Leave valid_to out: the next vintage's valid_from implies it."
            yield Fault("vintages_overlap", what, place, remedy=remedy, values={"one": one.id, "other": following.id})


def _read_vintage(
    vintage: VintageSettings, settings: AreasSettings, folder: Path, data: Path | None, faults: list[Fault]
) -> dict[str, ReadLayer]:
    """Level -> what was read, finest first; a layer that cannot be read is left out and its faults are noted."""
    found: dict[str, ReadLayer] = {}
    for level in [level for level in settings.levels if level in vintage.layer]:
        wanted = vintage.layer[level]
        try:
            if wanted.union_of is None:
                columns = _columns_for_unions(level, vintage)
                found[level] = _from_file(level, wanted, columns, settings.crs, folder, data, faults)
            elif wanted.union_of in found:
                found[level] = _united(level, wanted, found[wanted.union_of])
            elif wanted.union_of not in vintage.layer:
                faults.append(_no_such_finer(level, wanted.union_of, vintage.id))
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
) -> ReadLayer:
    path, shown = _path(wanted, folder, data)
    raw = _wanted_rows(path, shown, wanted, extra)
    keys = _corrected(raw, _keys(raw, _part(wanted.key), wanted), wanted.correction, faults)
    problems = [*checks.shape_faults(raw, keys, wanted.repair), *checks.crs_faults(raw, wanted.crs, crs)]
    if not problems:
        raw = replace(raw, shapes=_usable(raw, wanted, crs))
        raw, keys = _dissolved(raw, keys) if wanted.dissolve else (raw, keys)
    said = _values(raw, _part(wanted.name)) if wanted.name is not None else keys
    names = [wanted.names.get(key, name) for key, name in zip(keys, said, strict=True)]
    if not (problems and wanted.dissolve):
        problems += checks.key_faults(raw, keys, names, _part(wanted.key).column or "", wanted.width)
    faults += problems
    return _sorted(level, raw, keys, names, wanted, sound=not problems)


def _wanted_rows(path: Path, shown: str, wanted: LayerSettings, extra: Sequence[str]) -> RawLayer:
    """The rows and columns of the file that the settings ask for."""
    used = [wanted.key, wanted.name, *wanted.parent.values()]
    columns = [column for one in used if one is not None and (column := _part(one).column)]
    columns += [*wanted.where, *(column for one in wanted.correction for column in one.where), *extra]
    raw = read_layer(path, wanted.layer, list(dict.fromkeys(columns)), shown, wanted.encoding)
    raw = raw.only(wanted.where) if wanted.where else raw
    if not len(raw.shapes):
        raise InputError([empty_layer(raw)])
    return raw


def _path(wanted: LayerSettings, folder: Path, data: Path | None) -> tuple[Path, str]:
    """Where the file lies and how a planner knows it."""
    if wanted.file is not None:
        return folder / wanted.file, wanted.file
    shown = wanted.data or ""
    if data is None:
        what, remedy = "The layer lies in a data folder that was not named.", "Say where the files lie: --data FOLDER."
        raise InputError([Fault("no_data_folder", what, Place(file=shown), remedy=remedy)])
    return data / shown, shown


def _part(setting: str | KeyPart) -> KeyPart:
    return KeyPart(column=setting) if isinstance(setting, str) else setting


def _values(raw: RawLayer, part: KeyPart) -> list[str]:
    return [part.cut(one) for one in raw.columns[part.column or ""]]


def _keys(raw: RawLayer, key: KeyPart, wanted: LayerSettings) -> list[str]:
    if key.column is None:
        what = "The key of a layer read from a file needs a column."
        remedy = 'Write `key = "COLUMN"`, or key = {{ column = "COLUMN", prefix = 2 }}.'
        raise InputError([Fault("no_key_column", what, raw.place(), remedy=remedy, values={"file": raw.file})])
    keys = _values(raw, key)
    return [one.zfill(wanted.width or 0) if one else one for one in keys] if wanted.pad else keys


def _corrected(raw: RawLayer, keys: list[str], corrections: Sequence[KeyCorrection], faults: list[Fault]) -> list[str]:
    """The keys with the declared corrections; one that does not mean exactly one row is a fault."""
    found = list(keys)
    for one in corrections:
        rows = [
            row for row in range(len(keys)) if all(raw.columns[name][row] == value for name, value in one.where.items())
        ]
        if len(rows) == 1:
            found[rows[0]] = one.key
        else:
            what = "The correction means {count} rows instead of one."
            remedy = "Name the values under `where` that only this row has."
            faults.append(
                Fault("correction_unclear", what, raw.place(), one.key, remedy=remedy, values={"count": len(rows)})
            )
    return found


def _dissolved(raw: RawLayer, keys: Sequence[str]) -> tuple[RawLayer, list[str]]:
    """One row per key, with the values of its first row and the outlines of all put together."""
    first = {key: row for row, key in reversed(list(enumerate(keys)))}
    shapes = dict(union_by([key or " " for key in keys], raw.shapes))
    rows = sorted(first.values())
    columns = {name: [values[row] for row in rows] for name, values in raw.columns.items()}
    kept = [keys[row] for row in rows]
    united = np.array([shapes[key or " "] for key in kept], dtype=object)
    return replace(raw, columns=columns, shapes=united, rows=[raw.number(row) for row in rows]), kept


def _usable(raw: RawLayer, wanted: LayerSettings, crs: str) -> Shapes:
    """The outlines in the workspace's reference system, repaired where the settings allow it."""
    shapes = shapely.make_valid(raw.shapes, method="structure") if wanted.repair else raw.shapes
    return transformed(shapes, wanted.crs or raw.crs or crs, crs)


def _sorted(
    level: str, raw: RawLayer, keys: list[str], names: list[str], wanted: LayerSettings, sound: bool
) -> ReadLayer:
    order = sorted(range(len(keys)), key=keys.__getitem__)
    columns = {name: [values[row] for row in order] for name, values in raw.columns.items()}
    ordered = [keys[row] for row in order]
    parents = {above: _cut(part, ordered, columns) for above, part in wanted.parent.items()}
    named = [names[row] for row in order]
    return ReadLayer(level, raw.file, ordered, named, raw.shapes[order], columns, parents, sound=sound)


def _cut(part: KeyPart, keys: Sequence[str], columns: Mapping[str, list[str]]) -> dict[str, str]:
    """Key -> the part of it, or of a column, that is meant."""
    values = columns[part.column] if part.column else keys
    return {key: part.cut(value) for key, value in zip(keys, values, strict=True)}


def _no_such_finer(level: str, finer: str, vintage: str) -> Fault:
    place = Place(file="sozialraum.toml", column=f"areas.vintage.layer.{level}")
    what = "The level '{finer}' that this one is the union of is not there in '{vintage}'."
    return Fault("missing_level", what, place, values={"finer": finer, "vintage": vintage})


def _united(level: str, wanted: LayerSettings, finer: ReadLayer) -> ReadLayer:
    """A level made of the areas of a finer one."""
    key = wanted.key
    above = dict.fromkeys(finer.keys, key) if isinstance(key, str) else _cut(key, finer.keys, finer.columns)
    keys = sorted(set(above.values()))
    names = _united_names(level, wanted, finer, above, keys)
    finer.parents[level] = above
    parents = {coarser: {key: part.cut(key) for key in keys} for coarser, part in wanted.parent.items()}
    return ReadLayer(level, finer.file, keys, names, None, {}, parents, finer.level, finer.sound)


def _united_names(
    level: str, wanted: LayerSettings, finer: ReadLayer, above: Mapping[str, str], keys: Sequence[str]
) -> list[str]:
    """One name per key: declared, or read from a column of the finer layer, where it must be the same in each area."""
    if not isinstance(wanted.name, KeyPart):
        return [wanted.names.get(key, wanted.name or key) for key in keys]
    said: dict[str, set[str]] = {key: set() for key in keys}
    for key, name in _cut(wanted.name, finer.keys, finer.columns).items():
        said[above[key]].add(name)
    several = {key: names for key, names in said.items() if len(names) > 1 and key not in wanted.names}
    if several:
        place = Place(file="sozialraum.toml", column=f"areas.vintage.layer.{level}.name")
        raise InputError([_several_names(key, names, place) for key, names in several.items()])
    return [wanted.names.get(key) or min(said[key]) for key in keys]


def _several_names(key: str, names: set[str], place: Place) -> Fault:
    what = "The areas put together here carry several names: {names}."
    remedy = "Write the right one under `names` of this layer."
    return Fault("several_names", what, place, value=key, remedy=remedy, values={"names": ", ".join(sorted(names))})


def _layers(
    vintage: str, settings: AreasSettings, read: Mapping[str, ReadLayer], upward: Above
) -> Iterator[tuple[tuple[str, str], AreaLayer]]:
    """((level, vintage), layer) for all levels that were read."""
    found: dict[str, AreaLayer] = {}
    for level, one in read.items():
        coarser = [other for other in settings.levels[settings.levels.index(level) + 1 :] if other in upward]
        labels = _labels(one, [settings.labels] if settings.labels in coarser else coarser, read, upward)
        shapes = (
            _union_of(found[one.parts_of], read[one.parts_of].parents[level]) if one.parts_of else _given(one.shapes)
        )
        found[level] = AreaLayer(level, vintage, tuple(one.keys), tuple(one.names), labels, settings.crs, shapes)
        yield (level, vintage), found[level]


def _given(shapes: Shapes) -> Callable[[], Shapes]:
    return lambda: shapes


def _union_of(finer: AreaLayer, above: Mapping[str, str]) -> Callable[[], Shapes]:
    groups = [above[key] for key in finer.keys]
    return lambda: np.array([shape for _, shape in union_by(groups, finer.geometry)], dtype=object)


def _labels(one: ReadLayer, coarser: Sequence[str], read: Mapping[str, ReadLayer], upward: Above) -> tuple[str, ...]:
    """The name; where it occurs twice, with the name of the nearest parent that tells them apart, or with the key."""
    labels = list(one.names)
    for level in coarser:
        twice = _twice(labels)
        if twice:
            labels = _with_parents(labels, twice, _parent_names(one, read[level], upward))
    twice = _twice(labels)
    return tuple(f"{label} ({key})" if label in twice else label for label, key in zip(labels, one.keys, strict=True))


def _with_parents(labels: Sequence[str], twice: set[str], parents: Sequence[str]) -> list[str]:
    """The labels, those that occur twice with the parent's name where that tells them apart."""
    above: dict[str, list[str]] = {}
    for label, parent in zip(labels, parents, strict=True):
        above.setdefault(label, []).append(parent)
    clear = {label for label in twice if _clear(label, above[label])}
    pairs = zip(labels, parents, strict=True)
    return [f"{label} ({parent})" if label in clear else label for label, parent in pairs]


def _twice(labels: Sequence[str]) -> set[str]:
    return {label for label, count in Counter(labels).items() if count > 1}


def _parent_names(one: ReadLayer, parent: ReadLayer, upward: Above) -> list[str]:
    """Name of the parent of each area, in the order of the areas; empty where it is unknown."""
    above = (
        {upward[one.level][finest]: key for finest, key in upward[parent.level].items()} if one.level in upward else {}
    )
    names = dict(zip(parent.keys, parent.names, strict=True))
    return [names.get(above.get(key, ""), "") for key in one.keys]


def _clear(name: str, parents: Sequence[str]) -> bool:
    """Whether the parents tell the areas of that name apart: all known, and of different and other names."""
    return len(set(parents)) == len(parents) and name not in parents and "" not in parents


def _outline_faults(
    layers: Mapping[tuple[str, str], AreaLayer], read: Mapping[str, Mapping[str, ReadLayer]], thorough: bool
) -> Iterator[Fault]:
    """Layers that lie apart from all others; when `thorough`, borders that do not meet."""
    delivered = [(read[vintage][level], one) for (level, vintage), one in layers.items() if len(one)]
    sound = [(one.file, layer) for one, layer in delivered if one.sound and not one.parts_of]
    yield from checks.apart_faults(sound)
    for file, layer in sound if thorough else ():
        yield from checks.coverage_faults(layer, file)


def _vintage_faults(
    vintage: VintageSettings,
    levels: Sequence[str],
    read: Mapping[str, ReadLayer],
    layers: Mapping[tuple[str, str], AreaLayer],
    upward: Above,
) -> Iterator[Fault]:
    """Names of each level, and each delivered level against the finest one, which nests in all of them."""
    for level, one in read.items():
        name = vintage.layer[level].name
        column = name if isinstance(name, str) and not one.parts_of else ""
        yield from checks.name_faults(layers[level, vintage.id], one.file, column)
    for level in [level for level in levels[1:] if level in upward and not read[level].parts_of]:
        yield from nesting.nesting_faults(read[levels[0]], read[level], upward[level])
        if read[levels[0]].sound and read[level].sound:
            pair = layers[levels[0], vintage.id], layers[level, vintage.id]
            yield from _place_faults(*pair, upward[level], read[levels[0]].file, read[level].file)


def _place_faults(
    finest: AreaLayer, parent: AreaLayer, above: Mapping[str, str], file: str, parent_file: str
) -> Iterator[Fault]:
    """Areas in another parent than their key says; else what is left open or covered twice."""
    misplaced = list(nesting.misplaced_faults(finest, parent, above, file))
    yield from misplaced or nesting.filling_faults(finest, parent, above, parent_file)
