"""Which area lies in which: worked out from the declared keys and columns, and checked against the outlines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from sozialraum.areas.layers import AreaLayer, Shapes
from sozialraum.errors import Fault, Place
from sozialraum.texts import Numeral

Above = dict[str, dict[str, str]]
"""Level -> (key -> key on that level)."""

FILL_TOLERANCE = 0.005  # children may leave or exceed so much of their parent before it is a hole or an overlap
WRONG_SUM = "Its figures would be summed into the wrong area."


@dataclass(eq=False)
class ReadLayer:
    """One level of one vintage on its way into Areas: rows in the order of the keys.

    `parents` are the declared ones; `sound` says that keys and outlines are good enough to compare with other layers.
    """

    level: str
    file: str
    keys: list[str]
    names: list[str]
    shapes: Shapes | None
    columns: Mapping[str, list[str]]
    parents: Above = field(default_factory=dict)
    parts_of: str = ""  # the finer level it is the union of
    sound: bool = True


def upward(levels: Sequence[str], read: Mapping[str, ReadLayer], faults: list[Fault]) -> Above:
    """Level -> (finest key -> key on that level), for the levels that were read; what does not nest goes to `faults`."""
    if levels[0] not in read:
        return {}
    finest = read[levels[0]]
    found: Above = {levels[0]: {key: key for key in finest.keys}}
    for coarser in [level for level in levels[1:] if level in read]:
        ways = [way for finer in found if (way := _way(found[finer], read[finer].parents.get(coarser)))]
        if ways:
            found[coarser] = ways[0]
            faults += _disagreements(ways, coarser, finest)
        elif not any(coarser in one.parents for one in read.values()):
            faults.append(_missing_parent(finest.level, coarser))
    for finer, coarser in pairwise(found):
        faults += _split_parents(finer, coarser, found, read)
    return found


def _way(below: Mapping[str, str], parents: Mapping[str, str] | None) -> dict[str, str] | None:
    """Finest key -> parent, by way of a level in between; the empty text where that area is unknown."""
    return None if parents is None else {key: parents.get(middle, "") for key, middle in below.items()}


def _missing_parent(finest: str, level: str) -> Fault:
    return Fault(
        "missing_parent",
        "Nothing says to which area on the level '{level}' an area belongs.",
        Place(file="sozialraum.toml", column=f"areas.vintage.layer.{finest}"),
        remedy='Write `parent` for a finer layer: {{ prefix = 2 }} or {{ column = "..." }}.',
        values={"level": level},
    )


def _disagreements(ways: Sequence[Mapping[str, str]], level: str, finest: ReadLayer) -> Iterator[Fault]:
    """Finest areas that reach several areas of the level, depending on the way."""
    for key, first in ways[0].items():
        said = {first} | {way[key] for way in ways[1:] if way[key]}
        if len(said) > 1:
            what = "The area belongs to several areas on the level '{level}': {keys}."
            yield _broken(what, finest.file, key, level, said)


def _split_parents(finer: str, coarser: str, found: Above, read: Mapping[str, ReadLayer]) -> Iterator[Fault]:
    """Areas whose parts belong to several areas of the next level."""
    said: dict[str, set[str]] = {}
    for finest, key in found[finer].items():
        said.setdefault(key, set()).add(found[coarser][finest])
    for key, above in sorted(said.items()):
        if len(above) > 1 and key:
            what = "The parts of this area belong to several areas on the level '{level}': {keys}."
            yield _broken(what, read[finer].file, key, coarser, above)


def _broken(what: str, file: str, key: str, level: str, said: set[str]) -> Fault:
    remedy = "Correct the key, or `parent` in sozialraum.toml."
    values: dict[str, object] = {"level": level, "keys": ", ".join(sorted(said))}
    return Fault("broken_nesting", what, Place(file=file), value=key, why=WRONG_SUM, remedy=remedy, values=values)


def nesting_faults(finest: ReadLayer, parent: ReadLayer, above: Mapping[str, str]) -> Iterator[Fault]:
    """Parents that do not exist and parents without children."""
    for key in sorted(set(above.values()) - set(parent.keys) - {""}):
        yield _unknown_parent(finest, parent, key, [one for one in finest.keys if above[one] == key])
    for key in sorted(set(parent.keys) - set(above.values()) - {""}):
        yield Fault(
            "parent_without_children",
            "The area on the level '{level}' has no areas on the level '{finer}'.",
            Place(file=parent.file),
            value=key,
            why="Its figures could not be summed up.",
            remedy="Check whether areas are missing in the finer layer.",
            values={"level": parent.level, "finer": finest.level},
        )


def _unknown_parent(finest: ReadLayer, parent: ReadLayer, key: str, lost: Sequence[str]) -> Fault:
    some = ", ".join(lost[:5]) + (", …" if len(lost) > 5 else "")
    return Fault(
        "unknown_parent",
        "Areas of the level '{finer}' ({keys}) belong to '{parent}', which does not exist on the level '{level}'.",
        Place(file=finest.file),
        value=key,
        why="Their figures would be lost in every sum above.",
        remedy="Correct the keys, or `parent` in sozialraum.toml.",
        values={"parent": key, "level": parent.level, "finer": finest.level, "keys": some},
    )


def misplaced_faults(child: AreaLayer, parent: AreaLayer, above: Mapping[str, str], file: str) -> Iterator[Fault]:
    """Areas of which less than half lies in the parent that their key names."""
    known = [place for place, key in enumerate(child.keys) if above[key] in parent.place]
    mine = parent.geometry[[parent.place[above[child.keys[place]]] for place in known]]
    outside = ~shapely.intersects(mine, child.points[known])
    for place, own in zip(np.array(known, dtype=int)[outside], mine[outside], strict=True):
        share = shapely.area(shapely.intersection(child.geometry[place], own)) / child.area_m2[place]
        if share < 0.5:
            yield _misplaced(child.keys[place], above[child.keys[place]], parent, child.points[place], file)


def _misplaced(key: str, said: str, parent: AreaLayer, point: Any, file: str) -> Fault:
    here = np.flatnonzero(shapely.intersects(parent.geometry, point))
    return Fault(
        "broken_nesting",
        "By its key the area belongs to '{said}' on the level '{level}', by its outline to '{found}'.",
        Place(file=file),
        value=key,
        why=WRONG_SUM,
        remedy="Correct the key or the outline.",
        values={"said": said, "level": parent.level, "found": parent.keys[int(here[0])] if len(here) else "-"},
    )


def filling_faults(child: AreaLayer, parent: AreaLayer, above: Mapping[str, str], file: str) -> Iterator[Fault]:
    """A warning where the children do not fill their parent: together they leave a hole or overlap."""
    known = [place for place, key in enumerate(child.keys) if above[key] in parent.place]
    places = np.array([parent.place[above[child.keys[place]]] for place in known], dtype=np.int64)
    sums = np.bincount(places, weights=child.area_m2[known], minlength=len(parent))
    for key, ratio in zip(parent.keys, sums / parent.area_m2, strict=True):
        if abs(ratio - 1) > FILL_TOLERANCE:
            yield _hole(key, Numeral(100 * ratio, ".2f"), child.level, parent.level, file)


def _hole(key: str, percent: str, finer: str, level: str, file: str) -> Fault:
    return Fault(
        "hole_or_overlap",
        "The areas on the level '{finer}' cover {percent} % of this area on the level '{level}'.",
        Place(file=file),
        value=key,
        why="Either they leave a hole or they overlap.",
        remedy="Compare both layers on a map.",
        severity="warning",
        values={"finer": finer, "level": level, "percent": percent},
    )
