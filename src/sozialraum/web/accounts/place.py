"""Which workspace the pages belong to: its name for the bounds of roles, its title for the reader."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sozialraum.workspace import Workspace


def name() -> str:
    """The short name of the workspace that is served."""
    return opened().settings.workspace.name


def title() -> str:
    """Its title."""
    return opened().settings.workspace.title


def opened() -> Workspace:
    """The workspace that the settings name, opened once."""
    from django.conf import settings

    return _open(settings.SOZIALRAUM_WORKSPACE)


@cache
def _open(folder: str) -> Workspace:
    from sozialraum.workspace import open as open_workspace

    return open_workspace(Path(folder))
