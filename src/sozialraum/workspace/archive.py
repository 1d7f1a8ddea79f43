"""Releases on disk: `releases/<name>/<version>/` appears whole or not at all and never changes afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.figures import Break, ClassScale, Credit, Description, Release
from sozialraum.workspace.withdrawing import withdrawal
from sozialraum.writing import whole_folder


def release_names(folder: Path) -> dict[str, list[int]]:
    """Names of the releases in a workspace, each with its versions in order."""
    found: dict[str, list[int]] = {}
    for path in sorted((folder / "releases").glob("*/*/release.json")):
        if path.parent.name.isdecimal():  # nothing that an interrupted release left behind
            found.setdefault(path.parent.parent.name, []).append(int(path.parent.name))
    return {name: sorted(versions) for name, versions in found.items()}


def releases_by_age(folder: Path) -> list[tuple[str, int]]:
    """Name and version of every release, the newest last; one that cannot be read counts as the oldest."""
    found = [(name, version) for name, versions in release_names(folder).items() for version in versions]
    return sorted(found, key=lambda one: (_made(folder, *one), one))


def _made(folder: Path, name: str, version: int) -> str:
    file = folder / "releases" / name / str(version) / "release.json"
    try:
        seen = file.stat()
        return _made_in(file, seen.st_mtime_ns, seen.st_size)
    except OSError:
        return ""


@lru_cache(maxsize=4096)
def _made_in(file: Path, _changed: int, _size: int) -> str:
    """When a release was made; the server asks each second, and a file that did not change is not read again."""
    try:
        return str(json.loads(file.read_text(encoding="utf-8"))["record"]["made"])
    except (ValueError, KeyError, TypeError):
        return ""


def save_release(folder: Path, release: Release, check: Callable[[Path], None] = lambda _place: None) -> Path:
    """Write a release; its folder. The version must be new: a release never changes.

    `check` looks at the files before anybody else can; when it raises, nothing is left of them.
    """
    target = folder / "releases" / release.name / str(release.version)
    with whole_folder(target) as partial:
        write_release(partial, release)
        check(partial)
    return target


def write_release(place: Path, release: Release) -> None:
    """The files of a release, into a folder that is there already."""
    pq.write_table(release.table, place / "figures.parquet", compression="zstd")
    pq.write_table(release.areas, place / "areas.parquet", compression="zstd")
    text = json.dumps(_as_record(release), ensure_ascii=False, indent=1, sort_keys=True)
    (place / "release.json").write_text(text + "\n", encoding="utf-8")


def load_release(folder: Path, name: str, version: int | None = None) -> Release:
    """The release of that name (unless a version is given, the newest that was not withdrawn).

    Raises: CallError when there is none, InputError when it is damaged.
    """
    known = release_names(folder)
    if name not in known or (version is not None and version not in known[name]):
        raise CallError(
            "There is no release '{wanted}' in '{folder}'; there are: {known}.",
            remedy="Make one with: sozialraum release",
            wanted=name if version is None else f"{name}-{version}",
            folder=str(folder),
            known=", ".join(f"{one}-{last}" for one, versions in known.items() for last in versions) or "-",
        )
    place = folder / "releases" / name / str(version or _standing(folder, name, known[name])[-1])
    try:
        return read_release(place)
    except (ValueError, KeyError, OSError):  # no JSON, no Parquet, no such file
        what = "This release is damaged: a file in it is missing or cannot be read."
        remedy = "Bring the folder back from a backup; without it nothing can be released safely beside it."
        raise InputError([Fault("damaged", what, Place(str(place)), remedy=remedy)]) from None


def labelled(folder: Path, label: str) -> Release:
    """The release of that label (`2024-2`), or the newest standing one of that name. Raises: as `load_release`."""
    name, _, version = label.rpartition("-")
    if version.isdecimal() and name in release_names(folder):
        return load_release(folder, name, int(version))
    return load_release(folder, label)


def _standing(folder: Path, name: str, versions: Sequence[int]) -> list[int]:
    """The versions that were not withdrawn. Raises: CallError when none is left."""
    left = [one for one in versions if withdrawal(folder, name, one) is None]
    if not left:
        raise CallError(
            "Every version of the release '{name}' was withdrawn.",
            remedy="Prepare it again, or name the version.",
            name=name,
        )
    return left


def read_release(place: Path) -> Release:
    """The release whose files lie in that folder. Raises: ValueError, KeyError or OSError where they are damaged."""
    record = json.loads((place / "release.json").read_text(encoding="utf-8"))
    return Release(
        name=record["name"],
        version=record["version"],
        table=_table(place / "figures.parquet"),
        areas=_table(place / "areas.parquet"),
        descriptions=tuple(_description(one) for one in record["descriptions"]),
        credits=tuple(Credit(**{**one, "deliveries": tuple(one["deliveries"])}) for one in record["credits"]),
        record=record["record"],
    )


def _table(file: Path) -> pa.Table:
    """The table of a file; read plainly, because `read_table` loads pandas first (a third of a second of each start)."""
    with pq.ParquetFile(file) as opened:
        return opened.read()


def next_version(folder: Path, name: str) -> int:
    """The version that the next release of this name gets."""
    return max(release_names(folder).get(name, [0])) + 1


def _as_record(release: Release) -> dict[str, Any]:
    return {
        "format": "sozialraum-release/1",
        "name": release.name,
        "version": release.version,
        "descriptions": [asdict(one) for one in release.descriptions],
        "credits": [asdict(one) for one in release.credits],
        "record": dict(release.record),
    }


def _description(record: dict[str, Any]) -> Description:
    plain = Description(**{**record, "breaks": (), "facts": tuple(record["facts"]), "parts": tuple(record["parts"])})
    scale = record["scale"]
    return replace(
        plain,
        breaks=tuple(Break(**one) for one in record["breaks"]),
        scale=ClassScale(**{key: tuple(value) for key, value in scale.items()}) if scale else None,
    )


def areas_table(rows: list[dict[str, Any]]) -> pa.Table:
    """The areas of a release: one row per area, with what pages and print need of it."""
    return pa.Table.from_pylist(rows, schema=AREAS)


AREAS = pa.schema(
    [
        ("area", pa.string()),
        ("level", pa.string()),
        ("vintage", pa.string()),
        ("name", pa.string()),
        ("label", pa.string()),
        ("parents", pa.string()),
        ("residents", pa.float64()),
        ("area_m2", pa.float64()),
        ("geometry", pa.binary()),
    ]
)
