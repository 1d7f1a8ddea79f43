"""The proof of the county's release: kept in the house, checked from the command line, refused when a file was changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pikepdf
import pytest

from tests.journeys.conftest import Built, Run


@pytest.fixture(scope="module")
def copy(county: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county's workspace, to be damaged."""
    return Path(shutil.copytree(county.folder, tmp_path_factory.mktemp("proof") / "county"))


def test_the_release_of_the_county_is_proved_again(copy: Path, run: Run) -> None:
    answer = run("verify", "sozialbericht", "--workspace", str(copy))
    assert (answer.code, answer.err) == (0, "")
    assert "Sicherheit nachgewiesen" in answer.out
    assert run("verify", "sozialbericht-1", "--lang", "en", "--workspace", str(copy)).out.startswith("Release ")


def test_the_proof_stays_in_the_house(copy: Path) -> None:
    kept = copy / "ledger" / "sozialbericht" / "1.certificates"
    assert 0 < kept.stat().st_size < 200_000
    assert {path.name for path in (copy / "releases" / "sozialbericht" / "1").iterdir()} == {
        "areas.parquet", "figures.parquet", "release.json"}  # fmt: skip


def test_the_protocol_tells_the_data_protection_officer_what_was_done(copy: Path, run: Run, tmp_path: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    where = ("--workspace", str(copy))
    for name in ("p.html", "p.pdf"):
        answer = run("protocol", "sozialbericht", "--out", str(tmp_path / name), *where)
        assert (answer.code, answer.err) == (0, "")
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    release = open_workspace(copy).released("sozialbericht")
    for part in ("Intern:", "Geheimhaltungsprotokoll", "Anzahl zu klein", "zum Schutz anderer", "nachgewiesene Geheimnisse",
                 "erste Freigabe", f"{release.audit()['hidden']:,}".replace(",", ".")):  # fmt: skip
        assert part in page
    with pikepdf.open(tmp_path / "p.pdf") as document:
        assert (document.Root.Lang, bool(document.Root.MarkInfo.Marked)) == ("de", True)
    english = run("protocol", "sozialbericht-1", "--out", str(tmp_path / "e.html"), "--lang", "en", *where)
    assert (english.code, "Internal:" in (tmp_path / "e.html").read_text(encoding="utf-8")) == (0, True)


def test_a_changed_file_of_the_release_is_found(copy: Path, run: Run) -> None:
    file = copy / "releases" / "sozialbericht" / "1" / "release.json"
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace("Musterkreis", "Musterstadt"), encoding="utf-8")
    answer = run("verify", "sozialbericht", "--workspace", str(copy))
    file.write_text(before, encoding="utf-8")
    assert (answer.code, "release.json" in answer.err) == (3, True)


def test_without_certificates_nothing_is_proved(copy: Path, run: Run) -> None:
    (copy / "ledger" / "sozialbericht" / "1.certificates").unlink()
    answer = run("verify", "sozialbericht", "--workspace", str(copy))
    assert (answer.code, "keine Zertifikate" in answer.err) == (2, True)
