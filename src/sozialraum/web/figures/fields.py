"""Names of the fields of life that indicators belong to."""

from __future__ import annotations

from collections.abc import Iterable

from sozialraum.reports import View
from sozialraum.reports import sentences as tell
from sozialraum.texts import say

_FIELDS = {
    "demography": "Population and age", "migration": "Origin", "mobility": "Moves", "households": "Households and families",
    "work": "Work", "income_poverty": "Poverty", "minimum_income": "Minimum income support", "housing": "Housing",
    "environment": "Surroundings", "education": "Education", "youth_welfare": "Youth welfare", "health": "Health and care",
    "participation": "Participation", "safety": "Safety", "supply": "Places and services",
}  # fmt: skip


def field_title(field: str, language: str) -> str:
    """`Arbeit` for `work`; the id with a capital for a field that nobody named."""
    return say(_FIELDS[field], language) if field in _FIELDS else field.replace("_", " ").capitalize()


def by_field(view: View, indicators: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Ids and titles of figures under the titles of their fields, both in the order of the alphabet."""
    language, fields = view.language, dict[str, list[tuple[str, str]]]()
    named = ((field_title(view.descriptions[one].field, language), tell.title(view.descriptions[one], language), one)
             for one in indicators)  # fmt: skip
    for field, text, one in sorted(named):
        fields.setdefault(field, []).append((one, text))
    return list(fields.items())
