"""Accounts of staff: who they are, what each may, and the frame of the pages that only they see."""

from sozialraum.web.accounts.gate import everyone, needs
from sozialraum.web.accounts.rights import Right, Role

__all__ = ["Right", "Role", "everyone", "needs"]
