"""A server that is stopped or killed ends with all its processes: while it begins, while it answers, in both ways it divides."""

from __future__ import annotations

import ctypes
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
    """The process that shall answer, as soon as it exists; 0 before. Its words are those of the server, or of a new beginning.

    What Python begins beside a new beginning has the words of the server, too, for a moment.
    """
    anew = BEGINS_ANEW.encode() in _words(server)
    for one in family(server)[1:]:
        words = _words(one)
        if b"spawn_main" in words if anew else words == _words(server):
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


HELD = """
    import multiprocessing
    from sozialraum.web.server import process
    multiprocessing.set_start_method("spawn")
    look = "import signal; print(*(one.name for one in sorted(signal.pthread_sigmask(signal.SIG_BLOCK, []))))"
    with process._held():
        begun = multiprocessing.Process(target=exec, args=(look,))
        begun.start()
    begun.join()
"""


def test_a_process_that_is_begun_anew_hears_no_signal_before_it_can_follow_it() -> None:
    """Ctrl+C would end it before the server has told it to, and the server would take that for a fault."""
    done = subprocess.run([sys.executable, "-c", dedent(HELD)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["SIGINT", "SIGTERM"]


@pytest.mark.parametrize("before", [DIVIDES, BEGINS_ANEW])
@pytest.mark.parametrize("of", ["the server", "the process that answers"])
def test_a_signal_that_another_thread_is_given_is_heard(tmp_path: Path, before: str, of: str) -> None:
    """The system may give it to any thread; Python follows it in the main one, which waits for something else."""
    port = free_port()
    with serving(make_workspace(tmp_path), port, before) as server:
        wait(server, port)
        process = server.pid if of == "the server" else answering(server.pid)
        until(lambda: any(follows(process, one) for one in threads(process)))
        one = next(one for one in threads(process) if follows(process, one))
        assert ctypes.CDLL(None).tgkill(process, one, signal.SIGTERM) == 0
        server.communicate(timeout=15)


def threads(process: int) -> list[int]:
    """The threads of a process beside its main one."""
    return [int(one.name) for one in Path(f"/proc/{process}/task").iterdir() if int(one.name) != process]


def follows(process: int, thread: int) -> bool:
    """Whether a thread lets in signals to stop."""
    held = Path(f"/proc/{process}/task/{thread}/status").read_text().partition("SigBlk:")[2].split()[0]
    return not int(held, 16) >> signal.SIGTERM - 1 & 1


def test_ctrl_c_reaches_no_process_beside_the_server(tmp_path: Path) -> None:
    """It would stop one in the middle of its beginning, and Python would print where that was."""
    port = free_port()
    with serving(make_workspace(tmp_path), port) as server:
        wait(server, port)
        until(lambda: any(b"--beside" in _words(one) for one in family(server.pid)))
        grouped = {one: os.getpgid(one) == server.pid for one in family(server.pid)}
        beside = [one for one in grouped if b"--beside" in _words(one) or b"filling" in _words(one)]
        told(server.pid)
        server.communicate(timeout=60)
    assert [grouped[one] for one in beside] == [False] * len(beside)
    assert grouped[server.pid]


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
