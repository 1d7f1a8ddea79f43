"""A process beside the server that makes the pages of a release before anybody asks; the server finds them on disk.

The server itself would make readers wait: only one thread of it computes at a time. This one steps back for everybody else,
and ends with its work or with whoever started it.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from contextlib import suppress

from sozialraum.web.server.lean import uncollected

NICE = 15
"""Steps that it stands behind server and jobs for the processor."""
LOG = logging.getLogger("sozialraum.web")


class Filling:
    """Such a process over the workspace that this process serves."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", "sozialraum.web.ready.filling"], stdin=subprocess.PIPE)

    def wait(self, seconds: float) -> None:
        """Until it has made everything or is gone, at most these seconds."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)

    def end(self) -> None:
        """Stop it: another release is shown."""
        self._process.kill()
        self._process.communicate()


def main() -> None:
    """Make everything of the newest release."""
    from sozialraum.web.desk.jobs.ending import end, end_with_input

    end_with_input()
    signal.signal(signal.SIGINT, lambda *_: end())
    if hasattr(os, "nice"):
        os.nice(NICE)
    try:
        with uncollected():
            _fill()
    except Exception as error:
        LOG.error("Pages could not be made ahead (%s); they are made when somebody asks.", type(error).__name__)


def _fill() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sozialraum.web.server.settings")
    import django

    django.setup()
    from sozialraum.web.figures.shelf import open_shelf
    from sozialraum.web.figures.views import ahead

    shown = open_shelf().newest()
    if shown is not None and shown.stock is not None:
        ahead.make_first(shown)
        ahead.make_profiles(shown)


if __name__ == "__main__":
    main()
