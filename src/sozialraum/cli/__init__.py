"""The command `sozialraum`: parses, calls the workspace, prints."""

from __future__ import annotations

import gc

INTERRUPTED = 130
"""Exit code of a command that was stopped with Ctrl+C."""


def main() -> None:
    """Entry point of the command; whoever stops it is told so, also while it is still being loaded."""
    try:
        from sozialraum.cli.verbs import start

        start()
    except KeyboardInterrupt:
        _stopped()
    finally:
        gc.freeze()  # the process ends: Python need not look through all that it holds, which takes as long as a help page


def _stopped() -> None:
    """One sentence, and the end of the process."""
    import sys

    from sozialraum.cli.language import t

    print(t("Stopped. Nothing half-done was left behind."), file=sys.stderr)
    sys.exit(INTERRUPTED)


__all__ = ["INTERRUPTED", "main"]
