"""The process that answers, and how it ends: when it is told to, whatever it is doing then, and with the server that began it."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from granian.server.mp import MPServer

STOPS = (signal.SIGINT, signal.SIGTERM)


class Server(MPServer):
    """Granian, with one difference: its process does not miss that it shall end while it is still being loaded."""

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        with _held():
            super()._spawn_workers(spawn_target, target_loader)  # type: ignore[no-untyped-call]


@contextmanager
def _held() -> Iterator[None]:
    """Signals to stop wait, also in a process that is begun inside, until that one can follow them (`heed`).

    It would else do what the server does about them, and go on: the server then waits for its end for ever. Windows knows
    no such signals.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def heed() -> None:
    """In the process that answers: end at once when told to, until Granian cares for that, and when the server is gone.

    Ctrl+C reaches both processes; the server passes it on. Where no server began this process, nothing changes.
    """
    server = multiprocessing.parent_process()
    if server is None:
        return
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    Thread(target=_end_with, args=(server,), daemon=True).start()


def _end_with(server: Any) -> None:
    """Wait for the server's end; this process would go on answering on the same port."""
    server.join()
    os._exit(1)
