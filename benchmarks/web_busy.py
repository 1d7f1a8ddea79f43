"""50 readers while a delivery is stored, a release is prepared, approved and reported on: times and faults.

The server runs as `sozialraum serve` starts it, with its worker, after `sozialraum pages` as docs/how-to/server.md says; the
seconds of that stand beside (what a first start without it is like, `web` measures). Answers are kept in a folder of this
run alone. This process reads as people do: each of 50 opens a page, what the page fetches, thinks for a while (a second on
average) and goes on; five people of the desk watch their jobs.
Every answer but 200, and no answer, is a fault. Slow answers are counted apart, beside how late the reading process itself is
woken: on a busy machine both grow.
`SOZIALRAUM_BENCHMARK_WORKSPACE` names a built workspace that is copied, instead of building the embedded county;
`SOZIALRAUM_DATABASE` an empty PostgreSQL database instead of SQLite.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.web import OWN, _ask, _busy, _free_port, _memory, _text

AIM = "no fault, 95 of 100 answers within 0.05 s, none after 1 s"
READERS, WATCHERS, THINK, LEAST, SWITCH = 50, 5, 1.0, 30, 300
"""People who read, people of the desk, mean seconds of thinking, seconds that they read the new release, and seconds that
it may take at most until it is shown."""
SOURCE, FILE = "population_register", "eingang/einwohner_2024.csv"
RELEASE = "sozialbericht"
SLOW = 1.0
"""Seconds after which an answer counts as slow."""
NAP = 0.05
AGENT = "Mozilla/5.0 (benchmark)"


def prepare(folder: Path) -> None:
    """The embedded county with its first release."""
    from sozialraum.workspace.demo import run_demo

    if OWN in os.environ:
        shutil.copytree(os.environ[OWN], folder / "county", ignore=shutil.ignore_patterns("workbench"))
    else:
        run_demo("musterkreis", folder / "county", None, say=lambda _: None)


def ours(folder: Path) -> dict[str, Any]:
    """Milliseconds by kind of page, faults, and what became of the jobs."""
    home, cache = folder / "county", folder / "cache"
    cache.mkdir()
    os.environ["XDG_CACHE_HOME"] = str(cache)
    ahead = _ahead(home)
    with _server(home) as (process, port):
        before = json.loads(_text(port, "/health"))["release"]
        readers = Readers(port, _addresses(port), _signed_in(home))
        readers.start()
        jobs = _jobs(home)
        after = _shown(port, before)
        shown = round(time.monotonic() - readers.started)
        time.sleep(LEAST)
        told = {"new_release_after_s": shown, **readers.end()}
        memory = {"memory_mb": _memory(process.pid), "server_cpu_s": round(_busy(process.pid), 1)}
    log = (home / "server.log").read_text(encoding="utf-8", errors="replace").splitlines()
    return {"pages_ahead_s": ahead, "releases": [before, after], "jobs": jobs, **told, **memory, "log": log[-20:]}


def _ahead(home: Path) -> float:
    """Seconds that the pages of the first release take before the server starts."""
    begun = time.monotonic()
    subprocess.run([sys.executable, "-m", "sozialraum", "pages", str(home)], check=True, stdout=subprocess.DEVNULL)
    return round(time.monotonic() - begun, 1)


def _shown(port: int, before: str) -> str:
    """The release that is shown once it is another one; readers go on meanwhile."""
    end = time.monotonic() + SWITCH
    while (found := str(json.loads(_text(port, "/health"))["release"])) == before and time.monotonic() < end:
        time.sleep(0.5)
    return found


@contextmanager
def _server(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = _free_port()
    command = [sys.executable, "-m", "sozialraum", "serve", str(home), "--port", str(port), "--no-browser"]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
        try:
            while _ask(port, "/health") is None:
                time.sleep(0.05)
            yield process, port
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _addresses(port: int) -> dict[str, list[str]]:
    """Addresses of public pages by kind, as links name them."""
    areas = sorted(set(re.findall(r'href="(/gebiete/[^"/]+/)"', _text(port, "/gebiete/"))))
    figures = [one["id"] for one in json.loads(_text(port, "/api/v1/indicators"))]
    reports = sorted(set(re.findall(r'href="(/berichte/[^"/]+/)"', _text(port, "/berichte/"))))
    return {
        "start": ["/", "/en/"],
        "profile": areas + [f"/en/areas/{one.split('/')[2]}/" for one in areas[::7]],
        "profile as table": [f"{one}zahlen.csv" for one in areas[::5]],
        "map": ["/karte/", *(f"/karte/?indicator={one}" for one in figures)],
        "map values": [f"/karte/werte.json?indicator={one}" for one in figures],
        "map outlines": ["/karte/gebiete.json"],
        "map as file": [f"/karte/karte.{kind}?indicator={one}" for one in figures[:5] for kind in ("csv", "svg", "geojson")],
        "figure": [f"/kennzahlen/{one}/" for one in figures],
        "overview": ["/index/", "/gebiete/", "/kennzahlen/", "/berichte/", "/daten/", "/geschichten/", "/impressum/"],
        "comparison": ["/vergleich/", "/vergleich/zusammenhang/", "/vergleich/verteilung/"],
        "search": [f"/gebiete/?q={one}" for one in "abcdeghk"] + [f"/gebiete/vorschlaege.json?q={one}" for one in "abcde"],
        "report": reports,
        "catalogue": ["/daten/katalog.jsonld", "/daten/freigabe.csv"],
        "API": ["/api/v1/release", "/api/v1/areas", *(f"/api/v1/figures?indicator={one}&limit=500" for one in figures)],
    }  # fmt: skip


WEIGHTS = {"start": 6, "profile": 10, "map": 5, "map values": 10, "figure": 6, "API": 6}
"""How often a kind is asked for; the others count one."""


class Readers:
    """People who read until they are told to end."""

    def __init__(self, port: int, addresses: dict[str, list[str]], cookie: str):
        self.started = time.monotonic()
        self._port, self._addresses, self._cookie = port, addresses, cookie
        self._spent: dict[str, list[float]] = defaultdict(list)
        self._faults: list[str] = []
        self._late: list[float] = []
        self._slow: list[str] = []
        self._over, self._lock = threading.Event(), threading.Lock()
        reading = [threading.Thread(target=self._read, args=(self._page, one)) for one in range(READERS)]
        self._people = reading + [
            threading.Thread(target=self._read, args=(self._job, -one)) for one in range(WATCHERS)
        ]
        self._people.append(threading.Thread(target=self._nap))

    def start(self) -> None:
        """Begin."""
        for one in self._people:
            one.start()

    def end(self) -> dict[str, Any]:
        """Stop; percentiles in milliseconds by kind, and all faults."""
        self._over.set()
        for one in self._people:
            one.join()
        seconds = time.monotonic() - self.started
        every = [one for spent in self._spent.values() for one in spent]
        kinds = {name: _shares(spent) for name, spent in (("all", every), *sorted(self._spent.items()))}
        rate = round(len(every) / seconds, 1)
        told = {"seconds": round(seconds, 1), "answers_a_second": rate, "woken_late_ms": _shares(self._late)}
        return {**told, "faults": self._faults[:20], "fault_count": len(self._faults), "slow_count": len(self._slow),
                "slow": self._slow[:10] + self._slow[10:][-20:], "ms": kinds}  # fmt: skip

    def _read(self, choose: Callable[[random.Random], tuple[str, str]], seed: int) -> None:
        chance = random.Random(seed)
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        while not self._over.wait(chance.expovariate(1 / THINK)):
            self._ask(line, *choose(chance))
        line.close()

    def _page(self, chance: random.Random) -> tuple[str, str]:
        kinds = list(self._addresses)
        kind = chance.choices(kinds, [WEIGHTS.get(one, 1) for one in kinds])[0]
        return kind, chance.choice(self._addresses[kind] or ["/"])

    def _job(self, _: random.Random) -> tuple[str, str]:
        return "desk: jobs", "/intern/auftraege/"

    def _ask(self, line: http.client.HTTPConnection, kind: str, address: str) -> None:
        told = {
            "Accept-Encoding": "br",
            "User-Agent": AGENT,
            **({"Cookie": self._cookie} if kind[:4] == "desk" else {}),
        }
        begun = time.monotonic()
        try:
            line.request("GET", address, headers=told)
            answer = line.getresponse()
            answer.read()
            status = str(answer.status)
        except (OSError, http.client.HTTPException) as error:
            line.close()
            status = type(error).__name__
        seconds = time.monotonic() - begun
        with self._lock:
            self._spent[kind].append(seconds * 1000)
            if seconds > SLOW:
                self._slow.append(f"{begun - self.started:.0f} s: {address} {seconds:.1f} s")
            if status != "200":
                self._faults.append(f"{address} {status} after {seconds:.1f} s")

    def _nap(self) -> None:
        """How late this very process is woken: what the machine itself lets everybody wait."""
        while not self._over.is_set():
            begun = time.monotonic()
            time.sleep(NAP)
            self._late.append((time.monotonic() - begun - NAP) * 1000)


def _shares(spent: list[float]) -> dict[str, float]:
    spent.sort()
    found = {f"p{share}": round(spent[min(len(spent) * share // 100, len(spent) - 1)], 1) for share in (50, 95)}
    return {"count": len(spent), **found, "max": round(spent[-1], 1)}


def _signed_in(home: Path) -> str:
    """The cookie of a planner; this process sets Django up over the same workspace and database."""
    from importlib import import_module

    from sozialraum.web.accounts.standing import patiently, stand

    patiently(lambda: stand(home))
    from django.conf import settings
    from django.test import RequestFactory

    from sozialraum.web.accounts.models import Account, Grant
    from sozialraum.web.accounts.signing import sessions

    for role in ("planner", "statistics-office"):
        account = Account.objects.create(
            f"{role}@example.invalid", f"Platzhalter {role}", "Sieben Wolken ziehen gen Osten"
        )
        Grant.objects.create(account=account, role=role)
    request = RequestFactory().get("/", headers={"user-agent": AGENT})
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()  # type: ignore[attr-defined]
    sessions.begin(request, Account.objects.get(login="planner@example.invalid"))
    request.session.save()
    return f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}"


def _jobs(home: Path) -> dict[str, str]:
    """How each job ended and after how many seconds; the second stores a delivery, the fourth makes a release public."""
    from sozialraum.web.accounts.models import Account
    from sozialraum.web.desk.inbox import path
    from sozialraum.web.desk.models import Upload

    planner, office = (Account.objects.get(login=f"{one}@example.invalid") for one in ("planner", "statistics-office"))
    upload = Upload(file="einwohner_2024.csv", login=planner.login, name=planner.name, source=SOURCE)
    path(upload).parent.mkdir(mode=0o700)
    path(upload).write_bytes((home / FILE).read_bytes() + b"\n")
    upload.save(force_insert=True)
    told = {"look": _done("look", {"upload": str(upload.pk)}, planner)}
    upload.refresh_from_db()
    accept = {one["code"]: planner.login for one in upload.faults or () if one["severity"] == "warning"}
    told["import"] = _done("import", {"upload": str(upload.pk), "accept": accept}, planner)
    told["prepare"] = _done("prepare", {"release": RELEASE}, planner)
    told["approve"] = _done("approve", {"name": RELEASE, "number": 1}, office)
    report = {"report": "social-report", "release": f"{RELEASE}-2", "language": "de"}
    return {**told, "report": _done("report", report, office)}


def _done(kind: str, arguments: dict[str, Any], account: Any) -> str:
    from sozialraum.web.desk.jobs.orders import order

    begun, job = time.monotonic(), order(kind, "", arguments, account)
    while not job.is_over:
        time.sleep(0.5)
        job.refresh_from_db()
    return f"{job.state} after {time.monotonic() - begun:.0f} s {job.told.get('en', '')}".strip()


def more(_folder: Path, ours: dict[str, Any], _plain: object = None) -> str:
    """Every line that was measured."""
    told = ours["answer"]
    lines = [f"    {name}: {value}" for name, value in told.items() if name != "ms"]
    return "\n".join([*lines, *(f"    {kind}: {value}" for kind, value in told["ms"].items())])
