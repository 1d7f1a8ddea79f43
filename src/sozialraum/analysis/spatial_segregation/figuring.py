"""Segregation in space on figures: counts per group and places in, measures by radius and by number of people out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.analysis.places import Places, must_be_metres
from sozialraum.analysis.segregation import Groups, counted, described, must_be_mixed, must_count
from sozialraum.analysis.spatial_segregation.clustering import clustering, concentration
from sozialraum.analysis.spatial_segregation.measures import (
    macro_to_micro,
    spatial_d,
    spatial_exposure,
    spatial_h,
)
from sozialraum.analysis.spatial_segregation.nearest import nearest_people
from sozialraum.analysis.spatial_segregation.proximity import Array, surroundings
from sozialraum.errors import MismatchError
from sozialraum.figures import CORE, Figures

RADII = (500.0, 1000.0, 2000.0, 4000.0)
RESULT = pa.schema(
    [("group", pa.string()), ("other", pa.string()), ("radius_m", pa.float64()), ("people", pa.float64())]
)
Row = dict[str, Any]


@dataclass(frozen=True)
class Scales:
    """How far environments reach: radii in metres with a kernel, numbers of people with a rule."""

    radii: tuple[float, ...] = RADII
    nearest: tuple[float, ...] = ()
    kernel: str = "triangular"
    rule: str = "whole"


@dataclass(frozen=True)
class Environment:
    """People around each place (places, groups) at a scale, `radius_m` or `people`; metres needed for so many people."""

    scale: Mapping[str, float]
    counts: Array
    distance: Array | None = None


NAMES: Mapping[str, tuple[str, str, str]] = {
    "Spatial H": ("spatial_h", "Räumliche Segregation H", "Spatial segregation H"),
    "Spatial D": ("spatial_d", "Räumlicher Segregationsindex D", "Spatial dissimilarity D"),
    "Spatial exposure": ("spatial_exposure", "Räumlicher Kontaktindex", "Spatial exposure"),
    "Macro/micro ratio": ("macro_to_micro", "Verhältnis großräumig zu kleinräumig", "Macro/micro ratio"),
    "Median distance": (
        "distance",
        "Mittlere Entfernung bis zur Personenzahl (m)",
        "Median distance to that many people (m)",
    ),
    "ACL": ("acl", "Absolute Ballung (ACL)", "Absolute clustering (ACL)"),
    "RCL": ("rcl", "Relative Ballung (RCL)", "Relative clustering (RCL)"),
    "SP": ("sp", "Räumliche Nähe (SP)", "Spatial proximity (SP)"),
    "Distance-decay isolation": ("decay_isolation", "Isolation mit Entfernung", "Distance-decay isolation"),
    "Delta": ("delta", "Konzentration Delta", "Concentration Delta"),
    "ACO": ("aco", "Absolute Konzentration (ACO)", "Absolute concentration (ACO)"),
    "RCO": ("rco", "Relative Konzentration (RCO)", "Relative concentration (RCO)"),
    "Environment share": ("environment_share", "Anteil im Umfeld", "Share in the environment"),
}


def environment(
    figures: Figures,
    places: Places,
    groups: Sequence[str] | None = None,
    radii: Sequence[float] = RADII,
    nearest: Sequence[float] = (),
    kernel: str = "triangular",
    rule: str = "whole",
) -> Figures:
    """Segregation in the surroundings of people, from counts of one level; each period by itself.

    Shape:   indicators `segregation.<measure>`, area `total`, with `group`, `other` (exposure), `radius_m` or `people`; the
             share of each group around a place stands in the row of its area (`segregation.environment_share`).
    Unit:    metres for radii; H, D, exposure 0 to 1; clustering with nearness exp(-kilometres).
    Places with unknown coordinates are left out of every measure and have rows flagged `missing`.
    Raises:  MismatchError where no area has a place; InputError where coordinates are degrees or of several systems;
             otherwise as `segregation`.
    Source:  Reardon & O'Sullivan 2004; Östh, Clark & Malmberg 2015; Massey & Denton 1988.
    """
    must_be_metres(places)
    chosen = tuple(groups or figures.indicators)
    scales = Scales(tuple(radii), tuple(nearest), kernel, rule)
    rows = [row for one in counted(figures, chosen) for row in _period(must_count(one), places, scales)]
    held = {row["indicator"] for row in rows}
    named = tuple(
        described(f"segregation.{name}", de, en, chosen)
        for name, de, en in NAMES.values()
        if f"segregation.{name}" in held
    )
    return Figures(pa.Table.from_pylist(rows, pa.schema([*CORE, *RESULT])), named, figures.credits)


def _period(one: Groups, places: Places, scales: Scales) -> Iterator[Row]:
    at = {key: place for place, key in enumerate(places.keys)}
    rows = np.array([at.get(area, -1) for area in one.areas])
    known = rows >= 0
    known[known] = places.known[rows[known]]
    if not known.any():
        raise MismatchError("No area has a place.", remedy="Give the places of this level and these boundaries.")
    head = {"vintage": one.vintage, "period": one.period}
    metres, counts = places.metres[rows[known]], one.table[known]
    around = list(environments(metres, counts, scales))
    held = list(measured(counts, around, one.groups))
    if places.sizes is not None:
        held += clustered(metres, places.sizes[rows[known]], counts, one.groups)
    for row in held:
        yield head | {"area": "total", "level": "total"} | _valued(row)
    names = [area for area, there in zip(one.areas, known, strict=True) if there]
    for area, row in shares_around(names, around, one.groups):
        yield head | {"area": area, "level": one.level} | _valued(row)
    for area in [area for area, there in zip(one.areas, known, strict=True) if not there]:
        yield head | {"area": area, "level": one.level, "indicator": "segregation.environment_share", "flag": "missing"}


def shares_around(
    names: Sequence[str], around: Sequence[Environment], groups: Sequence[str]
) -> Iterator[tuple[str, Row]]:
    """(place, row with the share of a group around it); NaN where nobody is around."""
    for one in around:
        people = one.counts.sum(axis=1, keepdims=True)
        shares = np.divide(one.counts, people, out=np.full(one.counts.shape, np.nan), where=people > 0)
        for name, values in zip(names, shares.tolist(), strict=True):
            for group, value in zip(groups, values, strict=True):
                yield name, {"measure": "Environment share", "group": group, "value": value, **one.scale}


def _valued(row: Row) -> Row:
    value = row["value"]
    known = value is not None and not np.isnan(value)
    held = {name: row.get(name) for name in ("group", "other", "radius_m", "people")}
    indicator = f"segregation.{NAMES[row['measure']][0]}"
    return held | {
        "indicator": indicator,
        "value": value if known else None,
        "flag": "ok" if known else "not_applicable",
    }


def environments(metres: Array, counts: Array, scales: Scales) -> Iterator[Environment]:
    """The environments of all places, radius by radius, then k by k."""
    for radius in scales.radii:
        yield Environment({"radius_m": radius}, surroundings(metres, counts, radius, scales.kernel))
    for one in nearest_people(metres, counts, scales.nearest, scales.rule) if scales.nearest else ():
        yield Environment({"people": one.k}, one.counts, one.distance)


def measured(counts: Array, around: Iterable[Environment], groups: Sequence[str]) -> Iterator[Row]:
    """Rows measure, group, other, radius_m, people, value; NaN where a group has nobody or k people are not there.

    Raises: NoAnswerError with fewer than two places or groups with people.
    """
    must_be_mixed(counts)
    profile: dict[float, float] = {}
    for one in around:
        profile |= {one.scale["radius_m"]: spatial_h(counts, one.counts)} if "radius_m" in one.scale else {}
        yield from _at_scale(counts, one, groups)
    if {500.0, 4000.0} <= profile.keys():
        yield {"measure": "Macro/micro ratio", "value": macro_to_micro(profile)}


def _at_scale(counts: Array, one: Environment, groups: Sequence[str]) -> Iterator[Row]:
    yield {"measure": "Spatial H", "value": spatial_h(counts, one.counts), **one.scale}
    yield {"measure": "Spatial D", "value": spatial_d(counts, one.counts), **one.scale}
    if one.distance is not None:
        yield {"measure": "Median distance", "value": _median(one.distance, counts.sum(axis=1)), **one.scale}
    for group, row in zip(groups, spatial_exposure(counts, one.counts).tolist(), strict=True):
        for other, value in zip(groups, row, strict=True):
            yield {"measure": "Spatial exposure", "group": group, "other": other, "value": value, **one.scale}


def _median(values: Array, people: Array) -> float:
    """The value that half of the people do not exceed."""
    order = np.argsort(values)
    return float(values[order][np.searchsorted(np.cumsum(people[order]), people.sum() / 2)])


def clustered(metres: Array, sizes: Array, counts: Array, groups: Sequence[str]) -> Iterator[Row]:
    """Rows measure, group, value of clustering and concentration, from places and sizes (square metres)."""
    for name, values in (dict(clustering(metres, sizes, counts)) | dict(concentration(sizes, counts))).items():
        for group, value in zip(groups, values.tolist(), strict=True):
            yield {"measure": name, "group": group, "value": value}
