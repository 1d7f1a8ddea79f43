"""Writing a file whole or not at all."""

from __future__ import annotations

from pathlib import Path

from sozialraum.writing import write_whole


def keep(path: Path | str, content: bytes) -> Path:
    """Writes the file, which appears when it is complete; folders on the way are made. Gives the path."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole({target: content})
    return target
