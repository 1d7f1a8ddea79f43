"""The worker: takes one job after the other, and looks after those whose worker is gone."""

from __future__ import annotations

import signal
from datetime import timedelta
from time import monotonic, sleep

from sozialraum.web.desk.jobs.ending import end

PAUSE = 0.5
"""Seconds between two looks for work."""
LOST_AFTER = 8.0
"""Seconds without a sign of life after which a job has lost its worker."""
ATTEMPTS = 3
"""So often a job is begun before it counts as failed."""
HOUR = 3600.0
"""Seconds between two rounds of tidying up; what is younger may still be at work."""
KEPT_DAYS = 30
"""Days that jobs which are over stay in the list."""


def work(*, once: bool = False) -> None:
    """Take jobs until the process is stopped (or none is left)."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, close_old_connections
    from django.utils.crypto import get_random_string
    from django_tasks_db.management.commands.db_worker import Worker

    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: end())
    tidied = float("-inf")
    while True:
        try:
            recover()
            if monotonic() - tidied > HOUR:
                tidy()
                tidied = monotonic()
            Worker(
                queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
                worker_id=get_random_string(32), excluded_queue_names=[],
            ).run()  # fmt: skip
        except (DatabaseError, ImproperlyConfigured):
            if once:
                raise
        close_old_connections()
        if once:
            return
        sleep(PAUSE)


def recover() -> None:
    """Begin again what has lost its worker; after several times it counts as failed."""
    from django.db.models import Q
    from django.utils import timezone

    from sozialraum.texts import LANGUAGES, say
    from sozialraum.web.desk.jobs.orders import carry_out
    from sozialraum.web.desk.jobs.watching import LOST
    from sozialraum.web.desk.models import FAILED, RUNNING, WAITING, Job

    now = timezone.now()
    lost = Q(state=RUNNING) & (Q(beat__isnull=True) | Q(beat__lt=now - timedelta(seconds=LOST_AFTER)))
    for job in Job.objects.filter(lost):
        if job.attempts >= ATTEMPTS:
            job.move(to=FAILED, since=(RUNNING,), told={one: say(LOST, one) for one in LANGUAGES})
        elif job.move(to=WAITING, since=(RUNNING,), step="", done=0, total=0):
            carry_out.enqueue(str(job.pk))


def tidy() -> None:
    """Old jobs, sessions that ended, and what interrupted uploads have left, are removed."""
    from django.contrib.sessions.models import Session
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    from sozialraum.web.desk.models import Job
    from sozialraum.web.desk.receiving import tidy_inbox

    day = timezone.now() - timedelta(days=KEPT_DAYS)
    tidy_inbox(HOUR)
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    Job.objects.filter(ended__lt=day).delete()
    DBTaskResult.objects.filter(enqueued_at__lt=day).delete()
