"""The ledger of the house, `ledger/<name>/<version>.*`: hidden rows, certificates and the record of the gate.

Nothing of it is ever published: it would give hidden counts away. It is written before the release, so that no release
is without it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.figures import CORE, Figures, Release
from sozialraum.protection import Certificate, Earlier, read_certificate, write_certificate
from sozialraum.workspace.archive import load_release, releases_by_age
from sozialraum.writing import as_parquet, write_whole


@dataclass(frozen=True)
class Inside:
    """`secrets`: the hidden rows as they were; `certificate`: the proof; `record`: what the gate did, why, and how long."""

    secrets: Figures
    certificate: Certificate
    record: Mapping[str, Any]


def save_inside(place: Path, stem: str, one: Inside) -> None:
    """Write the three files `<stem>.parquet`, `<stem>.certificates` and `<stem>.json` into a folder."""
    place.mkdir(parents=True, exist_ok=True)
    record = json.dumps(dict(one.record), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    contents = {
        "parquet": as_parquet(one.secrets.table.select(CORE.names), "zstd"),
        "certificates": write_certificate(one.certificate),
        "json": record.encode(),
    }
    write_whole({place / f"{stem}.{ending}": content for ending, content in contents.items()})


def load_inside(place: Path, stem: str, release: Release) -> Inside:
    """What the house keeps beside a release. Raises: CallError when it keeps no proof, InputError when it is damaged."""
    file = place / f"{stem}.certificates"
    if not file.is_file():
        raise CallError(
            "The house keeps no certificates of {label}.",
            why="It was released before the gate wrote them, or the ledger was not brought back from the backup.",
            remedy="Bring back the folder 'ledger', or release the figures again.",
            label=release.label,
        )
    certificate = read_certificate(file.read_bytes(), str(file))
    return Inside(_secrets(place / f"{stem}.parquet", release), certificate, _read(place / f"{stem}.json"))


def ledger(folder: Path, name: str) -> Path:
    """Where the house keeps what belongs to the releases of a name; the stem of the files is the version."""
    return folder / "ledger" / name


Counted = Callable[[Figures, Sequence[str]], Figures | None]
"""Counts figures anew that was made with the facts of these deliveries."""


def _as_it_was(_figures: Figures, _facts: Sequence[str]) -> None:
    """Nothing is counted anew."""


def earlier_releases(
    folder: Path, recount: Counted = _as_it_was, before: tuple[str, int] | None = None
) -> list[Earlier]:
    """What every release shows, the oldest first, with what the ledger remembers and what `recount` counts anew.

    `before`: only those made before that.
    """
    return [_earlier(folder, one, recount) for one in _made_before(folder, before)]


def facts_before(folder: Path, before: tuple[str, int] | None = None) -> Iterator[frozenset[str]]:
    """The deliveries that counted when each of these releases was made."""
    for one in _made_before(folder, before):
        yield frozenset(_facts_of_release(folder, one))


def _made_before(folder: Path, before: tuple[str, int] | None) -> Iterator[Release]:
    every = releases_by_age(folder)
    yield from (load_release(folder, *one) for one in (every[: every.index(before)] if before else every))


def _earlier(folder: Path, release: Release, recount: Counted) -> Earlier:
    file = ledger(folder, release.name) / f"{release.version}.parquet"
    secrets = _secrets(file, release) if file.is_file() else None
    again = recount(release.figures, _facts_of_release(folder, release))
    return Earlier(release.figures, secrets, again, release.record.get("rule", {}).get("classes") != "show")


def _facts_of_release(folder: Path, release: Release) -> Sequence[str]:
    record = ledger(folder, release.name) / f"{release.version}.json"
    return facts_of(folder, _read(record) if record.is_file() else {}, release)


def facts_of(folder: Path, record: Mapping[str, Any], release: Release) -> Sequence[str]:
    """Ids of the deliveries that counted when a release was made; of a release that does not say it, by the day."""
    from sozialraum.sources import deliveries, in_force

    if "facts" in record:
        return tuple(record["facts"])
    made = [one for one in deliveries(folder) if one.record["received"] <= release.record["made"]]
    return tuple(one.id for one in in_force(made))


def _read(file: Path) -> Mapping[str, Any]:
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        raise _damaged(file) from None
    return found


def _secrets(file: Path, release: Release) -> Figures:
    try:
        return Figures(pq.read_table(file), release.descriptions)
    except (ValueError, OSError):
        raise _damaged(file) from None


def _damaged(file: Path) -> InputError:
    what = "This part of the ledger is damaged and cannot be read."
    remedy = "Bring the file back from a backup; without it nothing can be released safely beside that release."
    return InputError([Fault("damaged", what, Place(str(file)), remedy=remedy)])
