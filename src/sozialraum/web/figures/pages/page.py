"""What a page is made of, and how blocks become markup for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import mark_safe

from sozialraum.reports.blocks import Block
from sozialraum.reports.writers import markup


@dataclass(frozen=True)
class Page:
    """Title, the entry of the menu it belongs to, and the values that its template arranges (markup is safe already)."""

    template: str
    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    here: str = ""


def drawn(blocks: Sequence[Block | None], language: str, width: float = 1104.0, level: int = 2) -> str:
    """Blocks as markup; those that are None are left out. Texts in it are escaped by the writer."""
    return str(mark_safe(markup([one for one in blocks if one is not None], language, width, level)))
