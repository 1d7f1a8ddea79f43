"""Undoing a delivery: a further record supersedes it, nothing is deleted, and the record itself can be undone."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

from sozialraum.errors import CallError
from sozialraum.sources.keeping.stored import StoredDelivery, deliveries, stored, undone
from sozialraum.writing import whole_folder


def undo_delivery(workspace_folder: Path, delivery: str, *, received: str, by: str, reason: str) -> StoredDelivery:
    """The record that takes the delivery (`source/date-hash`) out of force, or that takes back such a record.

    Raises: CallError for an unknown delivery, one that is out of force already, or without person and reason.
    """
    every = deliveries(workspace_folder)
    _refuse(every, delivery, by, reason)
    source = delivery.partition("/")[0]
    sequence = max(one.sequence for one in every if one.source == source) + 1
    day = datetime.fromisoformat(received)
    mark = hashlib.sha256(f"{delivery} {sequence}".encode()).hexdigest()[:12]
    record = {
        "format": "sozialraum-undo/1",
        "source": source,
        "sequence": sequence,
        "received": day.isoformat(timespec="seconds"),
        "by": by,
        "undoes": delivery,
        "reason": reason,
        **{name: [] for name in ("files", "periods", "accepted", "notes", "corrections")},
    }
    target = workspace_folder / "deliveries" / source / f"{day:%Y-%m-%d}-undo-{mark}"
    with whole_folder(target) as folder:
        text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
        (folder / "delivery.json").write_text(text, encoding="utf-8")
    return stored(target)


def _refuse(every: tuple[StoredDelivery, ...], delivery: str, by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise CallError("Whoever undoes a delivery is named, with the reason.", remedy="--by PERSON --reason TEXT")
    if all(one.id != delivery for one in every):
        raise CallError(
            "There is no delivery '{delivery}'.", remedy="sozialraum show lists all of them.", delivery=delivery
        )
    if delivery in undone(every):
        raise CallError("'{delivery}' was undone before.", delivery=delivery)
