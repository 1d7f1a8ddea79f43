"""A process beside the server that makes the pages of a release before anybody asks; the server finds them on disk.

The server itself would make readers wait: only one thread of it computes at a time. This one steps back for everybody else,
and ends with its work or with whoever started it.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from threading import Event, Thread

from sozialraum.web.desk.jobs.ending import begin, end_with_input
from sozialraum.web.server.lean import uncollected
from sozialraum.web.server.serving import FOLDER

SECRET = "SOZIALRAUM_SECRET"
"""A setting that it needs no true value of, because it signs nothing."""
NICE = 15
"""Steps that it stands behind server and jobs for the processor."""
READY = b"ready\n"
"""What it says when all pages are made."""
LOG = logging.getLogger("sozialraum.web")
Told = Callable[[int, int], None]


class Filling:
    """Such a process over the workspace in that folder, begun at once; without a folder over the one that is served.

    `told` hears how many pages are made, and of how many.
    """

    def __init__(self, folder: Path | None = None, told: Told = lambda _done, _total: None) -> None:
        self._told = told
        place = {**os.environ, **({FOLDER: str(folder)} if folder else {})}
        words = [sys.executable, "-m", "sozialraum.web.ready.filling"]
        self._process = begin(words, stdout=subprocess.PIPE, env=place)
        self.made = False
        self._ready = Event()
        Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        """Hear its words and wait for its end, so that nothing of it is left in the list of processes."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line == READY:
                self.made = True
                break
            with suppress(ValueError, TypeError):  # a library may say something, too
                self._told(*map(int, line.split()))
        self._ready.set()
        self._process.wait()

    def wait(self, seconds: float | None = None) -> bool:
        """Until all pages are made or it is gone, at most these seconds; files that take long may still be made.

        Whether all pages are made and kept.
        """
        self._ready.wait(seconds)
        return self.made

    def finish(self) -> bool:
        """Until everything is made, also files that take long, or it is gone. Whether all pages are made and kept."""
        self._process.wait()
        return self.wait()

    def end(self) -> None:
        """Stop it: another release is shown, or whoever began it ends."""
        self._process.kill()
        self._process.wait()


def main() -> None:
    """Make everything of the newest release."""
    end_with_input()
    if hasattr(os, "nice"):
        os.nice(NICE)
    try:
        _fill()
    except Exception as error:
        LOG.error("Pages could not be made ahead (%s); they are made when somebody asks.", type(error).__name__)


def _fill() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sozialraum.web.server.settings")
    os.environ[SECRET] = token_hex()
    with uncollected():
        import django

        django.setup()
        from sozialraum.web.figures.shelf import open_shelf
        from sozialraum.web.figures.views import ahead

        shown = open_shelf().newest()
    if shown is not None and shown.stock is not None:
        with shown.stock.alone():
            ahead.make_pages(shown, lambda done, total: os.write(1, b"%d %d\n" % (done, total)))
            os.write(1, READY)
            ahead.make_files(shown)


if __name__ == "__main__":
    main()
