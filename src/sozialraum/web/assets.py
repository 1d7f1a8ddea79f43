"""Styles, fonts and scripts: made once from the packages they come in, named by their content, compressed beside.

Making the fonts takes some seconds: a process beside the first start does it, and who asks for one meanwhile waits
(`web/figures/views/font.py`). Until then the browser shows the text in a font of its own.
"""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

from sozialraum.errors import NoAnswerError
from sozialraum.reports.fonts import WEIGHTS, cache_folder, make_screen_fonts, screen_fonts_are_made, screen_mark
from sozialraum.reports.writers.html import stylesheet
from sozialraum.writing import whole_folder

PREFIX = "static/"
FOREVER = 365 * 24 * 3600
"""Seconds that a browser keeps a file; its name carries its content, so a changed file has another name."""
OWN = Path(__file__).resolve().parent / "static"


@cache
def fonts() -> dict[str, tuple[str, int]]:
    """Plain name of a font -> name with a mark of what it is made from, and its weight."""
    return {f"fira-{weight}.woff2": (f"fira-{weight}.{screen_mark(weight)}.woff2", weight) for weight in WEIGHTS}


@cache
def files() -> dict[str, tuple[str, bytes]]:
    """Plain name of a style or script -> name with a mark of the content, and the content."""
    found = {name: (_marked(name, content), content) for name, content in _plain()}
    faces = "".join(_face(weight, name) for name, weight in fonts().values())
    style = (stylesheet(faces) + (OWN / "site.css").read_text(encoding="utf-8")).encode()
    return {**found, "site.css": (_marked("site.css", style), style)}


def address(name: str) -> str:
    """Where the browser finds a style, font or script, by its plain name."""
    return f"/{PREFIX}{(fonts().get(name) or files()[name])[0]}"


def begin_fonts() -> None:
    """Make the fonts in a process beside this one, where they are missing; whoever stops this one leaves that in peace."""
    if screen_fonts_are_made():
        return
    words, nothing = [sys.executable, "-m", __name__], subprocess.DEVNULL
    process = subprocess.Popen(words, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    Thread(target=process.wait, daemon=True).start()


@cache
def build() -> Path:
    """The folder with all files, made where it is missing; it may be deleted at any time."""
    names = "".join(sorted(marked for marked, _ in files().values()))
    folder = cache_folder().parent / f"web-{_digest(names.encode())}"
    if not folder.is_dir():
        try:
            _write(folder)
        except OSError:
            if not folder.is_dir():  # another process was faster
                raise
    return folder


def _write(folder: Path) -> None:
    import brotli

    with whole_folder(folder) as partial:
        for marked, content in files().values():
            (partial / marked).write_bytes(content)
            (partial / f"{marked}.br").write_bytes(brotli.compress(content, quality=9))
            (partial / f"{marked}.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def _plain() -> Iterator[tuple[str, bytes]]:
    yield from ((name, (_maplibre() / name).read_bytes()) for name in ("maplibre-gl.js", "maplibre-gl.css"))
    for path in sorted(OWN.iterdir()):
        if path.name != "site.css":
            yield path.name, path.read_bytes()


def _maplibre() -> Path:
    """The folder of the map library; its Python part is never imported."""
    found = find_spec("maplibre")
    if found is None or not found.origin:
        raise NoAnswerError("The map library is missing.", remedy="Install the package maplibre.")
    return Path(found.origin).parent / "srcjs"


def _marked(name: str, content: bytes) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{_digest(content)}.{ending}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _face(weight: int, name: str) -> str:
    return (
        f"@font-face{{font-family:'Fira Sans';font-weight:{weight};font-display:swap;src:url({name}) format('woff2')}}"
    )


if __name__ == "__main__":
    make_screen_fonts()
