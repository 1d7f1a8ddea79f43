"""Names of the fields of life that indicators belong to."""

from __future__ import annotations

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
