"""Writes reports from a release that was made before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sozialraum.errors import CallError
from sozialraum.workspace.withdrawing import withdrawal

if TYPE_CHECKING:
    from sozialraum.figures import Release
    from sozialraum.workspace import Workspace

Progress = Callable[[Sequence[Any], str], Any]


def find_release(workspace: Workspace, wanted: str) -> Release:
    """The release named `2024` (newest version) or `2024-2`. Raises: CallError for one that was withdrawn."""
    name, _, version = wanted.rpartition("-")
    if name in workspace.releases and version.isdigit():
        found = withdrawal(workspace.folder, name, int(version))
        if found is not None:
            raise CallError(
                "The release {label} was withdrawn on {day}: {reason}",
                remedy="Name another version.",
                label=wanted,
                day=found.made[:10],
                reason=found.reason,
            )
        return workspace.released(name, int(version))
    return workspace.released(wanted)


def write_report(
    workspace: Workspace,
    report_id: str,
    release: str,
    out: Path,
    *,
    area: str | None = None,
    language: str = "de",
    progress: Progress | None = None,
) -> Iterator[Path]:
    """Write a report, giving back each file written. Raises: CallError for an unknown ending or report."""
    from sozialraum.reports import check_target, compose, save_profiles

    chosen = find_release(workspace, release)
    if report_id == "area-profile" and area is None:
        yield from save_profiles(chosen, out, language=language, progress=progress)
        return
    check_target(out)
    compose(report_id, chosen, language=language, area=area).save(out)
    yield out
