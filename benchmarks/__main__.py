"""Runs the benchmarks, or those that are named, and prints time, peak memory and ratio side by side.

`s` is time on the clock, `CPU s` time of the processor over all its cores; the ratio is of the latter, because other
work on the machine does not change it.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SIDES = ("ours", "plain")
ROW = "{title:<62} {ours:>8} {plain:>8} {our_cpu:>8} {plain_cpu:>8} {ratio:>8} {our_peak:>7} {plain_peak:>7}  {same}"


def main() -> int:
    """0 when every benchmark ran and both sides agreed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"any of: {', '.join(names())}")
    parser.add_argument("--out", type=Path, help="also write the figures with the machine's description as JSON")
    parser.add_argument("--side", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        print(json.dumps(measure(arguments.names[0], *arguments.side)))
        return 0
    unknown = set(arguments.names) - set(names())
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(names())}")
    print(machine())
    head = {"title": "", "ours": "s", "our_cpu": "CPU s", "our_peak": "MB", "ratio": "faster", "same": ""}
    print(ROW.format(**head, plain="pandas", plain_cpu="pandas", plain_peak="pandas"), flush=True)
    results = [run(name) for name in arguments.names or names()]
    if arguments.out:
        arguments.out.write_text(json.dumps({"machine": machine(), "results": results}, indent=1), encoding="utf-8")
    return 0 if all(one["agree"] for one in results) else 1


def names() -> list[str]:
    """Every benchmark, by its file."""
    return sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))


def run(name: str) -> dict[str, Any]:
    """Prepares the input, runs each side in a process of its own, prints the line and gives it back."""
    module = importlib.import_module(f"benchmarks.{name}")
    with tempfile.TemporaryDirectory() as folder:
        module.prepare(Path(folder))
        sides = {side: child(name, side, folder) for side in SIDES if hasattr(module, side)}
    title = (module.__doc__ or name).strip().splitlines()[0].rstrip(".")
    result = {"name": name, "title": title, "aim": getattr(module, "AIM", ""), **sides}
    result["agree"] = "plain" not in sides or same(sides["ours"]["answer"], sides["plain"]["answer"])
    print(line(result), flush=True)
    return result


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
    started, busy = time.perf_counter(), time.process_time()
    answer = getattr(module, side)(given)
    seconds, cpu = time.perf_counter() - started, time.process_time() - busy
    return {"seconds": round(seconds, 4), "cpu_seconds": round(cpu, 4), "peak_mb": peak_mb(), "answer": answer}


def peak_mb() -> float | None:
    """Largest memory this process ever held, where the system tells."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)


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
    """One row of the table; dashes where pandas has no version of the work."""
    ours, plain = numbers(result["ours"]), numbers(result.get("plain"))
    said = result["aim"] if result["agree"] else "THE ANSWERS DIFFER"
    ratio = "-"
    if result.get("plain"):
        ratio = f"{result['plain']['cpu_seconds'] / max(result['ours']['cpu_seconds'], 1e-4):.1f}x"
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
