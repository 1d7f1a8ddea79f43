"""The parts of a block that have nothing to do with each other: columns tied by cells that may move."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sozialraum.protection.linked.block import Ints, Marks
from sozialraum.protection.tables import System, Task, plain

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Equation = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Part:
    """Some columns of a block as a system of their own."""

    columns: Ints
    system: System
    task: Task


def needed(whole: System, task: Task, equations: Sequence[Equation]) -> Marks:
    """Columns that cannot stay whole: those with a sensitive cell, and of each small group one count that leads to it."""
    sensitive: Marks = np.asarray(task.sensitive.reshape(whole.shape).any(axis=0))
    found = sensitive.copy()
    persons = whole.values.reshape(whole.shape).max(axis=0)
    published: Marks = np.asarray((whole.times.reshape(whole.shape) > 0).any(axis=0))
    for places in ([place for _, place in equation] for equation in equations):
        if sensitive[places].any() and not (found & published)[places].any():
            shown = [place for place in places if published[place]]
            found[min(shown, key=lambda place: (int(persons[place]), place), default=places[0])] = True
    return found


def wider(columns: Marks, open_: Sequence[int], equations: Sequence[Equation]) -> Marks:
    """These columns and all that stand in one equation with columns that could not be protected."""
    found = columns.copy()
    for places in ([place for _, place in equation] for equation in equations):
        if set(places) & set(open_):
            found[places] = True
    return found


def sparing(task: Task, columns: Marks) -> Task:
    """The same task, but all other columns stay whole: what is nowhere small is shown everywhere."""
    return replace(task, free=task.free & np.tile(columns, len(task.free) // len(columns)))


def parts(whole: System, task: Task) -> Iterator[Part]:
    """The parts with a sensitive cell."""
    movable = task.free | task.kept | task.sensitive
    relations = whole.relations[:, np.flatnonzero(movable)]
    label = _tied(relations, np.flatnonzero(movable) % whole.shape[1], whole.shape[1])
    for one in np.unique(label[task.sensitive.reshape(whole.shape).any(axis=0)]).tolist():
        yield _part(whole, task, movable, np.flatnonzero(label == one))


def _tied(relations: csr_matrix, columns: Ints, size: int) -> Ints:
    """A label for every column; columns with movable cells in one relation have the same."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    filled = np.flatnonzero(np.diff(relations.indptr))
    first = np.repeat(relations.indices[relations.indptr[filled]], np.diff(relations.indptr)[filled])
    links = coo_matrix(
        (np.ones(relations.nnz, dtype=bool), (columns[first], columns[relations.indices])), shape=(size, size)
    )
    return connected_components(links.tocsr(), directed=False)[1].astype(np.int64)  # type: ignore[no-any-return]


def _part(whole: System, task: Task, movable: Marks, columns: Ints) -> Part:
    areas, one = whole.dimensions
    cells = (np.arange(whole.shape[0])[:, None] * whole.shape[1] + columns[None, :]).ravel()
    rows = np.diff(whole.relations[:, cells[movable[cells]]].indptr) > 0
    dimension = plain(one.name, [one.codes[column] for column in columns.tolist()])
    system = System((areas, dimension), whole.values[cells], whole.relations[rows][:, cells], whole.times[cells])
    return Part(columns, system, Task(**{name.name: getattr(task, name.name)[cells] for name in fields(Task)}))
