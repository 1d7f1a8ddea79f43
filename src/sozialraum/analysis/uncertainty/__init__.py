"""Rates with few cases: standardised, shrunk, compared with the whole; inequality between areas."""

from sozialraum.analysis.uncertainty.ages import age_standardised
from sozialraum.analysis.uncertainty.comparing import Funnel, Kind, false_discovery, funnel
from sozialraum.analysis.uncertainty.figuring import compared, differs, shrunken, together
from sozialraum.analysis.uncertainty.gradients import gradient, inequality
from sozialraum.analysis.uncertainty.inequality import (
    Slope,
    TheilT,
    gini_of_values,
    gradient_of,
    groups_by_deprivation,
    slope_index,
    slope_limits,
    theil_t,
)
from sozialraum.analysis.uncertainty.shrinkage import (
    Logit,
    Shrunk,
    empirical_bayes,
    local_empirical_bayes,
    logit_shrinkage,
)
from sozialraum.analysis.uncertainty.standardising import Indirect, Standardised, indirectly_standardised, standardised

__all__ = [
    "Funnel",
    "Indirect",
    "Kind",
    "Logit",
    "Shrunk",
    "Slope",
    "Standardised",
    "TheilT",
    "age_standardised",
    "compared",
    "differs",
    "empirical_bayes",
    "false_discovery",
    "funnel",
    "gini_of_values",
    "gradient",
    "gradient_of",
    "groups_by_deprivation",
    "indirectly_standardised",
    "inequality",
    "local_empirical_bayes",
    "logit_shrinkage",
    "shrunken",
    "slope_index",
    "slope_limits",
    "standardised",
    "theil_t",
    "together",
]
