"""Start `sozialraum` from a fresh copy: `python3 run.py demo | test | check | serve`.

Needs Python 3.11 or newer and nothing else. It makes the folder .venv, installs what the lock files name, checked by
hash, and hands over; the second start skips all that. What follows the command is passed on: `run.py demo --no-serve`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent
HOME = ROOT / ".venv"
STAMP = HOME / "sozialraum.json"
PYTHON = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
INTERPRETER = getattr(sys, "_base_executable", None) or sys.executable  # not the environment's own
OLDEST = (3, 11)
PROGRAMS = {  # program names, what is skipped without them, the Debian package
    ("chromium", "chromium-browser", "google-chrome", "chrome"): ("the browser tests", "chromium"),
    ("pdftoppm",): ("the tests of printed pages as pictures", "poppler-utils"),
}
CHECKS = {
    "style": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "import order": ["-c", "from importlinter.cli import lint_imports_command as check; check()"],
    "documentation": ["mkdocs", "build", "--strict", "--quiet", "--site-dir", "site"],
}


class Stop(Exception):  # noqa: N818
    """What went wrong, in words for the person at the keyboard."""


def main(arguments: list[str]) -> int:
    """Exit code of the command: that of what it started, 1 when the environment cannot be made, 2 for a wrong call."""
    commands = {"demo": demo, "test": test, "check": check, "serve": serve}
    if not arguments or arguments[0] not in commands:
        print(__doc__.strip())
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    try:
        if tuple(sys.version_info[:2]) < OLDEST:
            raise Stop(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")
        return commands[arguments[0]](arguments[1:])
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def demo(rest: list[str]) -> int:
    """The main job on the invented county, or on real data: `demo berlin --data FOLDER`."""
    prepare("requirements.lock")
    return hand_over(["-m", "sozialraum", "demo", *rest])


def test(rest: list[str]) -> int:
    """The tests; everything behind the command goes to pytest."""
    prepare("requirements-dev.lock")
    say_what_is_missing()
    chosen = any(not one.startswith("-") for one in rest)
    workers = [] if chosen or "-n" in rest else ["-n", str(min(os.cpu_count() or 1, 4))]
    return hand_over(["-m", "pytest", *workers, *rest])


def check(rest: list[str]) -> int:
    """Every check, all of them even after one failed, and last the tests."""
    prepare("requirements-dev.lock")
    failed = []
    for title, command in CHECKS.items():
        print(f"-- {title}", flush=True)
        if hand_over(command if command[0] == "-c" else ["-m", *command]):
            failed.append(title)
    print("-- tests", flush=True)
    if test(rest):
        failed.append("tests")
    print(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


def serve(rest: list[str]) -> int:
    """The pages of a workspace in the browser: `serve FOLDER`."""
    prepare("requirements.lock")
    return hand_over(["-m", "sozialraum", "serve", *rest])


def hand_over(arguments: list[str]) -> int:
    """Exit code of the environment's Python with these arguments, run in this folder's environment."""
    child = subprocess.Popen([str(PYTHON), *arguments], env=environment(), cwd=working_folder(arguments))
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # the child got it too and ends by itself


def working_folder(arguments: list[str]) -> str:
    """Where the child runs: the demo where the user stands, so that paths mean what they say; all else here."""
    return os.getcwd() if "sozialraum" in arguments else str(ROOT)


def environment() -> dict[str, str]:
    """The user's settings; real data beside the project are found without one."""
    found = dict(os.environ)
    beside = ROOT.parent / "shared" / "data"
    if not found.get("SOZIALRAUM_DATA") and beside.is_dir():
        found["SOZIALRAUM_DATA"] = str(beside)
    return found


def say_what_is_missing() -> None:
    """One sentence for each program without which a part of the tests is skipped."""
    for names, (skipped, package) in PROGRAMS.items():
        if not any(shutil.which(one) for one in names):
            print(f"No {names[0]} found: {skipped} will be skipped. On Debian: sudo apt install {package}", flush=True)


def prepare(lock: str) -> None:
    """Makes or completes .venv for this lock file; does nothing when that has been done. Raises: Stop."""
    wanted = wanted_stamp()
    found = found_stamp()
    if found.get("base") == wanted["base"] and found.get(lock) == wanted[lock] and PYTHON.exists():
        return
    started = time.monotonic()
    if found.get("base") != wanted["base"] or not PYTHON.exists():
        remove()
        make()
    STAMP.unlink(missing_ok=True)
    install(lock)
    covered = ["requirements.lock", lock]  # the lock for development holds the other one
    STAMP.write_text(json.dumps({key: wanted[key] for key in ("base", *covered)}), encoding="utf-8")
    print(f"Ready after {time.monotonic() - started:.0f} s.", flush=True)


def wanted_stamp() -> dict[str, str]:
    """What a finished environment of today carries: this folder and Python, and the content of the lock files."""
    base = f"{ROOT} {sys.version} {sys.base_prefix}"
    stamp = {"base": base}
    for lock in ("requirements.lock", "requirements-dev.lock"):
        content = (ROOT / lock).read_bytes() + (ROOT / "pyproject.toml").read_bytes()
        stamp[lock] = hashlib.sha256(content).hexdigest()
    return stamp


def found_stamp() -> dict[str, str]:
    """What the environment says of itself; nothing when it is absent or was never finished."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def remove() -> None:
    """Takes away an environment that was not finished or belongs to another folder or Python."""
    if not HOME.exists():
        return
    print("Removing the old environment .venv ...", flush=True)
    try:
        shutil.rmtree(HOME)
    except OSError as error:
        raise Stop(f"{HOME} cannot be removed ({error.strerror}). Close the programs that use it.") from None


def make() -> None:
    """An empty environment."""
    print("Making the environment .venv ...", flush=True)
    uv = shutil.which("uv")
    if has_venv():
        made = run([INTERPRETER, "-m", "venv", str(HOME)])
    elif uv:
        made = run([uv, "venv", "--quiet", "--python", INTERPRETER, str(HOME)])
    else:
        raise Stop("Python's part for environments is missing. On Debian and Ubuntu: sudo apt install python3-venv")
    if not made:
        raise Stop(f"The environment {HOME} could not be made; the lines above say why.")


def has_venv() -> bool:
    """Whether this Python can make environments; Debian ships that as a package of its own."""
    return find_spec("venv") is not None and find_spec("ensurepip") is not None


def install(lock: str) -> None:
    """Everything that the lock names, each file checked by its hash, then the project itself in place."""
    names = re.findall(r"^[\w.-]+(?===)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    print(
        f"Installing {len(set(names))} packages from {lock}; the first time this takes a minute or two ...", flush=True
    )
    locked = ["--require-hashes", "--requirement", str(ROOT / lock)]
    installer = next((one for one in installers() if run([*one, *locked])), None)
    if installer is None:
        raise Stop("The packages could not be installed; the lines above say why. Is there a connection to the net?")
    if not run([*installer, "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]):
        raise Stop("The project itself could not be installed; the lines above say why.")


def installers() -> list[list[str]]:
    """The commands to try: uv where it is on the path, because it is fast, then the environment's own pip."""
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    uv = shutil.which("uv")
    return [[uv, "pip", "install", "--compile-bytecode", "--python", str(PYTHON)], pip] if uv else [pip]


def run(command: list[str]) -> bool:
    """Whether the command succeeded; its own output is the progress that the user sees."""
    trust = {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}  # town halls have certificates of their own
    return subprocess.run(command, cwd=ROOT, check=False, env={**trust, **os.environ}).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
