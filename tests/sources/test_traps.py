"""A mutated file per trap: each is refused with a message one can act on, and the workspace stays as it was, byte for byte."""

from __future__ import annotations

import os
import random
import resource
import signal
import string
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from sozialraum.errors import InputError
from sozialraum.sources import SourceDefinition, deliveries, parse_source, read_delivery, store_delivery
from tests.sources.land import AREAS, GROUPS, HEAD, KEYS, PLACE, POPULATION, good_rows, workspace_hash, write

ROOT = Path(__file__).resolve().parents[2]
DAY = datetime(2025, 3, 1, 9, 30)
Rows = list[list[str]]


def with_last_year(folder: Path) -> Path:
    """A workspace that holds the delivery of 2023."""
    workspace, file = folder / "workspace", write(folder, good_rows("2023"), "pop_2023.csv")
    store_delivery(workspace, read_delivery(file, POPULATION, AREAS), file, DAY, "Erika Muster")
    return workspace


def refused(folder: Path, file: Path, definition: SourceDefinition = POPULATION) -> list[tuple[str, str]]:
    """Code and German wording of the faults with which the file is refused, after seeing that nothing changed."""
    workspace = with_last_year(folder)
    before = workspace_hash(workspace)
    delivery = read_delivery(file, definition, AREAS, previous=deliveries(workspace)[-1])
    with pytest.raises(InputError) as raised:
        store_delivery(workspace, delivery, file, DAY, "Erika Muster")
    assert workspace_hash(workspace) == before
    assert all(fault.remedy for fault in raised.value.faults)
    return [(fault.code, fault.say("de")) for fault in raised.value.faults]


def codes(found: list[tuple[str, str]]) -> set[str]:
    return {code for code, _ in found}


def shifted_headers(rows: Rows) -> None:
    rows[0] = ["Gebiet", "Jahr", "Klasse", "unter 6", "6 bis 18", "ab 18", "alle"]
    for row in rows[1:]:
        row.insert(3, "mittel")


def zeros_for_missing(rows: Rows) -> None:
    for row in rows[3:5]:
        row[2:] = ["0", "0", "0", "0"]


def two_lost_areas(rows: Rows) -> None:
    del rows[4:6]


def doubled_key(rows: Rows) -> None:
    rows.append(list(rows[5]))


def lost_leading_zero(rows: Rows) -> None:
    for row in rows[1:]:
        row[0] = row[0].removeprefix("0")


def wrong_year(rows: Rows) -> None:
    for row in rows[1:]:
        row[1] = "2021"


def decimal_point(rows: Rows) -> None:
    for row in rows[1:]:
        row[4] = f"{row[4]}.5"


def total_row(rows: Rows) -> None:
    rows.append(["Insgesamt", "2024", *(str(sum(int(row[place]) for row in rows[1:])) for place in range(2, 6))])


def last_year_again(rows: Rows) -> None:
    for row, last in zip(rows[1:], good_rows("2023")[1:], strict=True):
        row[2:] = last[2:]


TRAPS: list[tuple[Callable[[Rows], None], str, str]] = [
    (shifted_headers, "shifted_header", "Spalte „unter 6“, Wert „mittel“: Die meisten Werte dieser Spalte sind Wörter"),
    (zeros_for_missing, "zero_for_missing", "Wert „010103, 010104“: Null für 2024 (Gebiete: 2)"),
    (two_lost_areas, "lost_areas", "Wert „010104, 010105“: Für 2024 fehlen Gebiete: 2 von 12"),
    (doubled_key, "duplicate_key", "Zeile 14, Spalte „Gebiet“, Wert „010105“: Dasselbe Gebiet"),
    (lost_leading_zero, "leading_zero_lost", "Wert „10101“: Der Schlüssel hat seine führende Null verloren"),
    (wrong_year, "wrong_year", "Wert „2021“: Der Dateiname sagt 2024, die Zeilen sagen 2021"),
    (decimal_point, "decimal_point", "Wert „301.5“: Ein Dezimalpunkt, wo die Quelle ein Komma angibt (Zeilen: 12)"),
    (total_row, "total_row", "Zeile 14, Spalte „Gebiet“, Wert „Insgesamt“: Das ist eine Summenzeile"),
    (last_year_again, "copy_of_last", "Alle Zahlen für 2024 sind gleich denen für 2023"),
]


