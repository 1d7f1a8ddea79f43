"""Protection of a table of 8,748 cells, beside Tau-Argus.

The table is synth_m where SOZIALRAUM_DATA names its folder, else a town of the same kind. Ours is the whole process with
audit, certificates, verifier and files. The other side is the method MOD (HiTaS) of pytauargus 0.6.0 from PyPI, which
proves nothing; its own call alone is timed. Install it for this run: it is no dependency.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from benchmarks._towns import MIDDLE, price, protect, read_town, write_town

AIM = "under 3 s, and 1/25 of the time of MOD"
PEER, COMPARED = "pytauargus", False
NAMES = {"block": "block", "age": "age", "sex": "sex", "state": "status"}  # Tau-Argus keeps 'status' for itself
TREES = {"block": ("stadtteil", "quartier", "block"), "age": ("agegrp", "age")}


def prepare(folder: Path) -> None:
    """The cells and the trees of codes that Tau-Argus reads."""
    shared = Path(os.environ.get("SOZIALRAUM_DATA", "")) / "suppression" / "synth_m.csv"
    if os.environ.get("SOZIALRAUM_DATA") and shared.exists():
        (folder / "town.csv").write_bytes(shared.read_bytes())
    else:
        write_town(folder / "town.csv", MIDDLE)
    town = read_town(folder / "town.csv")
    for name, levels in TREES.items():
        (folder / f"{name}.hrc").write_text(_tree([town[level] for level in levels]), encoding="utf-8")


def _tree(levels: list[list[str]]) -> str:
    """Every code once, coarsest first, '@' for each level below the first."""
    lines: list[str] = []
    for codes in sorted(set(zip(*levels, strict=True))):
        lines += ["@" * depth + code for depth, code in enumerate(codes)]
    return "\n".join(dict.fromkeys(lines)) + "\n"


def ours(folder: Path) -> dict[str, Any]:
    """`run protect`."""
    return protect(folder)


def peer(folder: Path) -> dict[str, Any]:
    """MOD on one record a person."""
    from pytauargus import protect as tau_argus

    town = read_town(folder / "town.csv")
    times = [int(count) for count in town["n"]]
    people: dict[str, list[Any]] = {
        name: [code for code, many in zip(town[column], times, strict=True) for _ in range(many)]
        for name, column in NAMES.items()
    }
    people["persons"] = [1] * sum(times)
    trees = {name: str(folder / f"{name}.hrc") for name in TREES}
    found = tau_argus(
        people,
        list(NAMES),
        response="persons",
        safety_rules="FREQ(3,30)",
        suppress="MOD(1)",
        hrc=trees,
        hierleadstring="@",
        workdir=str(folder),
    )
    status = found.tables[0].status()
    return {"primary": status.count("U"), "secondary": status.count("M")}


def more(folder: Path, one: dict[str, Any], other: dict[str, Any] | None) -> str:
    """Both results in words."""
    if not other:
        return price(folder) + "\n  pytauargus is not installed: nothing to compare with."
    ratio, hidden = other["seconds"] / one["seconds"], sum(other["answer"].values())
    return f"{price(folder)}\n  MOD: {hidden:,} hidden; {ratio:.1f} times our seconds on the clock"
