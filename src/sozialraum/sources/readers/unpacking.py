"""Packed files (workbooks, ZIP, gzip) that would unpack to more than any delivery holds are refused before they are read."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path

from sozialraum.errors import Fault, Place

LARGEST = 2 << 30
"""Bytes that a packed file may unpack to."""
HARMLESS, RATIO = 100 << 20, 150
"""Below so many bytes nothing is refused; above them, so many times the packed size is more than tables ever reach."""
CHUNK = 1 << 20


def oversized(path: Path) -> Fault | None:
    """The fault of a file that unpacks to too much or not at all as it says; None for any other file."""
    if not path.is_file():
        return None
    with path.open("rb") as opened:
        start = opened.read(4)
    if start == b"PK\x03\x04":
        return _zip(path)
    return _too_large(path) if start[:2] == b"\x1f\x8b" and _unpacked(path) > _limit(path) else None


def _zip(path: Path) -> Fault | None:
    """What the list of contents says; an entry that holds more than its list says is read to its end by nobody."""
    try:
        with zipfile.ZipFile(path) as packed:
            entries = packed.infolist()
            if sum(one.file_size for one in entries) > _limit(path):
                return _too_large(path)
            lying = next((one for one in entries if _is_lying(packed, one)), None)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        return None  # the reader says what is wrong with it
    return _too_large(path) if lying else None


def _is_lying(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether an entry unpacks to more than its list says; only entries whose packed size makes that worth a look."""
    if entry.compress_type != zipfile.ZIP_DEFLATED or entry.compress_size * 1032 <= HARMLESS:
        return False  # deflate packs at most 1032 to 1
    declared = entry.file_size
    packed_file = packed.fp
    if packed_file is None:
        return False
    packed_file.seek(entry.header_offset + 26)
    lengths = packed_file.read(4)
    packed_file.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
    left, found, stream = entry.compress_size, 0, zlib.decompressobj(-15)
    while left > 0 and found <= declared:
        read = packed_file.read(min(CHUNK, left))
        left -= len(read)
        while read and found <= declared:
            found += len(stream.decompress(read, CHUNK))
            read = stream.unconsumed_tail
        if stream.eof:
            break
    return found > declared


def _unpacked(path: Path) -> int:
    """Bytes in a gzip file, counted until they are too many."""
    found, most = 0, _limit(path)
    try:
        with gzip.open(path) as opened:
            while found <= most and (read := opened.read(CHUNK)):
                found += len(read)
    except (OSError, EOFError, zlib.error):  # the reader says what is wrong with it
        return 0
    return found


def _limit(path: Path) -> int:
    return min(LARGEST, max(HARMLESS, RATIO * path.stat().st_size))


def _too_large(path: Path) -> Fault:
    return Fault(
        "unpacks_to_too_much",
        "Unpacked, this file would be larger than any delivery.",
        Place(path.name),
        why="It is damaged, or made to fill the memory of whoever opens it.",
        remedy="Ask the supplier for the table as CSV.",
    )
