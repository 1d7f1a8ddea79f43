"""Facts as plain files that anyone can open, each with the source that reads it back without loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.sources.definition import SourceDefinition
from sozialraum.sources.vocabulary import FactTable, vocabulary

_SIGNS = {"missing": "?", "suppressed": ".", "not_applicable": "x", "not_yet": "...", "rounded_zero": "~0"}
_LETTERS = {"revised": "r", "provisional": "p", "estimated": "s"}


@dataclass(frozen=True, slots=True)
class Export:
    """A file's name and text (UTF-8, semicolon, decimal comma), and the source that reads it."""

    name: str
    text: str
    definition: SourceDefinition


def export_facts(facts: Mapping[str, pa.Table]) -> tuple[Export, ...]:
    """One file for each fact table, level and breakdown; reading them again gives the same facts.

    Where a fact came from (file, sheet, row, column) stays behind.
    """
    found = []
    for name, table in facts.items():
        for level in sorted(pc.unique(table["level"]).to_pylist()):
            for breakdown in sorted(pc.unique(table["breakdown"]).to_pylist()):
                here = pc.and_(pc.equal(table["level"], level), pc.equal(table["breakdown"], breakdown))
                if pc.any(here).as_py():
                    found.append(_export(vocabulary()[name], table.filter(here), level, breakdown))
    return tuple(found)


def _export(known: FactTable, table: pa.Table, level: str, breakdown: str) -> Export:
    dimensions = {name: _texts(known, name, table) for name in breakdown.split(",") if name}
    measures = [
        name for name in known.measures if table[name].null_count < len(table) or name == next(iter(known.measures))
    ]
    signs = table["sign"].to_pylist()
    columns: dict[str, Sequence[str]] = {
        "area": table["area"].to_pylist(),
        "period": table["period"].to_pylist(),
        **dimensions,
    }
    columns |= {name: _cells(table[name].to_numpy(), signs) for name in measures}
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    text = "".join(";".join(row) + "\n" for row in rows)
    stem = "_".join(["facts", known.name, level, *(name for name in breakdown.split(",") if name)])
    return Export(f"{stem}.csv", text, _definition(stem, known, table, level, dimensions, measures))


def _texts(known: FactTable, name: str, table: pa.Table) -> list[str]:
    if known.dimensions[name] != "age":
        return ["" if one is None else str(one) for one in table[name].to_pylist()]
    pairs = zip(table["age_from"].to_pylist(), table["age_to"].to_pylist(), strict=True)
    return [f"{first} bis unter {last}" if last is not None else f"{first} und mehr" for first, last in pairs]


def _cells(values: np.ndarray[tuple[int], np.dtype[np.float64]], signs: Sequence[str]) -> list[str]:
    return [_cell(value, sign) for value, sign in zip(values.tolist(), signs, strict=True)]


def _cell(value: float, sign: str) -> str:
    if sign in _SIGNS or value != value:
        return _SIGNS.get(sign, _SIGNS["missing"])
    written = f"{value:.0f}" if value.is_integer() else repr(value).replace(".", ",")
    return f"({written})" if sign == "unreliable" else written + _LETTERS.get(sign, "")


def _definition(
    stem: str,
    known: FactTable,
    table: pa.Table,
    level: str,
    dimensions: Mapping[str, Sequence[str]],
    measures: Sequence[str],
) -> SourceDefinition:
    vintages = pc.unique(table["vintage"]).to_pylist()
    area = {"level": level, "column": "area", **({"vintage": vintages[0]} if len(vintages) == 1 else {})}
    read = {name: _read(known, name, texts) for name, texts in dimensions.items()}
    facts = {"table": known.name, "measures": {name: name for name in measures}, "dimensions": read, "repeats": True}
    return SourceDefinition.model_validate(
        {
            "id": stem,
            "title": {"en": f"Exported facts: {known.title['en']}", "de": f"Ausgeleitete Fakten: {known.title['de']}"},
            "publisher": "",
            "licence": "",
            "file": {"encodings": ["utf-8"], "delimiter": ";", "decimal": ","},
            "area": area,
            "period": {"column": "period"},
            "signs": {sign: meaning for meaning, sign in _SIGNS.items()},
            "facts": [facts],
            "checks": {"areas": "some", "zeros": "plausible"},
        }
    )


def _read(known: FactTable, name: str, texts: Sequence[str]) -> dict[str, object]:
    if known.dimensions[name] != "age":
        return {"column": name}
    return {
        "column": name,
        "codes": {text: [int(part) for part in text.split() if part.isdigit()] for text in set(texts)},
    }
