"""What every answer says to the browser: nothing from elsewhere, no inline script or style, no frame, no leak of addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "font-src": "'self'", "img-src": "'self' data:",
    "connect-src": "'self'", "form-action": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'",
}  # fmt: skip
FILES = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
FIXED = {
    **FILES, "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}  # fmt: skip


def policy(**more: str) -> str:
    """The content security policy; `worker_src="'self' blob:"` adds or replaces a line."""
    return "; ".join(f"{name} {held}" for name, held in {**POLICY, **_named(more)}.items())


def _named(more: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): held for name, held in more.items()}


def headers(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Django middleware that sets the headers; a view's own content policy stays."""
    fixed = {**FIXED, "Content-Security-Policy": policy(), "Cache-Control": "no-cache"}

    def answer(request: Any) -> Any:
        response = _by_its_name(request) or get_response(request)
        for name, held in fixed.items():
            response.headers.setdefault(name, held)
        return response

    return answer


def _by_its_name(request: Any) -> Any:
    """The refusal of a name that this server does not go by, before anything is read; else None."""
    from django.core.exceptions import DisallowedHost

    try:
        request.get_host()
    except DisallowedHost:
        from sozialraum.web.figures.views.page import refused

        return refused(request)
    return None
