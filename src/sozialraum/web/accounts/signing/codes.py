"""Codes of half a minute from a shared secret (RFC 6238, M'Raihi and others 2011)."""

from __future__ import annotations

import base64
import hmac
import struct

STEP, DIGITS = 30, 6
"""Seconds that a code holds, and its length."""


def code(secret: str, step: int) -> str:
    """The code of one step for a secret in base 32."""
    mark = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    start = mark[-1] & 15
    number = struct.unpack(">I", mark[start : start + 4])[0] & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)
