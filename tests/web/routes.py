"""Every address of the project, found in Django's own table of routes, with invented keys filled in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

NOBODY = "nobody"
KEYS = {"kind": "csv", "word": "falsch", "key": "0101", "id": "child_poverty_u15"}
LARGE = 999_999
"""A number that no row has."""
NONE = "00000000-0000-4000-8000-000000000000"
"""A key that no job and no file has."""


def routes() -> dict[str, tuple[str, Any]]:
    """Name of a route (with its language) -> an address, and the view behind it."""
    from django.urls import get_resolver

    return dict(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: Any, before: str, names: str) -> Iterator[tuple[str, tuple[str, Any]]]:
    for one in patterns:
        address = before + _filled(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from _walk(one.url_patterns, address, f"{one.namespace}:" if one.namespace else names)
        else:
            yield f"{names}{one.name or address}", (f"/{address}", one.callback)


def _filled(pattern: Any) -> str:
    text = str(pattern)
    for name, converter in pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        value = LARGE if kind == "int" else NONE if kind == "uuid" else KEYS.get(name, "fremd")
        text = (
            text.replace(f"<{kind}:{name}>", str(value))
            .replace(f"<str:{name}>", str(value))
            .replace(f"<{name}>", str(value))
        )
    return text
