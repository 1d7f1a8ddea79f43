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
    return all(account.may(Right.DEFINE, one) for text in (content, held) for one in _fields(workspace, kind, text))


def _fields(workspace: Workspace, kind: str, content: Mapping[str, Any]) -> Iterator[str]:
    """Fields of planning that a definition is about: its own one, or those of the indicators in an index."""
    if kind == "indicator":
        yield str(content.get("field", ""))
        return
    for dimension in content.get("dimension", ()):
        for one in dimension.get("indicator", ()):
            known = workspace.catalogue.get(str(one.get("id", "")))
            yield known.field if known else "unknown"
