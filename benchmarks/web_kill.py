"""Server and worker killed (kill -9) at a random moment of a delivery, a release and a report; then started again.

Each kind of job runs twice without a kill: that tells which files a whole run leaves, and what stands in those that are the
same in both. Then it runs `SOZIALRAUM_BENCHMARK_KILLS` times (2 where it is not set) with a kill at a moment drawn from the seed
`SOZIALRAUM_BENCHMARK_SEED`: of all processes, of the server alone (its worker ends with it), or of the worker alone.
Afterwards the job is done with the same files as without a kill, or it says failed and has left nothing.
`SOZIALRAUM_DATABASE` names a PostgreSQL server on which databases may be made, instead of SQLite.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from benchmarks.web import _ask, _family, _free_port

AIM = "every job done as without a kill, or failed with nothing left"
KINDS, WAYS = ("import", "approve", "report"), ("all", "server", "worker")
OFTEN, SEED, DATABASE = "SOZIALRAUM_BENCHMARK_KILLS", "SOZIALRAUM_BENCHMARK_SEED", "SOZIALRAUM_DATABASE"
PATIENCE = 400
"""Seconds after which a trial is stuck."""
KEY = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Key of a job, which is another one each time."""
BESIDE = ("workbench.sqlite3", "secret", "lock", "inbox")
"""In paths of files that are no result of a job."""
ORDER = """
import json, sys
from pathlib import Path
from sozialraum.web.accounts.standing import stand
stand(Path(sys.argv[1]))
from sozialraum.web.desk.inbox import path
from sozialraum.web.desk.jobs.orders import order
from sozialraum.web.desk.models import Upload
from tests.web.people import make_person
kind, arguments, file = sys.argv[2], json.loads(sys.argv[3]), Path(sys.argv[4])
person = make_person("planner" if kind == "import" else "statistics-office", login="person@example.invalid")
if kind == "import":
    upload = Upload.objects.create(file=file.name, size=1, login=person.login, name="x", source="einwohner")
    path(upload).parent.mkdir(parents=True, mode=0o700)
    path(upload).write_bytes(file.read_bytes())
    arguments["upload"] = str(upload.pk)
order(kind, "", arguments, person)
"""


def prepare(folder: Path) -> None:
    """A small invented town, and a file to deliver."""
    from tests.workspace.town import CHILDREN, deliver, make_town, rows

    make_town(folder / "town")
    deliver(folder, "einwohner_2025.csv", rows([one + 1 for one in CHILDREN], "2025"))


def ours(folder: Path) -> dict[str, Any]:
    """By kind of job: how often it ended how, and what was wrong, in words."""
    chance, often = random.Random(int(os.environ.get(SEED, "1"))), int(os.environ.get(OFTEN, "2"))
    return {kind: _of_kind(folder, kind, chance, often) for kind in KINDS}


def _of_kind(folder: Path, kind: str, chance: random.Random, often: int) -> dict[str, Any]:
    whole = [_trial(folder, kind, lambda _: None) for _ in range(2)]
    ended, faults = Counter[str](), []
    for _ in range(often):
        way, moment = chance.choice(WAYS), chance.uniform(0, max(one["seconds"] for one in whole))
        found = _trial(folder, kind, lambda server, way=way, moment=moment: _kill(server, way, moment))
        ended[found["state"]] += 1
        faults += [f"{way} after {moment:.2f} s: {one}" for one in _wrong(found, *whole)]
    return {"ended": dict(ended), "faults": faults}


