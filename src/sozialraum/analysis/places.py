"""Where places lie: coordinates in metres, with all doubts about them said at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sozialraum.areas import AreaLayer, is_metric
from sozialraum.errors import Fault, InputError

Array = NDArray[np.float64]
UNITS: Mapping[str, float] = {"m": 1.0, "km": 1000.0}
_FAR = 2_500_000.0  # metres: no country that is planned as one is wider, but two reference systems lie farther apart
_PROJECTED = 10_000.0  # coordinates of a national grid are larger


@dataclass(frozen=True)
class Places:
    """Places by key: `metres` (n, 2), NaN where unknown, and `sizes` (n,) in square metres where they are areas."""

    keys: tuple[str, ...]
    metres: Array
    sizes: Array | None = None

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which places have coordinates."""
        return _known(self.metres)


def _known(coordinates: Array) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(coordinates).all(axis=1))


def places_of(layer: AreaLayer) -> Places:
    """Centroids and sizes of the areas of a layer. Raises: InputError where it does not measure in metres."""
    import shapely

    if not is_metric(layer.crs):
        what, remedy = (
            "the layer '{level}' does not measure in metres ({crs}).",
            "Bring it into UTM, EPSG:25832 or EPSG:25833.",
        )
        raise InputError([Fault("degrees", what, remedy=remedy, values={"level": layer.level, "crs": layer.crs})])
    return Places(layer.keys, shapely.get_coordinates(shapely.centroid(layer.geometry)), layer.area_m2)


def must_be_metres(places: Places) -> None:
    """Raises: InputError where the coordinates are degrees, or of several reference systems."""
    remedy = "Bring all places into one projected system."
    faults = [
        replace(one, remedy=remedy, value="" if row is None else places.keys[row])
        for row, one in coordinate_doubts(places.metres)
    ]
    if faults:
        raise InputError(faults[:10])


def coordinate_doubts(
    coordinates: Array, trusted: bool = False, metres: float = 1.0
) -> Iterator[tuple[int | None, Fault]]:
    """(row or None for all rows, fault) where coordinates cannot be of one projected system; NaN is passed over.

    Degrees among metres, degrees alone (unless `trusted`: somebody said the unit), places too far apart; `metres` is the
    unit of the coordinates.
    """
    known = _known(coordinates)
    degrees = known & np.asarray((np.abs(coordinates) <= [180.0, 90.0]).all(axis=1))
    if not known.any():
        return
    others = np.abs(coordinates[known & ~degrees])
    if degrees.any() and len(others) and (others.max(axis=1) > _PROJECTED).all():
        what = "these coordinates look like degrees, others like metres."
        why = "Distances between two reference systems mean nothing."
        for row in np.flatnonzero(degrees).tolist():
            yield row, Fault("mixed_systems", what, why=why, remedy="Bring all places into one projected system.")
    elif degrees[known].all() and not trusted:
        what = "all coordinates look like degrees."
        why = "A degree is no length: east and north differ, and radii are given in metres."
        remedy = "Project them (UTM: EPSG:25832 or EPSG:25833); if they are metres or kilometres, say so: --unit m."
        yield None, Fault("degrees", what, why=why, remedy=remedy)
    elif (widest := float(np.ptp(coordinates[known], axis=0).max()) * metres) > _FAR:
        what, values = "the places lie {km} km apart.", {"km": round(widest / 1000)}
        why = "Probably two reference systems are mixed, or the unit is wrong."
        yield None, Fault("apart", what, why=why, remedy="Bring all places into one projected system.", values=values)
