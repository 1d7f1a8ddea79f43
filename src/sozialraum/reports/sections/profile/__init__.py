"""One area on one page."""

from sozialraum.reports.sections.profile.page import eyebrow, section
from sozialraum.reports.sections.profile.peers import Peers, peer_groups

__all__ = ["Peers", "eyebrow", "peer_groups", "section"]
