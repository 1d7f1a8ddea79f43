"""What every reader gives back: a table of texts with the row numbers that a spreadsheet would show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sozialraum.errors import Fault, Place

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Sheet:
    """Texts as they came. A null is a cell that does not exist, "" is an empty cell.

    `table` holds string columns; `rows` the row of each in the file, from 1; `header` every column name in the file
    (`table` may hold fewer); `points` shapely points, one per row, where the file has places instead of area keys;
    `recognised` what the reader found out by itself (encoding, delimiter, sheet).
    """

    file: str
    table: pa.Table
    rows: Rows
    header: tuple[str, ...] = ()
    sheet: str = ""
    faults: tuple[Fault, ...] = ()
    points: Any = None
    crs: str = ""
    recognised: Mapping[str, Any] = field(default_factory=dict)
    _coded: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def coded(self, column: str) -> tuple[npt.NDArray[np.int32], list[str]]:
        """Codes per row and distinct texts of a column, made once (see `coded`)."""
        if column not in self._coded:
            self._coded[column] = coded(self.table[column])
        found: tuple[npt.NDArray[np.int32], list[str]] = self._coded[column]
        return found

    def place(self, row: int | None = None, column: str = "") -> Place:
        """Where in the file; `row` as a spreadsheet counts."""
        return Place(self.file, self.sheet, row, column)

    def keep(self, mask: npt.NDArray[np.bool_]) -> Sheet:
        """Only the rows where the mask is true."""
        if mask.all():
            return self
        points = None if self.points is None else self.points[mask]
        return replace(self, table=self.table.filter(pa.array(mask)), rows=self.rows[mask], points=points)

    def with_column(self, name: str, texts: Any) -> Sheet:
        """The same sheet with this column replaced or added."""
        if name in self.table.column_names:
            table = self.table.set_column(self.table.column_names.index(name), name, texts)
        else:
            table = self.table.append_column(name, texts)
        return replace(self, table=table)


def nothing(file: str, faults: tuple[Fault, ...], header: tuple[str, ...] = (), sheet: str = "") -> Sheet:
    """A sheet that could not be read, with the reasons."""
    return Sheet(file, pa.table({}), np.empty(0, np.int64), header, sheet, faults)


def coded(texts: Any) -> tuple[npt.NDArray[np.int32], list[str]]:
    """Codes per row (-1 where there is no cell) and the distinct texts, so that work is done once per text."""
    encoded = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    if isinstance(encoded, pa.ChunkedArray):  # no chunk at all, or more text than one array can hold
        encoded = pa.concat_arrays(encoded.chunks) if encoded.num_chunks else pa.array([], pa.string())
    if pa.types.is_null(encoded.type):
        return np.full(len(encoded), -1, np.int32), []
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return codes, encoded.dictionary.to_pylist()
