"""Which rows count: later deliveries replace earlier ones of the same source, period and level."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sozialraum.errors import NoAnswerError
from sozialraum.indicators.examples import facts_of
from sozialraum.store import FactFile, Store

FIRST = """
area | period | births
A    | 2023   | 10
A    | 2024   | 11
"""
SECOND = """
area | period | births
A    | 2024   | 12
"""


def total(store: Store) -> dict[str, float]:
    rows = store.facts("births")
    found = store.run(rows.group_by("period").agg(births=rows.births.sum()))
    return dict(zip(found["period"].to_pylist(), found["births"].to_pylist(), strict=True))


def test_a_later_delivery_replaces_the_period_it_delivers() -> None:
    files = [
        FactFile(facts_of("births", SECOND), "second", 2, "registry"),
        FactFile(facts_of("births", FIRST), "first", 1, "registry"),
    ]
    assert total(Store({"births": files})) == {"2023": 10.0, "2024": 12.0}


def test_another_source_replaces_nothing() -> None:
    files = [FactFile(facts_of("births", FIRST), "a", 1, "one"), FactFile(facts_of("births", SECOND), "b", 2, "two")]
    assert total(Store({"births": files})) == {"2023": 10.0, "2024": 23.0}


def test_files_are_read_as_they_lie_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "births.parquet"
    pq.write_table(facts_of("births", FIRST), path)
    store = Store({"births": [FactFile(path, "first", 1, "registry")]})
    assert total(store) == {"2023": 10.0, "2024": 11.0}
    assert [(one.period, one.breakdown, one.dimensions) for one in store.slices("births")] == [
        ("2023", "", frozenset()),
        ("2024", "", frozenset()),
    ]
    assert "births" not in store.incomplete("births")
    assert [one.name for one in tmp_path.iterdir()] == ["births.parquet"]


def test_a_file_may_lack_columns_that_another_has() -> None:
    short = facts_of("births", FIRST).drop_columns(["sign", "breakdown"])
    files = [FactFile(short, "a", 1, "one"), FactFile(facts_of("births", SECOND), "b", 1, "two")]
    assert total(Store({"births": files})) == {"2023": 10.0, "2024": 23.0}


def test_facts_that_nobody_delivered_are_named() -> None:
    store = Store({"births": [FactFile(facts_of("births", FIRST))], "deaths": []})
    with pytest.raises(NoAnswerError, match="'deaths'; there are: births"):
        store.facts("deaths")
    assert store.tables == ("births",)
    assert isinstance(store.run(store.facts("births")), pa.Table)


@pytest.mark.parametrize("name", ["period=1999", "a[1]b", "Größe 5"])
def test_files_with_the_same_columns_are_read_together_whatever_their_folder_is_called(
    tmp_path: Path, name: str
) -> None:
    files = []
    for place, text in enumerate((SECOND, FIRST)):
        path = tmp_path / name / str(place) / "births.parquet"
        path.parent.mkdir(parents=True)
        pq.write_table(facts_of("births", text), path)
        files.append(FactFile(path, str(place), place, f"source {place}"))
    store = Store({"births": files})
    rows = store.run(store.facts("births")).to_pylist()
    assert sorted((row["piece"], row["period"], row["births"]) for row in rows) == [
        (0, "2024", 12.0),
        (1, "2023", 10.0),
        (1, "2024", 11.0),
    ]
    assert [(one.piece, one.period) for one in store.slices("births")] == [(0, "2024"), (1, "2023"), (1, "2024")]
