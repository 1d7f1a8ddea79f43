"""What is wrong with one field of a form: a sentence that knows the field, so that the page can lead there."""

from __future__ import annotations


class Objection(str):
    """The sentence; `field` is the id of the field on the page."""

    __slots__ = ("field",)
    field: str


def at(field: str, text: str) -> Objection:
    """The sentence about that field."""
    made = Objection(text)
    made.field = field
    return made
