"""Whom an area is compared with: its coarser area, areas of the same status, or those most like it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from sozialraum.reports import language as words
from sozialraum.reports.editions import edition
from sozialraum.reports.sections import parts
from sozialraum.reports.sections.similar import most_similar
from sozialraum.reports.view import View
from sozialraum.texts import say

FEWEST = 2
"""Peers below which there is nothing to compare with."""
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Peers:
    """A group of areas by a short id, what it is called, and which areas belong to it (never the area itself)."""

    id: str
    name: str
    members: Mask


def peer_groups(view: View, area: int) -> tuple[Peers, ...]:
    """The groups that an area can be set beside, the usual one first; those of fewer than two others are left out."""
    last, groups = view.kept.get("peers", (None, ()))
    if last != area:  # a profile asks several times
        groups = tuple(_groups(view, area))
        view.kept["peers"] = area, groups
    return groups  # type: ignore[no-any-return]


def _groups(view: View, area: int) -> Iterator[Peers]:
    found = (make(view, area) for make in (_coarser, _status, _similar))
    groups = (Peers(one.id, one.name, _without(one.members, area)) for one in found if one is not None)
    return (one for one in groups if one.members.sum() >= FEWEST)


def _without(members: Mask, area: int) -> Mask:
    others = members.copy()
    others[area] = False
    return others


def _coarser(view: View, area: int) -> Peers | None:
    key, level = parts.group_key(view, area), view.group_level
    if not key or not level:
        return None
    return Peers(level, parts.parent_name(view, level, key), parts.in_group(view, key))


def _status(view: View, area: int) -> Peers | None:
    found = edition(view)
    if found is None or found.status.codes[area] < 0:
        return None
    status, code = found.status, found.status.codes[area]
    return Peers("status", f"{status.title(view.language)} {status.words(view.language)[code]}", status.codes == code)


def _similar(view: View, area: int) -> Peers | None:
    members = np.zeros(len(view.layer), dtype=bool)
    members[list(most_similar(view).nearest.get(area, ()))] = True
    return Peers("similar", say("similar areas", view.language), members)


def among(view: View, indicator: str, area: int, peers: Peers) -> str:
    """`Pankow: höher als in 20 von 31`, counted among the peers with a value; empty without two of them."""
    value, language = view.series(indicator).value[-1], view.language
    others = value[peers.members & ~np.isnan(value)]
    if np.isnan(value[area]) or len(others) < FEWEST:
        return ""
    lower, higher = int((others < value[area]).sum()), int((others > value[area]).sum())
    told = partial(words.number, decimals=0, language=language)
    template = (
        "{group}: higher than in {part} of {whole}" if lower >= higher else "{group}: lower than in {part} of {whole}"
    )
    return say(template, language, group=peers.name, part=told(max(lower, higher)), whole=told(len(others)))
