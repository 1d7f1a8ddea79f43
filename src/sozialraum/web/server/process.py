"""The process that answers, and how it ends: when it is told to, whatever it is doing then, and with the server that began it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from granian.server.mp import MPServer

STOPS = (signal.SIGINT, signal.SIGTERM)
WAKE: Any = getattr(signal, "SIGURG", None)
"""A signal that means nothing to anybody else here; Windows has none."""


class Server(MPServer):
    """Granian, with one difference: neither of its processes misses that it shall end."""

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        with _held():
            super()._spawn_workers(spawn_target, target_loader)  # type: ignore[no-untyped-call]
        _wake_when_told()


@contextmanager
def _held() -> Iterator[None]:
    """Signals to stop wait, also in a process that is begun inside, until that one can follow them (`heed`).

    It would else do what the server does about them, and go on: the server then waits for its end for ever. Windows knows
    no such signals.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    if multiprocessing.get_start_method() != "fork":
        _begin_tracker()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin_tracker() -> None:
    """Begin the process that Python puts beside one that is begun anew, before signals are held: it lets them in again."""
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()


def _wake_when_told() -> None:
    """Let the main thread hear of a signal to stop at once, whichever thread the system gives it to.

    Python follows signals in its main thread only, and one that another thread was given ends no waiting there. Call it
    in the main thread.
    """
    if not hasattr(signal, "pthread_kill"):
        return
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.signal(WAKE, lambda *_: None)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    Thread(target=_pass_on, args=(heard, threading.get_ident()), daemon=True).start()


def _pass_on(heard: int, main: int) -> None:
    """Wake that thread for every signal to stop that is read there; more than once, as it may just be falling asleep."""
    while number := os.read(heard, 1):
        for _ in range(3 if number[0] in STOPS else 0):
            signal.pthread_kill(main, WAKE)
            time.sleep(0.1)


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
    _wake_when_told()


def _end_with(server: Any) -> None:
    """Wait for the server's end; this process would go on answering on the same port."""
    server.join()
    os._exit(1)
