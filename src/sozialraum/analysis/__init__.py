"""Methods on figures: composite index, how sure its classes are, typology, change, comparison, similar areas and peers."""

from sozialraum.analysis.correlation import correlation
from sozialraum.analysis.groups import groups_of_share
from sozialraum.analysis.index import (
    IndexDefinition,
    Point,
    Recipe,
    class_probability,
    comparison,
    composite,
    index_definition,
    index_definitions,
    read_definition,
    recipe_of,
    typology,
)
from sozialraum.analysis.peers import peers
from sozialraum.analysis.reach import ENHANCED, Reach, floating_catchment
from sozialraum.analysis.similar import similar
from sozialraum.analysis.trend import trend

__all__ = [
    "ENHANCED",
    "IndexDefinition",
    "Point",
    "Reach",
    "Recipe",
    "class_probability",
    "comparison",
    "composite",
    "correlation",
    "floating_catchment",
    "groups_of_share",
    "index_definition",
    "index_definitions",
    "peers",
    "read_definition",
    "recipe_of",
    "similar",
    "trend",
    "typology",
]
