"""A file without a source: what its columns probably are, with evidence, written down for a person to decide."""

from sozialraum.sources.proposal.look import look
from sozialraum.sources.proposal.propose import Finding, Proposal, declaration, propose

__all__ = ["Finding", "Proposal", "declaration", "look", "propose"]
