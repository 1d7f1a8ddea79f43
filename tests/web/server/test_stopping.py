"""A server that is stopped or killed ends with all its processes: while it begins, while it answers, in both ways it divides."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

import pytest

from tests.web.server.test_filling import family, until
from tests.web.serving import free_port, make_workspace, wait

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="/proc is missing: no family of processes")
DIVIDES, BEGINS_ANEW = "", "import typst"
"""What is loaded before: the threads of the typesetter forbid that a process divides, so another one is begun anew."""


@contextmanager
def serving(folder: Path, port: int, before: str = "") -> Iterator[subprocess.Popen[str]]:
    """A server that just begins, in a group of its own as behind a keyboard."""
    code = f"""
        {before}
        from sozialraum.web.server import serving
        serving.LAST_ANSWERS = 2
        serving.serve({str(folder)!r}, port={port})
    """
    words = [sys.executable, "-c", dedent(code)]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as one:
        try:
            yield one
        finally:
            one.kill()


def answering(server: int) -> int:
    """The process that shall answer, as soon as it exists; 0 before. Its words are those of the server, or of a new beginning."""
    for one in family(server)[1:]:
        words = _words(one)
        if words == _words(server) or b"spawn_main" in words:
            return one
    return 0


def _words(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b"gone"


def ctrl_c(server: int) -> None:
    os.killpg(server, signal.SIGINT)


def told(server: int) -> None:
    os.kill(server, signal.SIGTERM)


@pytest.mark.parametrize("before", [DIVIDES, BEGINS_ANEW])
@pytest.mark.parametrize("stop", [ctrl_c, told])
def test_who_stops_the_server_while_its_process_is_being_loaded_is_heard(
    tmp_path: Path, before: str, stop: object
) -> None:
    with serving(make_workspace(tmp_path), free_port(), before) as server:
        until(lambda: answering(server.pid) > 0)
        below = family(server.pid)
        stop(server.pid)  # type: ignore[operator]
        said, _ = server.communicate(timeout=60)
        until(lambda: not any(Path(f"/proc/{one}/exe").exists() for one in below))
    assert (server.returncode, said) == (0, "")


@pytest.mark.parametrize("before", [DIVIDES, BEGINS_ANEW])
def test_a_server_that_is_killed_while_its_process_is_being_loaded_takes_it_along(tmp_path: Path, before: str) -> None:
    with serving(make_workspace(tmp_path), free_port(), before) as server:
        until(lambda: answering(server.pid) > 0)
        below = answering(server.pid)
        server.kill()
        until(lambda: not Path(f"/proc/{below}/exe").exists())


NEVER = "import time; from sozialraum.web.figures.views import font; font.show = lambda *_, **__: time.sleep(600)"
"""An answer that is not finished in time."""


def test_an_answer_that_is_never_finished_keeps_no_server_from_ending(tmp_path: Path) -> None:
    port = free_port()
    with serving(make_workspace(tmp_path), port, NEVER) as server:
        wait(server, port)
        with socket.create_connection(("127.0.0.1", port)) as reader:
            reader.sendall(b"GET /static/fira-400.woff2 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            reader.settimeout(1)
            with pytest.raises(TimeoutError):
                reader.recv(1)
            told(server.pid)
            server.communicate(timeout=60)
    assert server.returncode == 0
