"""Releases a city of 1,200 blocks on four levels: 19,894 values of two years through the gate, and an attack on them.

Searched, proved and written as `ws.release` does it; afterwards an attacker who knows all of it bounds every small secret.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks._blocks import City, write_city

AIM = "under 60 s and 512 MB, nothing narrowed"


def prepare(folder: Path) -> None:
    """200 quarters of 6 blocks in 20 districts, nothing released."""
    write_city(folder / "city", City(20, 10, 6, 320.0, (2023, 2024)))


def ours(folder: Path) -> dict[str, int]:
    """Values and hidden ones."""
    from sozialraum.workspace import open as open_workspace

    flags = open_workspace(folder / "city").release_planned("bericht", by="A").table["flag"].to_pylist()
    return {"values": len(flags), "hidden": flags.count("suppressed")}


def more(folder: Path, _one: dict[str, Any], _other: dict[str, Any] | None) -> str:
    """What the attacker found."""
    from sozialraum.workspace import open as open_workspace
    from tests.attack.workspaces import attacked

    found = attacked(open_workspace(folder / "city"))
    return f"  {found.published:,} counts published, {found.secrets:,} small secrets attacked, {len(found.narrowed)} narrowed"
