"""The gate's proof, kept in the house, and the check of it: whole numbers only, no solver, no code of the search."""

from sozialraum.protection.proved.amounts import Amount, OpenAmount, declared_amounts
from sozialraum.protection.proved.certificate import Block, Cell, Certificate, read_certificate, write_certificate
from sozialraum.protection.proved.classes import Classes
from sozialraum.protection.proved.counting import added_up, declared_counts
from sozialraum.protection.proved.earlier import Earlier
from sozialraum.protection.proved.former import Former
from sozialraum.protection.proved.replay import Asked, Evidence, State, Verdict, classes_of, states, verify
from sozialraum.protection.proved.secret import Secret
from sozialraum.protection.proved.there import There

__all__ = [
    "Amount",
    "Asked",
    "Block",
    "Cell",
    "Certificate",
    "Classes",
    "Earlier",
    "Evidence",
    "Former",
    "OpenAmount",
    "Secret",
    "State",
    "There",
    "Verdict",
    "added_up",
    "classes_of",
    "declared_amounts",
    "declared_counts",
    "read_certificate",
    "states",
    "verify",
    "write_certificate",
]
