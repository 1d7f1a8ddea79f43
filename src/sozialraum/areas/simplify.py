"""Plainer outlines for screen and print that keep common borders common."""

from __future__ import annotations

import numpy as np
import shapely

from sozialraum.areas.layers import Shapes
from sozialraum.errors import NoAnswerError


def clean(shapes: Shapes) -> Shapes:
    """Outlines whose common borders have the same vertices on both sides; clean input comes back unchanged.

    Raises: NoAnswerError when an area lies so deep under others that nothing of it would be left.
    """
    if shapely.coverage_is_valid(shapes):
        return shapes
    found = shapely.coverage_clean(shapes)
    if shapely.is_empty(found).any():
        raise NoAnswerError(
            "{count} areas lie completely under other areas.",
            remedy="Correct the overlapping outlines first.",
            count=int(shapely.is_empty(found).sum()),
        )
    return found


def simplified_shapes(shapes: Shapes, tolerance_m: float) -> Shapes:
    """Outlines without details smaller than about `tolerance_m`, which is halved until every area stays valid.

    Source: Visvalingam & Whyatt 1993, on the edges of a coverage.
    """
    cleaned = clean(shapes)
    tolerance = float(tolerance_m)
    while tolerance > 0.01:
        found = shapely.coverage_simplify(cleaned, tolerance)
        if shapely.is_valid(found).all() and (shapely.area(found) > 0).all():
            return np.asarray(found)
        tolerance /= 2
    return cleaned
