"""Tables of counts in one joint system: hidden cells chosen, proved safe by certificates, checked without the engine."""

from sozialraum.protection.tables.dimension import Column
from sozialraum.protection.tables.primary import WEIGHTS, Demand
from sozialraum.protection.tables.protected import ProtectedTable, protected
from sozialraum.protection.tables.rules.units import Unit
from sozialraum.protection.tables.verifier import Claim, Verdict, verify

__all__ = ["WEIGHTS", "Claim", "Column", "Demand", "ProtectedTable", "Unit", "Verdict", "protected", "verify"]
