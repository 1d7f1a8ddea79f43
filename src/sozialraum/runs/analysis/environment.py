"""`run environment`: segregation in the surroundings of people, by radius and by number of nearest people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sozialraum.analysis.places import UNITS
from sozialraum.analysis.spatial_segregation import (
    KERNELS,
    RADII,
    RULES,
    Scales,
    clustered,
    environments,
    measured,
    shares_around,
)
from sozialraum.errors import CallError, Fault, Place
from sozialraum.runs.analysis.segregation import cell, empty_groups, named_groups, read_groups
from sozialraum.runs.places import read_places, unknown_places
from sozialraum.runs.tables import TextTable, check_target, read_table, write_table

COLUMNS = ("measure", "group", "other", "radius_m", "people", "value")
_FEWEST = 1e-6  # metres or people; distances over a smaller radius are no numbers any more
BY_PLACE = ("area", "group", "radius_m", "people", "value")


def run(source: str, target: str, options: Mapping[str, Any]) -> list[Fault]:
    """Measure the table `source` and write measure, group, other, radius_m, people, value; warnings come back.

    With --places also area, group, radius_m, people, value: the share of each group around each place.
    Raises: CallError (2), InputError with every fault (3), NoAnswerError (4).
    """
    groups, scales = named_groups(str(options["groups"])), read_scales(options)
    check_target(source, target)
    check_target(source, options.get("places") or "-", "places")
    table = read_table(source)
    people = read_groups(table, groups)
    places = read_places(table, options)
    known = places.known
    metres, counts = places.metres[known], people[known]
    around = list(environments(metres, counts, scales))
    rows = list(measured(counts, around, groups))
    if places.sizes is not None:
        rows += clustered(metres, places.sizes[known], counts, groups)
    if options.get("places"):
        names = [area for area, there in zip(places.keys, known.tolist(), strict=True) if there]
        shares = [{"area": area, **row} for area, row in shares_around(names, around, groups)]
        write_table(str(options["places"]), {name: [cell(row.get(name)) for row in shares] for name in BY_PLACE})
    write_table(target, {name: [cell(row.get(name)) for row in rows] for name in COLUMNS})
    warnings = [*unknown_places(table, known), *empty_groups(table, groups, counts)]
    return [*warnings, *_too_many(table, scales, float(counts.sum()))]


def read_scales(options: Mapping[str, Any]) -> Scales:
    """Radii in metres and numbers of people. Raises: CallError where they are none."""
    radii, nearest = (_numbers(options, name) for name in ("radii", "nearest"))
    for name, known in (("kernel", tuple(KERNELS)), ("rule", RULES), ("unit", tuple(UNITS))):
        if options.get(name) and options[name] not in known:
            raise CallError("--{name} is one of: {known}.", name=name, known=", ".join(known))
    chosen = radii if radii or nearest else RADII
    return Scales(chosen, nearest, options.get("kernel") or "triangular", options.get("rule") or "whole")


def _numbers(options: Mapping[str, Any], name: str) -> tuple[float, ...]:
    given = [one.strip() for one in str(options.get(name) or "").split(",") if one.strip()]
    try:
        found = tuple(float(one) for one in given)
    except ValueError:
        found = (-1.0,)
    if not all(_FEWEST <= one < float("inf") for one in found) or len(set(found)) < len(found):
        what = "--{name} needs different numbers above 0, with commas between: '{given}'."
        raise CallError(what, name=name, given=options.get(name))
    return tuple(sorted(found))


def _too_many(table: TextTable, scales: Scales, people: float) -> Iterator[Fault]:
    for k in scales.nearest:
        if k > people:
            what = "there are fewer than {k} people; everybody is taken."
            yield Fault("too_many_people", what, Place(table.file), severity="warning", values={"k": f"{k:g}"})
