"""Rounding of tables of all levels: small counts only, every count to a base, or by chance from cell keys."""

from sozialraum.protection.rounding.additive import RoundedTable, controlled, small_counts
from sozialraum.protection.rounding.by_chance import by_chance

__all__ = ["RoundedTable", "by_chance", "controlled", "small_counts"]
