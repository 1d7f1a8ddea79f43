"""Which workspace the pages belong to: its name for the bounds of roles, its title for the reader."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache, lru_cache
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


def keys(level: str) -> Collection[str]:
    """Keys of the areas of a level: those of the newest release, and where it has none those of the workspace."""
    from sozialraum.web.figures.shelf import shelf

    shown = shelf().newest()
    if shown is not None and level in shown.view("de").levels:
        return shown.view("de").layer_of(level).place
    areas = opened().areas if level in opened().settings.areas.levels else None
    return {key for one in areas.vintages for key in areas.layer(level, one.id).keys} if areas else ()


def meanings(level: str, key: str) -> dict[str, str]:
    """What a key names on each boundary: vintage -> label; empty where there is one vintage only."""
    areas = opened().settings.areas
    if len(areas.vintage) < 2 or level not in areas.levels:
        return {}
    layers = {one.id: opened().areas.layer(level, one.id) for one in opened().areas.vintages}
    return {name: one.labels[one.keys.index(key)] for name, one in layers.items() if key in one.keys}


def fresh() -> Workspace:
    """The workspace as it is now: read anew when a delivery was added or undone, or a declaration changed."""
    from django.conf import settings

    from sozialraum.sources import deliveries

    folder = Path(settings.SOZIALRAUM_WORKSPACE)
    told = [(path.name, path.stat().st_mtime_ns) for one in DECLARED for path in sorted(folder.glob(one))]
    return _with(settings.SOZIALRAUM_WORKSPACE, (*told, *(one.id for one in deliveries(folder))))


DECLARED = ("*.toml", "sources/*.toml", "indicators/**/*.toml")
"""What figures depend on beside the deliveries."""


@lru_cache(maxsize=1)
def _with(folder: str, _state: tuple[object, ...]) -> Workspace:
    from sozialraum.workspace import open as open_workspace

    return open_workspace(Path(folder))


@cache
def _open(folder: str) -> Workspace:
    from sozialraum.workspace import open as open_workspace

    return open_workspace(Path(folder))
