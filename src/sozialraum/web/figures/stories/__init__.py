"""Stories: texts by the planner in Markdown, step by step, whose figures stay linked to the release they were written on."""

from sozialraum.web.figures.stories.reading import entries, stamp

__all__ = ["entries", "stamp"]
