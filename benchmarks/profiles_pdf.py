"""All 542 area profiles as one PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.profiles import release

if TYPE_CHECKING:
    from sozialraum.figures import Release

AIM = "under 0.1 s a profile"


def prepare(_folder: Path) -> None:
    """Everything is made in memory."""


def ready(folder: Path) -> tuple[Path, Release]:
    """The release of the pages; libraries are loaded beforehand."""
    import sozialraum.reports.writers.pdf  # noqa: F401

    return folder, release()


def ours(given: tuple[Path, Release]) -> dict[str, Any]:
    """One file with a page for each area."""
    from sozialraum.reports import save_profiles

    folder, found = given
    (path,) = save_profiles(found, folder / "profiles.pdf")
    return {"bytes": path.stat().st_size}
