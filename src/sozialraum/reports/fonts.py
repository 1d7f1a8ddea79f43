"""Fira Sans for reports: TTF files for print, a small woff2 for the screen, and the width of a text before it is drawn.

The fonts come with the package mkdocs-kern-ux as woff2. Print needs TTF, and a page that works offline carries its
fonts, so both are made once and kept in a cache folder that may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
import sys
import tempfile
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from sozialraum.errors import NoAnswerError
from sozialraum.writing import one_at_a_time, write_whole

WEIGHTS = {400: "Regular", 500: "Medium", 600: "SemiBold"}
FAMILY = "Fira Sans"
_SCREEN = (
    *range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2028), 0x202F, 0x2032, 0x2039, 0x203A, 0x20AC, 0x2212,
    0x2248, 0x2264, 0x2265, 0x218, 0x219, 0x21A, 0x21B, 0x1E9E,
)  # fmt: skip
_DIGIT = re.compile(r"\d")
_TABULAR = 0.56  # width of a tabular figure in all weights, in parts of the size
_EDITION = "1"  # raised when the way of making the files changes


@cache
def fonts_folder() -> Path:
    """The folder of Fira Sans (woff2) inside the KERN package. Raises: NoAnswerError when it is not installed."""
    found = find_spec("mkdocs_kern_ux")
    folder = Path(found.origin).parent / "kern-ux/vendor/kern/fonts/fira-sans" if found and found.origin else None
    if folder is None or not folder.is_dir():
        raise NoAnswerError(
            "The fonts of the reports are missing.",
            remedy="Install the package mkdocs-kern-ux, which carries Fira Sans.",
        )
    return folder


@cache
def cache_folder() -> Path:
    """A folder that can be written: the user's cache, else the folder for temporary files."""
    for base in _candidates():
        folder = base / f"fonts-{_EDITION}"
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            if os.access(folder, os.W_OK):
                return folder
    return Path(tempfile.mkdtemp(prefix="sozialraum-fonts-"))


def _candidates() -> list[Path]:
    named = {"win32": "LOCALAPPDATA"}.get(sys.platform, "XDG_CACHE_HOME")
    chosen = [Path(os.environ[named]) / "sozialraum"] if os.environ.get(named) else []
    if os.environ.get("HOME"):
        chosen.append(Path(os.environ["HOME"]) / ".cache" / "sozialraum")
    user = os.getuid() if hasattr(os, "getuid") else 0
    return [*chosen, Path(tempfile.gettempdir()) / f"sozialraum-{user}"]


def print_fonts() -> Path:
    """Folder with one TTF per weight of WEIGHTS, made on first use."""
    for weight in WEIGHTS:
        _made(f"FiraSans-{weight}.ttf", weight)
    return cache_folder()


@cache
def screen_font(weight: int) -> bytes:
    """A woff2 of that weight with the signs of European languages in Latin script (about 14 kB).

    Choosing them takes seconds; whoever asks while another process does it waits for that one.
    """
    try:
        make_screen_fonts()
        return _made(_screen_name(weight), weight).read_bytes()
    except OSError:
        return _subset(weight)  # a full disk takes nobody's letters


def make_screen_fonts() -> None:
    """Make those of all weights, unless they lie ready; one process at a time. Raises: OSError when the disk is full."""
    if not screen_fonts_are_made():
        lock = cache_folder() / "lock"
        lock.touch()
        with one_at_a_time(lock):
            for weight in WEIGHTS:
                _made(_screen_name(weight), weight)


def screen_fonts_are_made() -> bool:
    """Whether they lie ready in the cache folder."""
    return all((cache_folder() / _screen_name(weight)).is_file() for weight in WEIGHTS)


def screen_mark(weight: int) -> str:
    """A mark of what the font for the screen is made from, known before it is made."""
    told = f"{_EDITION} {_SCREEN}".encode()
    return hashlib.sha256(told + _whole(weight)).hexdigest()[:12]


def _screen_name(weight: int) -> str:
    return f"FiraSans-{weight}.woff2"


def _made(name: str, weight: int) -> Path:
    path = cache_folder() / name
    if not path.is_file():
        write_whole({path: {".woff2": _subset, ".ttf": _converted}[path.suffix](weight)})
    return path


def _opened(weight: int) -> Any:
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return TTFont(BytesIO(_whole(weight)), recalcTimestamp=False)


def _whole(weight: int) -> bytes:
    return (fonts_folder() / f"FiraSans-{WEIGHTS[weight]}.woff2").read_bytes()


def _converted(weight: int) -> bytes:
    font = _opened(weight)
    font.flavor = None
    return _bytes(font)


def _subset(weight: int) -> bytes:
    from fontTools.subset import Options, Subsetter

    font = _opened(weight)
    options = Options()
    options.layout_features = ["kern", "liga", "tnum", "lnum", "mark", "mkmk", "ccmp", "locl"]
    options.hinting = False
    chosen = Subsetter(options=options)
    chosen.populate(unicodes=_SCREEN)
    chosen.subset(font)
    font.flavor = "woff2"
    return _bytes(font)


def _bytes(font: Any) -> bytes:
    held = BytesIO()
    font.save(held)
    return held.getvalue()


@cache
def _advances(weight: int) -> dict[str, int]:
    """Width of each sign in thousandths of the size; written down once, because reading a font takes 0.1 s."""
    path = cache_folder() / f"FiraSans-{weight}.json"
    if path.is_file():
        content = path.read_bytes()
    else:
        content = _measured(weight)
        with contextlib.suppress(OSError):  # a full disk stops no drawing
            write_whole({path: content})
    told: dict[str, int] = json.loads(content)
    return told


def _measured(weight: int) -> bytes:
    font = _opened(weight)
    widths = font["hmtx"].metrics
    return json.dumps({chr(code): widths[glyph][0] for code, glyph in font.getBestCmap().items()}).encode()


def text_width(text: str, size: float, weight: int = 400) -> float:
    """Width of a line of text in the unit of `size`; kerning is left out, so the true width is about equal or less."""
    advances = _advances(weight)
    return sum(advances.get(sign, 600) for sign in text) * size / 1000


def table_width(text: str, size: float, weight: int = 400) -> float:
    """Width of a line with tabular figures, as tables and running text are set (charts use proportional ones)."""
    letters = _DIGIT.sub("", text)
    return text_width(letters, size, weight) + (len(text) - len(letters)) * _TABULAR * size
