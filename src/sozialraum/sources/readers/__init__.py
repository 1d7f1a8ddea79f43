"""One reader per kind of file; each gives back one `Sheet`, so that everything behind is independent of the kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sozialraum.errors import Fault, Place
from sozialraum.sources.definition import FileSettings
from sozialraum.sources.readers.sheet import Sheet, coded, nothing

__all__ = ["Sheet", "coded", "nothing", "read_sheet"]

KINDS = {
    "csv": ("sozialraum.sources.readers.csv", "read_csv"),
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
    module, function = KINDS[settings.reader]
    read: Callable[[Path, FileSettings, Sequence[str]], Sheet] = getattr(import_module(module), function)
    return read(path, settings, needed)
