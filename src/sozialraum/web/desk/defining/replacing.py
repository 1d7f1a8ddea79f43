"""Whether a person may put a definition where another one stands: some roles hold for some fields of planning only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sozialraum.declared import parsed
from sozialraum.web.accounts import Right
from sozialraum.workspace.declaring import own_files

if TYPE_CHECKING:
    from sozialraum.web.accounts.models import Account
    from sozialraum.workspace import Workspace


def may_replace(account: Account, workspace: Workspace, kind: str, content: Mapping[str, Any]) -> bool:
    """Whether the person may keep this definition: what it says and what it replaces must lie in the person's fields."""
    if account.may_everywhere(Right.DEFINE):
        return True
    identity = str(content.get("id", ""))
    before = own_files(workspace.folder, kind).get(identity)
    if kind == "source":
        return before is None or all(one.source != identity for one in workspace.deliveries)
    held = parsed(before.read_text(encoding="utf-8"), before.name) if before else {}
    if kind == "indicator" and not _counts(content) <= _open_to(account):
        return False
    return all(account.may(Right.DEFINE, one) for text in (content, held) for one in _fields(workspace, kind, text))


def _counts(content: Mapping[str, Any]) -> set[str]:
    """Fact tables that a definition counts."""
    found = (content.get(role, ()) for role in ("numerator", "denominator"))
    operands = (one for role in found for one in ([role] if isinstance(role, dict) else role))
    return {str(one.get("facts", "")) if isinstance(one, dict) else "" for one in operands}


def _open_to(account: Account) -> set[str]:
    """Fact tables that the product's own indicators of the person's fields count.

    Otherwise a definition in an own field would show whatever the house holds.
    """
    from sozialraum.indicators import catalogue

    return {
        operand.facts
        for one in catalogue().values()
        if account.may(Right.DEFINE, one.field)
        for operand in (*one.numerator, *one.denominator)
    }


def _fields(workspace: Workspace, kind: str, content: Mapping[str, Any]) -> Iterator[str]:
    """Fields of planning that a definition is about: its own one, and those of the indicators it is made of."""
    if kind == "indicator":
        yield str(content.get("field", ""))
        parts = [one.get("indicator", "") for one in content.get("parts", ()) if isinstance(one, dict)]
        named = [*parts, *filter(None, [content.get("of", "")])]
    else:
        named = [one.get("id", "") for each in content.get("dimension", ()) for one in each.get("indicator", ())]
    for one in named:
        known = workspace.catalogue.get(str(one))
        yield known.field if known else "unknown"
