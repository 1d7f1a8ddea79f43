"""What the importer doubts: values in the sheet, coverage of the facts, and the step from the last delivery."""

from sozialraum.sources.doubts.agreement import disagreements
from sozialraum.sources.doubts.coverage import in_the_facts
from sozialraum.sources.doubts.history import against_the_last
from sozialraum.sources.doubts.values import in_the_sheet

__all__ = ["against_the_last", "disagreements", "in_the_facts", "in_the_sheet"]
