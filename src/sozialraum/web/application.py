"""What the server runs: Django behind the files that never change (styles, fonts, scripts)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from threading import Thread
from time import sleep
from typing import Any

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

LOOK = 1.0
"""Seconds between two looks whether the server is still there."""
FOREVER = 365 * 24 * 3600
"""Seconds; the names of the files carry their content, so a changed file has another name."""


def make_application() -> Wsgi:
    """The WSGI application over the workspace that the settings name, with its release read already."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sozialraum.web.settings")
    from django.core.wsgi import get_wsgi_application
    from whitenoise import WhiteNoise

    from sozialraum.web.assets import PREFIX, build
    from sozialraum.web.figures import startview
    from sozialraum.web.figures.shelf import shelf
    from sozialraum.web.headers import FILES

    inner = get_wsgi_application()
    outer = WhiteNoise(inner, max_age=FOREVER, immutable_file_test=lambda *_: True, add_headers_function=_with(FILES))
    outer.add_files(str(build()), prefix=PREFIX)
    Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    shelf().newest()
    Thread(target=startview.warm, daemon=True).start()
    return outer


def _end_with_parent(parent: int) -> None:
    """End when the server is gone that divided into this process; it would go on answering on the same port."""
    while os.getppid() == parent:
        sleep(LOOK)
    os._exit(1)


def _with(headers: dict[str, str]) -> Callable[[Any, str, str], None]:
    def add(held: Any, _path: str, _url: str) -> None:
        for name, value in headers.items():
            held[name] = value

    return add


application = make_application()
