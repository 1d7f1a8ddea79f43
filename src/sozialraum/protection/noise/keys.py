"""Record keys: one lasting random number per person, from a secret and the person's id, never from a row number."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import CallError

Keys = NDArray[np.uint64]

LEAST_BYTES = 16
BLOCK = 64  # of SHA-256, in bytes
MAKE_ONE = 'python3 -c "import secrets; print(secrets.token_hex(32))" > secret.key'


@dataclass(frozen=True, slots=True)
class Secret:
    """The secret that all record keys come from; it shows itself nowhere."""

    value: bytes = field(repr=False)


def secret_from(path: Path) -> Secret:
    """The secret in a file; white space at its ends does not count.

    Raises: CallError when there is no such file, or when it holds fewer than 16 bytes; the content is never told.
    """
    remedy = "Make one once with {command}, keep it for good and apart from the data."
    try:
        value = path.read_bytes().strip()
    except OSError:
        what = "The secret '{path}' cannot be read."
        raise CallError(what, remedy=remedy, path=str(path), command=MAKE_ONE) from None
    if len(value) < LEAST_BYTES:
        what = "The secret '{path}' has {length} bytes; at least {least} are needed."
        raise CallError(what, remedy=remedy, path=str(path), length=len(value), least=LEAST_BYTES, command=MAKE_ONE)
    return Secret(value)


def record_keys(secret: Secret, ids: Iterable[str]) -> Keys:
    """One key from 0 to 2^64 - 1 per id: the first eight bytes of HMAC-SHA256(secret, id), high byte first."""
    code = _keyed_hash(secret.value)
    return np.frombuffer(b"".join(code(one.encode()) for one in ids), dtype=">u8").astype(np.uint64)


def cell_keys(secret: Secret, names: Sequence[str], cells: Iterable[Sequence[str]], counts: Iterable[int]) -> Keys:
    """One key per inner cell where no ids are known: from its columns, codes and count.

    The noise is then the same in tables over the same inner cells only; with ids it is the same in all tables.
    """
    order = sorted(range(len(names)), key=lambda at: names[at])
    texts = (
        "\x1f".join([*(f"{names[at]}\x1e{codes[at]}" for at in order), str(count)])
        for codes, count in zip(cells, counts, strict=True)
    )
    return record_keys(secret, texts)


def _keyed_hash(secret: bytes) -> Callable[[bytes], bytes]:
    """HMAC-SHA256 (RFC 2104) cut to eight bytes; both pads are hashed once, which saves two thirds of the time."""
    key = (hashlib.sha256(secret).digest() if len(secret) > BLOCK else secret).ljust(BLOCK, b"\0")
    inner = hashlib.sha256(bytes(one ^ 0x36 for one in key))
    outer = hashlib.sha256(bytes(one ^ 0x5C for one in key))

    def code(message: bytes) -> bytes:
        first, second = inner.copy(), outer.copy()
        first.update(message)
        second.update(first.digest())
        return second.digest()[:8]

    return code
