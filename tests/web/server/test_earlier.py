"""A database that an earlier version made opens as it is: nobody and nothing in it is lost."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.web.serving import make_workspace

EARLIER = Path(__file__).with_name("earlier.sql")
"""What the version of November 2026 had kept: two people with their roles, a line of the log, a job, a refused file."""
OPEN = """
import json, sys
from pathlib import Path
from sozialraum.web.accounts.standing import stand
stand(Path(sys.argv[1]))
from django.core.management import call_command
from django.db import DatabaseError
from sozialraum.web.accounts.models import Account, Entry
from sozialraum.web.desk.models import Job, Upload
call_command("makemigrations", check=True, dry_run=True, verbosity=0)
people = [[one.login, one.check_password(sys.argv[2]), [str(held) for held in one.held_here]] for one in Account.objects.all()]
try:
    Entry.objects.all().delete()
    refused = ""
except DatabaseError as error:
    refused = str(error)
told = [people, [str(one.act) for one in Entry.objects.all()], refused, *map(str, (*Job.objects.all(), *Upload.objects.all()))]
print(json.dumps(told))
"""


def test_a_database_of_an_earlier_version_opens_with_everything_in_it(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "house")
    (folder / "workbench").mkdir()
    held = sqlite3.connect(folder / "workbench" / "workbench.sqlite3")
    held.executescript(EARLIER.read_text(encoding="utf-8"))
    held.close()
    words = [sys.executable, "-c", OPEN, str(folder), "Sieben Wolken ziehen gen Osten"]
    done = subprocess.run(words, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    people, acts, refused, job, upload = json.loads(done.stdout)
    assert people == [
        ["amt@example.invalid", True, ["administrator"]],
        ["planung@example.invalid", False, ["sector-planner"]],
    ]
    assert (acts, refused) == (["signed in"], "The log is only added to.")
    assert (job, upload) == ("report soziale-lage done", "zahlen.csv refused")