@pytest.mark.parametrize(("mutate", "code", "told"), TRAPS, ids=[mutate.__name__ for mutate, _, _ in TRAPS])
def test_a_mutated_file_is_refused(tmp_path: Path, mutate: Callable[[Rows], None], code: str, told: str) -> None:
    rows = good_rows(add=0 if mutate is last_year_again else 1)
    mutate(rows)
    found = refused(tmp_path, write(tmp_path, rows))
    assert code in codes(found)
    assert any(told in text for _, text in found), found


def test_headers_in_another_order_than_their_values_show_beside_last_year(tmp_path: Path) -> None:
    rows = good_rows(add=1)
    rows[0][2:5] = ["6 bis 18", "ab 18", "unter 6"]
    assert "jump" in codes(refused(tmp_path, write(tmp_path, rows)))


def test_a_missing_column_names_the_likely_one(tmp_path: Path) -> None:
    rows = good_rows(add=1)
    rows[0][2] = "unter sechs"
    assert any("Wenn „unter sechs“ gemeint ist" in text for _, text in refused(tmp_path, write(tmp_path, rows)))


WITH_NAMES = parse_source(HEAD + PLACE + GROUPS + '[file]\nencodings = ["utf-8"]\n')


@pytest.mark.parametrize("encoding", ["cp1252", "cp850"])
def test_a_wrong_encoding_is_refused_and_the_right_one_named(tmp_path: Path, encoding: str) -> None:
    rows = [[*row, "Straße zur Mühle"] for row in good_rows(add=1)]
    found = refused(tmp_path, write(tmp_path, rows, encoding=encoding), WITH_NAMES)
    assert codes(found) == {"wrong_encoding"}
    assert f'encodings = ["{encoding}"]' in found[0][1]


def test_umlauts_that_the_supplier_broke_are_refused(tmp_path: Path) -> None:
    rows = [[*row, "StraÃŸe zur MÃ¼hle"] for row in good_rows(add=1)]
    assert codes(refused(tmp_path, write(tmp_path, rows))) == {"wrong_encoding"}


def test_percent_written_as_shares_is_refused(tmp_path: Path) -> None:
    definition = parse_source(HEAD + PLACE + SHARES)
    rows = [["Gebiet", "Jahr", "Quote"], *([key, "2024", f"0,1{number}"] for number, key in enumerate(KEYS))]
    assert codes(refused(tmp_path, write(tmp_path, rows), definition)) == {"share_scale"}
    above = [["Gebiet", "Jahr", "Quote"], *([key, "2024", f"{number + 95}"] for number, key in enumerate(KEYS))]
    faults = read_delivery(write(tmp_path, above), definition, AREAS).faults
    assert [(fault.code, fault.value, fault.place.row) for fault in faults] == [("out_of_range", "101", 8)]


SHARES = """
[[facts]]
table = "delivered"
measures = { value = "Quote" }
dimensions.indicator = { constant = "child_poverty" }
[checks.between]
Quote = [0, 100]
"""


@pytest.mark.parametrize("sign", ["-", ".", "/", "x", "...", "*"])
def test_a_sign_without_a_declared_meaning_is_refused(tmp_path: Path, sign: str) -> None:
    rows = good_rows(add=1)
    rows[3][3] = sign
    found = refused(tmp_path, write(tmp_path, rows))
    assert "sign_undeclared" in codes(found)
    assert any(f'"{sign}" = "zero"' in text for _, text in found)


@pytest.mark.parametrize("text", ["", "\n\n", "Gebiet;Jahr;unter 6;6 bis 18;ab 18;alle\n"])
def test_a_file_without_rows_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "pop_2024.csv"
    file.write_text(text, encoding="utf-8")
    assert codes(refused(tmp_path, file)) <= {"empty_file", "no_rows"}


def test_an_empty_sheet_is_refused(tmp_path: Path) -> None:
    import xlsxwriter

    file = tmp_path / "pop_2024.xlsx"
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("Tabelle1")
    definition = parse_source(HEAD + PLACE + GROUPS + '[file]\nreader = "xlsx"\n')
    assert codes(refused(tmp_path, file, definition)) == {"empty_sheet"}


