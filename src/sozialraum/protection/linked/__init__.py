"""Everything released on the same people as one system: all levels and boundaries, years, facts and earlier releases."""

from sozialraum.protection.linked.otherwise import Otherwise
from sozialraum.protection.linked.suppression import Cell, Elsewhere, Search, suppress
from sozialraum.protection.linked.zones import Piece, Pieces

__all__ = ["Cell", "Elsewhere", "Otherwise", "Piece", "Pieces", "Search", "suppress"]
