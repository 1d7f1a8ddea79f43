"""Help, wrong calls and exit codes of the command line, without a workspace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.conftest import Run
from tests.workspace.town import make_town

VERBS = (
    "add", "approve", "catalogue", "check", "completion", "demo", "explain", "new", "refuse", "release", "report", "run",
    "show", "undo", "withdraw", "worker",
)  # fmt: skip


def test_help_stands_in_german_and_english(run: Run) -> None:
    german, english = run("--help"), run("--lang", "en", "--help")
    assert (german.code, english.code) == (0, 0)
    assert german.out.startswith("Aufruf: sozialraum")
    assert english.out.startswith("Usage: sozialraum")
    for verb in VERBS:
        assert f"\n  {verb} " in german.out
        assert f"\n  {verb} " in english.out


ASK = """
import sys
from sozialraum.cli.verbs import whole
command = whole()
for verb in sys.argv[1:]:
    try:
        command([verb, "--help"], prog_name="sozialraum")
    except SystemExit as end:
        print(f"\\0{verb} ended with {end.code}\\0", end="")
"""
"""Help of many verbs in one process: starting one takes longer than its answer."""


def helped(language: str) -> list[str]:
    settings = {**os.environ, "SOZIALRAUM_LANG": language}
    done = subprocess.run([sys.executable, "-c", ASK, *VERBS], env=settings, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split("\0")


def test_each_verb_has_help_in_both_languages() -> None:
    german, english = helped("de"), helped("en")
    assert german[1::2] == english[1::2] == [f"{verb} ended with 0" for verb in VERBS]
    for verb, one, other in zip(VERBS, german[::2], english[::2], strict=False):
        assert one.startswith(f"Aufruf: sozialraum {verb} [ANGABEN]")
        assert other.startswith(f"Usage: sozialraum {verb} [OPTIONS]")


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (["nonsense"], 2),
        (["add"], 2),
        (["show", "--workspace", "/no/such/folder"], 2),
        (["explain", "x"], 2),
        (["catalogue", "child_povrty"], 2),
        (["demo", "atlantis"], 2),
        (["report", "social-report", "--release", "x", "--out", "x.pdf", "--workspace", "/no/such"], 2),
    ],
)
def test_wrong_calls_end_with_two_and_no_traceback(run: Run, call: list[str], code: int, tmp_path: Path) -> None:
    answer = run(*call, cwd=tmp_path)
    assert answer.code == code, answer.err
    assert "Traceback" not in answer.err
    assert answer.err.strip()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["add"], "Fehler: Es fehlt die Angabe 'DATEI'."),
        (
            ["add", "x", "--worksapce", "y"],
            "Fehler: Die Angabe '--worksapce' gibt es nicht. Meinten Sie '--workspace'?",
        ),
        (["run", "segregaton"], "Fehler: Den Befehl 'segregaton' gibt es nicht. Meinten Sie 'segregation'?"),
        (["serve", "--port", "abc"], "Fehler: Ungültige Angabe für '--port': 'abc' ist keine ganze Zahl."),
        (["show", "--period"], "Fehler: Die Angabe '--period' braucht einen Wert."),
        (["add", "a", "b"], "Fehler: Diese Angabe ist zu viel: b"),
        (["--lang", "en", "add"], "Error: Missing argument 'FILE'."),
        (
            ["withdraw", "bericht", "--by", "A", "--reason", "B"],
            "„bericht“ nennt keine Freigabe mit ihrer Fassung. NAME-FASSUNG schreiben; sozialraum show nennt alle.",
        ),
        (["show", "-w", __file__], f"„{__file__}“ ist eine Datei. Den Ordner nennen, in dem sozialraum.toml liegt."),
    ],
)
def test_a_mistyped_call_is_answered_in_the_language_of_the_call(run: Run, call: list[str], said: str) -> None:
    assert run(*call).err.splitlines()[-1] == said


def test_a_misspelt_indicator_names_the_nearest(run: Run) -> None:
    assert "child_poverty_u15" in run("catalogue", "child_poverty_15").err


def test_new_never_overwrites(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("mine")
    answer = run("new", str(tmp_path))
    assert (answer.code, (tmp_path / "file.txt").read_text()) == (2, "mine")


def test_an_empty_workspace_can_be_opened_and_says_what_is_missing(run: Run, tmp_path: Path) -> None:
    assert run("new", str(tmp_path / "amt")).code == 0
    answer = run("show", "--workspace", str(tmp_path / "amt"))
    assert answer.code == 3
    assert "planning_areas.gpkg" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_the_shells(run: Run, shell: str) -> None:
    assert "_SOZIALRAUM_COMPLETE" in run("completion", shell).out


def test_an_older_demo_stays_when_a_new_one_cannot_be_made(run: Run, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    (old / ".sozialraum-demo").write_text("made by: sozialraum demo\n", encoding="utf-8")
    (old / "report.html").write_text("last time", encoding="utf-8")
    answer = run("demo", "berlin", "--no-serve", "--folder", str(old), "--data", str(tmp_path / "nothing"))
    assert answer.code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert (old / "report.html").read_text(encoding="utf-8") == "last time"


def test_of_a_figure_nobody_knows_the_name_is_said_before_the_period_is_asked_for(tmp_path: Path) -> None:
    from sozialraum.cli.showing import figures_lines
    from sozialraum.errors import CallError

    town = make_town(tmp_path, delivered=False)
    with pytest.raises(CallError, match=r"There is no indicator 'child_povrty_u15'\. Did you mean 'child_poverty_u15'"):
        list(figures_lines(town, ["child_povrty_u15"], None, []))
    with pytest.raises(CallError, match="Name at least one period"):
        list(figures_lines(town, ["child_poverty_u15"], None, []))