@pytest.mark.parametrize("kind", ["bytes", "letters", "one line", "header and letters"])
def test_fifty_megabytes_of_garbage_are_refused_at_once(tmp_path: Path, kind: str) -> None:
    chance, size = random.Random(7), 50_000_000
    letters = "".join(chance.choices(string.ascii_letters + ";;\n", k=1_000_000)).encode() * 50
    head = ";".join(good_rows()[0]).encode() + b"\n"
    data = {
        "bytes": chance.randbytes(size),
        "letters": letters,
        "one line": b"x" * size,
        "header and letters": head + letters,
    }
    file = tmp_path / "pop_2024.csv"
    file.write_bytes(data[kind])
    started = time.perf_counter()
    found = refused(tmp_path, file)
    assert codes(found) & {"not_text", "column_missing", "ragged_row"}
    assert time.perf_counter() - started < 30


@pytest.mark.parametrize("share", [0.5, 0.97])
def test_a_file_killed_half_way_is_refused(tmp_path: Path, share: float) -> None:
    file = write(tmp_path, good_rows(add=1))
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    found = refused(tmp_path, file)
    assert codes(found) & {"truncated", "lost_areas", "total_differs"}


def test_half_a_workbook_is_refused(tmp_path: Path) -> None:
    import xlsxwriter

    file = tmp_path / "pop_2024.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Tabelle1")
        for number, row in enumerate(good_rows()):
            sheet.write_row(number, 0, row)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    definition = parse_source(HEAD + PLACE + GROUPS + '[file]\nreader = "xlsx"\n')
    assert codes(refused(tmp_path, file, definition)) == {"unreadable"}


STORE = """
import sys
from datetime import datetime
from pathlib import Path
from sozialraum.sources import read_delivery
from sozialraum.sources.keeping import archive
from tests.sources.land import AREAS, POPULATION
workspace, file = map(Path, sys.argv[1:3])
delivery = read_delivery(file, POPULATION, AREAS)
{before}
archive.store_delivery(workspace, delivery, file, datetime(2025, 3, 1), "Erika Muster")
"""


def child(folder: Path, workspace: Path, before: str, limit: int = 0) -> subprocess.CompletedProcess[str]:
    """`store_delivery` in a process of its own."""
    file = write(folder, good_rows(add=1))
    script = STORE.format(before=before)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", script, str(workspace), str(file)]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited if limit else None,
    )


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    workspace = with_last_year(tmp_path)
    before = workspace_hash(workspace)
    done = child(tmp_path, workspace, "", limit=1500)
    assert "SozialraumError" in done.stderr
    assert "Nothing was stored; the workspace is as before." in done.stderr
    assert workspace_hash(workspace) == before
    assert list(workspace.rglob(".partial-*")) == []


def test_a_full_disk_leaves_no_empty_folders(tmp_path: Path) -> None:
    done = child(tmp_path, tmp_path / "workspace", "", limit=1500)
    assert "Nothing was stored" in done.stderr
    assert not (tmp_path / "workspace" / "deliveries").exists()


KILLED = "import os; archive._record = lambda *_: os.kill(os.getpid(), 9)"
KILLED_LATE = """
import os, sozialraum.writing
sync = sozialraum.writing._sync
sozialraum.writing._sync = lambda path: os.kill(os.getpid(), 9) if path.is_dir() else sync(path)
"""


@pytest.mark.parametrize("when", [KILLED, KILLED_LATE], ids=["before writing", "before the rename"])
def test_a_kill_leaves_only_what_everyone_ignores(tmp_path: Path, when: str) -> None:
    workspace = with_last_year(tmp_path)
    before = workspace_hash(workspace)
    assert child(tmp_path, workspace, when).returncode == -signal.SIGKILL
    assert workspace_hash(workspace) == before
    assert len(deliveries(workspace)) == 1
    file = tmp_path / "pop_2024.csv"
    store_delivery(workspace, read_delivery(file, POPULATION, AREAS), file, DAY, "Erika Muster")
    assert len(deliveries(workspace)) == 2
    assert list(workspace.rglob(".partial-*")) == []
