"""Test of H against chance with the totals of areas kept too: 500 areas, 5 groups, 1,000 draws.

This is what the product does unless asked otherwise. PySAL's package has no such test; its own, which keeps less and so has
less to do, stands beside it.
"""

from __future__ import annotations

from typing import Any

from benchmarks.segregation_chance import DRAWS, LOADED, PEER, SEED, peer, plain, prepare, ready

__all__ = ["LOADED", "PEER", "ours", "peer", "plain", "prepare", "ready"]

AIM = "at least 8 times faster than the lesser test"
FLOORS = {"times": 8}


def ours(counts: Any) -> list[float]:
    """The product's permutation test as it comes."""
    import numpy as np

    from sozialraum.analysis.segregation import chance_test
    from sozialraum.analysis.segregation.measures import theil

    found = chance_test(counts, theil, DRAWS, np.random.default_rng(SEED))
    return [found.value, found.p]
