"""Files that a newcomer may well have: each is read, or refused with a message; never an error of the program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sozialraum.errors import CallError, InputError
from sozialraum.sources import deliveries, load_corrections
from sozialraum.sources.definition import FileSettings, load_source
from sozialraum.sources.proposal.look import look
from sozialraum.sources.readers import read_sheet
from sozialraum.store import FactFile
from sozialraum.workspace.archive import load_release
from sozialraum.workspace.demo import MARK, run_demo


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf" * 2 + "a;b\n1;ä\n".encode(), "a;b\r1;ä\r".encode()])
def test_two_marks_and_old_line_ends_are_read(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.csv").write_bytes(data)
    sheet = read_sheet(tmp_path / "x.csv", FileSettings(reader="csv", delimiter=";"), ["a", "b"])
    assert not sheet.faults
    assert [sheet.table[name].to_pylist() for name in ("a", "b")] == [["1"], ["ä"]]


def test_a_folder_or_nothing_is_no_file_to_propose_for(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.csv"):
        assert [one.code for one in look(path)[0].faults] == ["no_file"]


def test_declarations_in_another_encoding_are_refused(tmp_path: Path) -> None:
    for name in ("source.toml", "corrections.toml"):
        (tmp_path / name).write_bytes('id = "ä"'.encode("latin-1"))
    for read, name in ((load_source, "source.toml"), (load_corrections, "corrections.toml")):
        with pytest.raises(InputError, match="UTF-8"):
            read(tmp_path / name)


def test_a_misspelt_table_of_corrections_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "corrections.toml").write_text("[[corection]]\n")
    with pytest.raises(InputError, match="corection"):
        load_corrections(tmp_path)


def test_damaged_deliveries_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "deliveries" / "register" / "2024-01-01-abc"
    (folder / "facts").mkdir(parents=True)
    record = {"source": "register", "sequence": 1, "rows": {"births": 3}}
    (folder / "delivery.json").write_text(json.dumps(record))
    with pytest.raises(InputError, match="births"):
        _ = deliveries(tmp_path)[0].facts
    (folder / "facts" / "births.parquet").write_text("no parquet")
    with pytest.raises(InputError, match="births"):
        _ = FactFile(folder / "facts" / "births.parquet", "register", 1, "register").schema
    (folder / "delivery.json").write_text("{ ")
    with pytest.raises(InputError, match="delivery"):
        deliveries(tmp_path)


def test_the_demo_does_not_take_away_the_folder_one_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / MARK).write_text("")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CallError, match="anew"):
        run_demo("musterkreis", Path(), None, say=lambda _line: None)
    assert (tmp_path / MARK).is_file()


def test_damaged_releases_are_named(tmp_path: Path) -> None:
    place = tmp_path / "releases" / "bericht" / "1"
    place.mkdir(parents=True)
    for text in ("{", "{}", '{"name": "bericht", "version": 1}'):
        (place / "release.json").write_text(text)
        with pytest.raises(InputError, match="damaged"):
            load_release(tmp_path, "bericht")
