"""Giving and cancelling orders; `carry_out` is what django-tasks hands to the worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django_tasks import task

from sozialraum.web.accounts import place
from sozialraum.web.desk.models import CANCELLED, WAITING, Job


def order(kind: str, about: str, arguments: Mapping[str, Any], account: Any) -> Job:
    """A new job in the name of that account; the worker takes it as soon as it is free."""
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind,
            about=about[:300],
            arguments={**arguments, "workspace": place.name()},
            login=account.login,
            name=account.name,
        )
        carry_out.enqueue(str(job.pk))
    return job


def cancel(job: Job) -> None:
    """Ask for an end: at once while it waits; the worker stops it while it runs. What is over stays as it is."""
    if not job.move(to=CANCELLED, since=(WAITING,)):
        Job.objects.filter(pk=job.pk).update(cancel=True)


@task()
def carry_out(job: str) -> None:
    """Run one job to its end, whatever that is."""
    from sozialraum.web.desk.jobs.watching import watch

    watch(Job.objects.get(pk=job))
