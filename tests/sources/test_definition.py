"""A source that cannot be understood is refused with everything that is wrong and the nearest known word."""

from __future__ import annotations

from pathlib import Path

import pytest

from sozialraum.errors import InputError
from sozialraum.sources import load_sources, parse_source, read_delivery, vocabulary
from tests.sources.land import AREAS, GROUPS, HEAD, PLACE


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
        (HEAD + PLACE.replace('column = "Jahr"', 'columns = "("') + GROUPS, "'(' is no regular expression: missing )"),
        (
            HEAD + PLACE.replace('"Jahr"', '"Jahr"\nfile_name = "(?=a)(b)"') + GROUPS,
            "'(?=a)(b)' is no regular expression",
        ),
        ("period = 7\nfacts = [1]\n" + HEAD, "period"),
        (HEAD + PLACE.replace('column = "Jahr"', 'columns = "(a)"') + "[facts]\na = 1", "facts"),
        (
            HEAD + PLACE + GROUPS.replace("[facts.columns]", "dimensions = 7\nwhere = 7\n[facts.columns]"),
            "facts.0.where",
        ),
        (HEAD + PLACE, "facts"),
        ("id = ", "no valid TOML"),
    ],
)
def test_faults_of_a_declaration_are_told(text: str, told: str) -> None:
    assert told in faults_of(text)


def test_they_are_told_in_german_without_an_english_word() -> None:
    text = (
        HEAD + PLACE.replace("level", "levle").replace('column = "Jahr"', "") + GROUPS.replace('"persons"', '"person"')
    )
    with pytest.raises(InputError) as raised:
        parse_source(text)
    assert raised.value.say("de").splitlines() == [
        "source.toml, Spalte „area.level“: Dieser Schlüssel muss angegeben werden.",
        "source.toml, Spalte „area.levle“: Dieser Schlüssel ist nicht bekannt. Meinten Sie „level“?",
        "source.toml, Spalte „period“: genau eins angeben von column, constant, file_name, columns.",
        "source.toml, Spalte „facts.0“: „person“ steht hier nicht zur Wahl (Maß von „population“); meinten Sie „persons“? "
        "Es gibt: persons.",
    ]


def test_no_pattern_takes_longer_than_its_text(tmp_path: Path) -> None:
    """With a search that tries every way, each of these would take longer than the sun will shine."""
    long = "a" * 80 + "b"
    evil = HEAD + PLACE.replace('column = "Jahr"', 'columns = "(a+)+$"') + GROUPS.replace("unter 6", long)
    assert parse_source(evil).facts[0].columns[long] == {"age": [0, 6]}
    text = (
        HEAD + '[file]\nstop = "(b|b)+c"\nname = "(x+x+)+y"\n' + PLACE.replace("[area]", '[area]\npattern = "(a*)*c"')
    )
    file = tmp_path / f"{'x' * 80}.csv"
    file.write_text(f"Gebiet;Jahr;unter 6;6 bis 18;ab 18\n{long};2024;1;1;1\n{'b' * 80};2024;1;1;1\n", encoding="utf-8")
    codes = {one.code for one in read_delivery(file, parse_source(text + GROUPS), AREAS).faults}
    assert {"other_name", "area_unknown"} <= codes


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
