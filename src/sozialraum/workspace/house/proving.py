"""No release is written whose proof does not hold; and every release can be proved again later."""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

from sozialraum.errors import Fault, Place, Told, UnsafeReleaseError
from sozialraum.figures import Release
from sozialraum.protection import Evidence, Verdict, verify
from sozialraum.workspace.archive import labelled, read_release, save_release
from sozialraum.workspace.ground import ground
from sozialraum.workspace.house.ledger import Inside, earlier_releases, facts_of, ledger, load_inside, save_inside
from sozialraum.workspace.house.recounting import Recount, former_states
from sozialraum.workspace.house.tally import tally
from sozialraum.writing import one_at_a_time, sweep

if TYPE_CHECKING:
    from sozialraum.workspace import Workspace

FILES = ("figures.parquet", "areas.parquet", "release.json")


def releasing(folder: Path) -> AbstractContextManager[None]:
    """Releases of a workspace are written one after the other, since each is judged beside all earlier ones."""
    return one_at_a_time(folder / "sozialraum.toml")


def publish(workspace: Workspace, release: Release, inside: Inside) -> Release:
    """Write a release and what the house keeps beside it, after its files were read back and proved.

    Raises: UnsafeReleaseError when the proof does not hold; then nothing was written.
    """
    folder = workspace.folder
    for place in (folder / "releases" / release.name, ledger(folder, release.name)):
        sweep(place)

    def check(place: Path) -> None:
        save_inside(ledger(folder, release.name), str(release.version), documented(place, workspace, inside))

    save_release(folder, release, check)
    return release


def documented(place: Path, workspace: Workspace, inside: Inside) -> Inside:
    """The same with verdict, reasons of hiding and hashes of the files of a release in that folder.

    Raises: UnsafeReleaseError when they are not proved safe.
    """
    release, started = read_release(place), process_time()
    verdict = verify(_evidence(release, workspace, inside))
    if not verdict.accepted:
        raise UnsafeReleaseError(
            "The proof of this release does not hold: {first}",
            why="Whoever knows everything published could find out small counts.",
            remedy="Nothing was written. Release fewer or coarser figures, and tell those who maintain the software.",
            first=Told(verdict.faults[0]),
        )
    seconds = {**inside.record["seconds"], "check": round(process_time() - started, 2)}
    more = {"verdict": _record(verdict), "hidden": tally(release, inside.secrets, verdict), "seconds": seconds}
    return replace(inside, record={**inside.record, **more, "files": _hashes(place)})


def verify_release(workspace: Workspace, label: str) -> tuple[Release, Verdict]:
    """A release of the workspace, named with or without its version, and the verdict on its files as they are now.

    Raises: CallError when there is no such release or no proof of it; InputError when a file is damaged.
    """
    folder = workspace.folder
    release = labelled(folder, label)
    inside = load_inside(ledger(folder, release.name), str(release.version), release)
    verdict = verify(_evidence(release, workspace, inside, (release.name, release.version)))
    place = folder / "releases" / release.name / str(release.version)
    now, then = _hashes(place), inside.record.get("files", {})
    changed = [
        Fault("file_changed", "this file is not the one that was released.", Place(str(place / file)))
        for file in FILES
        if now[file] != then.get(file)
    ]
    return release, replace(verdict, faults=(*changed, *verdict.faults))


def _evidence(
    release: Release, workspace: Workspace, inside: Inside, before: tuple[str, int] | None = None
) -> Evidence:
    """What is to be checked, beside all releases or those made before that one, by the facts of when it was made."""
    rule = release.record["rule"]
    facts = facts_of(workspace.folder, inside.record, release)
    earlier = earlier_releases(workspace.folder, Recount(workspace, frozenset(facts)), before)
    pieces = ground(workspace.areas)
    return Evidence(
        release.figures,
        inside.secrets,
        earlier,
        pieces,
        int(rule["minimum"]),
        bool(rule["rest"]),
        inside.certificate,
        rule.get("insiders") == "safe",
        int(rule.get("p_percent", 10)) / 100,
        rule.get("classes") == "proved" or (rule.get("classes") == "hide" and inside.certificate.classes),
        former_states(workspace, release.figures, facts, earlier, before, inside.secrets),
    )


def _record(verdict: Verdict) -> dict[str, Any]:
    names = (
        "numbers",
        "secrets",
        "populations",
        "corrected",
        "former",
        "insiders",
        "amounts",
        "classes",
    )
    return {name: getattr(verdict, name) for name in names} | {"ranges": {str(k): n for k, n in verdict.ranges.items()}}


def _hashes(place: Path) -> dict[str, str]:
    return {file: hashlib.sha256((place / file).read_bytes()).hexdigest() for file in FILES}
