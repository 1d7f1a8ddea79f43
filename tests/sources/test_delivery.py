"""A declared CSV becomes facts, and facts become a delivery."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from sozialraum.errors import InputError
from sozialraum.sources import deliveries, read_delivery, store_delivery
from tests.sources.land import AREAS, KEYS, POPULATION, good_rows, workspace_hash, write

DAY = datetime(2025, 3, 1, 9, 30)


def test_columns_become_facts_with_their_origin(tmp_path: Path) -> None:
    delivery = read_delivery(write(tmp_path, good_rows()), POPULATION, AREAS)
    assert delivery.faults == ()
    rows = delivery.facts["population"].to_pylist()
    assert len(rows) == 3 * len(KEYS)
    first = {name: rows[0][name] for name in ("area", "level", "vintage", "period", "breakdown", "sign", "file", "row")}
    assert first == {
        "area": "010101",
        "level": "planning_area",
        "vintage": "2021",
        "period": "2024",
        "breakdown": "age",
        "sign": "",
        "file": "pop_2024.csv",
        "row": 2,
    }
    assert {(one["age_from"], one["age_to"], one["column"]) for one in rows} == {
        (0, 6, "unter 6"),
        (6, 18, "6 bis 18"),
        (18, None, "ab 18"),
    }


def test_a_delivery_is_stored_whole_and_found_again(tmp_path: Path) -> None:
    file, workspace = write(tmp_path, good_rows()), tmp_path / "workspace"
    delivery = read_delivery(file, POPULATION, AREAS)
    stored = store_delivery(workspace, delivery, file, DAY, "Erika Muster")
    assert stored.folder.name == f"2025-03-01-{delivery.sha256[:12]}"
    assert (stored.folder / "original" / "pop_2024.csv").read_bytes() == file.read_bytes()
    assert stored.tables()["population"].equals(delivery.facts["population"])
    record = json.loads((stored.folder / "delivery.json").read_text(encoding="utf-8"))
    assert (record["sequence"], record["by"], record["periods"]) == (1, "Erika Muster", ["2024"])
    assert record["rows"] == {"population": 36}
    assert deliveries(workspace) == (stored,)


def test_the_same_file_is_refused_with_the_day_it_came(tmp_path: Path) -> None:
    file, workspace = write(tmp_path, good_rows()), tmp_path / "workspace"
    delivery = read_delivery(file, POPULATION, AREAS)
    store_delivery(workspace, delivery, file, DAY, "Erika Muster")
    before = workspace_hash(workspace)
    with pytest.raises(InputError, match=r"added before, on 2025-03-01 by Erika Muster"):
        store_delivery(workspace, delivery, file, DAY, "Erika Muster")
    assert workspace_hash(workspace) == before


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    file = write(tmp_path, good_rows())
    for name in ("one", "two"):
        store_delivery(tmp_path / name, read_delivery(file, POPULATION, AREAS), file, DAY, "Erika Muster")
    assert workspace_hash(tmp_path / "one") == workspace_hash(tmp_path / "two")
