"""Drafts of releases, `drafts/<name>/<number>/`: prepared by one person, decided by another; no page for the public reads them.

A draft holds the release as the gate made it, the hidden rows as they were, and the releases it was judged beside. What is
approved is what was looked at: nothing is computed again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from glob import escape
from pathlib import Path
from typing import Any

from sozialraum.areas import Areas
from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.figures import Figures, Release
from sozialraum.workspace.archive import (
    next_version,
    read_release,
    releases_by_age,
    write_release,
)
from sozialraum.workspace.house.ledger import Inside, earlier_releases, load_inside, save_inside
from sozialraum.workspace.house.proving import documented, publish, releasing
from sozialraum.workspace.settings import Settings
from sozialraum.workspace.withdrawing import needs_reason
from sozialraum.writing import whole_file, whole_folder

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
    """A prepared release: who prepared it when, and the labels of the releases it was judged beside."""

    folder: Path
    name: str
    number: int
    by: str
    made: str
    note: str
    key: str
    beside: tuple[str, ...]

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


def save_draft(folder: Path, areas: Areas, release: Release, inside: Inside, *, note: str = "", key: str = "") -> Draft:
    """Keep a prepared release as a draft; `key` names the order it comes from, so that an order repeated makes no second one.

    Raises: UnsafeReleaseError when its proof does not hold; then nothing was written.
    """
    number = max((one.number for one in drafts(folder, release.name)), default=0) + 1
    record = {
        "name": release.name,
        "number": number,
        "by": release.record["by"],
        "made": release.record["made"],
        "note": note,
        "key": key,
        "beside": labels(folder),
    }
    place = folder / "drafts" / release.name / str(number)
    marked = replace(release, record={**release.record, "draft": number})
    with whole_folder(place) as partial:
        write_release(partial, marked)
        save_inside(partial, SECRETS, documented(partial, areas, inside, earlier_releases(folder)))
        _write(partial / "draft.json", record)
    return _read(place)


def drafts(folder: Path, name: str = "") -> tuple[Draft, ...]:
    """Drafts of a workspace (of one name), by name and number."""
    if name and name not in _names(folder):
        return ()
    found = (folder / "drafts").glob(f"{escape(name) if name else '*'}/*/draft.json")
    read = [_read(one.parent) for one in found if not one.parent.name.startswith(".")]
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


def obstacles(folder: Path, settings: Settings, one: Draft) -> Iterator[Fault]:
    """Why a draft cannot be released any more: decided before, or something changed that its proof rests on."""
    if one.state != OPEN:
        what = "This draft was decided before: {state}, by {by}."
        values = {"state": one.state, "by": one.decision.by if one.decision else ""}
        yield Fault("decided", what, Place(str(one.folder)), values=values)
        return
    again = "Prepare the release again; this draft then need not be refused."
    newer = [label for label in labels(folder) if label not in one.beside]
    if newer:
        what = "Since this draft was prepared, {labels} was released."
        why = "What both give away together was not judged."
        yield Fault("outdated", what, why=why, remedy=again, values={"labels": ", ".join(newer)})
    rule = one.release.record["rule"]
    if any(rule.get(key) != value for key, value in settings.protection.model_dump().items()):
        what = "The rule under [protection] has changed since this draft was prepared."
        yield Fault("other_rule", what, remedy=again)


def approve(folder: Path, settings: Settings, areas: Areas, one: Draft, by: str, made: str, note: str = "") -> Release:
    """Release a draft as it is, by another person than the one who prepared it; its proof is checked again.

    Raises: CallError for the same or no person, InputError when something changed that the proof rests on.
    """
    _another(one, by)
    with releasing(folder):
        one = _read(one.folder)  # somebody may have decided while this one waited
        stuck = list(obstacles(folder, settings, one))
        if stuck:
            raise InputError(stuck)
        prepared = {"by": one.by, "made": one.made}
        record = {**one.release.record, "by": by, "made": made, "note": note or one.note, "prepared": prepared}
        release = replace(one.release, version=next_version(folder, one.name), record=record)
        publish(folder, areas, release, one.inside)
        _decide(one, Decision(RELEASED, by, made, note, release.label))
    return release


def refuse(one: Draft, by: str, made: str, reason: str) -> Draft:
    """Refuse a draft; it stays as it was, with who refused it and why. Raises: CallError without reason, or when decided."""
    needs_reason(by, reason)
    with releasing(one.folder.parents[2]):
        if _read(one.folder).state != OPEN:
            raise CallError("The draft {name}-{number} was decided before.", name=one.name, number=one.number)
        _decide(one, Decision(REFUSED, by, made, reason))
    return _read(one.folder)


def same_person(one: str, other: str) -> bool:
    """Whether two names are written for the same person."""
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _another(one: Draft, by: str) -> None:
    if not by.strip() or not one.by.strip():
        raise CallError("Say who decides.", remedy="--by PERSON")
    if same_person(by, one.by):
        raise CallError(
            "{by} prepared this draft and cannot release it, too.",
            why="Four eyes: what leaves the house is looked at by two people.",
            remedy="Another person releases it.",
            by=by,
        )


def _became(one: Draft) -> Decision | None:
    """The decision as the release tells it, where the computer stopped between release and decision."""
    for file in (one.folder.parents[2] / "releases" / one.name).glob("*/release.json"):
        label = f"{one.name}-{file.parent.name}"
        record = {} if label in one.beside else json.loads(file.read_text(encoding="utf-8"))["record"]
        if record.get("draft") == one.number:
            return Decision(RELEASED, record["by"], record["made"], record["note"], label)
    return None


def _decide(one: Draft, decision: Decision) -> None:
    _write(one.folder / "decision.json", vars(decision))


def _read(place: Path) -> Draft:
    record = json.loads((place / "draft.json").read_text(encoding="utf-8"))
    return Draft(place, **{**record, "beside": tuple(record["beside"])})


def _write(file: Path, record: Mapping[str, Any]) -> None:
    with whole_file(file) as partial:
        partial.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _names(folder: Path) -> set[str]:
    return {one.name for one in (folder / "drafts").glob("*") if one.is_dir()}
