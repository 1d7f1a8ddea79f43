"""The ground under the areas of a workspace: the smallest pieces that no border of a level or of boundaries cuts."""

from __future__ import annotations

from collections.abc import Sequence

from sozialraum.areas import Areas
from sozialraum.protection import Pieces, Zoning

SLIVER = 0.005
"""Two areas of different boundaries share a piece when it holds at least this part of one of them."""


def ground(areas: Areas) -> Pieces:
    """The smallest common pieces of areas: those of the finest level, cut where the boundaries of two vintages cross."""

    def pieces(zonings: Sequence[Zoning]) -> list[dict[Zoning, str]]:
        zonings = [zoning for zoning in zonings if zoning[0] in areas.levels]  # results for the whole show no counts
        finest = min((level for level, _ in zonings), key=areas.levels.index)
        vintages = sorted({vintage for _, vintage in zonings})
        keys = [{vintages[0]: key} for key in areas.layer(finest, vintages[0]).keys]
        for number, vintage in enumerate(vintages[1:], 1):
            links = {old: _links(areas, old, vintage, finest) for old in vintages[:number]}
            keys = [
                {**one, vintage: key}
                for one in keys
                for key in sorted(set.intersection(*(links[old].get(one[old], set()) for old in one)))
            ]
        above = {(level, v): areas.parents(finest, level, v) for level, v in zonings}
        return [{zoning: above[zoning][one[zoning[1]]] for zoning in zonings} for one in keys]

    return pieces


def _links(areas: Areas, old: str, new: str, level: str) -> dict[str, set[str]]:
    """Areas of the new boundaries that share a piece with each of the old ones."""
    there, back = (areas.crosswalk(*pair, level).table.to_pylist() for pair in ((old, new), (new, old)))
    found: dict[str, set[str]] = {}
    for one in there:
        if one["weight"] >= SLIVER:
            found.setdefault(one["from"], set()).add(one["to"])
    for one in back:
        if one["weight"] >= SLIVER:
            found.setdefault(one["to"], set()).add(one["from"])
    return found
