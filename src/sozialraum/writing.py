"""Files and folders that appear whole or not at all: made beside their place, forced to disk, then renamed."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

PARTIAL = ".partial-"
"""Start of the names of unfinished things; what a crash leaves behind carries it and may be deleted at any time.

Such a file has no ending: whoever looks for definitions by theirs does not find it.
"""


MASK = os.umask(0o077)
os.umask(MASK)
"""What the system takes away from everyone's rights (umask), read once: reading it means to change it for a moment."""


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A new folder to fill; it takes its place when the block ends well, otherwise nothing is left.

    Raises: OSError when the target is there and not empty, or the disk is full.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=target.parent))
    try:
        yield partial
        for path in (*partial.rglob("*"), partial):
            _sync(path)
        partial.chmod(0o755 & ~MASK)
        partial.rename(target)
        _sync(target.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def whole_file(target: Path, mode: int = 0o644) -> Iterator[Path]:
    """A file name beside the target to write to; it replaces it when the block ends well. `mode`: who may read it at most.

    Raises: OSError when the folder is missing or the disk is full; the target is then as it was.
    """
    handle, name = tempfile.mkstemp(prefix=PARTIAL, dir=target.parent)
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        _sync(partial)
        partial.chmod(mode & ~MASK)
        partial.replace(target)
        _sync(target.parent)
    finally:
        partial.unlink(missing_ok=True)


def write_whole(contents: Mapping[Path, bytes], mode: int = 0o644) -> None:
    """Write these files; each replaces its target when all are complete, in this order. `mode`: who may read them at most.

    Where the system can (Linux), a file has no name until it is complete: not even a killed process leaves a part of it.
    Raises: OSError when a folder is missing or the disk is full; the targets are then as they were.
    """
    with ExitStack() as stack:
        unseen = {target: stack.enter_context(_unseen(target.parent)) for target in contents}
        if None in unseen.values():
            partials = [stack.enter_context(whole_file(target, mode)) for target in contents]
            for partial, content in zip(partials, contents.values(), strict=True):
                partial.write_bytes(content)
            return
        for file, content in zip(unseen.values(), contents.values(), strict=True):
            _fill(file or 0, content, mode)
        for target, file in unseen.items():
            _name(file or 0, target)


def as_parquet(table: pa.Table, compression: str = "snappy") -> bytes:
    """The table as the content of a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression=compression)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


@contextmanager
def _unseen(folder: Path) -> Iterator[int | None]:
    """A file without a name in that folder, gone with the process; None where there is no such thing."""
    kind = getattr(os, "O_TMPFILE", 0)
    try:
        handle = os.open(folder, kind | os.O_WRONLY, 0o600) if kind and Path("/proc/self/fd").is_dir() else None
    except OSError as problem:
        if problem.errno not in (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT):
            raise
        handle = None
    try:
        yield handle
    finally:
        if handle is not None:
            os.close(handle)


def _fill(handle: int, content: bytes, mode: int) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]
    os.fchmod(handle, mode & ~MASK)
    os.fsync(handle)


def _name(handle: int, target: Path) -> None:
    """The file gets its name, at once where that is free; else it takes the old file's place from a name beside it."""
    files = os.open("/proc/self/fd", os.O_RDONLY)
    try:
        os.link(str(handle), target, src_dir_fd=files, follow_symlinks=True)
    except FileExistsError:
        beside = target.parent / f"{PARTIAL}{os.urandom(6).hex()}"
        try:
            os.link(str(handle), beside, src_dir_fd=files, follow_symlinks=True)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    finally:
        os.close(files)
    _sync(target.parent)


@contextmanager
def one_at_a_time(file: Path) -> Iterator[None]:
    """Waits until no other process or thread is inside for that file, which must exist; who dies inside has left."""
    with file.open("r+b" if os.name == "nt" else "rb") as held:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(held.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def sweep(folder: Path, older: float = 3600.0) -> None:
    """Delete what stopped computers left unfinished in a folder, when nobody wrote to it for so many seconds."""
    for left in folder.glob(f"{PARTIAL}*"):
        if time.time() - left.stat().st_mtime > older:
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Force to disk; Windows opens no folders, and there the rename is enough."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
