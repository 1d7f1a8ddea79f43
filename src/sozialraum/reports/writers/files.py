"""Writing a file whole or not at all."""

from __future__ import annotations

from pathlib import Path

from sozialraum.writing import whole_file


def keep(path: Path | str, content: bytes) -> Path:
    """Writes beside, syncs and renames into place; folders on the way are made. Gives the path."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(target) as partial:
        partial.write_bytes(content)
    return target
