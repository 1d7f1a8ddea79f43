"""The release gate: which figures may leave the house, and the record of what was hidden and why."""

from sozialraum.protection.counts import Nesting
from sozialraum.protection.gate import Protected, protect
from sozialraum.protection.rule import Rule

__all__ = ["Nesting", "Protected", "Rule", "protect"]
