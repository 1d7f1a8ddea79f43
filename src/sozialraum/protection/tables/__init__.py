"""Tables of counts in one joint system: hidden cells chosen, proved safe by certificates, checked without the engine."""

from sozialraum.protection.tables.audit import Proof, open_cells
from sozialraum.protection.tables.codes import TOTAL, Column, hierarchy_faults
from sozialraum.protection.tables.connected import together
from sozialraum.protection.tables.dimension import Dimension, depths, plain
from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.primary import WEIGHTS, Demand, Task
from sozialraum.protection.tables.protected import ProtectedTable, protected, stated
from sozialraum.protection.tables.rules.differences import Attribute
from sozialraum.protection.tables.rules.insiders import Insider, safe_from_insiders
from sozialraum.protection.tables.rules.magnitudes import Magnitude
from sozialraum.protection.tables.rules.units import Unit
from sozialraum.protection.tables.solver import Bounds, Program
from sozialraum.protection.tables.sums import hidden_sums
from sozialraum.protection.tables.suppression.effort import Effort, effort
from sozialraum.protection.tables.suppression.search import completed, search
from sozialraum.protection.tables.verifier import Claim, Verdict, verify

__all__ = [
    "TOTAL",
    "WEIGHTS",
    "Attribute",
    "Bounds",
    "Claim",
    "Column",
    "Demand",
    "Dimension",
    "Effort",
    "Insider",
    "Magnitude",
    "Program",
    "Proof",
    "ProtectedTable",
    "System",
    "Task",
    "Unit",
    "Verdict",
    "completed",
    "depths",
    "effort",
    "hidden_sums",
    "hierarchy_faults",
    "open_cells",
    "plain",
    "protected",
    "safe_from_insiders",
    "search",
    "stated",
    "together",
    "verify",
]
