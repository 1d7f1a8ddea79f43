"""Files and folders appear whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from sozialraum.writing import one_at_a_time, whole_file, whole_folder, write_whole


def test_a_failed_folder_leaves_nothing(tmp_path: Path) -> None:
    with suppress(ZeroDivisionError), whole_folder(tmp_path / "made") as partial:
        (partial / "file").write_text("x")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_failed_file_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "table.csv"
    target.write_text("old")
    with suppress(ZeroDivisionError), whole_file(target) as partial:
        assert partial.suffix == ""  # a half definition would else be read as one
        partial.write_text("new")
        raise ZeroDivisionError
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]
    assert target.read_text() == "old"


def test_what_ends_well_is_there(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "a" / "made") as partial:
        (partial / "inner").mkdir()
        (partial / "inner" / "file").write_text("x")
    assert (tmp_path / "a" / "made" / "inner" / "file").read_text() == "x"
    with whole_file(tmp_path / "one.csv") as file:
        file.write_text("y")
    assert (tmp_path / "one.csv").read_text() == "y"


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_kill_leaves_only_a_partial_name(tmp_path: Path) -> None:
    code = (
        "import sys,time;from pathlib import Path;from sozialraum.writing import whole_folder\n"
        "with whole_folder(Path(sys.argv[1])/'made') as partial:\n"
        "    (partial/'file').write_text('x'); print('ready', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.send_signal(signal.SIGKILL)
    assert [path.name.startswith(".partial-") for path in tmp_path.iterdir()] == [True]


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="files without a name are there on Linux only")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_process_leaves_nothing_of_files_written_at_once(tmp_path: Path, how: signal.Signals) -> None:
    """It stands still when all is written and nothing has its name yet."""
    code = (
        "import os,sys,time;from pathlib import Path;from sozialraum.writing import write_whole\n"
        "os.fsync = lambda _: (print('ready', flush=True), time.sleep(60))\n"
        "write_whole({Path(sys.argv[1])/name: b'secret' * 9999 for name in ('a.csv', 'b.json')})\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert list(tmp_path.iterdir()) == []
        child.send_signal(how)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="files without a name are there on Linux only")
def test_new_files_never_have_another_name(tmp_path: Path) -> None:
    """Only where an old file is replaced is there a moment at which a process that is killed leaves a partial name."""
    code = (
        "import os,sys;from pathlib import Path;from sozialraum.writing import write_whole\n"
        "link = os.link\n"
        "os.link = lambda old, new, **how: (link(old, new, **how), print(Path(new).name, flush=True))\n"
        "write_whole({Path(sys.argv[1])/name: b'x' for name in ('a.csv', 'b.json')})\n"
    )
    made = [
        subprocess.run([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) for _ in "12"
    ]
    assert made[0].stdout.split() == ["a.csv", "b.json"]
    assert [name.startswith(".partial-") for name in made[1].stdout.split()] == [True, True]
    assert [Path(name).suffix for name in made[1].stdout.split()] == ["", ""]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.json"]


@pytest.mark.parametrize("nameless", [True, False])
def test_files_written_at_once_replace_old_ones_or_leave_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nameless: bool
) -> None:
    if not nameless:
        monkeypatch.setattr(os, "O_TMPFILE", 0, raising=False)
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("old")
    write_whole({one: b"new", two: b""})
    assert (one.read_text(), two.read_text(), len(list(tmp_path.iterdir()))) == ("new", "", 2)
    with pytest.raises(OSError, match="No such"):
        write_whole({one: b"newer", tmp_path / "nowhere" / "three.csv": b""})
    assert (one.read_text(), len(list(tmp_path.iterdir()))) == ("new", 2)


def test_only_one_process_is_inside_at_a_time_and_who_dies_has_left(tmp_path: Path) -> None:
    """Two approvals at the same second would each be judged without the other."""
    file, words = tmp_path / "sozialraum.toml", "import sys, time; from pathlib import Path\n"
    file.touch()
    words += "from sozialraum.writing import one_at_a_time\n"
    words += f"with one_at_a_time(Path({str(file)!r})): print('in', flush=True); time.sleep(60)"
    other = subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "in\n"
    entered = threading.Event()

    def enter() -> None:
        with one_at_a_time(file):
            entered.set()

    threading.Thread(target=enter).start()
    assert not entered.wait(0.3)
    other.kill()
    assert entered.wait(60)
    other.wait()
    other.stdout.close()
