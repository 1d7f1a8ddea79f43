"""All releases of a workspace together, as an attacker sees them; what they hide, from the ledger of the house."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from sozialraum.workspace import Workspace
from sozialraum.workspace.ground import ground
from sozialraum.workspace.house.ledger import earlier_releases
from tests.attack.attacker import Attacker, Place, Secret, secrets_in

WHOLE = 1e-6


class Attacked(NamedTuple):
    """Published and hidden counts, small secrets among these, and those of which more is known than the rule allows."""

    published: int
    hidden: int
    secrets: int
    narrowed: list[tuple[Secret, float, float]]


def attacked(workspace: Workspace, minimum: int = 3, every: int = 1) -> Attacked:
    """Every `every`th small secret of all releases attacked with everything that they publish.

    Shares of counts, where boundaries changed, are left out: they are estimates.
    """
    attacker, truth, shares = heard(workspace)
    secrets = secrets_in(attacker, truth, shares, minimum)
    narrowed = attacker.narrowed(secrets[::every], minimum)
    return Attacked(len(attacker.known), len(truth) - len(attacker.known), len(secrets), narrowed)


def heard(workspace: Workspace) -> tuple[Attacker, dict[tuple[Place, tuple[str, str]], float], set[str]]:
    """The attacker with all published counts, every number of the house, and the indicators that are shares."""
    told, levels = earlier_releases(workspace.folder), workspace.areas.levels
    described = [one for before in told for one in before.figures.descriptions]
    declared = {
        one.id: {role: parts for role, parts in one.conditions.items() if parts}
        for one in described
        if one.counts and not one.protected_at_source
    }
    rows = [
        row
        for before in told
        for row in before.figures.table.to_pylist()
        if row["indicator"] in declared and row["level"] in levels
    ]
    held = defaultdict(set)
    zonings = sorted({(row["level"], row["vintage"]) for row in rows})
    for number, piece in enumerate(ground(workspace.areas)(zonings)):
        for zoning, area in piece.items():
            held[*zoning, area].add(number)
    attacker = Attacker(declared, {area: frozenset(pieces) for area, pieces in held.items()})
    hidden = [row for before in told if before.secrets for row in before.secrets.table.to_pylist()]
    truth = {
        (Place(row["level"], row["vintage"], row["area"], row["period"]), (row["indicator"], role)): row[role]
        for row in [*hidden, *rows]
        for role in declared.get(row["indicator"], {})
        if row[role] is not None
    }
    whole = {key: number for key, number in truth.items() if abs(2 * number - round(2 * number)) < WHOLE}
    attacker.hear(rows)
    attacker.known = {key: number for key, number in attacker.known.items() if key in whole}
    return attacker, whole, {one.id for one in described if one.part_of_denominator}
