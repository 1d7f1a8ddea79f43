"""How much work a search may take: counted in rounds and nodes, so that the same input gives the same bytes."""

from __future__ import annotations

from dataclasses import dataclass

from sozialraum.protection.tables.solver import IDLE

EFFORTS = ("usual", "thorough")
SMALL = 1_000  # cells that may be hidden: all levels as one problem, until nothing is open
LARGE = 50_000
SOON = 2  # rounds: a last model begins from a choice near the cheapest, and keeps few cuts


@dataclass(frozen=True, slots=True)
class Effort:
    """Rounds of cuts per problem, nodes per model, gap of the first model and of those with cuts.

    `near`: whether a choice near the cheapest is enough before the last round; `idle`: rounds of the solver after which it
    lets go of cuts of its own that hold nothing back; `levels`: whether the levels are solved one after another.
    """

    rounds: int
    nodes: int = 40
    gap: float = 5e-3
    rough: float = 5e-3
    near: bool = False
    idle: int = IDLE
    levels: bool = True


def effort(cells: int, weight: str, asked: str) -> Effort:
    """What suits a system with that many cells that may be hidden; fewest cells is harder, as all cost the same."""
    if asked == "thorough":
        return Effort(6, rough=1e-3) if cells > SMALL else Effort(30, 2_000, 1e-6, 1e-6, levels=False)
    few = cells <= LARGE
    return Effort(3 + few) if weight == "cells" else Effort(2 * few, rough=1e-2, near=few, idle=SOON if few else IDLE)
