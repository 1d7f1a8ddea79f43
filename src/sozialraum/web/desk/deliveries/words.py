"""Words of the vocabulary as the form of a mapping says them: features, their codes, and what is measured."""

from __future__ import annotations

from sozialraum.texts import say

NAMES = {
    "age": "age", "sex": "sex", "nationality": "nationality", "migration": "migration background",
    "residence": "kind of residence",
    "residence_years": "years of residence", "direction": "direction of the move", "unemployed": "unemployed", "type": "type",
    "state": "state", "size": "size", "role": "able to work", "quality": "quality of the location", "place": "in institutions",
    "occupancy": "occupancy", "law": "law", "household_type": "type of household", "home_language": "language at home",
    "help": "kind of help", "finding": "finding", "earnings": "with earnings", "duration": "duration",
    "children": "children", "chapter": "chapter", "certificate": "certificate", "binding": "rent or occupancy binding",
    "f": "female", "m": "male", "x": "diverse", "german": "German nationality", "eu": "European Union", "non_eu": "other states",
    "foreign": "not German", "yes": "yes", "no": "no", "main": "main residence", "second": "second residence",
    "in": "moved in", "out": "moved out", "other": "other", "single": "living alone", "couple": "couple without children",
    "couple_children": "couple with children", "single_parent": "single parent", "eligible": "eligible to vote",
    "voted": "voted", "employable": "able to work", "not_employable": "not able to work",
    "inside": "inside", "outside": "outside",
    "occupied": "occupied", "vacant": "vacant", "under_1y": "under one year", "over_1y": "one year and longer",
    "persons": "persons", "households": "households", "dwellings": "dwellings", "places": "places", "pupils": "pupils",
    "births": "births", "deaths": "deaths", "value": "value", "rooms": "rooms", "area_m2": "area in m²",
    "living_space_m2": "living space in m²", "offences": "offences", "procedures": "procedures", "physicians": "physicians",
}  # fmt: skip
"""Word -> what it means; where a word is missing here, it stands in the form as it is."""


def named(word: str, language: str) -> str:
    """The meaning of a word of the vocabulary."""
    return say(NAMES[word], language) if word in NAMES else word
