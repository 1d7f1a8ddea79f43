"""Ctrl+C while the program is still being loaded: one sentence, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import sys
moment = sys.argv[1]
class Stop:
    def find_spec(self, name, *_):
        if name == moment:
            sys.meta_path.remove(self)
            raise KeyboardInterrupt
sys.meta_path.insert(0, Stop())
from sozialraum.cli import main
sys.argv = ["sozialraum", *sys.argv[2:]]
main()
"""
"""Ctrl+C arrives when that module is being looked for."""


@pytest.mark.parametrize(
    "module", ["click", "sozialraum.cli.verbs", "sozialraum.cli.language", "sozialraum.runs.command", "numpy"]
)
def test_control_c_at_the_start_is_answered_in_one_sentence(module: str) -> None:
    command = [sys.executable, "-c", SCRIPT, module, "run", "protect", "none.csv", "--dimension", "a", "--out", "-"]
    done = subprocess.run(
        command, env={**os.environ, "SOZIALRAUM_LANG": "de"}, capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == "Abgebrochen. Es ist nichts Halbfertiges zurückgeblieben."
    assert (done.returncode, done.stdout) == (130, "")


def test_too_little_memory_is_said_in_one_sentence() -> None:
    script = SCRIPT.replace("raise KeyboardInterrupt", "raise MemoryError")
    command = [sys.executable, "-c", script, "sozialraum.runs.protection.protect", "run", "protect", "a.csv"]
    done = subprocess.run(
        [*command, "--dimension", "a", "--out", "-"],
        env={**os.environ, "SOZIALRAUM_LANG": "de"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr.startswith("Der Arbeitsspeicher dieses Rechners reicht dafür nicht. Es wurde nichts verändert;")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
