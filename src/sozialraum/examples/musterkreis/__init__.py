"""The invented county (Landkreis Musterkreis): land, residents and deliveries made by a seeded generator."""

from sozialraum.examples.musterkreis.deliveries import write_deliveries
from sozialraum.examples.musterkreis.geography import write_areas
from sozialraum.examples.musterkreis.history import County, invent

__all__ = ["County", "invent", "write_areas", "write_deliveries"]
