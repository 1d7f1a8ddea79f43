"""Perturbation tables: for every count the probabilities of its changes, and the change that a cell key picks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import CallError
from sozialraum.protection.noise.keys import Keys
from sozialraum.protection.noise.maximum_entropy import Floats, Ints, Shape, probabilities, variance_range
from sozialraum.texts import Numeral


@dataclass(frozen=True, slots=True)
class PerturbationTable:
    """`rows[n]`: the changes of count n, ascending, and their probabilities; larger counts use the last row."""

    rows: tuple[tuple[Ints, Floats], ...]

    def row(self, count: int) -> tuple[Ints, Floats]:
        """Changes and probabilities of a count."""
        return self.rows[min(count, len(self.rows) - 1)]

    def noise(self, counts: NDArray[np.int64], keys: Keys) -> Ints:
        """The change of each cell: its key, as a number from 0 to 1, looked up in the distribution of its count."""
        place = (keys >> np.uint64(11)) * 2.0**-53  # as many bits as a float holds: never rounded up to 1
        rows = np.minimum(counts, len(self.rows) - 1)
        result = np.zeros(len(counts), dtype=np.int64)
        for number, (offsets, p) in enumerate(self.rows):
            at = np.flatnonzero(rows == number)
            ends = np.cumsum(p)[:-1]
            result[at] = offsets[np.searchsorted(ends, place[at], side="right")]
        return result

    @property
    def variance(self) -> float:
        """Variance of the noise on large counts."""
        offsets, p = self.rows[-1]
        return float(offsets**2 @ p)


@lru_cache(maxsize=64)
def perturbation_table(shape: Shape) -> PerturbationTable:
    """The maximum-entropy table of this shape; 0 stays 0. Solved once per shape; its arrays cannot be written.

    Raises: CallError naming the first count that has no such noise, with the least and the largest variance possible.
    """
    _check(shape)
    rows = [(np.array([0]), np.array([1.0]))]
    for count in range(1, shape.last + 1):
        found = probabilities(shape, count)
        if found is None:
            raise _impossible(shape, count)
        rows.append((shape.offsets(count), found))
    for part in (part for row in rows for part in row):
        part.flags.writeable = False
    return PerturbationTable(tuple(rows))


def _check(shape: Shape) -> None:
    if not 1 <= shape.largest <= 100:
        raise CallError(
            "The largest change must be a whole number from 1 to 100; {given} is given.", given=shape.largest
        )
    if not 0 <= shape.excluded <= shape.largest:
        what = "The smallest count shown must be between 1 and {largest}, one more than the largest change."
        raise CallError(what, largest=shape.largest + 1)
    if shape.stay is not None and not 0 < shape.stay < 1:
        raise CallError("The probability to stay must lie between 0 and 1; {given} is given.", given=shape.stay)
    if not 0 < shape.variance <= shape.largest**2:
        what = "The variance must lie above 0 and not above the square of the largest change; {given} is given."
        raise CallError(what, given=shape.variance)


def _impossible(shape: Shape, count: int) -> CallError:
    found = variance_range(shape, count)
    offsets = ", ".join(f"{one:+d}" for one in shape.offsets(count).tolist())
    if found is None:
        what = "A count of {count} can only change by {offsets}: no noise of mean 0 meets all conditions."
        remedy = "Allow a larger change, another probability to stay, or leave monotone out."
        return CallError(what, remedy=remedy, count=count, offsets=offsets)
    return CallError(
        "A count of {count} can only change by {offsets}: unbiased noise has a variance from {least} to {most}, "
        "not {asked}.",
        remedy="Choose a variance between them, a larger change, or a smaller count that may be shown.",
        count=count,
        offsets=offsets,
        least=Numeral(found[0], ".6g"),
        most=Numeral(found[1], ".6g"),
        asked=f"{shape.variance:g}",
    )
