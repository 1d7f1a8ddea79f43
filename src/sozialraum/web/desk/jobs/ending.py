"""Processes beside the server, which end with their input: it closes when whoever began them is gone. Needs no Django."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from threading import Thread
from typing import Any

RUNNING_NOW: list[subprocess.Popen[bytes]] = []
"""The process of the job that runs now; whoever ends the worker ends it, too."""


def begin(words: Sequence[str], **more: Any) -> subprocess.Popen[bytes]:
    """Begin a process that ends with its input; `more` as for `subprocess.Popen`.

    Ctrl+C reaches only whoever began it: in a group of its own it is not stopped in the middle of its own beginning, where
    Python would print where it was.
    """
    return subprocess.Popen(words, stdin=subprocess.PIPE, process_group=0, **more)


def end() -> None:
    """End at once; another worker begins the job again."""
    for process in RUNNING_NOW:
        process.kill()
    os._exit(0)


def end_with_input() -> None:
    """End as soon as the input does, whatever this process waits for meanwhile."""
    Thread(target=_read, daemon=True).start()


def _read() -> None:
    while os.read(0, 1):  # without the locks of sys.stdin, which would stop the process from ending
        pass
    end()
