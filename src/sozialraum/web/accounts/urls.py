"""Addresses behind the sign-in, in the words of each language."""

from __future__ import annotations

from typing import Any

from django.urls import path

from sozialraum.web.accounts.administration import logged, people
from sozialraum.web.accounts.signing import entering, own
from sozialraum.web.accounts.unreleased import views as unreleased

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
        "people": "personen",
        "log": "protokoll",
        "figures": "zahlen",
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
        "people": "people",
        "log": "log",
        "figures": "figures",
    },
}


def pages(language: str) -> list[Any]:
    """The pages of accounts in that language."""
    words = WORDS[language]
    entrance, own_account, all_people = words["sign-in"], words["account"], words["people"]
    return [
        path(f"{entrance}/", entering.sign_in, name="sign-in"),
        path(f"{entrance}/{words['code']}/", entering.code, name="code"),
        path(f"{entrance}/{words['service']}/", entering.to_service, name="service"),
        path(f"{entrance}/{words['service']}/{words['back']}/", entering.from_service, name="from-service"),
        path(f"{words['sign-out']}/", entering.sign_out, name="sign-out"),
        path(f"{words['invitation']}/<str:word>/", own.invitation, name="invitation"),
        path(f"{own_account}/", own.account, name="account"),
        path(f"{own_account}/{words['factor']}/", own.second_factor, name="factor"),
        path(f"{all_people}/", people.people, name="people"),
        path(f"{all_people}/<int:number>/", people.person, name="person"),
        path(f"{all_people}/<int:number>/rolle/", people.grant, name="grant"),
        path(f"{all_people}/<int:number>/rolle/<int:role>/", people.revoke, name="revoke"),
        path(f"{all_people}/<int:number>/konto/", people.close, name="close"),
        path(f"{all_people}/<int:number>/faktor/", people.forget_factor, name="forget-factor"),
        path(f"{all_people}/<int:number>/link/", people.link, name="link"),
        path(f"{all_people}/vorschlag/<int:number>/bestaetigen/", people.confirm, name="confirm"),
        path(f"{all_people}/vorschlag/<int:number>/verwerfen/", people.dismiss, name="dismiss"),
        path(f"{words['figures']}/", unreleased.figures, name="figures"),
        path(f"{words['log']}/", logged.log, name="log"),
    ]
