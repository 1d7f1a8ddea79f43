"""One job in a process of its own: stopped when somebody cancels it, told as failed when it dies."""

from __future__ import annotations

import os
import subprocess
import sys
from time import monotonic

from django.conf import settings
from django.utils import timezone

from sozialraum.texts import LANGUAGES, say
from sozialraum.web.desk.jobs.ending import RUNNING_NOW, begin
from sozialraum.web.desk.jobs.kinds import KINDS
from sozialraum.web.desk.models import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job

LOOK, BEAT = 0.3, 1.0
"""Seconds between two looks at the process, and between two signs of life."""
GRACE = 5.0
"""Seconds that a cancelled process may take to end by itself."""
LOST = "The work was interrupted. Nothing half-done was left behind; order it again."


def watch(job: Job) -> None:
    """Run the job; afterwards it is over. A job that was cancelled meanwhile is not begun.

    Where the database goes away, the process ends with this call: the job is begun again, and two must not do the same.
    """
    now = timezone.now()
    if not job.move(to=RUNNING, since=(WAITING,), started=now, beat=now, attempts=job.attempts + 1):
        return
    process = _start(job)
    RUNNING_NOW.append(process)
    try:
        _wait(job, process)
    finally:
        process.kill()
        process.wait()
        RUNNING_NOW.remove(process)
    settle(job)


def _start(job: Job) -> subprocess.Popen[bytes]:
    """The process; it ends with its input, so that it never outlives the worker."""
    words = [sys.executable, "-m", "sozialraum.web.desk.jobs.working", str(job.pk)]
    told = {**os.environ, "SOZIALRAUM_WORKSPACE": str(settings.SOZIALRAUM_WORKSPACE)}
    return begin(words, env=told)


def _wait(job: Job, process: subprocess.Popen[bytes]) -> None:
    last = stopped = float("inf")
    while True:
        try:
            process.wait(LOOK)
            break
        except subprocess.TimeoutExpired:
            now = monotonic()
        if abs(now - last) >= BEAT:
            Job.objects.filter(pk=job.pk).update(beat=timezone.now())
            last = now
        if stopped == float("inf") and Job.objects.filter(pk=job.pk, cancel=True).exists():
            process.terminate()
            stopped = now
        if now - stopped > GRACE:
            process.kill()
    if process.stdin:
        process.stdin.close()


def settle(job: Job) -> None:
    """End a job whose process is gone: done if its work is there, else cancelled or failed."""
    job.refresh_from_db()
    if job.is_over:
        return
    found = outcome(job)
    if found is not None:
        job.move(to=DONE, since=(RUNNING,), result=found)
        return
    told = {} if job.cancel else {one: say(LOST, one) for one in LANGUAGES}
    job.move(to=CANCELLED if job.cancel else FAILED, since=(RUNNING,), told=told)


def outcome(job: Job) -> dict[str, str] | None:
    """What the job has brought about already, or None."""
    from sozialraum.errors import SozialraumError

    try:
        return KINDS[job.kind].found(job)
    except (SozialraumError, OSError):
        return None
