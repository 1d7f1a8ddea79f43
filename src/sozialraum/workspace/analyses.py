"""Analyses that a release declares: computed from unprotected figures, released together with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sozialraum.figures import Figures
from sozialraum.workspace.plans import AnalysisPlan

if TYPE_CHECKING:
    from sozialraum.workspace import Workspace

SEED = 1
"""Of the redraws; the same figures give the same results."""


def compute_analysis(workspace: Workspace, plan: AnalysisPlan) -> list[Figures]:
    """The results of a declared analysis, and the groups it was made of where they come from a share.

    Raises: as the analysis; the figures behind it have to be part of the same release.
    """
    figures = workspace.figures(plan.indicators, plan.level, plan.labels, plan.vintage or None)
    return _KINDS[plan.kind](workspace, plan, figures)


def _groups(figures: Figures) -> tuple[Figures, list[Figures]]:
    """The groups to measure, and what of them is not among the released figures yet."""
    from sozialraum.analysis import groups_of_share

    if len(figures.indicators) > 1:
        return figures, []
    groups = groups_of_share(figures)
    return groups, [groups]


def _segregation(_: Workspace, plan: AnalysisPlan, figures: Figures) -> list[Figures]:
    from sozialraum.analysis.segregation import segregation, segregation_change

    groups, more = _groups(figures)
    found = [segregation(groups, draws=plan.draws, seed=SEED)]
    if len(groups.periods) > 1:
        found.append(segregation_change(groups, groups.periods[0], groups.periods[-1], draws=plan.draws, seed=SEED))
    return [*more, *found]


def _surroundings(workspace: Workspace, plan: AnalysisPlan, figures: Figures) -> list[Figures]:
    from sozialraum.analysis.places import places_of
    from sozialraum.analysis.spatial_segregation import environment

    groups, more = _groups(figures)
    layer = workspace.areas.layer(plan.level, groups.table["vintage"][0].as_py())
    return [*more, environment(groups, places_of(layer))]


def _likeness(workspace: Workspace, plan: AnalysisPlan, figures: Figures) -> list[Figures]:
    from sozialraum.analysis.autocorrelation import autocorrelation

    layer = workspace.areas.layer(plan.level, figures.table["vintage"][0].as_py())
    return [autocorrelation(figures, layer, draws=plan.draws or 999, seed=SEED)]


def _area_types(_: Workspace, plan: AnalysisPlan, figures: Figures) -> list[Figures]:
    from sozialraum.analysis.classification import area_types

    return [area_types(figures, plan.types, draws=plan.draws or 50, seed=SEED)]


_KINDS: Mapping[str, Callable[[Workspace, AnalysisPlan, Figures], list[Figures]]] = {
    "segregation": _segregation,
    "surroundings": _surroundings,
    "likeness": _likeness,
    "area-types": _area_types,
}
