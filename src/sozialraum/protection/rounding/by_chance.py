"""Rounding by chance from cell keys: unbiased, the same for the same persons in every table, sums not kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sozialraum.protection.noise.cell_key import NoisyTable, with_keys
from sozialraum.protection.noise.keys import Keys
from sozialraum.protection.rounding.splitting import Ints
from sozialraum.protection.tables.codes import Column


def by_chance(hierarchies: Sequence[Sequence[Column]], counts: Ints, keys: Keys, base: int = 3) -> NoisyTable:
    """Every combination of codes rounded to a multiple of `base`: up with probability remainder / base.

    `counts`, `keys`: of each row of the columns, as for `noise.perturbed`.
    Raises: InputError with every fault of the hierarchies. Source: Fellegi (1975).
    """
    return with_keys(hierarchies, counts, keys, lambda cells, of_cell: _change(cells, of_cell, base))


def _change(cells: Ints, keys: Keys, base: int) -> Ints:
    rest = cells % base
    place = (_mixed(keys) >> np.uint64(11)) * 2.0**-53
    return np.where(rest == 0, 0, np.where(place * base < rest, base - rest, -rest))


def _mixed(keys: Keys) -> Keys:
    """Keys stirred (the finaliser of splitmix64), so that a table with noise from the same keys tells nothing of this."""
    mixed = keys ^ (keys >> np.uint64(30))
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed
