"""Links that work once: for the first administrator, for a new person, for a forgotten password. No mail server is needed."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from sozialraum.web.accounts.models import Account, Grant, Invitation
from sozialraum.web.accounts.rights import Role

HOLDS = timedelta(days=3)


def invite(account: Account | None = None) -> str:
    """The word of a new link; earlier links for the same account (for None: the first administrator) end."""
    word = secrets.token_urlsafe(24)
    with transaction.atomic():
        Invitation.objects.filter(account=account).delete()
        Invitation.objects.create(fingerprint=_fingerprint(word), account=account, expires=timezone.now() + HOLDS)
    return word


def find(word: str) -> Invitation | None:
    """The link that still holds; the first administrator's ends as soon as there is any account."""
    found = Invitation.objects.filter(fingerprint=_fingerprint(word), expires__gt=timezone.now()).first()
    if found is None or (found.account is None and Account.objects.exists()):
        return None
    return found


def take(invitation: Invitation, password: str, login: str = "", name: str = "") -> Account | None:
    """Use a link up: set the password, or make the first administrator. None when someone else was faster."""
    with transaction.atomic():
        if not Invitation.objects.filter(pk=invitation.pk).delete()[0]:
            return None
        if invitation.account is None:
            return first_administrator(login, name, password)
        invitation.account.set_password(password)
        invitation.account.save()
        return invitation.account


def first_administrator(login: str, name: str, password: str) -> Account:
    """The account that makes all others."""
    account = Account.objects.create(login, name, password)
    Grant.objects.create(account=account, role=Role.ADMINISTRATOR)
    return Account.objects.get(pk=account.pk)


def _fingerprint(word: Any) -> str:
    return hashlib.sha256(str(word).encode()).hexdigest()
