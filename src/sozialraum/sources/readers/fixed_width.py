"""Text files without header and delimiter, by a layout that the source declares."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.errors import Fault, Place
from sozialraum.sources.definition import FileSettings
from sozialraum.sources.readers import header
from sozialraum.sources.readers.encoding import to_utf8
from sozialraum.sources.readers.sheet import Sheet, nothing


def read_fixed_width(path: Path, settings: FileSettings, needed: Sequence[str]) -> Sheet:
    """The needed fields as texts without blanks around them; lines of another length are faults."""
    data, encoding, faults = to_utf8(path.read_bytes(), settings.encodings, path.name)
    names = tuple(field.name for field in settings.layout)
    faults += header.faults(names, needed, Place(path.name))
    if not data or faults:
        return nothing(path.name, tuple(faults), names)
    lines = pa.array(data.decode().splitlines()[settings.skip :], pa.string())
    rows = np.arange(1, len(lines) + 1, dtype=np.int64) + settings.skip
    filled = pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(lines)), 0)
    lines, rows = lines.filter(filled), rows[filled.to_numpy(zero_copy_only=False)]
    wanted = max(field.start + field.length - 1 for field in settings.layout)
    short = pc.less(pc.utf8_length(lines), wanted).to_numpy(zero_copy_only=False)
    faults += [_short(path.name, int(row), wanted, row == rows[-1]) for row in rows[short][:20]]
    fields = {
        field.name: pc.utf8_trim_whitespace(
            pc.utf8_slice_codeunits(lines, field.start - 1, field.start - 1 + field.length)
        )
        for field in settings.layout
        if not needed or field.name in needed
    }
    return Sheet(path.name, pa.table(fields), rows, names, faults=tuple(faults), recognised={"encoding": encoding})


def _short(file: str, row: int, wanted: int, last: bool) -> Fault:
    return Fault(
        "truncated" if last else "ragged_row",
        "The row is shorter than the {wanted} characters of the declared layout.",
        Place(file, row=row),
        why="The file was cut off, or it has another layout.",
        remedy="Ask for the whole file again and for its record layout.",
        values={"wanted": wanted},
    )
