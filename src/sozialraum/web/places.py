"""Addresses of pages, in words of their language: `/gebiete/0101/`, `/en/areas/0101/`."""

from __future__ import annotations

from functools import lru_cache

from django.urls import NoReverseMatch, reverse

from sozialraum.texts import LANGUAGES

_ENGLISH = (
    "map",
    "index",
    "data",
    "areas",
    "compare",
    "indicators",
    "reports",
    "correlation",
    "spread",
    "stories",
    "imprint",
    "accessibility",
    "privacy",
)
_GERMAN = (
    "karte",
    "index",
    "daten",
    "gebiete",
    "vergleich",
    "kennzahlen",
    "berichte",
    "zusammenhang",
    "verteilung",
    "geschichten",
    "impressum",
    "barrierefreiheit",
    "datenschutz",
)
WORDS = {"en": {one: one for one in _ENGLISH}, "de": dict(zip(_ENGLISH, _GERMAN, strict=True))}
"""Name of a page -> the word for it in addresses, in each language."""
HOME = {"de": "", "en": "en/"}
"""Start of the addresses in each language."""
PROGRAMS = "api/"
"""Start of the addresses for programs, which read no pages."""
STAFF = {"de": "intern/", "en": "en/staff/"}
"""Start of the addresses behind the sign-in."""


@lru_cache(maxsize=16384)
def link(language: str, name: str, key: str = "") -> str:
    """The address of a page; empty where a key cannot stand in one."""
    try:
        return str(reverse(f"{language}:{name}", args=[key] if key else []))
    except NoReverseMatch:
        return ""


def staff_link(language: str, name: str, *keys: object) -> str:
    """The address of a page behind the sign-in; empty where there is none of that name or a key cannot stand in one."""
    if name == "start":
        return (
            f"/{STAFF[language]}"  # every public page links there: that alone must not make all these addresses ready
        )
    try:
        return str(reverse(f"staff-{language}:{name}", args=keys))
    except NoReverseMatch:
        return ""


def language_of(path: str) -> str:
    """The language that an address belongs to, also one that leads nowhere."""
    return next((one for one in LANGUAGES if HOME[one] and path.startswith(f"/{HOME[one]}")), "de")
