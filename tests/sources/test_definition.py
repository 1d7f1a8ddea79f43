"""A source that cannot be understood is refused with everything that is wrong and the nearest known word."""

from __future__ import annotations

from pathlib import Path

import pytest

from sozialraum.errors import InputError
from sozialraum.sources import load_sources, parse_source, vocabulary
from tests.sources.land import GROUPS, HEAD, PLACE


def faults_of(text: str) -> str:
    with pytest.raises(InputError) as raised:
        parse_source(text)
    return raised.value.say()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD.replace("publisher", "publischer") + PLACE + GROUPS, "Did you mean 'publisher'?"),
        (HEAD + PLACE.replace("level", "levle") + GROUPS, "Did you mean 'level'?"),
        (HEAD + PLACE + GROUPS.replace("population", "populaton"), "did you mean 'population'?"),
        (HEAD + PLACE + GROUPS.replace('"persons"', '"person"'), "did you mean 'persons'?"),
        (HEAD + PLACE + GROUPS.replace("age = [18]", 'sex = "w"'), "'w' is no code of 'sex'"),
        (HEAD + PLACE + GROUPS.replace("[18]", "18"), "an age is [from, to]"),
        (
            HEAD + PLACE + GROUPS + '[facts.dimensions]\nsex = { column = "A", constant = "f" }',
            "either column or constant",
        ),
        (HEAD + PLACE + GROUPS + '[signs]\n"-" = "nul"', "'nul' is no meaning of a sign"),
        (HEAD + PLACE.replace('column = "Jahr"', "") + GROUPS, "exactly one of column, constant, file_name, columns"),
        (HEAD + PLACE.replace('column = "Jahr"', 'file_name = "2024"') + GROUPS, "needs a group in round brackets"),
        (HEAD + PLACE, "facts"),
        ("id = ", "no valid TOML"),
    ],
)
def test_faults_of_a_declaration_are_told(text: str, told: str) -> None:
    assert told in faults_of(text)


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text(HEAD + PLACE.replace("level", "levle"), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_sources(tmp_path)
    assert len(raised.value.faults) == 6


def test_a_source_names_its_publisher() -> None:
    credit = parse_source(HEAD + PLACE + GROUPS).credit(["residents/2025-01-01-abc"])
    assert (credit.source, credit.publisher, credit.licence) == ("residents", "Meldebehörde (erfunden)", "EUPL-1.2")
    assert credit.deliveries == ("residents/2025-01-01-abc",)


def test_absent_rows_mean_what_the_source_or_its_table_says() -> None:
    assert parse_source(HEAD + PLACE + GROUPS).absent_for("population") == "zero"
    assert parse_source('absent = "unknown"\n' + HEAD + PLACE + GROUPS).absent_for("population") == "unknown"


def test_every_fact_table_says_what_it_holds() -> None:
    for table in vocabulary().values():
        assert set(table.title) == {"de", "en"}
        assert table.absent in ("zero", "unknown")
        assert table.measures
