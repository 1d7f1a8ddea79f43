"""Drafts as they are kept in `drafts/<name>/<number>/`.

A draft holds the release as the gate made it, the hidden rows as they were, the releases it was judged beside, and what its
figures rest on. What is approved is what was looked at: nothing is computed again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.figures import Figures, Release
from sozialraum.workspace.archive import read_release, release_names, releases_by_age, write_release
from sozialraum.workspace.drafts.basis import Basis
from sozialraum.workspace.house.ledger import Inside, load_inside, save_inside
from sozialraum.workspace.house.proving import documented
from sozialraum.writing import whole_folder, write_whole

if TYPE_CHECKING:
    from sozialraum.workspace import Workspace

OPEN, RELEASED, REFUSED = "open", "released", "refused"
SECRETS = "secrets"
"""Stem of the files of a draft that no release carries."""


@dataclass(frozen=True)
class Decision:
    """What became of a draft: `released` or `refused`, by whom, when, why, and the release it became."""

    kind: str
    by: str
    made: str
    reason: str = ""
    release: str = ""


@dataclass(frozen=True)
class Draft:
    """A prepared release: who prepared it when, the labels of the releases it was judged beside, and what it rests on."""

    folder: Path
    name: str
    number: int
    by: str
    made: str
    note: str
    key: str
    beside: tuple[str, ...]
    basis: Basis | None = None
    """None in a draft of a version that did not note it."""

    @cached_property
    def decision(self) -> Decision | None:
        """What was decided, or None while the draft waits; a release that it became decides even where no word of it is left."""
        file = self.folder / "decision.json"
        return Decision(**json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else _became(self)

    @property
    def state(self) -> str:
        """`open`, `released` or `refused`."""
        return self.decision.kind if self.decision else OPEN

    @cached_property
    def release(self) -> Release:
        """The release as it would go out. Raises: InputError when its files are damaged."""
        try:
            return read_release(self.folder)
        except (ValueError, KeyError, OSError):
            what = "This draft is damaged: a file in it is missing or cannot be read."
            fault = Fault("damaged", what, Place(str(self.folder)), remedy="Refuse it and prepare the release again.")
            raise InputError([fault]) from None

    @cached_property
    def inside(self) -> Inside:
        """The hidden rows as they were, the proof and the record, for staff and for the ledger."""
        return load_inside(self.folder, SECRETS, self.release)

    @property
    def secrets(self) -> Figures:
        """The hidden rows as they were."""
        return self.inside.secrets


def save_draft(
    workspace: Workspace, release: Release, inside: Inside, basis: Basis, *, note: str = "", key: str = ""
) -> Draft:
    """Keep a prepared release as a draft; `key` names the order it comes from, so that an order repeated makes no second one.

    Raises: UnsafeReleaseError when its proof does not hold; then nothing was written.
    """
    folder = workspace.folder
    number = max((one.number for one in drafts(folder, release.name)), default=0) + 1
    record = {
        "name": release.name,
        "number": number,
        "by": release.record["by"],
        "made": release.record["made"],
        "note": note,
        "key": key,
        "beside": labels(folder),
        "basis": vars(basis),
    }
    place = folder / "drafts" / release.name / str(number)
    marked = replace(release, record={**release.record, "draft": number})
    with whole_folder(place) as partial:
        write_release(partial, marked)
        save_inside(partial, SECRETS, documented(partial, workspace, inside))
        write_record(partial / "draft.json", record)
    return read_draft(place)


def drafts(folder: Path, name: str = "") -> tuple[Draft, ...]:
    """Drafts of a workspace (of one name), by name and number."""
    if name and name not in _names(folder):
        return ()
    found = (folder / "drafts").glob(f"{escape(name) if name else '*'}/*/draft.json")
    read = [read_draft(one.parent) for one in found if not one.parent.name.startswith(".")]
    return tuple(sorted(read, key=lambda one: (one.name, one.number)))


def draft(folder: Path, name: str, number: int | None = None) -> Draft:
    """One draft; without a number the newest that waits. Raises: CallError when there is none."""
    found = drafts(folder, name)
    wanted = [one for one in found if (one.number == number if number else one.state == OPEN)]
    if not wanted:
        raise CallError(
            "There is no draft '{wanted}' that could be decided.",
            remedy="Prepare one with: sozialraum release {name} --prepare --by PERSON",
            wanted=f"{name}-{number}" if number else name,
            name=name,
        )
    return wanted[-1]


def labels(folder: Path) -> list[str]:
    """Every release so far, the oldest first: what a draft is judged beside."""
    return [f"{name}-{version}" for name, version in releases_by_age(folder)]


def _became(one: Draft) -> Decision | None:
    """The decision as the release tells it, where the computer stopped between release and decision."""
    folder = one.folder.parents[2]
    for version in release_names(folder).get(one.name, []):
        label = f"{one.name}-{version}"
        file = folder / "releases" / one.name / str(version) / "release.json"
        record = {} if label in one.beside else json.loads(file.read_text(encoding="utf-8"))["record"]
        if record.get("draft") == one.number:
            return Decision(RELEASED, record["by"], record["made"], record["note"], label)
    return None


def read_draft(place: Path) -> Draft:
    """The draft in that folder."""
    record = json.loads((place / "draft.json").read_text(encoding="utf-8"))
    basis = Basis(tuple(record["basis"]["deliveries"]), record["basis"]["definitions"]) if "basis" in record else None
    return Draft(place, **{**record, "beside": tuple(record["beside"]), "basis": basis})


def write_record(file: Path, record: Mapping[str, Any]) -> None:
    """Write one file of a draft, whole or not at all."""
    write_whole({file: (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()})


def _names(folder: Path) -> set[str]:
    return {one.name for one in (folder / "drafts").glob("*") if one.is_dir()}
