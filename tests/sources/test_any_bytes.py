"""Whatever bytes a file holds: the answer is a list of faults, never an exception, and nothing doubtful passes silently."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from sozialraum.sources import Delivery, SourceDefinition, parse_source, read_delivery
from tests.sources.land import AREAS, GROUPS, HEAD, PLACE, POPULATION, good_rows, write
from tests.sources.test_readers import NEW, OLD

GENESIS = parse_source(
    HEAD
    + '[file]\nreader = "genesis"\n[area]\nlevel = "planning_area"\ncolumn = "KREISE"\n[period]\ncolumn = "time"\n'
    + '[[facts]]\ntable = "population"\nmeasures = { persons = "BEVSTD" }\n'
)
WORKBOOK = parse_source(HEAD + PLACE + GROUPS + '[file]\nreader = "xlsx"\n')


def plain(folder: Path) -> bytes:
    return write(folder, good_rows()).read_bytes()


def workbook(folder: Path) -> bytes:
    import xlsxwriter

    with xlsxwriter.Workbook(folder / "made.xlsx") as book:
        sheet = book.add_worksheet("Tabelle")
        for number, row in enumerate(good_rows()):
            sheet.write_row(number, 0, row)
    return (folder / "made.xlsx").read_bytes()


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to thirty pieces changed, put in, taken out or repeated."""
    found = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5, 30])):
        place, kind = chance.randrange(len(found) + 1), chance.random()
        if kind < 0.3 and place < len(found):
            found[place] = chance.randrange(256)
        elif kind < 0.5:
            found[place:place] = chance.choice(
                [b'"', b";", b"\n", b"\r", b"\xe4", b"\x00", b"-", b"\xff\xfe", b"(", b"2019"]
            )
        elif kind < 0.7:
            del found[place : place + chance.randrange(1, 40)]
        elif kind < 0.8:
            del found[place:]
        else:
            found[place:place] = found[max(0, place - 50) : place]
    return bytes(found)


KINDS: dict[str, tuple[Callable[[Path], bytes], SourceDefinition]] = {
    "pop_2024.csv": (plain, POPULATION),
    "pop.xlsx": (workbook, WORKBOOK),
    "old.csv": (lambda _: OLD.encode(), GENESIS),
    "new.csv": (lambda _: NEW.encode("cp1252"), GENESIS),
}


@pytest.mark.parametrize("name", KINDS)
def test_damaged_files_never_raise(tmp_path: Path, name: str) -> None:
    make, definition = KINDS[name]
    data, chance = make(tmp_path), random.Random(11)
    for _ in range(60):
        (tmp_path / name).write_bytes(damaged(data, chance))
        assert isinstance(read_delivery(tmp_path / name, definition, AREAS), Delivery)
