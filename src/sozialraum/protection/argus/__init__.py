"""Input files of the program tau-Argus: description (.rda) with its data, hierarchies (.hrc), perturbation tables."""

from sozialraum.protection.argus.ptable import read_ptable
from sozialraum.protection.argus.reading import ArgusData, read_argus

__all__ = ["ArgusData", "read_argus", "read_ptable"]
