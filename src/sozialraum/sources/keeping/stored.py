"""Deliveries that a workspace holds: found by looking into its folders."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.errors import Fault, InputError, Place
from sozialraum.sources.definition import SourceDefinition


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
        """Parquet file of each fact table. Raises: InputError where one is gone: figures without it would be wrong."""
        found = {one.stem: one for one in sorted((self.folder / "facts").glob("*.parquet"))}
        gone = sorted(set(self.record.get("rows", {})) - set(found))
        if gone:
            raise InputError([_damaged(self.folder / "facts" / f"{name}.parquet") for name in gone])
        return found

    @property
    def periods(self) -> tuple[str, ...]:
        """Labels of the periods it holds."""
        return tuple(self.record["periods"])

    @property
    def corrections(self) -> tuple[Mapping[str, Any], ...]:
        """What declared corrections changed in it: id, action, rows, column, was, now, reason."""
        return tuple(self.record["corrections"])

    @property
    def undoes(self) -> str:
        """Id of the delivery that this record takes out of force; empty for a delivery."""
        return str(self.record.get("undoes", ""))

    def tables(self) -> dict[str, pa.Table]:
        """The facts themselves, by fact table."""
        from pyarrow import parquet

        return {name: parquet.read_table(path) for name, path in self.facts.items()}


def deliveries(workspace_folder: Path, source: str = "") -> tuple[StoredDelivery, ...]:
    """Deliveries of a workspace (of one source), by source and in the order they came."""
    records = sorted((workspace_folder / "deliveries").glob(f"{source or '*'}/*/delivery.json"))
    found = [stored(one.parent) for one in records if not one.parent.name.startswith(".")]
    return tuple(sorted(found, key=lambda one: (one.source, one.sequence, one.id)))


def in_force(every: Iterable[StoredDelivery]) -> tuple[StoredDelivery, ...]:
    """The deliveries whose facts count: a later record may have undone one, and a still later one that undoing."""
    known = list(every)
    gone = undone(known)
    return tuple(one for one in known if not one.undoes and one.id not in gone)


def undone(every: Iterable[StoredDelivery]) -> frozenset[str]:
    """Ids of deliveries, and of undoings, that a later record took out of force."""
    found: set[str] = set()
    for one in sorted(every, key=lambda each: each.sequence, reverse=True):
        if one.undoes and one.id not in found:
            found.add(one.undoes)
    return frozenset(found)


def stored(folder: Path) -> StoredDelivery:
    """The delivery in that folder."""
    path = folder / "delivery.json"
    record = _record(path, path.stat().st_mtime_ns)
    return StoredDelivery(folder, f"{record['source']}/{folder.name}", record["source"], record["sequence"], record)


@lru_cache(maxsize=4096)
def _record(path: Path, _changed: int) -> Mapping[str, Any]:
    """The record of a delivery, read once: a stored delivery never changes."""
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:  # no JSON, or no UTF-8
        raise InputError([_damaged(path)]) from None
    return record


def _damaged(path: Path) -> Fault:
    remedy = "Bring the folder back from a backup, or remove it and add the file in original/ again."
    return Fault("damaged", "This file of a delivery is damaged or missing.", Place(str(path)), remedy=remedy)


def other_facts(workspace_folder: Path, definition: SourceDefinition) -> dict[str, list[pa.Table]]:
    """What other sources tell in the same fact tables, by fact table: of each source the latest facts of each period."""
    wanted = {one.table for one in definition.facts if not one.counts_rows}
    found: dict[str, list[pa.Table]] = {}
    seen: set[tuple[str, ...]] = set()
    for one in reversed(in_force(deliveries(workspace_folder))):
        for name in wanted & set(one.facts) if one.source != definition.id else ():
            table = _of_new_periods(one, name, seen)
            if len(table):
                found.setdefault(name, []).append(table)
    return found


def _of_new_periods(one: StoredDelivery, name: str, seen: set[tuple[str, ...]]) -> pa.Table:
    """Rows of those levels and periods that no later delivery of the source has told of; `seen` learns them."""
    from pyarrow import parquet

    table = parquet.read_table(one.facts[name])
    keys = table.group_by(["level", "period"]).aggregate([]).to_pylist()
    new = [(key["level"], key["period"]) for key in keys if (one.source, name, *key.values()) not in seen]
    seen.update((one.source, name, *key.values()) for key in keys)
    if len(new) == len(keys):
        return table
    keep = [pc.and_(pc.equal(table["level"], level), pc.equal(table["period"], period)) for level, period in new]
    return pa.concat_tables([table.filter(mask) for mask in keep]) if keep else table.slice(0, 0)
