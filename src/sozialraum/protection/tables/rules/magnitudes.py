"""Dominance, p % and pq rules: which sums of amounts give one contributor away, and how far such a sum must be open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.model import System, holding

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Magnitude:
    """The rules for sums of amounts; a cell is sensitive when one of them says so.

    `contributor`: column with the contributor of each line. `dominance`: (n, q), the n largest have more than q percent.
    `p_percent`: the second largest could estimate the largest within p percent. `pq`: (p, q), the same for somebody who
    knew every contribution within q percent before. `weight`: column with the sampling weight of each line, `amount`: the
    column with the amounts before weighting; a weight of 4 stands for four contributors of that amount.
    """

    contributor: str
    dominance: tuple[int, Fraction] | None = None
    p_percent: Fraction | None = None
    pq: tuple[Fraction, Fraction] | None = None
    weight: str = ""
    amount: str = ""


def protection_levels(rule: Magnitude, total: int, amounts: Sequence[int], copies: Sequence[int]) -> int:
    """How far the sum must be open upwards and downwards (UPL = LPL), in whole units; 0 when it is not sensitive.

    `amounts`: what each contributor gives, `copies`: how many contributors of that amount it stands for. The largest n
    give T: dominance asks for 100 T / q - total. With the two largest x1 and x2 and R = total - x1 - x2, p % asks for
    p x1 / 100 - R, and pq for p x1 / q - R (Hundepool et al.: Statistical Disclosure Control, 2012, chapter 4).
    """
    order = sorted(zip(amounts, copies, strict=True), reverse=True)
    levels = [Fraction(0)]
    if rule.dominance:
        count, share = rule.dominance
        levels.append(100 * _largest(order, count) / share - total)
    first, two = _largest(order, 1), _largest(order, 2)
    levels += [part * first - (total - two) for part in _parts(rule)]
    return -int(-max(levels) // 1)


def _parts(rule: Magnitude) -> list[Fraction]:
    """The part of the largest contribution that must stay unknown, for p % and pq."""
    found = [] if rule.p_percent is None else [rule.p_percent / 100]
    return [*found, rule.pq[0] / rule.pq[1]] if rule.pq else found


def _largest(order: Sequence[tuple[int, int]], count: int) -> Fraction:
    total, left = 0, count
    for amount, copies in order:
        total += amount * min(copies, left)
        left -= min(copies, left)
        if not left:
            break
    return Fraction(total)


def copies_of(weights: Sequence[float]) -> Ints:
    """For how many contributors each line stands: its weight rounded, at least 1."""
    found: Ints = np.maximum(np.floor(np.array(weights) + 0.5), 1).astype(np.int64)
    return found


def given_by(system: System, rows: Sequence[Ints], people: Sequence[object], amounts: Ints) -> csr_matrix:
    """Inner cells x contributors: what each gives."""
    from scipy.sparse import coo_matrix

    shape = tuple(len(one.leaves) for one in system.dimensions)
    line = np.ravel_multi_index(tuple(rows), shape)
    number = np.unique(np.array(people, dtype=str), return_inverse=True)[1]
    return coo_matrix((amounts, (line, number)), shape=(int(np.prod(shape)), int(number.max(initial=-1)) + 1)).tocsr()


def levels_of(rule: Magnitude, system: System, given: csr_matrix, copies: Ints) -> Ints:
    """The protection level of every cell; `given`: inner cells x contributors, `copies` of each contributor."""
    parts = (holding(system) @ given).tocsr()
    parts.eliminate_zeros()
    ends = parts.indptr.tolist()
    return np.array(
        [
            protection_levels(rule, total, parts.data[start:end].tolist(), copies[parts.indices[start:end]].tolist())
            for total, start, end in zip(system.values.tolist(), ends, ends[1:], strict=False)
        ],
        dtype=np.int64,
    )