def _wrong(found: dict[str, Any], first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    """What a job has left that it should not, or the other way round."""
    wanted = first["after"] if found["state"] == "done" else found["before"]
    told = [f"no {one}" for one in wanted.keys() - found["after"].keys()]
    told += [f"left {one}" for one in found["after"].keys() - wanted.keys()]
    same = [one for one, mark in first["after"].items() if second["after"].get(one) == mark]
    return told + [
        f"other {one}" for one in same if found["after"].get(one, first["after"][one]) != first["after"][one]
    ]


def _trial(folder: Path, kind: str, disturb: Callable[[Server], None]) -> dict[str, Any]:
    """State of the job in the end, files by path before and after, and seconds that it took."""
    home = folder / "trial" / "town"
    shutil.rmtree(home.parent, ignore_errors=True)
    shutil.copytree(folder / "town", home)
    _database()
    _order(home, kind, folder / "einwohner_2025.csv")
    before, server = _files(home), Server(home)
    _until(lambda: _state(home) != "waiting")
    begun = time.monotonic()
    disturb(server)
    _until(lambda: _state(home) in ("done", "failed"))
    seconds = time.monotonic() - begun
    server.stop()
    return {"state": _state(home), "before": before, "after": _files(home), "seconds": seconds}


def _database() -> None:
    """A new one in PostgreSQL, where that is asked for."""
    if address := os.environ.get(DATABASE):
        import psycopg

        server, name = address.rpartition("/")[0], f"kill_{time.time_ns()}"
        with psycopg.connect(address, autocommit=True) as held:
            held.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        os.environ[DATABASE] = f"{server}/{name}"


def _order(home: Path, kind: str, file: Path) -> None:
    """What the job needs, and the job in the name of a new account."""
    from sozialraum.workspace import open as open_workspace

    workspace, arguments = open_workspace(home), dict[str, Any]()
    if kind == "import":
        arguments = {"accept": {one.code: "person" for one in workspace.check(file, "einwohner").warnings}}
    elif kind == "approve":
        workspace.prepare("bericht", by="another@example.invalid")
        arguments = {"name": "bericht", "number": 1}
    else:
        workspace.release_planned("bericht", by="another@example.invalid")
        arguments = {"release": "bericht-1", "report": "social-report", "language": "de"}
    words = [sys.executable, "-c", ORDER, str(home), kind, json.dumps(arguments), str(file)]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def _state(home: Path) -> str:
    """State of the only job."""
    if address := os.environ.get(DATABASE):
        import psycopg

        with psycopg.connect(address) as held:
            return str(held.execute("SELECT state FROM desk_job").fetchall()[0][0])
    with closing(sqlite3.connect(home / "workbench" / "workbench.sqlite3", timeout=20)) as held:
        return str(held.execute("SELECT state FROM desk_job").fetchone()[0])


def _files(home: Path) -> dict[str, str]:
    """Mark of the content of every file that a job may leave, by its path."""
    paths = (one for one in home.rglob("*") if one.is_file() and not any(part in str(one) for part in BESIDE))
    marks = ((KEY.sub("JOB", str(one.relative_to(home))), hashlib.sha256(one.read_bytes())) for one in paths)
    return {path: mark.hexdigest()[:12] for path, mark in marks}


class Server:
    """A server with its worker, as `sozialraum serve` starts it."""

    def __init__(self, home: Path):
        self._home = home
        self.start()

    def start(self) -> None:
        """Begin, and wait for the first answer."""
        port = _free_port()
        words = [sys.executable, "-m", "sozialraum", "serve", str(self._home), "--port", str(port), "--no-browser"]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _until(lambda: _ask(port, "/health") is not None)

    def stop(self) -> None:
        """End, as with Ctrl+C."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)

    def workers(self) -> list[int]:
        """Processes that work on jobs, whoever began them."""
        found = []
        for one in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                words = one.read_bytes().split(b"\0")
                found += [int(one.parent.name)] if {b"worker", str(self._home).encode()} <= set(words) else []
        return found


def _kill(server: Server, way: str, moment: float) -> None:
    """Kill after so many seconds; what is gone is begun again, a worker alone by its server."""
    time.sleep(moment)
    victims = {"all": _family(server.process.pid), "server": [server.process.pid], "worker": server.workers()}[way]
    for one in victims:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    if way != "worker":
        server.process.wait(PATIENCE)
        _until(lambda: not server.workers())
        server.start()


def _until(done: Callable[[], bool]) -> None:
    """Raises: TimeoutError when it never comes."""
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)


def more(_folder: Path, ours: dict[str, Any], _plain: object = None) -> str:
    """Every kind of job."""
    return "\n".join(f"    {kind}: {told['ended']}, faults: {told['faults']}" for kind, told in ours["answer"].items())
