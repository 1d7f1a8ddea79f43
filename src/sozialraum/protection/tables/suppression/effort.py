"""How much work a search may take: counted in rounds and nodes, so that the same input gives the same bytes."""

from __future__ import annotations

from dataclasses import dataclass

EFFORTS = ("usual", "thorough")
SMALL = 1_000  # cells that may be hidden: all levels as one problem, until nothing is open
LARGE = 50_000


@dataclass(frozen=True, slots=True)
class Effort:
    """Rounds of cuts per problem, nodes per model, gap of the first model and of those with cuts.

    `levels`: whether the levels are solved one after another.
    """

    rounds: int
    nodes: int = 40
    gap: float = 5e-3
    rough: float = 5e-3
    levels: bool = True


def effort(cells: int, weight: str, asked: str) -> Effort:
    """What suits a system with that many cells that may be hidden; fewest cells is harder, as all cost the same."""
    if asked == "thorough":
        return Effort(6, rough=1e-3) if cells > SMALL else Effort(30, 2_000, 1e-6, 1e-6, levels=False)
    usual = 0 if cells > LARGE else 1
    return Effort(usual + 3 if weight == "cells" else usual)
