"""The second factor of an account: codes that work once, and recovery codes for a lost device."""

from __future__ import annotations

import base64
import hashlib
import secrets
from time import time
from typing import Any
from urllib.parse import quote

from django.utils.crypto import constant_time_compare, salted_hmac

from sozialraum.web.accounts.models import Account
from sozialraum.web.accounts.signing.codes import STEP, code

DRIFT = 1
"""How many steps the clocks may differ."""
RECOVERY = 10
"""Recovery codes that a person gets."""


def new_secret() -> str:
    """A secret for an authenticator app, encrypted for keeping."""
    return _cipher().encrypt(base64.b32encode(secrets.token_bytes(20))).decode()


def readable(kept: str) -> str:
    """The kept secret as an app takes it (base 32)."""
    return _cipher().decrypt(kept.encode()).decode()


def step_of(kept: str, typed: str, after: int = 0) -> int | None:
    """The step whose code was typed, if it is of now and later than the last one used."""
    now, secret = int(time()) // STEP, readable(kept)
    typed = "".join(typed.split())
    fitting = [
        step
        for step in range(now - DRIFT, now + DRIFT + 1)
        if step > after and constant_time_compare(code(secret, step), typed)
    ]
    return fitting[0] if fitting else None


def use_code(account: Account, typed: str) -> bool:
    """Whether the code is right; then it is used up, also when the same code is sent twice at once."""
    step = step_of(account.second, typed, account.step)
    if step is None:
        return _use_recovery(account, typed)
    return bool(Account.objects.filter(pk=account.pk, step__lt=step).update(step=step))


def _use_recovery(account: Account, typed: str) -> bool:
    mark = _mark(typed)
    if mark not in account.codes:
        return False
    left = [one for one in account.codes if one != mark]
    return bool(Account.objects.filter(pk=account.pk, codes=account.codes).update(codes=left))


def set_up(account: Account, kept: str, step: int) -> list[str]:
    """Keep the secret that the person's app has now; the recovery codes, which are shown this once."""
    made = [secrets.token_hex(8) for _ in range(RECOVERY)]
    account.second, account.step, account.codes = kept, step, [_mark(one) for one in made]
    account.save(update_fields=["second", "step", "codes"])
    return ["-".join(one[place : place + 4] for place in range(0, 16, 4)) for one in made]


def picture(account: Account, kept: str, place: str) -> str:
    """The secret as a QR code for an app: an SVG picture."""
    import segno

    label = quote(f"{place}: {account.login}")
    address = f"otpauth://totp/{label}?secret={readable(kept)}&issuer={quote(place)}"
    return str(segno.make(address, error="m").svg_inline(omitsize=True, light="#fff", dark="#000"))


def _mark(typed: str) -> str:
    plain = "".join(letter for letter in typed.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def _cipher() -> Any:
    """Secrets are encrypted with the key of the workspace, so that a copy of the database alone is worth nothing."""
    from cryptography.fernet import Fernet

    key = salted_hmac("sozialraum second factor", "", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
