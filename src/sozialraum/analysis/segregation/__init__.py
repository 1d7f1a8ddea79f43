"""Segregation without space: who lives apart from whom, how much of it is chance, what made it change."""

from sozialraum.analysis.segregation.certainty import (
    Corrected,
    Tested,
    bootstrap,
    chance_test,
    corrected,
    difference_test,
    judged,
    unbiased_dissimilarity,
    without_segregation,
)
from sozialraum.analysis.segregation.change import (
    METHODS,
    karmel_maclachlan,
    mora_ruiz_castillo,
    proportional_fit,
    shapley,
)
from sozialraum.analysis.segregation.decomposition import Part, Split, nested, split
from sozialraum.analysis.segregation.described import described
from sozialraum.analysis.segregation.figuring import (
    Groups,
    certainties,
    changed,
    counted,
    local_rows,
    measured,
    must_be_mixed,
    must_count,
    segregation,
    segregation_change,
    split_rows,
)

__all__ = [
    "METHODS",
    "Corrected",
    "Groups",
    "Part",
    "Split",
    "Tested",
    "bootstrap",
    "certainties",
    "chance_test",
    "changed",
    "corrected",
    "counted",
    "described",
    "difference_test",
    "judged",
    "karmel_maclachlan",
    "local_rows",
    "measured",
    "mora_ruiz_castillo",
    "must_be_mixed",
    "must_count",
    "nested",
    "proportional_fit",
    "segregation",
    "segregation_change",
    "shapley",
    "split",
    "split_rows",
    "unbiased_dissimilarity",
    "without_segregation",
]
