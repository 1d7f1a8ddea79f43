"""Releases on disk: equal after reading, never overwritten, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from sozialraum.errors import CallError
from sozialraum.figures import CORE, Break, ClassScale, Credit, Description, Release
from sozialraum.workspace.archive import areas_table, load_release, next_version, release_names, save_release


def release(version: int = 1) -> Release:
    """A release with one figure."""
    row = {
        "area": "01",
        "level": "district",
        "vintage": "1",
        "period": "2024",
        "indicator": "share",
        "value": 12.5,
        "flag": "ok",
    }
    scale = ClassScale(("a", "b"), ("hoch", "niedrig"), ("high", "low"), (1.0,))
    described = Description(
        "share",
        {"de": "Anteil"},
        breaks=(Break("2020", "neu", "new"),),
        scale=scale,
        parts=("x",),
        facts=("population",),
    )
    area = {"area": "01", "level": "district", "vintage": "1", "name": "Mitte", "label": "Mitte", "parents": "{}"}
    return Release(
        "2024", version, pa.Table.from_pylist([row], schema=CORE), areas_table([area]), (described,),
        (Credit("s", "Amt", deliveries=("d",)),), {"audit": {"hidden": 0}, "notes": {}},
    )  # fmt: skip


def test_a_release_is_equal_after_reading(tmp_path: Path) -> None:
    made = release()
    save_release(tmp_path, made)
    read = load_release(tmp_path, "2024")
    assert read.table.equals(made.table)
    assert read.areas.equals(made.areas)
    assert (read.name, read.version, read.credits, dict(read.record)) == (made.name, 1, made.credits, dict(made.record))
    assert read.descriptions == made.descriptions


def test_versions_count_up_and_never_change(tmp_path: Path) -> None:
    save_release(tmp_path, release(1))
    assert next_version(tmp_path, "2024") == 2
    save_release(tmp_path, release(2))
    assert release_names(tmp_path) == {"2024": [1, 2]}
    with pytest.raises(OSError, match=r".+"):
        save_release(tmp_path, release(2))
    assert sorted(path.name for path in (tmp_path / "releases" / "2024").iterdir()) == ["1", "2"]


def test_an_unknown_release_names_those_that_exist(tmp_path: Path) -> None:
    save_release(tmp_path, release())
    with pytest.raises(CallError, match="2024-1"):
        load_release(tmp_path, "2023")
    with pytest.raises(CallError, match="2024-7"):
        load_release(tmp_path, "2024", 7)
