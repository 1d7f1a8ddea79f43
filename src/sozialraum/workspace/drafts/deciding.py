"""What becomes of a draft: released by another person, as it was looked at, or refused; or nothing, when its ground moved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.figures import Release
from sozialraum.workspace.archive import next_version
from sozialraum.workspace.drafts.basis import AGAIN, basis_of, moved
from sozialraum.workspace.drafts.kept import OPEN, REFUSED, RELEASED, Decision, Draft, labels, read_draft, write_record
from sozialraum.workspace.house.proving import publish, releasing
from sozialraum.workspace.withdrawing import needs_reason

if TYPE_CHECKING:
    from sozialraum.workspace import Workspace


def obstacles(workspace: Workspace, one: Draft) -> Iterator[Fault]:
    """Why a draft cannot be released any more: decided before, or something changed that its figures or its proof rest on."""
    if one.state != OPEN:
        what = "This draft was decided before: {state}, by {by}."
        values = {"state": one.state, "by": one.decision.by if one.decision else ""}
        yield Fault("decided", what, Place(str(one.folder)), values=values)
        return
    newer = [label for label in labels(workspace.folder) if label not in one.beside]
    if newer:
        what = "Since this draft was prepared, {labels} was released."
        why = "What both give away together was not judged."
        yield Fault("outdated", what, why=why, remedy=AGAIN, values={"labels": ", ".join(newer)})
    rule = one.release.record["rule"]
    if any(rule.get(key) != value for key, value in workspace.settings.protection.model_dump().items()):
        what = "The rule under [protection] has changed since this draft was prepared."
        yield Fault("other_rule", what, remedy=AGAIN)
    yield from _moved(workspace, one)


def _moved(workspace: Workspace, one: Draft) -> Iterator[Fault]:
    """What its figures rest on and is another one now, or cannot be read any more."""
    if one.basis is None:
        what = "This draft does not say which deliveries and definitions it rests on: an earlier version prepared it."
        yield Fault("no_basis", what, remedy=AGAIN)
        return
    try:
        yield from moved(one.basis, basis_of(workspace, one.name))
    except InputError as error:
        yield from error.faults
    except CallError as error:
        yield error.fault


def approve(workspace: Workspace, one: Draft, by: str, made: str, note: str = "") -> Release:
    """Release a draft as it is, by another person than the one who prepared it; its proof is checked again.

    Raises: CallError for the same or no person, InputError when something changed that figures or proof rest on.
    """
    _another(one, by)
    folder = workspace.folder
    with releasing(folder):
        one = read_draft(one.folder)  # somebody may have decided while this one waited
        stuck = list(obstacles(workspace, one))
        if stuck:
            raise InputError(stuck)
        prepared = {"by": one.by, "made": one.made}
        record = {**one.release.record, "by": by, "made": made, "note": note or one.note, "prepared": prepared}
        release = replace(one.release, version=next_version(folder, one.name), record=record)
        publish(workspace, release, one.inside)
        with suppress(OSError):  # the release itself tells who decided: it is out, whatever the disk says now
            _decide(one, Decision(RELEASED, by, made, note, release.label))
    return release


def refuse(one: Draft, by: str, made: str, reason: str) -> Draft:
    """Refuse a draft; it stays as it was, with who refused it and why. Raises: CallError without reason, or when decided."""
    needs_reason(by, reason)
    with releasing(one.folder.parents[2]):
        if read_draft(one.folder).state != OPEN:
            raise CallError("The draft {name}-{number} was decided before.", name=one.name, number=one.number)
        _decide(one, Decision(REFUSED, by, made, reason))
    return read_draft(one.folder)


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


def _decide(one: Draft, decision: Decision) -> None:
    write_record(one.folder / "decision.json", vars(decision))
