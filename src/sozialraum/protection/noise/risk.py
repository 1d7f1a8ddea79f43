"""What two noisy counts tell about the persons between them: one area inside another, or two times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sozialraum.protection.noise.maximum_entropy import Floats, Ints
from sozialraum.protection.noise.perturbation import PerturbationTable

SMALL = (1, 2)


@dataclass(frozen=True, slots=True)
class DifferenceRisk:
    """`observed`: differences of two noisy counts; `posterior`: probability that the true one is 1 or 2 given each.

    `chance`: how often each is seen when the true difference is 1 or 2. `mean`: posterior averaged over these;
    `certain`: how often the difference is then given away for sure. `prior`: what was held likely before looking.
    """

    observed: Ints
    posterior: Floats
    chance: Floats
    prior: float

    @property
    def mean(self) -> float:
        """Posterior of 1 or 2, on average over what is seen when it is true."""
        return float(self.posterior @ self.chance)

    @property
    def certain(self) -> float:
        """Probability of seeing a difference that leaves only 1 or 2, when it is true."""
        return float(self.chance[self.posterior > 1 - 1e-9].sum())


def difference_risk(table: PerturbationTable, prior: Floats | None = None) -> DifferenceRisk:
    """Risk of differencing two large counts, one a part of the other, whose sets of persons differ.

    `prior`: weight of true differences 1, 2, ...; equal up to four times the largest change when not given.
    The noises of different sets of persons are independent, so their difference has twice the variance.
    """
    offsets, p = table.rows[-1]
    largest = int(np.abs(offsets).max())
    weights = np.ones(max(4 * largest, 3)) if prior is None else np.asarray(prior, dtype=np.float64)
    weights = weights / weights.sum()
    one = np.zeros(2 * largest + 1)
    one[offsets + largest] = p
    noise = np.convolve(one, one[::-1])  # differences of two noises, -2D to 2D
    seen = np.zeros((len(weights), len(weights) + 4 * largest))
    for at in range(len(weights)):
        seen[at, at : at + 4 * largest + 1] = noise
    joint = seen * weights[:, None]
    small = joint[: len(SMALL)].sum(axis=0)
    possible = np.flatnonzero(joint.sum(axis=0) > 0)
    posterior = small[possible] / joint.sum(axis=0)[possible]
    chance = small[possible] / small.sum()
    return DifferenceRisk(possible + 1 - 2 * largest, posterior, chance, float(weights[: len(SMALL)].sum()))
