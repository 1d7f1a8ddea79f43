"""Protection of a table of 8,748 cells, beside Tau-Argus.

The table is synth_m where SOZIALRAUM_DATA names its folder, else a town of the same kind. Ours is the whole process with
start, reading, audit, certificates, verifier and files.

The other side is the method MOD (HiTaS) of pytauargus 0.6.0 from PyPI, which proves nothing; install it for this run, it
is no dependency. Compared is its shortest call, MOD(1), with the package's own defaults: none of its three extra protections
(single cases against single ones, against larger cells, minimum frequency). Loading the package and making a record for each
of 113,000 persons, which it needs, are counted, as our start and reading are; together they take less than half a second.
FREQ(3,30) asks for an interval of 30 percent around a hidden count, 0.7 to 1.3 around a 1; ours proves 0 to at least 3.

With BENCHMARK_MOD=all it is also timed as other packages call it by default, MOD(1,5,1,0,0) in rtauargus and MOD(1,1,1,1,1)
in sdcTable, and with an interval near to ours, FREQ(3,100): 0 to twice the count. That takes minutes.
"""

from __future__ import annotations

import os
import time
from contextlib import chdir
from pathlib import Path
from typing import Any

from benchmarks._towns import MIDDLE, price, protect, read_town, write_town

AIM = "under 3 s, and 1/25 of the time of MOD"
PEER, COMPARED = "pytauargus", False
CALLS = (
    ("MOD(1)", "FREQ(3,30)"),
    ("MOD(1,5,1,0,0)", "FREQ(3,30)"),
    ("MOD(1,1,1,1,1)", "FREQ(3,30)"),
    ("MOD(1)", "FREQ(3,100)"),
)
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
    people = _people(folder)
    return _hidden(folder, people, *CALLS[0])


def _people(folder: Path) -> dict[str, list[Any]]:
    """One record a person, as the package reads them."""
    town = read_town(folder / "town.csv")
    times = [int(count) for count in town["n"]]
    people: dict[str, list[Any]] = {
        name: [code for code, many in zip(town[column], times, strict=True) for _ in range(many)]
        for name, column in NAMES.items()
    }
    people["persons"] = [1] * sum(times)
    return people


def _hidden(folder: Path, people: dict[str, list[Any]], suppress: str, rule: str) -> dict[str, Any]:
    """How many cells are sensitive, and how many more are hidden."""
    from pytauargus import protect as tau_argus

    trees = {name: str(folder / f"{name}.hrc") for name in TREES}
    with chdir(folder):  # its solver writes logs where it stands
        found = tau_argus(
            people,
            list(NAMES),
            response="persons",
            safety_rules=rule,
            suppress=suppress,
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
    said = [_compared(CALLS[0], other["answer"], other["seconds"], one["seconds"])]
    for call in CALLS[1:] if os.environ.get("BENCHMARK_MOD") == "all" else ():
        started = time.perf_counter()
        answer = _hidden(folder, _people(folder), *call)
        said.append(_compared(call, answer, time.perf_counter() - started, one["seconds"]))
    return "\n".join([price(folder), *said])


def _compared(call: tuple[str, str], answer: dict[str, int], seconds: float, ours: float) -> str:
    hidden = sum(answer.values())
    return f"  {', '.join(call)}: {hidden:,} hidden in {seconds:.1f} s, {seconds / ours:.1f} times ours on the clock"
