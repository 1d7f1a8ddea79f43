"""The command `sozialraum`: parses, calls the workspace, prints."""

from sozialraum.cli.main import main

__all__ = ["main"]
