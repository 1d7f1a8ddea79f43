"""What holds for every file: the order of rows says nothing, and facts written out and read again are the same."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.sources import SourceDefinition, parse_source, read_delivery
from sozialraum.sources.keeping.export import export_facts
from tests.sources.land import AREAS, HEAD, KEYS, PLACE

LONG = parse_source(
    HEAD
    + PLACE
    + """
[signs]
"-" = "zero"
"." = "suppressed"
"..." = "not_yet"
"x" = "not_applicable"
"0" = "rounded_zero"
[checks]
areas = "some"
zeros = "plausible"
[[facts]]
table = "unemployed"
measures = { persons = "Anzahl" }
[facts.dimensions]
age = "Alter"
sex = { column = "Geschlecht", codes = { w = "f", m = "m" } }
"""
)

CELLS = st.one_of(
    st.integers(1, 9999).map(str), st.sampled_from(["-", ".", "...", "x", "0", "", "(7)", "12r", "5p", "8s"])
)
KEYED = st.tuples(
    st.sampled_from(KEYS), st.sampled_from(["2023", "31.12.2024", "2024-Q3"]), st.integers(0, 90), st.sampled_from("wm")
)
ROWS = st.dictionaries(KEYED, CELLS, min_size=1, max_size=30).map(
    lambda found: [(*key, cell) for key, cell in found.items()]
)


def told(facts: pa.Table) -> list[tuple[object, ...]]:
    """The facts without their origin, in one order."""
    plain = facts.drop_columns(["file", "sheet", "row", "column"]).to_pylist()
    return sorted((tuple(row.values()) for row in plain), key=repr)


def imported(text: str, definition: SourceDefinition) -> pa.Table:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file.csv"
        file.write_text(text, encoding="utf-8")
        delivery = read_delivery(file, definition, AREAS)
    assert delivery.errors == ()
    return delivery.facts["unemployed"]


def text_of(rows: list[tuple[object, ...]]) -> str:
    lines = [("Gebiet", "Jahr", "Alter", "Geschlecht", "Anzahl"), *rows]
    return "".join(";".join(map(str, line)) + "\n" for line in lines)


@settings(max_examples=30, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[tuple[object, ...]], chance: st.DataObject) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert told(imported(text_of(rows), LONG)) == told(imported(text_of(mixed), LONG))


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_import_export_import_is_the_identity(rows: list[tuple[object, ...]]) -> None:
    facts = imported(text_of(rows), LONG)
    exports = export_facts({"unemployed": facts})
    again = pa.concat_tables([imported(one.text, one.definition) for one in exports])
    assert told(again) == told(facts)
    assert [one.text for one in export_facts({"unemployed": again})] == [one.text for one in exports]
