"""Which encoding a text file has, and whether it is text at all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sozialraum.errors import Fault, Place

_MARK = b"\xef\xbb\xbf"
_UMLAUTS = "äöüßÄÖÜ"
_SAMPLE = 1 << 22
_MOJIBAKE = re.compile("Ã[¤¶¼Ÿ„–œ\x9f\x84\x96\x9c]|ï¿½|�|â€")
_SUSPICIOUS = tuple(sign.encode() for sign in ("Ã", "ï¿½", "�", "â€"))
_NO_LETTER = {"cp1252": b"\x81\x8d\x8f\x90\x9d", "cp850": b""}  # every other byte is a letter or a sign
_CONTROL = bytes(one for one in range(32) if one not in (9, 10, 12, 13, 26))


def to_utf8(data: bytes, candidates: Sequence[str], file: str) -> tuple[bytes, str, list[Fault]]:
    """The text as UTF-8 without a mark, its encoding, and faults; empty when it could not be read."""
    kind = _not_text(data, file)
    if kind:
        return b"", "", [kind]
    while data.startswith(_MARK * 2):  # files put together by programs that each write the mark
        data = data.removeprefix(_MARK)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace").encode(), "utf-16", []
    if data.isascii():
        return data, "ascii", []
    encoding = _choose(data, candidates)
    if not encoding:
        return b"", "", [_wrong(data, candidates, file)]
    plain = data.removeprefix(_MARK) if encoding.startswith("utf-8") else data.decode(encoding).encode()
    return plain, encoding, mojibake(plain, file, encoding)


def mojibake(plain: bytes, file: str, encoding: str) -> list[Fault]:
    """A fault where letters were read with the wrong encoding, here or at the supplier; `plain` is UTF-8."""
    if not any(sign in plain for sign in _SUSPICIOUS):
        return []
    text = plain.decode("utf-8", errors="replace")
    found = _MOJIBAKE.search(text)
    if not found:
        return []
    row = text.count("\n", 0, found.start()) + 1
    return [
        Fault(
            "wrong_encoding",
            "The umlauts are broken; the file was read as {encoding}.",
            Place(file, row=row),
            value=found[0],
            why="Names and codes would be stored wrongly.",
            remedy="Ask for a file in UTF-8, or write the true encoding under [file] encodings.",
            values={"encoding": encoding},
        )
    ]


def _not_text(data: bytes, file: str) -> Fault | None:
    if not data or data.isspace():
        return Fault("empty_file", "The file is empty.", Place(file), remedy="Ask for the file again.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return Fault(
            "other_kind",
            "This is a workbook, not a text file.",
            Place(file),
            remedy='Write reader = "xlsx" under [file].',
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    strange = _count(data[: 1 << 20], _CONTROL)
    if strange > len(data[: 1 << 20]) / 1000:
        return Fault(
            "not_text",
            "This is no text file: {count} unreadable characters in its beginning.",
            Place(file),
            remedy="The file is damaged or of another kind; ask for it again.",
            values={"count": strange},
        )
    return None


def _choose(data: bytes, candidates: Sequence[str]) -> str:
    """The first UTF-8 that fits, else the eight-bit encoding in which most German letters stand."""
    utf = next((one for one in candidates if one.startswith("utf") and _decodes(data, one)), "")
    fitting = [one for one in candidates if not one.startswith("utf") and _decodes(data, one)]
    if utf or not fitting:
        return utf
    sample = data[:_SAMPLE]
    shown = sample if any(umlauts(sample, one) for one in fitting) else data
    best = max(fitting, key=lambda one: umlauts(shown, one))
    other = {"cp1252": "cp850", "cp850": "cp1252"}.get(best, best)
    return best if umlauts(shown, best) or not umlauts(shown, other) else ""


def umlauts(data: bytes, encoding: str) -> int:
    """How many German letters the bytes hold when read in this encoding."""
    return _count(data, _UMLAUTS.encode(encoding, errors="ignore"))


def _count(data: bytes, wanted: bytes) -> int:
    """How many bytes are one of those wanted, in one pass."""
    return len(data) - len(data.translate(None, wanted))


def _decodes(data: bytes, encoding: str) -> bool:
    if encoding in _NO_LETTER:
        return not any(byte in data for byte in _NO_LETTER[encoding])
    try:
        data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _wrong(data: bytes, candidates: Sequence[str], file: str) -> Fault:
    likely = max(("cp1252", "cp850"), key=lambda one: umlauts(data, one))
    start = next(place for place, byte in enumerate(data) if byte > 127)
    return Fault(
        "wrong_encoding",
        "The file is not written in {declared}; its umlauts look like {likely}.",
        Place(file, row=data.count(b"\n", 0, start) + 1),
        why="Names and codes would be stored wrongly.",
        remedy='If that is right, write encodings = ["{likely}"] under [file]; otherwise ask for a file in UTF-8.',
        values={"declared": ", ".join(candidates), "likely": likely},
    )
