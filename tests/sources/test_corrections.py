"""What is wrong in a delivered file is put right by data, and the record says what stood there before."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from sozialraum.errors import InputError
from sozialraum.sources import Correction, load_corrections, parse_source, read_delivery, store_delivery
from sozialraum.sources.sample import sample_differences
from tests.sources.land import AREAS, GROUPS, HEAD, KEYS, PLACE, POPULATION, good_rows, write


def corrections(folder: Path, text: str) -> tuple[Correction, ...]:
    (folder / "corrections.toml").write_text(text, encoding="utf-8")
    return load_corrections(folder)


def one(action: str) -> str:
    return f'[[correction]]\nid = "c1"\nsource = "residents"\nreason = "Abgestimmt"\n{action}\n'


def test_each_action_mends_its_fault_and_is_recorded(tmp_path: Path) -> None:
    rows = good_rows()
    rows[0][0] = "Raum"
    rows[2][1] = "2042"
    rows[3][4] = "k. A."
    rows.append(list(rows[5]))
    text = (
        one('action = "rename"\nmap = { Raum = "Gebiet" }')
        + one(f'action = "set"\narea = "{KEYS[1]}"\ncolumn = "Jahr"\nvalue = "2024"')
        + one('action = "map"\ncolumn = "ab 18"\nmap = { "k. A." = "310" }')
        + one('action = "drop"\nrows = [14]')
    )
    delivery = read_delivery(write(tmp_path, rows), POPULATION, AREAS, corrections=corrections(tmp_path, text))
    assert delivery.faults == ()
    told = [
        (applied.action, applied.rows, applied.column, applied.was, applied.now) for applied in delivery.corrections
    ]
    assert told == [
        ("rename", (), "", ("Raum",), "Gebiet"),
        ("set", (3,), "Jahr", ("2042",), "2024"),
        ("map", (4,), "ab 18", ("k. A.",), "310"),
        ("drop", (14,), "", (), ""),
    ]
    stored = store_delivery(tmp_path, delivery, tmp_path / "pop_2024.csv", datetime(2025, 1, 1), "Erika Muster")
    assert [applied["rows"] for applied in stored.record["corrections"]] == [[], [[3, 3]], [[4, 4]], [[14, 14]]]


def test_the_way_of_reading_can_be_corrected_for_one_file(tmp_path: Path) -> None:
    strict = parse_source(HEAD + PLACE + GROUPS + '[file]\nencodings = "utf-8"\n')
    file = write(tmp_path, [[*row, "Mühle"] for row in good_rows()], encoding="cp850")
    text = one('file = "pop_2024*"\naction = "read"\nread = { encodings = ["cp850"] }')
    assert read_delivery(file, strict, AREAS).errors
    assert read_delivery(file, strict, AREAS, corrections=corrections(tmp_path, text)).faults == ()


def test_a_correction_without_effect_is_told(tmp_path: Path) -> None:
    text = one('file = "pop_2024.csv"\naction = "drop"\nrows = [99]')
    file = write(tmp_path, good_rows())
    found = read_delivery(file, POPULATION, AREAS, corrections=corrections(tmp_path, text)).faults
    assert [(fault.code, fault.severity) for fault in found] == [("correction_unused", "warning")]


@pytest.mark.parametrize(
    "text", [one('action = "drop"'), one('action = "set"\nrows = [3]'), one('action = "mend"'), "[[correction]]"]
)
def test_a_correction_that_cannot_be_understood_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError):
        corrections(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (one('action = "map"\nrows = [3]'), "action „map“ braucht: column, map."),
        (
            one('action = "drop"'),
            "action „drop“ braucht area, period, where oder rows, damit sie nicht die ganze Datei trifft.",
        ),
    ],
)
def test_what_a_correction_lacks_is_told_in_german(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        corrections(tmp_path, text)
    assert raised.value.say("de").endswith(said)


def test_sums_between_the_areas_are_compared_and_left_out(tmp_path: Path) -> None:
    definition = parse_source(HEAD + PLACE.replace("column", 'total = "Insgesamt"\ncolumn', 1) + GROUPS)
    rows = good_rows()
    right = ["Insgesamt", "2024", *(str(sum(int(row[place]) for row in rows[1:])) for place in range(2, 6))]
    delivery = read_delivery(write(tmp_path, [*rows, right]), definition, AREAS)
    assert delivery.faults == ()
    assert delivery.facts["population"].num_rows == 36
    wrong = [*right[:2], "1000", *right[3:]]
    found = read_delivery(write(tmp_path, [*rows, wrong]), definition, AREAS).faults
    assert [(fault.code, fault.place.row, fault.place.column) for fault in found] == [("total_differs", 14, "unter 6")]


def test_lost_zeros_come_back_when_the_width_is_declared(tmp_path: Path) -> None:
    definition = parse_source(HEAD + PLACE.replace("column", "width = 6\ncolumn", 1) + GROUPS)
    rows = [[row[0].removeprefix("0"), *row[1:]] for row in good_rows()]
    delivery = read_delivery(write(tmp_path, rows), definition, AREAS)
    assert [(fault.code, fault.severity) for fault in delivery.faults] == [("key_restored", "note")]
    assert set(delivery.facts["population"]["area"].to_pylist()) == set(KEYS)


SAMPLE = '''
[sample]
file = """
Gebiet;Jahr;unter 6;6 bis 18;ab 18
010101;2024;3;.;20
"""
[sample.facts]
population = """
area   | period | age_from | age_to | persons | sign
010101 | 2024   | 0        | 6      | 3       |
010101 | 2024   | 6        | 18     |         | suppressed
010101 | 2024   | 18       |        | 20      |
"""
[signs]
"." = "suppressed"
'''


def test_a_source_carries_its_own_example() -> None:
    assert sample_differences(parse_source(HEAD + PLACE + GROUPS + SAMPLE)) == {}
    other = sample_differences(parse_source(HEAD + PLACE + GROUPS + SAMPLE.replace('"suppressed"', '"missing"')))
    assert [row["sign"] for row in other["population"][1]] == ["", "", "missing"]
