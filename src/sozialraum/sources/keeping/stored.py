"""Deliveries that a workspace holds: found by looking into its folders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    """One delivery of a workspace: its folder, id (`source/date-hash`), place in the sequence, and delivery.json."""

    folder: Path
    id: str
    source: str
    sequence: int
    record: Mapping[str, Any]

    @property
    def facts(self) -> dict[str, Path]:
        """Parquet file of each fact table."""
        return {one.stem: one for one in sorted((self.folder / "facts").glob("*.parquet"))}

    @property
    def periods(self) -> tuple[str, ...]:
        """Labels of the periods it holds."""
        return tuple(self.record["periods"])

    @property
    def corrections(self) -> tuple[Mapping[str, Any], ...]:
        """What declared corrections changed in it: id, action, rows, column, was, now, reason."""
        return tuple(self.record["corrections"])

    def tables(self) -> dict[str, pa.Table]:
        """The facts themselves, by fact table."""
        from pyarrow import parquet

        return {name: parquet.read_table(path) for name, path in self.facts.items()}


def deliveries(workspace_folder: Path, source: str = "") -> tuple[StoredDelivery, ...]:
    """Deliveries of a workspace (of one source), by source and in the order they came."""
    records = sorted((workspace_folder / "deliveries").glob(f"{source or '*'}/*/delivery.json"))
    found = [stored(one.parent) for one in records if not one.parent.name.startswith(".")]
    return tuple(sorted(found, key=lambda one: (one.source, one.sequence, one.id)))


def stored(folder: Path) -> StoredDelivery:
    """The delivery in that folder."""
    record = json.loads((folder / "delivery.json").read_text(encoding="utf-8"))
    return StoredDelivery(folder, f"{record['source']}/{folder.name}", record["source"], record["sequence"], record)
