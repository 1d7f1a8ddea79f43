"""Types of two years under the same numbers: partners are found by the areas they share, never by number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sozialraum.analysis.classification.clustering import Places
from sozialraum.analysis.classification.stability import jaccard
from sozialraum.errors import MismatchError

WEAK = 0.5  # below this overlap a type of the same number is hardly the same type


@dataclass(frozen=True)
class Match:
    """For each type now: its number (0, 1, ...; those without partner come after all earlier ones) and its overlap with
    the earlier type (Jaccard; NaN = new)."""

    numbers: tuple[int, ...]
    overlap: tuple[float, ...]


def matched(now: Mapping[str, int], before: Mapping[str, int]) -> Match:
    """Numbers for the types of `now` (area -> type) so that as many areas as possible keep the number of `before`.

    Source: Kuhn 1955 (assignment with the largest sum of shared areas).
    Raises: MismatchError when no area is in both.
    """
    from scipy.optimize import linear_sum_assignment

    shared = sorted(set(now) & set(before))
    if not shared:
        raise MismatchError(
            "The two dates share no area, so types cannot keep their meaning.",
            remedy="Compute both dates on one set of boundaries.",
        )
    one, other = _places(now, shared), _places(before, shared)
    types, earlier = max(now.values()) + 1, max(before.values()) + 1
    both = np.zeros((types, earlier))
    np.add.at(both, (one, other), 1.0)
    rows, columns = linear_sum_assignment(both, maximize=True)
    partner = {row: column for row, column in zip(rows.tolist(), columns.tolist(), strict=True) if both[row, column]}
    overlap = jaccard(one, other, types)
    free = iter(range(earlier, earlier + types))
    numbers = tuple(partner[row] if row in partner else next(free) for row in range(types))
    found = [float(overlap[row, partner[row]]) if row in partner else float("nan") for row in range(types)]
    return Match(numbers, tuple(found))


def _places(types: Mapping[str, int], areas: Sequence[str]) -> Places:
    return np.array([types[area] for area in areas], np.int64)
