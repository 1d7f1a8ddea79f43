"""Every address that can be reached from the start page, in both languages."""

from __future__ import annotations

from collections import deque
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag

BESIDE = (
    "/", "/en/", "/health", "/nowhere", "/en/nowhere", "/gebiete/?q=gebiet", "/gebiete/vorschlaege.json?q=ge",
    "/en/areas/vorschlaege.json?q=ge", "/gebiete/9999/", "/karte/werte.json", "/karte/gebiete.json",
    "/kennzahlen/secret/", "/gebiete/?q=%00%ff",
)  # fmt: skip
BEHIND = ("/static/", "/intern/", "/en/staff/")
"""Files that never change, and what lies behind the sign-in."""
PRINTED = ("/0101/profil.pdf", "/0102/profil.pdf")


class Links(HTMLParser):
    """Addresses that a page points to, and what its content policy would forbid."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.forbidden: list[str] = []
        self.script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.found += [held[name] or "" for name in ("href", "src") if name in held and tag != "use"]
        self.forbidden += [f"{tag} {name}" for name in held if name == "style" or name.startswith("on")]
        self.forbidden += [tag] if tag == "style" or (tag == "script" and "src" not in held) else []


def links(page: str) -> Links:
    """What a page points to."""
    reader = Links()
    reader.feed(page)
    return reader


def crawl(client: Any) -> dict[str, Any]:
    """Address -> response, of everything that links lead to."""
    found: dict[str, Any] = {}
    waiting = deque(BESIDE)
    while waiting:
        address = urldefrag(waiting.popleft()).url
        if address in found or not address.startswith("/") or address.startswith(BEHIND):
            continue
        if address.endswith("/profil.pdf") and not address.endswith(PRINTED):
            continue  # all profiles are printed by the same code
        found[address] = client.get(address)
        if "text/html" in found[address].headers.get("Content-Type", ""):
            waiting.extend(links(found[address].content.decode()).found)
    return found
