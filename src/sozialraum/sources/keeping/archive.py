"""Deliveries are written whole or not at all and never changed; later ones supersede earlier ones."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sozialraum.errors import Fault, InputError, Place, SozialraumError, cause
from sozialraum.sources.corrections import Applied
from sozialraum.sources.delivery import Delivery, sha256
from sozialraum.sources.keeping.stored import StoredDelivery, deliveries, stored, undone
from sozialraum.writing import PARTIAL, whole_folder


def store_delivery(
    workspace_folder: Path, delivery: Delivery, original_file: Path, received: datetime | str, by: str
) -> StoredDelivery:
    """The delivery as it now lies in the workspace; warnings must have been accepted (`delivery.accepted`).

    Raises: InputError when faults stand in the way or the file was added before; SozialraumError when the disk refuses.
    """
    delivery.accepted({})
    day = datetime.fromisoformat(received) if isinstance(received, str) else received
    earlier = deliveries(workspace_folder, delivery.source)
    _refuse_again(delivery, earlier)
    if sha256(original_file) != delivery.sha256:
        raise SozialraumError(
            "'{file}' has changed since it was checked.", remedy="Add it again.", file=original_file.name
        )
    home = workspace_folder / "deliveries" / delivery.source
    sweep(home)
    target = home / f"{day:%Y-%m-%d}-{delivery.sha256[:12]}"
    record = _record(delivery, day, by, max((one.sequence for one in earlier), default=0) + 1)
    made = [one for one in (home, home.parent) if not one.exists()]
    try:
        with whole_folder(target) as folder:
            _write(folder, delivery, original_file, record)
    except OSError as error:
        _undo(made)
        raise _disk(error, workspace_folder) from None
    return stored(target)


def sweep(home: Path) -> None:
    """Removes what an interrupted `add` of this source has left."""
    for left in home.glob(f"{PARTIAL}*"):
        shutil.rmtree(left, ignore_errors=True)


def _refuse_again(delivery: Delivery, earlier: Sequence[StoredDelivery]) -> None:
    gone = undone(earlier)
    for one in earlier:
        if any(file["sha256"] == delivery.sha256 for file in one.record["files"]):
            raise InputError(
                [
                    Fault(
                        "delivered_before",
                        "This file was added before, on {received} by {by}."
                        if one.record["by"]
                        else "This file was added before, on {received}.",
                        Place(delivery.file),
                        remedy="It was undone; undo that, and it counts again."
                        if one.id in gone
                        else "Nothing is to be done; a corrected file has other contents.",
                        values={"received": str(one.record["received"])[:10], "by": one.record["by"]},
                    )
                ]
            )


def _record(delivery: Delivery, received: datetime, by: str, sequence: int) -> dict[str, Any]:
    warnings: dict[str, int] = {}
    for one in delivery.warnings:
        warnings[one.code] = warnings.get(one.code, 0) + 1
    return {
        "format": "sozialraum-delivery/1",
        "source": delivery.source,
        "sequence": sequence,
        "received": received.isoformat(timespec="seconds"),
        "by": by,
        "files": [{"name": delivery.file, "sha256": delivery.sha256}],
        "periods": list(delivery.periods),
        "absent": dict(delivery.absent),
        "rows": {name: table.num_rows for name, table in sorted(delivery.facts.items())},
        "recognised": dict(delivery.recognised),
        "accepted": [
            {"code": code, "by": delivery.accept[code], "count": count} for code, count in sorted(warnings.items())
        ],
        "notes": [one.say() for one in delivery.faults if one.severity == "note"],
        "corrections": [_correction(one) for one in delivery.corrections],
    }


def _correction(one: Applied) -> dict[str, Any]:
    """With its rows as ranges, so that a correction of many rows stays short."""
    ranges: list[list[int]] = []
    for row in sorted(one.rows):
        if ranges and ranges[-1][1] == row - 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    return {**asdict(one), "rows": ranges, "was": list(one.was[:20])}


def _write(folder: Path, delivery: Delivery, original_file: Path, record: Mapping[str, Any]) -> None:
    from pyarrow import parquet

    (folder / "original").mkdir()
    (folder / "facts").mkdir()
    shutil.copyfile(original_file, folder / "original" / original_file.name)
    for name, table in delivery.facts.items():
        parquet.write_table(table, folder / "facts" / f"{name}.parquet", compression="zstd", row_group_size=1 << 17)
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    (folder / "delivery.json").write_text(text, encoding="utf-8")


def _undo(made: Sequence[Path]) -> None:
    for folder in made:
        try:
            folder.rmdir()
        except OSError:  # was never made, or another delivery stands in it
            continue


def _disk(error: OSError, folder: Path) -> SozialraumError:
    return SozialraumError(
        "The delivery could not be written: {reason}.",
        why="Nothing was stored; the workspace is as before.",
        remedy="Make room or check the rights on the folder, then add the file again.",
        place=Place(str(folder)),
        reason=cause(error),
    )
