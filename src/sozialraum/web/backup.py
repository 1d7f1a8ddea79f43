"""Everything of a workspace in one file, and back: its folder, and the database of accounts and jobs whatever keeps it.

The database goes along as plain lines, so that a restored workspace may keep it in another kind of database.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.web.accounts.database import FILE, FOLDER, SETTING
from sozialraum.writing import PARTIAL, whole_file, whole_folder

FORMAT = "sozialraum-backup/1"
CONTENTS, ROWS, FILES = "contents.json", "database.jsonl", "workspace"
"""In the archive: what is in it with fingerprints, the rows of the database, the folder of the workspace."""
FIRST = "releases"
"""Copied before everything else: the ledger of a release is written before the release, so none comes without it."""
PASSING = ("sessions", "accounts.attempt", "accounts.house")
"""What a backup leaves out: after a restore everyone signs in again, and the new database is claimed anew."""
OWNER_ONLY = 0o600


def backup(folder: Path, target: Path) -> int:
    """Write the workspace and its database into one file that only its owner can read; how many files are in it.

    It may run while the server works: what appears in the meantime is in the backup whole or not at all.
    Raises: CallError when the target lies inside the workspace or is there, django.db.Error for a database that is away.
    """
    if target.exists() or folder in target.resolve().parents:
        raise CallError(
            "The backup cannot be written to '{target}'.",
            why="A file there is not replaced, and a backup does not lie inside what it keeps.",
            remedy="Name a new file in another folder.",
            target=str(target),
        )
    told: dict[str, str] = {}
    with (
        TemporaryDirectory(dir=target.resolve().parent, prefix=PARTIAL) as scratch,
        whole_file(target, OWNER_ONLY) as partial,
        tarfile.open(partial, "w:gz", compresslevel=1) as archive,
    ):
        for name, path in _parts(folder, Path(scratch)):
            _add(archive, name, path, told)
        contents = Path(scratch) / CONTENTS
        contents.write_text(json.dumps(_described(told), indent=1), encoding="utf-8")
        archive.add(contents, CONTENTS)
    return len(told)


def _parts(folder: Path, scratch: Path) -> Iterator[tuple[str, Path]]:
    """Name in the archive and place of everything that is kept."""
    for path in sorted(_files(folder), key=lambda one: (one.relative_to(folder).parts[0] != FIRST, one)):
        yield f"{FILES}/{path.relative_to(folder).as_posix()}", path
    if os.environ.get(SETTING) or (folder / FOLDER / FILE).is_file():
        dump(folder, scratch / ROWS)
        yield ROWS, scratch / ROWS


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        unfinished = any(part.startswith(PARTIAL) for part in parts)
        rows = parts[0] == FOLDER and path.name.startswith(FILE)
        if path.is_file() and not path.is_symlink() and not unfinished and not rows:
            yield path


def _add(archive: tarfile.TarFile, name: str, path: Path, told: dict[str, str]) -> None:
    with path.open("rb") as opened:
        read = _Read(opened)
        archive.addfile(archive.gettarinfo(arcname=name, fileobj=opened), read)
    told[name] = read.mark.hexdigest()


class _Read:
    """A file that is fingerprinted as it is read, so that the mark is that of the bytes in the archive."""

    def __init__(self, opened: BinaryIO):
        self._opened = opened
        self.mark = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._opened.read(size)
        self.mark.update(piece)
        return piece


def _described(told: dict[str, str]) -> dict[str, Any]:
    return {"format": FORMAT, "made": datetime.now(UTC).isoformat(timespec="seconds"), "files": told}


def _fingerprint(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def dump(folder: Path, rows: Path) -> None:
    """The rows of the database as lines of JSON, all of one moment. Raises: django.db.Error when it does not answer."""
    from sozialraum.web.accounts.standing import stand

    stand(folder)
    from django.core.management import call_command
    from django.db import connection, transaction

    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        call_command("dumpdata", format="jsonl", exclude=PASSING, output=str(rows), verbosity=0)
    connection.close()


def restore(source: Path, folder: Path) -> int:
    """Make a workspace from a backup; how many files it has. The folder, and a PostgreSQL database, must be new or empty.

    Raises: InputError for a damaged backup, CallError when something is there already; then nothing was changed.
    """
    if not source.is_file():
        raise CallError("There is no file '{path}'.", remedy="Check the path and how it is spelt.", path=str(source))
    if folder.exists() and any(folder.iterdir()):
        raise CallError(
            "'{folder}' is not empty.", remedy="Name a new folder; move the old one away first.", folder=str(folder)
        )
    with whole_folder(folder) as partial, TemporaryDirectory(dir=partial, prefix=PARTIAL) as scratch:
        told = _unpack(source, Path(scratch))
        kept = Path(scratch) / FILES
        for path in sorted(kept.iterdir()) if kept.is_dir() else ():
            path.rename(partial / path.name)
        if ROWS in told:
            load(partial, Path(scratch) / ROWS)
    _only_owner(folder)
    return len(told)


def _only_owner(folder: Path) -> None:
    """What the accounts need is for the owner only, whatever archive and system made of it."""
    place = folder / FOLDER
    for path in (place, *place.rglob("*")) if place.is_dir() else ():
        path.chmod(0o700 if path.is_dir() else OWNER_ONLY)


def _unpack(source: Path, scratch: Path) -> dict[str, str]:
    """Take the archive apart, and compare everything with its fingerprint; nothing else may be in it."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            held = sorted(one.name if one.isreg() else "" for one in archive.getmembers())
            archive.extractall(scratch, filter="data")
        contents = json.loads((scratch / CONTENTS).read_text(encoding="utf-8"))
        told: dict[str, str] = contents["files"]
        right = contents["format"] == FORMAT and held == sorted([*told, CONTENTS])
        right = right and all(_right(scratch, name, mark) for name, mark in told.items())
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise
        right = False
    if not right:
        what = "This backup is damaged or is none: what it says it holds is not what is in it."
        raise InputError([Fault("damaged", what, Place(str(source)), remedy="Take another backup.")])
    return told


def _right(scratch: Path, name: str, mark: str) -> bool:
    inside = not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts
    return inside and _fingerprint(scratch / name) == mark


FULL = (28, 30, 122)
"""Error numbers of a full disk, a disk for reading only, and a used-up quota."""


def load(folder: Path, rows: Path) -> None:
    """Fill the empty database with the rows. Raises: CallError when it holds accounts already."""
    from sozialraum.web.accounts.standing import stand

    stand(folder)
    from django.core import serializers
    from django.core.management.color import no_style
    from django.db import connection, transaction

    from sozialraum.web.accounts.models import Account

    if Account.objects.exists():
        raise CallError("The database holds accounts already.", remedy="Give it a new, empty database.")
    kinds = set()
    with transaction.atomic(), rows.open(encoding="utf-8") as opened:
        for one in serializers.deserialize("jsonl", opened):
            one.save(force_insert=True)  # the log refuses even a change that would change nothing
            kinds.add(type(one.object))
        with connection.cursor() as cursor:
            for sql in connection.ops.sequence_reset_sql(no_style(), list(kinds)):
                cursor.execute(sql)
    connection.close()
