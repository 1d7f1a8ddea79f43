"""Areas most like one another, from the figures a release shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sozialraum.errors import NoAnswerError
from sozialraum.figures import CORE, Figures
from sozialraum.reports.editions import edition
from sozialraum.reports.series import is_level
from sozialraum.reports.view import View

COUNT = 4
MOST_FIGURES = 6
MOST_AREAS = 3000
"""Areas above which none is compared with all others: the time grows with the square of their number."""
AGES = ("share_under_18", "share_65_plus")


@dataclass(frozen=True)
class Similar:
    """For each area the rows of the areas nearest to it in these figures and how far they are.

    An area that lacks one of the figures has none.
    """

    indicators: tuple[str, ...]
    nearest: dict[int, tuple[int, ...]]
    distances: dict[int, tuple[float, ...]]


def most_similar(view: View) -> Similar:
    """The four most similar areas of every area, found once for the release.

    Figures: parts of the index (else those with a good and a bad side) and the shares of young and old.
    """
    if "similar" not in view.kept:
        ids = _indicators(view)
        rows = _rows(view, ids) if ids and len(view.layer) <= MOST_AREAS else {}
        nearest = {area: tuple(other for other, _ in found) for area, found in rows.items()}
        view.kept["similar"] = Similar(
            ids, nearest, {area: tuple(far for _, far in found) for area, found in rows.items()}
        )
    found: Similar = view.kept["similar"]
    return found


def _rows(view: View, ids: tuple[str, ...]) -> dict[int, list[tuple[int, float]]]:
    """For each area the nearest ones with their distances, the nearest first."""
    from sozialraum.analysis import similar

    try:
        found = similar(_newest(view, ids), count=COUNT).table
    except NoAnswerError:
        return {}
    rows: dict[int, list[tuple[int, float]]] = {}
    names = ("area", "rank", "similar", "value")
    for area, _, other, far in sorted(zip(*(found[name].to_pylist() for name in names), strict=True)):
        rows.setdefault(view.layer.place[area], []).append((view.layer.place[other], far))
    return rows


def _newest(view: View, ids: tuple[str, ...]) -> Figures:
    """The newest released value of each indicator as one table."""
    values = np.concatenate([view.series(one).value[-1] for one in ids])
    count = len(view.layer)
    columns = {
        "area": list(view.layer.keys) * len(ids),
        "level": [view.level] * len(values),
        "vintage": [view.layer.vintage] * len(values),
        "period": [view.newest] * len(values),
        "indicator": [one for one in ids for _ in range(count)],
        "value": pa.array(values, from_pandas=True),
        "flag": np.where(np.isnan(values), "missing", "ok"),
    }
    table = pa.table([columns.get(one.name, pa.nulls(len(values), one.type)) for one in CORE], schema=CORE)
    return Figures(table, tuple(view.descriptions[one] for one in ids))


def _indicators(view: View) -> tuple[str, ...]:
    found = edition(view)
    measures = [one for one in view.measures() if is_level(view.descriptions[one])]
    parts = found.status.description.parts if found else ()
    sided = [one for one in measures if view.descriptions[one].polarity != "neutral"]
    chosen = [one for one in measures if one in parts] or sided
    ages = [one for one in AGES if one in measures]
    return tuple(dict.fromkeys([*chosen[:MOST_FIGURES], *ages]))  # an index may hold shares of ages itself
