"""Every kind of file becomes the same sheet: texts and the rows that a spreadsheet shows."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely

from sozialraum.sources.definition import FileSettings, LayoutField
from sozialraum.sources.readers import Sheet, read_sheet


def columns(sheet: Sheet) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = sheet.table.to_pydict()
    return found


def read(path: Path, needed: tuple[str, ...] = (), **settings: object) -> Sheet:
    sheet = read_sheet(path, FileSettings.model_validate(settings), needed)
    assert [fault.code for fault in sheet.faults] == []
    return sheet


def made(folder: Path, text: str, encoding: str = "utf-8", name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "cp850", "utf-16"])
def test_umlauts_show_the_encoding(tmp_path: Path, encoding: str) -> None:
    path = made(tmp_path, "Straße;Größe\nÄußere Gärten;1\nMühlen;2\n", encoding)
    assert columns(read(path)) == {"Straße": ["Äußere Gärten", "Mühlen"], "Größe": ["1", "2"]}


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiters_are_recognised_by_the_needed_columns(tmp_path: Path, delimiter: str) -> None:
    sheet = read(made(tmp_path, f"sb{delimiter}HH\n01{delimiter}7\n"), ("sb", "HH"))
    assert columns(sheet) == {"sb": ["01"], "HH": ["7"]}


def test_rows_are_counted_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    text = 'Titel\nsb;HH\n01;7\n\n"0\n2";8\n03;9\nQuelle: Amt\n'
    sheet = read(made(tmp_path, text), ("sb", "HH"), skip=1, stop="Quelle")
    assert columns(sheet) == {"sb": ["01", "", "0\n2", "03"], "HH": ["7", "", "8", "9"]}
    assert sheet.rows.tolist() == [3, 4, 5, 6]


def test_two_header_rows_become_one_name(tmp_path: Path) -> None:
    sheet = read(made(tmp_path, ";Alter;;Geschlecht\nGebiet;unter 6;ab 6;weiblich\n01;1;2;3\n"), header=2)
    assert sheet.header == ("Gebiet", "Alter | unter 6", "Alter | ab 6", "Geschlecht | weiblich")


def test_headerless_files_have_a_declared_layout(tmp_path: Path) -> None:
    layout = [LayoutField(name="Gebiet", position=1), LayoutField(name="Anzahl", position=3)]
    sheet = read(made(tmp_path, "01;x;5\n02;y;6\n"), ("Gebiet", "Anzahl"), layout=layout, delimiter=";", header=0)
    assert columns(sheet) == {"Gebiet": ["01", "02"], "Anzahl": ["5", "6"]}


def test_fixed_width_fields_are_cut_out_and_told(tmp_path: Path) -> None:
    layout = [
        LayoutField(name="Gebiet", start=1, length=4),
        LayoutField(name="Geschlecht", start=5, length=1, codes={"1": "m", "2": "w"}),
        LayoutField(name="Alter", start=6, length=3),
    ]
    sheet = read(
        made(tmp_path, "01011 42\r\n0102207\xe4\r\n", "cp1252", "file.txt"), reader="fixed_width", layout=layout
    )
    assert columns(sheet) == {"Gebiet": ["0101", "0102"], "Geschlecht": ["m", "w"], "Alter": ["42", "07ä"]}


def test_workbooks_have_merged_headers_footnotes_and_dates(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    sheet = read(
        path, ("Gebiet", "Alter | unter 6", "Stand"), reader="xlsx", sheet="Daten", skip=2, header=2, stop="1\\)"
    )
    assert columns(sheet) == {
        "Gebiet": ["010101", "10102"],
        "Alter | unter 6": ["12", "1,5"],
        "Stand": ["2024-12-31", "2024-12-31"],
    }
    assert sheet.rows.tolist() == [5, 7]


def workbook(folder: Path) -> Path:
    from datetime import datetime

    import xlsxwriter

    path = folder / "file.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Deckblatt").write(0, 0, "Amt für Statistik")
        sheet = book.add_worksheet("Daten")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write(0, 0, "Einwohner nach Alter")
        sheet.merge_range(2, 1, 2, 2, "Alter")
        sheet.write_row(3, 0, ["Gebiet", "unter 6", "ab 6", "Stand"])
        sheet.write(2, 3, "Stand")
        for row, cells in ((4, ["010101", 12, 300]), (6, [10102, 1.5, "."])):
            sheet.write_row(row, 0, cells)
            sheet.write_datetime(row, 3, datetime(2024, 12, 31), day)
        sheet.write(8, 0, "1) nur Hauptwohnung")
    return path


OLD = (
    "Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;1_Merkmal_Code;1_Merkmal_Label;1_Auspraegung_Code;1_Auspraegung_Label;"
    "2_Merkmal_Code;2_Merkmal_Label;2_Auspraegung_Code;2_Auspraegung_Label;BEVSTD__Bevölkerungsstand__Anzahl;BEVSTD__Bevölkerungsstand__Anzahl__q\n"
    "12411;Fortschreibung;STAG;Stichtag;31.12.2022;KREISE;Kreise;01001;Flensburg;GES;Geschlecht;GESM;männlich;46000;e\n"
    "12411;Fortschreibung;STAG;Stichtag;31.12.2022;KREISE;Kreise;01001;Flensburg;GES;Geschlecht;GESW;weiblich;47000;r\n"
)
NEW = (
    "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;1_variable_attribute_code;"
    "1_variable_attribute_label;2_variable_code;2_variable_label;2_variable_attribute_code;2_variable_attribute_label;value;"
    "value_unit;value_variable_code;value_variable_label;value_q\n"
    "12411;Fortschreibung;STAG;Stichtag;31.12.2022;GES;Geschlecht;GESW;weiblich;KREISE;Kreise;01001;Flensburg;47000;Anzahl;BEVSTD;Bevölkerung;r\n"
    "12411;Fortschreibung;STAG;Stichtag;31.12.2022;KREISE;Kreise;01001;Flensburg;GES;Geschlecht;GESM;männlich;46000;Anzahl;BEVSTD;Bevölkerung;e\n"
)


def test_both_forms_of_genesis_become_the_same(tmp_path: Path) -> None:
    needed = ("time", "KREISE", "GES", "BEVSTD")
    old = columns(read(made(tmp_path, OLD, "cp1252", "old.csv"), needed, reader="genesis"))
    with zipfile.ZipFile(tmp_path / "new.zip", "w") as packed:
        packed.writestr("12411.csv", NEW)
    new = columns(read(tmp_path / "new.zip", needed, reader="genesis"))
    assert old == {
        "time": ["31.12.2022"] * 2,
        "KREISE": ["01001"] * 2,
        "GES": ["GESM", "GESW"],
        "BEVSTD": ["46000", "47000r"],
    }
    assert {name: values[::-1] for name, values in new.items()} == old


def test_points_come_with_their_attributes(tmp_path: Path) -> None:
    import geopandas

    places = [shapely.Point(500, 500), shapely.Point(1500, 2500)]
    frame = geopandas.GeoDataFrame({"Name": ["Käfer", "Igel"], "Plätze": [20, 31]}, geometry=places, crs="EPSG:25832")
    frame.to_file(tmp_path / "kitas.gpkg")
    sheet = read(tmp_path / "kitas.gpkg", ("Plätze",), reader="points")
    assert columns(sheet) == {"Name": ["Käfer", "Igel"], "Plätze": ["20", "31"]}
    assert np.array_equal(shapely.get_coordinates(sheet.points), [[500, 500], [1500, 2500]])
