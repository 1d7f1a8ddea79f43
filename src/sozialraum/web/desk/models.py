"""What the database keeps of the desk: jobs with their progress, and delivered files that nobody has decided on yet."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils import timezone

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
ENDED = (DONE, FAILED, CANCELLED)


class Job(models.Model):
    """One order that takes longer than a page may: who gave it, how far it is, how it ended."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=300, blank=True)
    arguments = models.JSONField(default=dict)
    login = models.CharField(max_length=150)
    name = models.CharField(max_length=150)
    state = models.CharField(max_length=12, default=WAITING, db_index=True)
    step = models.CharField(max_length=200, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    told = models.JSONField(default=dict)
    """What is said at the end, by language."""
    result = models.JSONField(default=dict)
    attempts = models.PositiveIntegerField(default=0)
    cancel = models.BooleanField(default=False)
    created = models.DateTimeField(default=timezone.now, db_index=True)
    started = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    beat = models.DateTimeField(null=True)
    """When the worker last looked after it; a job without a fresh one has lost its worker."""

    class Meta:
        """The newest first."""

        ordering = ("-created",)

    def __str__(self) -> str:
        return f"{self.kind} {self.about} {self.state}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in ENDED

    def move(self, *, to: str, since: tuple[str, ...], **values: Any) -> bool:
        """Change the state if it is still one of `since`; whether that was so. Two who end a job at once do it once."""
        ended = {"ended": timezone.now()} if to in ENDED else {}
        moved = Job.objects.filter(pk=self.pk, state__in=since).update(state=to, **ended, **values)
        self.refresh_from_db()
        return bool(moved)


class Upload(models.Model):
    """A delivered file that waits in the inbox: what was found in it and what the planner has decided so far."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(default=0)
    login = models.CharField(max_length=150)
    name = models.CharField(max_length=150)
    created = models.DateTimeField(default=timezone.now, db_index=True)
    state = models.CharField(max_length=12, default="open", db_index=True)  # open, stored, refused
    source = models.CharField(max_length=100, blank=True)
    proposal = models.JSONField(default=dict)
    """Settings and findings of `propose`; empty where a source was chosen."""
    faults = models.JSONField(null=True)
    """What the check found; None before it."""
    delivery = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """The newest first."""

        ordering = ("-created",)

    def __str__(self) -> str:
        return f"{self.file} {self.state}"
