"""Text files as that program writes them: UTF-8 or the Windows page 1252."""

from __future__ import annotations

from pathlib import Path

from sozialraum.errors import CallError, Fault, InputError, Place


def text_lines(path: Path) -> list[str]:
    """The lines without their ends; the first is line 1. Raises: CallError when there is no such file, InputError."""
    try:
        content = path.read_bytes()
    except OSError:
        raise CallError("There is no file '{path}'.", path=str(path)) from None
    if b"\0" in content:
        raise InputError([Fault("binary", "the file is no text.", Place(path.name), remedy="Give the file as text.")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return [line.rstrip("\r") for line in text.removesuffix("\n").split("\n")]
