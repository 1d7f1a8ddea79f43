"""Runs the benchmarks, or those that are named, and prints time, peak memory and ratio side by side.

`other` is the package of the field where it is installed (`pip install -e .[peers]`), otherwise the plain version. `s` is
time on the clock, `CPU s` time of the processor over all its cores; the ratio is of the latter, because other work on the
machine does not change it.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
GROUPS = ("analysis",)
ROW = "{title:<62} {ours:>8} {plain:>8} {our_cpu:>8} {plain_cpu:>8} {ratio:>8} {our_peak:>7} {plain_peak:>7}  {same}"


def main(given: list[str] | None = None) -> int:
    """0 when every benchmark ran, both sides agreed, and no floor was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"any of: {', '.join([*GROUPS, *names()])}")
    parser.add_argument("--out", type=Path, help="also write the figures with the machine's description as JSON")
    parser.add_argument("--side", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args(given)
    if arguments.side:
        print(json.dumps(measure(arguments.names[0], *arguments.side)))
        return 0
    unknown = set(arguments.names) - {*names(), *GROUPS}
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(names())}")
    print(machine())
    head = {"title": "", "ours": "s", "our_cpu": "CPU s", "our_peak": "MB", "ratio": "faster", "same": ""}
    print(ROW.format(**head, plain="other", plain_cpu="other", plain_peak="other"), flush=True)
    results = [run(one) for name in arguments.names or names() for one in members(name)]
    if arguments.out:
        arguments.out.write_text(json.dumps({"machine": machine(), "results": results}, indent=1), encoding="utf-8")
    return 0 if all(one["agree"] and not one["missed"] for one in results) else 1


def names() -> list[str]:
    """Every benchmark, by its file."""
    return sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_") and path.stem not in GROUPS)


def members(name: str) -> tuple[str, ...]:
    """The benchmarks of a group, or the one itself."""
    return importlib.import_module(f"benchmarks.{name}").PARTS if name in GROUPS else (name,)


def run(name: str) -> dict[str, Any]:
    """Prepares the input, runs each side in a process of its own, prints the line and gives it back."""
    module = importlib.import_module(f"benchmarks.{name}")
    peer, package = hasattr(module, "peer"), getattr(module, "PEER", "pandas")
    other = "peer" if peer and importlib.util.find_spec(package) else "plain"
    with tempfile.TemporaryDirectory() as folder:
        module.prepare(Path(folder))
        runs = getattr(module, "RUNS", {})
        sides = {
            side: median([child(name, side, folder) for _ in range(runs.get(side, 1))])
            for side in ("ours", other)
            if hasattr(module, side)
        }
        more = module.more(Path(folder), sides["ours"], sides.get(other)) if hasattr(module, "more") else ""
    title = (module.__doc__ or name).strip().splitlines()[0].rstrip(".")
    result = {"name": name, "title": title, "aim": getattr(module, "AIM", ""), "ours": sides["ours"]}
    result |= {"plain": sides[other], "other": package if other == "peer" else "pandas"} if other in sides else {}
    compared = other in sides and getattr(module, "COMPARED", True)
    result["agree"] = not compared or same(sides["ours"]["answer"], sides[other]["answer"])
    result["missed"] = missed(result, getattr(module, "FLOORS", {}))
    print(line(result), flush=True)
    if more:
        print(more, flush=True)
    return result


def median(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The run of median time on the clock: beside a long other side a short one would tell what else the machine did."""
    return sorted(runs, key=lambda one: float(one["seconds"]))[len(runs) // 2]


def missed(result: dict[str, Any], floors: Mapping[str, float]) -> list[str]:
    """Which floors were not reached: `times` as fast as the package, at most so many CPU `seconds`, `more_mb`."""
    ours = result["ours"]
    measured = {"seconds": ours["cpu_seconds"], "more_mb": ours["more_mb"] or 0}
    found = [name for name in ("seconds", "more_mb") if measured[name] > floors.get(name, math.inf)]
    if "times" in floors and result.get("other", "pandas") != "pandas":
        found += ["times"] if times(result) < floors["times"] else []
    return found


def times(result: dict[str, Any]) -> float:
    """CPU seconds of the other side for each of ours."""
    return float(result["plain"]["cpu_seconds"] / max(result["ours"]["cpu_seconds"], 1e-4))


def child(name: str, side: str, folder: str) -> dict[str, Any]:
    """Seconds, peak memory and answer of one side. Raises: SystemExit with its last line when it fails."""
    command = [sys.executable, "-m", "benchmarks", name, "--side", side, folder]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} ({side}) failed: {done.stderr.strip().splitlines()[-1]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def measure(name: str, side: str, folder: str) -> dict[str, Any]:
    """What one side takes, in this process; what it loads beforehand is in the memory but not in the time."""
    module = importlib.import_module(f"benchmarks.{name}")
    given = module.ready(Path(folder)) if hasattr(module, "ready") else Path(folder)
    for package in getattr(module, "LOADED", ()) if side == "peer" else ():
        importlib.import_module(package)
    held = peak_mb()
    started, busy = time.perf_counter(), busy_seconds()
    answer = getattr(module, side)(given)
    seconds, cpu = time.perf_counter() - started, busy_seconds() - busy
    peak = peak_mb()
    more = None if peak is None or held is None else round(peak - held, 1)
    spent = {"seconds": round(seconds, 4), "cpu_seconds": round(cpu, 4)}
    return {**spent, "peak_mb": peak, "more_mb": more, "answer": answer}


def busy_seconds() -> float:
    """Processor seconds of this process and of those that it started and that have ended."""
    return sum(os.times()[:4])


def peak_mb() -> float | None:
    """Largest memory this process ever held, where the system tells."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return round(max(resource.getrusage(one).ru_maxrss for one in who) / unit, 1)


def same(one: Any, other: Any) -> bool:
    """Whether two answers hold the same numbers, up to the last digits of a sum in another order."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(one == other)


def line(result: dict[str, Any]) -> str:
    """One row of the table; dashes where there is no other version of the work."""
    ours, plain = numbers(result["ours"]), numbers(result.get("plain"))
    said = result["aim"] if result["agree"] else "THE ANSWERS DIFFER"
    said += f" ({result['other']})" if "other" in result else ""
    said += f", MISSED: {', '.join(result['missed'])}" if result["missed"] else ""
    ratio = f"{times(result):.1f}x" if result.get("plain") else "-"
    cells = {"ours": ours[0], "our_cpu": ours[1], "our_peak": ours[2]}
    cells |= {"plain": plain[0], "plain_cpu": plain[1], "plain_peak": plain[2]}
    return ROW.format(title=result["title"][:62], **cells, ratio=ratio, same=said)


def numbers(side: dict[str, Any] | None) -> tuple[str, str, str]:
    """Seconds, processor seconds and megabytes of one side."""
    if side is None:
        return "-", "-", "-"
    return f"{side['seconds']:.2f}", f"{side['cpu_seconds']:.2f}", f"{side['peak_mb'] or 0:.0f}"


def machine() -> str:
    """What the figures were measured on."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
