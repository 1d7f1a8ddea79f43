"""Addresses behind the sign-in, in the words of each language."""

from __future__ import annotations

from typing import Any

from django.urls import path

from sozialraum.web.accounts.views import entering, own

WORDS = {
    "de": {
        "sign-in": "anmelden",
        "sign-out": "abmelden",
        "invitation": "einladung",
        "code": "code",
        "account": "konto",
        "factor": "zweiter-faktor",
        "service": "dienst",
        "back": "zurueck",
    },
    "en": {
        "sign-in": "sign-in",
        "sign-out": "sign-out",
        "invitation": "invitation",
        "code": "code",
        "account": "account",
        "factor": "second-factor",
        "service": "service",
        "back": "back",
    },
}


def pages(language: str) -> list[Any]:
    """The pages of accounts in that language."""
    words = WORDS[language]
    entrance, own_account = words["sign-in"], words["account"]
    return [
        path("", own.start, name="start"),
        path(f"{entrance}/", entering.sign_in, name="sign-in"),
        path(f"{entrance}/{words['code']}/", entering.code, name="code"),
        path(f"{entrance}/{words['service']}/", entering.to_service, name="service"),
        path(f"{entrance}/{words['service']}/{words['back']}/", entering.from_service, name="from-service"),
        path(f"{words['sign-out']}/", entering.sign_out, name="sign-out"),
        path(f"{words['invitation']}/<str:word>/", own.invitation, name="invitation"),
        path(f"{own_account}/", own.account, name="account"),
        path(f"{own_account}/{words['factor']}/", own.second_factor, name="factor"),
    ]
