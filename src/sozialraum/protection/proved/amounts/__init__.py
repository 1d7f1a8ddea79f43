"""Sums of amounts beside counts, as the check judges them: what readers could tell of the amounts of a few."""

from sozialraum.protection.proved.amounts.judged import OpenAmount, Sums, sums_of
from sozialraum.protection.proved.amounts.told import Amount, KnownAmounts, declared_amounts, known_amounts

__all__ = ["Amount", "KnownAmounts", "OpenAmount", "Sums", "declared_amounts", "known_amounts", "sums_of"]
