"""A file without a source: what its columns probably are, with evidence, written down for a person to decide."""

from sozialraum.sources.proposal.propose import Finding, Proposal, propose

__all__ = ["Finding", "Proposal", "propose"]
