"""Looks for hidden numbers in whatever left the house: every file opened as far as it opens, every way to write a number."""

from __future__ import annotations

import gzip
import html
import io
import re
import sqlite3
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress

import pyarrow as pa

SEPARATORS = ("", ".", ",", " ", "'", "\u00a0", "\u202f", "\u2009")
PLACES = (2, 3, 4, 6)
CLEAR = 5
"""Digits that a rounded number must have to be told from others."""
_TAGS = re.compile(r"<[^>]*>")


def written(number: float) -> tuple[set[str], set[bytes]]:
    """Every way in which a number may stand in a file: as digits (signs for thousands, decimals), and as a machine holds it.

    Rounded to so few places that many numbers look alike it is not searched for.
    """
    if number == int(number):
        digits = {f"{int(number):,}".replace(",", sign) for sign in SEPARATORS}
        return digits, {struct.pack(kind, int(number)) for kind in ("<q", "<i", "<d", "<f", ">q", ">i", ">d", ">f")}
    digits = {repr(number), *(f"{number:.{places}f}" for places in PLACES)}
    digits = {one for one in digits if len(one.replace(".", "").strip("0")) >= CLEAR}
    return digits | {one.replace(".", ",") for one in digits}, {struct.pack("<d", number), struct.pack(">d", number)}


def opened(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """The content, and what is inside it: members, pages, columns, texts without tags; each with a name."""
    yield name, content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for one in archive.infolist():
                yield from opened(f"{name}/{one.filename}", archive.read(one))
    elif content[:2] == b"\x1f\x8b":
        yield from opened(f"{name}/gz", gzip.decompress(content))
    elif content[:4] == b"PAR1":
        with suppress(pa.ArrowInvalid):  # a part of a file, of a process that was killed
            yield f"{name}/columns", _columns(content)
    elif content[:4] == b"%PDF":
        yield f"{name}/pages", _pages(content)
        yield from _streams(name, content)
    elif content[:15] == b"SQLite format 3":
        yield f"{name}/rows", _rows(content)
    elif content[:8] == b"\x89PNG\r\n\x1a\n":
        yield f"{name}/texts", _texts(content)
    elif b"<" in content[:200]:
        with suppress(UnicodeDecodeError):
            yield f"{name}/text", html.unescape(_TAGS.sub("", content.decode())).encode()


def _columns(content: bytes) -> bytes:
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(content))
    told = [f"{key!r}={value!r}" for key, value in (table.schema.metadata or {}).items()]
    return "\n".join([*told, *(repr(row) for row in table.to_pylist())]).encode()


def _pages(content: bytes) -> bytes:
    call = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(call, input=content, capture_output=True, check=True).stdout


def _streams(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    for number, found in enumerate(re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)):
        with suppress(zlib.error):
            yield f"{name}/stream {number}", zlib.decompress(found[1])


def _rows(content: bytes) -> bytes:
    held = sqlite3.connect(":memory:")
    held.deserialize(content)
    names = [name for (name,) in held.execute("select name from sqlite_master where type = 'table'")]
    return b"\n".join(repr(row).encode() for name in names for row in held.execute(f'select * from "{name}"'))


def _texts(content: bytes) -> bytes:
    """What a picture says of itself, unpacked; not its dots."""
    found, at = [], 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind, inside = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if kind in (b"tEXt", b"iTXt"):
            found.append(inside)
        elif kind == b"zTXt":
            found.append(zlib.decompress(inside.partition(b"\0")[2][1:]))
        at += length + 12
    return b"\n".join(found)


def told(files: Iterable[tuple[str, bytes]], numbers: Iterable[float]) -> set[tuple[str, float]]:
    """Which of the numbers stand in which files, also in their names."""
    wanted = {number: re.compile(_pattern(number), re.DOTALL) for number in numbers}
    some = re.compile(b"|".join(one.pattern for one in wanted.values()), re.DOTALL)
    return {
        (place, number)
        for name, content in files
        for place, inside in [(f"{name} (its name)", name.encode()), *opened(name, content)]
        if some.search(inside)
        for number, pattern in wanted.items()
        if pattern.search(inside)
    }


def _pattern(number: float) -> bytes:
    """Digits count where no further digit stands beside them."""
    digits, held = written(number)
    texts = b"|".join(re.escape(one.encode()) for one in sorted(digits))
    return b"(?<![0-9])(?:" + texts + b")(?![0-9])|" + b"|".join(map(re.escape, sorted(held)))
