"""Methods on figures: composite index, how sure its classes are, typology, change, comparison, similar areas."""

from sozialraum.analysis.certainty import class_probability
from sozialraum.analysis.composite import composite
from sozialraum.analysis.definition import IndexDefinition, index_definition, index_definitions, read_definition
from sozialraum.analysis.typology import typology

__all__ = [
    "IndexDefinition",
    "class_probability",
    "composite",
    "index_definition",
    "index_definitions",
    "read_definition",
    "typology",
]
