"""Withdrawal of a release: the mark `withdrawn.json` beside its files; what was published once stays known to the ledger."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from sozialraum.errors import CallError
from sozialraum.writing import write_whole


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Who withdrew a release, when (ISO date and time) and why."""

    by: str
    made: str
    reason: str


def withdrawal(folder: Path, name: str, version: int) -> Withdrawal | None:
    """The withdrawal of a release, or None while it stands. A mark that cannot be read counts: nothing is shown by mistake."""
    mark = _mark(folder, name, version)
    if not mark.is_file():
        return None
    try:
        return Withdrawal(**json.loads(mark.read_text(encoding="utf-8")))
    except (ValueError, TypeError, OSError):
        return Withdrawal("", "", "")


def withdraw(folder: Path, name: str, version: int, done: Withdrawal) -> None:
    """Mark the release as withdrawn. Raises: CallError without person or reason, for an unknown release or a second time."""
    label = f"{name}-{version}"
    needs_reason(done.by, done.reason)
    if not (folder / "releases" / name / str(version) / "release.json").is_file():
        raise CallError("There is no release '{label}'.", remedy="sozialraum show lists all of them.", label=label)
    before = withdrawal(folder, name, version)
    if before is not None:
        raise CallError("The release {label} was withdrawn before, on {day}.", label=label, day=before.made[:10])
    text = json.dumps(asdict(done), ensure_ascii=False, indent=1) + "\n"
    write_whole({_mark(folder, name, version): text.encode()})


def needs_reason(by: str, reason: str) -> None:
    """Raises: CallError where the person or the reason is missing."""
    if not by.strip():
        raise CallError("Say who decides.", remedy="--by PERSON")
    if not reason.strip():
        raise CallError("Say why: others will ask.", remedy="--reason TEXT")


def _mark(folder: Path, name: str, version: int) -> Path:
    return folder / "releases" / name / str(version) / "withdrawn.json"
