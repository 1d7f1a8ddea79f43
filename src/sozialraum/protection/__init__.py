"""The release gate: which figures may leave the house, and the record of what was hidden and why.

The gate is loaded when first asked for: methods on plain tables use the rooms beside it and start half a second sooner.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sozialraum.protection.counts import Zoning
    from sozialraum.protection.gate import Found, Protected, protect, silent
    from sozialraum.protection.linked import Piece, Pieces
    from sozialraum.protection.proved import (
        Certificate,
        Earlier,
        Evidence,
        Former,
        Verdict,
        added_up,
        declared_counts,
        read_certificate,
        verify,
        write_certificate,
    )
    from sozialraum.protection.rule import Rule

__all__ = [
    "Certificate",
    "Earlier",
    "Evidence",
    "Former",
    "Found",
    "Piece",
    "Pieces",
    "Protected",
    "Rule",
    "Verdict",
    "Zoning",
    "added_up",
    "declared_counts",
    "protect",
    "read_certificate",
    "silent",
    "verify",
    "write_certificate",
]

_HOMES = {
    "Certificate": "proved",
    "Earlier": "proved",
    "Evidence": "proved",
    "Former": "proved",
    "Found": "gate",
    "Piece": "linked",
    "Pieces": "linked",
    "Protected": "gate",
    "Rule": "rule",
    "Verdict": "proved",
    "Zoning": "counts",
    "added_up": "proved",
    "declared_counts": "proved",
    "protect": "gate",
    "read_certificate": "proved",
    "silent": "gate",
    "verify": "proved",
    "write_certificate": "proved",
}


def __getattr__(name: str) -> object:
    """The name from its file. Raises: AttributeError for any other name."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
