"""A real PostgreSQL server in a folder of its own, stopped and thrown away when the tests end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.web.serving import free_port

DEBIAN = "/usr/lib/postgresql"
OTHERS = ("postgres", "nobody")
"""Who runs the server where the tests run as root, which PostgreSQL refuses."""


def programs() -> Path | None:
    """The folder with pg_ctl and initdb, or None where there is none."""
    found = shutil.which("pg_ctl")
    folders = [Path(found).parent] if found else sorted(Path(DEBIAN).glob("*/bin"), reverse=True)
    return next((one for one in folders if (one / "pg_ctl").exists() and (one / "initdb").exists()), None)


@dataclass
class Server:
    """A server, its address, and how to stop and start it."""

    folder: Path
    programs: Path
    port: int
    user: str | None

    @property
    def address(self) -> str:
        """For the setting SOZIALRAUM_DATABASE."""
        return f"postgresql://bench@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start and wait until it answers."""
        told = f"-h 127.0.0.1 -p {self.port} -k {self.folder} -c fsync=off"
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-o", told, "-w", "start")

    def stop(self) -> None:
        """Stop at once, as a broken machine would."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def make(self) -> None:
        """Make an empty cluster; whoever connects from this computer is believed."""
        self._run(
            "initdb", "-D", str(self.folder / "data"), "-U", "bench", "--locale=C.UTF-8", "-E", "UTF8", "--auth=trust"
        )

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            user=self.user, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


@contextmanager
def running(where: Path) -> Iterator[Server]:
    """A server with an empty database, until the block ends."""
    user = next((one for one in OTHERS if _known(one)), None) if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="sozialraum-postgres-"))
    if user:
        shutil.chown(folder, user)
    server = Server(folder, where, free_port(), user)
    try:
        server.make()
        server.start()
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _known(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
