"""What the figures of a draft rest on: the deliveries that count, and fingerprints of the definitions that were used."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sozialraum.errors import Fault
from sozialraum.periods import Period

if TYPE_CHECKING:
    from sozialraum.indicators import Indicator
    from sozialraum.sources import StoredDelivery
    from sozialraum.workspace import Workspace
    from sozialraum.workspace.plans import ReleasePlan

AGAIN = "Prepare the release again; this draft then need not be refused."
CHANGED = {
    "plan": "Since this draft was prepared, release.toml declares something else under '{name}'.",
    "indicator": "Since this draft was prepared, the definition of the indicator '{name}' has changed.",
    "index": "Since this draft was prepared, the definition of the index '{name}' has changed.",
    "source": "Since this draft was prepared, what the source '{name}' says of missing and small numbers has changed.",
    "areas": "Since this draft was prepared, the areas or their files have changed.",
}
"""Kind of a definition -> what is said when it is another one now."""
GIVEN = "delivered"
"""The fact table of values that were delivered ready, and the kind of their indicators."""


@dataclass(frozen=True)
class Basis:
    """Ids of the deliveries behind the figures, and a fingerprint of each definition, by `kind name`."""

    deliveries: tuple[str, ...]
    definitions: Mapping[str, str]


def basis_of(workspace: Workspace, name: str) -> Basis:
    """What the figures of a declared release rest on now. Raises: as the plan, the catalogue and the sources."""
    plan = workspace.plan(name)
    indices = dict(_indices(workspace, plan))
    used = _used(workspace, plan, indices.values())
    tables = {each.facts for one in used for each in (*one.numerator, *one.denominator)}
    tables |= {GIVEN} & {one.kind for one in used}
    found = [one for one in workspace.deliveries_in_force if _counts(one, tables, _end(plan))]
    definitions = {
        f"plan {name}": plan.model_dump_json(exclude={"title", "report"}, exclude_defaults=True),
        **{f"indicator {one.id}": one.model_dump_json(exclude_defaults=True) for one in used},
        **{f"index {one}": definition.model_dump_json(exclude_defaults=True) for one, definition in indices.items()},
        **{f"source {one}": _meaning(workspace, one, tables) for one in {each.source for each in found}},
        "areas ": _areas(workspace),
    }
    return Basis(tuple(one.id for one in found), {one: _fingerprint(definitions[one]) for one in sorted(definitions)})


def moved(before: Basis, now: Basis) -> Iterator[Fault]:
    """What is not as it was any more, each with what to do."""
    for delivery in sorted(set(before.deliveries) - set(now.deliveries)):
        what = "Since this draft was prepared, the delivery {delivery} was undone; the draft still counts it."
        yield Fault("delivery_undone", what, remedy=AGAIN, values={"delivery": delivery})
    for delivery in sorted(set(now.deliveries) - set(before.deliveries)):
        what = "Since this draft was prepared, the delivery {delivery} has come; the draft does not count it."
        yield Fault("delivery_came", what, remedy=AGAIN, values={"delivery": delivery})
    for kind, name in _changed(before.definitions, now.definitions):
        yield Fault("definition_changed", CHANGED[kind], remedy=AGAIN, values={"name": name})


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[tuple[str, str]]:
    """Kind and name of what is another one; a plan alone, since all else follows from it."""
    differing = [one for one in sorted({*before, *now}) if before.get(one) != now.get(one)]
    found = [(kind, name) for kind, _, name in (one.partition(" ") for one in differing)]
    common = [(kind, name) for kind, name in found if kind != "source" or f"source {name}" in set(before) & set(now)]
    return [one for one in found if one[0] == "plan"] or common


def _indices(workspace: Workspace, plan: ReleasePlan) -> Iterator[tuple[str, Any]]:
    from sozialraum.analysis import index_definition

    for one in plan.index:
        yield one.definition, index_definition(one.definition, workspace.folder / "indices")


def _used(workspace: Workspace, plan: ReleasePlan, indices: Iterable[Any]) -> list[Indicator]:
    """Every indicator behind the figures, those that others are made of as well."""
    from sozialraum.workspace.indices import wanted

    open_ = [one for part in (*plan.figures, *plan.analysis) for one in part.indicators]
    open_ += [one for index in indices for one in wanted(index, workspace)] + [one.residents for one in plan.index]
    found: dict[str, Indicator] = {}
    while open_:
        one = workspace.catalogue.get(open_.pop())
        if one is not None and one.id not in found:
            found[one.id] = one
            open_ += [one.of, *(part.indicator for part in one.parts)]
    return list(found.values())


def _counts(one: StoredDelivery, tables: set[str], end: Any) -> bool:
    """Whether a delivery feeds one of these fact tables with anything that does not lie after the figures."""
    held = [Period.parse(label).start for label in one.periods]
    return not tables.isdisjoint(one.record.get("rows", {})) and (not held or min(held) <= end)


def _end(plan: ReleasePlan) -> Any:
    """The last day that the figures are about."""
    labels = [label for part in (*plan.figures, *plan.analysis) for label in part.labels]
    return max(Period.parse(label).end for label in [*labels, *(one.period for one in plan.index)])


def _meaning(workspace: Workspace, source: str, tables: set[str]) -> str:
    """What a source tells the engine beside its facts; how its files are read matters to later deliveries only."""
    one = workspace.sources.get(source)
    return json.dumps(one and [one.protected, [(table, one.absent_for(table)) for table in sorted(tables)]])


def _areas(workspace: Workspace) -> str:
    """Levels, vintages and crosswalks as declared, with the bytes of every file that they name."""
    from sozialraum.sources import sha256

    declared = workspace.settings.areas.model_dump(mode="json", exclude_defaults=True)
    named = set(_files(declared))
    return json.dumps([declared, [sha256(workspace.folder / one) for one in sorted(named)]])


def _files(declared: Any) -> Iterator[str]:
    if isinstance(declared, dict):
        yield from (text for key, text in declared.items() if key == "file" and isinstance(text, str))
    for one in declared.values() if isinstance(declared, dict) else declared if isinstance(declared, list) else ():
        yield from _files(one)


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
