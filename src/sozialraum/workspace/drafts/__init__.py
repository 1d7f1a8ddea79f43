"""Drafts of releases: prepared by one person, decided by another; no page for the public reads them."""

from sozialraum.workspace.drafts.basis import basis_of
from sozialraum.workspace.drafts.deciding import approve, obstacles, refuse, same_person
from sozialraum.workspace.drafts.kept import Decision, Draft, draft, drafts, save_draft

__all__ = [
    "Decision",
    "Draft",
    "approve",
    "basis_of",
    "draft",
    "drafts",
    "obstacles",
    "refuse",
    "same_person",
    "save_draft",
]
