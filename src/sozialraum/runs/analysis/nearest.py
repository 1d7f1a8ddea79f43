"""`run nearest`: areas most alike in their figures, and an area beside them, on a plain table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.analysis.classification import standardised
from sozialraum.analysis.peers import beside
from sozialraum.analysis.similar import nearest
from sozialraum.errors import CallError, Fault, NoAnswerError
from sozialraum.runs.analysis.typology import listed, read_values
from sozialraum.runs.checks import whole
from sozialraum.runs.tables import check_target, read_table, write_table

Array = NDArray[np.float64]
COUNT = 5


def run(source: str, target: str, options: Mapping[str, Any]) -> list[Fault]:
    """The most similar areas of each (or the named) area, written to `target`; with --compare each beside its peers.

    Raises: CallError (2), InputError with every fault (3), NoAnswerError (4).
    """
    indicators, compared = listed(options, "indicators"), listed(options, "compare")
    count, sheet = whole(options, "count", 1) or COUNT, options.get("compared")
    if bool(compared) != bool(sheet):
        raise CallError("--compare names columns and --compared the file for them; give both.")
    check_target(source, target)
    check_target(source, sheet or "-", "compared")
    table = read_table(source)
    areas, columns = read_values(table, list(dict.fromkeys([*indicators, *compared])))
    inside = np.flatnonzero(~np.isnan(columns[:, : len(indicators)]).any(axis=1))
    if len(inside) < 2:
        raise NoAnswerError("Fewer than two areas have all values.")
    asked = _asked(areas, inside, listed(options, "areas"))
    places, apart = nearest(standardised(columns[inside, : len(indicators)]), asked, count)
    write_table(target, _columns(areas, inside, asked, places, apart))
    if sheet:
        shown = {name: columns[:, [*dict.fromkeys([*indicators, *compared])].index(name)] for name in compared}
        write_table(str(sheet), _compared(areas, inside, asked, places, shown))
    return _left_out(len(areas) - len(inside))


def _asked(areas: Sequence[str], inside: NDArray[np.int64], named: Sequence[str]) -> NDArray[np.int64]:
    """Places among the areas with all values. Raises: CallError for an area that is not there."""
    place = {areas[at]: number for number, at in enumerate(inside.tolist())}
    unknown = [area for area in named if area not in place]
    if unknown:
        raise CallError("The areas {areas} are not there or lack a value.", areas=", ".join(unknown))
    return np.array([place[area] for area in named] or range(len(inside)), np.int64)


def _columns(
    areas: Sequence[str],
    inside: NDArray[np.int64],
    asked: NDArray[np.int64],
    places: NDArray[np.int64],
    apart: Array,
) -> dict[str, list[Any]]:
    many = places.shape[1]
    return {
        "area": [areas[inside[at]] for at in asked for _ in range(many)],
        "rank": [rank for _ in asked for rank in range(1, many + 1)],
        "similar": [areas[inside[at]] for at in places.ravel()],
        "distance": apart.ravel().tolist(),
    }


def _compared(
    areas: Sequence[str],
    inside: NDArray[np.int64],
    asked: NDArray[np.int64],
    places: NDArray[np.int64],
    shown: Mapping[str, Array],
) -> dict[str, list[Any]]:
    """One row per area and column: own value, middle and range of the peers, how many of them are higher."""
    rows = []
    for at, others in zip(asked, places, strict=True):
        for name, values in shown.items():
            own = float(values[inside[at]])
            found = beside(own, values[inside[others]])
            known = not np.isnan(own)
            numbers = (own, found.middle, own - found.middle, found.low, found.high)
            cells = [None if np.isnan(one) else one for one in numbers]
            rows.append((areas[inside[at]], name, *cells, found.known, found.higher if known else None))
    names = ("area", "indicator", "value", "peers_median", "difference", "peers_lowest", "peers_highest")
    return {name: [row[at] for row in rows] for at, name in enumerate((*names, "peers", "peers_higher"))}


def _left_out(count: int) -> list[Fault]:
    if not count:
        return []
    what = "{count} areas lack a value and are left out."
    return [Fault("left_out", what, severity="warning", values={"count": count})]
