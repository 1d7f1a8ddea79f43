"""Protection of a table of 8,748 cells, beside Tau-Argus.

The table is synth_m where SOZIALRAUM_DATA names its folder, else a town of the same kind. Ours is the whole process with
start, reading, audit, certificates, verifier and files, run five times: the median counts.

The other side is the method MOD (HiTaS) of pytauargus 0.6.0 from PyPI; install it for this run, it is no dependency. Loading
the package and making a record for each person, which it needs, are counted, as our start and reading are; together they
take less than half a second. Two of its calls are timed in every run and both are printed:

* MOD(1), FREQ(3,100) is the row that is compared. Its interval, 0 to twice the count, is the nearest to ours that the package
  can be asked for: 0 to at least 3. For a 1 it is less than ours (2 instead of 3), for a 2 it is more (4 instead of 3).
* MOD(1), FREQ(3,30) is the package's shortest call, with its defaults: an interval of 30 percent, 0.7 to 1.3 around a 1,
  which rounds to the 1 itself.

None of its three extra protections is on (single cases against single ones, against larger cells, minimum frequency). It
keeps its intervals subtable by subtable and proves nothing for the whole: under each row stands what all its published
numbers together still tell of the sensitive ones, found by our audit. Ours tells of none, and refuses to be written else.

With BENCHMARK_MOD=all it is also timed as other packages call it by default, MOD(1,5,1,0,0) in rtauargus and MOD(1,1,1,1,1)
in sdcTable. That takes minutes.
"""

from __future__ import annotations

import os
import time
from contextlib import chdir
from pathlib import Path
from typing import Any

from benchmarks._towns import MIDDLE, price, protect, read_town, town_system, write_town

AIM = "under 3 s, and 1/25 of the time of MOD(1), FREQ(3,100)"
PEER, COMPARED, RUNS = "pytauargus", False, {"ours": 5}
CALLS = (("MOD(1)", "FREQ(3,100)"), ("MOD(1)", "FREQ(3,30)"))
MORE_CALLS = (("MOD(1,5,1,0,0)", "FREQ(3,30)"), ("MOD(1,1,1,1,1)", "FREQ(3,30)"))
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
    """MOD on one record a person, with the interval nearest to ours."""
    return _hidden(folder, _people(folder), *CALLS[0])


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


def _told(folder: Path) -> tuple[int, int]:
    """Of how many sensitive cells the published ones of the last call tell the number, or more than the rule allows."""
    import numpy as np
    from pytauargus.result import parse_simple_tab

    from sozialraum.protection.tables.audit import Attack, Proof, open_cells
    from sozialraum.protection.tables.model import lines

    rows = parse_simple_tab(folder / "tab1.tab", list(NAMES), "persons")
    published = {tuple(row[name] for name in NAMES) for row in rows if row["status"] not in "UM"}
    cells, asked = town_system(folder)
    codes, places = lines(cells.dimensions)
    hidden = np.ones(len(cells.values), dtype=bool)
    hidden[places[[one in published for one in zip(*codes.values(), strict=True)]]] = False
    attack, proof = Attack(cells.relations, cells, asked, hidden), Proof(np.zeros((2, len(hidden)), dtype=bool))
    attack.prove(proof)
    still = asked.sensitive[attack.cells] & (attack.groups.sign == 0)
    narrowed = {cell for cell, _ in open_cells(proof, asked)}
    return int(still.sum()), len(narrowed)


def more(folder: Path, one: dict[str, Any], other: dict[str, Any] | None) -> str:
    """Both results in words."""
    if not other:
        return price(folder) + "\n  pytauargus is not installed: nothing to compare with."
    said = [_compared(folder, CALLS[0], other["answer"], other, one)]
    for call in CALLS[1:] + (MORE_CALLS if os.environ.get("BENCHMARK_MOD") == "all" else ()):
        started, busy = time.perf_counter(), time.process_time()
        answer = _hidden(folder, _people(folder), *call)
        spent = {"seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - busy}
        said.append(_compared(folder, call, answer, spent, one))
    return "\n".join([price(folder), *said])


def _compared(
    folder: Path, call: tuple[str, str], answer: dict[str, int], spent: dict[str, Any], ours: dict[str, Any]
) -> str:
    exactly, narrowed = _told(folder)
    clock, busy = spent["seconds"] / ours["seconds"], spent["cpu_seconds"] / ours["cpu_seconds"]
    return (
        f"  {', '.join(call)}: {sum(answer.values()):,} hidden in {spent['seconds']:.1f} s, {clock:.1f} times ours on the clock, "
        f"{busy:.1f} times on the processor; of {answer['primary']} sensitive cells the published ones tell {exactly} exactly, "
        f"{narrowed} nearer than our rule allows"
    )
