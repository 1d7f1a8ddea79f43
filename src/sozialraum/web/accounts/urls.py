"""Addresses behind the sign-in, in the words of each language."""

from __future__ import annotations

from typing import Any

from django.urls import path

from sozialraum.web.accounts.views import entering

WORDS = {
    "de": {"sign-in": "anmelden", "sign-out": "abmelden", "invitation": "einladung"},
    "en": {"sign-in": "sign-in", "sign-out": "sign-out", "invitation": "invitation"},
}


def pages(language: str) -> list[Any]:
    """The pages of accounts in that language."""
    words = WORDS[language]
    return [
        path("", entering.start, name="start"),
        path(f"{words['sign-in']}/", entering.sign_in, name="sign-in"),
        path(f"{words['sign-out']}/", entering.sign_out, name="sign-out"),
        path(f"{words['invitation']}/<str:word>/", entering.invitation, name="invitation"),
    ]
