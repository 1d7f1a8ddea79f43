"""Answers kept on disk over a restart: pages of one release, made by this very program, in the cache of the user.

Nothing but answers made from a release is given here; the folder's name is a mark of the bytes of the release and of the
program's files, so another release or another program never finds them. It may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from secrets import token_hex
from time import time

from sozialraum.web.ready.keeping import Kept
from sozialraum.writing import PARTIAL, one_at_a_time

START, LOCK = "pages-", "lock"
UNUSED = 30 * 24 * 3600
"""Seconds after which what nobody opened is deleted."""
MARK = 64
"""Letters of the name of a stored answer."""
CODE = (".py", ".html", ".toml", ".css", ".js", ".svg")


class Stock:
    """The answers of one release on disk; a fault of the disk is no fault of a page."""

    def __init__(self, folder: Path):
        self._folder = folder

    @property
    def is_used(self) -> bool:
        """Whether anything was made of the release."""
        return any(len(one.name) == MARK for one in self._folder.glob("*"))

    def find(self, asked: Hashable) -> Kept | None:
        """The answer from the disk; None where it is missing or damaged."""
        with suppress(OSError, ValueError, TypeError):
            return _read(self._file(asked).read_bytes())
        return None

    def put(self, asked: Hashable, made: Kept) -> Kept:
        """The answer, written for the next start; nobody waits for the disk, because what is not whole is found out."""
        with suppress(OSError):
            _named(self._file(asked), _written(made))
        return made

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Waits until no other process makes the same ahead. Raises: OSError where nothing can be written."""
        lock = self._folder / LOCK
        lock.touch(0o600)
        with one_at_a_time(lock):
            yield

    def _file(self, asked: Hashable) -> Path:
        return self._folder / hashlib.sha256(repr(asked).encode()).hexdigest()

    def forget(self) -> None:
        """Delete everything: the release was withdrawn."""
        shutil.rmtree(self._folder, ignore_errors=True)


def stock(home: Path, files: Iterable[Path]) -> Stock | None:
    """The stock for a release with these files; what was not used for long goes.

    None where nothing can be written, or where another user of the computer could put pages of his own.
    """
    mark = hashlib.sha256(_program())
    for file in files:
        mark.update(hashlib.sha256(file.read_bytes()).digest())
    folder = home / f"{START}{mark.hexdigest()[:24]}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if not (_ours(home, 0o002) and _ours(folder, 0o022)):
            return None
        folder.touch()
        for old in home.glob(f"{START}*"):
            if time() - old.stat().st_mtime > UNUSED:
                shutil.rmtree(old, ignore_errors=True)
    except OSError:
        return None
    return Stock(folder)


def _ours(folder: Path, others: int) -> bool:
    """Whether it is a folder of this user that those others cannot write: names in a folder for everybody can be guessed."""
    held = folder.lstat()
    return not hasattr(os, "getuid") or (held.st_uid == os.getuid() and not held.st_mode & others)


def _named(file: Path, content: bytes) -> None:
    """The file under its name only when all of it is written."""
    partial = file.with_name(f"{PARTIAL}{token_hex(8)}")
    try:
        with open(partial, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as held:
            held.write(content)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def _written(kept: Kept) -> bytes:
    told = {**asdict(kept), "content": hashlib.sha256(kept.content).hexdigest()}
    return json.dumps(told).encode() + b"\n" + kept.content


def _read(held: bytes) -> Kept:
    """Raises: ValueError where the file is not whole."""
    head, _, content = held.partition(b"\n")
    told = json.loads(head)
    if hashlib.sha256(content).hexdigest() != told["content"]:
        raise ValueError
    return Kept(**{**told, "content": content})


@cache
def _program() -> bytes:
    """A mark of every file of the program, and of the folder that its libraries are installed in."""
    import django

    home = Path(__file__).resolve().parents[2]
    seen = [(path.as_posix(), path.stat()) for path in sorted(home.rglob("*")) if path.suffix in CODE]
    told = [(name, stat.st_size, stat.st_mtime_ns) for name, stat in seen]
    libraries = Path(django.__file__).parent.parent.stat().st_mtime_ns
    return repr((sys.version, libraries, told)).encode()
