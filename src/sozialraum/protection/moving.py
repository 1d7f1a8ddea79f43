"""Rows of a program in which people come and go: numbers as sums over every piece of ground and some groups of people.

What both searches for other populations ask: that published numbers stay, that no rest is less than nobody, and how far
a secret moves. Columns are places, piece by piece.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sozialraum.protection.proved import Secret
from sozialraum.protection.tables import together

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]


def numbers(secret: Secret, groups: Ints, which: Marks) -> csr_matrix:
    """The marked numbers (areas x counts) that hold some of these groups."""
    from scipy.sparse import kron

    inside = secret.about.counts[groups]
    columns = np.flatnonzero(np.asarray(abs(inside).sum(axis=0)).ravel())
    return kron(secret.about.zones, inside[:, columns].T).tocsr()[np.flatnonzero(which[:, columns].ravel())]


def rests(secret: Secret, groups: Ints) -> tuple[csr_matrix, Floats]:
    """The rests of these groups that are known, and how far each may fall."""
    from scipy.sparse import kron

    inside = (secret.about.counts[groups] @ secret.rests).tocsc()
    pairs = np.flatnonzero(np.diff(inside.indptr))
    known = secret.base[:, pairs] >= 0
    rows = kron(secret.about.zones, inside[:, pairs].T).tocsr()[np.flatnonzero(known.ravel())]
    return rows, secret.base[:, pairs][known].astype(np.float64)


def secret_row(secret: Secret, place: int, groups: Ints) -> csr_matrix:
    """One secret, as one row."""
    from scipy.sparse import kron

    form = (secret.about.counts[groups] @ secret.forms[:, [int(secret.which[place])]]).T
    return kron(secret.about.zones[[int(secret.rows[place])]], form).tocsr()


def groups_in(secret: Secret, place: int) -> Marks:
    """The groups that a count of that secret holds."""
    form = secret.forms[:, [int(secret.which[place])]]
    return np.asarray((abs(secret.about.counts) @ abs(form)).toarray()).ravel() > 0


def tied(secret: Secret, through_rests: bool = False) -> Ints:
    """Labels of the groups: the same for those that counts add up, or that stand in base and part of one rest."""
    from scipy.sparse import hstack

    counts = abs(secret.about.counts)
    added = hstack([counts, counts @ abs(secret.rests)]) if through_rests else counts
    return together(added.T.tocsr())
