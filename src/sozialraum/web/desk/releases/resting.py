"""Which published releases rest on which deliveries: for whoever undoes a delivery, and for whoever looks after the releases."""

from __future__ import annotations

from collections.abc import Mapping

from sozialraum.workspace import Workspace, withdrawal
from sozialraum.workspace.withdrawing import Withdrawal


def resting(found: Workspace) -> Mapping[str, list[str]]:
    """Delivery -> labels of the releases that rest on it and are not withdrawn."""
    told: dict[str, list[str]] = {}
    for one in found.drafts():
        label = one.decision.release if one.decision else ""
        if label and one.basis and gone(found, label) is None:
            for delivery in one.basis.deliveries:
                told.setdefault(delivery, []).append(label)
    return told


def gone(found: Workspace, label: str) -> Withdrawal | None:
    """The withdrawal of a release, by its label; None while it stands."""
    name, _, version = label.rpartition("-")
    return withdrawal(found.folder, name, int(version))
