"""What sums over years leave over: two years less one of them, three less two, or less a part of the people in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from sozialraum.protection.proved.counting import added_up, is_group
from sozialraum.protection.proved.populations import Form, Populations

Ints = npt.NDArray[np.int64]


def left_years(about: Populations) -> Iterator[tuple[Form, int]]:
    """Groups that are left when counts of some years are taken from a sum over more, and how often each is counted."""
    held = about.counts.toarray()
    years = [frozenset(period for _, _, period in added_up(*column)[1]) for column in about.columns]
    people = [at for (count, _), at in about.columns.items() if is_group(count)]
    for head in (at for at in people if len(years[at]) > 1):
        inner = [at for at in people if years[at] < years[head] and (held[:, at] <= held[:, head]).all()]
        inner += [at for at in people if years[at] == years[head] and about.scale[at] != about.scale[head]]
        for minus in (*([at] for at in inner), *_years_of(about, held, head, inner)):
            left = held[:, head] - held[:, minus].sum(axis=1)
            times = int(left.max(initial=0))
            if times > 0 and ((left == 0) | (left == times)).all():
                yield ((head, 1), *((at, -1) for at in minus)), times


def _years_of(about: Populations, held: Ints, head: int, inner: Sequence[int]) -> Iterator[list[int]]:
    """Two or more counts of single years that a sum adds up."""
    periods = np.array([cell.period for cell in about.block.cells])
    single = {}
    for at in inner:
        here = np.isin(periods, periods[held[:, at] > 0])
        if len(set(periods[here])) == 1 and (held[here, at] == held[here, head]).all():
            single[periods[here][0]] = at
    for size in range(2, len(single) + 1):
        yield from (list(some) for some in combinations(single.values(), size))
