"""What leaves the house says nothing of what is hidden: searched number by number, and compared with what a twin says.

The first town is made through the command line alone. The two differ in hidden numbers only, so every byte that leaves
must be the same; and the hidden numbers are so unusual that they would be found wherever they stood.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sozialraum.workspace.reporting import write_report
from tests.attack.outputs import told, written
from tests.attack.twins import hidden_numbers, make_twin
from tests.journeys.conftest import run_command

REPORTS = ("social-report.pdf", "unequal-places.html", "area-profile.html")
MADE = re.compile(rb'"made": "[^"]*"')
"""The moment of the release, which is all that may differ."""
LEAVING = ("releases", "output", "said")


def files(folder: Path) -> list[tuple[str, bytes]]:
    """Every file in a folder."""
    return [
        (one.relative_to(folder).as_posix(), one.read_bytes()) for one in sorted(folder.rglob("*")) if one.is_file()
    ]


def leaving(folder: Path) -> dict[str, bytes]:
    """What a town gives away: its releases, its reports, and what the commands said."""
    return {name: content for part in LEAVING for name, content in files(folder / part)}


@pytest.fixture(scope="module")
def commanded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town, released and reported through the command line."""
    home = make_twin(tmp_path_factory.mktemp("twins") / "one").folder
    calls = [("release", "bericht", "--by", "A"), ("verify", "bericht"), *map(_report, REPORTS)]
    said = [run_command(*call, cwd=home) for call in calls]
    assert [(one.code, one.err) for one in said] == [(0, "")] * len(calls)
    (home / "said").mkdir()
    (home / "said" / "said.txt").write_text("".join(one.out for one in said), encoding="utf-8")
    return home


def _report(file: str) -> tuple[str, ...]:
    area = ("--area", "0101") if file.startswith("area") else ()
    return "report", file.partition(".")[0], "--release", "bericht", "--out", f"output/{file}", *area


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The other town, released and reported without the command line."""
    workspace = make_twin(tmp_path_factory.mktemp("twins") / "other", moved=1)
    workspace.release_planned("bericht", by="A")
    for file in REPORTS:
        name, target = file.partition(".")[0], workspace.folder / "output" / file
        list(
            write_report(
                workspace, name, "bericht", target, area="0101" if name == "area-profile" else None, language="de"
            )
        )
    return workspace.folder


def test_no_hidden_number_leaves(commanded: Path) -> None:
    assert told(leaving(commanded).items(), hidden_numbers()) == set()


def test_the_search_finds_them_in_the_house(commanded: Path) -> None:
    """It can fail: deliveries and ledger hold every hidden count, the ledger the shares too."""
    found = {number for _, number in told(files(commanded), hidden_numbers())}
    assert found >= {48_611, 47_153, 44_017, 42_696, 100 * 48_611 / (48_611 + 50_021 + 29_009)}


def test_what_leaves_is_the_same_whatever_the_hidden_numbers_are(commanded: Path, twin: Path) -> None:
    one, other = leaving(commanded), leaving(twin)
    assert len(other) == len(REPORTS) + 3
    del one["said.txt"]
    for name in one.keys() | other.keys():
        assert MADE.sub(b"", one[name]) == MADE.sub(b"", other[name]), name


@pytest.mark.parametrize("number", [48_611, 0.380843])
def test_every_way_of_writing_is_searched_for(number: float) -> None:
    import gzip
    import io
    import zipfile

    digits, held = written(number)
    for one in [*(text.encode() for text in digits), *held]:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("inner", gzip.compress(b"<p>a " + one + b" b</p>"))
        assert told([("x.zip", archive.getvalue())], [number])
    assert told([("a 48611 b.csv", b""), ("c", b"148.6112")], [48_611]) == {("a 48611 b.csv (its name)", 48_611)}
