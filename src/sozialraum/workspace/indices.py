"""A composite index of a workspace: which figures its definition needs, and at which dates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sozialraum.analysis import IndexDefinition, composite, index_definition
from sozialraum.errors import NoAnswerError
from sozialraum.figures import Figures
from sozialraum.indicators import earlier
from sozialraum.workspace.plans import IndexPlan

if TYPE_CHECKING:
    from sozialraum.workspace import Workspace

SEED = 1
"""Of the redraws; the same figures give the same probabilities."""


def compute_index(workspace: Workspace, plan: IndexPlan) -> Figures:
    """The index at the plan's period. Raises: CallError for an unknown definition, NoAnswerError without figures."""
    definition = index_definition(plan.definition, workspace.folder / "indices")
    at = [earlier(plan.period, years) for years in sorted({*_windows(definition), 0}, reverse=True)]
    figures = workspace.figures(wanted(definition, workspace), plan.level, at, plan.vintage or None)
    residents = _residents(workspace, plan, at)
    found = composite(figures, definition, residents, draws=plan.draws, seed=SEED)
    return _as_protected_as_its_inputs(found.at(plan.period), figures)


def _as_protected_as_its_inputs(index: Figures, inputs: Figures) -> Figures:
    """An index of figures that the supplier already protected needs no more protection than they do."""
    if not all(one.protected_at_source for one in inputs.descriptions):
        return index
    return replace(index, descriptions=tuple(replace(one, protected_at_source=True) for one in index.descriptions))


def _windows(definition: IndexDefinition) -> set[int]:
    return {one.years for one in definition.indicators if one.change_of}


def wanted(definition: IndexDefinition, workspace: Workspace) -> list[str]:
    """Catalogue ids of what an index is made of; a change that nobody delivers is made from its indicator at two dates."""
    ids = {one.figure or one.id: bool(one.change_of) for one in definition.indicators}
    return [one for one, change in ids.items() if not change or one in workspace.catalogue]


def _residents(workspace: Workspace, plan: IndexPlan, periods: list[str]) -> Figures | None:
    """Residents for the exclusion rule; None where nobody delivered them."""
    try:
        return workspace.figures([plan.residents], plan.level, periods, plan.vintage or None)
    except NoAnswerError:
        return None
