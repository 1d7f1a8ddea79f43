"""A source's own sample: some lines of a file, and the facts that they must become."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa

from sozialraum.sources.definition import SourceDefinition
from sozialraum.sources.delivery import read_delivery

Rows = list[dict[str, str]]


def sample_differences(definition: SourceDefinition) -> dict[str, tuple[Rows, Rows]]:
    """Fact tables that come out otherwise than the sample says: (expected, found), both sorted; {} when all is well.

    Areas are not checked, since a sample belongs to no workspace.
    """
    sample = definition.sample
    if sample is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / sample.name
        file.write_bytes(sample.file.encode(_encoding(definition)))
        facts = read_delivery(file, definition, None).facts
    found = {}
    for name, text in sample.facts.items():
        expected = _table(text)
        rows = _as_texts(facts[name], list(expected[0]) if expected else []) if name in facts else []
        if sorted(map(repr, rows)) != sorted(map(repr, expected)):
            found[name] = (sorted(expected, key=repr), sorted(rows, key=repr))
    return found


def _encoding(definition: SourceDefinition) -> str:
    return definition.file.encodings[0]


def _table(text: str) -> Rows:
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def _as_texts(facts: pa.Table, columns: list[str]) -> Rows:
    return [{name: _text(row[name]) for name in columns} for row in facts.select(columns).to_pylist()]


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)
