"""A file without a source: what is proposed, with which evidence, and that nothing is decided silently."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from sozialraum.areas import area_layer
from sozialraum.errors import CallError, InputError
from sozialraum.sources import Proposal, load_sources, parse_source, propose, read_delivery
from tests.sources.land import AREAS, GROUPS, HEAD, KEYS, PLACE, good_rows, write


def decided(proposal: Proposal, **given: str) -> str:
    """The proposed text after a person has decided every line with TODO."""
    text = re.sub(r"# TODO .*\n", "", proposal.toml())
    named = 'publisher = "Amt"\nlicence = "frei"\ntitle = { de = "Einwohner" }\n'
    for old, new in given.items():
        text = text.replace(old, new)
    return text.replace("\n[file]", named + "\n[file]")


def test_columns_key_level_period_and_groups_are_recognised(tmp_path: Path) -> None:
    file = write(tmp_path, [row[:5] for row in good_rows()])
    proposal = propose(file, AREAS)
    definition = parse_source(decided(proposal))
    assert (definition.area.column, definition.area.level, definition.period.column) == (
        ("Gebiet",),
        "planning_area",
        "Jahr",
    )
    assert dict(definition.facts[0].columns) == {
        "unter 6": {"age": [0, 6]},
        "6 bis 18": {"age": [6, 18]},
        "ab 18": {"age": [18]},
    }
    assert read_delivery(file, definition, AREAS).faults == ()
    evidence = [finding.say() for finding in proposal.findings if finding.decided]
    assert "12 of 12 texts in 'Gebiet' are keys of the level 'planning_area' (2021)." in evidence
    assert "'Jahr' holds 1 periods, 2024 to 2024." in evidence


def test_the_proposal_is_invalid_until_each_line_is_decided(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        parse_source(propose(write(tmp_path, good_rows()), AREAS).toml("de"))
    told = raised.value.say("de")
    assert {fault.code for fault in raised.value.faults} == {"undecided"}
    assert "Noch zu entscheiden: publisher: Wer liefert die Datei?" in told
    assert "table: Sind das „population“" in told


def test_an_undecided_source_does_not_stand_in_the_way_of_others(tmp_path: Path) -> None:
    propose(write(tmp_path, good_rows()), AREAS).write(tmp_path)
    (tmp_path / "sources" / "residents.toml").write_text(HEAD + PLACE + GROUPS, encoding="utf-8")
    assert list(load_sources(tmp_path)) == ["residents"]


def test_lost_zeros_sums_signs_and_decimals_are_seen(tmp_path: Path) -> None:
    rows = [["Planungsraum", "Anteil"], *([key.removeprefix("0"), "12.5"] for key in KEYS), ["Insgesamt", "."]]
    proposal = propose(write(tmp_path, rows, "quote_2023.csv"), AREAS)
    assert proposal.settings["area"] == {
        "column": "Planungsraum",
        "level": "planning_area",
        "width": 6,
        "total": ["Insgesamt"],
    }
    assert proposal.settings["file"]["decimal"] == "."
    assert proposal.settings["period"] == {"file_name": "(\\d{4})"}
    assert "# TODO what does '.' mean" in proposal.toml()


def test_a_workbook_with_a_title_and_years_beside_each_other(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "wohngeld.xlsx") as book:
        sheet = book.add_worksheet("Wohngeld")
        sheet.write(0, 0, "Haushalte mit Wohngeld")
        sheet.write_row(2, 0, ["Gebiet", 2022, 2023])
        for row, key in enumerate(KEYS, 3):
            sheet.write_row(row, 0, [key, 40 + row, 50 + row])
    proposal = propose(tmp_path / "wohngeld.xlsx", AREAS)
    definition = parse_source(decided(proposal))
    delivery = read_delivery(tmp_path / "wohngeld.xlsx", definition, AREAS)
    assert delivery.faults == ()
    assert delivery.periods == ("2022", "2023")
    assert delivery.facts["housing_benefit"].num_rows == 24


def test_it_is_written_once(tmp_path: Path) -> None:
    proposal = propose(write(tmp_path, good_rows()), AREAS)
    assert proposal.write(tmp_path).read_text(encoding="utf-8") == proposal.toml()
    with pytest.raises(CallError, match="is there already"):
        proposal.write(tmp_path)


def test_keys_of_different_lengths_have_lost_no_zeros(tmp_path: Path) -> None:
    keys = tuple(str(number) for number in range(1, 13))
    layer = area_layer("planning_area", "2021", keys, keys, AREAS.layer("planning_area", "2021").geometry, "EPSG:25832")
    areas = replace(
        AREAS,
        layers={("planning_area", "2021"): layer},
        upward={"2021": {"planning_area": {key: key for key in keys}}},
        _made={},
    )
    file = tmp_path / "small.csv"
    file.write_text("Nr,Jahr,Arbeitslose\n" + "".join(f"{key},2024,{int(key) * 3}\n" for key in keys), encoding="utf-8")
    text = propose(file, areas).toml()
    assert 'column = "Nr"' in text
    assert "width" not in text
    assert 'decimal = "."' in text


def test_footnotes_are_told_from_rows_by_how_they_begin(tmp_path: Path) -> None:
    from sozialraum.sources.proposal.look import look

    lines = [";".join(row) for row in good_rows()]
    body = "\n".join(lines) + "\n"
    for end, stop in (
        ("_____\n© Amt (Stand: 2025)\n", "_____"),
        ("* ab 2020 ohne Zweitwohnungen gezählt\n", r"\* ab 2020 ohne Zweitwohn"),
        ("", ""),
    ):
        file = tmp_path / "mit_fuss.csv"
        file.write_text(body + end, encoding="utf-8")
        sheet, settings = look(file)
        assert (settings.get("stop", ""), len(sheet.rows), sheet.faults) == (stop, len(lines) - 1, ())
    sheet, _ = look(file, {"stop": re.escape(lines[4][:8])})
    assert len(sheet.rows) == 3  # what somebody says counts before what is seen


def test_dates_of_which_some_are_none_are_taken_and_those_are_named(tmp_path: Path) -> None:
    file = tmp_path / "bevölkerung.csv"
    dates = ("31.12.2024", "2024-12-31", "31.12.24")
    lines = [f"{key};{dates[at % 3]};{10 + at};{20 + at}" for at, key in enumerate(KEYS)]
    file.write_text("\n".join(["Gebiet;Stichtag;unter 65 Jahren;65 Jahre und älter", *lines, ""]), encoding="utf-8")
    found = propose(file, AREAS)
    assert (found.id, found.settings["period"]) == ("bevoelkerung", {"column": "Stichtag"})
    asked = [one.say("de") for one in found.findings if one.setting == "period" and not one.decided]
    assert len(asked) == 1
    assert "31.12.24." in asked[0]
    assert {name: one["age"] for name, one in found.settings["facts"]["columns"].items()} == {
        "unter 65 Jahren": [0, 65],
        "65 Jahre und älter": [65],
    }


@pytest.mark.parametrize(
    ("texts", "shape"),
    [
        (["20", "1.100", "12.345.678"], (",", ".")),
        (["1.100,5", "7"], (",", ".")),
        (["0.123", "0.456"], (".", "")),
        (["12.5", "1.100"], (".", "")),
        (["1.1", "2.25"], (".", "")),
        (["-1.100", "+2.200"], (",", ".")),
        (["1.100", "Summe"], None),
    ],
)
def test_points_between_thousands_are_told_from_decimals(texts: list[str], shape: tuple[str, str] | None) -> None:
    from sozialraum.sources.proposal.columns import number_shape

    assert number_shape(texts) == shape


def test_numbers_with_points_between_thousands_are_asked_about(tmp_path: Path) -> None:
    lines = [f"{key};1.{100 + at}" for at, key in enumerate(KEYS)]
    file = tmp_path / "einwohner_2024.csv"
    file.write_text("\n".join(["Gebiet;Personen", *lines, ""]), encoding="utf-8")
    found = propose(file, AREAS)
    assert (found.settings["file"]["decimal"], found.settings["file"]["thousands"]) == (",", ".")
    assert any("'1.100' is read as 1100" in one.say("en") for one in found.findings if not one.decided)
