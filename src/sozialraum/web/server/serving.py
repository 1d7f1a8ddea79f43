"""Starting the server: everything that may fail is tried before, so that the person at the keyboard reads why."""

from __future__ import annotations

import http.client
import logging
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock, Thread
from time import monotonic, sleep

from sozialraum.errors import CallError, cause
from sozialraum.web.server.lean import uncollected

LOG = logging.getLogger("sozialraum.web")
Told = Callable[[str], None]
FOLDER, HOSTS = "SOZIALRAUM_WORKSPACE", "SOZIALRAUM_HOSTS"
"""Settings that the server's process reads: the folder of the workspace, and the names it answers to."""
THREADS = 64
"""Readers answered at once; those who wait for a page that is being made hold one each, so that nobody else waits."""
LAST_ANSWERS = 10
"""Seconds that answers which are under way may still take when the server is stopped."""
RESTART = 2
"""Seconds until a worker that ended is begun again."""
PATIENCE = 4.0
"""Seconds without a first answer after which whoever waits hears that it goes on."""
_SETTLING = Lock()
"""Held while the accounts are set up in this process, and the log with them: Python's end would wait for it for ever."""


def serve(
    folder: str | Path,
    host: str = "127.0.0.1",
    port: int = 8000,
    ready: Told | None = None,
    first: Told | None = None,
    slow: Told | None = None,
) -> None:
    """Show the workspace in that folder until the process is stopped.

    `ready` hears the address once it answers, `first` the link for the first administrator where there is no account.
    `slow` hears the address before that where a large release takes its time.
    Raises: CallError for a folder without workspace or a port in use, InputError for faults in its settings.
    """
    with uncollected():
        checked = _checked(folder, host, port)
    os.environ[FOLDER] = str(checked)
    os.environ[HOSTS] = ",".join(filter(None, (os.environ.get(HOSTS), host, "localhost", "127.0.0.1", "[::1]")))
    Thread(target=_after, args=(checked, host, port, ready, first, slow), daemon=True).start()
    try:
        _server(host, port)
    finally:
        _SETTLING.acquire(timeout=PATIENCE)


def _checked(folder: str | Path, host: str, port: int) -> Path:
    """The folder of the workspace, after everything that may fail was tried."""
    from sozialraum.web.accounts.database import SETTING, database, make_secret
    from sozialraum.web.assets import begin_fonts, build
    from sozialraum.workspace import open as open_workspace

    workspace = open_workspace(folder)
    database(workspace.folder, os.environ.get(SETTING, ""))
    make_secret(workspace.folder)
    _free(host, port)
    begin_fonts()
    build()
    return workspace.folder


def _after(folder: Path, host: str, port: int, ready: Told | None, first: Told | None, slow: Told | None) -> None:
    """What waits for the first answer: nothing may be imported here while the server divides into processes."""
    from_here = f"http://{_shown(host)}:{port}"
    _wait(_shown(host), port, lambda: slow and slow(f"{from_here}/"))
    if ready is not None:
        ready(f"{from_here}/")
    from sozialraum.web.accounts.standing import first_word

    try:
        with _SETTLING:
            word = first_word(folder)
    except CallError as error:  # the public pages need no database and go on
        LOG.error("%s", error.say())
        return
    if word and first is not None:
        first(f"{from_here}/intern/einladung/{word}/")
    _work(folder)


def _work(folder: Path) -> None:
    """A worker for jobs beside the server, begun again when it ends; it ends with this process."""
    from sozialraum.web.desk.jobs.ending import begin

    words = [sys.executable, "-m", "sozialraum", "worker", str(folder), "--beside"]
    while True:
        begin(words).wait()
        sleep(RESTART)


def _server(host: str, port: int) -> None:
    import multiprocessing

    from granian.constants import Interfaces

    from sozialraum.web.server.process import Server

    if "typst" in sys.modules:  # its threads do not live on where a process divides: a PDF would never come
        multiprocessing.set_start_method("spawn", force=True)
    target = "sozialraum.web.server.application:application"
    Server(
        target, host, port, interface=Interfaces.WSGI, blocking_threads=THREADS, workers_kill_timeout=LAST_ANSWERS,
        log_enabled=False, websockets=False,
    ).serve()  # fmt: skip


def first_free(host: str, port: int, tries: int = 20) -> int:
    """That port, else the next one that nobody uses. The last of them is given back untried."""
    for one in range(port, port + tries - 1):
        try:
            _free(host, one)
        except CallError:
            continue
        return one
    return port + tries - 1


def _free(host: str, port: int) -> None:
    """Raises: CallError when the address cannot be had; the server itself would only end without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except socket.gaierror:
            what, remedy = (
                "Nobody here knows a computer called '{host}'.",
                "Name an address of this computer, such as 0.0.0.0.",
            )
            raise CallError(what, remedy=remedy, host=host) from None
        except (OSError, OverflowError) as error:
            raise CallError(
                "Cannot listen on {host}, port {port}: {reason}.",
                remedy="Name another port, for example --port 8080.",
                host=host,
                port=str(port),
                reason=cause(error),
            ) from None


def _shown(host: str) -> str:
    """The name for the browser: a server that listens everywhere is reached here as this computer."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)


def _wait(host: str, port: int, slow: Callable[[], object]) -> None:
    """Wait for the first answer, without the proxy that the system may name; `slow` hears once that it takes long."""
    told = monotonic() + PATIENCE
    while not _answers(host, port):
        if monotonic() >= told:
            slow()
            told = float("inf")
        sleep(0.05)


def _answers(host: str, port: int) -> bool:
    asked = http.client.HTTPConnection(host.strip("[]"), port, timeout=PATIENCE)
    try:
        asked.request("GET", "/health")
        return asked.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
