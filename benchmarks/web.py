"""The pages on loopback: start, first page, 100 requests a second by kind, API.

The server runs as `sozialraum serve` starts it, in a process of its own; this process asks. Times are from sending a
request to the last byte of its answer. `CPU s` of the table is what the client takes; that of the server stands below.
`SOZIALRAUM_BENCHMARK_WORKSPACE` names another workspace than the invented town of 542 areas.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count, cycle
from pathlib import Path
from typing import Any

from benchmarks.profiles import release

AIM = "ready under 3 s, pages under 50 ms (95 of 100)"
RATE, SECONDS, READERS = 100, 8, 12
SETTINGS = """[workspace]
name = "musterstadt"
title = "Musterstadt"
invented = true

[areas]
crs = "EPSG:25833"
levels = ["area", "district", "city"]

[[areas.vintage]]
id = "2019"
"""
LAYER = """
[areas.vintage.layer.{level}]
file = "areas.gpkg"
key = "key"
name = "name"
"""
OWN = "SOZIALRAUM_BENCHMARK_WORKSPACE"


def prepare(folder: Path) -> None:
    """A workspace with one release of an invented town."""
    from sozialraum.workspace.archive import save_release

    layers = "".join(LAYER.format(level=level) for level in ("area", "district", "city"))
    (folder / "sozialraum.toml").write_text(SETTINGS + layers, encoding="utf-8")
    save_release(folder, release())


def ours(folder: Path) -> dict[str, Any]:
    """Milliseconds, sizes and processor seconds, by what was measured: at the first start of a release, and the next one."""
    from sozialraum.web.assets import build

    home = os.environ.get(OWN, str(folder))
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache  # no page is kept from an earlier benchmark
        build()  # fonts and styles are made once on a computer
        with _server(home) as (pid, port, started):
            found = {"start": _started(pid, port, started), **_asked(pid, port)}
        with _server(home) as (pid, port, started):
            return found | {"start again": _started(pid, port, started), "profiles after that": _profiles(pid, port)}


@contextmanager
def _server(home: str) -> Iterator[tuple[int, int, float]]:
    """Process, port and time of the command."""
    port, started = _free_port(), time.monotonic()
    command = [sys.executable, "-m", "sozialraum", "serve", home, "--port", str(port), "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield process.pid, port, started
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _profiles(pid: int, port: int) -> dict[str, float]:
    return _load(pid, port, _areas(port))


def _areas(port: int) -> list[str]:
    """Addresses of profiles, the last ones first: others are being made from the first one on."""
    return sorted(set(re.findall(r'href="(/en/areas/[^"/]+/)"', _text(port, "/en/areas/"))), reverse=True)


def _started(pid: int, port: int, started: float) -> dict[str, float]:
    """Seconds until the server answers, and until the first page is there."""
    while _ask(port, "/health") is None:
        time.sleep(0.02)
    told = {"ready_s": time.monotonic() - started, "ready_cpu_s": _busy(pid)}
    _ask(port, "/")
    return _rounded({**told, "first_page_s": time.monotonic() - started, "first_page_cpu_s": _busy(pid)})


def _asked(pid: int, port: int) -> dict[str, Any]:
    """Every kind of answer at 100 requests a second, those not made before first."""
    areas = _areas(port)
    figures = [one["id"] for one in json.loads(_text(port, "/api/v1/indicators"))]
    kinds: dict[str, Sequence[str]] = {
        "profiles while others are being made": areas,
        "start page": ["/"],
        "values of maps": [f"/karte/werte.json?indicator={one}" for one in figures],
        "outlines of the map": ["/karte/gebiete.json"],
        "API, figures": [f"/api/v1/figures?indicator={one}&offset={at}" for one in figures for at in (0, 1000, 2000)],
        "API, areas": ["/api/v1/areas"],
    }
    found = {name: _load(pid, port, paths) for name, paths in kinds.items()}
    for one in areas:
        _ask(port, one)
    found["profiles, ready"] = _load(pid, port, areas)
    found["all of these mixed"] = _load(pid, port, [path for paths in zip(*map(cycle, kinds.values()), areas, strict=False)
                                                    for path in paths])  # fmt: skip
    return {**found, "kB": _sizes(port), "memory_mb": _memory(pid)}


def _load(pid: int, port: int, paths: Sequence[str]) -> dict[str, float]:
    """Percentiles in milliseconds at a fixed rate; what is late is asked late, as by people who do not wait for others."""
    spent, faults, places, lock = [], [0], count(), threading.Lock()
    total, start, busy = RATE * SECONDS, time.monotonic() + 0.2, _busy(pid)

    def read() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while (place := next(places)) < total:
            time.sleep(max(0.0, start + place / RATE - time.monotonic()))
            asked = time.monotonic()
            line.request("GET", paths[place % len(paths)], headers={"Accept-Encoding": "br"})
            answer = line.getresponse()
            answer.read()
            with lock:
                spent.append((time.monotonic() - asked) * 1000)
                faults[0] += answer.status != http.client.OK

    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    spent.sort()
    told = {f"p{share}": spent[min(len(spent) * share // 100, len(spent) - 1)] for share in (50, 95, 99)}
    return _rounded({**told, "server_cpu_ms": (_busy(pid) - busy) / total * 1000, "faults": faults[0]})


def _sizes(port: int) -> dict[str, float]:
    """Compressed kilobytes of the first page with all it fetches, and of other answers."""
    page = _text(port, "/")
    beside = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page)))
    style = next(one for one in beside if one.endswith(".css"))
    beside += [f"/static/{one}" for one in set(re.findall(r"url\(([^)]+woff2)\)", _text(port, style)))]
    area = re.search(r'href="(/gebiete/[^"/]+/)"', _text(port, "/gebiete/"))
    told = {
        "first page with fonts, styles, scripts": sum(_size(port, one) for one in ["/", *set(beside)]),
        "profile": _size(port, area[1]) if area else 0.0,
        "outlines of the map": _size(port, "/karte/gebiete.json"),
        "values of a map": _size(port, "/karte/werte.json"),
    }
    return _rounded(told)


def more(_folder: Path, ours: dict[str, Any], _plain: object = None) -> str:
    """Every line that was measured."""
    lines = []
    for name, told in ours["answer"].items():
        text = ", ".join(f"{key} {value}" for key, value in told.items()) if isinstance(told, dict) else str(told)
        lines.append(f"    {name}: {text}")
    return "\n".join(lines)


def _text(port: int, path: str) -> str:
    return (_ask(port, path) or b"").decode()


def _size(port: int, path: str) -> float:
    return len(_ask(port, path, "br") or b"") / 1000


def _ask(port: int, path: str, encoding: str = "identity") -> bytes | None:
    """The answer; None while nobody listens."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with suppress(OSError):
        line.request("GET", path, headers={"Accept-Encoding": encoding})
        return line.getresponse().read()
    return None


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def _family(pid: int) -> list[int]:
    """The process and all below it, as Linux tells."""
    children = [int(one) for path in Path(f"/proc/{pid}/task").glob("*/children") for one in path.read_text().split()]
    return [pid, *(below for one in children for below in _family(one))]


def _busy(pid: int) -> float:
    """Processor seconds of the server so far."""
    ticks = os.sysconf("SC_CLK_TCK")
    fields = (told.rpartition(")")[2].split() for told in _of_each(pid, "stat"))
    return sum(int(one) for stat in fields for one in stat[11:15]) / ticks


def _memory(pid: int) -> float:
    """Megabytes that the server's processes hold, shared ones once."""
    held = _of_each(pid, "smaps_rollup")
    return round(sum(int(re.findall(r"Pss: +(\d+)", one)[0]) for one in held) / 1000, 1)


def _of_each(pid: int, name: str) -> Iterator[str]:
    """What the system says of every process of the server; the one that makes pages ahead may end meanwhile."""
    for one in _family(pid):
        with suppress(ProcessLookupError, FileNotFoundError):
            if told := Path(f"/proc/{one}/{name}").read_text():
                yield told


def _rounded(told: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in told.items()}
