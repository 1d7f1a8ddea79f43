"""No release is written whose proof does not hold; and every release can be proved again later."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sozialraum.areas import Areas
from sozialraum.errors import Fault, Place, UnsafeReleaseError
from sozialraum.figures import Release
from sozialraum.protection import Earlier, Evidence, Verdict, verify
from sozialraum.workspace.archive import load_release, read_release, release_names, save_release
from sozialraum.workspace.ground import ground
from sozialraum.workspace.house.ledger import Inside, earlier_releases, ledger, load_inside, save_inside

FILES = ("figures.parquet", "areas.parquet", "release.json")


def publish(folder: Path, areas: Areas, release: Release, inside: Inside) -> Release:
    """Write a release and what the house keeps beside it, after its files were read back and proved.

    Raises: UnsafeReleaseError when the proof does not hold; then nothing was written.
    """
    before = earlier_releases(folder)

    def check(place: Path) -> None:
        verdict = refuse_unproved(place, areas, inside, before)
        record = {**inside.record, "verdict": verdict_record(verdict), "files": _hashes(place)}
        save_inside(ledger(folder, release.name), str(release.version), replace(inside, record=record))

    save_release(folder, release, check)
    return release


def refuse_unproved(place: Path, areas: Areas, inside: Inside, before: Sequence[Earlier]) -> Verdict:
    """The verdict on the files of a release in that folder. Raises: UnsafeReleaseError when they are not proved safe."""
    verdict = verify(_evidence(read_release(place), areas, inside, before))
    if not verdict.accepted:
        raise UnsafeReleaseError(
            "The proof of this release does not hold: {first}",
            why="Whoever knows everything published could find out small counts.",
            remedy="Nothing was written. Release fewer or coarser figures, and tell those who maintain the software.",
            first=verdict.faults[0].say(),
        )
    return verdict


def verify_release(folder: Path, areas: Areas, label: str) -> tuple[Release, Verdict]:
    """A release of the workspace, named with or without its version, and the verdict on its files as they are now.

    Raises: CallError when there is no such release or no proof of it; InputError when a file is damaged.
    """
    name, _, version = label.rpartition("-")
    known = version.isdecimal() and name in release_names(folder)
    release = load_release(folder, name, int(version)) if known else load_release(folder, label)
    inside = load_inside(ledger(folder, release.name), str(release.version), release)
    before = earlier_releases(folder, (release.name, release.version))
    verdict = verify(_evidence(release, areas, inside, before))
    place = folder / "releases" / release.name / str(release.version)
    now, then = _hashes(place), inside.record.get("files", {})
    changed = [
        Fault("file_changed", "this file is not the one that was released.", Place(str(place / file)))
        for file in FILES
        if now[file] != then.get(file)
    ]
    return release, replace(verdict, faults=(*changed, *verdict.faults))


def _evidence(release: Release, areas: Areas, inside: Inside, before: Sequence[Earlier]) -> Evidence:
    rule = release.record["rule"]
    earlier = [(one.figures, one.secrets) for one in before]
    pieces = ground(areas)
    return Evidence(
        release.figures, inside.secrets, earlier, pieces, int(rule["minimum"]), bool(rule["rest"]), inside.certificate
    )


def verdict_record(verdict: Verdict) -> dict[str, Any]:
    """The verdict as the record keeps it."""
    found = asdict(replace(verdict, faults=()))
    return {**found, "faults": len(verdict.faults), "ranges": {str(key): one for key, one in verdict.ranges.items()}}


def _hashes(place: Path) -> dict[str, str]:
    return {file: hashlib.sha256((place / file).read_bytes()).hexdigest() for file in FILES}
