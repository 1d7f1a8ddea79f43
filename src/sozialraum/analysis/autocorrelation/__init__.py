"""Spatial autocorrelation: are neighbouring areas alike, and where do high or low values lie together?"""

from sozialraum.analysis.autocorrelation.figuring import (
    KINDS,
    Found,
    autocorrelation,
    found,
    neighbourhood,
    shown,
)
from sozialraum.analysis.autocorrelation.hot_spots import hot_spots
from sozialraum.analysis.autocorrelation.moran import (
    PATTERNS,
    Alikeness,
    Local,
    global_geary,
    global_moran,
    local_moran,
)
from sozialraum.analysis.autocorrelation.neighbours import Neighbours, contiguity, nearest, usable, within

__all__ = [
    "KINDS",
    "PATTERNS",
    "Alikeness",
    "Found",
    "Local",
    "Neighbours",
    "autocorrelation",
    "contiguity",
    "found",
    "global_geary",
    "global_moran",
    "hot_spots",
    "local_moran",
    "nearest",
    "neighbourhood",
    "shown",
    "usable",
    "within",
]
