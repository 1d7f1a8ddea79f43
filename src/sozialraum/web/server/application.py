"""What the server runs: Django behind the files that never change (styles, fonts, scripts)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from threading import Thread
from time import sleep
from typing import Any

from sozialraum.texts import LANGUAGES
from sozialraum.web.ready.filling import Filling
from sozialraum.web.server.lean import uncollected, with_pandas, without_pandas
from sozialraum.web.server.process import heed

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

LOOK = 1.0
"""Seconds between two looks for a new release."""
PATIENCE = 300.0
"""Seconds that a new release waits for its pages at most before it is shown; readers go on with the one before."""


def make_application() -> Wsgi:
    """The WSGI application over the workspace that the settings name, with its release read and its first page made."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sozialraum.web.server.settings")
    heed()
    with uncollected(), without_pandas():
        outer = _made()
    Thread(target=_later, daemon=True).start()
    return outer


def _made() -> Wsgi:
    from django.core.wsgi import get_wsgi_application
    from whitenoise import WhiteNoise

    from sozialraum.web.assets import FOREVER, PREFIX, build
    from sozialraum.web.server.headers import FILES

    inner = get_wsgi_application()
    outer = WhiteNoise(inner, max_age=FOREVER, immutable_file_test=lambda *_: True, add_headers_function=_with(FILES))
    outer.add_files(str(build()), prefix=PREFIX)
    _open_with_start_page()
    return outer


def _open_with_start_page() -> None:
    from sozialraum.web.figures.shelf import open_shelf
    from sozialraum.web.figures.views import start

    opened = open_shelf()
    opened.before, opened.followed = _prepare, True
    shown = opened.newest()
    if shown is not None:
        start.make_start(shown, LANGUAGES[:1])


def _prepare(shown: Any) -> None:
    """What readers would wait for in this process; the start page, which is made first, needs less of the program."""
    from sozialraum.web.figures.views.ahead import prepare

    prepare(shown)


def _later() -> None:
    """What nobody who asks first waits for: libraries of some pages, and a new release with its pages."""
    from sozialraum.web.figures.shelf import shelf

    shown = shelf().newest()
    if shown is not None:
        _prepare(shown)
    import_module("sozialraum.web.figures.api")
    with_pandas()
    _follow(shelf())


def _follow(releases: Any) -> None:
    """Show each new release once its pages are made; make those of whatever is shown without having been awaited."""
    filling, filled = Filling(), _label(releases)
    while True:
        sleep(LOOK)
        with suppress(OSError):  # the disk may come back
            if releases.coming() or _label(releases) != filled:
                filling.end()
                releases.made = (0, 0)
                filling = Filling(told=releases.hear)
                filling.wait(PATIENCE)
                releases.follow()
                filled = _label(releases)


def _label(releases: Any) -> str:
    shown = releases.newest()
    return "" if shown is None else str(shown.label)


def _with(headers: dict[str, str]) -> Callable[[Any, str, str], None]:
    def add(held: Any, _path: str, _url: str) -> None:
        for name, value in headers.items():
            held[name] = value

    return add


application = make_application()
