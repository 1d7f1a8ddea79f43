"""Tables of counts in one joint system: hidden cells chosen, proved safe by certificates, checked without the engine."""

from sozialraum.protection.tables.dimension import Column
from sozialraum.protection.tables.primary import WEIGHTS, Demand
from sozialraum.protection.tables.protected import ProtectedTable, protected, stated
from sozialraum.protection.tables.rules.differences import Attribute
from sozialraum.protection.tables.rules.magnitudes import Magnitude
from sozialraum.protection.tables.rules.units import Unit
from sozialraum.protection.tables.verifier import Claim, Verdict, verify

__all__ = [
    "WEIGHTS",
    "Attribute",
    "Claim",
    "Column",
    "Demand",
    "Magnitude",
    "ProtectedTable",
    "Unit",
    "Verdict",
    "protected",
    "stated",
    "verify",
]
