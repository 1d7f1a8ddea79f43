"""One reader per kind of file; each gives back one `Sheet`, so that everything behind is independent of the kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from sozialraum.errors import Fault, Place
from sozialraum.sources.definition import FileSettings, LayoutField
from sozialraum.sources.readers.sheet import Sheet, coded, nothing
from sozialraum.sources.readers.unpacking import oversized

__all__ = ["Sheet", "coded", "nothing", "oversized", "read_sheet"]

KINDS = {
    "csv": ("sozialraum.sources.readers.csv", "read_csv"),
    "xlsx": ("sozialraum.sources.readers.xlsx", "read_xlsx"),
    "genesis": ("sozialraum.sources.readers.genesis", "read_genesis"),
    "fixed_width": ("sozialraum.sources.readers.fixed_width", "read_fixed_width"),
    "points": ("sozialraum.sources.readers.points", "read_points"),
}
"""Kind of file -> module and function that reads it."""


def read_sheet(path: Path, settings: FileSettings, needed: Sequence[str]) -> Sheet:
    """The sheet of a file, read as its source declares; faults of the file stand in the sheet, nothing is raised."""
    from importlib import import_module

    if not path.is_file():
        return nothing(
            path.name, (Fault("no_file", "There is no such file.", Place(str(path)), remedy="Check the path."),)
        )
    fault = oversized(path)
    if fault:
        return nothing(path.name, (fault,))
    module, function = KINDS[settings.reader]
    read: Callable[[Path, FileSettings, Sequence[str]], Sheet] = getattr(import_module(module), function)
    sheet = read(path, settings, needed)
    for field in settings.layout:
        if field.codes and field.name in sheet.table.column_names:
            sheet = sheet.with_column(field.name, _told(sheet, field))
    return sheet


def _told(sheet: Sheet, field: LayoutField) -> pa.Array:
    """The meanings of a field's codes; texts without a declared meaning stay as they are."""
    codes, texts = sheet.coded(field.name)
    words = pa.array([*(field.codes.get(text.strip(), text) for text in texts), None], pa.string())
    return words.take(pa.array(np.where(codes < 0, len(texts), codes)))
