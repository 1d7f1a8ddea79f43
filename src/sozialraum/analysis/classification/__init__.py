"""Area types (Gebietstypen): areas alike in their figures, how stable the types are, what each is like.

Not to be taken for `analysis.typology`, which counts the combinations of an index's classes (status x dynamics).
"""

from sozialraum.analysis.classification.clustering import METHODS, Method, Partition, by_burden, partition, standardised
from sozialraum.analysis.classification.figuring import ID, area_types, keeping_numbers, type_portraits
from sozialraum.analysis.classification.matching import WEAK, Match, matched
from sozialraum.analysis.classification.portrait import Mark, Portrait, portraits
from sozialraum.analysis.classification.stability import (
    DOUBTFUL,
    MOST_TYPES,
    STABLE,
    Choice,
    chosen_number,
    jaccard,
    stability,
    stability_by_type,
)

__all__ = [
    "DOUBTFUL",
    "ID",
    "METHODS",
    "MOST_TYPES",
    "STABLE",
    "WEAK",
    "Choice",
    "Mark",
    "Match",
    "Method",
    "Partition",
    "Portrait",
    "area_types",
    "by_burden",
    "chosen_number",
    "jaccard",
    "keeping_numbers",
    "matched",
    "partition",
    "portraits",
    "stability",
    "stability_by_type",
    "standardised",
    "type_portraits",
]
