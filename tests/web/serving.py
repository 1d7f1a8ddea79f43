"""A server in a process of its own, as `sozialraum serve` starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from sozialraum.workspace.archive import save_release
from tests.reports.conftest import make_release

SETTINGS = """[workspace]
name = "musterstadt"
title = "Musterstadt"
invented = true

[areas]
crs = "EPSG:25833"
levels = ["planning_area", "district", "city"]

[[areas.vintage]]
id = "2016"

[areas.vintage.layer.planning_area]
file = "areas/areas.gpkg"
key = "key"
name = "name"

[areas.vintage.layer.district]
file = "areas/areas.gpkg"
key = "key"
name = "name"

[areas.vintage.layer.city]
file = "areas/areas.gpkg"
key = "key"
name = "name"
"""


def make_workspace(folder: Path) -> Path:
    """A folder with settings and the invented release; the server needs nothing else."""
    folder.mkdir(exist_ok=True)
    (folder / "sozialraum.toml").write_text(SETTINGS, encoding="utf-8")
    save_release(folder, make_release())
    return folder


PATIENCE = 120
"""Seconds; a computer that tests many things at once may take long for one."""
PORTS = range(20_000, 30_000)
"""Below those that the system gives to whoever calls out: a browser of another test never takes one meanwhile."""
HELD: list[socket.socket] = []
"""Marks of the ports that this process has chosen."""


def free_port() -> int:
    """A port that nobody listens on, and that no other process of the tests chooses as long as this one lives.

    The mark of a choice is the same port for UDP, which no server of ours uses; the system takes it back with the process.
    """
    for port in (*PORTS[os.getpid() % len(PORTS) :], *PORTS):
        mark = socket.socket(type=socket.SOCK_DGRAM)
        try:
            mark.bind(("127.0.0.1", port))
            with socket.socket() as tried:
                tried.bind(("127.0.0.1", port))
        except OSError:
            mark.close()
            continue
        HELD.append(mark)
        return port
    raise AssertionError("no port is free")


@dataclass(frozen=True)
class Served:
    """Where a server answers, its process, and how many seconds it took to answer first."""

    address: str
    process: subprocess.Popen[str]
    seconds: float


@contextmanager
def served(folder: Path, *options: str, **more: str) -> Iterator[Served]:
    """A server over that workspace until the block ends, called with these options in these surroundings."""
    port, started = free_port(), time.monotonic()
    command = [
        sys.executable,
        "-m",
        "sozialraum",
        "serve",
        str(folder),
        "--port",
        str(port),
        *(options or ("--no-browser",)),
    ]
    settings = {**os.environ, "SOZIALRAUM_LANG": "de", **more}
    settings.pop("SOZIALRAUM_HOSTS", None)
    process = subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        wait(process, port)
        yield Served(f"http://127.0.0.1:{port}", process, time.monotonic() - started)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()


def wait(process: subprocess.Popen[str], port: int) -> None:
    """Until the server answers. Raises: AssertionError with what it said when it ended instead."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, process.stdout.read() if process.stdout else ""
        asked = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            asked.request("GET", "/health")
            asked.getresponse().read()
            return
        except OSError:
            time.sleep(0.05)
        finally:
            asked.close()
    raise AssertionError("the server never answered")
