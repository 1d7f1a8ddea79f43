"""Composite social index: definition, editions, classes and how sure they are, typology, and what moved between two dates."""

from sozialraum.analysis.index.certainty import class_probability
from sozialraum.analysis.index.comparison import comparison
from sozialraum.analysis.index.composite import composite
from sozialraum.analysis.index.definition import IndexDefinition, index_definition, index_definitions, read_definition
from sozialraum.analysis.index.otherwise import Point, Recipe, recipe_of
from sozialraum.analysis.index.typology import typology

__all__ = [
    "IndexDefinition",
    "Point",
    "Recipe",
    "class_probability",
    "comparison",
    "composite",
    "index_definition",
    "index_definitions",
    "read_definition",
    "recipe_of",
    "typology",
]
