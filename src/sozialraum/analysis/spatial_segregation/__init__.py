"""Segregation in space: environments by distance, the k nearest people, clustering and concentration."""

from sozialraum.analysis.spatial_segregation.clustering import clustering, concentration
from sozialraum.analysis.spatial_segregation.figuring import (
    RADII,
    Environment,
    Scales,
    clustered,
    environment,
    environments,
    measured,
    shares_around,
)
from sozialraum.analysis.spatial_segregation.measures import macro_to_micro, spatial_d, spatial_exposure, spatial_h
from sozialraum.analysis.spatial_segregation.nearest import RULES, Neighbourhoods, nearest_people
from sozialraum.analysis.spatial_segregation.proximity import KERNELS, surroundings

__all__ = [
    "KERNELS",
    "RADII",
    "RULES",
    "Environment",
    "Neighbourhoods",
    "Scales",
    "clustered",
    "clustering",
    "concentration",
    "environment",
    "environments",
    "macro_to_micro",
    "measured",
    "nearest_people",
    "shares_around",
    "spatial_d",
    "spatial_exposure",
    "spatial_h",
    "surroundings",
]
