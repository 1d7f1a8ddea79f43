"""The fonts of the pages. All other files that never change are handed out before Django is asked."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse

from sozialraum.reports.fonts import screen_font
from sozialraum.web.assets import FOREVER, fonts


def show(_: Any, name: str) -> Any:
    """The font of that name; at the very first start of all it is just being made, and this waits for it."""
    weights = dict(fonts().values())
    if name not in weights:
        raise Http404
    kept = {"Cache-Control": f"max-age={FOREVER}, public, immutable"}
    return HttpResponse(screen_font(weights[name]), content_type="font/woff2", headers=kept)
